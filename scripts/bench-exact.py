#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Figures of bench-exact.sh.

measure PASS BUILD PATH TABLE ADDRESS-A ADDRESS-B [DEVICE]: sends from namespace
A to B, and says in a line of JSON what a packet took, in nanoseconds of the
guest's clock, and how often memory was allocated for it; DEVICE: while somebody
listens there, for whom each packet is copied.
table OUT: prints the table of OUT/raw, and writes OUT/bench.json; ends with
status 1 when a ratio is missed or the passes do not agree.
"""

import json
import os
import re
import socket
import statistics
import subprocess
import sys

from exact import End

ETH_P_ALL = 3
EVENTS = "/sys/kernel/tracing/events"
ALLOCATIONS = ("kmem/kmalloc", "kmem/kmalloc_node", "kmem/kmem_cache_alloc",
               "kmem/kmem_cache_alloc_node", "kmem/mm_page_alloc",
               "percpu/percpu_alloc_percpu")
PACKETS = 32
SAMPLES = 61
COUNTED = 500
KINDS = {"datagram": "datagrams of 16", "large": "datagrams of 1000",
         "tcp": "TCP of 1400"}
BUILDS = {"none": "no module", "never": "never asks for classes"}
TABLES = {"none": "nothing configured", "class": "a class, no rule",
          "miss": "256 rules, none meets", "meet": "256 rules, the last meets"}
PATHS = {"plain": "no context", "context": "context that has not switched",
         "switched": "switched"}
REACH = {"none": 0.995, "class": 0.95, "miss": 0.95, "meet": 0.95}
# How far the best two passes may be apart, and what is no allocation for a packet
AGREE = 0.002
ALLOCATION = 0.02
# Above it in any pass it is one for a packet
HALF = 0.5


def datagrams(one, other):
    into = other.socket(socket.SOCK_DGRAM)
    out = one.socket(socket.SOCK_DGRAM)
    out.connect(into.getsockname()[:2])
    return out, into


def stream(one, other):
    listener = other.socket(socket.SOCK_STREAM)
    listener.listen(1)
    out = one.socket(socket.SOCK_STREAM)
    out.connect(listener.getsockname()[:2])
    return out, listener.accept()[0]


def packet_ns(flow, octets):
    """The median of samples so short that a timer falls into few of them."""
    fds = [sock.fileno() for sock in flow]
    out = subprocess.run(
        [os.environ["SHIM6_LOCKSTEP"], *map(str, fds), str(octets),
         str(PACKETS), str(SAMPLES)],
        check=True, pass_fds=fds, text=True, stdout=subprocess.PIPE).stdout
    return statistics.median(map(int, out.split())) / PACKETS


def trigger(event, line):
    with open(f"{EVENTS}/{event}/trigger", "w", encoding="ascii") as file:
        file.write(line)


def hits(event):
    with open(f"{EVENTS}/{event}/hist", encoding="ascii") as file:
        return int(re.search(r"Hits: (\d+)", file.read())[1])


def allocated(flow, events, packets):
    """So often by this process while it sends, and looks how often."""
    before = sum(map(hits, events))
    for _ in range(packets):
        flow[0].send(bytes(16))
        flow[1].recv(16)
    return sum(map(hits, events)) - before


def allocations(flow):
    """A packet."""
    events = [event for event in ALLOCATIONS
              if os.path.exists(f"{EVENTS}/{event}")]
    hist = f"hist:keys=common_pid if common_pid == {os.getpid()}"
    for event in events:
        trigger(event, hist)
    looks = allocated(flow, events, 0)
    count = allocated(flow, events, COUNTED) - looks
    for event in events:
        trigger(event, "!" + hist)
    return count / COUNTED


def listener(host, device):
    host.socket(socket.SOCK_DGRAM)
    ear = socket.socket(socket.AF_PACKET, socket.SOCK_RAW,
                        socket.htons(ETH_P_ALL))
    ear.bind((device, ETH_P_ALL))
    return ear


def measure(number, build, path, table, one, other, device=None):
    one, other = End("A", one), End("B", other)
    flow = datagrams(one, other)
    row = {"pass": int(number), "build": build, "path": path, "table": table,
           "listened": device is not None}
    ear = device and listener(one, device)
    # TCP first: hosts watch pairs that both of them use, and so they do then
    row["tcp"] = packet_ns(stream(one, other), 1400)
    row["datagram"] = packet_ns(flow, 16)
    row["large"] = packet_ns(flow, 1000)
    row["allocations"] = allocations(flow)
    if ear:
        ear.close()
    print(json.dumps(row))


def read(out):
    """{(build, path, table, listened): [row of each pass]}"""
    rows = {}
    with open(os.path.join(out, "raw"), encoding="ascii") as file:
        for line in file:
            row = json.loads(line)
            key = row["build"], row["path"], row["table"], row["listened"]
            rows.setdefault(key, []).append(row)
    return rows


def expected():
    yield "none", "plain", "none", False
    for path in PATHS:
        yield "never", path, "none", False
        for name in TABLES:
            yield "table", path, name, False
    yield "table", "switched", "meet", True


def missing(rows):
    """Words for each case that some pass has not measured; the listener's is
    measured once.
    """
    passes = max(map(len, rows.values()), default=0)
    return [" ".join(map(str, key[:3])) + ", and a listener" * key[3]
            for key in expected()
            if len(rows.get(key, ())) < (1 if key[3] else max(passes, 1))]


class Case:
    """A line of the table."""

    def __init__(self, key, rows):
        self.build, self.path, self.table, self.listened = key
        sorts = {kind: sorted(row[kind] for row in rows) for kind in KINDS}
        # In some pass two things may share a place of a hash table: the least
        # counts, and another pass has to confirm it
        self.ns = {kind: ns[0] for kind, ns in sorts.items()}
        self.apart = max(ns[:2][-1] / ns[0] - 1 for ns in sorts.values())
        # What a packet needs it needs in each pass; in one of them a timer may
        # have sent something meanwhile, on top of the process that is counted
        counts = [row["allocations"] for row in rows]
        self.allocations, self.most = min(counts), max(counts)
        self.ratio, self.reach = {}, None

    def compare(self, cases):
        """No table with never asking, a table with none."""
        if self.build != "table" or self.listened:
            return
        base = cases["never" if self.table == "none" else "table",
                     self.path, "none", False]
        self.ratio = {kind: base.ns[kind] / self.ns[kind] for kind in KINDS}
        self.reach = REACH[self.table]

    def missed(self):
        return bool(self.reach) and min(self.ratio.values()) < self.reach

    def strays(self, plain):
        """None but the listener's allocations are more than those of plain
        IPv6."""
        more = self.allocations - plain
        if self.listened:
            return more <= HALF
        return more > ALLOCATION or self.most - plain > HALF

    def name(self):
        if self.listened:
            return "the same, and a listener"
        return BUILDS.get(self.build, TABLES[self.table])

    def __str__(self):
        figures = "".join(f"{self.ns[kind]:10.0f}" +
                          (f"{self.ratio[kind]:8.4f}" if self.ratio else
                           f"{'':8}") for kind in KINDS)
        return (f"  {self.name():30}{figures}{self.reach or '':>7}"
                f"{self.allocations:8.2f}{'  missed' * self.missed()}")


def print_cases(cases):
    head = "".join(f"{words:>18}" for words in KINDS.values())
    print(f"{'':32}{head}{'':7}{'alloca-':>8}")
    print(f"{'':32}" + f"{'ns':>10}{'ratio':>8}" * len(KINDS) +
          f"{'reach':>7}{'tions':>8}")
    for path, words in PATHS.items():
        print(words)
        for case in cases.values():
            if case.path == path:
                print(case)


def strays(cases):
    """Words for each case with allocations that are not as they should be."""
    plain = cases["none", "plain", "none", False].allocations
    return [f"{PATHS[case.path]}, {case.name()}: "
            f"{case.allocations:.2f} to {case.most:.2f} allocations, plain IPv6 has {plain:.2f}"
            for case in cases.values() if case.strays(plain)]


def table(out):
    rows = read(out)
    lacks = missing(rows)
    if lacks:
        print("not as it should be: not measured in each pass:",
              "; ".join(lacks))
        return 1
    cases = {key: Case(key, some) for key, some in rows.items()}
    for case in cases.values():
        case.compare(cases)
    with open(os.path.join(out, "bench.json"), "w", encoding="ascii") as file:
        json.dump([vars(case) for case in cases.values()], file, indent=1)
        file.write("\n")
    print_cases(cases)
    # Those that ratios are made of
    apart = max(case.apart for case in cases.values()
                if case.build != "none" and not case.listened)
    print(f"ns a packet, one for each instruction, at both hosts together; "
          f"passes are {apart * 100:.2f} % apart")
    faults = strays(cases) + [words for fault, words in (
        (any(case.missed() for case in cases.values()), "a ratio is missed"),
        (apart > AGREE, "the passes do not agree"),
    ) if fault]
    if faults:
        print("not as it should be:", "; ".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit({"measure": measure, "table": table}[sys.argv[1]](*sys.argv[2:]))
