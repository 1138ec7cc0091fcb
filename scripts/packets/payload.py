# SPDX-License-Identifier: GPL-2.0
"""Payload: rewriting, tagging, restoring (RFC 5533 4.6, 5.2, 11, 12)."""

import errno
import socket
import struct

import wire
from peer import codec
from peer.play import script
from peer.world import udp, upper_sum

STRANGER = "2001:db8:c1::1"
UDP, HOP, ROUTING, FRAGMENT, DEST = 17, 0, 43, 44, 60
# A header of eight octets that says nothing: Next Header is put in front
PADN = b"\0\1\4\0\0\0\0"


def header(following):
    return bytes([following]) + PADN


def routing(following, left):
    """Type 2 has an address behind it; type 253 is for experiments."""
    return bytes([following, 0, 253, left, 0, 0, 0, 0])


def good_sum(source, destination, data):
    return upper_sum(source, destination, UDP, data[:6] + b"\0\0" +
                     data[8:]) == struct.unpack_from("!H", data, 6)[0]


# --- the host sends

@script("5533-1.6-2", "5533-4-3", "5533-11-2", "5533-1.3-1")
def nothing_is_added_before_a_switch(p):
    """On the ULID pair a datagram is what it always was."""
    session = p.establish()
    p.datagram(session, b"plain")
    packet = p.expect("proto 17", source=session.host,
                      destination=session.ulid)
    p.same("content", packet.payload[8:], b"plain")
    p.counted(payload_out=0)


@script("5533-1.1-1", "5533-11-1", "5533-13-1")
def nothing_is_added_without_a_context(p):
    """The first packets of a session go out at once, and nothing else."""
    session = p.open()
    p.datagram(session, b"first")
    p.expect("proto 17", source=session.host, destination=session.ulid)
    p.silence(5)
    p.contexts(0)
    p.counted(i1_out=0)


def counted_from_now(p):
    """A peer whose packets no other script has counted. What counts them is
    there since a first packet to anybody."""
    sock = p.host.socket(socket.SOCK_DGRAM, p.host.ulid, 5400)
    sock.sendto(b"to anybody", (STRANGER, 6400))
    sock.close()
    p.expect("proto 17")
    p.silence()
    return p.open(ulid=p.proof(p.name).addresses[0])


@script("5533-4-1", "5533-15.3-1", "6629-2-1")
def fifty_packets_start_a_context(p):
    session = counted_from_now(p)
    for _ in range(49):
        p.datagram(session)
        p.expect("proto 17")
    p.silence()
    p.datagram(session)
    kinds = {p.next(0.1).kind(), p.next(0.1).kind()}
    p.same("the fiftieth and I1", kinds, {"proto 17", "I1"})
    p.counted(i1_out=1, triggered=1)


@script("5533-11.1-1", "5533-5.2-1", "5533-4-4", "5533-11.1-2",
        "5533-1.6-3", "5533-11.1-4")
def switched_payload_is_tagged(p):
    """Both addresses changed, eight octets more, the upper layer's checksum
    over the ULIDs."""
    session = p.establish()
    p.switch(session)
    p.datagram(session, b"switched")
    packet = p.expect("payload", source=p.host.other,
                      destination=p.proof().addresses[1], tag=session.tag)
    p.same("header", packet.payload[:2], bytes([UDP, 0]))
    inner = packet.payload[8:]
    p.same("content", inner[8:], b"switched")
    p.true("checksum over the ULIDs",
           good_sum(session.host, session.ulid, inner))
    p.true("not over the locators",
           not good_sum(packet.source, packet.destination, inner))
    p.counted(payload_out=1)


@script("5533-5.2-2")
def one_address_changed_is_enough(p):
    """Tagged when only the source differs, and when only the destination."""
    session = p.establish()
    p.switch(session, p.host.other, session.ulid)
    p.datagram(session)
    p.expect("payload", source=p.host.other, destination=session.ulid)
    other = p.proof().addresses[1]
    p.switch(session, session.host, other)
    p.datagram(session)
    p.expect("payload", source=session.host, destination=other)
    p.counted(payload_out=2)


