#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Control messages in a class of their own, between the hosts of two-isp.sh.

What they say of a path must not depend on the queue of somebody's bulk, nor on
what a provider thinks of their marking.
"""

import os
import re
import struct
import subprocess
import time

import qos_pair as pair
from qos_bench import Ear, enter
from qos_pair import Flow, run, sh, tc
from qos_hosts import Table
from qos_report import remark, result, run_named
from abi import CTX_CREATE, CTX_FLUSH, open_device, pair_arg, ref_arg, \
    stats_reset, walk

HERE = os.path.dirname(os.path.abspath(__file__))
LINE = 500		# kbit/s from B to its first provider
ROUTER = "2001:db8:b1::1"
ESTABLISHED = 4
SEND_TIMEOUT = 10
EF, AF31 = 46, 26
TRUST_NONE, TRUST_DSCP = 1, 2
SECONDS = int(os.environ.get("SHIM6_QOS_SECONDS", "27"))


# --- hosts

def contexts(ns):
    enter(ns)
    fd = open_device()
    found = walk(fd, "CTX_LIST", elem=264)
    os.close(fd)
    return found


def state(ns):
    found = contexts(ns)
    return struct.unpack_from("=I", found[0], 92)[0] if found else -1


def switches_of(ns):
    return struct.unpack_from("=I", contexts(ns)[0], 100)[0]


def switches():
    """Of both hosts together."""
    return sum(switches_of(ns) for ns in "AB")


def stat(ns, name):
    enter(ns)
    with open("/proc/self/net/shim6/stats", encoding="ascii") as file:
        return int(re.search(rf"^{name} +(\d+)", file.read(), re.M)[1])


def flush():
    for ns in "AB":
        enter(ns)
        fd = open_device()
        CTX_FLUSH.call(fd, ref_arg(0))
        os.close(fd)


def establish():
    """A context, from nothing; ms that it took."""
    flush()
    start = time.monotonic()
    enter("A")
    fd = open_device()
    err, _ = CTX_CREATE.call(fd, pair_arg(pair.HOSTS["A1"], pair.HOSTS["B1"]))
    os.close(fd)
    while not err and time.monotonic() < start + 60:
        if state("A") == state("B") == ESTABLISHED:
            return int((time.monotonic() - start) * 1000)
        time.sleep(0.05)
    if err:
        raise OSError(err, f"no context: {os.strerror(err)}")
    raise TimeoutError("no context in 60 s")


def tables():
    """Control is class 1 at both hosts."""
    found = {}
    for ns in "AB":
        found[ns] = Table(ns)
        found[ns].flush()
        for n in "12":
            found[ns].link(int(n), f"2001:db8:{ns.lower()}{n}::")
        found[ns].klass(1, "ctl", minor=0x10)
        found[ns].control(48, 1, 1)
    return found


def drop(what, router="R1"):
    """A provider forwards nothing that has or has not a DSCP."""
    subprocess.run(("ip", "netns", "exec", router, "nft", "-f", "-"), text=True,
                   check=True, input=f"""
        table ip6 marks {{
            chain forward {{
                type filter hook forward priority -300;
                ip6 dscp {what} counter drop
            }}
        }}""")


def drop_none(router="R1"):
    sh("ip", "netns", "exec", router, "nft", "delete", "table", "ip6", "marks")


# --- the queue of B

def queue(*extra):
    lines = ["qdisc replace dev p1 root handle 140: htb default 16",
             "class add dev p1 parent 140: classid 140:1 htb rate "
             f"{LINE}kbit burst 3000 cburst 3000 quantum 1514",
             f"class add dev p1 parent 140:1 classid 140:16 htb rate "
             f"{LINE - 50}kbit ceil {LINE}kbit burst 3000 cburst 3000 "
             "quantum 1514 prio 7",
             "qdisc add dev p1 parent 140:16 pfifo limit 100", *extra]
    subprocess.run(("tc", "-n", "B", "-batch", "-"), input="\n".join(lines),
                   text=True, check=True)


def freeze():
    """Asking for a neighbour has to get through the queue, too."""
    for ns in ("B", "R1"):
        for line in sh("ip", "-n", ns, "-6", "neigh", "show").splitlines():
            found = re.match(r"(\S+) dev (\S+) lladdr (\S+)", line)
            if found:
                sh("ip", "-n", ns, "neigh", "replace", found[1], "dev",
                   found[2], "lladdr", found[3], "nud", "permanent")


def settle():
    """Until none of B's keepalives is on its way: right after one that arrived,
    where they do not wait for bulk, too.
    """
    sent, end = stat("B", "keepalive_out"), time.monotonic() + 1
    while stat("B", "keepalive_out") == sent and time.monotonic() < end:
        time.sleep(0.01)
    time.sleep(0.2)


def keepalives_of_b():
    """How many it has sent, and how many of them came to A."""
    return stat("B", "keepalive_out"), stat("A", "keepalive_in")


def settled():
    """The same when none is on its way, nor has left since one looked."""
    while True:
        settle()
        sent, came = keepalives_of_b()
        if stat("B", "keepalive_out") == sent:
            return sent, came


def overload(seconds):
    """A sends to B, which only keeps that alive; how many keepalives were sent
    and came, and when the last packet was sent.
    """
    flow = Flow("one-way", 200, 32000)
    bulk = Flow("bulk", 1250, 2000 * LINE, load=True, ends=("B", "R1"),
                via=("B1", ROUTER))
    before = keepalives_of_b()
    slow = run([flow, bulk], seconds)
    sent, came = (now - then for now, then in zip(settled(), before))
    remark(f"{flow}; {bulk}; {slow} permille slow; keepalives {came}/{sent}")
    result(flow.lost <= 2 and bulk.got < bulk.count * 6 // 10,
           f"B's queue is full, A's is not: {bulk.got} of {bulk.count}")
    return sent, came, max(flow.sent.values())


def dropped(minor):
    text = tc("B", "-s", "class", "show", "dev", "p1")
    return int(re.search(rf"140:{minor} .*?dropped (\d+)", text, re.S)[1])


def protected():
    """In its class nothing is lost, next to twice what the line carries."""
    both = tables()
    establish()
    freeze()
    queue("class add dev p1 parent 140:1 classid 140:10 htb rate 50kbit ceil "
          f"{LINE}kbit burst 3000 cburst 3000 quantum 1514 prio 0",
          "qdisc add dev p1 parent 140:10 pfifo limit 100")
    ear = Ear("R1", "b")
    before = switches()
    for table in both.values():
        stats_reset(table.fd)
    sent, came, end = overload(SECONDS)
    result(SECONDS <= sent == came and dropped("10") == 0,
           f"in a class of its own: {came} of {sent} messages came")
    result(switches() == before, "no switch")
    seen, ect, after = {0: 0, 48: 0}, 0, []
    for data, when in ear.packets():
        if data[6] == 140 and not data[42] & 0x80:
            code = struct.unpack_from("!H", data)[0] >> 4 & 0xff
            ect += code & 3 > 0
            if when > end:
                after.append(code >> 2)
            else:
                seen[code >> 2] = seen.get(code >> 2, 0) + 1
    result(abs(seen[0] - seen[48]) <= 2 and not ect and len(seen) == 2,
           f"every second one is CS6, none has ECN: {seen}, {ect}")
    shown = []
    for ns, way, name in ("B", "tx", "out"), ("A", "rx", "in"):
        shown.append((both[ns].messages(1, way),
                      both[ns].traffic(1, 1)[way + "_packets"],
                      stat(ns, "keepalive_" + name)))
    result(all(len(set(row)) == 1 and row[0] >= SECONDS for row in shown),
           f"by DSCP, of the class, of the type: {shown}")
    old, now = (walk(both["A"].fd, "QOS_MARKING_LIST", elem=elem)
                for elem in (24, 40))
    result(old and old == [e[:24] for e in now],
           f"who knows shorter elements gets these: {len(old)}")
    # The first one may still tell of payload
    result(after and not any(after[1:]), f"no CS6 without payload: {after}")
    tc("B", "qdisc", "del", "dev", "p1", "root")
    for table in both.values():
        table.flush()
        table.close()


def keepalives(flows, seconds):
    """The DSCPs of B's, in the order they come in."""
    ear = Ear("R1", "b")
    run(flows, seconds)
    return [struct.unpack_from("!H", data)[0] >> 6 & 0x3f
            for data, _ in ear.packets() if data[6] == 140 and data[42] == 66]


