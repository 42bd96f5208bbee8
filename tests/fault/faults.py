# SPDX-License-Identifier: GPL-2.0-only
"""What is broken, how, and how it is mended again. A fault strikes, holds while the load sends so many more
packets, and is mended; `base` says from when on service is waited for: from the strike where other machines
take over, from the mend where there is but one machine of its kind. `service` says whose: logins, console,
mails."""
import os
import select
import subprocess
import threading

from ground import CONT, KILL, SPACE, STOP, Failed

ALONE, LONG = (60, 160), (1500, 3000)  # packets that a fault holds: nothing is answered; others go on
KEPT = 400  # max-connections of tests/stack
HOUR = 3600
PROCEDURES = ("radius_find", "radius_settle_code", "radius_settle_password")


class Fault:
    single, base, service, holds, grounds = True, "strike", "login", LONG, ("one", "cluster")
    shut = ()  # RADIUS servers that can settle nothing meanwhile

    def __init__(self, ground, draw):
        self.ground, self.draw = ground, draw
        self.hold = draw.randint(*self.holds)
        self.choose()

    def choose(self):
        """What chance decides; drawn before the round, so that a seed replays it."""

    def target(self):
        return ""

    def strike(self):
        raise NotImplementedError

    def mend(self):
        raise NotImplementedError

    def revive(self, *servers):
        """What a supervisor does: starts what does not run."""
        for server in servers:
            if not self.ground.runs(server):
                self.ground.start(server)


class Killed(Fault):
    """kill -9; a supervisor starts it again."""

    servers = ()

    def target(self):
        return " ".join(self.servers)

    def strike(self):
        pids = [pid for server in self.servers for pid in self.ground.pids(server)]
        self.ground.signal(pids, KILL)
        if not self.ground.gone(pids):
            raise Failed("%s survives SIGKILL" % self.target())

    def mend(self):
        self.revive(*self.servers)


class Paused(Killed):
    """SIGSTOP, then SIGCONT."""

    def strike(self):
        self.stopped = [pid for server in self.servers for pid in self.ground.pids(server)]
        self.ground.signal(self.stopped, STOP)

    def mend(self):
        self.ground.signal(self.stopped, CONT)


class DatabaseKilled(Killed):
    """The only database."""

    servers, base, holds, grounds = ("db",), "mend", (1, 60), ("one",)


class DatabasePaused(Paused):
    servers, base, holds, grounds, shut = ("db",), "mend", ALONE, ("one",), (0, 1)


class OneNode(Fault):
    """A node of the cluster: the one that all write at, or another."""

    grounds = ("cluster",)

    def choose(self):
        self.servers = (self.draw.choice(self.ground.databases),)


class NodeKilled(OneNode, Killed):
    pass


class NodePaused(OneNode, Paused):
    def mend(self):
        super().mend()
        self.ground.do("heal")


class Cut(OneNode):
    """One node by itself, the other two together: those go on."""

    def target(self):
        return "%s | the others" % self.servers[0]

    def strike(self):
        self.ground.do("cut", *self.servers)

    def mend(self):
        self.ground.do("heal")


class CutApart(Cut):
    """Each node by itself: nobody has a majority, and nothing is settled until they are together again."""

    base, single, holds = "mend", False, ALONE

    def choose(self):
        self.servers = self.ground.databases

    def target(self):
        return " | ".join(self.servers)


class NodesKilled(Killed):
    """All nodes at once."""

    base, single, holds, grounds = "mend", False, (1, 60), ("cluster",)

    def choose(self):
        self.servers = self.ground.databases


class OneRadius(Fault):
    def choose(self):
        self.servers = (self.draw.choice(("radius", "radius2")),)
        self.shut = (("radius", "radius2").index(self.servers[0]),)


class RadiusKilled(OneRadius, Killed):
    pass


class RadiusPaused(OneRadius, Paused):
    pass


class AllRadiusKilled(Killed):
    servers, base, single, holds = ("radius", "radius2"), "mend", False, (1, 60)