@script("5533-15.4-3")
def class_and_flow_label_stay(p):
    """Before and after a switch the same twenty-eight bits, hops too."""
    session = p.establish()
    sock = p.udp_socket(session)
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_TCLASS, 0xb9)
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, 33)
    sock.setsockopt(socket.IPPROTO_IPV6, 70, 1)     # IPV6_AUTOFLOWLABEL
    p.datagram(session)
    before = p.expect("proto 17", tclass=0xb9, hops=33)
    p.switch(session)
    p.datagram(session)
    after = p.expect("payload", tclass=0xb9, hops=33)
    p.true("a flow label", before.flow)
    p.same("flow label", after.flow, before.flow)
    p.counted(payload_out=1)


@script("5533-1.4-1")
def multicast_is_left_alone(p):
    session = p.establish()
    p.switch(session)
    sock = p.host.socket(socket.SOCK_DGRAM, session.host, 5100)
    with_index = struct.pack("=I", 0)
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, with_index)
    sock.sendto(b"all", ("ff0e::1:2", 6100))
    p.expect("proto 17", source=session.host, destination="ff0e::1:2")
    sock.close()
    p.counted(payload_out=0)


def sent_with(p, session, option, value):
    """A datagram with an extension header of the host's own."""
    sock = p.udp_socket(session, 5200)
    sock.setsockopt(socket.IPPROTO_IPV6, option, value)
    sock.send(b"behind headers")
    sock.setsockopt(socket.IPPROTO_IPV6, option, b"")
    return p.next(0.1)


@script("5533-4.6-1", "5533-11.1-3", "5533-11.1-4")
def header_behind_hop_by_hop(p):
    """IPV6_HOPOPTS: our header comes behind it."""
    session = p.establish()
    p.switch(session)
    packet = sent_with(p, session, 54, header(0))
    p.same("first", packet.proto, HOP)
    p.same("then ours", packet.payload[0], wire.PROTO)
    p.same("then UDP", packet.payload[8], UDP)
    p.counted(payload_out=1)


@script("5533-4.6-1", "5533-11.1-3")
def header_before_destination_options(p):
    """IPV6_DSTOPTS: our header comes in front of them."""
    session = p.establish()
    p.switch(session)
    packet = sent_with(p, session, 59, header(0))
    p.same("first ours", packet.proto, wire.PROTO)
    p.same("then theirs", packet.payload[0], DEST)
    p.same("then UDP", packet.payload[8], UDP)
    p.counted(payload_out=1)


@script("5533-1.6-1", "5533-4.6-1")
def header_before_fragments(p):
    """A datagram that does not fit: each fragment has our header first."""
    session = p.establish()
    p.switch(session)
    content = bytes(range(250)) * 12
    p.datagram(session, content)
    data, more = b"", 1
    while more:
        packet = p.expect("payload", source=p.host.other)
        p.same("behind ours", packet.payload[0], FRAGMENT)
        fragment = packet.payload[8:]
        offset, = struct.unpack_from("!H", fragment, 2)
        p.same("offset", offset & ~7, len(data))
        p.true("fits", len(packet.data) <= 1500)
        data += fragment[8:]
        more = offset & 1
    p.same("content", data[8:], content)
    p.true("checksum over the ULIDs",
           good_sum(session.host, session.ulid, data))
    p.counted(tx_fragmented=1)


@script("5533-15.4-2")
def eight_octets_less_fit(p):
    """The largest datagram that is not cut is eight octets shorter."""
    session = p.establish()
    p.switch(session)
    p.datagram(session, bytes(1500 - 40 - 8 - 8))
    packet = p.expect("payload")
    p.same("behind ours", packet.payload[0], UDP)
    p.same("octets", len(packet.data), 1500)
    p.datagram(session, bytes(1500 - 40 - 8 - 7))
    p.same("behind ours", p.expect("payload").payload[0], FRAGMENT)
    p.same("behind ours", p.expect("payload").payload[0], FRAGMENT)
    p.counted(payload_out=3)


@script("5533-9-1")
def traffic_keeps_a_context(p):
    """Untagged datagrams every four minutes: it is still there."""
    p.host.param("send_timeout", 100000)
    session = p.establish()
    for _ in range(4):
        p.untagged(session)
        p.silence(240, ("Keepalive",))
    p.contexts(1)
    p.counted(context_killed=0, context_created=1, context_established=1)


