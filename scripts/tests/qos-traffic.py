#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The figures of the survey, with traffic through them.

Every claim has its counterpart: the same traffic without what is claimed.
Where time is virtual, idle time costs nothing: there rates, losses and delays
are judged to the point, on a slow line that leaves the processor time for them.
An emulated machine is stopped at any moment by the real one: there what is
judged is bits, classes, and what is lost for more than that.
"""

import os
import re
import subprocess

from qos_bench import FIRST_PORT, fit, Flow, run, VIRTUAL
from qos_report import remark, result, run_named, within

HERE = os.path.dirname(os.path.abspath(__file__))
SHIM6CTL = os.path.join(HERE, "../../shim6ctl/shim6ctl")
QOS = os.path.join(os.path.dirname(HERE), "qos")
EF, AF31, AF21, AF11, AF12, AF13 = 0xb8, 0x68, 0x48, 0x28, 0x30, 0x38
SRC = {4: "192.1.0.1", 6: "2001:db8:1::1"}
DST = {4: "10.0.0.1", 6: "2001:db8:2::1"}
TELNET = {4: "10.1.0.1", 6: "2001:db8:3::1"}
REFERENCE = {6: "2001:db8:ff::2"}
OTHER = {4: "10.2.0.1", 6: "2001:db8:4::1"}


def sh(*words):
    return subprocess.run(words, text=True, check=True,
                          stdout=subprocess.PIPE).stdout


def tc(*words):
    return sh("tc", "-n", "R", *words)


def setup(name):
    sh("ip", "netns", "exec", "R", os.path.join(QOS, name), "r2")


def setup_text(text):
    subprocess.run(("ip", "netns", "exec", "R", "sh", "-s", "r2"),
                   input=text, text=True, check=True)


def clear():
    sh("ip", "netns", "exec", "R", os.path.join(QOS, "remove.sh"), "r2")


def flow(name, version, size, rate, tos, dst=DST, load=False):
    return Flow(name, SRC[version], dst[version], size, rate, tos, load)


def send(flows, seconds, knocks=()):
    syns = run(flows, seconds, knocks)
    for each in flows:
        remark(each)
    return syns


# --- Figure 7


def judge_profile(what, version, flows, syns):
    """In profile everything is EF; ECN stays; others are not touched."""
    marked = flows[:4]
    ef = sum(f.count_of(EF | ecn) for ecn, f in enumerate(marked))
    fits = fit(marked, 1000000, 2048)
    result(fits * 95 // 100 <= ef <= sum(f.sent for f in marked),
           f"{what}: what fits is EF, {fits} do, {ef} are")
    for ecn, one in enumerate(marked):
        result(one.got == one.sent == one.count_of(EF | ecn) +
               one.count_of(AF31 | ecn),
               f"{what}: ECN {ecn} as it was: {one}")
    one = flows[4]
    result(one.got == one.sent == one.count_of(AF11 | 2),
           f"{what}: others as they were: {one}")
    mine = {tos: n for (v, tos), n in syns.items() if v == version}
    result(list(mine) == [AF21], f"{what}: telnet is AF21: {mine}")


def profile_flows(version):
    return [flow(f"ecn{ecn}-{version}", version, 200, 40000 + 1000 * ecn, ecn)
            for ecn in range(4)] + \
        [flow(f"other-{version}", version, 500, 100000, AF11 | 2, OTHER)]


def test_profile(kind):
    flows = {v: profile_flows(v) for v in (4, 6)}
    syns = send(flows[4] + flows[6], 1.5,
                   [(SRC[v], TELNET[v], 23) for v in (4, 6)] * 2)
    for version in (4, 6):
        judge_profile(f"Figure 7, {kind}, IPv{version}", version,
                      flows[version], syns)
    result(not any(f.bad_checksums for f in flows[4]),
           f"Figure 7, {kind}: every header checksum is right")


def test_excess(kind, seconds):
    flows = {v: flow(f"3M-{v}", v, 1000, 3000000, AF11 | 2) for v in (4, 6)}
    send(list(flows.values()), seconds)
    for version, one in flows.items():
        ef, rest = one.count_of(EF | 2), one.count_of(AF31 | 2)
        what = f"Figure 7, {kind}, IPv{version}, 3 Mbit/s"
        fits = fit([one], 1000000, 2048)
        within(f"{what}: EF, of {fits} that fit its bucket", ef,
               fits * 95 // 100, fits * 105 // 100)
        result(ef * one.size * 8 * 10**6 <= 1050 * one.took,
               f"{what}: no more than 1.05 Mbit/s of EF")
        result(one.got == one.sent == ef + rest,
               f"{what}: the rest is AF31: {one}")
        result(one.bad_checksums == 0, f"{what}: checksums right")


def test_unmarked():
    one = flow("plain", 4, 500, 100000, 1)
    syns = send([one], 1, [(SRC[4], TELNET[4], 23)])
    result(one.got == one.sent == one.count_of(1) and list(syns) == [(4, 0)],
           f"no script, nothing is marked: {one}")


def test_edge(kind, script):
    setup(script)
    test_profile(kind)
    test_excess(kind, 3)
    clear()


# --- Figures 8 and 3

# kbit/s of the line: a fifth of the figure's where a program sends
LINE = 2000 if VIRTUAL else 10000


def class_bytes(minor):
    """What a class has sent, headers of Ethernet included; 0 of none."""
    now = None
    for line in tc("-s", "class", "show", "dev", "r2").splitlines():
        words = line.split()
        if words[:1] == ["class"]:
            now = words[2]
        elif minor and words[:1] == ["Sent"] and now.endswith(":" + minor):
            return int(words[1])
    return 0


class Overload:
    """EF, against twice what the line carries, while another flow has a path
    of its own.
    """

    def __init__(self, ef_kbit, seconds, rest_class=None):
        before = class_bytes(rest_class)
        self.ef = flow("ef", 6, 200, ef_kbit * 1000, EF)
        load = flow("load", 6, 1250, 2000 * LINE, 0, load=True)
        self.reference = flow("reference", 6, 200, 20000, 0, REFERENCE)
        send([self.ef, load, self.reference], seconds)
        took = load.count * load.gap * (1000 + load.slow) / 1e12
        self.rest = int((class_bytes(rest_class) - before) * 8 / 1000 / took)

    def is_void(self):
        """The machine stood still: somebody sent too slowly, or was late where
        nobody was in the way.
        """
        return self.reference.lost or self.reference.late(99) > 10000 or \
            max(self.ef.slow, self.reference.slow) > 20


def overload(*what):
    """One that says something, of three."""
    for n in range(3):
        one = Overload(*what)
        if not one.is_void():
            break
        remark(f"void: {one.reference}")
    return one


def floor(one, exact, real, void):
    """The least that is right: in virtual time, on a machine, on one that
    stood still.
    """
    if one.is_void():
        return void
    return exact if VIRTUAL else real


def test_fifo():
    tc("qdisc", "replace", "dev", "r2", "root", "tbf", "rate", f"{LINE}kbit",
       "burst", "10k", "limit", "100k")
    ef = overload(LINE // 20, 10 if VIRTUAL else 2).ef
    result(ef.lost * 20 >= ef.sent or ef.late(50) >= 50000,
           f"one queue for all: late or lost: {ef}")
    tc("qdisc", "del", "dev", "r2", "root")


def judge_ef(what, one):
    """What comes in faster than it was sent, after somebody stood still, may
    be lost: that is how many do not fit EF's rate and a short queue.
    """
    ef = one.ef
    wild = ef.sent - fit([ef], 150 * LINE, 5000)
    result(ef.lost <= wild + ef.sent // 100,
           f"{what}: EF is not lost, but for {wild} that came too fast: {ef}")
    # Those that keep to its rate do not wait for each other for 5 ms
    if fit([ef], 150 * LINE, 900) == ef.sent and not one.is_void():
        within(f"{what}: EF's p99 over the other flow's, us",
               ef.late(99) - one.reference.late(99), -10000, 5000)


def judge_ipv4(what, ef_class, red=False):
    """The class has EF of the other family, too, and nothing else of it. RED
    still remembers a full queue, and drops some of the rest.
    """
    before = class_bytes(ef_class)
    ef, rest = (flow(name, 4, 200, 50000, tos)
                for name, tos in (("ef-4", EF), ("rest-4", AF31)))
    send([ef, rest], 0.5)
    had = class_bytes(ef_class) - before
    result(ef.got == ef.sent > 0 and had == ef.sent * 214 and
           0 < rest.got <= rest.sent and (red or not rest.lost),
           f"{what}, IPv4: {had} octets are in the class of EF: {ef}, {rest}")


def test_core(what, ef_class, rest_class, rest_kbit, red=False):
    """EF has its 15 % of the line, the rest what is left."""
    one = overload(LINE // 20, 25 if VIRTUAL else 3, rest_class)
    judge_ef(what, one)
    # What passed while the machine stood still nobody gets back
    within(f"{what}: kbit/s of the rest", one.rest,
           floor(one, rest_kbit * 95 // 100, LINE // 2, LINE // 10),
           rest_kbit * 108 // 100)
    one = overload(LINE * 3 // 10, 10 if VIRTUAL else 2)
    ef = one.ef
    # Less its headers of Ethernet, 14 octets in 214
    within(f"{what}: kbit/s of EF that wants twice its share", ef.kbit,
           floor(one, LINE * 13 // 100, LINE // 10, LINE // 50),
           LINE * 16 // 100)
    result(class_bytes(ef_class) >= ef.got * 214,
           f"{what}: EF is in its class")
    judge_ipv4(what, ef_class, red)


SCALED = {"10mbit": "2mbit", "1500kbit": "300kbit", "5mbit": "1mbit",
          "8500kbit": "1700kbit"}


def test_figure8(kind, script):
    """In virtual time with a fifth of the rates, and without RED."""
    with open(os.path.join(QOS, script), encoding="ascii") as file:
        text = file.read()
    if VIRTUAL:
        text = re.sub(": red .*", ": pfifo limit 50", text)
        text = re.sub(r"\b\d+[mk]bit\b", lambda m: SCALED[m[0]], text)
    setup_text(text)
    test_core(f"Figure 8, {kind}", "1", "2", LINE * 85 // 100, not VIRTUAL)
    if not VIRTUAL:
        text = tc("-s", "qdisc", "show", "dev", "r2")
        early = re.search(r"early (\d+)", text)
        result(early and int(early[1]) > 0,
               f"Figure 8, {kind}: RED drops early")
    clear()


def test_minimal():
    """The classes of diffserv with what every kernel has."""
    setup_text(sh(SHIM6CTL, "qos", "apply", "core", "profile", "minimal",
                  "rate", f"{LINE}kbit", "print"))
    # EF takes a twentieth, with its headers a little more
    test_core("profile minimal", "11", "16", LINE * 946 // 1000)
    clear()


def test_prio():
    setup("prio.sh")
    high = flow("high", 6, 500, 2000000, EF)
    low = flow("low", 6, 500, 500000, 0)
    send([high, low], 3)
    within("Figure 3: kbit/s of high priority that wants 2000", high.kbit,
           900, 1100)
    result(low.lost == 0, f"Figure 3: none of low priority is lost: {low}")
    judge_ipv4("Figure 3", "1")
    clear()


# --- GRED


def vqs():
    """Packets that each virtual queue of GRED was given, by its number."""
    text = tc("-s", "qdisc", "show", "dev", "r2")
    return [int(n) for n in re.findall(r"Total packets: (\d+)", text)]


def gred_flows(version):
    return [flow(f"AF1{n}-{version}", version, 1000, 2130000, code)
            for n, code in ((1, AF11), (2, AF12), (3, AF13))]


def test_gred():
    setup("af-gred.sh")
    flows = gred_flows(6)
    send(flows, 4)
    result(vqs()[1:] == [f.sent for f in flows],
           f"GRED: virtual queues were given {vqs()[1:]}")
    lost = [f.lost * 1000 // f.sent for f in flows]
    result(lost[0] <= 5 < lost[1] < lost[2] and lost[2] >= 2 * lost[1],
           f"GRED: AF11, AF12, AF13 lose {lost} of 1000")
    before, flows = vqs(), gred_flows(4)
    send(flows, 0.3)
    more = [now - then for now, then in zip(vqs(), before)]
    result(more[1:] == [f.sent for f in flows],
           f"GRED, IPv4: virtual queues were given {more[1:]}")
    # Its counterpart: nobody says which queue
    tc("qdisc", "del", "dev", "r2", "clsact")
    before, flows = vqs(), gred_flows(6)
    send(flows, 1)
    more = [now - then for now, then in zip(vqs(), before)]
    total = sum(f.sent for f in flows)
    result(more[0] >= total and not any(more[1:]),
           f"GRED without clsact: all {total} in queue 0: {more}")
    clear()


# --- Figure 1


def test_ingress():
    """What arrives at r1; it is listened to before it is policed."""
    sh("ip", "netns", "exec", "R", os.path.join(QOS, "ingress.sh"), "r1")
    flows = [flow(f"arrives-{v}", v, 1000, 2000000, 0) for v in (4, 6)]
    send(flows, 1)
    for one in flows:
        fits = fit([one], 1000000, 10240)
        within(f"Figure 1, IPv{one.version}: of {one.sent} come in",
               one.got, fits * 95 // 100, fits * 105 // 100)
    sh("ip", "netns", "exec", "R", os.path.join(QOS, "remove.sh"), "r1")
    one = flow("unpoliced", 4, 1000, 2000000, 0)
    send([one], 0.3)
    result(one.lost == 0, f"Figure 1, no policer: all comes in: {one}")


# --- route classifier


def realm_flow():
    """What the class of realm 7 has of it, and the flow."""
    before = class_bytes("1")
    flows = [flow("realm", 4, 500, 200000, 0),
             flow("none", 4, 500, 200000, 0, OTHER)]
    send(flows, 0.5)
    return class_bytes("1") - before, flows[0]


def test_route():
    tc("qdisc", "add", "dev", "r2", "root", "handle", "3:", "prio", "bands",
       "2", "priomap", *["1"] * 16)
    tc("filter", "add", "dev", "r2", "parent", "3:", "protocol", "ip", "pref",
       "1", "route", "to", "7", "classid", "3:1")
    had, _ = realm_flow()
    result(had == 0, "route classifier: no realm, no packet in its class")
    sh("ip", "-n", "R", "route", "add", "10.0.0.0/24", "via", "192.168.2.2",
       "realm", "7")
    had, one = realm_flow()
    result(had == one.sent * 514, "route classifier: those of a realm, and "
           f"only they, are in its class: {had} octets, {one}")
    sh("ip", "-n", "R", "route", "del", "10.0.0.0/24", "realm", "7")
    tc("qdisc", "del", "dev", "r2", "root")


# --- IntServ: a reservation for one flow, by configuration

RESERVED = 4 * LINE // 100


def reserve():
    """One flow by all that names it, as rsvp did; a class that it fills and
    does not exceed. The rest shares one queue.
    """
    for words in ("qdisc add dev r2 root handle 4: htb default 2",
                  f"class add dev r2 parent 4: classid 4:f htb rate {LINE}kbit",
                  f"class add dev r2 parent 4:f classid 4:1 htb rate "
                  f"{RESERVED}kbit ceil {RESERVED}kbit prio 0 quantum 1514",
                  "qdisc add dev r2 parent 4:1 pfifo limit 20",
                  f"class add dev r2 parent 4:f classid 4:2 htb rate "
                  f"{LINE - RESERVED}kbit ceil {LINE}kbit prio 7 quantum 1514",
                  "qdisc add dev r2 parent 4:2 pfifo limit 50",
                  f"filter add dev r2 parent 4: protocol ipv6 pref 1 flower "
                  f"ip_proto udp src_ip {SRC[6]} dst_ip {DST[6]} "
                  f"dst_port {FIRST_PORT} classid 4:1"):
        tc(*words.split())


def test_intserv():
    reserve()
    # The first flow has the first port
    flows = [flow("reserved", 6, 200, RESERVED * 800, 0),
             flow("not reserved", 6, 200, RESERVED * 800, 0)]
    send(flows + [flow("load", 6, 1250, 2000 * LINE, 0, load=True)], 1)
    wild = flows[0].sent - fit(flows[:1], RESERVED * 1000, 5000)
    result(flows[0].lost <= wild + flows[0].sent // 100,
           f"IntServ: the flow has what was reserved, {wild} came too fast: "
           f"{flows[0]}")
    result(flows[1].lost * 20 >= flows[1].sent,
           f"IntServ: another one like it has not: {flows[1]}")
    wants = flow("wants more", 6, 200, RESERVED * 3000, 0)
    send([wants], 1)
    within("IntServ: kbit/s of three times what was reserved", wants.kbit,
           RESERVED // 2, RESERVED * 115 // 100)
    tc("qdisc", "del", "dev", "r2", "root")


TESTS = {"unmarked": test_unmarked,
         "edge": lambda: test_edge("flower", "edge.sh"),
         "edge-u32": lambda: test_edge("u32", "edge-u32.sh"),
         "fifo": test_fifo,
         "core": lambda: test_figure8("tc_index", "core.sh"),
         "core-u32": lambda: test_figure8("DSCP", "core-u32.sh"),
         "minimal": test_minimal, "prio": test_prio, "gred": test_gred,
         "ingress": test_ingress, "route": test_route,
         "intserv": test_intserv}


if __name__ == "__main__":
    run_named(TESTS)
