# SPDX-License-Identifier: GPL-2.0-only
"""The users of tests/bench (person.c): everything about one follows from his number."""
import functools
import hashlib
import hmac

PERIOD = 60
DIGITS = 6
NEARBY = 6  # steps: further than any server looks for a code


class Person:
    """A user with password, certificate and an active token, all made of his number."""

    def __init__(self, number):
        seed = hashlib.sha512(b"bench person %d" % number).digest()
        self.number = number
        self.login = "b%07d" % number
        self.password = "pw-%s-x" % seed[:4].hex()
        self.secret = seed[4:24]
        self.certificate = seed[24:56]

    def code(self, step):
        return code(self.secret, step)

    def wrong_code(self, step):
        """Six digits that are none of his codes for a long while around the step."""
        near = {self.code(at) for at in range(step - 12, step + 60)}
        return next(text for text in ("%06d" % i for i in range(1000)) if text not in near)

    def ambiguous(self, step):
        """True if the code of this step is also that of one nearby: the server rightly takes the latest."""
        return any(self.code(at) == self.code(step) for at in range(step - NEARBY, step + NEARBY + 1) if at != step)


@functools.lru_cache(maxsize=100000)
def person(number):
    return Person(number)


def code(secret, step, digits=DIGITS):
    """RFC 6238 with SHA-256."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), "sha256")
    at = mac[-1] & 15
    return str((int.from_bytes(mac[at:at + 4], "big") & 0x7FFFFFFF) % 10 ** digits).zfill(digits)
