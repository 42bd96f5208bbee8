#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
#
# judge: the judge of tests/fault on records that are honest but for one thing: each is found, by its own rule;
# the honest one passes.
import copy
import json
import os
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import facts
import judge
import round as rounds

PLAIN, SECOND, LOCK, REVOKE, PASSWORD = 1000100, 1000101, 1000000, 1000024, 1000084
STEP = 29922928
points = failures = 0


def point(good, name, said=""):
    global points, failures
    points += 1
    failures += not good
    print("%s %d - %s" % ("ok" if good else "not ok", points, name), flush=True)
    if not good:
        print("# %s" % (said or "(nothing)"), file=sys.stderr, flush=True)


class World:
    """A record and a database that agree, grown request by request; time goes on by itself."""

    def __init__(self):
        self.requests, self.acts, self.now, self.number = [], [], 1000.0, 0
        self.facts = {"users": [], "events": [], "tokens": [], "audit": [], "mails": [], "verified": ""}
        for number in (PLAIN, SECOND, LOCK, REVOKE, PASSWORD):
            self.facts["users"].append({
                "id": number, "login_id": "b%07d" % number, "password_failures": 0, "otp_failures": 0,
                "otp_locked_at": None, "live_token": number, "otp_last_step": 0, "login_1_at": None,
                "login_2_at": None, "login_3_at": None, "login_4_at": None})
            self.facts["tokens"].append({
                "id": number, "login_id": "b%07d" % number, "state": "active", "app_user_id": "%010d" % number,
                "installed_at": "2025", "activated_at": "2025", "revoked_at": None})
        self.user("s000-1", 1003001)

    def user(self, login, number):
        self.facts["users"].append({"id": number, "login_id": login, "live_token": None})

    def row(self, number):
        return next(row for row in self.facts["users"] if row["id"] == number)

    def token(self, number):
        return next(row for row in self.facts["tokens"] if row["id"] == number)

    def request(self, user, group, kind, verdict, outcome=None, step=STEP, again=None):
        self.number, self.now = self.number + 1, self.now + 1
        line = {"id": self.number, "user": user, "group": group, "kind": kind, "way": "one", "step": step,
                "packets": ["%016x" % self.number], "servers": [0], "sent": self.now,
                "last": self.now + 0.2, "ended": self.now + 0.5, "verdict": verdict, "outcome": outcome, "tries": None,
                "said": None}
        if again:
            line["again"] = again
        self.requests.append(line)
        return line

    def event(self, request, verdict, reason, leg="code"):
        self.facts["events"].append({
            "id": len(self.facts["events"]) + 1, "login_id": judge.login(request), "request": request["packets"][-1],
            "first": None, "client": "gateway", "leg": leg, "verdict": verdict, "reason": reason})
        return self.facts["events"][-1]

    def accept(self, user, group, step=STEP):
        request = self.request(user, group, "code", "accept", "accepted", step)
        self.settle(request)
        return request

    def settle(self, request):
        """What the database does with a right code."""
        self.event(request, "accepted", "code")
        row = self.row(request["user"])
        row["otp_last_step"], row["otp_failures"] = request["step"], 0
        free = next((n for n in range(1, 5) if row["login_%d_at" % n] is None), 4)
        row["login_%d_at" % free] = "2026"

    def wrong(self, outcome="otp-wrong", reason="wrong"):
        request = self.request(LOCK, "lock", "wrong-code", "challenge" if outcome == "otp-wrong" else "reject", outcome)
        self.event(request, "refused", reason)
        self.row(LOCK)["otp_failures"] += 1
        return request

    def lock(self):
        for _ in range(4):
            self.wrong()
        request = self.wrong("otp-locked", "wrong-now-locked")
        self.audit("lock", "b%07d" % LOCK, "locked")
        self.row(LOCK)["otp_locked_at"] = "2026"
        return request

    def audit(self, act, login, mail=None):
        self.facts["audit"].append({"number": len(self.facts["audit"]) + 1, "act": act, "login_id": login})
        if mail:
            self.facts["mails"].append({"id": 1, "kind": mail, "login_id": login})

    def act(self, kind, login, verdict="done", **more):
        self.now += 1
        self.acts.append({"id": "command%d" % len(self.acts), "kind": kind, "by": "command", "user": login,
                          "sent": self.now, "ended": self.now + 0.5, "verdict": verdict, **more})
        return self.acts[-1]

    def unlock(self, verdict="done"):
        self.act("unlock", "b%07d" % LOCK, verdict)
        self.audit("unlock", "b%07d" % LOCK, "unlocked")
        self.row(LOCK).update(otp_locked_at=None, otp_failures=0)

    def revoke(self, verdict="done"):
        login = "b%07d" % REVOKE
        self.act("revoke", login, verdict)
        self.audit("revoke", login, "revoked")
        self.token(REVOKE)["state"], self.row(REVOKE)["live_token"] = "revoked", None

    def issue(self):
        self.act("issue", "s000-1", app_user_id="1234567890")
        self.audit("issue", "s000-1", "issued")
        self.facts["tokens"].append({"id": 1003002, "login_id": "s000-1", "state": "issued",
                                     "app_user_id": "1234567890", "installed_at": None,
                                     "activated_at": None, "revoked_at": None})

    def password(self):
        request = self.request(PASSWORD, "password", "wrong-password", "reject")
        self.event(request, "refused", "wrong", "password")
        self.row(PASSWORD)["password_failures"] += 1
        return request