class ConsoleKilled(Killed):
    """All processes of the console; the web server starts them again by itself."""

    servers, service = ("console",), "console"

    def mend(self):
        self.ground.do("start", "console")


class ConsolePaused(Paused):
    servers, service, base = ("console",), "console", "mend"


class MailerKilled(Killed):
    servers, service, base = ("mailer",), "mail", "mend"


class MailerPaused(Paused):
    servers, service, base = ("mailer",), "mail", "mend"


class AllKilled(Killed):
    """Every server of ours at once, the web server's processes too."""

    base, single, holds = "mend", False, (1, 60)

    def choose(self):
        self.servers = (*self.ground.databases, "radius", "radius2", "mailer", "console")

    def mend(self):
        self.revive(*self.ground.databases, "radius", "radius2", "mailer")
        self.ground.do("start", "console")


class DiskFull(Fault):
    """The file system of the database, and of all logs, has not one block left, and login_event no room in its file."""

    base, grounds, holds = "mend", ("one",), ALONE
    old = """INSERT INTO login_event (at, request_id, client, leg, verdict, reason)
        SELECT '2025-01-01', REPEAT('0', 8), 'old', 'password', 'refused', 'unknown' FROM seq_1_to_%d"""
    chunks = (5000, 200, 10)  # rows of one statement: together they fill what the file has left
    most = 60  # statements of each

    def target(self):
        return "not a block left"

    def strike(self):
        self.file = os.path.join(self.ground.disk, "full")
        with open(self.file, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(1 << 20))
            except OSError:
                pass
        for rows in self.chunks:
            for _ in range(self.most):
                if not self.takes(rows):
                    break

    def takes(self, rows):
        try:
            self.ground.sql(self.old % rows)
        except Failed:
            return False
        return True

    def mend(self):
        os.unlink(self.file)
        self.revive("db")


