#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Contexts on links, between the hosts of two-isp.sh.

Each flow has a context of its own, all of one pair of ULIDs, which is that of
the first provider; where a flow is is told by its packets at the providers.
What makes it go somewhere has its counterpart, without which it does not.
"""

import json
import os
import socket
import struct
import subprocess
import sys
import time

import qos_pair as pair
from qos_bench import Ear, enter
from qos_hosts import Table
from qos_pair import sh
from qos_report import remark, result
from abi import addr, CTX_CREATE, CTX_FLUSH, CTX_FORK, fork_arg, \
    open_device, pair_arg, ref_arg, walk
from abi_qos import (AVOID, CONTROL_SET, LINK_SET, LOWRTT, PIN, PREFER,
                     PROTO, RPORT, RULE_SET, SHARE_SET)

OFF, WEIGHT, QUICK, BACKUP, METER = range(5)
METERED, DRAIN, NOPROBE = 1, 2, 4
ONE, TWO = 1, 2
A1, A2, B1, B2 = (pair.HOSTS[name] for name in ("A1", "A2", "B1", "B2"))
FIRST_PORT = 5100
SEND_TIMEOUT = 10
IDLE = 20
ESTABLISHED = 4
# A link is measured a minute after the last time; and some to go there and back
MEASURED = 65


class Links(Table):
    """The table of A, and what is said there of its two links."""

    def __init__(self):
        super().__init__("A")
        self.said = {n: {"weight": 1} for n in (ONE, TWO)}
        self.flush()
        for n in self.said:
            self.say(n)

    def say(self, number, **values):
        self.said[number].update(values)
        self.put(LINK_SET, id=number, name=b"isp%d" % number,
                 addr0=addr(f"2001:db8:a{number}::"), len0=64, up=10000,
                 **self.said[number])

    def path(self, flow, path, *links):
        """A rule for a flow."""
        self.put(RULE_SET, pref=flow.port, match=PROTO | RPORT, proto=17,
                 rport_min=flow.port, rport_max=flow.port, path=path,
                 links=sum(1 << (n - 1) for n in links))

    def share(self, mode, **values):
        self.put(SHARE_SET, mode=mode, idle_ms=IDLE * 1000, **values)

    def provisional(self, value):
        self.put(CONTROL_SET, alternate=0, provisional=value)


class Flow:
    """Datagrams from A to B, and a context of their own."""

    taken = 0

    def __init__(self, name):
        self.name, self.number = name, 0
        self.port = FIRST_PORT + Flow.taken
        Flow.taken += 1
        self.into = pair.receiver("B", B1, self.port)
        self.out = pair.sender("A", A1, port=self.port + 1000)
        self.out.connect((B1, self.port))
        fd = open_device()
        err, self.id = self.establish(fd)
        os.close(fd)
        if err:
            raise OSError(err, f"{name}: no context")

    def establish(self, fd):
        err, data = CTX_FORK.call(fd, fork_arg(
            A1, B1, socket.IPPROTO_UDP, (self.port + 1000, self.port)))
        return err, struct.unpack_from("=I", data, 48)[0]

    def send(self):
        self.emit(self.out)
        self.number += 1

    def emit(self, sock):
        try:
            sock.send(pair.NUMBER.pack(self.number))
        except OSError:
            # No route for a moment, or somebody says so
            pass

    def got(self):
        """Numbers of what came since the last time."""
        return [number for number, _, _ in pair.received(self.into)]

    def close(self):
        self.out.close()
        self.into.close()


class Talk(Flow):
    """Datagrams both ways, and the context of all of the hosts' packets."""

    def establish(self, fd):
        self.into.connect((A1, self.port + 1000))
        err, data = CTX_CREATE.call(fd, pair_arg(A1, B1))
        return err, struct.unpack_from("=I", data, 36)[0]

    def send(self):
        self.emit(self.into)
        super().send()


def contexts():
    """By number: state, locator in use as the number of its link, switches."""
    enter("A")
    fd = open_device()
    entries = walk(fd, "CTX_LIST", elem=264)
    os.close(fd)
    sources = {addr(A1): ONE, addr(A2): TWO}
    found = {}
    for entry in entries:
        number, = struct.unpack_from("=I", entry)
        state, _, switches = struct.unpack_from("=III", entry, 92)
        found[number] = state, sources[entry[40:56]], switches
    return found


def is_on(flow):
    """Its link, as its context has it: no packet makes it busy."""
    return contexts()[flow.id][1]


def switches(flow):
    return contexts()[flow.id][2]


