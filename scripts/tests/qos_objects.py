# SPDX-License-Identifier: GPL-2.0
"""Classes of service of a namespace for tests, by the device's own commands.

The layouts are written out here once more on purpose, as in abi.py.
"""

import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))

from abi import addr, Command, list_arg, LIST_COMMANDS, LISTS, open_device, \
    READ, walk, WRITE
from qos_bench import enter

CLASS = struct.Struct("=II16sBBBBHHIIII")
PREFIX = struct.Struct("=16sB7x")
LINK = struct.Struct("=II16sII96sIIhHBB16HHIII")
RULE = struct.Struct("=IIII16s16sBBBBHHHHBBBBIIIHHIIQQQ")
CONTROL = struct.Struct("=BBBBIIIII")
TRUST = struct.Struct("=IIQ")
TRAFFIC = struct.Struct("=II11Q")
MARKING = struct.Struct("=IBBHQQ")
KEEP, INHERIT = 255, 254
MATCH_PROTO, MATCH_LPORT, MATCH_RPORT, MATCH_DSCP = 4, 8, 16, 32
IN_KEEP, IN_RESTORE, IN_SET = range(3)

SET = {"class": (0x35, CLASS), "link": (0x38, LINK), "rule": (0x3b, RULE),
       "control": (0x3e, CONTROL), "trust": (0x45, TRUST)}
for name, nr, layout in (("QOS_RULE_LIST", 0x3d, RULE),
                         ("QOS_TRAFFIC_LIST", 0x47, TRAFFIC),
                         ("QOS_MARKING_LIST", 0x48, MARKING)):
    LISTS.setdefault(name, (nr, layout.size))
    LIST_COMMANDS.setdefault(name, Command(
        name, nr, READ | WRITE, list_arg(elem=layout.size), flags=36))


class Table:
    """That of a namespace, through a file of its own."""

    def __init__(self, ns):
        enter(ns)
        self.ns = ns
        self.fd = open_device()

    def close(self):
        os.close(self.fd)

    def flush(self):
        err, _ = Command("QOS_FLUSH", 0x34, 0, b"").call(self.fd)
        if err:
            raise OSError(err, "QOS_FLUSH")

    def put(self, kind, *values):
        nr, layout = SET[kind]
        err, data = Command(kind, nr, READ | WRITE,
                            layout.pack(*values)).call(self.fd)
        if err:
            raise OSError(err, f"{kind}: {os.strerror(err)} {data.hex()}")

    def klass(self, number, name, dscp=KEEP, minor=0, index=0, mark=0,
              mask=0, in_dscp=IN_KEEP):
        self.put("class", number, 0, name.encode(), dscp, in_dscp, 0, 0,
                 minor, index, mark, mask, 0, 0)

    def link(self, number, name, prefixes, mark=0, mask=0, major=0):
        packed = b"".join(PREFIX.pack(addr(p), n) for p, n in prefixes)
        self.put("link", number, 0, name.encode(), 0, len(prefixes), packed,
                 0, 0, 0, major, 0, 1, *[0] * 16, 0, mark, mask, 0)

    def rule(self, pref, klass, proto=0, rport=None, lport=None, dscp=None,
             set_dscp=KEEP):
        match = MATCH_PROTO * bool(proto) | MATCH_RPORT * bool(rport) | \
            MATCH_LPORT * bool(lport) | MATCH_DSCP * (dscp is not None)
        self.put("rule", pref, 0, match, klass, bytes(16), bytes(16), 0, 0,
                 proto, 0, *(lport or (0, 0)), *(rport or (0, 0)), dscp or 0,
                 0 if dscp is None else 63, set_dscp, 0, *[0] * 10)

    def control(self, dscp=48, alternate=1, klass=0):
        self.put("control", dscp, alternate, klass, 0, 0, 20, 20, 0, 0)

    def trust(self, mode, allow=0):
        self.put("trust", mode, 0, allow)

    def rules(self):
        """(packets, octets, remarked) by preference."""
        return {r[0]: r[-3:] for r in map(RULE.unpack,
                                          walk(self.fd, "QOS_RULE_LIST"))}

    def traffic(self):
        """By link and class; see TRAFFIC."""
        return {t[:2]: t[2:] for t in map(TRAFFIC.unpack, walk(
            self.fd, "QOS_TRAFFIC_LIST"))}

    def markings(self):
        """(blocked, sent, answered) by link and DSCP."""
        return {m[:2]: (m[2], *m[4:]) for m in map(MARKING.unpack, walk(
            self.fd, "QOS_MARKING_LIST"))}


def context(ns):
    """The first of a namespace: rule, class, DSCPs and links of its last
    packets.
    """
    enter(ns)
    fd = open_device()
    entry = walk(fd, "CTX_LIST", elem=264)[0]
    os.close(fd)
    keys = "rule klass dscp_out dscp_in link_out link_in".split()
    return dict(zip(keys, struct.unpack_from("=IBBBBB", entry, 248)),
                flags=struct.unpack_from("=I", entry, 4)[0])
