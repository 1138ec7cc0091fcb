# SPDX-License-Identifier: GPL-2.0
"""The contexts of sockets that have options: none, a shared one, one of their
own, and how many there may be.
"""

import ctypes
import errno
import ipaddress
import socket
import time

from socket_bench import Forks, LOOSE, as_nobody, connected, contexts, counter, \
    forget, names_of, pair_is, until
import abi
import sockapi as api
from abi import equal, refused, result
from sockapi import get, set_


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
    until("SETUP, a peer that did not answer: EHOSTDOWN",
          lambda: set_(silent, api.SETUP, 1) == errno.EHOSTDOWN,
          seen=lambda: abi.name_of(set_(silent, api.SETUP, 1)))
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
    until("an Update Request leaves",
          lambda: counter(fd, "update_req_out") > before)
    equal("one and no more", counter(fd, "update_req_out"), before + 1)
    until("the new source is used when the peer knows it",
          pair_is(fd, a2, b1))
    forget(fd)


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
    forks = Forks(fd)
    refused(f"{kind}, nobody: PEER_SEND", as_nobody(
        set_, own, api.PEER_SEND, api.locator(b2)), api.EUNVERIFIEDLOCATOR)
    until(f"{kind}, nobody: a fork has the pair, the shared context keeps its"
          " own", lambda: two_contexts(fd, (a1, b1), (a1, b2)))
    equal(f"{kind}, nobody: PEER_SEND of the one",
          api.unpack(get(own, api.PEER_SEND, 32))[0], b2)
    equal(f"{kind}, nobody: PEER_SEND of the other",
          get(other, api.PEER_SEND, 32), api.NONE)
    # The other one first: what TCP says to an answer is not counted on
    before = sent(fd, True)
    other.send(b"x" * 10)
    equal(f"{kind}, nobody: the fork does not carry the other's",
          sent(fd, True), before)
    own.send(b"x" * 10)
    result(sent(fd, True) > before, f"{kind}, nobody: the fork carries it")
    equal(f"{kind}, nobody: the shared context carries none",
          sent(fd, False), 0)
    refused(f"{kind}, nobody: APP_TIMEOUT of the fork",
            as_nobody(set_, own, api.APP_TIMEOUT, 5), 0)
    equal(f"{kind}, nobody: APP_TIMEOUT of the one and the other",
          [get(sock, api.APP_TIMEOUT) for sock in socks], [5, 0])
    equal(f"{kind}, nobody: two contexts", len(contexts(fd)), 2)
    equal(f"{kind}, nobody: one fork", forks.look(), 1)
    own.close()
    until(f"{kind}, nobody: the fork goes with its socket", forks.gone, 5,
          forks.seen)
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
    forks = Forks(fd)
    for what, leave in (
            ("another port", lambda: sock.connect((b1, port + 1))),
            ("no peer", lambda: disconnect(sock))):
        sock.connect((b1, port))
        refused(f"one flow, nobody: APP_TIMEOUT before {what}",
                as_nobody(set_, sock, api.APP_TIMEOUT, 5), 0)
        equal(f"one flow: a fork before {what}", forks.look(), 1)
        leave()
        until(f"{what}: the fork goes though nobody looks", forks.gone, 3,
              forks.seen)
        forks.begin()
    sock.connect((b1, port))
    as_nobody(set_, sock, api.APP_TIMEOUT, 5)
    equal("one flow: a fork", forks.look(), 1)
    sock.connect((b1, port + 1))
    equal("another port: its APP_TIMEOUT", get(sock, api.APP_TIMEOUT), 0)
    equal("another port: the fork goes when somebody looks", forks.gone(),
          True)
    forks.begin()
    refused("another port, nobody: APP_TIMEOUT",
            as_nobody(set_, sock, api.APP_TIMEOUT, 7), 0)
    equal("another port: a fork of its own", forks.look(), 1)
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
