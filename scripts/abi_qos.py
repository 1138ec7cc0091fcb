# SPDX-License-Identifier: GPL-2.0
"""The commands of <linux/shim6_qos.h>, behind those of abi.py.

Objects are dictionaries of their members; the layouts are written out here
once more on purpose.
"""

import errno
import fcntl
import struct

import abi
from abi import addr, Command, errno_of, list_arg, number, READ, ref_arg, WRITE

KEEP, INHERIT = 255, 254
LOCAL, PEER, PROTO, LPORT, RPORT, DSCP, MARK, UID = (1 << n for n in range(8))
ANY, PIN, PREFER, AVOID, FORK, LOWRTT = range(6)
I1_IN, I2_IN, BIS_IN, UR_IN, PROBE_IN, CTX_OUT = range(6)
BEGIN, COMMIT, ABORT, FLUSH = 0x31, 0x32, 0x33, 0x34


class Layout:
    """Members of a structure in their order; those not named are zero."""

    def __init__(self, members, **defaults):
        self.defaults = defaults
        self.names, self.offsets, code = [], {}, "="
        for member in members.split():
            name, kind = member.split(":")
            self.offsets[name] = struct.calcsize(code)
            self.names.append(name)
            code += kind
        self.code = struct.Struct(code)
        self.size = self.code.size

    def pack(self, **values):
        values = {**self.defaults, **values}
        unknown = set(values) - set(self.names)
        if unknown:
            raise KeyError(unknown)
        return self.code.pack(*(
            values.get(name, b"" if self.is_octets(name) else 0)
            for name in self.names))

    def unpack(self, octets):
        return dict(zip(self.names, self.code.unpack(octets)))

    def is_octets(self, name):
        return isinstance(self.code.unpack(bytes(self.size))[
            self.names.index(name)], bytes)

    def bad(self, name):
        """What the member bad is when this one is to blame."""
        return self.offsets[name] + 1


TABLE = Layout("generation:Q classes:I links:I rules:I open:I")
CLASS = Layout("id:I flags:I name:16s dscp:B in_dscp:B rank:B reserved:B "
               "minor:H tc_index:H mark:I mark_mask:I bad:I reserved2:I",
               id=1, name=b"ef", dscp=46, minor=0x11)
LINK = Layout("id:I flags:I name:16s ifindex:I nprefix:I "
              + " ".join(f"addr{n}:16s len{n}:B zero{n}:7s" for n in range(4))
              + " up:I down:I overhead:h major:H prio:B weight:B "
              + " ".join(f"share{n}:H" for n in range(16))
              + " reserved:H mark:I mark_mask:I bad:I",
              id=1, name=b"isp", nprefix=1, addr0=addr("2001:db8:a::"),
              len0=48, up=10000, down=50000, weight=1)
RULE = Layout("pref:I flags:I match:I klass:I local:16s peer:16s local_len:B "
              "peer_len:B proto:B dir:B lport_min:H lport_max:H rport_min:H "
              "rport_max:H dscp:B dscp_mask:B set_dscp:B path:B mark:I "
              "mark_mask:I uid:I links:H reserved:H bad:I reserved2:I "
              "packets:Q bytes:Q remarked:Q", pref=10, set_dscp=KEEP)
CONTROL = Layout("dscp:B alternate:B klass:B reserved:B pace_permille:I "
                 "pace_min:I pace_burst:I provisional:I bad:I",
                 dscp=48, alternate=1, pace_permille=20, pace_min=20,
                 pace_burst=10)
POLICE = Layout("kind:I src_len:I rate:I burst:I src_rate:I src_burst:I "
                "src_slots:I bad:I passed:Q dropped:Q", rate=200, burst=400)
SHARE = Layout("mode:I buckets:I idle_ms:I unbalanced_ms:I hyst_permille:I "
               "hyst_us:I hold_ms:I bad:I", buckets=256, idle_ms=120000,
               hyst_permille=200, hyst_us=5000, hold_ms=10000)
TRUST = Layout("mode:I bad:I allow:Q")
TRAFFIC = Layout("link:I klass:I tx_packets:Q tx_bytes:Q rx_packets:Q "
                 "rx_bytes:Q tx_ect0:Q tx_ect1:Q tx_ce:Q rx_ect0:Q rx_ect1:Q "
                 "rx_ce:Q lost:Q")
MARKING = Layout("link:I dscp:B blocked:B reserved:H sent:Q answered:Q "
                 "tx:Q rx:Q")