def honest():
    """Everything that a round has, with answers that did not come and were done, or not."""
    world = World()
    world.request(PLAIN, "plain", "password", "challenge", "otp-required")
    first = world.accept(PLAIN, "plain")
    used = world.request(PLAIN, "plain", "code", "challenge", "otp-used", again=first["id"])
    world.event(used, "refused", "used")
    unknown = world.request(SECOND, "plain", "code", "unknown")
    world.settle(unknown)
    again = world.request(SECOND, "plain", "code", "challenge", "otp-used", again=unknown["id"])
    world.event(again, "refused", "used")
    world.request(LOCK, "lock", "wrong-code", "unknown")
    world.lock()
    refused = world.request(LOCK, "lock", "code", "reject", "otp-locked")
    world.event(refused, "refused", "locked")
    world.unlock("unknown")
    world.accept(LOCK, "lock")
    world.accept(REVOKE, "revoke")
    world.revoke()
    world.request(REVOKE, "revoke", "code", "reject", "setup-required")
    world.issue()
    world.act("issue", "s000-1", "unknown")
    world.password()
    world.request(PASSWORD, "password", "wrong-password", "unknown")
    return world


def drop(rows, condition):
    rows.remove(next(row for row in rows if condition(row)))


# --- what is planted: each changes an honest world

def accept_without_row(world):
    drop(world.facts["events"], lambda row: row["reason"] == "code" and row["login_id"] == "b%07d" % PLAIN)


def double_accept(world):
    request = next(r for r in world.requests if r["outcome"] == "otp-used" and r["user"] == PLAIN)
    request.update(verdict="accept", outcome="accepted")
    event = next(row for row in world.facts["events"] if row["request"] == request["packets"][-1])
    event.update(verdict="accepted", reason="code")
    world.row(PLAIN)["login_2_at"] = "2026"


def double_accept_unanswered(world):
    request = next(r for r in world.requests if r["verdict"] == "unknown" and r["user"] == SECOND)
    again = world.request(SECOND, "plain", "code", "unknown", again=request["id"])
    world.event(again, "accepted", "code")
    world.row(SECOND)["login_2_at"] = "2026"


def late_accept_without_row(world):
    request = next(r for r in world.requests if r["verdict"] == "unknown" and r["user"] == LOCK)
    request["lates"] = [{"at": 2000.0, "verdict": "accept", "outcome": "accepted"}]


def event_twice(world):
    request = next(r for r in world.requests if r["outcome"] == "otp-wrong")
    world.event(request, "refused", "wrong")


def event_from_nowhere(world):
    world.event({"user": PLAIN, "packets": ["ffffffffffffffff"]}, "refused", "used")


def wrong_accepted(world):
    request = next(r for r in world.requests if r["outcome"] == "otp-wrong")
    request.update(verdict="accept", outcome="accepted")
    next(row for row in world.facts["events"] if row["request"] == request["packets"][-1]).update(
        verdict="accepted", reason="code")


def right_refused(world):
    next(r for r in world.requests if r["kind"] == "password").update(verdict="reject", outcome=None)


def lost_lock(world):
    drop(world.facts["audit"], lambda row: row["act"] == "lock")
    drop(world.facts["audit"], lambda row: row["act"] == "unlock")
    drop(world.facts["mails"], lambda row: row["kind"] == "locked")
    drop(world.facts["mails"], lambda row: row["kind"] == "unlocked")


