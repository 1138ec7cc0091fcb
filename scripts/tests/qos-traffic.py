#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The figures of the survey, with traffic through them.

Every claim has its counterpart: the same traffic without what is claimed.
Bits are judged always. Rates, losses and delays are judged strictly in a run
in which the senders kept their pace and the reference's way was quiet; after
three that were not so, loosely.
"""

import os
import subprocess
import sys
import time

from qos_bench import Flow, run

HERE = os.path.dirname(os.path.abspath(__file__))
SHIM6CTL = os.path.join(HERE, "../../shim6ctl/shim6ctl")
QOS = os.path.join(os.path.dirname(HERE), "qos")
EF, AF31, AF21, AF11, AF12, AF13 = 0xb8, 0x68, 0x48, 0x28, 0x30, 0x38
SRC = {4: "192.1.0.1", 6: "2001:db8:1::1"}
DST = {4: "10.0.0.1", 6: "2001:db8:2::1"}
TELNET = {4: "10.1.0.1", 6: "2001:db8:3::1"}
OTHER = {4: "10.2.0.1", 6: "2001:db8:4::1"}
QUIET_US = 10000
SLOW = 20	# permille
TRIES = 3


def result(good, what):
    print(("ok - " if good else "not ok - ") + what, flush=True)


def remark(what):
    print(f"# {what}", flush=True)


def within(what, value, low, high):
    result(low <= value <= high, f"{what}: {value} (allowed {low} to {high})")


def sh(*words):
    return subprocess.run(words, text=True, check=True,
                          stdout=subprocess.PIPE).stdout


def tc(*words):
    return sh("tc", "-n", "R", *words)


def setup(name):
    sh("ip", "netns", "exec", "R", os.path.join(QOS, name), "r2")


def clear():
    sh("ip", "netns", "exec", "R", os.path.join(QOS, "remove.sh"), "r2")


def flow(name, version, size, rate, tos, dst=DST, load=False):
    return Flow(name, SRC[version], dst[version], size, rate, tos, load)


def send(flows, seconds, knocks=(), allowed=None, first=lambda: None):
    """Sends until the bench does not spoil it. Returns the SYNs and the p99 of
    the reference, or None when it spoiled all of them.

    "allowed" is the token bucket that the first flow has to keep to, "first"
    is called before each run.
    """
    reference = flow("reference", 6, 200, 80000, 0,
                     {6: "2001:db8:ff::2"})
    for _ in range(TRIES):
        first()
        syns = run(flows + [reference], seconds, knocks)
        for each in flows + [reference]:
            remark(each)
        slow = [f.name for f in flows if f.slow > SLOW]
        calm = reference.late(99) <= QUIET_US and not slow and (
            not allowed or flows[0].fits(*allowed) == flows[0].sent)
        if calm:
            break
        remark(f"void: slow {slow}, the reference {reference.late(99)} us")
    return syns, reference.late(99) if calm else None


# --- Figure 7


def judge_profile(what, version, flows, syns):
    """In profile everything is EF; ECN stays; others are not touched."""
    for ecn in range(4):
        one = flows[ecn]
        result(one.got == one.sent == one.count_of(EF | ecn),
               f"{what}: in profile all EF, ECN {ecn} as it was: {one}")
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
    syns, _ = send(flows[4] + flows[6], 1.5,
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
        fits = one.fits(1000000, 2048)
        within(f"{what}: EF, of {fits} that fit its bucket", ef,
               fits * 95 // 100, fits * 105 // 100)
        result(ef * 8 / seconds <= 1050,
               f"{what}: no more than 1.05 Mbit/s of EF")
        result(one.got == one.sent == ef + rest,
               f"{what}: the rest is AF31: {one}")
        result(one.bad_checksums == 0, f"{what}: checksums right")


def test_unmarked():
    one = flow("plain", 4, 500, 100000, 1)
    syns, _ = send([one], 1, [(SRC[4], TELNET[4], 23)])
    result(one.got == one.sent == one.count_of(1) and list(syns) == [(4, 0)],
           f"no script, nothing is marked: {one}")


def test_edge():
    test_unmarked()
    for kind, script in (("flower", "edge.sh"), ("u32", "edge-u32.sh")):
        setup(script)
        test_profile(kind)
        test_excess(kind, 4)
        clear()


# --- Figures 8 and 3


def overload(ef_rate, seconds, **more):
    """EF against twice what the line carries."""
    ef = flow("ef", 6, 200, ef_rate, EF)
    load = flow("load", 6, 1250, 20000000, 0, load=True)
    _, reference = send([ef, load], seconds, **more)
    return ef, reference


def class_bytes(minor):
    """What a class has sent, headers of Ethernet included."""
    now = None
    for line in tc("-s", "class", "show", "dev", "r2").splitlines():
        words = line.split()
        if words[:1] == ["class"]:
            now = words[2]
        elif words[:1] == ["Sent"] and now.endswith(":" + minor):
            return int(words[1])
    return 0


def test_fifo():
    tc("qdisc", "replace", "dev", "r2", "root", "tbf", "rate", "10mbit",
       "burst", "10k", "limit", "100k")
    ef, _ = overload(500000, 2)
    result(ef.lost * 20 >= ef.sent or ef.late(50) >= 50000,
           f"one queue for all: late or lost: {ef}")
    tc("qdisc", "del", "dev", "r2", "root")


def judge_held(what, kbit, calm):
    """1.5 Mbit/s with the headers of Ethernet, which 200 octets have 14 of."""
    if calm:
        within(f"{what}: kbit/s of EF that wants 3000", kbit, 1300, 1605)
    else:
        result(kbit <= 1605, f"{what}: EF that wants 3000 has no more than "
               f"1605 kbit/s: {kbit}")


def test_core(what, ef_class, rest_class, rest_kbit):
    """EF has its 1.5 Mbit/s, the rest what is left of 10."""
    before = []
    ef, reference = overload(
        500000, 5, allowed=(1500000, 10240),
        first=lambda: before.append(class_bytes(rest_class)))
    if reference is None:
        result(ef.lost * 50 <= ef.sent,
               f"{what}: EF, on a busy bench, loses no more than 2 %: {ef}")
    else:
        result(ef.lost == 0 and ef.sent >= 1500, f"{what}: no EF is lost: {ef}")
        within(f"{what}: EF's p99 over the reference, us",
               ef.late(99) - reference, -QUIET_US, 5000)
        # The load's time, and that of what was still waiting then
        kbit = (class_bytes(rest_class) - before[-1]) * 8 // 5500
        within(f"{what}: kbit/s of the rest", kbit, rest_kbit * 95 // 100,
               rest_kbit * 108 // 100)
    ef, reference = overload(3000000, 3)
    judge_held(what, ef.got * 1600 // 3000, reference is not None)
    result(class_bytes(ef_class) >= ef.got * 214,
           f"{what}: EF is in its class")


def test_figure8(kind, script):
    setup(script)
    test_core(f"Figure 8, {kind}", "1", "2", 8500)
    clear()


def test_minimal():
    """The same with what every kernel has."""
    sh("sh", "-c", f"{SHIM6CTL} qos apply core profile minimal rate 10mbit "
       "print >/tmp/minimal.sh")
    sh("ip", "netns", "exec", "R", "sh", "/tmp/minimal.sh", "r2")
    test_core("profile minimal", "11", "16", 9465)
    clear()


def test_prio():
    setup("prio.sh")
    high = flow("high", 6, 500, 2000000, EF)
    low = flow("low", 6, 500, 500000, 0)
    send([high, low], 3)
    within("Figure 3: kbit/s of high priority that wants 2000",
           high.got * 4 // 3, 900, 1100)
    result(low.lost == 0, f"Figure 3: none of low priority is lost: {low}")
    clear()


# --- GRED


def test_gred():
    setup("af-gred.sh")
    flows = [flow(f"AF1{n}", 6, 1000, 2130000, code)
             for n, code in ((1, AF11), (2, AF12), (3, AF13))]
    send(flows, 5)
    print(tc("-s", "qdisc", "show", "dev", "r2"))
    print(tc("-s", "-j", "qdisc", "show", "dev", "r2"))
    lost = [f.lost * 1000 // f.sent for f in flows]
    result(lost[0] <= 5 < lost[1] < lost[2] and lost[2] >= 2 * lost[1],
           f"GRED: AF11, AF12, AF13 lose {lost} of 1000")
    clear()


TESTS = {"edge": test_edge, "fifo": test_fifo,
         "core": lambda: test_figure8("tc_index", "core.sh"),
         "core-u32": lambda: test_figure8("DSCP", "core-u32.sh"),
         "minimal": test_minimal, "prio": test_prio, "gred": test_gred}


def main():
    for name in sys.argv[1:] or TESTS:
        start = time.monotonic()
        TESTS[name]()
        remark(f"{name}: {time.monotonic() - start:.1f} s")


if __name__ == "__main__":
    main()
