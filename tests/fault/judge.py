# SPDX-License-Identifier: GPL-2.0-only
"""Compares what was answered with what the database has. A finding is (kind, rule, text); kind is `lost` or
`wrong`. What was not answered is unknown: it may have been done or not, so counts lie between what was answered
and that plus what is unknown.

record: the lines of load.py and acts.py; facts: see facts.py; people: {group: numbers of users}.
"""
import collections
import json

from person import Person

COUNTED = ("wrong", "wrong-now-locked")
LAST_LOGINS = 4


def load(path):
    """The record's requests and acts. Late answers are put to their requests."""
    requests, acts, late = {}, [], []
    with open(path) as lines:
        for line in map(json.loads, lines):
            if isinstance(line["id"], str):
                acts.append(line)
            elif "late" in line:
                late.append(line)
            else:
                requests[line["id"]] = line
    for line in late:
        requests[line["id"]].setdefault("lates", []).append(line["late"])
    return list(requests.values()), acts


def answers(request):
    """Each answer that came: (verdict, outcome, when)."""
    if request["verdict"] != "unknown":
        yield request["verdict"], request["outcome"], request["ended"]
    for late in request.get("lates", ()):
        yield late["verdict"], late["outcome"], late["at"]


def accepted_at(request):
    """When its first Accept came; None: none came."""
    return min((at for verdict, _, at in answers(request) if verdict == "accept"), default=None)


