# SPDX-License-Identifier: GPL-2.0
"""Classes of service of a host, for tests of what becomes of its packets."""

import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from abi import addr, open_device, walk  # noqa: E402
from abi_qos import (bare, CLASS_SET, CONTROL_SET, DSCP, FLUSH,  # noqa: E402
                     found, KEEP, LINK_SET, LPORT, PROTO, RPORT, RULE_SET,
                     TRUST_SET)
from qos_bench import enter  # noqa: E402

IN_KEEP, IN_RESTORE, IN_SET = range(3)


class Table:
    """That of a namespace, through a file of its own."""

    def __init__(self, ns):
        enter(ns)
        self.ns = ns
        self.fd = open_device()

    def close(self):
        os.close(self.fd)

    def flush(self):
        bare(self.fd, FLUSH)

    def put(self, command, **values):
        err, bad = command.set(self.fd, **values)
        if err:
            raise OSError(err, f"{command.name}: {bad}")

    def klass(self, number, name, dscp=KEEP, minor=0, index=0, mark=0,
              mask=0, in_dscp=IN_KEEP):
        self.put(CLASS_SET, id=number, name=name.encode(), dscp=dscp,
                 in_dscp=in_dscp, minor=minor, tc_index=index, mark=mark,
                 mark_mask=mask)

    def link(self, number, prefix):
        self.put(LINK_SET, id=number, name=b"isp%d" % number,
                 addr0=addr(prefix), len0=64)

    def rule(self, pref, klass, rport=None, lport=None, dscp=None):
        """For UDP."""
        low, high = rport or (0, 0)
        mine, last = lport or (0, 0)
        self.put(RULE_SET, pref=pref, klass=klass, proto=17,
                 match=PROTO | RPORT * bool(rport) | LPORT * bool(lport) |
                 DSCP * (dscp is not None), lport_min=mine, lport_max=last,
                 rport_min=low, rport_max=high, dscp=dscp or 0,
                 dscp_mask=0 if dscp is None else 63)

    def control(self, dscp=48, alternate=1, klass=0):
        self.put(CONTROL_SET, dscp=dscp, alternate=alternate, klass=klass)

    def trust(self, mode, allow=0):
        self.put(TRUST_SET, mode=mode, allow=allow)

    def rules(self):
        """Packets by preference."""
        return {r["pref"]: r["packets"] for r in found(self.fd,
                                                       "QOS_RULE_LIST")}

    def traffic(self, link, klass):
        """Of a class on a link."""
        for t in found(self.fd, "QOS_TRAFFIC_LIST"):
            if (t["link"], t["klass"]) == (link, klass):
                return t
        return None

    def messages(self, link, way):
        """Control messages of a link, tx or rx."""
        return sum(m[way] for m in found(self.fd, "QOS_MARKING_LIST")
                   if m["link"] == link)

    def marking(self, link, dscp):
        """(blocked, sent, answered)"""
        for m in found(self.fd, "QOS_MARKING_LIST"):
            if (m["link"], m["dscp"]) == (link, dscp):
                return m["blocked"], m["sent"], m["answered"]
        return 0, 0, 0


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