def told():
    """Priorities of A's links, as B knows them by one of its contexts."""
    shim6ctl = "ip", "netns", "exec", "B", os.environ["SHIM6CTL"], "-j"
    some = json.loads(sh(*shim6ctl, "context", "list"))[0]["id"]
    known = {item["address"]: item["priority"] for item in json.loads(
        sh(*shim6ctl, "locator", "list", "context", str(some)))}
    return known[A1], known[A2]


def probes():
    """Sent by A so far."""
    enter("A")
    with open("/proc/thread-self/net/shim6/stats", encoding="ascii") as file:
        return int(dict(line.split() for line in file)["probe_out"])


def flows(*names, kind=Flow):
    """Established."""
    made = [kind(name) for name in names]
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = contexts()
        if all(found[f.id][0] == ESTABLISHED for f in made):
            return made
        time.sleep(0.1)
    raise TimeoutError("no contexts")


def send(some, seconds, rate=2):
    """Evenly. What arrived at each provider: {name: [there, there]}."""
    ears = [Ear(router, "a") for router in ("R1", "R2")]
    for _ in range(int(seconds * rate)):
        for flow in some:
            flow.send()
        time.sleep(1 / rate)
    time.sleep(0.2)
    names = {flow.port: flow.name for flow in some}
    count = {flow.name: [0, 0] for flow in some}
    for at, ear in enumerate(ears):
        for data, _ in ear.packets():
            name = names.get(pair.Packet(data).port)
            if name:
                count[name][at] += 1
    return count


def where(some):
    """{name: link}; a flow that is not on one link is on 0."""
    count = send(some, 1, 5)
    return {name: {(5, 0): ONE, (0, 5): TWO}.get(tuple(n), 0)
            for name, n in count.items()}


def on(what, some, **links):
    """They are where they should be; all the others on link rest."""
    got = where(some)
    rest = links.pop("rest", None)
    want = {flow.name: links.get(flow.name, rest) for flow in some}
    result(got == want, f"{what}: {got}" + ("" if got == want else
                                            f", not {want}"))


def clear(table, *old):
    """No context, rule or choice is left."""
    for flow in old:
        flow.close()
    for ns in "AB":
        enter(ns)
        fd = open_device()
        CTX_FLUSH.call(fd, ref_arg(0))
        os.close(fd)
    table.close()
    for router in ("R1", "R2"):
        mend(router)


# --- what providers do

def fault(router, *rules):
    """What it does not forward; in place of what it did not before."""
    subprocess.run(("ip", "netns", "exec", router, "nft", "-f", "-"), text=True,
                   check=True, input="table ip6 fault\nflush table ip6 fault\n"
                   "table ip6 fault { chain forward {\n"
                   "type filter hook forward priority -300;\n"
                   + "".join(f"{rule} drop\n" for rule in rules) + "}\n}\n")


def mend(router):
    fault(router)


def between(one, two):
    """Rules for a pair of locators."""
    return (f"ip6 saddr {one} ip6 daddr {two}",
            f"ip6 saddr {two} ip6 daddr {one}")


def delay(router, ms):
    for side in "ab":
        sh("tc", "-n", router, "qdisc", "change", "dev", side, "root",
           "netem", "delay", f"{ms}ms", "limit", "200000")


# --- rules

def paths():
    """By rule: at once, when a pair fails, when a link fails, afterwards."""
    delay("R1", 30)
    table = Links()
    table.share(OFF)
    chosen = flows("pin", "prefer", "avoid", "lowrtt", "plain")
    time.sleep(IDLE + 5)
    on("no rule is there yet", chosen, rest=ONE)
    pin, prefer, avoid, lowrtt, _ = chosen
    table.path(pin, PIN, TWO)
    table.path(prefer, PREFER, TWO)
    table.path(avoid, AVOID, ONE)
    table.path(lowrtt, LOWRTT, ONE, TWO)
    on("a rule moves nobody who is busy", chosen, rest=ONE)
    time.sleep(2 * IDLE)
    on("by rule", chosen, plain=ONE, rest=TWO)

    fault("R2", *between(A2, B1))
    count = send(chosen, 2 * SEND_TIMEOUT)
    strays = {flow.name: count[flow.name][0] for flow in chosen[:3]}
    result(not any(strays.values()),
           f"one pair of the link fails: sent on the other link: {strays}")
    on("they are on another pair of their link", chosen, plain=ONE, rest=TWO)

    fault("R2", "iifname a", "oifname a")
    send(chosen, 2 * SEND_TIMEOUT)
    on("all of the link fails", chosen, rest=ONE)
    mend("R2")
    send(chosen, 2 * IDLE)
    on("it works again, all are busy", chosen, rest=ONE)
    time.sleep(3 * IDLE)
    on("... and when they were not", chosen, plain=ONE, rest=TWO)

    fault("R1", "iifname a", "oifname a")
    send(chosen, 2 * SEND_TIMEOUT)
    on("the first link fails", chosen, rest=TWO)
    mend("R1")
    delay("R1", 10)
    clear(table, *chosen)