def forgotten_lock(world):
    del world.acts[0]
    world.facts["audit"] = [row for row in world.facts["audit"] if row["act"] != "unlock"]
    world.facts["mails"] = [row for row in world.facts["mails"] if row["kind"] != "unlocked"]


def accept_while_locked(world):
    unlock = next(act for act in world.acts if act["kind"] == "unlock")
    accept = next(r for r in world.requests if r["user"] == LOCK and r["verdict"] == "accept")
    unlock["sent"] = accept["ended"] + 1


def accept_while_locked_after_refusal(world):
    next(act for act in world.acts if act["kind"] == "unlock")["verdict"] = "refused"


def accept_after_revocation(world):
    world.accept(REVOKE, "revoke", STEP + 1)


def lost_revocation(world):
    drop(world.facts["audit"], lambda row: row["act"] == "revoke")


def token_lives_on(world):
    world.token(REVOKE)["state"] = "active"


def act_unasked(world):
    world.audit("revoke", "b%07d" % REVOKE, "revoked")


def lost_issue(world):
    drop(world.facts["tokens"], lambda row: row["app_user_id"] == "1234567890")


def second_live_token(world):
    world.facts["tokens"].append(dict(world.facts["tokens"][-1], id=1003003, app_user_id="1234567891"))


def lost_count(world):
    world.wrong()
    world.row(LOCK)["otp_failures"] = 0


def lost_count_of_a_lock(world):
    world.lock()
    world.row(LOCK)["otp_failures"] = 0


def lost_wrong(world):
    drop(world.facts["events"], lambda row: row["reason"] == "wrong" and row["leg"] == "code")


def count_too_many(world):
    for _ in range(2):
        world.event({"user": LOCK, "packets": [world.request(LOCK, "lock", "code", "unknown")["packets"][0]]},
                    "refused", "wrong")


def lost_password_count(world):
    world.row(PASSWORD)["password_failures"] = 0


def lost_login(world):
    world.row(PLAIN)["login_1_at"] = None


def step_fell(world):
    world.row(PLAIN)["otp_last_step"] = STEP - 1


def lost_mail(world):
    drop(world.facts["mails"], lambda row: row["kind"] == "revoked")


def broken_chain(world):
    world.facts["verified"] = "exit 1: row 7 was changed"


PLANTED = (
    (accept_without_row, "accept-row", "an Accept without its row"),
    (double_accept, "code-twice", "a double Accept"),
    (double_accept_unanswered, "code-twice", "a code accepted twice, neither answered"),
    (late_accept_without_row, "accept-row", "an Accept that came late, without a row"),
    (event_twice, "row-twice", "an event twice"),
    (event_from_nowhere, "row-request", "an event that nobody asked for"),
    (wrong_accepted, "verdict", "a wrong code accepted"),
    (right_refused, "verdict", "a right password refused"),
    (lost_lock, "lock", "a lost lock"),
    (forgotten_lock, "lock", "a lock that was taken away without an act"),
    (accept_while_locked, "locked", "an Accept after the lock was known"),
    (accept_while_locked_after_refusal, "locked", "an Accept after a release that was refused"),
    (accept_after_revocation, "revoked", "an Accept after the revocation"),
    (lost_revocation, "act", "a lost revocation"),
    (token_lives_on, "act", "a token that outlives its revocation"),
    (act_unasked, "act", "an act that nobody asked for"),
    (lost_issue, "token", "a lost issue"),
    (second_live_token, "token", "a second live token"),
    (lost_count, "count", "a lost count"),
    (lost_count_of_a_lock, "count", "a lost count of one who is locked"),
    (lost_wrong, "answer-row", "a wrong code that was answered and left no row"),
    (count_too_many, "count", "a count too many"),
    (lost_password_count, "count", "a lost count of passwords"),
    (lost_login, "row", "a login that is not among the last ones"),
    (step_fell, "row", "a last step that has fallen"),
    (lost_mail, "mail", "a lost mail"),
    (broken_chain, "audit", "a broken audit chain"),
)


def found(world):
    return judge.judge(world.requests, world.acts, world.facts)


def planted():
    for plant, rule, name in PLANTED:
        world = honest()
        plant(world)
        findings = found(world)
        point(rule in {finding[1] for finding in findings}, "found: " + name, "wanted %s, got %s" % (rule, findings))


