# SPDX-License-Identifier: GPL-2.0-only
#
# What our module is compared with: FreeRADIUS servers of their own, side by side on free ports, with
# the same users, in the same database server where they have one.
import os
import random
import re
import shutil
import signal
import subprocess
import time

import machine
from machine import Failed, command, people

HERE = os.path.dirname(os.path.abspath(__file__))
LIBDIR = os.environ.get("FREERADIUS_LIBDIR", "/usr/lib/freeradius")
SHIPPED = "/etc/freeradius/3.0/mods-config/sql/main/mysql"
SERVICE = "seikyo-bench"
SECURITY = "/lib/x86_64-linux-gnu/security"
PROVING = 20  # users with whom a peer shows what it does, and who are not measured
STEP = 30  # seconds: the peers' period


def free_port():
    """A port that no UDP socket has."""
    with open("/proc/net/udp") as table:
        taken = {int(line.split()[1].split(":")[1], 16) for line in table.readlines()[1:]}
    while True:
        port = random.randrange(20000, 32000)
        if port not in taken:
            return port


class Peer:
    """One kind of server. mode: what the load generator sends; again: codes may be repeated."""

    def __init__(self, name, mode, module=None, pam=None, again=False):
        self.name, self.mode, self.pam, self.again = name, mode, pam, again
        self.module = module or name
        self.process, self.used = None, 0

    def prepare(self, stack, folder):
        """Writes the configuration and what the peer knows of the users."""
        self.stack, self.folder = stack, os.path.join(folder, self.name)
        self.raddb = os.path.join(self.folder, "raddb")
        os.makedirs(self.raddb)
        self.port, self.secret = free_port(), stack.env["SEIKYO_RADIUS_SECRET"]
        values = {
            "HOME": self.folder, "LIBDIR": LIBDIR, "PORT": str(self.port), "SECRET": self.secret,
            "THREADS": stack.threads(), "QUERIES": os.path.join(SHIPPED, "queries.conf"),
        }
        for source, target in (("radiusd.conf", "radiusd.conf"), (self.module + ".module", "module.conf"),
                               (self.module + ".site", "site.conf")):
            with open(os.path.join(HERE, "peers", source)) as text:
                filled = re.sub("@([A-Z]+)@", lambda found: values[found[1]], text.read())
            with open(os.path.join(self.raddb, target), "w") as out:
                out.write(filled)
        # rlm_sql_mysql looks for the socket there.
        with open(os.path.join(self.folder, ".my.cnf"), "w") as out:
            out.write("[freeradius]\nsocket = %s\n" % stack.env["SEIKYO_DB_SOCKET"])
        with open(os.path.join(self.raddb, "dictionary"), "w") as out:
            out.write("$INCLUDE /usr/share/freeradius/dictionary\n")
        if self.module == "limit_a":
            people("files", stack.users, os.path.join(self.raddb, "users"))
        if self.pam:
            self.prepare_pam()
        if os.getuid() == 0:
            command(["chown", "-R", "freerad:freerad", self.folder])

    def prepare_pam(self):
        """A PAM service of our own, seen by this server only (see start): the code, then the password."""
        known = os.path.join(self.folder, "known")
        service = os.path.join(self.folder, "pam.d")
        os.mkdir(service)
        if self.pam == "pam_oath":
            people("oath", self.stack.users, known)
            line = "auth requisite %s/pam_oath.so usersfile=%s window=5 digits=6" % (SECURITY, known)
        else:
            os.mkdir(known)
            self.write_secrets(known)
            user = "freerad" if os.getuid() == 0 else str(os.getuid())
            line = "auth requisite %s/pam_google_authenticator.so forward_pass secret=%s/${USER} user=%s" % (
                SECURITY, known, user)
        line += "\nauth required %s/pam_unix.so use_first_pass\naccount required %s/pam_permit.so\n" % (
            SECURITY, SECURITY)
        for name, text in ((SERVICE, line), ("other", "auth required %s/pam_deny.so\n" % SECURITY)):
            with open(os.path.join(service, name), "w") as out:
                out.write(text)
        self.write_accounts()

    def write_accounts(self):
        """The users as pam_unix knows them, beside those that the machine has."""
        for kind in ("passwd", "shadow"):
            path = os.path.join(self.folder, kind)
            people(kind, self.stack.users, path, self.stack.setting)
            if kind == "passwd":
                with open("/etc/passwd") as usual, open(path, "a") as out:
                    out.write(usual.read())

    def write_secrets(self, folder):
        """Files as google-authenticator writes them: single use, three codes around now."""
        listing = os.path.join(self.folder, "secrets")
        people("secret", self.stack.users, listing)
        with open(listing) as lines:
            for line in lines:
                login, secret = line.split()
                path = os.path.join(folder, login)
                with open(path, "w") as out:
                    out.write('%s\n" DISALLOW_REUSE\n" WINDOW_SIZE 3\n" TOTP_AUTH\n' % secret)
                os.chmod(path, 0o600)

    def start(self):
        words = ["/usr/sbin/freeradius", "-f", "-d", self.raddb, "-n", "radiusd"]
        if os.getuid() == 0:
            words = ["setpriv", "--reuid", "freerad", "--regid", "freerad", "--clear-groups", "--"] + words
        if self.pam:
            bind = " && ".join("mount --bind %s /etc/%s" % (os.path.join(self.folder, name), name)
                               for name in ("pam.d", "passwd", "shadow")) + " && exec \"$@\""
            words = ["unshare", "--mount"] + ([] if os.getuid() == 0 else ["--map-root-user"]) + [
                "sh", "-c", bind, "sh"] + words
        self.output = open(os.path.join(self.folder, "output.log"), "w")
        self.process = subprocess.Popen(words, stdout=self.output, stderr=self.output,
                                        start_new_session=True,
                                        env={**os.environ, "HOME": self.folder})
        end = time.monotonic() + 30
        while not self.listens():
            if self.process.poll() is not None or time.monotonic() > end:
                raise Failed("%s does not start: see %s" % (self.name, self.folder))
            time.sleep(0.05)

    def listens(self):
        with open("/proc/net/udp") as table:
            return (":%04X " % self.port) in table.read()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def load(self, seconds, **options):
        """Codes are those of now, so the run stands within one step of 30 seconds; and one that no run
        before has used up."""
        if self.mode != "password":
            await_step(options.get("warmup", 1) + seconds + 2, self.used)
            self.used = int(time.time()) // STEP
        if self.again:
            options["again"] = None
        options = {"first": 1, "users": self.stack.users - PROVING, **options}
        return machine.load(self.port, self.secret, self.mode, seconds, algorithm="sha1",
                            step=int(time.time()) // STEP,
                            steps=100 if self.again or self.mode == "password" else 1, **options)

    def prove(self):
        """The right login is accepted, the wrong one refused; or it is no peer."""
        some = {"warmup": 0, "count": PROVING, "first": self.stack.users - PROVING + 1, "users": PROVING}
        right = self.load(20, **some)
        self.used = 0
        wrong = self.load(20, wrong=1000, **some)
        self.used = 0
        if right["accepted"] != PROVING or wrong["accepted"] != 0 or wrong["refused"] != PROVING:
            raise Failed("%s does not tell right from wrong: %s %s" % (self.name, right, wrong))