class Setter(Command):
    """Sets an object of a layout."""

    def __init__(self, name, nr, layout, flags=None):
        super().__init__(f"QOS_{name}_SET", nr, READ | WRITE, layout.pack(),
                         admin=True, flags=flags)
        self.layout = layout

    def set(self, fd, **values):
        """Returns (errno, the member that is to blame or None)."""
        err, data = self.call(fd, self.layout.pack(**values))
        bad = self.layout.unpack(data)["bad"]
        return err, self.member(bad)

    def member(self, bad):
        if not bad:
            return None
        for name in self.layout.names:
            if self.layout.bad(name) == bad:
                return name
        return bad


class Getter(Command):
    """Reads the only object of a layout."""

    def __init__(self, name, nr, layout):
        super().__init__(f"QOS_{name}", nr, READ, bytes(layout.size))
        self.layout = layout

    def get(self, fd):
        err, data = self.call(fd)
        if err:
            raise OSError(err, self.name)
        return self.layout.unpack(data)


def deleter(name, nr):
    return Command(f"QOS_{name}_DEL", nr, WRITE, ref_arg(0xfffffff0),
                   admin=True, flags=4, base=errno.ENOENT)


TABLE_GET = Getter("TABLE", 0x30, TABLE)
CLASS_SET = Setter("CLASS", 0x35, CLASS, flags=4)
CLASS_DEL = deleter("CLASS", 0x36)
LINK_SET = Setter("LINK", 0x38, LINK, flags=5)
LINK_DEL = deleter("LINK", 0x39)
RULE_SET = Setter("RULE", 0x3b, RULE, flags=4)
RULE_DEL = deleter("RULE", 0x3c)
CONTROL_SET = Setter("CONTROL", 0x3e, CONTROL, flags=3)
CONTROL_GET = Getter("CONTROL_GET", 0x3f, CONTROL)
POLICE_SET = Setter("POLICE", 0x40, POLICE)
POLICE_DEL = deleter("POLICE", 0x41)
SHARE_SET = Setter("SHARE", 0x43, SHARE)
SHARE_GET = Getter("SHARE_GET", 0x44, SHARE)
TRUST_SET = Setter("TRUST", 0x45, TRUST)
TRUST_GET = Getter("TRUST_GET", 0x46, TRUST)

GETTERS = [TABLE_GET, CONTROL_GET, SHARE_GET, TRUST_GET]
BARE = {"QOS_BEGIN": BEGIN, "QOS_COMMIT": COMMIT, "QOS_ABORT": ABORT,
        "QOS_FLUSH": FLUSH}
LISTS = {
    "QOS_CLASS_LIST": (0x37, CLASS),
    "QOS_LINK_LIST": (0x3a, LINK),
    "QOS_RULE_LIST": (0x3d, RULE),
    "QOS_POLICE_LIST": (0x42, POLICE),
    "QOS_TRAFFIC_LIST": (0x47, TRAFFIC),
    "QOS_MARKING_LIST": (0x48, MARKING),
}
# Elements that have grown: their first size
FIRST = {"QOS_MARKING_LIST": 24}
# What was counted, which is no part of the table
COUNTERS = ("QOS_TRAFFIC_LIST", "QOS_MARKING_LIST")

abi.LISTS.update({name: (nr, FIRST.get(name, layout.size))
                  for name, (nr, layout) in LISTS.items()})
abi.LIST_COMMANDS.update({
    name: Command(name, nr, READ | WRITE, list_arg(elem=layout.size), flags=36)
    for name, (nr, layout) in LISTS.items()})
abi.COMMANDS += [
    *GETTERS, CLASS_SET, CLASS_DEL, LINK_SET, LINK_DEL, RULE_SET, RULE_DEL,
    CONTROL_SET, POLICE_SET, POLICE_DEL, SHARE_SET, TRUST_SET,
    *(abi.LIST_COMMANDS[name] for name in LISTS)]


def bare(fd, nr):
    """A command without a structure; its errno."""
    return errno_of(fcntl.ioctl, fd, number(nr, 0, 0))


def found(fd, name):
    """All elements of a list, as dictionaries."""
    layout = LISTS[name][1]
    return [layout.unpack(e) for e in abi.walk(fd, name, elem=layout.size)]


def whole(fd):
    """All of the table, but for the number of its changes."""
    return [found(fd, name) for name in LISTS if name not in COUNTERS] \
        + [c.get(fd) for c in GETTERS[1:]]
