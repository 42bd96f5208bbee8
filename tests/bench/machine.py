# SPDX-License-Identifier: GPL-2.0-only
#
# One private stack (tests/stack) with the benchmark's users in its database, and its clock.
import json
import os
import shlex
import subprocess
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.join(ROOT, "build/bench/bin")
STACK = os.path.join(ROOT, "tests/stack")
PERIOD = 60
CHEAP = "$y$j0.$"  # the cheapest that libcrypt takes: 40 microseconds
REAL = "$y$j9T$"  # yescrypt at cost 5, the policy's default

# What a server of its own would have; durability as shipped.
DATABASE = {
    "innodb_buffer_pool_size": "2G",
    "innodb_log_file_size": "1G",
    "innodb_flush_log_at_trx_commit": "1",
}

# Files of `people`, one after the other, so that several rounds of filling are cheap.
LOADS = {
    "user": """LOAD DATA LOCAL INFILE '%s' INTO TABLE user (id, login_id, contract_id, display_name,
        mail_address, password_hash) SET role = IF(id %% 10 = 1, 'master', 'general'),
        created_at = '2025-01-01', states_from = '2025-01-01', live_token = id, active_token = id""",
    "token": """LOAD DATA LOCAL INFILE '%s' INTO TABLE token (id, app_user_id, @safe)
        SET user_id = id, state = 'active', service_id = 'BENCH', mail_address = 'x@docomo.ne.jp',
        start_password_until = '2025-01-02', safe = UNHEX(@safe), algorithm = 'sha256', digits = 6,
        issued_at = '2025-01-01', installed_at = '2025-01-01', activated_at = '2025-01-01'""",
    "certificate": """LOAD DATA LOCAL INFILE '%s' INTO TABLE certificate (user_id, @digest)
        SET sha256 = UNHEX(@digest), valid_until = '2099-01-01', added_at = '2025-01-01'""",
}


class Failed(Exception):
    pass


def command(words, **options):
    """Runs a command to its end and gives what it printed."""
    done = subprocess.run(words, text=True, capture_output=True, **options)
    if done.returncode != 0:
        raise Failed("%s: exit %d\n%s%s" % (" ".join(words), done.returncode, done.stdout, done.stderr))
    return done.stdout


def people(kind, users, path, setting=CHEAP, key=None, first=1):
    with open(path, "w") as out:
        subprocess.run(
            [os.path.join(BIN, "people"), kind, str(first), str(users), setting] + ([key] if key else []),
            stdout=out, check=True)


