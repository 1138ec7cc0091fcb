# SPDX-License-Identifier: GPL-2.0
"""REAP: failure detection (RFC 5534 4.1, 6.1 to 6.6)."""

from peer import codec
from peer.codec import EXPLORING
from peer.play import script

STRANGER = "2001:db8:c1::1"


@script("5534-4.1-13", "5533-9-2", "5533-4-6")
def idle_context_is_silent(p):
    """Nothing at all is sent, and after five minutes the context goes."""
    p.establish()
    p.silence(290)
    p.contexts(1)
    p.silence(310)
    p.contexts(0)
    p.counted(context_killed=1, context_created=1, context_established=1,
              keepalive_out=0, probe_out=0)


@script("5533-9-3", "5533-12.1-1", "5534-4.1-5", "5534-4.1-7",
        "5534-6.1-1", "5534-4.1-3", "5534-6.1-4")
def keepalives_for_traffic_without_an_answer(p):
    """Every five seconds, a third of fifteen, and one at their end."""
    session = p.establish()
    p.untagged(session)
    start = p.now()
    for n in (1, 2, 3):
        packet = p.expect("Keepalive", 6, tag=session.tag)
        p.gap(f"keepalive {n}", start + 5 * (n - 1), 4.9, 5.2)
    p.same("reserved", (packet.shim.code, packet.shim.r,
                        packet.shim.reserved), (0, 0, 0))
    p.silence(60)
    p.counted(keepalive_out=3)


@script("5534-4.1-8", "5534-6.3-1", "5534-4.1-3")
def keepalives_by_the_peer_s_timeout(p):
    """Sixty seconds were announced: every twenty, three in all."""
    session = p.establish(options=p.list_options() + (codec.timeout(60),))
    p.untagged(session)
    start = p.now()
    for n in (1, 2, 3):
        p.expect("Keepalive", 21)
        p.gap(f"keepalive {n}", start + 20 * (n - 1), 19.9, 20.2)
    p.silence(100)
    p.counted(keepalive_out=3)


@script("5534-4.1-3")
def keepalive_interval_is_bounded(p):
    """A longer interval is cut to half of what the peer waits."""
    p.host.param("keepalive_interval", 50000)
    session = p.establish()
    p.untagged(session)
    start = p.now()
    p.expect("Keepalive", 8)
    p.gap("keepalive", start, 7.4, 7.7)
    p.expect("Keepalive", 8)
    p.silence(30)
    p.counted(keepalive_out=2)


@script("5534-4.1-9", "5534-6.2-1")
def own_traffic_makes_keepalives_needless(p):
    """Who sends owes none."""
    session = p.establish()
    for _ in range(5):
        p.untagged(session)
        p.datagram(session)
        p.expect("proto 17")
        p.silence(4)
    p.untagged(session)
    p.silence(4)
    p.expect("Keepalive", 2)
    p.counted(keepalive_out=1)


@script("5534-4.1-4", "5534-4.1-10", "5534-6.4-1", "5534-7-1",
        "5534-4.1-11")
def no_answer_starts_exploration(p):
    """Fifteen seconds after the first datagram without an answer, and up to
    5 % more."""
    session = p.establish()
    p.datagram(session)
    start = p.now()
    p.expect("proto 17")
    p.silence(7)
    p.datagram(session)
    p.expect("proto 17")
    p.expect_probe(EXPLORING, 9)
    p.gap("probe", start, 14.9, 15.9)
    p.counted(explorations=1)


@script("5534-4.1-11")
def send_timeout_is_spread(p):
    """Twenty contexts do not explore in step."""
    waits = []
    for _ in range(20):
        session = p.establish()
        p.datagram(session)
        p.expect("proto 17")
        start = p.now()
        waits.append(p.expect_probe(EXPLORING, 17).when - start)
        p.host.flush()
    p.true(f"between 15 and 15.75 s: {waits}",
           all(14.9 <= w <= 15.9 for w in waits))
    p.true(f"spread: {waits}", max(waits) - min(waits) > 0.2)
    p.counted(explorations=20)


@script("5534-4.1-6", "5534-6.6-1")
def keepalive_stops_the_send_timer(p):
    session = p.establish()
    p.datagram(session)
    p.expect("proto 17")
    p.silence(10)
    p.keepalive(session)
    p.silence(100)
    p.counted(keepalive_in=1, explorations=0)


@script("5534-6.1-1")
def payload_stops_the_send_timer(p):
    session = p.establish()
    p.datagram(session)
    p.expect("proto 17")
    p.silence(10)
    p.untagged(session)
    p.silence(4)
    p.silence(30, ("Keepalive",))
    p.counted(explorations=0)


@script("5534-6.1-3", "5534-4.1-12")
def control_messages_count_as_payload(p):
    """An Update Request is answered and owed keepalives for; an own one that
    has no answer starts exploration."""
    session = p.establish()
    p.send(codec.update(session.host_tag, 5), session.ulid)
    p.expect("UpdateAck")
    p.expect_probe(EXPLORING, 17)
    p.counted(update_ack_out=1, explorations=1)


@script("5534-5.1-1")
def keepalive_reserved_bits(p):
    session = p.establish()
    p.datagram(session)
    p.expect("proto 17")
    p.send(codec.keepalive(session.host_tag, r=1, code=0xfe,
                           reserved=0xffffffff), session.ulid)
    p.silence(60)
    p.counted(keepalive_in=1)


@script("5534-5.1-2", "5533-5.15-6")
def keepalive_with_an_option(p):
    """An option that is not critical is passed over."""
    session = p.establish()
    p.datagram(session)
    p.expect("proto 17")
    p.send(codec.keepalive(session.host_tag, codec.timeout(3)), session.ulid)
    p.silence(60)
    p.context(keepalive_timeout=15 * 10**9)
    p.counted(keepalive_in=1)


@script("5534-5.1-3", "5533-7.17-2", "5533-5.3-4")
def keepalive_with_an_unknown_tag(p):
    session = p.establish()
    p.send(codec.keepalive(session.host_tag ^ 8), session.ulid)
    p.expect("R1bis", tag=session.host_tag ^ 8)
    p.counted(rx_drop_no_context=1)


@script("5533-12.4-2", "5534-5.1-3")
def keepalive_from_elsewhere(p):
    session = p.establish()
    p.datagram(session)
    p.expect("proto 17")
    p.keepalive(session, STRANGER)
    p.expect("R1bis", destination=STRANGER)
    p.keepalive(session, session.ulid, p.host.stray)
    p.expect("R1bis", source=p.host.stray)
    p.expect_probe(EXPLORING, 17)
    p.counted(rx_drop_no_context=2)
