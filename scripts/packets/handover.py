# SPDX-License-Identifier: GPL-2.0
"""Which packets of a context have a class of service, and which rule they
meet."""

import ipaddress
import struct

import abi_qos
import wire
from peer import world
from peer.play import script

UDP, FRAGMENT, ICMPV6, NO_NEXT, DEST = 17, 44, 58, 59, 60
SOLICIT = 135


def met(p):
    """{pref: packets}"""
    return {r["pref"]: r["packets"]
            for r in abi_qos.found(p.host.fd, "QOS_RULE_LIST")}


def in_two(data, proto=UDP, at=1024):
    """The fragments of a datagram."""
    return [struct.pack("!BBHI", proto, 0, off | more, 77) + part
            for off, more, part in ((0, 1, data[:at]), (at, 0, data[at:]))]


@script()
def fragments_are_of_their_protocol(p):
    """Every one meets a rule on the protocol, only the first one on ports; on
    the pair of ULIDs and with a tag."""
    session = p.establish()
    p.host.service(
        "class add one id 1", "class add two id 2",
        "link add one id 1 prefix 2001:db8:a1::/64",
        "link add two id 2 prefix 2001:db8:a2::/64",
        "rule add 10 class one proto udp lport 5000 dir in",
        "rule add 20 class two proto udp dir in",
        "rule add 30 class two dir in")
    p.udp_socket(session)
    content = bytes(2000)
    data = world.udp(session.ulid, session.host, 6000, 5000, content)
    for piece in in_two(data):
        p.send(piece, session.ulid, session.host, proto=FRAGMENT)
    p.arrives(content)
    p.same("untagged", met(p), {10: 1, 20: 1, 30: 0})
    for piece in in_two(data):
        p.tagged(session, data=piece, proto=FRAGMENT)
    p.arrives(content)
    p.same("tagged", met(p), {10: 2, 20: 2, 30: 0})
    p.counted(payload_in=2)


@script()
def no_link_to_oneself(p):
    """What a host sends to itself neither leaves nor comes by a link."""
    p.host.service("class add all id 1 dscp ef in-dscp set",
                   "link add one id 1 prefix 2001:db8:a1::/64",
                   "rule add 10 class all")
    ear = p.host.socket(world.socket.SOCK_DGRAM, p.host.ulid, 7000)
    p.sockets.append(ear)
    ear.sendto(b"to myself", (p.host.ulid, 7000))
    p.same("datagram", ear.recv(100), b"to myself")
    p.same("rule", met(p), {10: 0})
    p.same("traffic", [t for t in abi_qos.found(p.host.fd, "QOS_TRAFFIC_LIST")
                       if t["link"] == 1 and t["klass"] == 1], [])
    p.counted()


def adverts(p):
    """Neighbour Advertisements that the host has sent."""
    return [int(line[1]) for line in p.host.file("../snmp6")
            if line[0] == "Icmp6OutNeighborAdvertisements"][0]


@script("5533-4.1-1")
def discovery_has_no_class(p):
    """Neighbour Discovery runs below the shim (B-29): with a context, too, no
    rule is asked, and no mark leads an answer elsewhere."""
    session = p.establish()
    p.host.service(
        "class add all id 1 mark 1/1",
        "link add one id 1 prefix 2001:db8:a1::/64",
        "rule add 10 class all")
    before = adverts(p)
    option = b"\1\1" + world.mac(world.PEER_MAC % "1")
    data = world.icmpv6(session.ulid, session.host, SOLICIT, 0, 0,
                        ipaddress.ip_address(session.host).packed + option)
    packet = bytearray(wire.header(session.ulid, session.host, ICMPV6,
                                   len(data)) + data)
    packet[7] = 255
    p.raw(bytes(packet))
    p.silence()
    p.same("answered", adverts(p) - before, 1)
    p.same("rule", met(p), {10: 0})
    p.counted()


@script()
def no_fork_for_what_has_no_flow(p):
    """A rule may want its flows forked: a packet whose protocol cannot be seen,
    or a later fragment, is of none that a fork could be found by."""
    session = p.establish()
    p.host.service("class add all id 1",
                   "link add one id 1 prefix 2001:db8:a1::/64",
                   "link add two id 2 prefix 2001:db8:a2::/64",
                   "rule add 10 class all path fork link two")
    later = struct.pack("!BBHI", DEST, 0, 1024, 77) + bytes(16)
    for proto, data in ((NO_NEXT, b""), (FRAGMENT, later)):
        p.host.emit(wire.header(session.host, session.ulid, proto,
                                len(data)) + data, session.ulid)
        p.expect(f"proto {proto}")
        p.silence()
    p.same("rule", met(p), {10: 2})
    p.datagram(session)
    p.expect("proto 17")
    p.expect("I1")
    p.counted(i1_out=1, forked=1)