def received():
    """A host that sends nothing shares the fate of what it receives; but not
    any mark that somebody chooses to send it.
    """
    both = tables()
    b = both["B"]
    b.klass(2, "ef", dscp=EF)

    def come(what, dscp, want):
        establish()
        codes = keepalives([Flow("one-way", 200, 32000, dscp << 2)], 5)
        result(set(codes) == {want, 48} and
               8 <= 2 * codes.count(48) <= len(codes),
               f"received with DSCP {dscp}, {what}: {codes}")

    come("as a class has it", EF, EF)
    come("which no class has", AF31, 0)
    b.trust(TRUST_DSCP, 1 << AF31)
    come("which is trusted", AF31, AF31)
    b.trust(TRUST_NONE)
    come("which is not trusted", EF, 0)
    b.rule(10, 2, lport=(pair.FIRST_PORT, pair.FIRST_PORT))
    come("and a rule has a class for it", 0, EF)
    # One answer long ago is not what flows now
    establish()
    run([two_way()[1]], 1)
    codes = [code for code in
             keepalives([Flow("one-way", 200, 32000, EF << 2)],
                        SEND_TIMEOUT + 4) if code != 48]
    # Every second one in a Keepalive Timeout, and what came before it began
    result(codes == sorted(codes) and 8 <= codes.count(0) <= 12 and
           codes[-3:] == [EF] * 3,
           f"sent something until {SEND_TIMEOUT} s ago: {codes}")
    close(both)


