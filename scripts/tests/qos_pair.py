# SPDX-License-Identifier: GPL-2.0
"""Traffic between the hosts of topo/pair.sh, and what becomes of its marks.

One process holds the sockets of both ends and looks at what is on the wire.
What is sent goes through LOCAL_OUT, so programs send it; the rates are such
that an emulated machine can do it.
"""

import ctypes
import os
import select
import socket
import struct
import subprocess
import tempfile
import time

from qos_bench import Ear, enter, VIRTUAL

IPV6_FLOWINFO = 11
IPV6_FLOWINFO_SEND = 33
SO_SNDBUFFORCE = 32
SO_RCVBUFFORCE = 33
SO_TIMESTAMPNS = 35
SHIM6 = 140
NUMBER = struct.Struct("!Q")
FLOWINFO = 0x0fffffff
FIRST_PORT = 6000
# Seconds that what is under way may take; nothing is decided by it
PATIENCE = 60

HOSTS = {name: os.environ["ADDRESS_" + name] for name in
         ("A1", "A2", "B1", "B2")}


def sh(*words):
    return subprocess.run(words, text=True, check=True,
                          stdout=subprocess.PIPE).stdout


def tc(ns, *words):
    return sh("tc", "-n", ns, *words)


def sysctl(ns, what):
    sh("ip", "netns", "exec", ns, "sysctl", "-q", "-w", what)


def receiver(ns, address, port):
    """Tells the first word of the header and the time with each datagram."""
    enter(ns)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 16 << 20)
    sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, IPV6_FLOWINFO, 1)
    sock.setblocking(False)
    sock.bind((address, port))
    return sock


def received(sock):
    """(number, first word, ns) of each."""
    found = []
    while True:
        try:
            data, anc, _, _ = sock.recvmsg(2048, 256)
        except BlockingIOError:
            return found
        word = when = 0
        for level, kind, value in anc:
            if level == socket.IPPROTO_IPV6 and kind == IPV6_FLOWINFO:
                word = struct.unpack("!I", value[:4])[0] & FLOWINFO
            elif level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
                seconds, ns = struct.unpack("qq", value[:16])
                when = seconds * 10**9 + ns
        found.append((NUMBER.unpack_from(data)[0], word, when))


def await_all(sock, count):
    """So many of them, in their order, and what else is there by then; fewer
    when they do not come.
    """
    found, end = received(sock), time.monotonic() + PATIENCE
    while len(found) < count and time.monotonic() < end:
        select.select([sock], [], [], max(end - time.monotonic(), 0))
        found += received(sock)
    return found


def until(condition):
    """What must come by itself; no longer than it may take."""
    end = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)


def sender(ns, address, tclass=0, port=0):
    enter(ns)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    # Queues are to be full, not what we may have in them
    sock.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, 16 << 20)
    sock.bind((address, port))
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_TCLASS, tclass)
    return sock


class Packet:
    """A datagram of ours on the wire; port is None when it is not one."""

    def __init__(self, data):
        self.port = self.number = None
        self.word = struct.unpack_from("!I", data)[0] & FLOWINFO
        self.tagged = data[6] == SHIM6
        at = 48 if self.tagged else 40
        proto = data[40] if self.tagged else data[6]
        if data[0] >> 4 == 6 and proto == socket.IPPROTO_UDP and \
           len(data) >= at + 16 and (not self.tagged or data[42] & 0x80):
            self.port = struct.unpack_from("!H", data, at + 2)[0]
            self.number = NUMBER.unpack_from(data, at + 8)[0]


def on_wire(ear, port):
    return [p for p in (Packet(data) for data, _ in ear.packets())
            if p.port == port]


# --- flows with a rate

