# SPDX-License-Identifier: GPL-2.0-only
"""One round: users, load, a fault in the middle of it, and what the judge says afterwards."""
import json
import os
import random
import threading
import time

import acts
import browser
import facts
import judge
import load
from ground import Failed, poll
from wire import Wire

LEAST = 32  # in flight when a fault strikes
AFTER = 500  # logins accepted when all is well again
GAP, STEADY = 1.0, 3.0  # seconds: service is back when for so many no Accept is later than that
WITHIN = 5.0  # seconds
PROBE = 1.0  # seconds that a look at the console may take
BOUND = 90  # seconds that anything may take


class Round:
    def __init__(self, ground, number, kind, fault, seed, given):
        self.ground, self.number, self.kind, self.fault = ground, number, kind, fault
        self.draw = random.Random(seed)
        self.strike_at = self.draw.randint(300, 900)
        self.seed, self.folder, self.logins = seed, given.into, given.logins
        self.marks, self.problems, self.seen = [], [], None
        self.load, self.actors = None, []

    def path(self, name):
        return os.path.join(self.folder, "round-%03d-%s.jsonl" % (self.number, name))

    def run(self):
        """Gives the round's result; what went wrong in it is in there."""
        try:
            self.prepare()
            self.go()
        finally:
            self.leave()
        return self.result()

    def leave(self):
        """Ends what was begun, also where it went wrong."""
        if self.load:
            self.load.kill()
        for actor in self.actors:
            actor.stop()
            if actor.is_alive():
                actor.end(BOUND)

    def prepare(self):
        self.people = self.ground.fill(self.number)
        groups = self.people["groups"]
        logins = {group: ["b%07d" % n for n in groups[group]] for group in ("lock", "revoke")}
        command = acts.Command(acts.Journal(self.path("command"), "command"), self.ground.env, self.people["contract"],
                               logins["lock"][::2], logins["revoke"][::2])
        console = acts.Console(acts.Journal(self.path("console"), "console"), self.ground, self.people["master"],
                               self.people["setups"], logins["lock"][1::2], logins["revoke"][1::2])
        if not console.ready():
            raise Failed("the master user of %s cannot get in" % self.people["contract"])
        self.actors = [command, console]
        wire = Wire(self.ground.env["SEIKYO_RADIUS_SECRET"].encode(), self.ground.state_key())
        self.load = load.Process(wire, self.ground.addresses(), groups, self.seed, self.path("load"), 1)

    def go(self):
        for actor in self.actors:
            actor.start()
        self.wait("the load does not begin", lambda: self.load.count(load.ANSWERED) >= self.strike_at)
        self.mark("strike", self.fault.strike)
        if self.fault.base == "strike":
            self.look()
        until = self.load.count(load.PACKETS) + self.fault.hold
        self.wait("the load stands still", lambda: self.load.count(load.PACKETS) >= until)
        self.mark("mend", self.fault.mend)
        accepted = self.load.count(load.ACCEPTED)
        self.wait("service does not come back", lambda: self.load.count(load.ACCEPTED) >= accepted + AFTER
                  and self.load.count(load.ANSWERED) >= self.logins)
        self.wait("%s does not come back" % self.fault.service, lambda: self.fault.service == "login" or self.seen)
        self.end()

    def wait(self, problem, condition):
        held = poll(BOUND, lambda: condition() or not self.load.alive())
        if not self.load.alive():
            raise Failed("the load has ended by itself")
        if not held:
            self.problems.append(problem)

    def mark(self, what, act):
        """Does it, and notes when: before, and when it was done."""
        mark = {"what": what, "began": time.monotonic()}
        self.marks.append(mark)
        if what == self.fault.base == "mend":
            self.look()
        act()
        mark["done"] = time.monotonic()

    def base(self):
        """From when on service is waited for."""
        mark = next(mark for mark in self.marks if mark["what"] == self.fault.base)
        return mark["done"] if mark["what"] == "strike" else mark["began"]

    # --- a service of its own

    def look(self):
        """Looks from now on for the fault's own service, beside the load."""
        if self.fault.service != "login":
            self.probe = threading.Thread(target=poll, args=(BOUND, getattr(self, self.fault.service)), daemon=True)
            self.probe.start()

    def console(self):
        try:
            browser.Browser(self.ground.env, self.ground.folder, self.people["master"]["login"], PROBE).get("/login")
        except browser.Unanswered:
            return False
        self.seen = time.monotonic()
        return True

    def mail(self):
        """A mail was sent since."""
        since = time.monotonic() - self.base()
        try:
            sent = self.ground.sql("SELECT EXISTS (SELECT 1 FROM mail_outbox WHERE sent_at > clock_now() - INTERVAL %d "
                                   "MICROSECOND)" % int(since * 1e6)) == "1"
        except Failed:
            return False
        if sent:
            self.seen = time.monotonic()
        return sent

    def end(self):
        for actor in self.actors:
            actor.stop()
        for actor in self.actors:
            if not actor.end(BOUND):
                self.problems.append("%s: %s" % (actor.journal.name, actor.failed or "does not end"))
        if not self.load.stop(BOUND):
            self.problems.append("the load failed")
        self.settle()

    def settle(self):
        """What the servers still have in hand ends: the newest login event stays the newest."""
        seen = []

        def still():
            seen.append(self.ground.sql("SELECT IFNULL(MAX(id), 0) FROM login_event"))
            return len(seen) > 20 and len(set(seen[-20:])) == 1
        if not poll(BOUND, still):
            self.problems.append("logins go on without a load")

    # --- afterwards

    def record(self):
        """Everything that was sent and answered, in one file with the fault's marks."""
        path = self.path("record")
        with open(path, "w") as out:
            for name in ("load", "command", "console"):
                with open(self.path(name)) as lines:
                    out.writelines(lines)
                os.unlink(self.path(name))
        with open(self.path("marks"), "w") as out:
            for mark in self.marks:
                out.write(json.dumps(mark) + "\n")
        return path

    def result(self):
        requests, done = judge.load(self.record())
        found = facts.read(self.ground, self.people)
        with open(self.path("facts"), "w") as out:
            json.dump(found, out)
        strike, mend = self.marks
        findings = judge.judge(requests, done, found)
        findings += facts.differences(self.ground, self.people, found)
        findings += judge.shut(requests, self.fault.shut, strike["done"], mend["began"])
        flight = self.in_flight(requests)
        back = self.back(requests)
        if flight < LEAST:
            self.problems.append("only %d requests in flight when the fault struck" % flight)
        if self.fault.single and (back is None or back > WITHIN):
            self.problems.append("service was not back within %g s" % WITHIN)
        ends = [r for r in requests if not (r["kind"] == "password" and r["verdict"] == "challenge")]
        return {
            **self.what(), "in_flight": flight, "back_seconds": back,
            "logins": sum(r["verdict"] != "unknown" for r in ends),
            "accepted": sum(r["verdict"] == "accept" for r in ends),
            "unknown": sum(r["verdict"] == "unknown" for r in ends),
            "repeated": sum(len(r["packets"]) > 1 for r in requests),
            "acts": sum(a["verdict"] == "done" for a in done),
            "acts_unknown": sum(a["verdict"] == "unknown" for a in done),
            "lost": [f for f in findings if f[0] == "lost"], "wrong": [f for f in findings if f[0] == "wrong"],
            "problems": self.problems,
        }

    def nothing(self, failed):
        """The result of a round that could not be brought to its end."""
        problem = str(failed).split("\n\n", maxsplit=1)[0].replace("\n", ": ")
        return {**self.what(), "in_flight": 0, "back_seconds": None, "logins": 0, "accepted": 0, "unknown": 0,
                "repeated": 0, "acts": 0, "acts_unknown": 0, "lost": [], "wrong": [], "problems": [problem]}

    def what(self):
        return {"round": self.number, "fault": self.kind, "target": self.fault.target(), "single": self.fault.single,
                "databases": self.ground.nodes, "strike_after": self.strike_at, "hold_packets": self.fault.hold}

    def in_flight(self, requests):
        """At the moment before the fault struck."""
        at = self.marks[0]["began"]
        return sum(r["sent"] <= at <= r["ended"] for r in requests)

    def back(self, requests):
        """Seconds until service was back after the fault; where others had taken over, or that for which it stood
        still once more when the lost one came back, if that is longer."""
        if self.fault.service != "login":
            return None if self.seen is None else round(self.seen - self.base(), 3)
        strike, mend = self.marks
        if self.fault.base == "mend":
            found = [steady(accepts(requests, mend["began"], None), mend["began"])]
        else:
            after = accepts(requests, mend["began"], None)
            found = [steady(accepts(requests, strike["done"], mend["began"]), strike["done"]),
                     steady(after, stands(after))]
        return None if None in found else round(max(0, *found), 3)


def accepts(requests, since, until):
    """When Accepts came to packets of after a moment, up to another (None: to the end)."""
    return sorted(r["ended"] for r in requests if r["verdict"] == "accept" and r["last"] >= since
                  and (until is None or r["ended"] <= until))


def stands(times):
    """When service stood still for the first time: at the last Accept before; if never, at the first one."""
    return next((before for before, after in zip(times, times[1:]) if after - before > GAP), times[0] if times else 0)


def steady(times, since):
    """Seconds from a moment to the Accept after which, for a while, no second goes by without one; None: there is
    none."""
    for index, at in enumerate(times):
        if at < since or (at == since and index + 1 < len(times) and times[index + 1] - at > GAP):
            continue
        within = [one for one in times[index:] if one <= at + STEADY]
        following = times[index + len(within):index + len(within) + 1]
        if all(after - before <= GAP for before, after in zip(within, within[1:] + following)):
            return at - since
    return None
