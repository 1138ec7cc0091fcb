# SPDX-License-Identifier: GPL-2.0
"""ICMPv6 errors about packets of the host (RFC 5533 8)."""

import errno
import socket
import struct

from peer import codec
from peer.codec import EXPLORING
from peer.play import Failed, script
from peer.world import icmpv6

ROUTER = "2001:db8:c9::1"
UNREACHABLE, TOO_BIG, TIME_EXCEEDED, PARAM_PROBLEM = 1, 2, 3, 4
IPV6_MTU_DISCOVER, IPV6_MTU, IPV6_RECVERR = 23, 24, 25
EXTENDED_ERROR = struct.Struct("=IBBBBII")


def switched(p, who=None):
    """A session on other locators, and a tagged datagram of it."""
    who = who or p.proof()
    session = p.establish(p.open(ulid=who.addresses[0]), p.list_options(who))
    p.switch(session, remote=who.addresses[1])
    sock = p.udp_socket(session)
    sock.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVERR, 1)
    sock.setsockopt(socket.IPPROTO_IPV6, IPV6_MTU_DISCOVER, 2)
    p.datagram(session, b"quoted")
    return session, sock, p.expect("payload", source=p.host.other)


def report(p, packet, kind, code, word=0, cut=None, source=ROUTER,
           change=None):
    """An error about a packet of the host, from somewhere on its way."""
    quoted = bytearray(packet.data[:cut])
    for at, value in (change or {}).items():
        quoted[at] = value
    p.send(icmpv6(source, packet.source, kind, code, word, bytes(quoted)),
           source, packet.source, proto=58)


def queued(sock):
    """(errno, type, code, info, the datagram quoted, its destination)."""
    sock.settimeout(0)
    try:
        data, ancillary, _, address = sock.recvmsg(
            2048, 512, socket.MSG_ERRQUEUE | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return None
    for level, kind, content in ancillary:
        if (level, kind) == (socket.IPPROTO_IPV6, IPV6_RECVERR):
            number, _, what, code, _, info, _ = EXTENDED_ERROR.unpack_from(
                content)
            return number, what, code, info, data, address[:2]
    raise Failed("an error without its reason")


@script("5533-8-1", "5533-8-4", "5533-8-6", "5533-8-7")
def port_unreachable_goes_up(p):
    """The socket hears of its own datagram, with its own addresses."""
    session, sock, packet = switched(p)
    report(p, packet, UNREACHABLE, 4)
    p.silence()
    p.same("error", queued(sock), (errno.ECONNREFUSED, UNREACHABLE, 4, 0,
                                   b"quoted", (session.ulid, 6000)))
    p.counted(icmp_translated=1)


@script("5533-8-8", "5533-8-4", "5533-15.4-2")
def too_big_goes_up(p):
    """Eight octets less than the router said. Its way is remembered, so it
    is one that no other script uses."""
    session, sock, packet = switched(p, p.proof("far", (
        "2001:db8:b8::/64", "2001:db8:b9::/64")))
    report(p, packet, TOO_BIG, 0, 1400)
    p.silence()
    p.same("error", queued(sock), (errno.EMSGSIZE, TOO_BIG, 0, 1392,
                                   b"quoted", (session.ulid, 6000)))
    p.same("path MTU of the socket",
           sock.getsockopt(socket.IPPROTO_IPV6, IPV6_MTU), 1392)
    p.counted(icmp_translated=1)


def acted(name, kind, code, pointer=0):
    def run(p):
        _, sock, packet = switched(p)
        report(p, packet, kind, code, pointer)
        p.expect_probe(EXPLORING, source=packet.source,
                       destination=packet.destination)
        p.same("error at the socket", queued(sock), None)
        p.context(loc_local=packet.source, switches=1)
        p.counted(explorations=2, icmp_translated=0)
    run.__name__ = name
    run.__doc__ = "Shim6 looks at the pair; the upper layer is not bothered."
    script("5533-8-3", "5533-8-1")(run)


acted("no_route_is_acted_on", UNREACHABLE, 0)
acted("prohibited_is_acted_on", UNREACHABLE, 1)
acted("beyond_scope_is_acted_on", UNREACHABLE, 2)
acted("address_unreachable_is_acted_on", UNREACHABLE, 3)
acted("ingress_filter_is_acted_on", UNREACHABLE, 5)
acted("reject_route_is_acted_on", UNREACHABLE, 6)
acted("hop_limit_is_acted_on", TIME_EXCEEDED, 0)
acted("problem_with_our_header_is_acted_on", PARAM_PROBLEM, 0, 41)


# From a peer that has no Shim6 any more: the octet that leads to our header
acted("unknown_next_header_is_acted_on", PARAM_PROBLEM, 1, 6)


@script("5533-8-2")
def everything_goes_up_if_wished(p):
    """With icmp_always the socket hears it too."""
    p.host.param("icmp_always", 1)
    session, sock, packet = switched(p)
    report(p, packet, UNREACHABLE, 0)
    p.expect_probe(EXPLORING)
    p.same("error", queued(sock), (errno.ENETUNREACH, UNREACHABLE, 0, 0,
                                   b"quoted", (session.ulid, 6000)))
    p.counted(icmp_translated=1)


@script("5533-8-4", "5533-8-6")
def problem_with_another_field_goes_up(p):
    """The pointer is that of the packet without our header."""
    session, sock, packet = switched(p)
    report(p, packet, PARAM_PROBLEM, 0, 40 + 8 + 4)
    p.silence()
    p.same("error", queued(sock), (errno.EPROTO, PARAM_PROBLEM, 0, 44,
                                   b"quoted", (session.ulid, 6000)))
    p.counted(icmp_translated=1)


@script("5533-8-4", "5533-8-6", "5533-4.6-1")
def quote_with_a_header_in_front_of_ours(p):
    """The socket hears of its datagram behind a Hop-by-Hop header, which is
    the first thing quoted."""
    session, sock, _ = switched(p)
    sock.setsockopt(socket.IPPROTO_IPV6, 54, bytes([0]) + b"\0\1\4" +
                    bytes(4))
    p.datagram(session, b"quoted")
    packet = p.next(0.1)
    p.same("first header", packet.proto, 0)
    report(p, packet, UNREACHABLE, 4)
    p.silence()
    p.same("error", queued(sock), (errno.ECONNREFUSED, UNREACHABLE, 4, 0,
                                   b"quoted", (session.ulid, 6000)))
    p.counted(icmp_translated=1)


@script("5533-15.4-2")
def prober_sends_what_the_device_takes(p):
    """IPV6_PMTUDISC_PROBE: what routers said of the path does not bind it,
    what our header takes does."""
    session, sock, packet = switched(p, p.proof("probed", (
        "2001:db8:ba::/64", "2001:db8:bb::/64")))
    report(p, packet, TOO_BIG, 0, 1400)
    p.silence()
    p.same("error", queued(sock)[:4], (errno.EMSGSIZE, TOO_BIG, 0, 1392))
    sock.setsockopt(socket.IPPROTO_IPV6, IPV6_MTU_DISCOVER, 3)
    largest = bytes(1500 - 40 - 8 - 8)
    p.datagram(session, largest)
    p.same("octets", len(p.expect("payload").data), 1500)
    try:
        p.datagram(session, largest + b"x")
        p.true("refused", False)
    except OSError as error:
        p.same("errno", error.errno, errno.EMSGSIZE)
    p.silence()
    p.counted(icmp_translated=1, payload_out=2, tx_drop_too_big=1)


@script("5533-8-5")
def untagged_quote_is_left_alone(p):
    """About a datagram on the ULID pair: as without us."""
    session = p.establish()
    sock = p.udp_socket(session)
    sock.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVERR, 1)
    p.datagram(session, b"plain")
    packet = p.expect("proto 17")
    report(p, packet, UNREACHABLE, 4)
    p.silence()
    p.same("error", queued(sock), (errno.ECONNREFUSED, UNREACHABLE, 4, 0,
                                   b"plain", (session.ulid, 6000)))
    p.counted(icmp_translated=0)


