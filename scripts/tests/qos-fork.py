#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Two flows of one pair of ULIDs, and the links they are on.

Listens where the providers get what A sends, runs until its input ends, and
for each line there sends for so many seconds and says, for each of the flows,
how many packets went, how many permille of them came by the first and by the
second provider, and which traffic classes they had.
"""

import sys
import time

import qos_pair as pair
from qos_bench import Ear

EF, BE = 5004, 5002
RATE = 50


def senders():
    flows = []
    for port, tclass in ((EF, 0xb8), (BE, 0)):
        sock = pair.sender("A", pair.HOSTS["A1"], tclass, port + 1000)
        sock.connect((pair.HOSTS["B1"], port))
        flows.append((port, sock, pair.receiver("B", pair.HOSTS["B1"], port)))
    return flows


def send(flows, seconds):
    count = int(seconds * RATE)
    for number in range(count):
        for _, sock, _ in flows:
            try:
                sock.send(pair.NUMBER.pack(number) + bytes(100))
            except OSError:
                # No route for a moment
                pass
        time.sleep(1 / RATE)
    time.sleep(0.2)
    for _, _, sink in flows:
        pair.received(sink)
    return count


def measure(flows, seconds):
    ears = [Ear(router, "a") for router in ("R1", "R2")]
    count = send(flows, seconds)
    wires = [[pair.Packet(data) for data, _ in ear.packets()] for ear in ears]
    words = []
    for port, _, _ in flows:
        seen = [[p for p in wire if p.port == port] for wire in wires]
        codes = {f"{p.word >> 20:02x}" for some in seen for p in some}
        words += [*[1000 * len(some) // count for some in seen],
                  ",".join(sorted(codes)) or "-"]
    print(*words, flush=True)


flow_list = senders()
for line in sys.stdin:
    measure(flow_list, float(line))
