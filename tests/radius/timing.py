#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Logins of several kinds, one after the other in a shuffled order, and how long their replies take.

    timing.py sample ROUNDS FILE <KINDS     each round one login of each kind; adds "kind nanoseconds reply" lines
    timing.py judge FILE                    a table; a line "t KIND KIND value" for each pair

KINDS has lines "kind login password certificate"; a kind's lines are used in turn. In a reply's bytes what must
differ in each (identifier, authenticator, Message-Authenticator, Seikyo-Request-Id) is set to zero.
"""
import collections
import hashlib
import hmac
import itertools
import math
import os
import random
import socket
import statistics
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../fault"))

from wire import attribute, hide

SEIKYO, CERTIFICATE, REQUEST_ID = 32473, 3, 17
SECRET = os.environ["SEIKYO_RADIUS_SECRET"].encode()
WARM_UP = 3


def request(login, password, certificate):
    authenticator = os.urandom(16)
    vendor = SEIKYO.to_bytes(4, "big") + attribute(CERTIFICATE, bytes.fromhex(certificate))
    body = attribute(1, login.encode()) + attribute(2, hide(SECRET, authenticator, password.encode())) + attribute(26, vendor)
    length = 20 + len(body) + 18
    head = bytes([1, random.randrange(256)]) + length.to_bytes(2, "big") + authenticator
    signed = hmac.new(SECRET, head + body + attribute(80, bytes(16)), hashlib.md5).digest()
    return head + body + attribute(80, signed)


def blanked(reply):
    """The reply without what must differ."""
    reply = bytearray(reply)
    reply[1] = 0
    reply[4:20] = bytes(16)
    at = 20
    while at < len(reply):
        number, length = reply[at], reply[at + 1]
        if number == 80:
            reply[at + 2 : at + length] = bytes(length - 2)
        if number == 26 and int.from_bytes(reply[at + 2 : at + 6], "big") == SEIKYO and reply[at + 6] == REQUEST_ID:
            reply[at + 8 : at + length] = bytes(length - 8)
        at += length
    return bytes(reply)


def ask(channel, packet):
    began = time.perf_counter_ns()
    channel.send(packet)
    reply = channel.recv(4096)
    return time.perf_counter_ns() - began, reply


def sample(rounds, file):
    lines = collections.defaultdict(list)
    for line in sys.stdin:
        kind, *login = line.split()
        lines[kind].append(login)
    turns = {kind: itertools.cycle(logins) for kind, logins in lines.items()}
    channel = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    channel.settimeout(10)
    channel.connect((os.environ["SEIKYO_RADIUS_HOST"], int(os.environ["SEIKYO_RADIUS_PORT"])))
    with open(file, "a") as out:
        for turn in range(-WARM_UP, rounds):
            for kind in random.sample(sorted(turns), len(turns)):
                took, reply = ask(channel, request(*next(turns[kind])))
                if turn >= 0:
                    out.write("%s %d %s\n" % (kind, took, blanked(reply).hex()))


def welch(one, other):
    spread = math.sqrt(statistics.variance(one) / len(one) + statistics.variance(other) / len(other))
    return (statistics.fmean(one) - statistics.fmean(other)) / spread


def crop(times, most):
    return [took for took in times if took <= most]


def judge(file):
    times = collections.defaultdict(list)
    with open(file) as lines:
        for line in lines:
            kind, took, _ = line.split()
            times[kind].append(int(took) / 1000)
    print("%-12s %6s %10s %10s %10s" % ("kind", "logins", "mean us", "median us", "sd us"))
    for kind, took in sorted(times.items()):
        figures = len(took), statistics.fmean(took), statistics.median(took), statistics.stdev(took)
        print("%-12s %6d %10.1f %10.1f %10.1f" % (kind, *figures))
    # What took longest was kept waiting by something else: without it a difference shows sooner.
    most = sorted(itertools.chain.from_iterable(times.values()))[int(0.9 * sum(map(len, times.values())))]
    for one, other in itertools.combinations(sorted(times), 2):
        print("t %s %s %.2f" % (one, other, welch(times[one], times[other])))
        print("cropped-t %s %s %.2f" % (one, other, welch(crop(times[one], most), crop(times[other], most))))


if sys.argv[1] == "sample":
    sample(int(sys.argv[2]), sys.argv[3])
else:
    judge(sys.argv[2])