def allowed():
    """The twins of what is planted: what a time-out leaves open is no fault."""
    world = honest()
    point(found(world) == [], "an honest record passes", found(world))
    world = honest()
    next(act for act in world.acts if act["kind"] == "unlock")["sent"] -= 20
    point(found(world) == [], "a release that was never answered may come at any time", found(world))
    world = honest()
    world.request(REVOKE, "revoke", "code", "unknown", step=STEP + 1)
    point(found(world) == [], "what nobody answered is no Accept", found(world))
    world = honest()
    revoke = next(act for act in world.acts if act["kind"] == "revoke")
    accept = world.accept(REVOKE, "revoke", STEP + 1)
    accept["sent"] = revoke["ended"] - 0.1
    point(found(world) == [], "an Accept to what was sent before the revocation was confirmed passes", found(world))
    world = honest()
    world.event(next(r for r in world.requests if r["outcome"] == "otp-used"), "refused", "used")
    point(found(world) == [], "a refusal that changes nothing may be noted twice", found(world))


def repeated():
    """A wrong code that is repeated when the user is locked."""
    world = honest()
    world.lock()
    request = next(r for r in world.requests if r["outcome"] == "otp-wrong")
    request["lates"] = [{"at": 2000.0, "verdict": "reject", "outcome": "otp-locked"}]
    point("answer-row" in {rule for _, rule, _ in found(world)}, "found: locked, said to a request that was counted as "
          "wrong and never repeated", found(world))
    request["packets"].insert(0, "00000000000000ff")
    point(found(world) == [], "repeated, it may be told that", found(world))


def alike():
    """Nodes of a cluster that have the same rows, and one that lacks some."""
    class Ground:
        nodes = 3
    world = honest()
    at = {1: world.facts, 2: copy.deepcopy(world.facts), 3: copy.deepcopy(world.facts)}
    facts.rows = lambda _, __, node: {name: rows for name, rows in at[node].items() if name != "verified"}
    point(not list(facts.differences(Ground, None, world.facts)), "nodes that have the same rows pass")
    at[3]["tokens"].pop()
    findings = list(facts.differences(Ground, None, world.facts))
    point([rule for _, rule, _ in findings] == ["nodes"], "found: a node that lacks a row", findings)


def back():
    """When service is back: not with the first Accept, if none follows."""
    point(rounds.steady([1, 1.5, 2, 2.5], 0.5) == 0.5, "back with the first Accept, where others follow")
    point(rounds.steady([1, 4, 4.5, 5, 5.5], 0.5) == 3.5, "not with one that none follows")
    point(rounds.steady([], 0.5) is None, "never, where there is none")
    times = [1, 1.5, 4, 4.5, 5]
    point(rounds.steady(times, rounds.stands(times)) == 2.5, "service that stands still again: from its last Accept")
    times = [1, 1.5, 2, 2.5]
    point(rounds.steady(times, rounds.stands(times)) == 0, "service that does not: for no time")


def shut():
    world = World()
    request = world.accept(PLAIN, "plain")
    times = request["sent"] - 1, request["ended"] + 1
    point(len(list(judge.shut(world.requests, (0, 1), *times))) == 1, "found: an Accept where nothing can be settled")
    point(not list(judge.shut(world.requests, (1,), *times)), "another server may accept")
    point(not list(judge.shut(world.requests, (0, 1), times[0], request["ended"] - 0.1)), "and any, when it is over")
    point(not list(judge.shut(world.requests, (0, 1), request["sent"] + 0.1, times[1])),
          "what was sent before may be accepted")


def counted():
    world = honest()
    world.wrong()
    point(found(world) == [], "a wrong code after a release is the first one again", found(world))
    world.row(LOCK)["otp_failures"] = 2
    point("count" in {rule for _, rule, _ in found(world)}, "one that was counted twice is found", found(world))


def written():
    """The record as it is written: a late answer goes to its request."""
    world = honest()
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        for line in world.requests + world.acts + [{"id": world.requests[0]["id"], "late": {
                "at": 3000.0, "verdict": "accept", "outcome": "accepted"}}]:
            file.write(json.dumps(line) + "\n")
        file.flush()
        requests, acts = judge.load(file.name)
    point(acts == world.acts and len(requests) == len(world.requests), "a record is read as it was written")
    findings = judge.judge(requests, acts, copy.deepcopy(world.facts))
    point({"accept-row", "verdict"} <= {rule for _, rule, _ in findings}, "a late answer counts as one", findings)


allowed()
planted()
repeated()
alike()
back()
shut()
counted()
written()
print("1..%d" % points)
sys.exit(failures != 0)
