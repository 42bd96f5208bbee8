#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The mail server of a stack: an SMTP peer with STARTTLS and AUTH that keeps a file per mail.

    mail.py FOLDER PORT TLS_PORT

FOLDER holds mail.crt, mail.key, account (user, password: a line each) and mail/, where the files go.
TLS_PORT speaks TLS from the first byte on. FOLDER/answer, looked at whenever it matters, may hold one
line that says what to do otherwise than to take the mail:

    [once] STAGE ANSWER

STAGE is connect, starttls, mail, rcpt, data (before the mail is kept), kept (after it) or quit. ANSWER
is hang, drop, wait (go on when the file has gone), or a reply, as in "once rcpt 451 4.3.0 Try again
later"; at starttls also `none`: neither STARTTLS nor AUTH. With `once` the file goes when it has been
obeyed. FOLDER/reached holds the stage at which somebody hangs or waits.
"""
import asyncio
import hmac
import os
import signal
import ssl
import sys
import time

from aiosmtpd.smtp import SMTP, AuthResult

FOLDER, PORT, TLS_PORT = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])


def asked(stage):
    """What is to be answered at this stage, or None."""
    path = os.path.join(FOLDER, "answer")
    try:
        with open(path, encoding="utf-8") as file:
            words = file.read().split(None, 1)
    except FileNotFoundError:
        return None
    once = words[:1] == ["once"]
    if once:
        words = words[1].split(None, 1)
    if len(words) < 2 or words[0] != stage:
        return None
    if once:
        os.unlink(path)
    return words[1].strip()


async def obey(server, stage):
    """Does what is asked; gives the reply to be sent, or None to go on."""
    answer = asked(stage)
    if answer in ("hang", "wait"):
        with open(os.path.join(FOLDER, "reached"), "w", encoding="utf-8") as file:
            file.write(stage)
    if answer == "hang":
        await asyncio.Event().wait()
    if answer == "drop":
        server.transport.abort()
        await asyncio.Event().wait()
    if answer == "wait":
        while asked(stage):
            await asyncio.sleep(0.02)
        return None
    return answer


def keep(session, envelope):
    """Writes the mail under a name of its own; whoever finds the name, finds the whole mail."""
    name = os.path.join(FOLDER, "mail", str(time.time_ns()))
    with open(name + ".part", "wb") as file:
        head = [
            "X-Envelope-From: " + envelope.mail_from,
            "X-Envelope-To: " + ", ".join(envelope.rcpt_tos),
            "X-Encrypted: " + ("yes" if session.ssl else "no"),
            "X-Login: " + (session.auth_data or b"none").decode(),
        ]
        file.write("".join(line + "\r\n" for line in head).encode())
        file.write(envelope.original_content)
    os.rename(name + ".part", name + ".eml")


class Handler:
    async def handle_MAIL(self, server, session, envelope, address, options):
        answer = await obey(server, "mail")
        if answer:
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = await obey(server, "rcpt")
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server, session, envelope):
        answer = await obey(server, "data")
        if answer:
            return answer
        keep(session, envelope)
        return await obey(server, "kept") or "250 2.0.0 Kept"

    async def handle_QUIT(self, server, session, envelope):
        return await obey(server, "quit") or "221 2.0.0 Bye"


class Peer(SMTP):
    """Answers for the stages that no handler sees."""

    async def _handle_client(self):
        answer = await obey(self, "connect")
        if answer:
            await self.push(answer)
            self.transport.close()
            return
        await super()._handle_client()

    async def smtp_STARTTLS(self, arg):
        answer = await obey(self, "starttls")
        if answer and answer != "none":
            await self.push(answer)
            return
        await super().smtp_STARTTLS(arg)


def authenticator():
    with open(os.path.join(FOLDER, "account"), encoding="utf-8") as file:
        user, password = file.read().encode().splitlines()

    def check(server, session, envelope, mechanism, data):
        good = hmac.compare_digest(data.login, user) and hmac.compare_digest(data.password, password)
        # handled: the library sends 535 by itself.
        return AuthResult(success=good, handled=False, auth_data=data.login if good else None)

    return check


def without_starttls():
    path = os.path.join(FOLDER, "answer")
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().strip() == "starttls none"
    except FileNotFoundError:
        return False


def peer(context, check, encrypted):
    bare = not encrypted and without_starttls()
    return Peer(
        Handler(),
        hostname="mail.example.jp",
        ident="peer",
        tls_context=None if bare or encrypted else context,
        require_starttls=not bare and not encrypted,
        auth_required=not bare,
        auth_require_tls=not encrypted,
        authenticator=check,
        loop=asyncio.get_running_loop(),
    )


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(FOLDER, "mail.crt"), os.path.join(FOLDER, "mail.key"))
    check = authenticator()
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    for port, encrypted in ((TLS_PORT, True), (PORT, False)):
        await loop.create_server(
            lambda encrypted=encrypted: peer(context, check, encrypted),
            "127.0.0.1", port, ssl=context if encrypted else None)
    await stop.wait()
    # Without waiting for those who hang.
    sys.stdout.flush()
    os._exit(0)


asyncio.run(main())
