# SPDX-License-Identifier: GPL-2.0
"""Each socket option of RFC 6316 and each refusal, for one socket."""

import errno
import socket
import struct
import time

from socket_bench import LOOSE, contexts, counter, forget, names_of, \
    pair_is, until
import abi
import sockapi as api
from abi import equal, errno_of, refused, result
from sockapi import get, set_

UNCONNECTED = errno.EOPNOTSUPP
NO_CONTEXT = errno.ENOENT

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
