#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The socket options of RFC 6316 as a program uses them.

sockets.py echo PORT ADDRESS...: TCP and UDP, sends back what comes.

sockets.py options PORT A1 A2 B1 B2: each option and each refusal, for TCP, UDP
and raw sockets from A1 to B1; A2 and B2 are the other locators.

sockets.py pair PORT FROM TO OUT: two TCP sessions, the second one without the
shim. SIGUSR1 writes how many answers each got since the last time.

sockets.py hold KIND N: as many sockets with an option, until it is ended.
"""

import errno
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
        "LIST_PEER": 1024}
WRITE = {"HOT_STANDBY": 0, "LOCAL_RECV": 1, "PEER_RECV": 1,
         "FEEDBACK": api.feedback(1)}


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
    other = api.make("udp", a1)
    other.connect((b1, port))
    until("another socket of the ULID pair: ASSOCIATED",
          lambda: get(other, api.ASSOCIATED) == 1)
    equal("DONTSHIM: ASSOCIATED", get(sock, api.ASSOCIATED), 0)
    refused("DONTSHIM: LIST_PEER", -get(sock, api.LIST_PEER, 1024),
            errno.ENOENT)
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

    return abi.run([kinds, bypass, device_refusals, families, limited, many])


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
          "hold": hold}[sys.argv[1]](*sys.argv[2:]))