def edge():
    """The edge of the profile diffserv makes best effort of network control;
    not of ours.
    """
    both = tables()
    with open(os.path.join(HERE, "../qos/diffserv-edge.sh"),
              encoding="ascii") as file:
        lines = re.findall(r"^tc (filter .* egress .* pref 141[01].*)",
                           file.read(), re.M)
    subprocess.run(("tc", "-n", "B", "-batch", "-"), text=True, check=True,
                   input="qdisc add dev p1 clsact\n" +
                   "\n".join(lines).replace("$D", "p1"))
    establish()
    codes = keepalives([Flow("one-way", 200, 32000)], 5)
    result(set(codes) == {0, 48} and 8 <= 2 * codes.count(48) <= len(codes),
           f"behind an edge: {codes}")
    other = Flow("other", 200, 32000, 48 << 2, ends=("B", "A"),
                 via=("B1", "A1"))
    run([other], 1)
    result(other.got == other.count == other.codes.get(0, 0) > 0,
           f"behind an edge, of somebody else: {other}")
    tc("B", "qdisc", "del", "dev", "p1", "clsact")
    close(both)


def exposed():
    """Its counterpart: nobody tells them from bulk."""
    establish()
    queue()
    sent, came, _ = overload(SECONDS)
    result(SECONDS <= sent and came <= sent * 7 // 10,
           f"in the queue of bulk: {came} of {sent} messages came")
    tc("B", "qdisc", "del", "dev", "p1", "root")


# --- providers with opinions

def no_cs6():
    """Network control is dropped: no reason to leave, and told after a time."""
    both = tables()
    stats_reset(both["A"].fd)
    drop("cs6")
    took = establish()
    before = switches()
    flow = Flow("one-way", 200, 16000)
    run([flow], 4 * SEND_TIMEOUT)
    result(flow.lost == 0 and switches() == before,
           f"CS6 dropped: no switch: {flow}")
    rounds = 0
    while not both["A"].marking(1, 48)[0] and rounds < 40:
        took = max(took, establish())
        rounds += 1
    cs6, plain = both["A"].marking(1, 48), both["A"].marking(1, 0)
    remark(f"{rounds} rounds, up to {took} ms each")
    result(cs6[0] == 1 and 20 <= cs6[1] <= 30 and cs6[2] == 0 and
           not plain[0] and plain[2] * 10 >= plain[1] * 9,
           f"CS6 dropped: it is not used there any more: {cs6}, {plain}")
    result(took > 1000 > establish(), "CS6 dropped: nothing waits for it now")
    drop_none()
    close(both)


