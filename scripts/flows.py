#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Flows that share lines, and when each packet of them came.

    flows.py send OUT BEGIN SECONDS FLOW...    datagrams, evenly spaced
    flows.py stream SOURCE ADDRESS PORT        TCP, as much as there is room for
    flows.py sink OUT FLOW...                  takes all of that

A FLOW is NAME,SOURCE,ADDRESS,PORT,SIZE,RATE with the octets of IP and the bits
in a second; a RATE of 0 is a stream. BEGIN is seconds of the clock. What is
sent and what arrives is written at the end, which is SIGTERM for a sink:

    NAME sent NUMBER NS                 of NAME that is no load (see LOAD)
    NAME reached PERMILLE               of its rate
    NAME got NUMBER NS-SENT NS TOS
    NAME slot N OCTETS                  of a load or stream, in tenths of seconds
"""

import os
import select
import signal
import socket
import struct
import sys
import time

STAMP = struct.Struct("!QQ")
LOAD = ("bulk", "tcp", "other")
SO_SNDBUFFORCE, SO_RCVBUFFORCE, SO_TIMESTAMPNS = 32, 33, 35
SLOT = 10**8
# What a machine that stood still may make up for at once, ns
PATIENCE = 10**8


class Flow:
    """What the words of one say."""

    def __init__(self, text):
        words = text.split(",")
        self.name, self.src, self.dst = words[:3]
        self.port, self.size, rate = (int(word) for word in words[3:])
        self.six = ":" in self.dst
        self.stream = rate == 0
        self.gap = self.size * 8 * 10**9 // rate if rate else 0
        self.load = self.name.startswith(LOAD)
        self.family = socket.AF_INET6 if self.six else socket.AF_INET
        self.lines, self.slots = [], {}

    def open(self):
        sock = socket.socket(self.family, socket.SOCK_DGRAM)
        # Queues are to be full, not what a socket may have in them
        sock.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, 16 << 20)
        sock.bind((self.src, 0))
        sock.connect((self.dst, self.port))
        self.sock = sock
        self.rest = bytes(self.size - (48 if self.six else 28) - STAMP.size)

    def send(self, number):
        now = time.time_ns()
        try:
            self.sock.send(STAMP.pack(number, now) + self.rest)
        except OSError:
            # A queue of our own is full: lost as anywhere else
            pass
        if not self.load:
            self.lines.append(f"{self.name} sent {number} {now}")

    def listen(self):
        kind = socket.SOCK_STREAM if self.stream else socket.SOCK_DGRAM
        sock = socket.socket(self.family, kind)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if not self.stream:
            sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 16 << 20)
            sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        if self.six:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVTCLASS, 1)
        sock.bind((self.dst, self.port))
        if self.stream:
            sock.listen()
        sock.setblocking(False)
        return sock

    def octets(self, count, when):
        slot = when // SLOT
        self.slots[slot] = self.slots.get(slot, 0) + count

    def arrived(self, data, anc):
        when, tos = 0, -1
        for level, kind, value in anc:
            if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
                seconds, ns = struct.unpack("qq", value[:16])
                when = seconds * 10**9 + ns
            elif level == socket.IPPROTO_IPV6:
                tos = struct.unpack("=i", value[:4])[0]
        if self.load:
            self.octets(self.size, when)
            return
        number, sent = STAMP.unpack_from(data)
        self.lines.append(f"{self.name} got {number} {sent} {when} {tos}")

    def report(self):
        return self.lines + [f"{self.name} slot {slot} {count}"
                             for slot, count in sorted(self.slots.items())]


def write(path, lines):
    with open(path + ".new", "w", encoding="ascii") as file:
        file.writelines(line + "\n" for line in lines)
    os.rename(path + ".new", path)


def send(out, begin, seconds, *flows):
    flows = [Flow(text) for text in flows]
    for flow in flows:
        flow.open()
    # A stream takes what processor time there is: with one processor the
    # others would be late, and that says nothing of queues
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    end = int(float(seconds) * 10**9)
    todo = sorted((due, i, n) for i, flow in enumerate(flows)
                  for n, due in enumerate(range(0, end, flow.gap)))
    begin = int(float(begin) * 10**9)
    lost = 0
    for due, i, number in todo:
        left = begin + lost + due - time.time_ns()
        if left > 0:
            time.sleep(left / 1e9)
        elif left < -PATIENCE:
            lost -= left
        flows[i].send(number)
    reached = 1000 * end // (end + lost)
    write(out, [line for flow in flows for line in flow.report()] +
          [f"{flow.name} reached {reached}" for flow in flows])


def stream(source, address, port):
    block = bytes(16384)
    sock = socket.create_connection((address, int(port)),
                                    source_address=(source, 0))
    try:
        while True:
            sock.sendall(block)
    except OSError as error:
        sys.exit(f"a stream ends: {error}")


def sink(out, *flows):
    flows = [Flow(text) for text in flows]
    poll, by_fd = select.epoll(), {}

    def watch(sock, flow):
        poll.register(sock, select.EPOLLIN)
        by_fd[sock.fileno()] = sock, flow

    # SIGTERM is looked at like a socket, so what has come before it counts
    over, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGTERM, lambda *_: None)
    poll.register(over, select.EPOLLIN)
    for flow in flows:
        watch(flow.listen(), flow)
    ended = False
    while not ended:
        for fd, _ in poll.poll():
            if fd == over:
                ended = True
            else:
                take(*by_fd[fd], watch)
    for sock, flow in by_fd.values():
        if not flow.stream:
            take(sock, flow, watch)
    write(out, [line for flow in flows for line in flow.report()])


def take(sock, flow, watch):
    """All that a socket has."""
    try:
        while True:
            if not flow.stream:
                flow.arrived(*sock.recvmsg(2048, 128)[:2])
            elif sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                peer = sock.accept()[0]
                peer.setblocking(False)
                watch(peer, flow)
            else:
                data = sock.recv(65536)
                if not data:
                    sock.close()
                    return
                flow.octets(len(data), time.time_ns())
    except OSError:
        # Nothing left, or a stream that was reset
        pass


if __name__ == "__main__":
    {"send": send, "stream": stream, "sink": sink}[sys.argv[1]](*sys.argv[2:])
