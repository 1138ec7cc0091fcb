#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The socket options of RFC 6316 as a program uses them.

sockets.py echo PORT ADDRESS...: TCP and UDP, sends back what comes.

sockets.py options PORT A1 A2 B1 B2: each option and each refusal, for TCP, UDP
and raw sockets from A1 to B1; A2 and B2 are the other locators.

sockets.py fork KIND PORT A1 B1 B2: a context for one of two sockets.

sockets.py accepted PORT B1: what a listener hands on to the sockets it makes;
sockets.py call PORT A1 B1 is its peer.

sockets.py latest KIND PORT A1 A2 B1 B2 READY: where packets come from; the peer
changes its pair when there is a file READY.

sockets.py unreachable PORT A1 B1 B2: as above, while B2 cannot be reached.

sockets.py pair PORT FROM TO OUT: two TCP sessions, the second one without the
shim. SIGUSR1 writes how many answers each got since the last time.

sockets.py hold KIND N: as many sockets with an option, until it is ended.
"""

import ctypes
import errno
import ipaddress
import os
import selectors
import signal
import socket
import struct
import sys
import time

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

import abi  # noqa: E402
import sockapi as api  # noqa: E402
from abi import equal, errno_of, refused, result  # noqa: E402
from sockapi import get, set_  # noqa: E402

UNCONNECTED = errno.EOPNOTSUPP
NO_CONTEXT = errno.ENOENT
WAIT = 30

# What is read and what is written, all that need a connected socket
READ = {"HOT_STANDBY": 4, "LOCAL_RECV": 4, "PEER_RECV": 4, "LIST_LOCAL": 1024,
        "LIST_PEER": 1024, "LOCAL_PREF": 32, "PEER_PREF": 32, "LOCAL_SEND": 32,
        "PEER_SEND": 32, "APP_TIMEOUT": 4, "PATHEXPLORE": 12}
WRITE = {"HOT_STANDBY": 0, "LOCAL_RECV": 1, "PEER_RECV": 1,
         "FEEDBACK": api.feedback(1), "LOCAL_PREF": api.locator("2001:db8::1"),
         "PEER_PREF": api.locator("2001:db8::1"), "LOCAL_SEND": api.NONE,
         "PEER_SEND": api.NONE, "LIST_LOCAL": api.locator("2001:db8::1"),
         "LIST_PEER": api.locator("2001:db8::1"), "APP_TIMEOUT": 0,
         "PATHEXPLORE": api.explore()}
FOREIGN = "2001:db8:dead::1"
# Of A, but of no HBA set
LOOSE = "2001:db8:a1::77"


def until(what, test, seconds=WAIT):
    end = time.monotonic() + seconds
    while not test():
        if time.monotonic() > end:
            result(False, what, "waited in vain")
            return False
        time.sleep(0.05)
    result(True, what)
    return True


def counter(fd, name):
    for e in abi.walk(fd, "STATS_LIST"):
        if abi.text(e[8:48]) == name:
            return struct.unpack_from("=Q", e)[0]
    raise KeyError(name)


class Context:
    """A line of the list of contexts."""

    def __init__(self, octets):
        self.local, self.peer = (
            str(ipaddress.IPv6Address(octets[i:i + 16])) for i in (40, 56))
        self.fii, self.state = struct.unpack_from("=II", octets, 88)
        self.timeout, = struct.unpack_from("=Q", octets, 112)
        self.sent, = struct.unpack_from("=Q", octets, 152)

    @property
    def pair(self):
        return self.local, self.peer


def contexts(fd):
    return [Context(octets) for octets in abi.walk(fd, "CTX_LIST")]


def pair_is(fd, local, peer):
    return lambda: [c.pair for c in contexts(fd)] == [(local, peer)]


def connected(kind, source, to, port):
    sock = api.make(kind, source)
    sock.connect((to, port if kind != "raw" else 0))
    return sock


def forget(fd):
    """No context any more."""
    refused("all contexts go", abi.CTX_FLUSH.call(fd, abi.ref_arg(0))[0], 0)


# --- the options

def all_refused(what, sock, want):
    for name, size in READ.items():
        refused(f"{what}: get {name}", -get(sock, getattr(api, name), size),
                want)
    for name, value in WRITE.items():
        refused(f"{what}: set {name}", set_(sock, getattr(api, name), value),
                want)


def dontshim(kind, sock):
    equal(f"{kind}: DONTSHIM is off at first", get(sock, api.DONTSHIM), 0)
    for value in 2, -1, b"\1":
        refused(f"{kind}: DONTSHIM {value}", set_(sock, api.DONTSHIM, value),
                errno.EINVAL)
    for value in 1, 0:
        refused(f"{kind}: DONTSHIM {value}", set_(sock, api.DONTSHIM, value),
                0)
        equal(f"{kind}: DONTSHIM is {value}", get(sock, api.DONTSHIM), value)


def unconnected(kind, sock):
    equal(f"{kind}, unconnected: ASSOCIATED", get(sock, api.ASSOCIATED), 2)
    refused(f"{kind}, unconnected: DEFERRED", -get(sock, api.DEFERRED),
            UNCONNECTED)
    refused(f"{kind}, unconnected: LATEST", -get(sock, api.LATEST, 256),
            UNCONNECTED)
    refused(f"{kind}, unconnected: SETUP", set_(sock, api.SETUP, 1),
            UNCONNECTED)
    all_refused(f"{kind}, unconnected", sock, UNCONNECTED)
    dontshim(kind, sock)


def read_only(kind, sock):
    for name in "ASSOCIATED", "DEFERRED", "LATEST":
        refused(f"{kind}: set {name}", set_(sock, getattr(api, name), 1),
                errno.ENOPROTOOPT)
    for name in "FEEDBACK", "SETUP":
        refused(f"{kind}: get {name}", -get(sock, getattr(api, name)),
                errno.ENOPROTOOPT)
    refused(f"{kind}: a short ASSOCIATED", -get(sock, api.ASSOCIATED, 2),
            errno.EINVAL)
    for option in api.BASE - 1, api.BASE + 17:
        refused(f"{kind}: option {option:#x}", -get(sock, option),
                errno.ENOPROTOOPT)


def no_context(kind, sock):
    equal(f"{kind}, no context: ASSOCIATED", get(sock, api.ASSOCIATED), 0)
    equal(f"{kind}, no context: DEFERRED", get(sock, api.DEFERRED), 1)
    all_refused(f"{kind}, no context", sock, NO_CONTEXT)
    for value in 0, 1:
        refused(f"{kind}, connected: DONTSHIM {value}",
                set_(sock, api.DONTSHIM, value), errno.EOPNOTSUPP)
    equal(f"{kind}, no context: nothing was asked for", api.latest(sock), {})


def set_up(kind, sock):
    for value in 0, 2:
        refused(f"{kind}: SETUP {value}", set_(sock, api.SETUP, value),
                errno.EINVAL)
    refused(f"{kind}: SETUP 1", set_(sock, api.SETUP, 1), 0)
    until(f"{kind}: ASSOCIATED after SETUP",
          lambda: get(sock, api.ASSOCIATED) == 1)
    refused(f"{kind}: SETUP 1 again", set_(sock, api.SETUP, 1), 0)


def lists(kind, sock, a1, a2, b1, b2):
    mine = {(address, 0, 0, api.interface(address), 1) for address in (a1, a2)}
    theirs = {(address, 0, 0, 0, 1) for address in (b1, b2)}
    equal(f"{kind}: LIST_LOCAL",
          set(api.unpack_list(get(sock, api.LIST_LOCAL, 1024))), mine)
    equal(f"{kind}: LIST_PEER",
          set(api.unpack_list(get(sock, api.LIST_PEER, 64))), theirs)
    for name in "LIST_LOCAL", "LIST_PEER":
        refused(f"{kind}: {name} into a buffer for one",
                -get(sock, getattr(api, name), 63), api.ETOOMANYLOCATORS)


def standby(kind, sock):
    equal(f"{kind}: HOT_STANDBY", get(sock, api.HOT_STANDBY), 0)
    for value, want in (0, 0), (1, errno.EOPNOTSUPP), (2, errno.EINVAL):
        refused(f"{kind}: HOT_STANDBY {value}",
                set_(sock, api.HOT_STANDBY, value), want)


def recv_flags(kind, sock, a1, b1):
    for name in "LOCAL_RECV", "PEER_RECV":
        option = getattr(api, name)
        equal(f"{kind}: {name} is off at first", get(sock, option), 0)
        for value in 2, -1, b"\0\0":
            refused(f"{kind}: {name} {value}", set_(sock, option, value),
                    errno.EINVAL)
    refused(f"{kind}: LOCAL_RECV", set_(sock, api.LOCAL_RECV, 1), 0)
    equal(f"{kind}: LOCAL_RECV is on", get(sock, api.LOCAL_RECV), 1)
    equal(f"{kind}: what came last, one flag", api.latest(sock),
          {api.LOCAL_RECV: a1})
    refused(f"{kind}: PEER_RECV", set_(sock, api.PEER_RECV, 1), 0)
    equal(f"{kind}: what came last, two flags", api.latest(sock),
          {api.LOCAL_RECV: a1, api.PEER_RECV: b1})
    refused(f"{kind}: LATEST, no room for two",
            -get(sock, api.LATEST, 60), errno.EINVAL)
    refused(f"{kind}: LOCAL_RECV off", set_(sock, api.LOCAL_RECV, 0), 0)
    equal(f"{kind}: what came last, the other flag", api.latest(sock),
          {api.PEER_RECV: b1})


def bad_locators(kind, sock):
    """What no option with a locator takes, whatever the context."""
    mapped = "::ffff:192.0.2.1"
    for name in "LOCAL_SEND", "PEER_SEND", "LOCAL_PREF", "PEER_PREF", \
            "LIST_LOCAL", "LIST_PEER":
        for what, value, want in (
                ("31 octets", bytes(31), errno.EINVAL),
                ("no family", api.locator(FOREIGN, family=0), errno.EINVAL),
                ("lc_proto 17", api.locator(FOREIGN, proto=17),
                 errno.EINVAL),
                ("lc_port 1", api.locator(FOREIGN, port=1), errno.EINVAL),
                ("lc_prio 256", api.locator(FOREIGN, prio=256),
                 errno.EINVAL),
                ("lc_weight 256", api.locator(FOREIGN, weight=256),
                 errno.EINVAL),
                ("AF_INET", api.locator(FOREIGN, family=socket.AF_INET),
                 errno.EINVAL),
                ("AF_INET, mapped",
                 api.locator(mapped, family=socket.AF_INET),
                 api.EINVALIDLOCATOR),
                ("link-local", api.locator("fe80::1"), api.EINVALIDLOCATOR),
                ("an address of nobody", api.locator(FOREIGN),
                 api.EINVALIDLOCATOR)):
            refused(f"{kind}: {name} {what}",
                    set_(sock, getattr(api, name), value), want)


def wrong_side(kind, sock, a1, b1):
    for name in "LOCAL_SEND", "LOCAL_PREF", "LIST_LOCAL":
        for address in b1, LOOSE:
            refused(f"{kind}: {name} {address}",
                    set_(sock, getattr(api, name), api.locator(address)),
                    api.EINVALIDLOCATOR)
    for name in "PEER_SEND", "PEER_PREF", "LIST_PEER":
        refused(f"{kind}: {name} {a1}",
                set_(sock, getattr(api, name), api.locator(a1)),
                api.EINVALIDLOCATOR)


def sends(fd, kind, sock, a1, a2, b1, b2):
    for name in "LOCAL_SEND", "PEER_SEND":
        equal(f"{kind}: {name} is nothing at first",
              get(sock, getattr(api, name), 32), api.NONE)
    refused(f"{kind}: PEER_SEND, never reached",
            set_(sock, api.PEER_SEND, api.locator(b2)),
            api.EUNVERIFIEDLOCATOR)
    until(f"{kind}: PEER_SEND is used once it was probed",
          pair_is(fd, a1, b2))
    refused(f"{kind}: PEER_SEND, reached now",
            set_(sock, api.PEER_SEND, api.locator(b2, index=9, flags=9)), 0)
    equal(f"{kind}: PEER_SEND is as set",
          api.unpack(get(sock, api.PEER_SEND, 32)), (b2, 0, 0, 0, 0))
    refused(f"{kind}: LOCAL_SEND", set_(sock, api.LOCAL_SEND,
                                        api.locator(a2)), 0)
    until(f"{kind}: both are used", pair_is(fd, a2, b2))


def preferences(fd, kind, sock, a1, a2, b1, b2):
    """After sends()."""
    refused(f"{kind}: LOCAL_PREF while LOCAL_SEND stands",
            set_(sock, api.LOCAL_PREF, api.locator(a1, 0, 10)), 0)
    equal(f"{kind}: LOCAL_PREF", api.unpack(get(sock, api.LOCAL_PREF, 32)),
          (a1, 0, 10, 0, 1))
    time.sleep(1)
    result(pair_is(fd, a2, b2)(), f"{kind}: LOCAL_SEND wins")
    refused(f"{kind}: LOCAL_SEND taken back",
            set_(sock, api.LOCAL_SEND, api.NONE), 0)
    equal(f"{kind}: LOCAL_SEND is nothing again",
          get(sock, api.LOCAL_SEND, 32), api.NONE)
    until(f"{kind}: LOCAL_PREF is used then", pair_is(fd, a1, b2))
    set_(sock, api.PEER_SEND, api.NONE)
    refused(f"{kind}: PEER_PREF",
            set_(sock, api.PEER_PREF, api.locator(b1, 0, 200)), 0)
    until(f"{kind}: PEER_PREF is used", pair_is(fd, a1, b1))
    refused(f"{kind}: PEER_PREF, less preferred now",
            set_(sock, api.PEER_PREF, api.locator(b1, 7, 255)), 0)
    until(f"{kind}: the other one is used", pair_is(fd, a1, b2))
    equal(f"{kind}: PEER_PREF says so",
          api.unpack(get(sock, api.PEER_PREF, 32)), (b2, 0, 0, 0, 1))


def names_of(octets):
    return {address for address, *_ in api.unpack_list(octets)}


def set_lists(fd, kind, sock, a1, a2, b1, b2):
    for name, mine, other in ("LIST_LOCAL", a1, a2), ("LIST_PEER", b2, b1):
        option = getattr(api, name)
        for what, value, want in (
                ("nothing", b"", errno.EINVAL),
                ("33 locators", api.locator(mine) * 33,
                 api.ETOOMANYLOCATORS),
                ("one and a half", api.locator(mine) + bytes(16),
                 errno.EINVAL),
                ("one, one of nobody", api.locator(mine)
                 + api.locator(FOREIGN), api.EINVALIDLOCATOR)):
            refused(f"{kind}: {name}: {what}", set_(sock, option, value),
                    want)
        refused(f"{kind}: {name}: one of two",
                set_(sock, option, api.locator(mine)), 0)
        equal(f"{kind}: {name} has one",
              names_of(get(sock, option, 1024)), {mine})
        send = api.LOCAL_SEND if name == "LIST_LOCAL" else api.PEER_SEND
        time.sleep(1)
        refused(f"{kind}: {name}: what is left out cannot be used",
                set_(sock, send, api.locator(other)), api.EINVALIDLOCATOR)
        refused(f"{kind}: {name}: both", set_(
            sock, option, api.locator(mine, 3, 4) + api.locator(other)), 0)
        equal(f"{kind}: {name} has both",
              names_of(get(sock, option, 1024)), {mine, other})
    result(pair_is(fd, a1, b2)() or pair_is(fd, a2, b1)() or
           len(contexts(fd)) == 1, f"{kind}: still one context")


def seconds_of(fd):
    return contexts(fd)[0].timeout / 1e9


def timeouts(fd, kind, sock):
    updates = counter(fd, "update_req_out")
    equal(f"{kind}: APP_TIMEOUT is off at first",
          get(sock, api.APP_TIMEOUT), 0)
    for value in -1, 101, b"\1":
        refused(f"{kind}: APP_TIMEOUT {value}",
                set_(sock, api.APP_TIMEOUT, value), errno.EINVAL)
    refused(f"{kind}: APP_TIMEOUT 3", set_(sock, api.APP_TIMEOUT, 3), 0)
    equal(f"{kind}: APP_TIMEOUT", get(sock, api.APP_TIMEOUT), 3)
    result(3 <= seconds_of(fd) <= 3.2, f"{kind}: Ts is 3 s",
           seconds_of(fd))
    until(f"{kind}: the peer is told",
          lambda: counter(fd, "update_req_out") > updates)
    equal(f"{kind}: PATHEXPLORE has it too",
          get(sock, api.PATHEXPLORE, 12), api.explore(timeout=3))
    for what, value in (
            ("11 octets", bytes(11)), ("reserved", api.explore(reserved=1)),
            ("17 probes", api.explore(17)), ("101 s", api.explore(0, 101)),
            ("an interval of 51 s", api.explore(interval=51)),
            ("49 ms", api.explore(first=49)),
            ("10001 ms", api.explore(first=10001))):
        refused(f"{kind}: PATHEXPLORE {what}",
                set_(sock, api.PATHEXPLORE, value), errno.EINVAL)
    value = api.explore(4, 10, 5, 500)
    refused(f"{kind}: PATHEXPLORE", set_(sock, api.PATHEXPLORE, value), 0)
    equal(f"{kind}: PATHEXPLORE is as set", get(sock, api.PATHEXPLORE, 12),
          value)
    equal(f"{kind}: APP_TIMEOUT follows", get(sock, api.APP_TIMEOUT), 10)
    refused(f"{kind}: APP_TIMEOUT 0", set_(sock, api.APP_TIMEOUT, 0), 0)
    result(15 <= seconds_of(fd) <= 15.8, f"{kind}: Ts is the default's",
           seconds_of(fd))


def zero_filled(fd, kind, sock):
    forget(fd)
    equal(f"{kind}: the context went: ASSOCIATED",
          get(sock, api.ASSOCIATED), 0)
    equal(f"{kind}: the context went: what came last is zero",
          api.latest(sock), {api.PEER_RECV: None})


def by_device(fd, number, octets, flags=0, reserved=0):
    return abi.FEEDBACK.call(fd, struct.pack("=iI", number, flags) + octets
                             + struct.pack("=I", reserved))[0]


def feedback_values(kind, sock, say):
    """Which counters move: (bad, good)."""
    for value in 4, 255:
        refused(f"{kind}: indicator {value}", say(api.feedback(value)),
                errno.EINVAL)
    refused(f"{kind}: direction 2", say(api.feedback(1, 2)), errno.EINVAL)


def feedback(fd, kind, sock, how, say):
    def said(what, octets, want):
        names = "feedback_bad", "feedback_good"
        before = [counter(fd, name) for name in names]
        refused(f"{kind} by {how}: {what}", say(octets), 0)
        equal(f"{kind} by {how}: {what} counts",
              [counter(fd, name) - old for name, old in zip(names, before)],
              want)

    feedback_values(f"{kind} by {how}", sock, say)
    said("not given", api.feedback(0, 1, 0xffff), [0, 0])
    said("satisfactory", api.feedback(3, 0, 0xffff), [0, 1])
    said("unsatisfactory", api.feedback(2, 1, 0xffff), [1, 0])
    said("unable", api.feedback(1), [1, 0])


def explored(fd, kind, sock):
    """Only what is bad makes us look, and not twice within a Send Timeout."""
    looks = counter(fd, "explorations")
    for indicator in 0, 3:
        set_(sock, api.FEEDBACK, api.feedback(indicator))
    equal(f"{kind}: neither none nor good feedback makes us look",
          counter(fd, "explorations"), looks)
    for indicator in 1, 2:
        set_(sock, api.FEEDBACK, api.feedback(indicator))
    equal(f"{kind}: bad feedback makes us look once",
          counter(fd, "explorations"), looks + 1)
    time.sleep(1)
    equal(f"{kind}: a look that finds nothing changes nothing",
          get(sock, api.ASSOCIATED), 1)


def ancillary(sock):
    """RFC 6316 7: what the stack does not take it does not swallow either."""
    for option in api.LOCAL_SEND, api.PEER_SEND, api.FEEDBACK:
        refused(f"udp: ancillary data {option:#x} of SOL_SHIM", errno_of(
            sock.sendmsg, [b"x"], [(api.SOL_SHIM, option, bytes(28))]),
            errno.EINVAL)


def one_kind(fd, kind, port, a1, a2, b1, b2):
    sock = api.make(kind, a1)
    unconnected(kind, sock)
    read_only(kind, sock)
    sock.connect((b1, port if kind != "raw" else 0))
    no_context(kind, sock)
    set_up(kind, sock)
    lists(kind, sock, a1, a2, b1, b2)
    standby(kind, sock)
    recv_flags(kind, sock, a1, b1)
    explored(fd, kind, sock)
    bad_locators(kind, sock)
    wrong_side(kind, sock, a1, b1)
    timeouts(fd, kind, sock)
    sends(fd, kind, sock, a1, a2, b1, b2)
    preferences(fd, kind, sock, a1, a2, b1, b2)
    set_lists(fd, kind, sock, a1, a2, b1, b2)
    feedback(fd, kind, sock, "option",
             lambda octets: set_(sock, api.FEEDBACK, octets))
    feedback(fd, kind, sock, "device",
             lambda octets: by_device(fd, sock.fileno(), octets))
    if kind == "udp":
        ancillary(sock)
    zero_filled(fd, kind, sock)
    sock.close()


def device_refusals(fd):
    good = api.feedback(1)
    plain = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock = api.make("udp")
    refused("feedback by device: a file", by_device(fd, fd, good),
            errno.ENOTSOCK)
    refused("feedback by device: IPv4", by_device(fd, plain.fileno(), good),
            errno.EAFNOSUPPORT)
    refused("feedback by device: unconnected",
            by_device(fd, sock.fileno(), good), errno.EOPNOTSUPP)
    refused("feedback by device: a reserved member",
            by_device(fd, sock.fileno(), good, reserved=1), errno.EINVAL)


def without_shim(fd, port, a1, b1):
    """DONTSHIM: no context for it, whatever it asks, and none by it."""
    sock = api.make("udp", a1)
    refused("DONTSHIM 1", set_(sock, api.DONTSHIM, 1), 0)
    sock.connect((b1, port))
    refused("DONTSHIM: SETUP", set_(sock, api.SETUP, 1), errno.EACCES)
    abi.CTX_CREATE.call(fd, abi.pair_arg(a1, b1))
    other = connected("udp", a1, b1, port)
    until("another socket of the ULID pair: ASSOCIATED",
          lambda: get(other, api.ASSOCIATED) == 1)
    equal("DONTSHIM: ASSOCIATED", get(sock, api.ASSOCIATED), 0)
    refused("DONTSHIM: LIST_PEER", -get(sock, api.LIST_PEER, 1024),
            errno.ENOENT)
    forget(fd)


def setup_refused(fd, port, a1, b1):
    refused("SETUP, the only locator of its kind",
            set_(connected("udp", LOOSE, b1, port), api.SETUP, 1),
            errno.EADDRNOTAVAIL)
    sock = connected("udp", a1, b1, port)
    err, rule = abi.POLICY_ADD.call(fd, abi.policy_arg(
        proto=socket.IPPROTO_UDP, port=port))
    refused("a policy says never", err, 0)
    refused("SETUP, a policy says never", set_(sock, api.SETUP, 1),
            errno.EACCES)
    equal("SETUP, refused: no context", len(contexts(fd)), 0)
    abi.POLICY_DEL.call(fd, rule[:4] + bytes(4))
    for name, value in (b"i1_timeout", 100), (b"i1_retries", 0):
        abi.PARAM_SET.call(fd, abi.param_arg(value=value, name=name))
    nobody = ipaddress.IPv6Address(api.packed(b1)[:-2] + b"\xde\xad")
    silent = connected("udp", a1, str(nobody), port)
    refused("SETUP, a peer that will not answer", set_(silent, api.SETUP, 1),
            0)
    equal("SETUP, a handshake is no context", get(silent, api.ASSOCIATED), 0)
    time.sleep(1)
    refused("SETUP, a peer that did not answer", set_(silent, api.SETUP, 1),
            errno.EHOSTDOWN)
    for name, value in (b"i1_timeout", 4000), (b"i1_retries", 4):
        abi.PARAM_SET.call(fd, abi.param_arg(value=value, name=name))
    forget(fd)


def raw_forks(fd, a1, b1):
    """Nothing tells two raw sockets of one protocol apart."""
    socks = [connected("raw", a1, b1, 0) for _ in range(2)]
    set_(socks[0], api.SETUP, 1)
    until("raw: ASSOCIATED", lambda: get(socks[1], api.ASSOCIATED) == 1)
    refused("raw, nobody: APP_TIMEOUT",
            as_nobody(set_, socks[0], api.APP_TIMEOUT, 5), 0)
    refused("raw, nobody: APP_TIMEOUT of another one",
            as_nobody(set_, socks[1], api.APP_TIMEOUT, 5), errno.EBUSY)
    forget(fd)


def other_families():
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sock.connect(("::ffff:127.0.0.1", 9))
    equal("v4-mapped: ASSOCIATED", get(sock, api.ASSOCIATED), 0)
    refused("v4-mapped: LIST_PEER", -get(sock, api.LIST_PEER, 1024),
            errno.ENOENT)
    refused("v4-mapped: SETUP", set_(sock, api.SETUP, 1),
            errno.EADDRNOTAVAIL)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    refused("IPv4: ASSOCIATED", -get(sock, api.ASSOCIATED),
            errno.EOPNOTSUPP)


def learnt(fd, port, a1, a2, b1):
    """RFC 6316 14.1.1: a source that is ours and that the context does not
    know.
    """
    abi.PARAM_SET.call(fd, abi.param_arg(value=1, name=b"locator_max"))
    sock = connected("udp", a1, b1, port)
    set_(sock, api.SETUP, 1)
    until("one locator: ASSOCIATED", lambda: get(sock, api.ASSOCIATED) == 1)
    abi.PARAM_SET.call(fd, abi.param_arg(value=16, name=b"locator_max"))
    time.sleep(2)
    before = counter(fd, "update_req_out")
    equal("one locator: LIST_LOCAL",
          names_of(get(sock, api.LIST_LOCAL, 1024)), {a1})
    refused("one locator: LOCAL_SEND another of ours",
            set_(sock, api.LOCAL_SEND, api.locator(a2)), 0)
    equal("an Update Request leaves", counter(fd, "update_req_out"),
          before + 1)
    until("the new source is used when the peer knows it",
          pair_is(fd, a2, b1))
    forget(fd)


def as_nobody(call, *args):
    """Without privilege; the process gets it back."""
    os.seteuid(abi.NOBODY)
    try:
        return call(*args)
    finally:
        os.seteuid(0)


def two_contexts(fd, shared, own):
    found = contexts(fd)
    return len(found) == 2 and \
        {bool(c.fii): c.pair for c in found} == {False: shared, True: own}


def sent(fd, fork):
    return [c.sent for c in contexts(fd) if bool(c.fii) == fork][0]


def forked(fd, kind, port, a1, b1, b2):
    """RFC 6316 11.1: who may not change the shared context gets its own."""
    socks = [connected(kind, a1, b1, port) for _ in range(2)]
    own, other = socks
    set_(own, api.SETUP, 1)
    until(f"{kind}, nobody: ASSOCIATED",
          lambda: get(own, api.ASSOCIATED) == 1)
    for option, value in ((api.APP_TIMEOUT, 0), (api.LOCAL_SEND, api.NONE),
                          (api.PEER_SEND, api.NONE),
                          (api.PATHEXPLORE, api.explore())):
        refused(f"{kind}, nobody: what is so anyway",
                as_nobody(set_, own, option, value), 0)
    equal(f"{kind}, nobody: one context for that", len(contexts(fd)), 1)
    refused(f"{kind}, nobody: PEER_SEND", as_nobody(
        set_, own, api.PEER_SEND, api.locator(b2)), api.EUNVERIFIEDLOCATOR)
    until(f"{kind}, nobody: a fork has the pair, the shared context keeps its"
          " own", lambda: two_contexts(fd, (a1, b1), (a1, b2)))
    equal(f"{kind}, nobody: PEER_SEND of the one",
          api.unpack(get(own, api.PEER_SEND, 32))[0], b2)
    equal(f"{kind}, nobody: PEER_SEND of the other",
          get(other, api.PEER_SEND, 32), api.NONE)
    before = sent(fd, True)
    own.send(b"x" * 10)
    result(sent(fd, True) > before, f"{kind}, nobody: the fork carries it")
    equal(f"{kind}, nobody: the shared context carries none",
          sent(fd, False), 0)
    before = sent(fd, True)
    other.send(b"x" * 10)
    equal(f"{kind}, nobody: the fork does not carry the other's",
          sent(fd, True), before)
    refused(f"{kind}, nobody: APP_TIMEOUT of the fork",
            as_nobody(set_, own, api.APP_TIMEOUT, 5), 0)
    equal(f"{kind}, nobody: APP_TIMEOUT of the one and the other",
          [get(sock, api.APP_TIMEOUT) for sock in socks], [5, 0])
    equal(f"{kind}, nobody: two contexts", len(contexts(fd)), 2)
    own.close()
    until(f"{kind}, nobody: the fork goes with its socket",
          lambda: [c.fii for c in contexts(fd)] == [0], 5)
    other.close()
    forget(fd)


def disconnect(sock):
    """connect() to no address, which Python has no call for."""
    ctypes.CDLL(None, use_errno=True).connect(sock.fileno(), bytes(16), 16)


def outgrown(fd, port, a1, b1):
    """A fork is of one flow: it goes when its socket has another one."""
    sock = connected("udp", a1, b1, port)
    set_(sock, api.SETUP, 1)
    until("one flow: ASSOCIATED", lambda: get(sock, api.ASSOCIATED) == 1)

    def alone():
        return [c.fii for c in contexts(fd)] == [0]

    for what, leave in (
            ("another port", lambda: sock.connect((b1, port + 1))),
            ("no peer", lambda: disconnect(sock))):
        sock.connect((b1, port))
        refused(f"one flow, nobody: APP_TIMEOUT before {what}",
                as_nobody(set_, sock, api.APP_TIMEOUT, 5), 0)
        equal(f"one flow: a fork before {what}", len(contexts(fd)), 2)
        leave()
        until(f"{what}: the fork goes though nobody looks", alone, 3)
    sock.connect((b1, port))
    as_nobody(set_, sock, api.APP_TIMEOUT, 5)
    sock.connect((b1, port + 1))
    equal("another port: its APP_TIMEOUT", get(sock, api.APP_TIMEOUT), 0)
    equal("another port: the fork goes when somebody looks", alone(), True)
    refused("another port, nobody: APP_TIMEOUT",
            as_nobody(set_, sock, api.APP_TIMEOUT, 7), 0)
    equal("another port: a fork of its own", len(contexts(fd)), 2)
    forget(fd)
    disconnect(sock)
    refused("CTX_FORK of a socket that is connected no more",
            abi.CTX_FORK.call(fd, abi.fork_arg(
                "::", "::", 0, (0, 0), sock.fileno()))[0], errno.ENOTCONN)


def group(fd, port, b1):
    """Bound to a group it sends from an address of this host."""
    source = connected("udp", None, b1, port).getsockname()[0]
    sock = connected("udp", "ff15::140", b1, port)
    abi.CTX_CREATE.call(fd, abi.pair_arg(source, b1))
    until("bound to a group: ASSOCIATED",
          lambda: get(sock, api.ASSOCIATED) == 1)
    forget(fd)


def fork_refused(fd, port, a1, b1):
    sock = connected("udp", a1, b1, port)
    set_(sock, api.SETUP, 1)
    until("no forks: ASSOCIATED", lambda: get(sock, api.ASSOCIATED) == 1)
    abi.PARAM_SET.call(fd, abi.param_arg(value=0, name=b"fork_max"))
    refused("no forks: APP_TIMEOUT",
            as_nobody(set_, sock, api.APP_TIMEOUT, 5), errno.ENOSPC)
    equal("no forks: one context", len(contexts(fd)), 1)
    abi.PARAM_SET.call(fd, abi.param_arg(value=512, name=b"fork_max"))
    forget(fd)


def limited(fd):
    """So many sockets and no more; what was closed makes room."""
    before = counter(fd, "limit_socket")
    abi.PARAM_SET.call(fd, abi.param_arg(value=10, name=b"socket_max"))
    until("sockets of the tests before are forgotten", lambda: not
          set_(api.make("udp"), api.DONTSHIM, 1), 3)
    time.sleep(2)
    held = [api.make("udp") for _ in range(11)]
    equal("socket_max 10: the eleventh is refused",
          [set_(sock, api.DONTSHIM, 1) for sock in held],
          [0] * 10 + [errno.ENOSPC])
    equal("socket_max 10: counted", counter(fd, "limit_socket"), before + 1)
    refused("socket_max 10: one that has one sets it again",
            set_(held[0], api.DONTSHIM, 0), 0)
    refused("socket_max 10: the default is no option",
            set_(held[10], api.DONTSHIM, 0), 0)
    held[0].close()
    refused("socket_max 10: one closed makes room for one at once",
            set_(held[10], api.DONTSHIM, 1), 0)
    abi.PARAM_SET.call(fd, abi.param_arg(value=16384, name=b"socket_max"))


def many(_):
    good = 0
    for i in range(3000):
        sock = api.make(("udp", "tcp", "raw")[i % 3])
        good += not set_(sock, api.DONTSHIM, 1)
        sock.close()
    equal("3000 sockets with an option opened and closed", good, 3000)


def options(port, a1, a2, b1, b2):
    def kinds(fd):
        for kind in api.KINDS:
            one_kind(fd, kind, int(port), a1, a2, b1, b2)

    def bypass(fd):
        without_shim(fd, int(port), a1, b1)

    def families(_):
        other_families()

    def unknown_source(fd):
        learnt(fd, int(port), a1, a2, b1)

    def no_forks(fd):
        fork_refused(fd, int(port), a1, b1)
        raw_forks(fd, a1, b1)

    def one_flow(fd):
        outgrown(fd, int(port), a1, b1)
        group(fd, int(port), b1)

    def no_setup(fd):
        setup_refused(fd, int(port), a1, b1)

    return abi.run([kinds, bypass, no_setup, unknown_source, no_forks,
                    one_flow, device_refusals, families, limited, many])


def fork(kind, port, a1, b1, b2):
    def test(fd):
        forked(fd, kind, int(port), a1, b1, b2)

    return abi.run([test])


CALLS = [(on, asked) for on in (1, 0) for asked in (False, True)]


def accepted(port, address):
    def one(fd, on, asked):
        what = f"listener, DONTSHIM {on}, asked {'first' if asked else 'last'}"
        sock = api.make("tcp")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((address, int(port)))
        set_(sock, api.DONTSHIM, on)
        sock.listen()
        conn, _ = sock.accept()
        sock.close()
        time.sleep(2.5)
        if asked:
            equal(f"{what}: DONTSHIM of the socket it made",
                  get(conn, api.DONTSHIM), on)
        before = counter(fd, "tx_bypass_socket")
        for _ in range(20):
            conn.sendall(conn.recv(100))
        left = counter(fd, "tx_bypass_socket") - before
        result(left >= 20 if on else not left,
               f"{what}: packets left alone", str(left))
        equal(f"{what}: DONTSHIM at the end", get(conn, api.DONTSHIM), on)
        conn.close()

    def test(fd):
        for on, asked in CALLS:
            one(fd, on, asked)

    return abi.run([test])


def call(port, source, to):
    for _ in CALLS:
        sock = None
        while not sock:
            try:
                sock = connected("tcp", source, to, int(port))
            except ConnectionRefusedError:
                time.sleep(0.05)
        time.sleep(3)
        for _ in range(20):
            sock.sendall(b"x" * 100)
            sock.recv(100)
        sock.close()


def latest(kind, port, a1, a2, b1, b2, ready):
    """The peer changes the pair it sends on while we look."""
    def test(_):
        sock = connected(kind, a1, b1, int(port))
        sock.settimeout(0.3)
        set_(sock, api.SETUP, 1)
        until("ASSOCIATED", lambda: get(sock, api.ASSOCIATED) == 1)
        for option in api.LOCAL_RECV, api.PEER_RECV:
            set_(sock, option, 1)

        def comes_by(local, peer):
            try:
                sock.send(b"x" * 10)
                sock.recv(100)
            except OSError:
                pass
            return api.latest(sock) == {api.LOCAL_RECV: local,
                                        api.PEER_RECV: peer}

        until(f"{kind}: what came last came by the first pair",
              lambda: comes_by(a1, b1))
        with open(ready, "w", encoding="ascii") as file:
            file.write("ready\n")
        until(f"{kind}: what came last came by the peer's new pair",
              lambda: comes_by(a2, b2))

    return abi.run([test])


def unreachable(port, a1, b1, b2):
    """B2 cannot be reached."""
    def test(fd):
        sock = connected("udp", a1, b1, int(port))
        set_(sock, api.SETUP, 1)
        until("ASSOCIATED", lambda: get(sock, api.ASSOCIATED) == 1)
        refused("PEER_SEND, never reached",
                set_(sock, api.PEER_SEND, api.locator(b2)),
                api.EUNVERIFIEDLOCATOR)
        time.sleep(5)
        refused("PEER_SEND, no answer",
                set_(sock, api.PEER_SEND, api.locator(b2)),
                api.EUNREACHABLELOCATOR)
        time.sleep(5)
        equal("the pair in use is as it was",
              [c.pair for c in contexts(fd)], [(a1, b1)])
        forget(fd)

    return abi.run([test])


# --- sessions

def echo(port, *addresses):
    selector = selectors.DefaultSelector()

    def accept(sock):
        conn, _ = sock.accept()
        selector.register(conn, selectors.EVENT_READ, back)

    def back(conn):
        data = conn.recv(4096)
        if not data:
            raise ConnectionError
        conn.sendall(data)

    def datagram(sock):
        data, peer = sock.recvfrom(4096)
        sock.sendto(data, peer)

    for address in addresses:
        listener = api.make("tcp")
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, int(port)))
        listener.listen()
        selector.register(listener, selectors.EVENT_READ, accept)
        udp = api.make("udp")
        udp.bind((address, int(port)))
        selector.register(udp, selectors.EVENT_READ, datagram)
    while True:
        for key, _ in selector.select():
            try:
                key.data(key.fileobj)
            except OSError:
                if key.data is back:
                    selector.unregister(key.fileobj)
                    key.fileobj.close()


def session(port, source, to, bypass):
    sock = api.make("tcp", source)
    if bypass:
        sock.setsockopt(api.SOL_SHIM, api.DONTSHIM, 1)
    sock.connect((to, int(port)))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setblocking(False)
    return sock


def pair(port, source, to, out):
    answers = [0, 0]
    socks = [session(port, source, to, bypass) for bypass in (0, 1)]

    def report(*_):
        with open(out + ".new", "w", encoding="ascii") as file:
            file.write("{} {}\n".format(*answers))
        os.rename(out + ".new", out)
        answers[:] = [0, 0]

    signal.signal(signal.SIGUSR1, report)
    while True:
        for i, sock in enumerate(socks):
            try:
                sock.send(b"x" * 100)
                answers[i] += bool(sock.recv(65536))
            except OSError:
                pass
        time.sleep(0.1)


def hold(kind, number):
    socks = [api.make(kind) for _ in range(int(number))]
    for sock in socks:
        sock.setsockopt(api.SOL_SHIM, api.DONTSHIM, 1)
    print("held", flush=True)
    while True:
        signal.pause()


sys.exit({"options": options, "echo": echo, "pair": pair,
          "hold": hold, "fork": fork, "latest": latest,
          "accepted": accepted, "call": call,
          "unreachable": unreachable}[sys.argv[1]](*sys.argv[2:]))
