#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""flood.py INTERFACE MAC TO COUNT PREFIX RATE [UNTIL]: I1s to TO, each from
another address, RATE of them a second if that is possible (0: as many as
possible). After COUNT of them it goes on until there is a file UNTIL.

They leave by INTERFACE to the router whose interface has that MAC. PREFIX is
followed by random bits: "26" gives sources in 2600::/8, one with 12 digits
gives sources that share a /48. Prints the milliseconds it took.
"""

import itertools
import os
import random
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import wire  # noqa: E402
from batch import BATCH, SLOT, Ring, packet_socket  # noqa: E402

I1 = 1
SOURCE_AT = 14 + 8


def main():
    interface, mac, to, count, prefix, rate, *until = sys.argv[1:]
    count, rate = int(count), int(rate)
    body = wire.message(I1, wire.tag48(0x123456789abc & ~(1 << 47))
                        + bytes.fromhex("01020304"))
    frame = bytes.fromhex(mac.replace(":", "")) + b"\x02\0\0\0\0\x26" + \
        b"\x86\xdd" + wire.header("::", to, wire.PROTO, len(body)) + body
    known = bytes.fromhex(prefix)
    bits = random.Random(1)
    sock, ring = packet_socket(interface), Ring()
    for slot in range(BATCH):
        ring.put(slot, frame)
    begun = time.monotonic()
    for first in itertools.count(0, BATCH):
        left = count - first
        if left <= 0 and (not until or os.path.exists(until[0])):
            break
        some = min(BATCH, left) if left > 0 else BATCH
        for slot in range(some):
            at = slot * SLOT + SOURCE_AT
            ring.view[at:at + 16] = known + bits.randbytes(16 - len(known))
        ring.send(sock, some)
        if rate:
            late = time.monotonic() - begun - first / rate
            time.sleep(max(-late, 0))
    print(int((time.monotonic() - begun) * 1000))


main()
