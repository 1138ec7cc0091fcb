#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Traffic through a router whose queue is set up, and what becomes of it.

  [A] pa --- r1 [R] r2 --- pb [B]     r2 is the device that is set up
                [R] r3 --- ref [B]    the reference's way: never a load

The kernel's packet generator sends where an emulated machine has no time for
programs that do; where time is virtual a program has all there is. Packets are listened to where they come into the router and
where they are at their end, and looked at when all is over.
"""

import ctypes
import ipaddress
import os
import re
import socket
import struct
import subprocess
import time

CLONE_NEWNET = 0x40000000
SO_ATTACH_FILTER = 26
SO_RCVBUFFORCE = 33
SO_TIMESTAMPNS = 35
ETH_P_ALL = 3
PKTGEN = "/proc/net/pktgen"
MAGIC = 0xbe9be955
STAMP = struct.Struct("!IIII")		# magic, number, s, us: as pktgen's
SNAP = 100
FIRST_PORT = 5000
# Seconds that a queue may take to become empty; nothing is decided by it
PATIENCE = 60
VIRTUAL = os.environ.get("SHIM6_BED", "").startswith("uml")

libc = ctypes.CDLL(None, use_errno=True)


def enter(name):
    with open("/run/netns/" + name, "rb") as ns:
        if libc.setns(ns.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), name)


class Flow:
    """Packets of one size, octets of IP, evenly spaced.

    A load is sent by the other processor, is not listened to, and goes on for
    half a second when the others are over.
    """

    LAG = 0.5

    def __init__(self, name, src, dst, size, rate, tos, load=False):
        self.name, self.src, self.dst = name, src, dst
        self.size, self.tos, self.load = size, tos, load
        self.gap = size * 8 * 10**9 // rate
        self.version = ipaddress.ip_address(dst).version

    def begin(self, index, seconds):
        """The port says which flow it is."""
        self.port = FIRST_PORT + index
        self.file = f"pa@{index}"
        self.count = int((seconds + self.LAG * self.load) * 10**9 / self.gap)
        self.entered, self.delays, self.codes = {}, [], {}
        self.bad_checksums = self.slow = 0

    def tell_pktgen(self, mac):
        six = "6" if self.version == 6 else ""
        thread = os.cpu_count() - 1 if self.load else 0
        write(f"{PKTGEN}/kpktgend_{thread}", f"add_device {self.file}")
        for line in (f"count {self.count}", f"delay {self.gap}",
                     f"pkt_size {self.size + 14}", f"dst_mac {mac}",
                     f"dst{six or '_min'} {self.dst}",
                     f"src{six or '_min'} {self.src}",
                     f"udp_dst_min {self.port}", f"udp_dst_max {self.port}",
                     f"{'traffic_class' if six else 'tos'} {self.tos:02x}"):
            write(f"{PKTGEN}/{self.file}", line)

    def ask_pktgen(self):
        with open(f"{PKTGEN}/{self.file}", encoding="ascii") as file:
            text = file.read()
        took = int(re.search(r"Result: OK: (\d+)", text)[1]) / 1e6
        # Thousandths by which the sender took longer than it should have
        self.slow = int(took * 1e12 / (self.count * self.gap)) - 1000

    def count_of(self, code):
        return self.codes.get(code, 0)

    @property
    def got(self):
        return len(self.delays)

    @property
    def sent(self):
        return len(self.entered)

    @property
    def took(self):
        """ns in which it came in; a sender may be slower than it should."""
        times = self.entered.values()
        return max(times) - min(times) + self.gap if times else 1

    @property
    def kbit(self):
        """Of IP, while it was sent."""
        return self.got * self.size * 8 * 10**6 // self.took

    @property
    def lost(self):
        return self.sent - self.got

    def late(self, percent):
        delays = sorted(self.delays)
        return delays[len(delays) * percent // 100] if delays else 0

    def __str__(self):
        codes = {f"{k:02x}": v for k, v in sorted(self.codes.items())}
        return (f"{self.name}: sent {self.sent}, {self.slow} permille slow, "
                f"got {self.got} {codes}, p50 {self.late(50)} us, "
                f"p99 {self.late(99)} us")


def write(path, line):
    with open(path, "w", encoding="ascii") as file:
        file.write(line + "\n")


def fit(flows, rate, burst):
    """How many of the packets a token bucket lets through, of those that came
    in when they did: a sender that stands still and makes up for it gets less
    than its rate, and no policer is to blame.
    """
    tokens, last, count = burst, None, 0
    for when, size in sorted((when, flow.size + 14) for flow in flows
                             for when in flow.entered.values()):
        if last is not None:
            tokens = min(burst, tokens + (when - last) * rate / 8e9)
        last = when
        if tokens >= size:
            tokens -= size
            count += 1
    return count


class Ear:
    """Listens to what is shorter than a load."""

    # ld len; jgt 1200: 0, else SNAP octets
    PROGRAM = struct.pack("=HBBIHBBIHBBIHBBI", 0x80, 0, 0, 0,
                          0x25, 1, 0, 1200, 6, 0, 0, SNAP, 6, 0, 0, 0)

    def __init__(self, ns, dev):
        enter(ns)
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
        program = ctypes.create_string_buffer(self.PROGRAM)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER,
                             struct.pack("HL", len(self.PROGRAM) // 8,
                                         ctypes.addressof(program)))
        self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.sock.bind((dev, ETH_P_ALL))
        self.sock.setblocking(False)

    def packets(self):
        """Pairs of what arrived and when, in ns."""
        while True:
            try:
                packet, anc, _, address = self.sock.recvmsg(SNAP, 128)
            except BlockingIOError:
                self.sock.close()
                return
            if address[2] == socket.PACKET_OUTGOING or packet[0] >> 4 not in (
                    4, 6):
                continue
            seconds, ns = struct.unpack("qq", anc[0][2][:16])
            yield packet, seconds * 10**9 + ns


def checksum_right(header):
    total = sum(struct.unpack(f"!{len(header) // 2}H", header))
    while total > 0xffff:
        total = (total & 0xffff) + (total >> 16)
    return total == 0xffff


class Packet:
    """What matters of one: number and flow are None when it is no flow's."""

    def __init__(self, data):
        self.version = data[0] >> 4
        self.flow = self.number = None
        self.right, self.syn = True, False
        if self.version == 4:
            self.tos, proto, head = data[1], data[9], (data[0] & 15) * 4
            self.right = checksum_right(data[:head])
        else:
            self.tos = (data[0] << 4 | data[1] >> 4) & 0xff
            proto, head = data[6], 40
        if proto == socket.IPPROTO_TCP:
            self.syn = data[head + 13] == 2
        if proto != socket.IPPROTO_UDP or len(data) < head + 8 + STAMP.size:
            return
        magic, number, _, _ = STAMP.unpack_from(data, head + 8)
        if magic == MAGIC:
            port = struct.unpack_from("!H", data, head + 2)[0]
            self.flow, self.number = port - FIRST_PORT, number