class Client:
    """A connection of the database's root that stays open."""

    def __init__(self, ground, node=1):
        self.process = subprocess.Popen([*ground.client(node), "--unbuffered", "seikyo_otp"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def run(self, statement, seconds=30):
        """Runs it and waits until it is done."""
        self.process.stdin.write(("DELIMITER //\n%s //\nSELECT 'through' //\n" % statement).encode())
        self.process.stdin.flush()
        while select.select([self.process.stdout], [], [], seconds)[0]:
            line = self.process.stdout.readline()
            if b"through" in line:
                return
            if not line:
                break
        raise Failed("the database does not do this: %s" % statement)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Connections(Fault):
    """Others hold every connection that the database gives."""

    base, grounds, holds, shut = "mend", ("one",), ALONE, (0, 1)
    least = 10  # that max_connections takes
    kill = """BEGIN NOT ATOMIC
        DECLARE CONTINUE HANDLER FOR 1094 BEGIN END;
        FOR one IN (SELECT id FROM information_schema.processlist WHERE user LIKE 'seikyo%') DO
            EXECUTE IMMEDIATE CONCAT('KILL CONNECTION ', one.id);
        END FOR;
        END"""

    def target(self):
        return "max_connections"

    def strike(self):
        self.hogs = [Client(self.ground) for _ in range(self.least)]
        for hog in self.hogs:
            hog.run("DO 1")
        self.hogs[0].run("SET GLOBAL max_connections = %d" % self.least)
        self.hogs[0].run(self.kill)

    def mend(self):
        self.hogs[0].run("SET GLOBAL max_connections = %d" % KEPT)
        for hog in self.hogs:
            hog.close()


class Execute(Fault):
    """The module's account may not call what it needs."""

    base, holds = "mend", ALONE

    def choose(self):
        self.procedures = self.draw.sample(PROCEDURES, self.draw.randint(1, len(PROCEDURES)))

    def target(self):
        return " ".join(self.procedures)

    def strike(self):
        self.ground.sql("".join("REVOKE EXECUTE ON PROCEDURE %s FROM seikyo_radius;" % p for p in self.procedures))

    def mend(self):
        self.ground.sql("".join("GRANT EXECUTE ON PROCEDURE %s TO seikyo_radius;" % p for p in self.procedures))


class DatabaseClock(Fault):
    """The database's clock jumps: the module's max_clock_difference lets nothing be settled."""

    base, holds, shut = "mend", ALONE, (0, 1)

    def choose(self):
        self.seconds = self.draw.choice((-HOUR, HOUR))

    def target(self):
        return "%+d s" % self.seconds

    def strike(self):
        self.ground.do("clock", "%+d" % self.seconds)

    def mend(self):
        self.ground.do("clock", "real")


class RadiusClock(OneRadius):
    """The clock of one RADIUS server's machine jumps: it settles nothing, the other one does."""

    def choose(self):
        super().choose()
        self.seconds = self.draw.choice((-HOUR, HOUR))

    def target(self):
        return "%s %+d s" % (self.servers[0], self.seconds)

    def strike(self):
        self.ground.shift(self.servers[0], self.seconds)

    def mend(self):
        self.ground.shift(self.servers[0], 0)


class SlowDatabase(Fault):
    """The database runs a small part of the time only."""

    base, holds = "mend", (200, 600)
    stopped, running = 0.09, 0.02  # seconds

    def target(self):
        return "stopped 9 of 11 parts of the time"

    def strike(self):
        self.pids, self.over = self.ground.pids(self.ground.databases[0]), threading.Event()
        self.thread = threading.Thread(target=self.slice, daemon=True)
        self.thread.start()

    def slice(self):
        while not self.over.is_set():
            self.ground.signal(self.pids, STOP)
            self.over.wait(self.stopped)
            self.ground.signal(self.pids, CONT)
            self.over.wait(self.running)

    def mend(self):
        self.over.set()
        self.thread.join()
        self.ground.signal(self.pids, CONT)


class RowsLocked(Fault):
    """Somebody holds a lock on every user's row, at each node."""

    base, holds, shut = "mend", ALONE, (0, 1)
    # Those of earlier rounds have nothing to do with it.
    lock = """BEGIN NOT ATOMIC
        DECLARE v_from BIGINT DEFAULT (SELECT MAX(id) DIV %d * %d FROM user);
        START TRANSACTION;
        SELECT COUNT(*) FROM (SELECT id FROM user WHERE id >= v_from FOR UPDATE) u;
        END""" % (SPACE, SPACE)
    tries = 5  # it may lose against a login

    def target(self):
        return "SELECT ... FOR UPDATE"

    def hold_at(self, node):
        for left in reversed(range(self.tries)):
            holder = Client(self.ground, node)
            try:
                holder.run(self.lock)
                return holder
            except Failed:
                holder.close()
                if not left:
                    raise

    def strike(self):
        self.holders = [self.hold_at(node) for node in range(1, self.ground.nodes + 1)]

    def mend(self):
        """A node throws out who holds what another has committed: where that happened, something could be settled."""
        for holder in self.holders:
            try:
                holder.run("DO 1")
            except Failed:
                self.shut = ()
            holder.close()


KINDS = {
    "database killed": DatabaseKilled, "database stopped": DatabasePaused, "radius killed": RadiusKilled,
    "radius stopped": RadiusPaused, "all radius killed": AllRadiusKilled, "console killed": ConsoleKilled,
    "console stopped": ConsolePaused, "mailer killed": MailerKilled, "mailer stopped": MailerPaused,
    "all killed": AllKilled, "disk full": DiskFull, "connection limit": Connections, "EXECUTE revoked": Execute,
    "database's clock": DatabaseClock, "radius server's clock": RadiusClock, "slow database": SlowDatabase,
    "rows locked": RowsLocked, "node killed": NodeKilled, "node stopped": NodePaused, "node cut off": Cut,
    "nodes cut apart": CutApart, "all nodes killed": NodesKilled,
}