class Flow:
    """Datagrams of one size, evenly spaced, from one host to another."""

    LAG = 0.5

    def __init__(self, name, size, rate, tclass=0, load=False,
                 via=("A1", "B1"), ends=("A", "B")):
        self.ends = ends
        self.name, self.size, self.tclass, self.load = name, size, tclass, load
        self.src, self.dst = (HOSTS.get(x, x) for x in via)
        self.gap = size * 8 * 10**9 // rate

    def begin(self, index, seconds):
        self.port = FIRST_PORT + index
        self.count = int((seconds + self.LAG * self.load) * 10**9 / self.gap)
        self.out = sender(self.ends[0], self.src, self.tclass)
        self.into = receiver(self.ends[1], self.dst, self.port)
        self.sent, self.delays, self.codes, self.found = {}, [], {}, []
        head = 48 if ":" in self.dst else 28
        self.rest = bytes(self.size - head - NUMBER.size)

    def send(self, number):
        self.sent[number] = time.time_ns()
        try:
            self.out.sendto(NUMBER.pack(number) + self.rest,
                            (self.dst, self.port))
        except OSError:
            # A queue of our own is full: lost as anywhere else
            pass

    def more(self):
        """Has something come since the last time?"""
        new = received(self.into)
        self.found += new
        return bool(new)

    def end(self):
        self.more()
        for number, word, when in self.found:
            self.delays.append((when - self.sent[number]) // 1000)
            code = word >> 20
            self.codes[code] = self.codes.get(code, 0) + 1
        self.out.close()
        self.into.close()

    @property
    def got(self):
        return len(self.delays)

    @property
    def lost(self):
        return self.count - self.got

    def late(self, percent):
        delays = sorted(self.delays)
        return delays[len(delays) * percent // 100] if delays else 0

    def __str__(self):
        codes = {f"{k:02x}": v for k, v in sorted(self.codes.items())}
        return (f"{self.name}: sent {self.count}, got {self.got} {codes}, "
                f"p50 {self.late(50)} us, p99 {self.late(99)} us")


def run(flows, seconds, meanwhile=None):
    """Sends; returns by how many permille that took longer than it should
    have. A function may do something meanwhile.
    """
    for index, flow in enumerate(flows):
        flow.begin(index, seconds)
    todo = sorted((flow.gap * (n + 1), i, n)
                  for i, flow in enumerate(flows) for n in range(flow.count))
    start = begin = time.monotonic_ns()
    for due, i, number in todo:
        left = begin + due - time.monotonic_ns()
        if left > 0:
            time.sleep(left / 1e9)
        elif VIRTUAL:
            # Time lost is lost: a burst would be somebody else's loss
            begin -= left
        flows[i].send(number)
        if meanwhile:
            meanwhile()
    late = time.monotonic_ns() - start - todo[-1][0]
    drain(flows)
    for flow in flows:
        flow.end()
    return 1000 * late // todo[-1][0]


def drain(flows):
    """Until nothing has come for a while. Nobody waits for a load."""
    flows = [flow for flow in flows if not flow.load]
    end = time.monotonic() + PATIENCE
    time.sleep(1.2)
    for flow in flows:
        flow.more()
    time.sleep(0.3)
    while any([flow.more() for flow in flows]) and time.monotonic() < end:
        time.sleep(0.3)


# --- a packet without its hash

BPF_PROG_LOAD, BPF_OBJ_PIN, BPF_PROG_ATTACH = 5, 6, 8
BPF_SCHED_CLS, BPF_TCX_EGRESS = 3, 47
SYS_BPF = 321
libc = ctypes.CDLL(None, use_errno=True)

# call bpf_set_hash_invalid; r0 = TC_ACT_UNSPEC; exit
FORGET = b"".join(struct.pack("=BBhi", *insn) for insn in
                  ((0x85, 0, 0, 41), (0xb7, 0, 0, -1), (0x95, 0, 0, 0)))


def bpf(command, attr):
    buf = ctypes.create_string_buffer(attr.ljust(128, b"\0"))
    got = libc.syscall(SYS_BPF, command, buf, 128)
    if got < 0:
        raise OSError(ctypes.get_errno(), f"bpf({command})")
    return got


def forget_hash(ns, dev):
    """What leaves by a device has lost its hash when the queue sees it."""
    insns, name = ctypes.create_string_buffer(FORGET), b"GPL"
    text = ctypes.create_string_buffer(name)
    prog = bpf(BPF_PROG_LOAD, struct.pack(
        "=IIQQ", BPF_SCHED_CLS, len(FORGET) // 8, ctypes.addressof(insns),
        ctypes.addressof(text)))
    enter(ns)
    try:
        bpf(BPF_PROG_ATTACH, struct.pack("=III", socket.if_nametoindex(dev),
                                         prog, BPF_TCX_EGRESS))
        return
    except OSError:
        # Kernels that cannot do that have a classifier for it
        pass
    # Not below /sys, which tc has one of its own of
    folder = tempfile.mkdtemp()
    sh("mount", "-t", "bpf", "bpf", folder)
    path = folder + "/forget"
    pinned = ctypes.create_string_buffer(path.encode())
    bpf(BPF_OBJ_PIN, struct.pack("=QI", ctypes.addressof(pinned), prog))
    tc(ns, "qdisc", "add", "dev", dev, "clsact")
    tc(ns, "filter", "add", "dev", dev, "egress", "bpf", "da",
       "object-pinned", path)
    # The filter keeps it
    sh("umount", folder)
    os.rmdir(folder)
