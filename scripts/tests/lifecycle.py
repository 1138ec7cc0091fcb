#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Many UDP sessions at once.

lifecycle.py echo PORT ADDRESS...: sends back what comes to these addresses.

lifecycle.py talk PORT PAIRS INTERVAL OUT FROM,... TO,...: as many pairs of
addresses as PAIRS says take turns, each has one datagram every INTERVAL
seconds. SIGUSR1 writes how many pairs got an answer since the last time.
"""

import os
import selectors
import signal
import socket
import sys
import time


def bound(address, port):
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sock.bind((address, port))
    sock.setblocking(False)
    return sock


def incoming(selector, left, handle):
    for key, _ in selector.select(max(0, left)):
        try:
            handle(key, *key.fileobj.recvfrom(2048))
        except OSError:
            pass


def echo(port, *addresses):
    selector = selectors.DefaultSelector()
    for address in addresses:
        selector.register(bound(address, int(port)), selectors.EVENT_READ)
    while True:
        incoming(selector, 10, lambda key, data, peer:
                 key.fileobj.sendto(data, peer))


def talk(port, pairs, interval, out, sources, destinations):
    selector = selectors.DefaultSelector()
    todo = []
    for source in sources.split(","):
        sock = bound(source, 0)
        selector.register(sock, selectors.EVENT_READ, source)
        todo += [(sock, source, to) for to in destinations.split(",")]
    todo = todo[:int(pairs)]
    alive = set()

    def report(*_):
        with open(out + ".new", "w", encoding="ascii") as file:
            file.write(f"{len(alive)}\n")
        os.rename(out + ".new", out)
        alive.clear()

    signal.signal(signal.SIGUSR1, report)
    step = float(interval) / len(todo)
    due = time.monotonic()
    while True:
        for sock, source, to in todo:
            try:
                sock.sendto(source.encode(), (to, int(port)))
            except OSError:
                pass
            due = max(due + step, time.monotonic() - 1)
            while due > time.monotonic():
                incoming(selector, due - time.monotonic(),
                         lambda key, data, peer:
                         alive.add((key.data, peer[0])))


{"echo": echo, "talk": talk}[sys.argv[1]](*sys.argv[2:])