@script("5533-8-7", "5534-8-1")
def quote_with_a_wrong_tag(p):
    """Who does not know the tag has seen no packet of ours."""
    _, sock, packet = switched(p)
    last = packet.data[47]
    report(p, packet, UNREACHABLE, 0, change={47: last ^ 1})
    report(p, packet, UNREACHABLE, 4, change={47: last ^ 1})
    p.silence()
    p.same("error at the socket", queued(sock), None)
    p.counted(icmp_unmatched=2)


@script("5533-8-7", "5534-8-1")
def quote_with_foreign_locators(p):
    """Nor has who quotes another destination."""
    _, sock, packet = switched(p)
    report(p, packet, UNREACHABLE, 4, change={39: packet.data[39] ^ 1})
    p.silence()
    p.same("error at the socket", queued(sock), None)
    p.counted(icmp_unmatched=1)


@script("5533-8-6", "5533-12.3-1")
def quotes_cut_at_each_length(p):
    """However little is quoted: nothing is read that is not there."""
    _, sock, packet = switched(p)
    for cut in range(0, len(packet.data)):
        report(p, packet, UNREACHABLE, 4, cut=cut)
    while p.next(0.02):
        pass
    while queued(sock):
        pass
    p.context(state="established")
    p.counted(tx_drop_nomem=0)


@script("5533-8-6")
def quote_with_extensions(p):
    """RFC 4884: the length of the quoted packet is in the message, objects
    follow. Eight octets less are told, the objects stay."""
    session, sock, packet = switched(p)
    objects = struct.pack("!BBHHBB", 0x20, 0, 0, 8, 1, 1) + b"labl"
    quoted = packet.data + bytes(128 - len(packet.data))
    p.send(icmpv6(ROUTER, packet.source, UNREACHABLE, 4, 16 << 24,
                  quoted + objects), ROUTER, packet.source, proto=58)
    p.silence()
    got = queued(sock)
    p.true("an error", got)
    p.same("reason", got[:3], (errno.ECONNREFUSED, UNREACHABLE, 4))
    p.true("its datagram first", got[4].startswith(b"quoted"))
    p.counted(icmp_translated=1)


@script("5534-3.3-3", "6629-4-2")
def hints_are_not_taken_too_often(p):
    """A second error within the Send Timeout does not start all over."""
    session, _, packet = switched(p)
    report(p, packet, UNREACHABLE, 0)
    asked = p.expect_probe(EXPLORING)
    p.answer(session, asked)
    p.expect_probe(codec.OPERATIONAL)
    p.keepalive(session, packet.destination, packet.source)
    report(p, packet, UNREACHABLE, 0)
    p.silence(1)
    p.counted(explorations=2)


@script("5533-8-3", "5533-8-7")
def error_about_a_probe(p):
    """Types 64 to 67 carry the peer's tag: found by it."""
    session = p.establish()
    p.switch(session)
    p.datagram(session)
    p.expect("payload")
    probe = p.expect_probe(EXPLORING, 17)
    report(p, probe, UNREACHABLE, 0)
    p.silence(0.3)
    p.counted(icmp_unmatched=0)
