# SPDX-License-Identifier: GPL-2.0-only
"""A web server's end of FastCGI 1.0, for one request on a connection."""

import socket
import struct

BEGIN, END, PARAMS, STDIN, STDOUT, STDERR = 1, 3, 4, 5, 6, 7
RESPONDER = 1
RECORD_MAX = 65535


def record(kind, content=b""):
    return struct.pack(">BBHHBx", 1, kind, 1, len(content), 0) + content


def records(kind, content):
    """A stream: its records, and the empty one that ends it."""
    parts = [content[at : at + RECORD_MAX] for at in range(0, len(content), RECORD_MAX)]
    return b"".join(record(kind, part) for part in parts) + record(kind)


def length(number):
    return struct.pack(">B", number) if number < 128 else struct.pack(">I", number | 1 << 31)


def pair(name, value):
    return length(len(name)) + length(len(value)) + name + value


def message(variables, body):
    """The bytes of a request."""
    params = b"".join(pair(name, value) for name, value in variables)
    begin = record(BEGIN, struct.pack(">HB5x", RESPONDER, 0))
    return begin + records(PARAMS, params) + records(STDIN, body)


def take(stream, size):
    data = stream.read(size)
    if len(data) != size:
        raise EOFError("the process closed the connection")
    return data


def answer(stream):
    """What the process writes to its standard output, until it says that this is all."""
    output = b""
    while True:
        _, kind, _, size, padding = struct.unpack(">BBHHBx", take(stream, 8))
        content = take(stream, size + padding)[:size]
        if kind == STDOUT:
            output += content
        elif kind == END:
            return output


def ask(path, variables, body, seconds):
    """Sends a request to the process at this socket, and gives its answer."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(seconds)
        connection.connect(path)
        try:
            connection.sendall(message(variables, body))
        except (BrokenPipeError, ConnectionResetError):
            pass  # It has read enough: what it says to that is there to be read.
        with connection.makefile("rb") as stream:
            return answer(stream)