def await_step(seconds, after):
    """Polls until a later step of 30 seconds than `after` has that long to go (or has just begun)."""
    while STEP - time.time() % STEP < min(seconds, STEP - 1) or int(time.time()) // STEP <= after:
        time.sleep(0.05)


def make_database(stack):
    """rlm_sql's tables as shipped, and the users in them."""
    path = os.path.join(stack.folder, "radcheck.tsv")
    people("radcheck", stack.users, path, stack.setting)
    with open(os.path.join(SHIPPED, "schema.sql")) as schema:
        stack.sql("CREATE DATABASE radius; USE radius;\n" + schema.read(), None)
    stack.sql("""CREATE USER radius@localhost IDENTIFIED BY '%s';
        GRANT ALL ON radius.* TO radius@localhost;
        LOAD DATA LOCAL INFILE '%s' INTO TABLE radius.radcheck (username, attribute, op, value);
        ANALYZE TABLE radius.radcheck""" % (stack.env["SEIKYO_RADIUS_SECRET"], path), None)
    os.unlink(path)


def all_peers():
    return [
        Peer("limit_a", "password"),
        Peer("rlm_sql", "password"),
        Peer("rlm_totp", "suffix", again=True),
        Peer("pam_oath", "suffix", module="pam", pam="pam_oath"),
        Peer("pam_ga", "suffix", module="pam", pam="pam_google_authenticator"),
    ]


def start_peers(stack, folder):
    """Gives those that run, and have proved themselves; none may be missing."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder, mode=0o711)
    make_database(stack)
    peers = all_peers()
    try:
        for peer in peers:
            peer.prepare(stack, folder)
            peer.start()
            peer.prove()
    except BaseException:
        stop_peers(peers)
        raise
    return peers


def stop_peers(peers):
    for peer in peers:
        peer.stop()
