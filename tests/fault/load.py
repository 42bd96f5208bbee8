# SPDX-License-Identifier: GPL-2.0-only
"""The load of one round: a gateway with many logins in flight at two or more RADIUS servers.

A process of its own. Every slot has one request under way all the time: when it is answered, or given up,
the next one begins. A request that is not answered is repeated after a second, at the next server: as the
same packet, or as a new one with the same Seikyo-Attempt. What is given up is unknown, never a result.
Each request is one line of JSON in the record:

    id, user, group, kind (password, wrong-password, code, wrong-code), way (one, challenge), step, again (id
    of the request whose code this is, too), packets (their request ids), servers (where each went, from 0),
    sent, last (the last packet), ended (monotonic seconds), verdict (accept, reject, challenge, unknown),
    outcome, tries, said (the reply's request id); a line of id and late: an answer that came after the end
"""
import json
import multiprocessing
import os
import random
import select
import socket
import time

from person import PERIOD, person

FLIGHT = 48
RESEND = 1.0
PATIENCE = (1.5, 8.0)  # seconds; drawn anew for each request
ANSWERED, ACCEPTED, PACKETS, STOP = range(4)  # counters that the round reads, and its word to stop
BATCH = 3  # requests of one user at a time: the database keeps the four newest attempts
WRONG_PASSWORDS = 9  # one fewer than lock


class Request:
    """One leg of a login, with all packets that were sent for it."""

    def __init__(self, number, user, kind, words, **more):
        self.number, self.user, self.kind, self.words = number, user, kind, words
        self.way, self.step, self.again = more.get("way", "one"), more.get("step"), more.get("again")
        self.group = more["group"]
        self.packets, self.servers = [], []
        self.sent, self.ended, self.answer = None, None, None
        self.last = None  # the newest packet and its authenticator

    def line(self):
        answer = self.answer or {"verdict": "unknown"}
        line = {"id": self.number, "user": self.user, "group": self.group, "kind": self.kind, "way": self.way,
                "step": self.step, "packets": self.packets, "servers": self.servers, "sent": round(self.sent, 6),
                "last": round(self.last_sent, 6), "ended": round(self.ended, 6), "verdict": answer["verdict"],
                "outcome": answer.get("outcome"), "tries": answer.get("tries"), "said": answer.get("request")}
        if self.again is not None:
            line["again"] = self.again
        return json.dumps(line)


class Careful:
    """Users with several requests at once, but never more than the database remembers; one whose request had
    to be repeated is left alone for the rest of the round, since a packet of his may lie somewhere."""

    def __init__(self, numbers):
        self.idle, self.busy, self.left = list(numbers), {}, {}

    def take(self, draw):
        if not self.idle:
            return None
        user = draw.choice(self.idle)
        self.busy[user] = self.busy.get(user, 0) + 1
        self.left[user] = self.left.get(user, 0) + 1
        if self.left[user] == BATCH:
            self.idle.remove(user)
        return user

    def give(self, user, repeated):
        self.busy[user] -= 1
        if repeated:
            self.left[user] = BATCH + 1
            if user in self.idle:
                self.idle.remove(user)
        elif self.busy[user] == 0 and self.left[user] <= BATCH:
            self.left[user] = 0
            if user not in self.idle:
                self.idle.append(user)


