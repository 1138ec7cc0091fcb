#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What happens to the marks of a packet, before and after a switch.

Every claim has its counterpart, in which the same look sees the opposite.
Where time is virtual, losses and delays are judged to the point; elsewhere
bits and classes are.
"""

import sys
import time

import qos_pair as pair
from qos_bench import Ear
from qos_pair import Flow, run, tc, VIRTUAL

# kbit/s of the line that is too small
LINE = 1000


def result(good, what):
    print(("ok - " if good else "not ok - ") + what, flush=True)


def remark(what):
    print(f"# {what}", flush=True)


def within(what, value, low, high):
    result(low <= value <= high, f"{what}: {value} (allowed {low} to {high})")


# --- every bit of the first word of the header

def words():
    """All traffic classes, each with a flow label of its own."""
    return [n << 20 | (n * 4099 + 1) & 0xfffff for n in range(256)]


def look(src, dst, dev):
    """Sends them; pairs of those on the wire and those at the socket."""
    port = pair.FIRST_PORT
    into = pair.receiver(dst[0], pair.HOSTS[dst], port)
    ear = Ear(dst[0], dev)
    out = pair.sender(src[0], pair.HOSTS[src])
    out.setsockopt(pair.socket.IPPROTO_IPV6, pair.IPV6_FLOWINFO_SEND, 1)
    for number, word in enumerate(words()):
        out.setsockopt(pair.socket.IPPROTO_IPV6, pair.socket.IPV6_TCLASS,
                       word >> 20)
        out.sendto(pair.NUMBER.pack(number),
                   (pair.HOSTS[dst], port, word & 0xfffff, 0))
        if number % 32 == 31:
            time.sleep(0.02)
    time.sleep(0.3)
    wire = pair.on_wire(ear, port)
    here = {number: word for number, word, _ in pair.received(into)}
    out.close()
    into.close()
    return wire, here


def same(got):
    return sum(got.get(number) == word for number, word in enumerate(words()))


def transparent(what, cable):
    """App, wire, app: traffic class, ECN and flow label are the same."""
    for src, dst in (("A1", "B1"), ("B1", "A1")):
        wire, here = look(src, dst, f"p{cable}")
        tagged = sum(p.tagged for p in wire)
        way = f"{what}, {src[0]} to {dst[0]}"
        result(tagged == (256 if cable == "2" else 0),
               f"{way}: {tagged} of 256 are tagged")
        on_wire = same({p.number: p.word for p in wire})
        result(on_wire == 256, f"{way}: {on_wire} of 256 alike on the wire")
        result(same(here) == 256,
               f"{way}: {same(here)} of 256 alike at the socket")


def opaque():
    """Its counterpart: the forwarder overwrites the traffic class."""
    tc("F", "qdisc", "add", "dev", "b", "clsact")
    tc("F", "filter", "add", "dev", "b", "egress", "protocol", "ipv6", "flower",
       "action", "pedit", "ex", "munge", "ip6", "traffic_class", "set", "0x28",
       "pipe")
    _, here = look("A1", "B1", "p2")
    result(len(here) == 256 and same(here) == 1,
           f"overwritten on the way: {same(here)} of {len(here)} alike")
    tc("F", "qdisc", "del", "dev", "b", "clsact")


# --- congestion that is told, not made

def aqm():
    """RED as on stock kernels, else what the debug kernel has."""
    if VIRTUAL:
        return ("fq_codel", "ecn", "ce_threshold", "20ms")
    return ("red", "limit", "200KB", "min", "5KB", "max", "100KB", "burst",
            "10", "avpkt", "1000", "bandwidth", "2Mbit", "probability", "0.2",
            "ecn")


def slow_line(ns, dev, *leaf):
    tc(ns, "qdisc", "replace", "dev", dev, "root", "handle", "1:", "htb",
       "default", "1")
    tc(ns, "class", "add", "dev", dev, "parent", "1:", "classid", "1:1", "htb",
       "rate", f"{LINE}kbit", "burst", "3000", "cburst", "3000")
    tc(ns, "qdisc", "add", "dev", dev, "parent", "1:1", *leaf)


def congested():
    """CE of a queue on the way is what the socket sees."""
    slow_line("F", "b", *aqm())
    for ecn, word in ((0, "without ECN"), (2, "with ECN")):
        flow = Flow(word, 1000, 1500 * LINE, ecn)
        ear = Ear("B", "p2")
        run([flow], 2)
        remark(flow)
        wire = [p for p in pair.on_wire(ear, flow.port) if p.word >> 20 & 3 == 3]
        told = flow.codes.get(3, 0)
        result(told == len(wire) and all(p.tagged for p in wire) and
               (told > 0) == (ecn == 2),
               f"{word}: CE on the wire {len(wire)}, at the socket {told}")
    tc("F", "qdisc", "del", "dev", "b", "root")


# --- flows next to each other

def crowd():
    """A flood and a sparse flow in one context, another on an idle cable."""
    flood = Flow("flood", 1250, 2200 * LINE, load=True)
    sparse = Flow("sparse", 200, 100000)
    reference = Flow("reference", 200, 50000, via=("192.0.2.1", "192.0.2.2"))
    for _ in range(3):
        slow = run([flood, sparse, reference], 6 if VIRTUAL else 3)
        remark(f"{flood}; {sparse}; {reference}; {slow} permille slow")
        # A tenth less is still twice what the line carries
        if slow <= 90 and reference.late(99) <= (10000 if VIRTUAL else 50000):
            break
        remark("void: the machine stood still")
    return sparse, reference


def isolation():
    """What a flow is known by survives: its label or its hash will do."""
    slow_line("A", "p2", "fq_codel")
    pair.sysctl("A", "net.ipv6.auto_flowlabels=0")
    judge_sparse("hash without label", *crowd())
    pair.forget_hash("A", "p2")
    sparse, _ = crowd()
    result(sparse.lost * 10 >= sparse.count or sparse.late(50) >= 100000,
           f"neither label nor hash: lost or late: {sparse}")
    pair.sysctl("A", "net.ipv6.auto_flowlabels=1")
    judge_sparse("label without hash", *crowd())


def judge_sparse(what, sparse, reference):
    result(sparse.lost == 0, f"{what}: a sparse flow loses nothing: {sparse}")
    if VIRTUAL:
        within(f"{what}: its p99 over that of an idle cable, us",
               sparse.late(99) - reference.late(99), 0, 20000)


TESTS = {"plain": lambda: transparent("ULIDs", "1"),
         "switched": lambda: transparent("locators", "2"),
         "opaque": opaque, "congested": congested, "isolation": isolation}


def main():
    for name in sys.argv[1:]:
        start = time.monotonic()
        TESTS[name]()
        remark(f"{name}: {time.monotonic() - start:.1f} s")


if __name__ == "__main__":
    main()
