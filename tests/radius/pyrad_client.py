#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""One request by pyrad, with raddb/dictionary.seikyo as it is, and its reply as a line like tests/tools/radius's.

    pyrad_client.py [--silent] [--unsigned] [--clear] [--forged] DICTIONARY NAME=VALUE...

--silent: no reply is expected, and soon given up; --unsigned: without Message-Authenticator; --clear: attributes
with encrypt=1 as pyrad itself sends them, in clear; --forged: one bit of the reply is changed on the way. source=
and secret= as in tests/tools/radius.
"""
import hashlib
import hmac
import io
import os
import sys

from pyrad.client import Client, Timeout
from pyrad.dictionary import Dictionary
from pyrad.packet import AccessAccept, AccessChallenge, AccessReject

STANDARD = """ATTRIBUTE User-Name 1 string
ATTRIBUTE User-Password 2 octets encrypt=1
ATTRIBUTE Reply-Message 18 string
ATTRIBUTE State 24 octets
ATTRIBUTE Message-Authenticator 80 octets
"""
CODES = {AccessAccept: "Access-Accept", AccessReject: "Access-Reject", AccessChallenge: "Access-Challenge"}
SIGNATURE = "Message-Authenticator"


def value_of(kind, text):
    if kind == "octets":
        return bytes.fromhex(text)
    return int(text) if kind == "integer" and text.isdigit() else text


def hidden(packet, value):
    return packet.PwCrypt(value)


def fill(packet, words, clear):
    for word in words:
        name, text = word.split("=", 1)
        attribute = packet.dict.attributes[name]
        if attribute.encrypt == 1 and not (clear and name != "User-Password"):
            value = hidden(packet, text if name in ("User-Password", "Seikyo-OTP") else bytes.fromhex(text))
        else:
            value = value_of(attribute.type, text)
        # pyrad takes octets that begin like this for hex digits.
        if isinstance(value, bytes) and attribute.type == "octets" and value.startswith(b"0x"):
            value = b"0x" + value.hex().encode()
        packet.AddAttribute(name, value)


def signature(raw, authenticator, secret):
    """RFC 3579 section 3.2, over a packet whose own is still in it."""
    raw = raw[:4] + authenticator + raw[20:]
    at = 20
    while at < len(raw) and raw[at] != 80:
        at += raw[at + 1]
    raw = raw[: at + 2] + bytes(16) + raw[at + 18 :]
    return hmac.new(secret, raw, hashlib.md5).digest()


def sign(packet):
    packet[SIGNATURE] = bytes(16)
    packet[SIGNATURE] = signature(packet.RequestPacket(), packet.authenticator, packet.secret)


def faults(packet, reply, raw):
    if SIGNATURE not in reply:
        return "no-message-authenticator "
    wanted = signature(raw, packet.authenticator, packet.secret)
    return "" if hmac.compare_digest(wanted, reply[SIGNATURE][0]) else "bad-message-authenticator "


def opened(packet, value):
    """RFC 2868 section 3.5, without a tag."""
    last, plain = packet.authenticator + value[:2], b""
    for at in range(2, len(value), 16):
        pad = hashlib.md5(packet.secret + last).digest()
        last = value[at : at + 16]
        plain += bytes(a ^ b for a, b in zip(last, pad))
    return plain[1 : 1 + plain[0]]


def shown(packet, attribute, value):
    if attribute.encrypt == 2:
        value = opened(packet, value)
    if isinstance(value, bytes):
        return value.hex().upper()
    return '"%s"' % value if attribute.name == "Reply-Message" or " " in str(value) else str(value)


def line_of(packet, reply):
    words = [CODES[reply.code]]
    for name in reply.keys():
        if name not in reply.dict.attributes:
            words.append("unknown-%s" % (name,))
        elif name != SIGNATURE:
            words += [name + "=" + shown(packet, reply.dict.attributes[name], value) for value in reply[name]]
    return " ".join(words)


class Forger(Client):
    """Where pyrad decides whether a reply is the server's: its bytes are kept, and changed first if asked to."""

    forged = False
    raw = None

    def CreateAuthPacket(self, **args):
        packet = super().CreateAuthPacket(**args)
        verify = packet.VerifyReply

        def verify_kept(reply, rawreply=None):
            if self.forged:
                rawreply = rawreply[:-1] + bytes([rawreply[-1] ^ 1])
            self.raw = rawreply
            good = verify(reply, rawreply)
            if self.forged and not good:
                raise Timeout
            return good

        packet.VerifyReply = verify_kept
        return packet


def main(arguments):
    options = {word for word in arguments if word.startswith("--")}
    dictionary, *words = [word for word in arguments if word not in options]
    own = dict(word.split("=", 1) for word in words if word.startswith(("source=", "secret=")))
    secret = own.get("secret", os.environ["SEIKYO_RADIUS_SECRET"]).encode()
    client = Forger(
        server=os.environ["SEIKYO_RADIUS_HOST"],
        authport=int(os.environ["SEIKYO_RADIUS_PORT"]),
        secret=secret,
        dict=Dictionary(io.StringIO(STANDARD), dictionary),
    )
    client.retries, client.timeout = 1, 2 if "--silent" in options else 15
    client.forged = "--forged" in options
    client.bind((own.get("source", ""), 0))
    packet = client.CreateAuthPacket()
    packet.authenticator = os.urandom(16)
    fill(packet, [word for word in words if word.split("=")[0] not in own], "--clear" in options)
    if "--unsigned" not in options:
        sign(packet)
    try:
        reply = client.SendPacket(packet)
    except Timeout:
        print("no-reply" if client.raw is None else "bad-authenticator")
        return
    print(faults(packet, reply, client.raw) + line_of(packet, reply))


main(sys.argv[1:])
