# SPDX-License-Identifier: GPL-2.0-only
"""What staff and master users do while the load runs, written down like its requests.

Two threads, each one person: at the operator command, and at the console. A line of the record:

    id, kind (unlock, revoke, issue, install, first-code), by (command, console), user, sent, ended,
    verdict (done, refused, unknown), and what came with it (app_user_id, step, text)

What is not answered is unknown. The console's form is sent again then, the same one, as a person does.
"""
import base64
import itertools
import json
import subprocess
import threading
import time

from browser import START_PASSWORD, Browser, Unanswered
from person import PERIOD, code

COMMAND_SECONDS = 30
TRIES = 4  # how often a form is sent
DONE = {"unlock": "Released", "revoke": "The token was revoked"}


class Journal:
    def __init__(self, path, name):
        self.file, self.name, self.number = open(path, "w"), name, 0

    def begin(self, kind, user, **more):
        self.number += 1
        return {"id": "%s%d" % (self.name, self.number), "kind": kind, "by": self.name, "user": user,
                "sent": time.monotonic(), **more}

    def end(self, act, verdict, **more):
        act.update(ended=time.monotonic(), verdict=verdict, **more)
        self.file.write(json.dumps(act) + "\n")
        self.file.flush()
        return verdict


class Actor(threading.Thread):
    """One person who acts until he is told to stop."""

    def __init__(self, journal):
        super().__init__(daemon=True)
        self.journal, self.stopped, self.failed = journal, threading.Event(), None

    def run(self):
        try:
            while not self.stopped.is_set():
                self.turn()
        except BaseException as failed:  # the round asks for it
            self.failed = failed
            raise

    def stop(self):
        self.stopped.set()

    def end(self, seconds):
        """True if he has ended well."""
        self.join(seconds)
        self.journal.file.close()
        return not self.is_alive() and self.failed is None