def last():
    """Links that recovery comes to last."""
    for name, flags in (("plain", 0), ("noprobe", NOPROBE),
                        ("metered", METERED), ("drained", DRAIN)):
        table = Links()
        table.say(TWO, flags=flags)
        chosen = flows("flow")
        send(chosen, 1)
        fault("R1", *between(A1, B1))
        send(chosen, 2 * SEND_TIMEOUT)
        on(f"a pair fails, the other link is {name}", chosen,
           rest=ONE if flags else TWO)
        fault("R1", "iifname a", "oifname a")
        send(chosen, 2 * SEND_TIMEOUT)
        on("... and nothing else works", chosen, rest=TWO)
        clear(table, *chosen)


# --- all of them

def several():
    """Not all of them are on one link by chance: once in 500,000 times."""
    return flows(*"abcdefghijklmnopqrst")


def rest(some):
    """Nobody is busy, and everybody has been looked at."""
    time.sleep(2 * IDLE)
    return some


def backup():
    """In the order of priority."""
    table = Links()
    table.say(ONE, prio=20)
    table.say(TWO, prio=10)
    table.share(BACKUP)
    chosen = rest(flows(*"abcdef"))
    on("active-backup", chosen, rest=TWO)
    fault("R2", "iifname a", "oifname a")
    send(chosen, 2 * SEND_TIMEOUT)
    on("the active link fails", chosen, rest=ONE)
    mend("R2")
    send(chosen, 2 * IDLE)
    on("it is back, all are busy", chosen, rest=ONE)
    on("it is back, all were idle", rest(chosen), rest=TWO)
    table.say(TWO, prio=30)
    on("the other one is active now", rest(chosen), rest=ONE)
    clear(table, *chosen)


def spread_out(what, some):
    """On both links; where each of them is."""
    got = where(some)
    result(set(got.values()) == {ONE, TWO}, f"{what}: on both links: {got}")
    return got


def metered():
    """Only when nothing else works."""
    table = Links()
    table.say(ONE, flags=METERED)
    table.share(WEIGHT)
    chosen = rest(several())
    spread_out("by weight alone, metered or not", chosen)
    result(told() == (0, 0), f"for the peer neither: {told()}")
    table.share(METER)
    on("metered", rest(chosen), rest=TWO)
    result(told() == (254, 0), f"the peer is to come there last: {told()}")
    fault("R2", "iifname a", "oifname a")
    send(chosen, 2 * SEND_TIMEOUT)
    on("nothing else works", chosen, rest=ONE)
    mend("R2")
    on("something does", rest(chosen), rest=TWO)
    clear(table, *chosen)


def drained():
    """Nothing new goes there, and who is idle leaves."""
    table = Links()
    table.share(WEIGHT)
    chosen = several()
    send(chosen, 5)
    before = spread_out("new ones, by weight", chosen)
    table.say(TWO, flags=DRAIN)
    send(chosen, 5)
    on("drained: nobody who is busy moves", chosen, **before)
    on("... who was idle is on the other link", rest(chosen), rest=ONE)
    fresh = several()
    send(fresh, 5)
    on("nothing new goes there", fresh, rest=ONE)
    result(told() == (0, 255), f"the peer is to come there last: {told()}")
    table.say(TWO, flags=0)
    spread_out("not drained any more", rest(chosen))
    result(told() == (0, 0), f"nor for the peer: {told()}")
    clear(table, *chosen, *fresh)


