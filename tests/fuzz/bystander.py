"""A program of its own, so that nobody's work but the server's delays it: asks the same again and again, and prints how
many seconds each answer took, connecting included. `python bystander.py host port pause`; the request and then the end
come through the standard input."""

import select
import socket
import sys
import time

FRESH = 5
"""Every so many calls come over a connection of their own."""


def main(host: str, port: int, pause: float) -> None:
    request = b""
    while not request.endswith(b"\n\n"):
        request += sys.stdin.buffer.readline()
    request = request[:-2]
    kept = connect(host, port)
    number = 0
    while not select.select([sys.stdin], [], [], pause)[0]:
        number += 1
        begun = time.perf_counter()
        connection = connect(host, port) if number % FRESH == 0 else kept
        connection.sendall(request)
        status = status_of(connection)
        print(status, time.perf_counter() - begun, flush=True)  # noqa: T201
        if connection is not kept:
            connection.close()


def connect(host: str, port: int) -> socket.socket:
    return socket.create_connection((host, port), timeout=30)


def status_of(connection: socket.socket) -> int:
    content = b""
    while b"\r\n\r\n" not in content:
        content += received(connection)
    head, _, body = content.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += received(connection)
    return int(head.split(b" ")[1])


def received(connection: socket.socket) -> bytes:
    content = connection.recv(65_536)
    if not content:
        raise ConnectionError("the server hung up")
    return content


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