class Command(Actor):
    """A member of staff at seikyo-otp: frees who is locked, revokes one token after the other."""

    def __init__(self, journal, env, contract, lock, revoke):
        super().__init__(journal)
        self.program, self.contract = env["SEIKYO_COMMAND"], contract
        self.lock, self.revoke = set(lock), list(revoke)
        self.paper = itertools.count(1)

    def call(self, *words):
        """Exit status (None: none in time), and what was printed: the result, the rest."""
        try:
            done = subprocess.run([self.program, *words], capture_output=True, text=True, timeout=COMMAND_SECONDS,
                                  stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            return None, "", ""
        return done.returncode, done.stdout, done.stderr

    def act(self, kind, login, *words):
        act = self.journal.begin(kind, login)
        status, _, said = self.call(kind, login, "--paper", "P-%d" % next(self.paper), *words)
        verdict = {0: "done", 1: "refused"}.get(status, "unknown")
        return self.journal.end(act, verdict, text=said.strip()[:200] if verdict != "done" else "")

    def turn(self):
        status, said, _ = self.call("user", "list", self.contract, "--locked", "--json")
        locked = [row["login_id"] for row in json.loads(said)] if status == 0 else []
        for login in [login for login in locked if login in self.lock][:3]:
            self.act("unlock", login)
        if self.revoke and not self.stopped.is_set():
            self.act("revoke", self.revoke.pop(0), "--reason", "lost")


class Console(Actor):
    """A master user at the console, and users who set up a token: each with a browser."""

    def __init__(self, journal, ground, master, setups, lock, revoke):
        super().__init__(journal)
        self.master = Visitor(ground, master)
        self.setups = [Visitor(ground, user) for user in setups]
        self.lock, self.revoke, self.turns = set(lock), list(revoke), itertools.count()

    def ready(self):
        """The master's own setup, before the load begins."""
        return self.issue(self.master) == "done" and self.install(self.master) == "done" and \
            self.first_code(self.master) == "done"

    def turn(self):
        try:
            self.unlock()
            if self.revoke and self.signed_in():
                self.send_act("revoke", "/revoke?search=" + self.revoke[0], [self.revoke[0]], ("reason", "lost"))
                self.revoke.pop(0)
        except Unanswered:
            pass  # what only looks is done anew
        self.set_up(self.setups[next(self.turns) % len(self.setups)])

    # --- the master

    def signed_in(self):
        page = self.master.browser.get("/")
        if page.status == 200:
            return True
        page = self.master.password()
        page = self.master.browser.send(page, "/login/code", ("code", self.master.code())) if page else None
        return page is not None and page.status == 303

    def unlock(self):
        if not self.signed_in():
            return
        locked = [login for login in self.master.browser.get("/unlock").offered() if login in self.lock]
        if locked:
            self.send_act("unlock", "/unlock", locked[:2])

    def send_act(self, kind, path, logins, *more):
        """One form for several users: an act each, with the same times."""
        browser = self.master.browser
        page = browser.get(path)
        acts = [self.journal.begin(kind, login) for login in logins]
        typed = [("user", login) for login in logins] + [("confirmation", self.master.confirmation), *more]
        answer, tries = self.insist(lambda: browser.send(page, "/" + kind, *typed))
        for act, login in zip(acts, logins):
            verdict, text = self.judge(kind, login, answer, tries)
            self.journal.end(act, verdict, text=text, tries=tries)

    @staticmethod
    def judge(kind, login, answer, tries):
        """What the page says. Carried out already: by the same form, sent before."""
        if answer is None:
            return "unknown", ""
        said = answer.result(login)
        if said == DONE[kind]:
            return "done", said
        if said:
            return "refused", said
        if tries > 1 and "carried out already" in answer.text():
            return "done", "carried out already"
        return "unknown", "%d %s" % (answer.status, answer.text()[:300])

    def insist(self, send):
        """The answer, or None, and how often it was asked for."""
        for tries in range(1, TRIES + 1):
            try:
                return send(), tries
            except Unanswered:
                if self.stopped.is_set():
                    break
        return None, tries

    # --- the users who set up

    def set_up(self, visitor):
        """A step further: issue; after each third one, install and first code."""
        try:
            if visitor.active:
                self.again(visitor)
            elif self.issue(visitor) == "done" and visitor.issues % 3 == 0 and self.install(visitor) == "done":
                self.first_code(visitor)
        except Unanswered:
            visitor.page = None

    def again(self, visitor):
        """The master revokes him, so that he may begin anew."""
        if self.signed_in():
            self.send_act("revoke", "/revoke?search=" + visitor.login, [visitor.login], ("reason", "changed"))
            visitor.active = False

    def issue(self, visitor):
        page = visitor.password()
        if page is None or page.hidden("/setup") is None:
            page = self.begin_again(visitor, page)
        if page is None or page.hidden("/setup") is None:
            visitor.active = page is not None and page.hidden("/login/code") is not None
            return None
        act = self.journal.begin("issue", visitor.login)
        answer, tries = self.insist(lambda: visitor.browser.send(
            page, "/setup", ("mail", "phone@docomo.ne.jp"), ("start", START_PASSWORD), ("start_again", START_PASSWORD)))
        visitor.page, visitor.issues = answer, visitor.issues + 1
        visitor.app_user_id = dict((answer and answer.hidden("/setup/code")) or ()).get("app_user_id")
        if visitor.app_user_id:
            return self.journal.end(act, "done", app_user_id=visitor.app_user_id, tries=tries)
        return self.journal.end(act, "unknown", tries=tries, text=answer.text()[:300] if answer else "")

    @staticmethod
    def begin_again(visitor, page):
        """A token waits for its first code already: back to the page that issues one."""
        if page is None or page.hidden("/setup/again") is None:
            return None
        return visitor.browser.send(page, "/setup/again")

    def install(self, visitor):
        act = self.journal.begin("install", visitor.login, app_user_id=visitor.app_user_id)
        try:
            status, answer = visitor.browser.install(visitor.app_user_id)
        except Unanswered as failed:
            return self.journal.end(act, "unknown", text=str(failed))
        if status == 200:
            visitor.secret = base64.b32decode(answer["secret"] + "=" * (-len(answer["secret"]) % 8))
            return self.journal.end(act, "done")
        return self.journal.end(act, "refused", text=json.dumps(answer))

    def first_code(self, visitor):
        act = self.journal.begin("first-code", visitor.login, app_user_id=visitor.app_user_id)
        typed = visitor.code()
        answer, tries = self.insist(lambda: visitor.browser.send(visitor.page, "/setup/code", ("code", typed)))
        visitor.active = answer is not None and answer.status == 303 and answer.location == "/"
        return self.journal.end(act, "done" if visitor.active else "unknown", tries=tries,
                                text=answer.text()[:300] if answer and not visitor.active else "")


class Visitor:
    """A user with his browser and his phone."""

    def __init__(self, ground, user):
        self.login, self.typed, self.confirmation = user["login"], user["password"], user["confirmation"]
        self.browser = Browser(ground.env, ground.folder, self.login)
        self.page = self.app_user_id = self.secret = None
        self.active, self.issues, self.step = False, 0, 0

    def password(self):
        """The page that follows the right password; None: there was none."""
        page = self.browser.send(self.browser.get("/login"), "/login", ("password", self.typed))
        return page if page is not None and page.status == 200 else None

    def code(self):
        """The next code that was not typed yet, where there is one."""
        self.step = max(self.step + 1, int(time.time()) // PERIOD)
        return code(self.secret, min(self.step, int(time.time()) // PERIOD + 1))
