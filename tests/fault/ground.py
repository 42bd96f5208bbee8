# SPDX-License-Identifier: GPL-2.0-only
"""A stack of tests/stack for the rounds: its servers, its database, its users."""
import ctypes
import glob
import os
import shlex
import shutil
import signal
import struct
import subprocess
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
STACK = os.path.join(ROOT, "tests/stack")
PEOPLE = os.path.join(ROOT, "build/bench/bin/people")
CLOCK = os.path.join(ROOT, "build/fault/clock.so")
CHEAP = "$y$j0.$"  # the cheapest hash that libcrypt takes: it is not what breaks
APART = "SEIKYO_FAULT_APART"  # set in a mount namespace of our own
JOIN_SECONDS = 120
SQL_SECONDS = 20  # that a node may take for a statement
FIRST, SPACE = 1000000, 10000  # numbers of the users of round 0, and how many each round may have
GROUPS = {"lock": 24, "revoke": 60, "password": 40, "plain": 3000}
LOADS = {
    "user": """INTO TABLE user (id, login_id, @c, display_name, mail_address, password_hash)
        SET contract_id = %d, role = 'general', created_at = '2025-01-01', states_from = '2025-01-01',
        live_token = id""",
    "token": """INTO TABLE token (id, app_user_id, @safe) SET user_id = id, state = 'active', service_id = 'FAULT',
        mail_address = 'x@docomo.ne.jp', start_password_until = '2025-01-02', safe = UNHEX(@safe),
        algorithm = 'sha256', digits = 6, issued_at = '2025-01-01', installed_at = '2025-01-01',
        activated_at = '2025-01-01' /* %d */""",
    "certificate": """INTO TABLE certificate (user_id, @digest) SET sha256 = UNHEX(@digest),
        valid_until = '2099-01-01', added_at = '2025-01-01' /* %d */""",
}
POLICY = {"hash_prefix": "$6$", "hash_cost": "1000", "reissue_delay_minutes": "0", "night_from": "00:00",
          "night_until": "00:00"}
MS_NOSUID_NODEV = 2 | 4
SMALL = b"size=700m,mode=711"


class Failed(Exception):
    pass


def command(words, **options):
    """Runs a command to its end and gives what it printed."""
    done = subprocess.run(words, text=True, capture_output=True, **options)
    if done.returncode != 0:
        why = [line for line in done.stderr.splitlines() if line.startswith("stack: ")]
        raise Failed("%s: exit %d\n%s\n%s%s" % (" ".join(words[:4]), done.returncode, "\n".join(why),
                                                done.stdout[-3000:], done.stderr[-3000:]))
    return done.stdout


