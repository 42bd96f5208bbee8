# SPDX-License-Identifier: GPL-2.0-only
"""Requests through the web server, some of them only in part requests."""

import socket
import ssl

SECONDS = 60  # for one answer, on a machine that has much to do


def clean(request):
    """True if the web server will see it as the one request that it is."""
    head = [request.method, request.path, request.query] + [text for pair in request.headers for text in pair]
    names = [name.lower() for name, _ in request.headers]
    return (request.length is None and "transfer-encoding" not in names and request.method != ""
            and not any(mark in text for text in head for mark in "\r\n\0"))


def target(request):
    return request.path + ("?" + request.query if request.query else "")


def written(request):
    """As HTTP/1.1."""
    lines = [f"{request.method} {target(request)} HTTP/1.1", "Host: localhost"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    if request.body or request.method == "POST":
        lines.append(f"Content-Length: {len(request.body) if request.length is None else request.length}")
    return "\r\n".join(lines).encode("utf-8", "surrogatepass") + b"\r\n\r\n" + request.body


class Web:
    """Connections to the web server, kept as long as it keeps them."""

    def __init__(self, settings):
        self.settings, self.open = settings, {}

    def context(self, certificate):
        context = ssl.create_default_context(cafile=self.settings["ca"])
        if certificate:
            context.load_cert_chain(*self.settings["certificates"][certificate])
        return context

    def connect(self, app, certificate):
        host, port = self.settings["origins"][app].split("//")[1].split(":")
        plain = socket.create_connection((host, int(port)), SECONDS)
        return self.context(certificate).wrap_socket(plain, server_hostname=host)

    def send(self, request, data):
        """Sends it on a connection that may have been closed meanwhile; gives a stream to read from."""
        key = (request.app, request.certificate)
        for fresh in (False, True):
            connection = None if fresh else self.open.pop(key, None)
            connection = connection or self.connect(*key)
            try:
                connection.sendall(data)
                stream = connection.makefile("rb")
                if stream.peek(1):
                    return key, connection, stream
            except (ssl.SSLError, BrokenPipeError, ConnectionResetError):
                pass
            connection.close()
        return key, None, None

    def ask(self, request):
        """Gives head and body; None where no answer is to be had, as to half a request."""
        whole = clean(request)
        if not whole and request.chance.random() < 0.5:
            self.cut(request)
            return None
        if not whole:
            request.length = None
            request.headers = [pair for pair in request.headers if pair[0].lower() != "transfer-encoding"]
        key, connection, stream = self.send(request, written(request))
        if not stream:
            return None
        try:
            head, body, more = read_answer(stream, request.method)
        except (ConnectionResetError, ssl.SSLError):
            return None
        if whole and more:
            self.open[key] = connection
        else:
            connection.close()
        return head, body

    def cut(self, request):
        """What the web server would wait for the rest of."""
        connection = self.connect(request.app, request.certificate)
        try:
            connection.sendall(written(request))
        except (ssl.SSLError, BrokenPipeError, ConnectionResetError):
            pass
        connection.close()


def read_head(stream):
    lines = []
    while True:
        line = stream.readline(65536)
        if line in (b"\r\n", b"\n", b""):
            return lines
        lines.append(line.rstrip(b"\r\n"))


def read_chunks(stream):
    body = b""
    while True:
        size = int(stream.readline().split(b";")[0] or b"0", 16)
        body += stream.read(size)
        stream.readline()
        if not size:
            return body


def read_answer(stream, method):
    """Head, body, and whether another request may follow."""
    head = read_head(stream)
    while head and head[0].split()[1:2] == [b"100"]:
        head = read_head(stream)
    fields = {line.split(b":")[0].lower(): line.split(b":", 1)[1].strip() for line in head[1:] if b":" in line}
    if method == "HEAD" or (head and head[0].split()[1:2] in ([b"304"], [b"204"])):
        body = b""
    elif fields.get(b"transfer-encoding") == b"chunked":
        body = read_chunks(stream)
    elif b"content-length" in fields:
        body = stream.read(int(fields[b"content-length"]))
    else:
        return head, stream.read(), False
    return head, body, fields.get(b"connection", b"").lower() != b"close"
