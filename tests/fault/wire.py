# SPDX-License-Identifier: GPL-2.0-only
"""RADIUS packets of a gateway (RFC 2865, RFC 3579 section 3.2), made and checked."""
import hashlib
import hmac
import os
import struct

VENDOR = 32473
ACCEPT, REJECT, CHALLENGE = 2, 3, 11
VERDICTS = {ACCEPT: "accept", REJECT: "reject", CHALLENGE: "challenge"}
USER_NAME, USER_PASSWORD, STATE, VENDOR_SPECIFIC, MESSAGE_AUTHENTICATOR = 1, 2, 24, 26, 80
OUTCOME, OTP, CERTIFICATE, ATTEMPT, TRIES_LEFT, REQUEST_ID = 1, 2, 3, 5, 8, 17
OUTCOMES = {1: "otp-required", 2: "setup-required", 3: "first-code-required", 4: "otp-wrong", 5: "otp-used",
            6: "otp-locked", 7: "reissue-wait", 8: "not-started", 9: "certificate-refused", 10: "accepted"}
GROUP = b"gateway"  # the client's short name in tests/stack


def attribute(number, value):
    return bytes((number, len(value) + 2)) + value


def ours(number, value):
    return attribute(VENDOR_SPECIFIC, VENDOR.to_bytes(4, "big") + attribute(number, value))


def hide(secret, authenticator, text):
    """RFC 2865 section 5.2."""
    text = text.ljust(-(-len(text) // 16) * 16, b"\0")
    hidden, before = b"", authenticator
    for at in range(0, len(text), 16):
        mask = hashlib.md5(secret + before).digest()
        before = bytes(a ^ b for a, b in zip(text[at:at + 16], mask))
        hidden += before
    return hidden


class Wire:
    """secret: shared with the servers; state_key: theirs, by which a packet's request id is foretold."""

    def __init__(self, secret, state_key):
        self.secret, self.state_key = secret, state_key

    def request_id(self, authenticator):
        """What the servers call a packet with this authenticator, in login_event too (core/state.h)."""
        parts = b"".join(len(part).to_bytes(4, "big") + part for part in (b"nonce", GROUP, authenticator))
        return hmac.digest(self.state_key, parts, "sha256")[:8].hex()

    def packet(self, number, words):
        """An Access-Request and its authenticator. words: name, password, code, certificate, state, attempt."""
        authenticator = os.urandom(16)
        body = attribute(USER_NAME, words["name"])
        body += attribute(USER_PASSWORD, hide(self.secret, authenticator, words["password"]))
        if words.get("code"):
            body += ours(OTP, hide(self.secret, authenticator, words["code"]))
        for key, make in (("certificate", lambda v: ours(CERTIFICATE, v)), ("state", lambda v: attribute(STATE, v)),
                          ("attempt", lambda v: ours(ATTEMPT, v))):
            if words.get(key):
                body += make(words[key])
        head = struct.pack("!BBH", 1, number, 38 + len(body)) + authenticator
        signed = hmac.digest(self.secret, head + attribute(MESSAGE_AUTHENTICATOR, bytes(16)) + body, "md5")
        return head + attribute(MESSAGE_AUTHENTICATOR, signed) + body, authenticator

    def read(self, reply, authenticator):
        """What the reply says, or None where it is not the server's to this request."""
        if len(reply) < 20 or struct.unpack("!H", reply[2:4])[0] != len(reply):
            return None
        right = hashlib.md5(reply[:4] + authenticator + reply[20:] + self.secret).digest()
        if not hmac.compare_digest(right, reply[4:20]):
            return None
        found, signed_at = parse(reply)
        if signed_at is None:
            return None
        zeroed = reply[:4] + authenticator + reply[20:signed_at] + bytes(16) + reply[signed_at + 16:]
        if not hmac.compare_digest(hmac.digest(self.secret, zeroed, "md5"), reply[signed_at:signed_at + 16]):
            return None
        found["verdict"] = VERDICTS.get(reply[0], "code %d" % reply[0])
        return found


def parse(reply):
    """The attributes that matter, and where the Message-Authenticator's value stands."""
    found, signed_at, at = {}, None, 20
    while at + 2 <= len(reply) and reply[at + 1] >= 2:
        value = reply[at + 2:at + reply[at + 1]]
        if reply[at] == STATE:
            found["state"] = value
        elif reply[at] == MESSAGE_AUTHENTICATOR and len(value) == 16:
            signed_at = at + 2
        elif reply[at] == VENDOR_SPECIFIC and int.from_bytes(value[:4], "big") == VENDOR:
            note(found, value[4], value[6:])
        at += reply[at + 1]
    return found, signed_at


def note(found, number, value):
    if number == OUTCOME:
        found["outcome"] = OUTCOMES.get(int.from_bytes(value, "big"), "unknown")
    elif number == TRIES_LEFT:
        found["tries"] = int.from_bytes(value, "big")
    elif number == REQUEST_ID:
        found["request"] = value.decode("ascii", "replace")