def came_in(ear, flows):
    for data, ns in ear.packets():
        packet = Packet(data)
        if packet.flow is not None:
            flows[packet.flow].entered[packet.number] = ns


def arrived(ear, flows, syns):
    for data, ns in ear.packets():
        packet = Packet(data)
        if packet.syn:
            key = packet.version, packet.tos
            syns[key] = syns.get(key, 0) + 1
        if packet.flow is None:
            continue
        flow = flows[packet.flow]
        flow.delays.append((ns - flow.entered[packet.number]) // 1000)
        flow.codes[packet.tos] = flow.codes.get(packet.tos, 0) + 1
        flow.bad_checksums += not packet.right


def knock(src, dst, port):
    """A SYN to a port where nobody is."""
    with socket.socket(socket.AF_INET6 if ":" in dst else
                       socket.AF_INET) as sock:
        sock.bind((src, 0))
        sock.settimeout(0.5)
        sock.connect_ex((dst, port))


def send_pktgen(flows):
    """Until all have sent what they are to send."""
    mac = neighbour("R", "r1")
    write(f"{PKTGEN}/pgctrl", "reset")
    while any("@" in name for name in os.listdir(PKTGEN)):
        time.sleep(0.05)
    for flow in flows:
        flow.tell_pktgen(mac)
    write(f"{PKTGEN}/pgctrl", "start")
    for flow in flows:
        flow.ask_pktgen()


def open_socket(flow):
    six = flow.version == 6
    sock = socket.socket(socket.AF_INET6 if six else socket.AF_INET,
                         socket.SOCK_DGRAM)
    sock.bind((flow.src, 0))
    if six:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_TCLASS, flow.tos)
    else:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, flow.tos)
    return sock


def send_sockets(flows):
    socks = [open_socket(flow) for flow in flows]
    todo = sorted((flow.gap * (n + 1), i, n)
                  for i, flow in enumerate(flows) for n in range(flow.count))
    start = begin = time.monotonic_ns()
    for due, i, number in todo:
        flow = flows[i]
        head = 48 if flow.version == 6 else 28
        left = begin + due - time.monotonic_ns()
        if left > 0:
            time.sleep(left / 1e9)
        else:
            # Time lost is lost: a burst would be somebody else's loss
            begin -= left
        socks[i].sendto(STAMP.pack(MAGIC, number, 0, 0) +
                        bytes(flow.size - head - STAMP.size),
                        (flow.dst, flow.port))
    late = time.monotonic_ns() - start - todo[-1][0]
    for sock, flow in zip(socks, flows):
        flow.slow = 1000 * late // (flow.gap * flow.count)
        sock.close()


def neighbour(ns, dev):
    text = subprocess.run(("ip", "-n", ns, "-o", "link", "show", "dev", dev),
                          check=True, text=True, stdout=subprocess.PIPE).stdout
    return re.search(r"link/ether (\S+)", text)[1]


def drain():
    """Until the router's queues are empty and what has left them is there."""
    end = time.monotonic() + PATIENCE
    while True:
        time.sleep(0.3)
        text = subprocess.run(("tc", "-n", "R", "-s", "qdisc", "show"),
                              check=True, text=True,
                              stdout=subprocess.PIPE).stdout
        if set(re.findall(r" backlog (\w+)", text)) <= {"0b"} or \
           time.monotonic() > end:
            return


def run(flows, seconds, knocks=()):
    """From namespace A through the router R to namespace B.

    Returns the SYNs seen, by version and DS field; the flows know the rest.
    """
    syns = {}
    ears = [Ear("R", "r1"), Ear("B", "pb"), Ear("B", "ref")]
    enter("A")
    for index, flow in enumerate(flows):
        flow.begin(index, seconds)
    for args in knocks:
        knock(*args)
    if VIRTUAL:
        send_sockets(flows)
    else:
        send_pktgen(flows)
    drain()
    came_in(ears[0], flows)
    for ear in ears[1:]:
        arrived(ear, flows, syns)
    return syns
