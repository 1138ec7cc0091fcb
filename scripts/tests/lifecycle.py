#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Many UDP sessions at once.

lifecycle.py echo PORT ADDRESS...: sends back what comes to these addresses.

lifecycle.py talk PORT PAIRS INTERVAL OUT FROM,... TO,...: as many pairs of
addresses as PAIRS says take turns, each has one datagram every INTERVAL
seconds. SIGUSR1 begins to count: OUT says "ANSWERED LATE" when every pair has
had an answer to its first two datagrams or not, which is late.
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


class Count:
    """Of the pairs that get answers."""

    def __init__(self, out, pairs):
        self.out = out
        self.pairs = pairs
        self.sent = None

    def begin(self, *_):
        self.sent, self.good, self.late = {}, set(), set()

    def sends(self, pair):
        if self.sent is None:
            return
        self.sent[pair] = self.sent.get(pair, 0) + 1
        if self.sent[pair] > 2 and pair not in self.good:
            self.late.add(pair)
        self.look()

    def answered(self, pair):
        if self.sent and pair in self.sent and pair not in self.late:
            self.good.add(pair)
            self.look()

    def look(self):
        """Once everybody is known."""
        if len(self.good) + len(self.late) < self.pairs:
            return
        with open(self.out + ".new", "w", encoding="ascii") as file:
            file.write(f"{len(self.good)} {len(self.late)}\n")
        os.rename(self.out + ".new", self.out)
        self.sent = None


def talk(port, pairs, interval, out, sources, destinations):
    selector = selectors.DefaultSelector()
    todo = []
    for source in sources.split(","):
        sock = bound(source, 0)
        selector.register(sock, selectors.EVENT_READ, source)
        todo += [(sock, source, to) for to in destinations.split(",")]
    todo = todo[:int(pairs)]
    count = Count(out, len(todo))
    signal.signal(signal.SIGUSR1, count.begin)
    step = float(interval) / len(todo)
    due = time.monotonic()
    while True:
        for sock, source, to in todo:
            count.sends((source, to))
            try:
                sock.sendto(source.encode(), (to, int(port)))
            except OSError:
                pass
            due = max(due + step, time.monotonic() - 1)
            while due > time.monotonic():
                incoming(selector, due - time.monotonic(),
                         lambda key, data, peer:
                         count.answered((key.data, peer[0])))


{"echo": echo, "talk": talk}[sys.argv[1]](*sys.argv[2:])
