# SPDX-License-Identifier: GPL-2.0-only
"""http.py: hostile requests to the console of a stack (tests/fuzz/http.t).

    http.py [--seed N] [--first N] [--count N | --seconds N] [--show] SETTINGS

SETTINGS: a file of JSON: people (login, password, codes that are not good), certificates (name: certificate and
key file), sockets and processes of the console, origins of console and phone app, ca. Every other request goes
through the web server, the others straight to a process behind it. Exit 0; 1 if something is wrong: a page of a
session, an error of ours, text of the request that comes out as it is, no answer; 2 wrong use. --show prints what
is sent. Request number n of a seed is the same again, but for what pages have hidden: --first n --count 1 sends it
alone.
"""

import argparse
import collections
import json
import re
import sys
import threading
import time

import fastcgi
from hostile import HEAD_MARK, MARK, Maker, Request
from web import SECONDS, Web, target, written

THREADS = 3
LEADS_TO = ("/login", "/login?notice=ended", "/token/")
HIDDEN = re.compile(rb'<input type="hidden" name="([a-z_]+)" value="([^"]*)">')
COOKIE = re.compile(rb"__Host-seikyo=([0-9a-f]{64})")


class Wrong(Exception):
    """What must not be."""


def variables(request, settings):
    """As a web server would hand it on, and some that none would."""
    told = [("REQUEST_METHOD", request.method), ("REQUEST_URI", target(request)), ("REMOTE_ADDR", "127.0.0.1")]
    for name, value in request.headers:
        name = name.upper().replace("-", "_")
        told.append((name if name == "CONTENT_TYPE" else "HTTP_" + name, value))
    if request.body or request.method == "POST":
        told.append(("CONTENT_LENGTH", str(len(request.body)) if request.length is None else request.length))
    if request.certificate:
        with open(settings["certificates"][request.certificate][0], encoding="ascii") as file:
            pem = file.read()
        verdicts = ["FAILED:18", "SUCCESS", "NONE", ""] if request.certificate == "foreign" else ["SUCCESS"]
        told += [("SSL_CLIENT_VERIFY", request.chance.choice(verdicts)),
                 ("SSL_CLIENT_CERT", request.chance.choice([pem] * 9 + [pem[: len(pem) // 2], MARK]))]
    return [(name.encode("utf-8", "surrogatepass"), value.encode("utf-8", "surrogatepass")) for name, value in told]


def ask_process(request, settings):
    path = request.chance.choice(settings["sockets"])
    output = fastcgi.ask(path, variables(request, settings), request.body, SECONDS)
    head, _, body = output.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    status = [line.split(b": ", 1)[1] for line in lines if line.startswith(b"Status: ")] or [b"200 OK"]
    return [b"HTTP/1.1 " + status[0]] + lines, body


# --- what is answered


def demand(holds, what):
    if not holds:
        raise Wrong(what)


def judge(head, body, straight):
    """Whatever was asked."""
    demand(head, "an answer has a head")
    status = int(head[0].split()[1])
    text = b"\n".join(head)
    ours = straight or b"content-security-policy" in text.lower()
    demand(b'action="/logout"' not in body, "a page of a session")
    demand(b'"secret"' not in body, "a token's secret")
    demand(MARK.encode() not in body, "text of the request comes out as it is")
    demand(HEAD_MARK.encode() not in text, "text of the request stands in the head")
    demand(status < 500 or (not ours and status in (501, 505)), f"an error of ours: {status}")
    for line in head[1:]:
        if line.lower().startswith(b"location:"):
            place = line.split(b":", 1)[1].strip().decode("latin-1")
            demand(place in LEADS_TO, f"a way to {place}")
    if ours and straight:
        for name in (b"Content-Security-Policy: ", b"X-Content-Type-Options: nosniff", b"X-Frame-Options: DENY"):
            demand(name in text, f"a page without {name.decode()}")
    return status


def learn(maker, head, body):
    """A cookie with the token of its pages, and what forms have hidden."""
    fields = [(name.decode(), value.decode("latin-1")) for name, value in HIDDEN.findall(body)]
    for name, value in fields:
        if name not in ("csrf", "attempt"):
            maker.learn(name, value)
    given = COOKIE.search(b"\n".join(line for line in head if line.startswith((b"Set-Cookie", b"set-cookie"))))
    token = dict(fields).get("csrf")
    if given and token and len(maker.cookies) < 20:
        maker.cookies[given.group(1).decode()] = token


# --- the run


class Run:
    def __init__(self, options, settings):
        self.options, self.settings = options, settings
        self.lock = threading.Lock()
        self.next, self.tally = options.first, collections.Counter()
        self.wrong, self.half = None, None
        self.began = time.monotonic()

    def take(self):
        """The number of the next request, None at the end; notes the memory half-way."""
        with self.lock:
            done = self.next - self.options.first
            spent = time.monotonic() - self.began
            part = done / self.options.count if self.options.count else spent / self.options.seconds
            if part >= 0.5 and self.half is None:
                self.half = memory(self.settings["processes"])
            if part >= 1 or self.wrong:
                return None
            self.next += 1
            return self.next - 1

    def one(self, number, maker, web):
        request = maker.make(number)
        if self.options.show:
            print(written(request))
        straight = number % 2 == 1
        answer = ask_process(request, self.settings) if straight else web.ask(request)
        if not answer:
            return "cut"
        status = judge(*answer, straight)
        learn(maker, *answer)
        return status

    def begin(self, maker, web):
        """Some browsers, with a cookie each."""
        for _ in range(5):
            request = Request()
            request.certificate = self.settings["people"][0]["login"]
            learn(maker, *web.ask(request))
        demand(maker.cookies, "no login page at the beginning")

    def note(self, number, what):
        with self.lock:
            self.wrong = self.wrong or f"request {number}: {what}"

    def work(self):
        maker = Maker(self.options.seed, self.settings["people"], self.settings["origins"])
        web = Web(self.settings)
        while (number := self.take()) is not None:
            try:
                if not maker.cookies:
                    self.begin(maker, web)
                status = self.one(number, maker, web)
            except Wrong as wrong:
                self.note(number, wrong)
            except (OSError, EOFError, ValueError) as fault:
                self.note(number, f"no answer, or none that can be read: {fault!r}")
            else:
                with self.lock:
                    self.tally[status] += 1

    def report(self):
        counts = " ".join(f"{status}={count}" for status, count in sorted(self.tally.items(), key=str))
        print(f"seed={self.options.seed} requests={sum(self.tally.values())} {counts} "
              f"seconds={time.monotonic() - self.began:.0f} kilobytes-half={self.half or 0} "
              f"kilobytes-end={memory(self.settings['processes'])}")
        if self.wrong:
            print(self.wrong)


def memory(processes):
    """Kilobytes that these take together."""
    total = 0
    for process in processes:
        try:
            with open(f"/proc/{process}/status", encoding="ascii") as file:
                total += int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))
        except (OSError, AttributeError):
            pass
    return total


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    amount = parser.add_mutually_exclusive_group(required=True)
    amount.add_argument("--count", type=int, default=0)
    amount.add_argument("--seconds", type=int, default=0)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("settings")
    options = parser.parse_args()
    with open(options.settings, encoding="utf-8") as file:
        run = Run(options, json.load(file))
    threads = [threading.Thread(target=run.work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run.report()
    sys.exit(1 if run.wrong else 0)


main()