class Judge:
    def __init__(self, requests, acts, facts):
        self.requests, self.acts, self.facts = requests, acts, facts
        self.findings = []
        self.users = {row["login_id"]: row for row in facts["users"]}
        self.of_packet = {packet: request for request in requests for packet in request["packets"]}
        self.load_logins = {login(request) for request in requests}
        self.events = [row for row in facts["events"] if row["login_id"] in self.load_logins]
        self.rows_of = collections.defaultdict(list)
        for row in self.events:
            request = self.of_packet.get(row["request"])
            if request is not None:
                self.rows_of[request["id"]].append(row)
        self.acts_on = collections.defaultdict(list)
        for act in acts:
            self.acts_on[act["user"]].append(act)
        self.audited = collections.Counter((row["act"], row["login_id"]) for row in facts["audit"])

    def found(self, kind, rule, text, *words):
        self.findings.append((kind, rule, text % words))

    def judge(self):
        self.accepts_have_rows()
        self.codes_are_used_once()
        self.rows_have_requests()
        self.rows_say_what_was_answered()
        self.verdicts_are_right()
        self.nobody_locked_is_accepted()
        self.nobody_revoked_is_accepted()
        self.acts_are_there()
        self.issued_tokens_are_there()
        self.counts_are_there()
        self.rows_agree()
        if self.facts["verified"]:
            self.found("lost", "audit", "the audit chain is not whole: %s", self.facts["verified"])
        return self.findings

    # --- logins and their rows

    def accepts_have_rows(self):
        """No Accept without its row."""
        for request in self.requests:
            if accepted_at(request) is None:
                continue
            rows = [row for row in self.rows_of[request["id"]] if row["verdict"] == "accepted"]
            if not rows:
                self.found("lost", "accept-row", "an Accept without a row: request %s of %s, step %s", request["id"],
                           login(request), request["step"])

    def codes_are_used_once(self):
        """No code accepted twice, whether the answers came or not."""
        by_code = collections.defaultdict(set)
        for request in self.requests:
            accepts = sum(row["verdict"] == "accepted" for row in self.rows_of[request["id"]])
            if accepts or accepted_at(request) is not None:
                by_code[login(request), request["step"]].add(request["id"])
            if accepts > 1:
                self.found("wrong", "code-twice", "%d accepted rows of one request: %s", accepts, request["id"])
        for (user, step), ids in by_code.items():
            if len(ids) > 1:
                self.found("wrong", "code-twice", "the code of %s, step %s, was accepted in requests %s", user, step,
                           sorted(ids))

    def rows_have_requests(self):
        """No event from nowhere, and none twice of what changes something, however often it was sent."""
        for row in self.events:
            if row["client"] == "gateway" and row["request"] not in self.of_packet:
                self.found("wrong", "row-request", "a row of %s that nobody asked for: %s", row["login_id"], row)
        for request in self.requests:
            rows = [row["reason"] for row in self.rows_of[request["id"]]
                    if row["verdict"] == "accepted" or row["reason"] in COUNTED]
            if len(rows) > 1:
                self.found("wrong", "row-twice", "request %s of %s was settled more than once: %s", request["id"],
                           login(request), rows)

    def rows_say_what_was_answered(self):
        """An answer and its row say the same; a row of another user's request says nothing good."""
        for request in self.requests:
            for row in self.rows_of[request["id"]]:
                if row["login_id"] != login(request):
                    self.found("wrong", "row-user", "request %s of %s has a row of %s", request["id"], login(request),
                               row["login_id"])
            for verdict, outcome, _ in answers(request):
                wanted = row_of(request, verdict, outcome)
                reasons = {row["reason"] for row in self.rows_of[request["id"]]}
                if wanted and not reasons & wanted:
                    self.found("lost", "answer-row", "request %s of %s was answered %s %s, its rows say %s",
                               request["id"], login(request), verdict, outcome, sorted(reasons))

    def verdicts_are_right(self):
        """Nothing wrong is accepted; of users whom nobody has touched, nothing right is refused."""
        winners = {(login(request), request["step"]): request["id"] for request in self.requests
                   if any(row["verdict"] == "accepted" for row in self.rows_of[request["id"]])}
        for request in self.requests:
            winner = winners.get((login(request), request["step"]))
            for verdict, outcome, _ in answers(request):
                if verdict == "accept" and request["kind"] != "code":
                    self.found("wrong", "verdict", "a %s was accepted: request %s of %s", request["kind"],
                               request["id"], login(request))
                elif request["group"] == "plain" and not self.is_right(request, verdict, outcome, winner):
                    self.found("wrong", "verdict", "request %s of %s (%s, step %s, again %s) was answered %s %s",
                               request["id"], login(request), request["kind"], request["step"], request.get("again"),
                               verdict, outcome)

    @staticmethod
    def is_right(request, verdict, outcome, winner):
        """A right password leads on; a right code is accepted, unless another request has spent it."""
        if request["kind"] == "password":
            return outcome == "otp-required"
        if verdict == "accept" or (winner not in (None, request["id"]) and outcome in (None, "otp-used")):
            return True
        return Person(request["user"]).ambiguous(request["step"])

    # --- locks and acts

    def nobody_locked_is_accepted(self):
        """After the fifth wrong code is answered, no Accept to what is sent then, unless he may be free again."""
        for user, requests in self.by_user("lock").items():
            locks = [(request["sent"], at) for request in requests for verdict, outcome, at in answers(request)
                     if outcome == "otp-locked"]
            unlocks = [act for act in self.acts_on[user] if act["kind"] == "unlock" and act["verdict"] != "refused"]
            for request in requests:
                accepted = accepted_at(request)
                if accepted is None:
                    continue
                for asked, known in locks:
                    freed = any(act["sent"] <= accepted and ended(act) >= asked for act in unlocks)
                    if known < request["sent"] and not freed:
                        self.found("wrong", "locked", "%s was known to be locked, and accepted after: request %s", user,
                                   request["id"])
                        break

    def nobody_revoked_is_accepted(self):
        """No Accept to what is sent after a revocation was confirmed."""
        for user, requests in self.by_user("revoke").items():
            known = [act["ended"] for act in self.acts_on[user] if act["kind"] == "revoke" and act["verdict"] == "done"]
            for request in requests:
                if known and request["sent"] > min(known) and accepted_at(request) is not None:
                    self.found("wrong", "revoked", "%s was known to be revoked, and accepted after: request %s", user,
                               request["id"])

    def by_user(self, group):
        found = collections.defaultdict(list)
        for request in self.requests:
            if request["group"] == group:
                found[login(request)].append(request)
        return found

    def acts_are_there(self):
        """No confirmed act lost, none done that nobody asked for, none twice."""
        asked = collections.Counter((act["kind"], act["user"]) for act in self.acts if act["verdict"] != "refused")
        done = collections.Counter((act["kind"], act["user"]) for act in self.acts if act["verdict"] == "done")
        kinds = {"unlock", "revoke", "issue", "install", "first-code"}
        for kind, user in set(asked) | {key for key in self.audited if key[0] in kinds}:
            there = self.audited[kind, user]
            if there < done[kind, user]:
                self.found("lost", "act", "%s of %s was confirmed %d times, the audit trail has %d", kind, user,
                           done[kind, user], there)
            if there > asked[kind, user]:
                self.found("wrong", "act", "%s of %s was asked for %d times, the audit trail has %d", kind, user,
                           asked[kind, user], there)
        self.locks_are_there()
        self.revoked_tokens_are_revoked()

    def locks_are_there(self):
        """Whoever was told to be locked is, or was freed since; each lock has its row in the audit trail."""
        for user, requests in self.by_user("lock").items():
            locked = [request for request in requests for _, outcome, _ in answers(request) if outcome == "otp-locked"]
            if locked and not self.audited["lock", user]:
                self.found("lost", "lock", "%s was locked, the audit trail does not say so", user)
            freed = self.audited["unlock", user]
            there = self.users[user]["otp_locked_at"] is not None
            if self.audited["lock", user] != freed + there:
                self.found("lost", "lock", "%s: %d locks and %d releases in the audit trail, locked now: %s", user,
                           self.audited["lock", user], freed, there)

    def revoked_tokens_are_revoked(self):
        tokens = {row["login_id"]: row for row in self.facts["tokens"]}
        for act in self.acts:
            if act["kind"] == "revoke" and act["verdict"] == "done" and act["user"] in self.load_logins:
                if tokens[act["user"]]["state"] != "revoked" or self.users[act["user"]]["live_token"] is not None:
                    self.found("lost", "act", "the token of %s was revoked, it is %s", act["user"],
                               tokens[act["user"]]["state"])

    def issued_tokens_are_there(self):
        """A token whose ids were shown exists; one that a phone has was installed; nobody has two."""
        tokens = {row["app_user_id"]: row for row in self.facts["tokens"]}
        for act in self.acts:
            if act["kind"] not in ("issue", "install", "first-code") or act["verdict"] != "done":
                continue
            row = tokens.get(str(act["app_user_id"]))
            wanted = {"issue": None, "install": "installed_at", "first-code": "activated_at"}[act["kind"]]
            if row is None or (wanted and row[wanted] is None):
                self.found("lost", "token", "%s of %s was confirmed for token %s, which is %s", act["kind"],
                           act["user"], act["app_user_id"], row)
        live = collections.Counter(row["login_id"] for row in self.facts["tokens"] if row["state"] != "revoked")
        for user, count in live.items():
            if count > 1:
                self.found("wrong", "token", "%s has %d live tokens", user, count)

    # --- counts

    def counts_are_there(self):
        """What was answered as wrong was counted, once each; what is unknown at most once."""
        for kind, column in (("wrong-code", None), ("wrong-password", "password_failures")):
            for user, requests in self.users_with(kind).items():
                least = sum(any(counts(kind, verdict, outcome) for verdict, outcome, _ in answers(request))
                            for request in requests)
                unknown = sum(may_count(request) for request in requests)
                there = self.users[user][column] if column else self.counted(user)
                if there < least:
                    self.found("lost", "count", "%s: %d of kind %s answered, %d counted", user, least, kind, there)
                if there > least + unknown:
                    self.found("wrong", "count", "%s: %d of kind %s answered, %d more possible, %d counted", user,
                               least, kind, unknown, there)

        for user in self.by_user("lock"):
            there, said = self.users[user]["otp_failures"], self.failures(user)
            if there != said:
                self.found("lost" if there < said else "wrong", "count",
                           "%s: %d wrong codes in his row, %d by his events",
                           user, there, said)

    def failures(self, user):
        """Wrong codes in a row by the events; a release has followed each lock but the one that stands."""
        count = 0
        rows = [row for row in self.events if row["login_id"] == user and row["leg"] == "code"]
        for row in rows:
            if row["verdict"] == "accepted":
                count = 0
            elif row["reason"] in COUNTED:
                count += 1
            if row["reason"] == "wrong-now-locked" and (
                    self.users[user]["otp_locked_at"] is None or any(r["reason"] in COUNTED for r in rows
                                                                     if r["id"] > row["id"])):
                count = 0
        return count

    def users_with(self, kind):
        found = collections.defaultdict(list)
        for request in self.requests:
            if request["kind"] == kind:
                found[login(request)].append(request)
        return found

    def counted(self, user):
        return sum(row["reason"] in COUNTED and row["leg"] == "code" for row in self.facts["events"]
                   if row["login_id"] == user)

    def rows_agree(self):
        """What stands in a user's row is what his events say: written in one transaction."""
        events = collections.defaultdict(list)
        for row in self.events:
            events[row["login_id"]].append(row)
        for user in self.load_logins:
            row, logins = self.users[user], [e for e in events[user] if e["verdict"] == "accepted"]
            times = sum(row["login_%d_at" % n] is not None for n in range(1, LAST_LOGINS + 1))
            if times != min(len(logins), LAST_LOGINS):
                self.found("lost", "row", "%s has %d logins in his row, and %d events", user, times, len(logins))
            steps = [self.of_packet[e["request"]]["step"] for e in logins if e["request"] in self.of_packet]
            if steps and row["otp_last_step"] != max(steps):
                self.found("lost", "row", "%s: last step %s, accepted %s", user, row["otp_last_step"], sorted(steps))
            locks = sum(e["reason"] == "wrong-now-locked" and e["leg"] == "code" for e in events[user])
            if locks != self.audited["lock", user]:
                self.found("lost", "row", "%s: %d events of a lock, %d in the audit trail", user, locks,
                           self.audited["lock", user])
        self.mails_agree()

    def mails_agree(self):
        """Each act's mail stands in the outbox: written in its transaction."""
        mails = collections.Counter((row["kind"], row["login_id"]) for row in self.facts["mails"])
        for act, kind in (("lock", "locked"), ("unlock", "unlocked"), ("revoke", "revoked"), ("issue", "issued"),
                          ("first-code", "activated")):
            for user in {row["login_id"] for row in self.facts["audit"] if row["act"] == act}:
                if mails[kind, user] != self.audited[act, user]:
                    self.found("lost", "mail", "%s of %s: %d in the audit trail, %d mails", act, user,
                               self.audited[act, user], mails[kind, user])


