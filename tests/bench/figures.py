# SPDX-License-Identifier: GPL-2.0-only
#
# The figures: what is measured in every round, the ratios that are made of it, and what they must be.
import json
import os
import statistics

import machine
from machine import BIN, CHEAP, REAL, Machine, command

# Key, what it says, at least (at most where the sign is -), aim.
FIGURES = [
    ("limit_a", "one-request login : FreeRADIUS with a file", 0.14, 0.20, 1),
    ("limit_b", "one-request login : the database's own rate", 0.75, 0.9, 1),
    ("rlm_sql", "one-request login : rlm_sql", 1.1, 1.5, 1),
    ("rlm_totp", "one-request login : rlm_sql + rlm_totp", 1.2, 1.9, 1),
    ("pam_oath", "one-request login : pam_oath", 40, 60, 1),
    ("pam_ga", "one-request login : google-authenticator", 20, 30, 1),
    ("challenge", "challenge login : one-request login", 0.6, 0.8, 1),
    ("limit_b_1", "one in flight : the database's own rate by one connection", 0.6, 0.75, 1),
    ("hash", "login with yescrypt : the hash alone on all cores", 0.95, 0.98, 1),
    ("users", "many users : few", 0.9, 1, 1),
    ("events", "many login events : none", 0.9, 1, 1),
    ("tail", "p99 : p50 at half of the top load (at most)", 5, 3, -1),
    ("growth", "MiB that freeradius grows in the second half (at most)", 1, 0, -1),
]
FLIGHT = 32
HASHED = 400  # users with a real hash


def ratios(round_):
    """The ratios of one round, from its raw figures."""
    rate = {name: figure["rate"] for name, figure in round_.items()}
    one = rate["one"]
    given = {
        "limit_a": one / rate["limit_a"],
        "limit_b": one / rate["direct"],
        "limit_b_1": rate["one_1"] / rate["direct_1"],
        "challenge": rate["challenge"] / one,
        "tail": round_["half"]["p99_us"] / max(round_["half"]["p50_us"], 1),
    }
    for name in ("rlm_sql", "rlm_totp", "pam_oath", "pam_ga"):
        given[name] = one / rate[name]
    if "hash" in rate:
        given["hash"] = rate["hashed"] / rate["hash"]
    if "many_users" in rate:
        given["users"] = rate["many_users"] / rate["few_users"]
    if "many_events" in rate:
        given["events"] = rate["many_events"] / rate["no_events"]
    return given


def medians(rounds):
    every = [ratios(round_) for round_ in rounds]
    return {key: statistics.median(one[key] for one in every) for key, *_ in FIGURES if key in every[0]}


def holds(key, value):
    """None where the figure was not measured."""
    if value is None:
        return None
    _, _, least, _, sign = next(figure for figure in FIGURES if figure[0] == key)
    return value * sign >= least * sign


def table(found):
    lines = ["%-62s %9s %9s %7s" % ("", "measured", "at least", "aim")]
    for key, text, least, aim, _ in FIGURES:
        value = found.get(key)
        state = holds(key, value)
        lines.append("%-62s %9s %9g %7g  %s" % (
            "%s (%s)" % (text, key), "-" if value is None else "%.3g" % value, least, aim,
            {None: "not measured", True: "", False: "MISSED"}[state]))
    return "\n".join(lines)


def growing(rounds, sizes):
    """One-request logins as things grow, as a table: medians."""
    rows = [("one_1", "1 in flight"), ("one_8", "8 in flight"), ("one", "32 in flight"), ("one_128", "128 in flight"),
            ("few_users", "%d users" % sizes.few), ("many_users", "%d users" % sizes.users),
            ("no_events", "no old login events"), ("many_events", "%d old login events" % sizes.events),
            ("no_galera", "one database"), ("galera_1", "one Galera node"), ("galera_3", "three Galera nodes")]
    lines = ["%-40s %9s %9s %9s" % ("", "logins/s", "p50 us", "p99 us")]
    for key, text in rows:
        if key in rounds[0]:
            lines.append("%-40s %9.0f %9.0f %9.0f" % (text, *(statistics.median(one[key][name] for one in rounds)
                                                         for name in ("rate", "p50_us", "p99_us"))))
    return "\n".join(lines)