class Machine:
    def __init__(self, folder, users, setting=CHEAP, nodes=0):
        self.folder, self.users, self.setting, self.nodes = folder, 0, setting, nodes
        command([STACK, "up", folder] + (["--galera", str(nodes)] if nodes else []))
        try:
            self.tune()
            self.read()
            self.fill(users)
        except BaseException:
            self.down()
            raise
        self.shift, self.step = 0, int(time.time()) // PERIOD + 10

    def read(self):
        """The variables of DIR/env."""
        self.env = {}
        with open(os.path.join(self.folder, "env")) as lines:
            for line in lines:
                name, value = line.rstrip("\n").split("=", 1)
                self.env[name] = (shlex.split(value) or [""])[0]

    def tune(self):
        """The test stack's database is small; the benchmark's is not. The last node to stop goes first."""
        servers = ["db" + ("" if n == 1 else str(n)) for n in range(1, max(self.nodes, 1) + 1)]
        for server in reversed(servers):
            command([STACK, "stop", self.folder, server])
        for server in servers:
            self.enlarge(os.path.join(self.folder, "server", server, "my.cnf"))
            command([STACK, "start", self.folder, server])

    def enlarge(self, path):
        with open(path) as lines:
            kept = [l for l in lines if l.split("=")[0].strip() not in DATABASE]
        kept.insert(kept.index("[mariadbd]\n") + 1, "".join("%s = %s\n" % item for item in DATABASE.items()))
        with open(path, "w") as out:
            out.writelines(kept)

    def down(self):
        command([STACK, "down", self.folder])

    def sql(self, statement, database="seikyo_otp"):
        words = [STACK, "sql", self.folder, "--local-infile=1"] + ([database] if database else [])
        return command(words, input=statement).strip()

    def fill(self, users):
        """Registers users up to this number, each with an active token and a certificate."""
        first, count = self.users + 1, users - self.users
        contracts = (users + 9) // 10
        key = os.path.join(self.env["SEIKYO_KEY_DIR"], "safe-1.key")
        self.sql("""SET GLOBAL local_infile = ON;
            INSERT IGNORE INTO contract (id, number, name, mail_address, otp_starts_on, created_at)
            SELECT seq, CONCAT('B-', seq), CONCAT('B-', seq), 'b@example.jp', '2025-01-01', '2025-01-01'
            FROM seq_1_to_%d;
            INSERT IGNORE INTO audit_head (contract_id, number, hash)
            SELECT seq, 0, UNHEX(REPEAT('00', 32)) FROM seq_1_to_%d;
            UPDATE policy SET value = '$6$' WHERE name = 'hash_prefix';
            UPDATE policy SET value = '1000' WHERE name = 'hash_cost';
            CALL note_hash_format('%s');
            CALL policy_apply()""" % (contracts, contracts, self.setting + "salt" + "." * 44))
        path = os.path.join(self.folder, "people.tsv")
        for kind, statement in LOADS.items():
            people(kind, count, path, self.setting, key, first)
            self.sql(statement % path)
        os.unlink(path)
        self.sql("ANALYZE TABLE user, token, certificate, contract, login_event")
        self.users = users

    def events(self, count):
        """Old login events, as the years bring them."""
        self.sql("""INSERT INTO login_event (at, request_id, user_id, client, leg, verdict, reason)
            SELECT TIMESTAMP'2025-01-01 00:00:00' + INTERVAL seq SECOND, UNHEX(LPAD(HEX(seq), 16, '0')),
            1 + seq %% %d, 'gateway', 'code', 'accepted', 'code' FROM seq_1_to_%d""" % (self.users, count))

    def fresh_codes(self):
        """Moves the clock to the beginning of a step whose neighbours nobody has used: three codes for
        each user, for 55 seconds. The clock never goes back. Gives the first of the three steps."""
        self.step = max(self.step + 3, int(time.time() + self.shift) // PERIOD + 2)
        wanted = self.step * PERIOD + 1 - int(time.time())
        command([STACK, "clock", self.folder, "%+d" % (wanted - self.shift)])
        self.shift = wanted
        return self.step - 1

    def threads(self):
        """The thread pool of our RADIUS server, for the peers to have the same."""
        with open(os.path.join(self.folder, "server/radius/raddb/radiusd.conf")) as lines:
            text = lines.read()
        return text.split("thread pool {\n")[1].split("}")[0].rstrip()

    def pid(self, server="radius"):
        return int(command([STACK, "pid", self.folder, server]))

    def load(self, mode, seconds, **options):
        """Logins at our module."""
        return load(self.env["SEIKYO_RADIUS_PORT"], self.env["SEIKYO_RADIUS_SECRET"], mode, seconds,
                    users=self.users, step=self.fresh_codes(), steps=3, **options)

    def direct(self, seconds, threads, *words):
        step = self.fresh_codes()
        return json.loads(command(
            [os.path.join(BIN, "direct"), "--socket", self.env["SEIKYO_DB_SOCKET"], "--database",
             self.env["SEIKYO_DB_NAME"], "--users", str(self.users), "--step", str(step), "--steps", "3",
             "--threads", str(threads), "--warmup", "1", "--seconds", str(seconds), *words],
            env={**os.environ, **self.env}))


def load(port, secret, mode, seconds, **options):
    """Runs the load generator. Its options: see load.c."""
    words = [os.path.join(BIN, "load"), "--port", str(port), "--mode", mode]
    options = {"warmup": 1, "seconds": seconds, **options}
    for name, value in options.items():
        words += ["--" + name] + ([] if value is None else [str(value)])
    return json.loads(command(words, env={**os.environ, "SEIKYO_RADIUS_SECRET": secret}))
