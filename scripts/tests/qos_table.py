#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The table of classes of service, through /dev/shim6.

Runs as root in a guest with the module loaded; one line for each result.
"""

import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import abi  # noqa: E402
from abi import (addr, become_nobody, CLONE_NEWNET, CLONE_NEWUSER,  # noqa: E402
                 equal, in_child, INFO, leave_chroot, libc, NOBODY,
                 number, open_device, READ, ref_arg, refused, result, run,
                 stats_reset, unshare, WRITE)
from abi_qos import (ABORT, ANY, bare, BEGIN, CLASS_DEL, CLASS_SET,  # noqa: E402
                     COMMIT, CONTROL_GET, CONTROL_SET, DSCP, FLUSH, found,
                     I1_IN, KEEP, LINK_DEL, LINK_SET, LOCAL, LPORT, MARK, PIN,
                     POLICE_DEL, POLICE_SET, PREFER, PROTO, RULE_DEL, RULE_SET,
                     SHARE_GET, SHARE_SET, TABLE_GET, TRUST_GET, TRUST_SET,
                     UID, whole)

SECONDS = 2


def generation(fd):
    return TABLE_GET.get(fd)["generation"]


def counts(fd):
    t = TABLE_GET.get(fd)
    return t["classes"], t["links"], t["rules"], t["open"]


def blamed(what, got, err, member):
    """A refusal says which member is to blame."""
    equal(f"{what}: {errno.errorcode[err]}, {member}", got, (err, member))


def fill(fd):
    """Two classes, two links, three rules."""
    bare(fd, FLUSH)
    return [
        CLASS_SET.set(fd, id=1, name=b"ef", dscp=46)[0],
        CLASS_SET.set(fd, id=15, name=b"be", dscp=KEEP)[0],
        LINK_SET.set(fd, id=1, name=b"one")[0],
        LINK_SET.set(fd, id=16, name=b"two", addr0=addr("2001:db8:b::"))[0],
        RULE_SET.set(fd, pref=20, klass=15)[0],
        RULE_SET.set(fd, pref=10, klass=1, match=PROTO | LPORT, proto=17,
                     lport_min=5000, lport_max=5010, path=PREFER,
                     links=1 << 15)[0],
        RULE_SET.set(fd, pref=15, klass=1, match=DSCP, dscp=46,
                     dscp_mask=63)[0],
        CONTROL_SET.set(fd, klass=1)[0],
        POLICE_SET.set(fd, kind=I1_IN)[0],
        SHARE_SET.set(fd, mode=1)[0],
        TRUST_SET.set(fd, mode=2, allow=1 << 46)[0],
    ]


def test_empty(fd):
    equal("nothing is configured", (TABLE_GET.get(fd)["generation"],
                                    counts(fd)), (0, (0, 0, 0, 0)))
    equal("no lists", whole(fd)[:4], [[], [], [], []])
    control = CONTROL_GET.get(fd)
    equal("our own messages have CS6 and alternate",
          (control["dscp"], control["alternate"], control["klass"]),
          (48, 1, 0))
    equal("no load sharing", SHARE_GET.get(fd)["mode"], 0)
    equal("every DSCP is trusted", TRUST_GET.get(fd)["mode"], 0)
    equal("FLUSH of nothing", bare(fd, FLUSH), 0)
    equal("it is no change", generation(fd), 0)
    equal("nothing is hooked", hooked(fd), 0)


def hooked(fd):
    return int.from_bytes(INFO.call(fd)[1][36:40], "little")


def wait_hooked(fd, wanted):
    for _ in range(100):
        if hooked(fd) == wanted:
            return True
        time.sleep(0.05)
    return False


def test_objects(fd):
    equal("one of each is set", set(fill(fd)), {0})
    classes, links, rules, police, control, share, trust = whole(fd)
    equal("classes in the order of their ids",
          [(c["id"], c["name"][:2], c["dscp"]) for c in classes],
          [(1, b"ef", 46), (15, b"be", KEEP)])
    equal("links in the order of their ids",
          [(li["id"], li["addr0"], li["len0"], li["up"]) for li in links],
          [(1, addr("2001:db8:a::"), 48, 10000),
           (16, addr("2001:db8:b::"), 48, 10000)])
    equal("rules in the order of matching",
          [(r["pref"], r["klass"]) for r in rules],
          [(10, 1), (15, 1), (20, 15)])
    equal("a rule as it was set",
          [rules[0][m] for m in ("match", "proto", "lport_min", "lport_max",
                                 "path", "links", "set_dscp")],
          [PROTO | LPORT, 17, 5000, 5010, PREFER, 1 << 15, KEEP])
    equal("the limit", [(p["kind"], p["rate"], p["burst"]) for p in police],
          [(I1_IN, 200, 400)])
    equal("the others", (control["klass"], share["mode"], trust["mode"],
                         trust["allow"]), (1, 1, 2, 1 << 46))
    equal("the table says how many", counts(fd), (2, 2, 3, 0))
    equal("each was a change", generation(fd), 11)
    result(wait_hooked(fd, 1), "the packet path is hooked")
    equal("replaced", (CLASS_SET.set(fd, id=1, name=b"voice"),
                       LINK_SET.set(fd, id=1, name=b"dsl", up=0),
                       RULE_SET.set(fd, pref=10, klass=15),
                       counts(fd)),
          ((0, None), (0, None), (0, None), (2, 2, 3, 0)))
    equal("deleted", [c.call(fd, ref_arg(n))[0] for c, n in (
        (RULE_DEL, 10), (RULE_DEL, 15), (RULE_DEL, 20), (LINK_DEL, 1),
        (LINK_DEL, 16), (CLASS_DEL, 15), (POLICE_DEL, I1_IN))], [0] * 7)
    refused("a class that control uses", CLASS_DEL.call(fd, ref_arg(1))[0],
            errno.EBUSY)
    equal("FLUSH", (bare(fd, FLUSH), counts(fd), whole(fd)[:4]),
          (0, (0, 0, 0, 0), [[], [], [], []]))
    equal("FLUSH sets the others back",
          (CONTROL_GET.get(fd)["klass"], SHARE_GET.get(fd)["mode"],
           TRUST_GET.get(fd)["mode"]), (0, 0, 0))
    equal("changes are counted on", generation(fd), 22)
    result(wait_hooked(fd, 0), "the packet path is free again")


def test_refused(fd):
    fill(fd)
    before, changes = whole(fd), generation(fd)
    blamed("no class 16", CLASS_SET.set(fd, id=16), errno.EINVAL, "id")
    blamed("a class with the name of another",
           CLASS_SET.set(fd, id=2, name=b"be"), errno.EEXIST, "name")
    blamed("a class without a name", CLASS_SET.set(fd, id=2, name=b""),
           errno.EINVAL, "name")
    blamed("a DSCP of seven bits", CLASS_SET.set(fd, dscp=64), errno.EINVAL,
           "dscp")
    blamed("a mark beyond its mask", CLASS_SET.set(fd, mark=2, mark_mask=1),
           errno.EINVAL, "mark")
    blamed("a link without a prefix", LINK_SET.set(fd, nprefix=0),
           errno.EINVAL, "nprefix")
    blamed("a prefix within that of another link",
           LINK_SET.set(fd, id=2, name=b"three", nprefix=2,
                        addr0=addr("2001:db8:c::"),
                        addr1=addr("2001:db8:b:1::"), len1=64),
           errno.EEXIST, "addr1")
    blamed("a prefix with bits behind its length",
           LINK_SET.set(fd, addr0=addr("2001:db8:a::1")), errno.EINVAL,
           "addr0")
    blamed("a rate beyond sense", LINK_SET.set(fd, up=(1 << 32) - 1),
           errno.EINVAL, "up")
    blamed("shares of more than the whole",
           LINK_SET.set(fd, share1=600, share15=401), errno.EINVAL, "share15")
    blamed("a rule for a class that is not there", RULE_SET.set(fd, klass=2),
           errno.ENOENT, "klass")
    blamed("a rule for a link that is not there",
           RULE_SET.set(fd, klass=1, path=PIN, links=1 << 7), errno.ENOENT,
           "links")
    blamed("a rule for no link", RULE_SET.set(fd, klass=1, path=PIN),
           errno.EINVAL, "links")
    blamed("a rule for links of any path",
           RULE_SET.set(fd, klass=1, path=ANY, links=1), errno.EINVAL, "links")
    blamed("a rule of pref 0", RULE_SET.set(fd, pref=0), errno.EINVAL, "pref")
    blamed("ports the wrong way round",
           RULE_SET.set(fd, match=LPORT, lport_min=2, lport_max=1),
           errno.EINVAL, "lport_max")
    blamed("a port without its bit", RULE_SET.set(fd, lport_min=2),
           errno.EINVAL, "lport_min")
    blamed("a prefix with bits behind its length in a rule",
           RULE_SET.set(fd, match=LOCAL, local=addr("2001:db8::1"),
                        local_len=64), errno.EINVAL, "local")
    blamed("a mask without its bit", RULE_SET.set(fd, mark_mask=1),
           errno.EINVAL, "mark_mask")
    blamed("a mark without a mask", RULE_SET.set(fd, match=MARK),
           errno.EINVAL, "mark_mask")
    blamed("control of a class that is not there",
           CONTROL_SET.set(fd, klass=2), errno.ENOENT, "klass")
    blamed("a pace that lets nothing through",
           CONTROL_SET.set(fd, pace_min=0), errno.EINVAL, "pace_min")
    blamed("a limit of a rate of zero", POLICE_SET.set(fd, rate=0, burst=0),
           errno.EINVAL, "rate")
    blamed("a limit that holds nothing", POLICE_SET.set(fd, burst=0),
           errno.EINVAL, "burst")
    blamed("a limit of a prefix of 47 bits", POLICE_SET.set(fd, src_len=47),
           errno.EINVAL, "src_len")
    blamed("an unknown kind of message", POLICE_SET.set(fd, kind=6),
           errno.EINVAL, "kind")
    blamed("an unknown way of sharing", SHARE_SET.set(fd, mode=5),
           errno.EINVAL, "mode")
    blamed("trust with a list that does not count",
           TRUST_SET.set(fd, allow=1), errno.EINVAL, "allow")
    for what, c, n, want in (
            ("CLASS_DEL of a class in use", CLASS_DEL, 15, errno.EBUSY),
            ("LINK_DEL of a link in use", LINK_DEL, 16, errno.EBUSY),
            ("CLASS_DEL of no class", CLASS_DEL, 2, errno.ENOENT),
            ("LINK_DEL of no link", LINK_DEL, 0, errno.ENOENT),
            ("RULE_DEL of no rule", RULE_DEL, 11, errno.ENOENT),
            ("POLICE_DEL of no limit", POLICE_DEL, 5, errno.ENOENT)):
        refused(what, c.call(fd, ref_arg(n))[0], want)
    equal("the table is as it was", (whole(fd), generation(fd)),
          (before, changes))


def test_rules(fd):
    """As many as there can be, through lists of few elements."""
    bare(fd, FLUSH)
    bare(fd, BEGIN)
    results = [RULE_SET.set(fd, pref=1 + n * 83 % 257) for n in range(257)]
    equal("256 rules", set(results[:256]), {(0, None)})
    equal("one more", results[256], (errno.ENOSPC, None))
    equal("one in the place of another",
          RULE_SET.set(fd, pref=1, match=PROTO, proto=6), (0, None))
    equal("together", bare(fd, COMMIT), 0)
    prefs = [r["pref"] for r in found(fd, "QOS_RULE_LIST")]
    equal("all in their order", (len(prefs), prefs == sorted(set(prefs))),
          (256, True))
    bare(fd, FLUSH)


def test_transaction(fd):
    other = open_device()
    fill(fd)
    before, changes = whole(fd), generation(fd)
    refused("COMMIT of nothing", bare(fd, COMMIT), errno.ENOENT)
    refused("ABORT of nothing", bare(fd, ABORT), errno.ENOENT)
    equal("BEGIN", (bare(fd, BEGIN), counts(fd)), (0, (2, 2, 3, 1)))
    refused("BEGIN twice", bare(fd, BEGIN), errno.EBUSY)
    equal("a draft begins as the table is", whole(fd), before)
    equal("FLUSH in it", (bare(fd, FLUSH), whole(fd)[:4]),
          (0, [[], [], [], []]))
    equal("changes in it", (CLASS_SET.set(fd, id=3, name=b"af"),
                            RULE_SET.set(fd, pref=7, klass=3)),
          ((0, None), (0, None)))
    blamed("a refusal in it", RULE_SET.set(fd, pref=8, klass=1), errno.ENOENT,
           "klass")
    equal("its file sees them", ([c["id"] for c in found(
        fd, "QOS_CLASS_LIST")], counts(fd)), ([3], (1, 0, 1, 1)))
    equal("nobody else does", (whole(other), counts(other),
                               generation(other)),
          (before, (2, 2, 3, 0), changes))
    equal("ABORT", (bare(fd, ABORT), whole(fd), generation(fd)),
          (0, before, changes))
    bare(fd, BEGIN)
    bare(fd, FLUSH)
    CLASS_SET.set(fd, id=3, name=b"af")
    equal("COMMIT", (bare(fd, COMMIT), whole(fd) == whole(other),
                     counts(other), counts(fd)),
          (0, True, (1, 0, 0, 0), (1, 0, 0, 0)))
    equal("it is one change", generation(fd), changes + 1)
    bare(other, BEGIN)
    bare(other, FLUSH)
    os.close(other)
    equal("closing the file aborts", (counts(fd), generation(fd)),
          ((1, 0, 0, 0), changes + 1))


def test_conflict(fd):
    one, two = open_device(), open_device()
    bare(fd, FLUSH)
    for n, file in enumerate((one, two)):
        bare(file, BEGIN)
        CLASS_SET.set(file, id=n + 1, name=b"c%d" % n)
    equal("the first COMMIT", bare(one, COMMIT), 0)
    refused("the second", bare(two, COMMIT), errno.ESTALE)
    equal("the table is the first one's", [c["id"] for c in found(
        two, "QOS_CLASS_LIST")], [1])
    refused("the transaction is over", bare(two, COMMIT), errno.ENOENT)
    bare(two, BEGIN)
    CLASS_SET.set(two, id=2, name=b"c2")
    equal("a single change meanwhile", CLASS_SET.set(fd, id=3, name=b"c3"),
          (0, None))
    refused("COMMIT after it", bare(two, COMMIT), errno.ESTALE)
    equal("anew", (bare(two, BEGIN), CLASS_SET.set(two, id=2, name=b"c2"),
                   bare(two, COMMIT)), (0, (0, None), 0))
    equal("all three", counts(fd), (3, 0, 0, 0))
    os.close(one)
    os.close(two)
    bare(fd, FLUSH)


def test_errors_copied(fd):
    """A refusal comes back whole, and nothing where there is no memory."""
    refused("a structure that cannot be read", call_at(fd, 0x35, 48, 0x10),
            errno.EFAULT)
    err, data = CLASS_SET.call(fd, CLASS_SET.layout.pack(id=99) + bytes(8))
    equal("a larger structure gets its bad, and zeros behind",
          (err, CLASS_SET.layout.unpack(data[:48])["bad"], data[48:]),
          (errno.EINVAL, 1, bytes(8)))


def call_at(fd, nr, size, where):
    ret = libc.ioctl(fd, ctypes.c_ulong(number(nr, READ | WRITE, size)),
                     ctypes.c_void_p(where))
    return ctypes.get_errno() if ret < 0 else 0


def test_capability(fd):
    fill(fd)
    before = whole(fd)

    def nobody():
        become_nobody()
        own = open_device()
        refused("a change without privilege", CLASS_SET.call(own)[0],
                errno.EPERM)
        refused("BEGIN without privilege", bare(own, BEGIN), errno.EPERM)
        equal("the table is for all to read", whole(own), before)
        # What was begun with privilege is not ended without
        refused("COMMIT without privilege", bare(fd, COMMIT), errno.EPERM)

    bare(fd, BEGIN)
    in_child("without privilege", nobody)
    equal("ABORT by who began", bare(fd, ABORT), 0)
    bare(fd, FLUSH)


def test_netns(fd):
    """Each has its own, also one that nobody lives in any more."""
    fill(fd)
    before = whole(fd)
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    unshare(CLONE_NEWNET)
    away = open_device()
    equal("another namespace has nothing", (generation(away), counts(away)),
          (0, (0, 0, 0, 0)))
    CLASS_SET.set(away, id=2, name=b"away")
    bare(away, BEGIN)
    CLASS_SET.set(away, id=3, name=b"later")
    back = libc.setns(home, CLONE_NEWNET)
    os.close(home)
    equal("the first one's are the same", (back, whole(fd)), (0, before))
    equal("the other lives as long as its file",
          (bare(away, COMMIT), counts(away)), (0, (2, 0, 0, 0)))
    bare(away, BEGIN)
    bare(away, FLUSH)
    RULE_SET.set(away)
    os.close(away)
    equal("it goes in the middle of a transaction", whole(fd), before)
    bare(fd, FLUSH)


def test_users(fd):
    """Users are those of who sets or lists the rule."""
    ours, theirs = socket.socketpair()

    def owner():
        dev = os.open("/dev", os.O_DIRECTORY)
        proc = os.open("/proc", os.O_DIRECTORY)
        leave_chroot()
        unshare(CLONE_NEWUSER | CLONE_NEWNET)
        uid_map = os.open("self/uid_map", os.O_WRONLY, dir_fd=proc)
        os.write(uid_map, b"77 0 1")
        own = os.open("shim6", os.O_RDWR, dir_fd=dev)
        equal("a rule for a user of one's own", RULE_SET.set(
            own, match=UID, uid=77), (0, None))
        blamed("a rule for a user that is not there", RULE_SET.set(
            own, pref=11, match=UID, uid=78), errno.EINVAL, "uid")
        equal("who has the number it was set with", [
            r["uid"] for r in found(own, "QOS_RULE_LIST")], [77])
        socket.send_fds(theirs, [b"x"], [own])

    in_child("a namespace of users", owner)
    theirs.close()
    own = socket.recv_fds(ours, 1, 1)[1][0]
    equal("and has another one for others", [
        r["uid"] for r in found(own, "QOS_RULE_LIST")], [0])
    os.close(own)
    ours.close()
    equal("a rule for nobody", RULE_SET.set(fd, match=UID, uid=NOBODY),
          (0, None))
    bare(fd, FLUSH)


# --- at the same time

def rounds(step, enough=lambda n: n > 1):
    """As often as it goes, and until that is enough, however slow the machine
    is: what never comes ends with the alarm. How often it was.
    """
    end, n = time.monotonic() + SECONDS, 0
    while time.monotonic() < end or not enough(n):
        step()
        n += 1
    return n


def change(fd, kind):
    """A table that is all of one kind."""
    bare(fd, BEGIN)
    bare(fd, FLUSH)
    CLASS_SET.set(fd, id=kind, name=b"c%d" % kind)
    for pref in range(1, 41):
        RULE_SET.set(fd, pref=pref, klass=kind, match=LPORT,
                     lport_min=pref * kind, lport_max=pref * kind + 1)
    return bare(fd, COMMIT)


def changer(kind):
    own = open_device()
    seen = set()
    # Whoever is slower is refused, at first maybe each time
    n = rounds(lambda: seen.add(change(own, kind)),
               lambda n: n > 1 and 0 in seen)
    result(n > 1 and 0 in seen and seen <= {0, errno.ESTALE},
           f"table {kind} is set over and over", f"{n} times: {seen}")


def reader():
    own = open_device()
    torn = []

    def look():
        before = generation(own)
        rules = found(own, "QOS_RULE_LIST")
        if before == generation(own) and rules and (
                len(rules) != 40 or len({r["klass"] for r in rules}) != 1):
            torn.append(rules)
        found(own, "QOS_TRAFFIC_LIST")
        whole(own)

    n = rounds(look)
    equal("who reads sees one table or the other", (n > 1, torn),
          (True, []))


def sender():
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as s:
        s.connect(("2001:db8:a::2", 9))
        n = rounds(lambda: s.send(b"x" * 100), lambda n: n > 100)
    result(n > 100, "packets go on meanwhile", f"{n} were sent")


def starter():
    """Namespaces that come and go with a table."""
    def one():
        unshare(CLONE_NEWNET)
        own = open_device()
        change(own, 3)
        bare(own, BEGIN)

    result(rounds(one) > 1, "namespaces come and go meanwhile")


def resetter():
    own = open_device()
    rounds(lambda: (stats_reset(own), time.sleep(0.01)))


def test_together(fd):
    """The kernel's checkers look on."""
    for words in ("link add q0 type veth peer name q1", "link set q0 up",
                  "link set q1 up", "addr add 2001:db8:a::1/64 dev q0 nodad",
                  "neigh add 2001:db8:a::2 dev q0 lladdr 02:00:00:00:00:01"):
        subprocess.run(["ip", *words.split()], check=True)
    children = []
    for what in (lambda: changer(1), lambda: changer(2), reader, sender,
                 starter, resetter):
        sys.stdout.flush()
        pid = os.fork()
        if not pid:
            status = 1
            try:
                signal.alarm(60)
                abi.failures = 0
                what()
                status = bool(abi.failures)
            finally:
                sys.stdout.flush()
                os._exit(status)
        children.append(pid)
    ends = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            for pid in children]
    equal("all of them ended well", ends, [0] * len(children))
    subprocess.run(["ip", "link", "del", "q0"], check=True)
    bare(fd, FLUSH)


sys.exit(run((test_empty, test_objects, test_refused, test_rules,
              test_transaction, test_conflict, test_errors_copied,
              test_capability, test_netns, test_users, test_together)))