class Bench:
    """Everything that a round needs, up at the same time, so that rounds can alternate."""

    def __init__(self, folder, sizes, say):
        self.folder, self.sizes, self.say = folder, sizes, say
        self.stacks, self.peers, self.rounds = {}, [], []

    def stack(self, name, users, setting=CHEAP, nodes=0):
        self.say("a stack with %d users (%s)" % (users, name))
        path = os.path.join(self.folder, name)
        self.stacks[name] = Machine(path, users, setting, nodes)
        return self.stacks[name]

    def up(self):
        import peers
        few = self.stack("few", self.sizes.few)
        self.say("the peers")
        self.peers = peers.start_peers(few, os.path.join(self.folder, "peers"))
        self.stack("hashed", HASHED, REAL)
        if self.sizes.users:
            self.stack("many", self.sizes.users)
        if self.sizes.events:
            self.stack("old", self.sizes.few).events(self.sizes.events)

    def down(self):
        for peer in self.peers:
            peer.stop()
        for stack in self.stacks.values():
            stack.down()

    def measure(self, round_, name, run):
        round_[name] = run()
        self.say("    %-12s %9.1f/s%s" % (name, round_[name]["rate"], "" if "p50_us" not in round_[name] else
                                          "  p50 %.0f us  p99 %.0f us" % (round_[name]["p50_us"],
                                                                        round_[name]["p99_us"])))
        return round_[name]

    def round(self):
        """One round: what is divided by one another stands side by side."""
        few, seconds, round_ = self.stacks["few"], self.sizes.seconds, {}
        take = lambda name, run: self.measure(round_, name, run)
        for peer in self.peers:
            take(peer.name, lambda: peer.load(seconds, flight=FLIGHT))
            if peer.name == "limit_a":
                take("one", lambda: few.load("one", seconds, flight=FLIGHT))
                take("direct", lambda: few.direct(seconds, FLIGHT))
                take("challenge", lambda: few.load("challenge", seconds, flight=FLIGHT))
        take("one_1", lambda: few.load("one", seconds, flight=1))
        take("direct_1", lambda: few.direct(seconds, 1))
        take("one_8", lambda: few.load("one", seconds, flight=8))
        take("one_128", lambda: few.load("one", seconds, flight=128))
        take("wrong", lambda: few.load("one", seconds, flight=FLIGHT, wrong=50))
        take("half", lambda: few.load("one", seconds, flight=256, rate=round_["one"]["rate"] / 2))
        take("hash", lambda: json.loads(command([os.path.join(BIN, "hash"), REAL + "saltsalt$", str(seconds)])))
        take("hashed", lambda: self.stacks["hashed"].load("one", seconds, flight=FLIGHT))
        for name, base, stack in (("many_users", "few_users", "many"), ("many_events", "no_events", "old")):
            if stack in self.stacks:
                take(base, lambda: few.load("one", seconds, flight=FLIGHT))
                take(name, lambda: self.stacks[stack].load("one", seconds, flight=FLIGHT))
        self.rounds.append(round_)

    def cluster(self):
        """What a cluster costs: one Galera node, and three, against the database without Galera."""
        few = self.stacks["few"]
        nodes = {"galera_%d" % count: self.stack("galera_%d" % count, few.users, nodes=count) for count in (1, 3)}
        for number, round_ in enumerate(self.rounds):
            self.say("round %d" % (number + 1))
            for name, stack in {"no_galera": few, **nodes}.items():
                self.measure(round_, name, lambda: stack.load("one", self.sizes.seconds, flight=FLIGHT))
        for name in nodes:
            self.stacks.pop(name).down()

    def growth(self):
        """Memory of freeradius at half of so many logins, and at their end."""
        stack = self.stacks.get("many", self.stacks["few"])
        done, half, pid = 0, None, stack.pid()
        while done < self.sizes.logins:
            done += stack.load("one", 50, flight=FLIGHT, warmup=0)["logins"]
            if half is None and done >= self.sizes.logins / 2:
                half = resident(pid)
            self.say("    %d logins, %.1f MiB" % (done, resident(pid) / 1024))
        return {"logins": done, "half_kib": half, "end_kib": resident(pid)}


def resident(pid):
    """KiB in memory."""
    with open("/proc/%d/status" % pid) as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def facts():
    """The machine, without names."""
    with open("/proc/cpuinfo") as lines:
        model = next((l.split(":")[1].strip() for l in lines if l.startswith("model name")), "unknown")
    with open("/proc/meminfo") as lines:
        memory = int(next(lines).split()[1]) // 1024
    return {
        "cores": os.cpu_count(), "model": model, "memory_mib": memory, "kernel": os.uname().release,
        "database": command(["mariadbd", "--version"]).split("Ver ")[1].split()[0],
        "freeradius": command(["freeradius", "-v"]).splitlines()[0].split("Version ")[1].split(",")[0],
        "settings": machine.DATABASE,
    }