@script("5533-11.1-3")
def way_left_is_not_ours(p):
    """A Routing header with a segment left: the destination is not a ULID yet,
    and the packet leaves as it is."""
    session = p.establish()
    p.switch(session)
    data = routing(UDP, 1) + udp(session.host, session.ulid, 5300, 6300, b"way")
    packet = wire.header(session.host, session.ulid, ROUTING, len(data)) + data
    p.host.emit(packet, session.ulid)
    p.same("octets", p.expect("proto 43").data, packet)
    p.counted(payload_out=0, tx_bypass_routing=1)


@script("5533-4.6-1")
def broken_header_chain(p):
    """Headers that end beyond the packet: our place is not to be found, and
    who sends it hears of that. On the ULID pair it is nobody's business."""
    session = p.establish()
    data = bytes([UDP, 200]) + bytes(30)
    packet = wire.header(session.host, session.ulid, DEST, len(data)) + data
    p.host.emit(packet, session.ulid)
    p.expect("proto 60")
    p.switch(session)
    try:
        p.host.emit(packet, session.ulid)
        p.true("refused", False)
    except OSError as error:
        p.same("errno", error.errno, errno.EINVAL)
    p.silence()
    p.counted(payload_out=0, tx_drop_header=1)


@script("5533-15.3-1")
def silent_pair_begins_anew(p):
    """Packets count towards a context while an idle one would live."""
    p.host.param("idle_timeout", 60000)
    session = counted_from_now(p)
    for wait in (70, 0):
        for _ in range(30):
            p.datagram(session)
            p.expect("proto 17")
        p.silence(wait)
    p.contexts(0)
    for _ in range(19):
        p.datagram(session)
        p.expect("proto 17")
    p.silence()
    p.counted(i1_out=0, triggered=0)


# --- the host receives

@script("5533-12.2-3", "5533-12.2-4", "5533-1.6-3")
def tagged_payload_is_restored(p):
    """The upper layer sees the ULIDs."""
    session = p.establish()
    sock = p.udp_socket(session)
    p.tagged(session)
    content, source = sock.recvfrom(100)
    p.same("content", content, b"from the peer")
    p.same("source", source[0], session.ulid)
    p.counted(payload_in=1)


@script("5533-12.2-1")
def tag_alone_decides(p):
    """Whatever the addresses, on either of ours (B-2)."""
    session = p.establish()
    p.udp_socket(session)
    for n, (source, destination) in enumerate((
            (STRANGER, session.host), (session.ulid, p.host.other),
            (STRANGER, p.host.stray))):
        content = f"way {n}".encode()
        p.tagged(session, content, source, destination,
                 link="2" if destination == p.host.other else "1")
        p.arrives(content)
    p.counted(payload_in=3)


@script("5533-4.2-2", "5533-5.2-2")
def tagged_on_the_ulid_pair(p):
    """Allowed, and restored (A-42)."""
    session = p.establish()
    p.udp_socket(session)
    p.tagged(session, source=session.ulid, destination=session.host)
    p.arrives()
    p.counted(payload_in=1)


@script("5533-12.2-2", "5533-7.17-1", "5533-4.1-3")
def unknown_tag(p):
    """R1bis to where it came from."""
    session = p.establish()
    session.host_tag ^= 32
    p.tagged(session, source=STRANGER)
    r1bis = p.expect("R1bis", tag=session.host_tag, source=p.host.other,
                     destination=STRANGER).shim
    p.same("reserved", (r1bis.code, r1bis.r), (0, 0))
    p.same("options", sorted(r1bis.options), [codec.VALIDATOR])
    p.counted(rx_drop_payload_tag=1, r1bis_out=1)


@script("5533-12.2-3")
def payload_in_i1_sent(p):
    session = p.await_i1()
    p.udp_socket(session)
    p.tagged(session)
    p.silence()
    p.counted(rx_drop_payload_state=1)


@script("5533-12.2-3")
def payload_in_i2_sent(p):
    """Delivered, and the I2 goes out again."""
    session = p.await_i2()
    p.udp_socket(session)
    p.tagged(session)
    p.expect("I2", init=session.i2.init)
    p.arrives()
    p.counted(payload_in=1)


