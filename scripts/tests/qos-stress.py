#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Many who want something of the classes of service at once.

qos-stress.py SCALE: on the hosts of topo/pair.sh, with a context.
"""

import errno
import os
import random
import signal
import socket
import subprocess
import sys
import time
import traceback

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import abi  # noqa: E402
from abi import (addr, CLONE_NEWNET, equal, open_device, ref_arg,  # noqa: E402
                 result, stats_reset, unshare)
from abi_qos import (ABORT, ANY, AVOID, bare, BEGIN, CLASS_DEL,  # noqa: E402
                     CLASS_SET, COMMIT, CONTROL_SET, DSCP, FLUSH, FORK, found,
                     KEEP, LINK_DEL, LINK_SET, LOCAL, LOWRTT, LPORT, MARK, PIN,
                     POLICE_DEL, POLICE_SET, PREFER, PROTO, RPORT, RULE_DEL,
                     RULE_SET, SHARE_SET, TRUST_SET, UID, whole)
from qos_bench import enter  # noqa: E402

SCALE = int(sys.argv[1])
HOSTS = {name: os.environ["ADDRESS_" + name] for name in
         ("A1", "A2", "B1", "B2")}
PORT, PORTS = 7000, 40
SPAN = 5
# A change, and why it may be refused: something is not there, or in use
CHANGES = {0, errno.ENOENT, errno.EBUSY}
# A transaction, when another change was quicker
COMMITS = {0, errno.ESTALE}


def rounds(some, step):
    """So often, spread over the time of all: where it is virtual, what is done
    takes next to none.
    """
    for _ in range(some * SCALE):
        step()
        time.sleep(SPAN / some)


def ip(*lines):
    subprocess.run(["ip", "-6", "-batch", "-"], input="\n".join(lines) + "\n",
                   text=True, check=True)


def random_class(fd):
    n = random.randint(1, 15)
    return CLASS_SET.set(
        fd, id=n, name=b"c%d" % n, dscp=random.choice((KEEP, 46, 10, 0)),
        in_dscp=random.choice((0, 1)), minor=random.choice((0, n)),
        rank=random.randint(0, 255), mark=random.choice((0, n)),
        mark_mask=0xff, tc_index=random.choice((0, 2)))[0]


def random_link(fd):
    n = random.randint(1, 2)
    return LINK_SET.set(
        fd, id=n, name=b"l%d" % n, nprefix=2,
        addr0=addr(f"2001:db8:a{n}::"), len0=64,
        addr1=addr(f"2001:db8:b{n}::"), len1=64,
        flags=random.choice((0, 0, 1, 2, 4)), up=random.choice((0, 1000)),
        weight=random.randint(0, 3), prio=random.randint(0, 1))[0]


def random_rule(fd):
    """Members fit to what is matched."""
    port = random.randint(PORT, PORT + PORTS)
    path = random.choice((ANY, ANY, PIN, PREFER, AVOID, FORK, FORK, LOWRTT))
    values = {"pref": random.randint(1, 40), "path": path,
              "klass": random.randint(0, 15),
              "links": random.randint(1, 3) if path else 0}
    kind = random.randint(0, 5)
    if kind == 1:
        values |= {"match": PROTO, "proto": 17}
    elif kind == 2:
        values |= {"match": LPORT | PROTO, "proto": 17, "lport_min": port,
                   "lport_max": port + 5}
    elif kind == 3:
        values |= {"match": RPORT, "rport_min": port, "rport_max": port}
    elif kind == 4:
        values |= {"match": DSCP | MARK, "dscp_mask": 63, "mark_mask": 1}
    elif kind == 5:
        values |= {"match": UID | LOCAL, "uid": 0, "local_len": 64,
                   "local": addr("2001:db8:a1::")}
    return RULE_SET.set(fd, **values)[0]


def random_rest(fd):
    kind = random.randint(0, 5)
    if kind == 0:
        return CONTROL_SET.set(
            fd, klass=random.randint(0, 15),
            provisional=random.randint(0, 1),
            pace_permille=random.choice((0, 1, 20)), pace_min=5,
            pace_burst=2, alternate=random.randint(0, 1),
            dscp=random.choice((48, 254, 0)))[0]
    if kind == 1:
        src = random.choice((0, 48, 64))
        return POLICE_SET.set(
            fd, kind=random.randint(0, 5), src_len=src,
            src_rate=50 if src else 0, src_burst=9 if src else 0,
            src_slots=random.choice((1, 9, 5000)) if src else 0)[0]
    if kind == 2:
        return SHARE_SET.set(
            fd, mode=random.randint(0, 4), idle_ms=random.choice((0, 500)),
            unbalanced_ms=random.choice((0, 100)), hold_ms=0)[0]
    if kind == 3:
        mode = random.randint(0, 2)
        return TRUST_SET.set(fd, mode=mode,
                             allow=1 << 46 if mode == 2 else 0)[0]
    gone = random.choice(((CLASS_DEL, 15), (LINK_DEL, 2), (RULE_DEL, 40),
                          (RULE_DEL, 40), (POLICE_DEL, 5)))
    return gone[0].call(fd, ref_arg(random.randint(0, gone[1])))[0]


def change(fd):
    kinds = random_class, random_link, random_rule, random_rest
    return random.choices(kinds, (2, 2, 6, 4))[0](fd)


def changer(ns):
    """Single changes, now and then nothing at all."""
    enter(ns)
    fd = open_device()
    seen = set()

    def step():
        seen.add(change(fd))
        if random.random() < 0.01:
            seen.add(bare(fd, FLUSH))

    rounds(300, step)
    result(0 in seen <= CHANGES, f"the table of {ns} changes", seen)


def transactor(ns):
    enter(ns)
    fd = open_device()
    seen = set()

    def step():
        bare(fd, BEGIN)
        if random.random() < 0.5:
            bare(fd, FLUSH)
        for _ in range(random.choice((1, 10, 200))):
            change(fd)
        seen.add(bare(fd, random.choice((COMMIT, COMMIT, ABORT))))

    rounds(12, step)
    result(seen <= COMMITS, f"tables of {ns} are set as a whole", seen)


def reader(ns):
    enter(ns)
    fd = open_device()

    def look():
        whole(fd)
        found(fd, "QOS_TRAFFIC_LIST")
        found(fd, "QOS_MARKING_LIST")
        abi.walk(fd, "CTX_LIST", elem=264)
        if random.random() < 0.1:
            stats_reset(fd)

    rounds(15, look)


def talker():
    """Datagrams both ways, some in fragments; a context of each pair."""
    ends = []
    for first, (ns, here, there) in enumerate((
            ("A", "A1", "B1"), ("B", "B1", "A1"), ("A", "A2", "B2"),
            ("A", "A1", "B2"))):
        enter(ns)
        for n in range(first, PORTS, 4):
            sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
            sock.setblocking(False)
            sock.bind((HOSTS[here], PORT + n))
            ends.append((sock, HOSTS[there]))

    def step():
        for sock, there in random.sample(ends, 8):
            try:
                sock.sendto(bytes(random.choice((10, 1000, 4000))),
                            (there, PORT + random.randrange(PORTS)))
                sock.recv(9000)
            except OSError:
                pass

    rounds(200, step)


def streamer():
    """TCP over the first pair, in both directions, over and over."""
    enter("B")
    ear = socket.create_server((HOSTS["B1"], 9000), family=socket.AF_INET6)
    ear.settimeout(0.2)
    enter("A")

    def step():
        with socket.socket(socket.AF_INET6) as sock:
            sock.settimeout(0.2)
            sock.bind((HOSTS["A1"], 0))
            try:
                sock.connect((HOSTS["B1"], 9000))
                other, _ = ear.accept()
                with other:
                    other.settimeout(0.2)
                    sock.sendall(bytes(60000))
                    other.recv(60000)
            except OSError:
                pass

    rounds(20, step)


def disturber():
    """Cables that fail, contexts that are flushed."""
    enter("A")
    fd = open_device()

    def step():
        n = random.choice("12")
        ip(f"link set p{n} down")
        time.sleep(SPAN / 20)
        ip(f"link set p{n} up", f"route add 2001:db8:b{n}::/64 via fe80::b "
           f"dev p{n}")
        if random.random() < 0.3:
            abi.CTX_FLUSH.call(fd, ref_arg(0))

    rounds(12, step)


def starter():
    """Namespaces that go with a table, contexts and a transaction."""
    def one():
        unshare(CLONE_NEWNET)
        ip("link add q0 type veth peer name q1", "link set q0 up",
           "link set q1 up", "addr add 2001:db8:a1::1/64 dev q0 nodad",
           "addr add 2001:db8:a2::1/64 dev q0 nodad")
        fd = open_device()
        for _ in range(50):
            change(fd)
        for n in range(5):
            abi.CTX_CREATE.call(fd, abi.pair_arg("2001:db8:a1::1",
                                                 f"2001:db8:a1::{n + 2}"))
        bare(fd, BEGIN)
        change(fd)
        if random.random() < 0.5:
            os.close(fd)

    rounds(4, one)


def test_together():
    children = []
    seed = random.randrange(1 << 32)
    for what in (lambda: changer("A"), lambda: changer("B"),
                 lambda: transactor("A"), lambda: transactor("B"),
                 lambda: reader("A"), lambda: reader("B"), talker, streamer,
                 disturber, starter):
        sys.stdout.flush()
        seed += 1
        pid = os.fork()
        if not pid:
            status = 1
            random.seed(seed)
            try:
                signal.alarm(60 * SCALE + 60)
                abi.failures = 0
                what()
                status = bool(abi.failures)
            except Exception:
                traceback.print_exc(file=sys.stdout)
            finally:
                sys.stdout.flush()
                os._exit(status)
        children.append(pid)
    ends = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            for pid in children]
    equal("all of them ended well", ends, [0] * len(children))


test_together()
sys.exit(bool(abi.failures))