def quick():
    """The quickest one, if that is worth it, and for long enough."""
    time.sleep(MEASURED)
    delay("R1", 30)
    delay("R2", 26)
    table = Links()
    hold = 10
    table.share(QUICK, hyst_permille=50, hyst_us=5000, hold_ms=hold * 1000)
    first, = flows("first")
    # It has looked at both links; those that come after it know them
    time.sleep(10)
    idle, busy = flows("idle", "busy")
    send([idle, busy], 5)
    on("56 ms are not worth it where there are 60", [idle, busy], rest=ONE)
    send([busy], IDLE + 5)
    table.share(QUICK, hyst_permille=50, hyst_us=1000, hold_ms=hold * 1000)
    send([busy], hold - 3)
    result(is_on(idle) == ONE, "now they are: not at once")
    send([busy], 8)
    result(is_on(idle) == TWO, f"now they are: for {hold} s")
    on("... but for nobody who is busy", [idle, busy], idle=TWO, busy=ONE)
    time.sleep(2 * IDLE)
    on("... until it was idle", [busy], rest=TWO)

    table.say(TWO, flags=METERED)
    on("metered", rest([idle, busy]), rest=ONE)
    table.say(TWO, flags=DRAIN)
    on("drained", rest([idle, busy]), rest=ONE)
    table.say(TWO, flags=0)
    on("neither", rest([idle, busy]), rest=TWO)

    delay("R2", 60)
    time.sleep(MEASURED + hold)
    on("more delay: it is left", [idle, busy], rest=ONE)
    time.sleep(IDLE)
    delay("R2", 10)
    time.sleep(MEASURED + hold)
    on("less delay where nobody is: they go there", [idle, busy], rest=TWO)
    many = several()
    measured(table, [first, idle, *many], busy)
    delay("R1", 10)
    delay("R2", 10)
    clear(table, first, idle, busy, *many)


def measured(table, some, busy):
    """What it costs: one context goes and comes back, however many there are,
    and payload is let alone, and the search for what fails.
    """
    rest(some)
    before, moved = probes(), switches(busy)
    send([busy], 2 * MEASURED)
    sent = probes() - before
    result(6 <= sent <= 14, f"{len(some) + 1} contexts, two minutes: {sent} "
           "probes")
    result(switches(busy) == moved, "... and who is busy stays")
    fault("R2", "iifname a", "oifname a")
    send([busy], SEND_TIMEOUT + 5)
    on("the link fails: it is found in time", [busy], rest=ONE)
    mend("R2")
    table.share(WEIGHT)
    rest(rest(some))
    before = probes()
    time.sleep(2 * MEASURED)
    result(probes() == before, "by weight: nobody measures")


# --- pairs that only probes get through

def round_and_round(table, kind, value):
    """Two pairs work for CS6 only, the others for nothing: the flow, and its
    switches in the next minute and in that after it.
    """
    table.provisional(value)
    peer = Table("B")
    peer.put(CONTROL_SET, alternate=0, provisional=value)
    peer.close()
    flow, = flows("flow", kind=kind)
    send([flow], 2)
    fault("R1", f"ip6 saddr {B1}", f"ip6 daddr {B1}")
    fault("R2", "ip6 dscp != cs6")
    count = []
    for _ in range(2):
        before = switches(flow)
        send([flow], 60)
        count.append(switches(flow) - before)
    return flow, count


def provisional():
    """Each such pair is tried once."""
    for kind, what in ((Flow, "one-way"), (Talk, "two-way")):
        table = Links()
        flow, count = round_and_round(table, kind, 0)
        result(sum(count) >= 5,
               f"{what}, round and round: {count} switches a minute")
        clear(table, flow)
        table = Links()
        flow, count = round_and_round(table, kind, 1)
        result(1 <= count[0] <= 2 and count[1] <= 1,
               f"{what}, provisional: {count} switches a minute")
        payload_found(what, flow)
        clear(table, flow)


def payload_found(what, flow):
    """The first pair of all works again. With payload both ways a host is told
    when its pair is fine and the other one's is not, so neither keeps the other
    from finding one; and a Send Timeout each is enough for the pairs before it.
    """
    before = switches(flow)
    flow.got()
    mend("R1")
    # One of those that were dead may come first now, and one whose time is over
    send([flow], 10 * SEND_TIMEOUT)
    got, moved = flow.got(), switches(flow) - before
    result(flow.number - 1 in got and moved <= 3,
           f"{what}: a pair for payload is found: {len(got)} arrive, "
           f"{moved} switches")


TESTS = [paths, last, backup, metered, drained, quick, provisional]


def main():
    names = sys.argv[1:]
    for test in TESTS:
        if names and test.__name__ not in names:
            continue
        start, cpu = time.monotonic(), time.process_time()
        try:
            test()
        except OSError as error:
            result(False, f"{test.__name__}: {error}")
            raise
        remark(f"{test.__name__}: {time.monotonic() - start:.0f} s, "
               f"{time.process_time() - cpu:.1f} s of processor")


if __name__ == "__main__":
    main()