class Plan:
    """Which request comes next; all chance comes from one seed. users: {group: numbers}."""

    def __init__(self, users, seed):
        self.draw = random.Random(seed)
        self.plain, self.at, self.steps = users["plain"], 0, {}
        self.careful = {group: Careful(users[group]) for group in ("lock", "revoke", "password")}
        self.wrong, self.accepted, self.unknown = {}, [], []
        self.kinds = (("plain", 76), ("lock", 10), ("revoke", 5), ("password", 3), ("replay", 6))

    def next(self, now):
        """(user, group, kind, step, again) or None: nothing is left."""
        if self.unknown:
            user, step, number = self.unknown.pop()
            return user, "plain", "code", step, number
        kind = self.draw.choices([k for k, _ in self.kinds], [w for _, w in self.kinds])[0]
        return getattr(self, "next_" + kind)(int(now) // PERIOD) or self.next_plain(int(now) // PERIOD)

    def next_plain(self, step):
        """Each user with the code of this minute; when all have been, with the next one's, which is good already."""
        for _ in range(len(self.plain)):
            user = self.plain[self.at % len(self.plain)]
            self.at += 1
            use = max(self.steps.get(user, 0) + 1, step)
            if use <= step + 1:
                self.steps[user] = use
                return user, "plain", "code", use, None
        return None

    def next_lock(self, step):
        user = self.careful["lock"].take(self.draw)
        if user is None:
            return None
        if self.draw.random() < 0.85:
            return user, "lock", "wrong-code", step, None
        return user, "lock", "code", step + self.draw.randrange(2), None

    def next_revoke(self, step):
        user = self.careful["revoke"].take(self.draw)
        return user and (user, "revoke", "code", step + self.draw.randrange(2), None)

    def next_password(self, step):
        user = self.careful["password"].take(self.draw)
        if user is None:
            return None
        self.wrong[user] = self.wrong.get(user, 0) + 1
        if self.wrong[user] == WRONG_PASSWORDS:
            self.careful["password"].left[user] = BATCH + 1
            self.careful["password"].idle = [u for u in self.careful["password"].idle if u != user]
        return user, "password", "wrong-password", step, None

    def next_replay(self, _):
        if not self.accepted:
            return None
        user, step, number = self.draw.choice(self.accepted)
        return user, "plain", "code", step, number

    def ended(self, request):
        verdict = request.answer["verdict"] if request.answer else "unknown"
        if request.group != "plain":
            self.careful[request.group].give(request.user, len(request.packets) > 1 or verdict == "unknown")
            return
        if verdict == "unknown":
            self.steps[request.user] = 1 << 40
            if request.kind == "code" and request.again is None and self.draw.random() < 0.5:
                self.unknown.append((request.user, request.step, request.number))
        elif verdict == "accept" and request.again is None and len(self.accepted) < 2000:
            self.accepted.append((request.user, request.step, request.number))


class Slot:
    def __init__(self, index, servers, draw):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.bind(("127.0.0.1", 0))
        self.server, self.servers = index % len(servers), servers
        self.number, self.waiting, self.request = draw.randrange(256), {}, None
        self.repeat = self.deadline = 0.0
        self.same = False


class Load:
    def __init__(self, wire, servers, users, seed, path, counters, first):
        self.wire, self.counters, self.number = wire, counters, first
        self.plan, self.record = Plan(users, seed), open(path, "w", buffering=1 << 20)
        self.draw = random.Random(seed + 1)
        self.slots = [Slot(i, servers, self.draw) for i in range(FLIGHT)]
        self.poll = select.epoll()
        self.of_socket = {slot.socket.fileno(): slot for slot in self.slots}
        for number in self.of_socket:
            self.poll.register(number, select.EPOLLIN)

    def words(self, user, kind, step, way, state):
        one = person(user)
        typed = one.password if kind != "wrong-password" else "q" + one.password[1:]
        shown = None
        if step is not None and kind in ("code", "wrong-code"):
            shown = one.code(step) if kind == "code" else one.wrong_code(step)
        words = {"name": one.login.encode(), "password": typed.encode(), "certificate": one.certificate}
        if way == "challenge" and state:
            words.update(password=shown.encode(), state=state)
        elif way == "one" and shown:
            words["code"] = shown.encode()
        return words

    def begin(self, slot, now):
        planned = self.plan.next(time.time()) if not self.counters[STOP] else None
        slot.request = None
        if planned is None:
            return
        user, group, kind, step, again = planned
        way = "challenge" if kind != "wrong-password" and self.draw.random() < 0.35 else "one"
        leg = "password" if way == "challenge" else kind
        self.ask(slot, now, user, leg, way, group=group, step=step, again=again, then=kind)

    def ask(self, slot, now, user, leg, way, state=None, **more):
        words = self.words(user, leg, more["step"], way, state)
        slot.same = self.draw.random() < 0.5
        if not slot.same:
            words["attempt"] = os.urandom(16)
        self.number += 1
        request = Request(self.number, user, leg, words, way=way, **{k: more[k] for k in ("group", "step", "again")})
        request.then = more["then"]
        request.sent = now
        slot.request, slot.deadline = request, now + self.draw.uniform(*PATIENCE)
        self.send(slot, now)

    def send(self, slot, now):
        request = slot.request
        if request.last is None or not slot.same:
            slot.number = (slot.number + 1) % 256
            packet, authenticator = self.wire.packet(slot.number, request.words)
            request.last = packet, authenticator
            request.packets.append(self.wire.request_id(authenticator))
            slot.waiting[slot.number] = request, authenticator
        else:
            request.packets.append(request.packets[0])
        request.servers.append(slot.server)
        slot.repeat, request.last_sent = now + RESEND, now
        self.counters[PACKETS] += 1
        try:
            slot.socket.sendto(request.last[0], slot.servers[slot.server])
        except OSError:
            pass  # what is not sent is not answered

    def receive(self, slot, now):
        while True:
            try:
                reply = slot.socket.recv(4096)
            except BlockingIOError:
                return
            except OSError:
                continue  # a port that nobody has open: another packet will say
            request, authenticator = slot.waiting.get(reply[1], (None, None))
            answer = request and self.wire.read(reply, authenticator)
            if not answer:
                continue
            if request is slot.request:
                request.answer = answer
                self.end(slot, now, answer)
            else:
                self.note_late(request, answer, now)

    def note_late(self, request, answer, now):
        late = {"at": round(now, 6), "verdict": answer["verdict"], "outcome": answer.get("outcome"),
                "said": answer.get("request")}
        self.record.write(json.dumps({"id": request.number, "late": late}) + "\n")

    def end(self, slot, now, answer=None):
        request = slot.request
        request.ended = now
        self.record.write(request.line() + "\n")
        goes_on = answer and request.kind == "password" and "state" in answer and answer["verdict"] == "challenge"
        if goes_on:
            self.ask(slot, now, request.user, request.then, "challenge", state=answer["state"], group=request.group,
                     step=request.step, again=request.again, then=None)
            return
        if answer:
            self.counters[ANSWERED] += 1
            self.counters[ACCEPTED] += answer["verdict"] == "accept"
        self.plan.ended(request)
        self.begin(slot, now)

    def look(self, now):
        """Repeats what is not answered, gives up what nobody will answer."""
        for slot in self.slots:
            if slot.request is None:
                if not self.counters[STOP]:
                    self.begin(slot, now)
            elif now >= slot.deadline or (self.counters[STOP] == 2):
                self.end(slot, now)
            elif now >= slot.repeat:
                slot.server = (slot.server + 1) % len(slot.servers)
                self.send(slot, now)

    def run(self):
        looked = 0.0
        while not self.counters[STOP] or any(slot.request for slot in self.slots):
            for number, _ in self.poll.poll(0.05):
                self.receive(self.of_socket[number], time.monotonic())
            now = time.monotonic()
            if now > looked + 0.05:
                self.look(now)
                looked = now
        self.linger()

    def linger(self):
        """Answers that are on their way still are results."""
        until = time.monotonic() + 0.3
        while time.monotonic() < until:
            for number, _ in self.poll.poll(0.05):
                self.receive(self.of_socket[number], time.monotonic())
        self.record.close()


class Process:
    """The load as the round sees it."""

    def __init__(self, *words):
        self.counters = multiprocessing.RawArray("q", 4)
        self.process = multiprocessing.get_context("fork").Process(
            target=lambda: Load(*words[:5], self.counters, words[5]).run(), daemon=True)
        self.process.start()

    def count(self, which):
        return self.counters[which]

    def alive(self):
        return self.process.is_alive()

    def stop(self, seconds):
        """Lets everything under way end; what has not by then is given up. True if the load ended well."""
        self.counters[STOP] = 1
        self.process.join(seconds)
        self.counters[STOP] = 2
        self.process.join(10)
        return self.process.exitcode == 0

    def kill(self):
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