def close(both):
    for table in both.values():
        table.flush()
        table.close()


class Watch:
    """Notes when a host's context changes its pair, seconds from begin() on."""

    def __init__(self):
        self.moved = {"A": [], "B": []}

    def begin(self):
        self.start = self.last = time.monotonic()
        self.count = {ns: switches_of(ns) for ns in self.moved}

    def __call__(self):
        now = time.monotonic()
        if now - self.last < 0.2:
            return
        self.last = now
        for ns, moved in self.moved.items():
            more = switches_of(ns) - self.count[ns]
            self.count[ns] += more
            moved += [round(now - self.start, 1)] * more

    def first(self):
        return min((t for moved in self.moved.values() for t in moved),
                   default=1000)

    def most(self):
        """Of a host."""
        return max(len(moved) for moved in self.moved.values())


def only_cs6():
    """Payload is dropped, network control is not: found, and no way back."""
    both = tables()
    for name, flows in ("two-way", two_way()), ("one-way", two_way()[:1]):
        establish()
        run(flows, 2)
        drop("!= cs6")
        watch = Watch()
        watch.begin()
        run(flows, 60, watch)
        remark(f"{name}: switches after {watch.moved} s, {flows[0]}")
        result(watch.first() <= SEND_TIMEOUT + 5,
               f"only CS6 passes, {name}: found after {watch.first()} s")
        result(watch.most() <= 2 and flows[0].got >= flows[0].count // 2,
               f"only CS6 passes, {name}: no way back: {watch.moved}")
        drop_none()
    close(both)


class Phase(Watch):
    """Only CS6 passes from some time after a host's n-th keepalive on."""

    def __init__(self, ns, keepalives, after):
        super().__init__()
        self.ns, self.after = ns, after
        self.until = stat(ns, "keepalive_out") + keepalives
        self.sent = self.start = None

    def __call__(self):
        if self.start:
            super().__call__()
        elif self.sent and time.monotonic() >= self.sent + self.after:
            drop("!= cs6")
            self.begin()
        elif not self.sent and stat(self.ns, "keepalive_out") == self.until:
            self.sent = time.monotonic()


def phases():
    """As only-cs6, with the interval that keepalives have by default: however
    the failure comes to lie in their cycle. Every third one is the last of a
    Keepalive Timer, and the odd ones are CS6.
    """
    both = tables()
    for count, after in (6, 0.2), (6, 2.8), (2, 0.2), (4, 1.6), (3, 0.2):
        establish()
        flow = two_way()[0]
        watch = Phase("B", count, after)
        run([flow], (count + 1) * SEND_TIMEOUT / 3 + 20, watch)
        name = f"only CS6 passes {after} s after keepalive {count}"
        # A third of a timeout, one with its random part, the next packet
        result(watch.start and
               watch.first() <= SEND_TIMEOUT / 3 + 1.05 * SEND_TIMEOUT + 0.5,
               f"{name}: found after {watch.first()} s")
        result(watch.most() <= 2, f"{name}: no way back: {watch.moved}")
        drop_none()
    close(both)


def lost():
    """What leaves while no pair works is told from the rest."""
    both = tables()
    establish()
    flows = two_way()
    # What the cases before this one lost is counted, too
    first = both["A"].traffic(1, 0)["lost"]
    run(flows, 2)
    before = both["A"].traffic(1, 0)["lost"] - first
    for router in ("R1", "R2"):
        drop("0-63", router)
    run(flows, SEND_TIMEOUT + 5)
    after = both["A"].traffic(1, 0)["lost"] - first
    # 20 a second, from the Send Timeout on
    result(before == 0 and 60 <= after <= 120,
           f"sent without a working pair: {before}, then {after}")
    for router in ("R1", "R2"):
        drop_none(router)
    close(both)


def two_way():
    return [Flow("there", 200, 32000),
            Flow("back", 200, 32000, ends=("B", "A"), via=("B1", "A1"))]


TESTS = {"protected": protected, "received": received, "edge": edge,
         "exposed": exposed,
         "no-cs6": no_cs6, "only-cs6": only_cs6, "phases": phases, "lost": lost}


if __name__ == "__main__":
    run_named(TESTS)