def poll(seconds, condition):
    """True as soon as the condition holds, False if it has not by then."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


class Ground:
    def __init__(self, folder, nodes=1):
        self.folder, self.nodes, self.disk = folder, nodes, None
        if nodes == 1 and os.environ.get(APART):
            self.mount()
        words = ["--radius", "2", "--web", "--set", "max_clock_difference=10"]
        try:
            command([STACK, "up", folder, *words, *(["--galera", str(nodes)] if nodes > 1 else [])])
            self.read()
            self.settle()
        except BaseException:
            self.down()
            raise

    def mount(self):
        """A small file system of its own for all of the stack, in our mount namespace, to be filled up."""
        os.mkdir(self.folder)
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.mount(b"tmpfs", self.folder.encode(), b"tmpfs", MS_NOSUID_NODEV, SMALL) != 0:
            raise Failed("a small file system cannot be mounted: %s" % os.strerror(ctypes.get_errno()))
        self.disk = self.folder

    def read(self):
        with open(os.path.join(self.folder, "env")) as lines:
            pairs = [line.rstrip("\n").split("=", 1) for line in lines]
        self.env = {name: (shlex.split(value) or [""])[0] for name, value in pairs}

    def settle(self):
        self.databases = ["db%s" % (n if n > 1 else "") for n in range(1, self.nodes + 1)]
        self.radius = ["radius", "radius2"]
        for name, value in POLICY.items():
            command([self.env["SEIKYO_COMMAND"], "policy", "set", name, value])
        self.sql("CALL note_hash_format('%s'); CALL policy_apply()" % (CHEAP + "salt" + "." * 44))
        self.give_clocks()

    def down(self):
        subprocess.run([STACK, "down", self.folder], check=False, capture_output=True)
        if self.disk:
            ctypes.CDLL(None).umount2(self.disk.encode(), 2)
            self.disk = None

    def do(self, *words):
        """A subcommand of tests/stack on this stack."""
        env = dict(os.environ)
        if words[0] == "start" and words[1].startswith("radius"):
            env.update(LD_PRELOAD=CLOCK, SEIKYO_CLOCK=self.clock_file(words[1]))
        said = command([STACK, words[0], self.folder, *words[1:]], env=env)
        if words[0] == "start":
            self.read()
        return said

    # --- servers

    def start(self, server):
        """As a supervisor does. A node that takes all data from another may take longer than tests/stack waits."""
        try:
            self.do("start", server)
        except Failed:
            if not server.startswith("db") or not poll(JOIN_SECONDS, lambda: self.joined(server)):
                raise
            self.read()

    def joined(self, server):
        """True when a node of the cluster is part of it again, with all that it lacked."""
        try:
            said = self.sql("SHOW GLOBAL STATUS LIKE 'wsrep_local_state_comment'", self.databases.index(server) + 1)
        except Failed:
            return False
        return said.endswith("Synced")

    def keep_logs(self, into):
        """For whoever wants to know why."""
        os.makedirs(into, exist_ok=True)
        for path in glob.glob(os.path.join(self.folder, "server/*/*.log")):
            shutil.copy(path, os.path.join(into, "-".join(path.split("/")[-2:])))

    def clock_file(self, server):
        """Where a RADIUS server reads how far its machine's clock is off (clock.c)."""
        return os.path.join(os.path.realpath(os.path.join(self.folder, "server")), "clock-" + server)

    def shift(self, server, seconds):
        with open(self.clock_file(server), "r+b") as file:
            file.write(struct.pack("q", seconds))

    def give_clocks(self):
        """RADIUS servers anew, each with a clock that can be moved."""
        for server in self.radius:
            with open(self.clock_file(server), "wb") as file:
                file.write(bytes(8))
            os.chmod(self.clock_file(server), 0o644)
            self.do("stop", server)
            self.do("start", server)

    def pids(self, server):
        return [int(pid) for pid in self.do("pid", server).split()]

    def signal(self, pids, number):
        for pid in pids:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def runs(self, server):
        return subprocess.run([STACK, "pid", self.folder, server], capture_output=True, check=False).returncode == 0

    def gone(self, pids):
        """Waits until killed processes are no more."""
        def ended(pid):
            try:
                with open("/proc/%d/stat" % pid) as file:
                    return file.read().rsplit(")", 1)[1].split()[0] == "Z"
            except (FileNotFoundError, ProcessLookupError):
                return True
        return poll(10, lambda: all(ended(pid) for pid in pids))

    def addresses(self):
        return [(self.env["SEIKYO_RADIUS_HOST"], int(self.env["SEIKYO_RADIUS_PORT" + end])) for end in ("", "_2")]

    # --- the database

    def socket(self, node=1):
        return self.env["SEIKYO_DB_SOCKET" + ("_%d" % node if node > 1 else "")]

    def client(self, node=1):
        """The command of a client of the database's root."""
        return ["mariadb", "--no-defaults", "--default-character-set=utf8mb4", "--socket=" + self.socket(node),
                "--user=" + self.env["SEIKYO_DB_ROOT"], "--batch", "--skip-column-names", "--local-infile=1",
                "--connect-timeout=5"]

    def sql(self, statement, node=None):
        """At that node, or at the first one that does it, after all that the cluster has done before."""
        failed = None
        for at in [node] if node else range(1, self.nodes + 1):
            words = self.client(at) + ["seikyo_otp"]
            before = "SET SESSION wsrep_sync_wait = 15;" if self.nodes > 1 else ""
            try:
                return command(words, input=before + statement, timeout=SQL_SECONDS).strip()
            except (Failed, subprocess.TimeoutExpired) as error:
                failed = Failed(str(error))
        raise failed

    def rows(self, statement, node=None):
        return [line.split("\t") for line in self.sql(statement, node).split("\n") if line]

    # --- users

    def person(self, login, role, contract):
        self.do("person", login, role, contract)
        with open(os.path.join(self.folder, "people")) as lines:
            found = next(words for words in map(str.split, lines) if words[0] == login)
        return {"login": login, "password": found[2], "confirmation": found[4]}

    def fill(self, number):
        """The users of a round: a master, three who will set up, and crowds of the load. Gives all of it."""
        contract = "F-%03d" % number
        people = {"contract": contract, "master": self.person("m%03d" % number, "master", contract),
                  "setups": [self.person("s%03d-%d" % (number, i), "general", contract) for i in (1, 2, 3)]}
        contract_id = int(self.sql("SELECT id FROM contract WHERE number = '%s'" % contract))
        first = FIRST + number * SPACE
        self.sql("SET GLOBAL local_infile = ON")
        for kind, into in LOADS.items():
            self.load(kind, first, into % contract_id)
        people["events_from"] = int(self.sql("SELECT IFNULL(MAX(id), 0) FROM login_event"))
        people["groups"], at = {}, first
        for group, count in GROUPS.items():
            people["groups"][group] = list(range(at, at + count))
            at += count
        return people

    def load(self, kind, first, into):
        path = os.path.join(self.folder, "people.tsv")
        key = os.path.join(self.env["SEIKYO_KEY_DIR"], "safe-1.key")
        with open(path, "w") as out:
            subprocess.run([PEOPLE, kind, str(first), str(sum(GROUPS.values())), CHEAP, key], stdout=out, check=True)
        self.sql("LOAD DATA LOCAL INFILE '%s' %s" % (path, into))
        os.unlink(path)

    def state_key(self):
        with open(os.path.join(self.env["SEIKYO_KEY_DIR"], "state.key")) as file:
            return bytes.fromhex(file.read().strip())


KILL, STOP, CONT = signal.SIGKILL, signal.SIGSTOP, signal.SIGCONT