def login(request):
    return "b%07d" % request["user"]


def ended(act):
    """Until when an act may have taken effect: without an answer, at any time."""
    return act["ended"] if act["verdict"] == "done" else float("inf")


def counts(kind, verdict, outcome):
    """True for an answer that says that this was counted."""
    return outcome == "otp-wrong" if kind == "wrong-code" else verdict == "reject"


def may_count(request):
    """True where nobody can tell by the answer: none came, or the code met a lock, or made it."""
    said = [(verdict, outcome) for verdict, outcome, _ in answers(request)]
    return all(outcome == "otp-locked" for _, outcome in said) if request["kind"] == "wrong-code" else not said


def row_of(request, verdict, outcome):
    """The reasons that a row may have where this was the answer; None: no row is left, or any."""
    if verdict == "accept":
        return {"code", "first-code"}
    if request["kind"] == "wrong-password" and verdict == "reject":
        return {"wrong", "wrong-now-locked"}
    # One that was settled and comes again when the user is locked is told so, and leaves no other row.
    again = {"wrong", "used", "code"} if len(request["packets"]) > 1 else set()
    return {"otp-wrong": {"wrong"}, "otp-used": {"used"},
            "otp-locked": {"wrong-now-locked", "locked"} | again}.get(outcome)


def shut(requests, servers, since, until):
    """While servers can settle nothing, none of them accepts: requests that began after, ended before, and went
    to no other."""
    for request in requests:
        accepted = accepted_at(request)
        if accepted and since <= request["sent"] and accepted <= until and set(request["servers"]) <= set(servers):
            yield "wrong", "shut", "request %s of %s was accepted where nothing can be settled" % (
                request["id"], login(request))


def judge(requests, acts, facts):
    return Judge(requests, acts, facts).judge()