@script("5533-12.2-4", "5533-4.6-1")
def inner_headers_in_any_order(p):
    """Behind ours: Destination Options, Fragments, both; in front of ours:
    Hop-by-Hop, a Routing header that has no way left, Destination Options."""
    session = p.establish()
    p.udp_socket(session)

    def data(content):
        return udp(session.ulid, session.host, 6000, 5000, content)

    p.tagged(session, data=header(UDP) + data(b"one"), proto=DEST)
    p.arrives(b"one")
    fragment = struct.pack("!BBHI", UDP, 0, 0, 7)
    p.tagged(session, data=fragment + data(b"two"), proto=FRAGMENT)
    p.arrives(b"two")
    p.tagged(session, data=struct.pack("!BBHI", DEST, 0, 0, 8) +
             header(UDP) + data(b"three"), proto=FRAGMENT)
    p.arrives(b"three")
    p.tagged(session, data=data(b"four"), between=header(wire.PROTO),
             first=HOP)
    p.arrives(b"four")
    p.tagged(session, data=data(b"five"), between=routing(wire.PROTO, 0),
             first=ROUTING)
    p.arrives(b"five")
    p.tagged(session, data=data(b"six"), first=HOP, between=header(DEST) +
             header(ROUTING) + routing(wire.PROTO, 0))
    p.arrives(b"six")
    p.counted(payload_in=6)


@script("5533-12.2-4", "5533-1.6-1")
def fragments_are_put_together(p):
    """In two pieces, the last one first."""
    session = p.establish()
    p.udp_socket(session)
    content = bytes(range(256)) * 8
    data = udp(session.ulid, session.host, 6000, 5000, content)
    first = struct.pack("!BBHI", UDP, 0, 1, 99) + data[:1024]
    last = struct.pack("!BBHI", UDP, 0, 1024, 99) + data[1024:]
    p.tagged(session, data=last, proto=FRAGMENT)
    p.tagged(session, data=first, proto=FRAGMENT)
    p.arrives(content)
    p.counted(payload_in=2)


@script("5533-12.2-4")
def fragment_in_front_of_ours(p):
    """Not as RFC 5533 wants it, but put together and restored all the same
    or dropped: never delivered with locators."""
    session = p.establish()
    sock = p.udp_socket(session)
    sock.settimeout(0.1)
    data = wire.payload_header(UDP, session.host_tag) + \
        udp(session.ulid, session.host, 6000, 5000, b"whole")
    p.send(data, p.proof().addresses[1], p.host.other,
           between=struct.pack("!BBHI", wire.PROTO, 0, 0, 5), first=FRAGMENT)
    p.silence()
    p.counted(rx_drop_payload_state=1)


@script("5533-5.2-1", "5533-12.3-1")
def header_that_is_too_long(p):
    """Length 1: no header of ours."""
    session = p.establish()
    p.udp_socket(session)
    p.send(bytes([UDP, 1]) + codec.tag48(codec.P_BIT | session.host_tag) +
           bytes(16), session.ulid)
    p.silence()
    p.counted(rx_bad_payload_hdr=1)


@script("5533-5.2-1")
def header_within_a_header(p):
    """One header a packet (B-40)."""
    session = p.establish()
    p.tagged(session, data=wire.payload_header(UDP, session.host_tag) +
             bytes(16), proto=wire.PROTO)
    p.silence()
    p.counted(rx_bad_payload_hdr=1)


@script("5533-12.2-1")
def routing_header_with_a_way_left(p):
    """It is for another node first: not restored here (A-43)."""
    session = p.establish()
    p.udp_socket(session)
    p.tagged(session, between=routing(wire.PROTO, 1), first=ROUTING)
    packet = p.next(0.1)
    p.true("nothing but a refusal by the stack",
           packet is None or packet.proto == 58)
    p.counted(payload_in=0)


@script("5533-11.1-2")
def wrong_checksum_is_not_delivered(p):
    """One that was computed over the locators."""
    session = p.establish()
    sock = p.udp_socket(session)
    sock.settimeout(0.1)
    a, b = p.proof().addresses
    p.tagged(session, data=udp(b, p.host.other, 6000, 5000, b"wrong"))
    try:
        sock.recv(10)
        p.true("dropped", False)
    except TimeoutError:
        pass
    p.counted(payload_in=1)


@script("5533-4.2-2", "5533-7.7-3")
def forked_context_receives(p):
    """Its tag restores the same ULIDs; what we send does not use it."""
    p.establish()
    fork = p.establish(p.open(), extra=(codec.fii(77),))
    p.udp_socket(fork)
    p.tagged(fork)
    p.arrives()
    p.datagram(fork)
    p.expect("proto 17", source=fork.host, destination=fork.ulid)
    p.counted(payload_in=1, payload_out=0)
