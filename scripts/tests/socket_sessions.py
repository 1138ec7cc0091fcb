# SPDX-License-Identifier: GPL-2.0
"""Programs with sockets that have options, and their peers."""

import os
import selectors
import signal
import socket
import time

from socket_bench import connected, contexts, counter, forget, until
import abi
import sockapi as api
from abi import equal, refused, result
from sockapi import get, set_

CALLS = [(on, asked) for on in (1, 0) for asked in (False, True)]


def accepted(port, address):
    def one(fd, on, asked):
        what = f"listener, DONTSHIM {on}, asked {'first' if asked else 'last'}"
        sock = api.make("tcp")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((address, int(port)))
        set_(sock, api.DONTSHIM, on)
        sock.listen()
        conn, _ = sock.accept()
        sock.close()
        time.sleep(2.5)
        if asked:
            equal(f"{what}: DONTSHIM of the socket it made",
                  get(conn, api.DONTSHIM), on)
        before = counter(fd, "tx_bypass_socket")
        for _ in range(20):
            conn.sendall(conn.recv(100))
        left = counter(fd, "tx_bypass_socket") - before
        result(left >= 20 if on else not left,
               f"{what}: packets left alone", str(left))
        equal(f"{what}: DONTSHIM at the end", get(conn, api.DONTSHIM), on)
        conn.close()

    def test(fd):
        for on, asked in CALLS:
            one(fd, on, asked)

    return abi.run([test])


def call(port, source, to):
    for _ in CALLS:
        sock = None
        while not sock:
            try:
                sock = connected("tcp", source, to, int(port))
            except ConnectionRefusedError:
                time.sleep(0.05)
        time.sleep(3)
        for _ in range(20):
            sock.sendall(b"x" * 100)
            sock.recv(100)
        sock.close()


def latest(kind, port, a1, a2, b1, b2, ready):
    """The peer changes the pair it sends on while we look."""
    def test(_):
        sock = connected(kind, a1, b1, int(port))
        sock.settimeout(0.3)
        set_(sock, api.SETUP, 1)
        until("ASSOCIATED", lambda: get(sock, api.ASSOCIATED) == 1)
        for option in api.LOCAL_RECV, api.PEER_RECV:
            set_(sock, option, 1)

        def comes_by(local, peer):
            try:
                sock.send(b"x" * 10)
                sock.recv(100)
            except OSError:
                pass
            return api.latest(sock) == {api.LOCAL_RECV: local,
                                        api.PEER_RECV: peer}

        until(f"{kind}: what came last came by the first pair",
              lambda: comes_by(a1, b1))
        with open(ready, "w", encoding="ascii") as file:
            file.write("ready\n")
        until(f"{kind}: what came last came by the peer's new pair",
              lambda: comes_by(a2, b2))

    return abi.run([test])


def unreachable(port, a1, b1, b2):
    """B2 cannot be reached."""
    def test(fd):
        sock = connected("udp", a1, b1, int(port))
        set_(sock, api.SETUP, 1)
        until("ASSOCIATED", lambda: get(sock, api.ASSOCIATED) == 1)
        refused("PEER_SEND, never reached",
                set_(sock, api.PEER_SEND, api.locator(b2)),
                api.EUNVERIFIEDLOCATOR)
        time.sleep(5)
        refused("PEER_SEND, no answer",
                set_(sock, api.PEER_SEND, api.locator(b2)),
                api.EUNREACHABLELOCATOR)
        time.sleep(5)
        equal("the pair in use is as it was",
              [c.pair for c in contexts(fd)], [(a1, b1)])
        forget(fd)

    return abi.run([test])


def echo(port, *addresses):
    selector = selectors.DefaultSelector()

    def accept(sock):
        conn, _ = sock.accept()
        selector.register(conn, selectors.EVENT_READ, back)

    def back(conn):
        data = conn.recv(4096)
        if not data:
            raise ConnectionError
        conn.sendall(data)

    def datagram(sock):
        data, peer = sock.recvfrom(4096)
        sock.sendto(data, peer)

    for address in addresses:
        listener = api.make("tcp")
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, int(port)))
        listener.listen()
        selector.register(listener, selectors.EVENT_READ, accept)
        udp = api.make("udp")
        udp.bind((address, int(port)))
        selector.register(udp, selectors.EVENT_READ, datagram)
    while True:
        for key, _ in selector.select():
            try:
                key.data(key.fileobj)
            except OSError:
                if key.data is back:
                    selector.unregister(key.fileobj)
                    key.fileobj.close()


def session(port, source, to, bypass):
    sock = api.make("tcp", source)
    if bypass:
        sock.setsockopt(api.SOL_SHIM, api.DONTSHIM, 1)
    sock.connect((to, int(port)))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setblocking(False)
    return sock


def pair(port, source, to, out):
    answers = [0, 0]
    socks = [session(port, source, to, bypass) for bypass in (0, 1)]

    def report(*_):
        with open(out + ".new", "w", encoding="ascii") as file:
            file.write("{} {}\n".format(*answers))
        os.rename(out + ".new", out)
        answers[:] = [0, 0]

    signal.signal(signal.SIGUSR1, report)
    report()
    while True:
        for i, sock in enumerate(socks):
            try:
                sock.send(b"x" * 100)
                answers[i] += bool(sock.recv(65536))
            except OSError:
                pass
        time.sleep(0.1)


def hold(kind, number):
    socks = [api.make(kind) for _ in range(int(number))]
    for sock in socks:
        sock.setsockopt(api.SOL_SHIM, api.DONTSHIM, 1)
    print("held", flush=True)
    while True:
        signal.pause()
