# SPDX-License-Identifier: GPL-2.0
"""REAP: exploration of locator pairs (RFC 5534 4.2, 4.3, 5, 6)."""

from peer import codec
from peer.codec import EXPLORING, INBOUND_OK, OPERATIONAL, record_fields
from peer.play import script
from peer.world import icmpv6

STRANGER = "2001:db8:c1::1"


@script("5534-4.3-2", "5534-4.3-3", "5534-4.3-4", "5534-4.3-1",
        "5534-3.5-1", "5534-7-1", "5533-14-1", "5534-3.3-2")
def exploration_tries_all_pairs(p):
    """One probe at a time, half a second apart four times, then twice as
    long each time up to a minute; all four pairs in turn."""
    p.host.param("idle_timeout", 86400000)
    session = p.establish()
    p.datagram(session)
    p.expect("proto 17")
    first = p.expect_probe(EXPLORING, 17)
    pairs = [(first.source, first.destination)]
    last = first
    for wait in (.5, .5, .5, .5, 1, 2, 4, 8, 16, 32, 60, 60, 60):
        probe = p.expect_probe(EXPLORING, wait + 1)
        p.gap("probe", last, wait * 0.99, wait * 1.02 + 0.02)
        pairs.append((probe.source, probe.destination))
        last = probe
    every = {(a, b) for a in p.host.addresses for b in p.proof().addresses}
    p.same("first four", set(pairs[:4]), every)
    p.same("next four", set(pairs[4:8]), every)
    p.true("the failed one is the last",
           pairs[3] == (session.host, session.ulid))
    p.counted(probe_out=14)


@script("5534-4.3-1", "5534-4.3-2")
def pair_without_a_route(p):
    """A probe that cannot leave costs no time: the next pair has its turn at
    once, so that each half a second sees a probe."""
    session = p.establish()
    with p.host.unroutable(p.proof().addresses[1]):
        p.datagram(session)
        p.expect("proto 17")
        last = p.expect_probe(EXPLORING, 17)
        sources = [last.source]
        for _ in range(3):
            probe = p.expect_probe(EXPLORING, 1, destination=session.ulid)
            p.gap("probe", last, 0.49, 0.53)
            sources.append(probe.source)
            last = probe
    p.same("sources", set(sources), set(p.host.addresses))
    p.counted(probe_out=4, tx_drop_route=4)


@script("5533-3-4", "5534-4.3-1")
def peer_with_one_locator(p):
    """Only our source can change, and does."""
    session = p.establish(p.open(ulid=STRANGER), options=())
    p.datagram(session)
    p.expect("proto 17")
    sources = [p.expect_probe(EXPLORING, 17, destination=STRANGER).source
               for _ in range(4)]
    p.same("sources", sources, [p.host.other, p.host.ulid] * 2)
    p.counted(explorations=1)


@script("5534-5.2-1", "5534-5.2-2", "5534-5.2-3", "5534-5.2-8",
        "5534-6.1-2")
def probe_fields(p):
    """Zeros where zeros belong; nonces that do not repeat; the records of
    those before follow."""
    session = p.establish()
    p.datagram(session)
    p.expect("proto 17")
    seen = []
    for _ in range(6):
        probe = p.expect_probe(EXPLORING, 17, tag=session.tag).shim
        p.same("reserved", (probe.code, probe.r, probe.reserved), (0, 0, 0))
        p.same("reports", probe.received, [])
        for rec in probe.sent[1:]:
            p.true("a record of one before", rec in seen)
        seen.append(probe.sent[0])
    nonces = {record_fields(rec)[2] for rec in seen}
    p.same("nonces that differ", len(nonces), 6)
    p.counted(probe_out=6)


@script("5534-6.7-1", "5534-5.2-4", "5534-5.2-5", "5534-5.2-10")
def probe_exploring_in_operational(p):
    """Answered by InboundOk on the way back, with the record as it came."""
    session = p.establish()
    a, b = p.proof().addresses
    rec = p.probe(session, EXPLORING, (), b, p.host.other, data=0xdeadbeef)
    probe = p.expect_probe(INBOUND_OK, source=p.host.other, destination=b)
    p.same("reports", probe.shim.received, [rec])
    p.context(reap=INBOUND_OK, loc_peer=a)
    p.counted(probe_in=1, probe_out=1)


@script("5534-6.8-1", "5534-6.9-1", "5534-6.9-2", "5534-3.3-1",
        "5533-7.2-3", "5533-4.4-1", "5533-16-2", "5534-4.2-1")
def three_probes_move_the_pair(p):
    """Exploring, InboundOk, Operational: payload moves with the last."""
    session = p.establish()
    a, b = p.proof().addresses
    p.probe(session, EXPLORING, (), b, p.host.other)
    asked = p.expect_probe(INBOUND_OK, source=p.host.other, destination=b)
    p.datagram(session)
    p.expect("proto 17", destination=a)
    p.answer(session, asked)
    p.expect_probe(OPERATIONAL, source=p.host.other, destination=b)
    p.datagram(session)
    p.expect("payload", source=p.host.other, destination=b)
    p.context(reap=OPERATIONAL, loc_local=p.host.other, loc_peer=b)
    p.counted(switches=1)


@script("5534-6.9-1")
def probe_operational_reports_too(p):
    """A node that hears Operational takes the pair from its reports (A-17)."""
    session = p.establish()
    b = p.proof().addresses[1]
    p.probe(session, EXPLORING, (), b, p.host.other)
    asked = p.expect_probe(INBOUND_OK, source=p.host.other, destination=b)
    p.answer(session, asked, OPERATIONAL)
    p.silence()
    p.context(reap=OPERATIONAL, loc_local=p.host.other, loc_peer=b)
    p.counted(switches=1)


@script("5534-6.9-1")
def probe_operational_is_not_answered(p):
    """Else two nodes would never end (A-18)."""
    session = p.establish()
    p.probe(session, OPERATIONAL)
    p.silence(4)
    p.silence(30, ("Keepalive",))
    p.context(reap=OPERATIONAL)
    p.counted(probe_in=1, probe_out=0)


@script("5534-6.8-1")
def probe_inbound_ok_without_a_report(p):
    """The pair stays what it is."""
    session = p.establish()
    p.probe(session, INBOUND_OK)
    p.expect_probe(OPERATIONAL, source=session.host, destination=session.ulid)
    p.context(loc_peer=session.ulid, switches=0)
    p.counted(probe_out=1)


@script("5534-5.2-8", "5533-4.4-1")
def report_of_a_probe_never_sent(p):
    """A nonce that nobody used proves nothing: no payload moves."""
    session = p.establish()
    b = p.proof().addresses[1]
    p.probe(session, INBOUND_OK, [codec.record(p.host.other, b, 12345)])
    p.expect_probe(OPERATIONAL, destination=session.ulid)
    p.context(loc_local=session.host, loc_peer=session.ulid)
    p.counted(probe_out=1)


@script("5533-7.2-2", "5533-7.2-3")
def report_of_a_foreign_locator(p):
    """Nor does one for an address that is not the peer's."""
    session = p.establish()
    p.datagram(session)
    p.expect("proto 17")
    asked = p.expect_probe(EXPLORING, 17)
    _, _, nonce, _ = record_fields(asked.shim.sent[0])
    p.probe(session, INBOUND_OK,
            [codec.record(asked.source, STRANGER, nonce)])
    p.next(0.2)
    p.true("payload stays", p.context()["loc_peer"] != STRANGER)
    p.counted(explorations=1)


@script("5534-6.1-1")
def payload_in_exploring(p):
    """The peer is heard: InboundOk, on and on until it hears us."""
    session = p.establish()
    p.datagram(session)
    p.expect("proto 17")
    p.expect_probe(EXPLORING, 17)
    p.untagged(session)
    p.expect_probe(INBOUND_OK)
    p.context(reap=INBOUND_OK)
    p.expect_probe(INBOUND_OK, 1)
    p.counted(explorations=1)


@script("5534-6.6-1")
def keepalive_in_exploring(p):
    session = p.establish()
    p.datagram(session)
    p.expect("proto 17")
    p.expect_probe(EXPLORING, 17)
    p.keepalive(session)
    p.expect_probe(INBOUND_OK)
    p.counted(explorations=1)


@script("5534-6.7-1", "5534-6.5-1", "5534-5.2-6")
def probe_exploring_in_exploring(p):
    """Both look: InboundOk with the report, repeated while nothing comes."""
    session = p.establish()
    p.datagram(session)
    p.expect("proto 17")
    p.expect_probe(EXPLORING, 17)
    rec = p.probe(session, EXPLORING)
    first = p.expect_probe(INBOUND_OK, source=session.host,
                           destination=session.ulid)
    p.same("reports", first.shim.received, [rec])
    again = p.expect_probe(INBOUND_OK, 1)
    p.same("reports", again.shim.received, [rec])
    p.counted(explorations=1)


@script("5534-6.5-1")
def inbound_ok_falls_back_to_exploring(p):
    """When the peer is not heard again for a Send Timeout."""
    p.host.param("send_timeout", 3000)
    session = p.establish()
    p.probe(session, EXPLORING)
    state = INBOUND_OK
    start = p.now()
    while state == INBOUND_OK:
        probe = p.expect("Probe", 3)
        state = probe.shim.state
    p.same("state", state, EXPLORING)
    p.gap("exploration", start, 2.9, 3.4)
    p.counted(probe_in=1)


@script("5534-6.9-1")
def probe_operational_in_exploring(p):
    """It reports a probe of ours: that pair works, and all is well."""
    session = p.establish()
    p.datagram(session)
    p.expect("proto 17")
    asked = p.expect_probe(EXPLORING, 17)
    p.answer(session, asked, OPERATIONAL)
    p.silence()
    p.context(reap=OPERATIONAL, loc_local=asked.source,
              loc_peer=asked.destination)
    p.counted(explorations=1)


@script("5534-6.9-2")
def payload_stays_while_exploring(p):
    session = p.establish()
    p.datagram(session)
    p.expect("proto 17")
    for _ in range(3):
        p.expect_probe(EXPLORING, 17)
        p.datagram(session)
        p.expect("proto 17", source=session.host, destination=session.ulid)
    p.counted(explorations=1)


@script("5534-3.3-2", "5534-6.8-1")
def directions_are_independent(p):
    """We receive on one pair and send on another (RFC 5534 example 5)."""
    session = p.establish()
    a, b = p.proof().addresses
    p.datagram(session)
    p.expect("proto 17")
    asked = None
    while asked is None or asked.destination != a or \
            asked.source != p.host.other:
        asked = p.expect_probe(EXPLORING, 17)
    p.probe(session, INBOUND_OK, [asked.shim.sent[0]], b, session.host)
    p.expect_probe(OPERATIONAL, source=p.host.other, destination=a)
    p.context(loc_local=p.host.other, loc_peer=a)
    p.tagged(session, source=b, destination=session.host)
    p.arrives()
    p.datagram(session)
    p.expect("payload", source=p.host.other, destination=a)
    p.counted(switches=1)


@script("5534-5.2-2")
def probe_without_a_record(p):
    session = p.establish()
    p.send(codec.probe(session.host_tag, EXPLORING,
                       [codec.record(session.ulid, session.host, 1)],
                       nsent=0, nreceived=1), session.ulid)
    p.silence()
    p.counted(rx_bad_field=1)


@script("5534-5.2-7")
def probe_of_state_three(p):
    session = p.establish()
    p.send(codec.probe(session.host_tag, 3,
                       [codec.record(session.ulid, session.host, 1)]),
           session.ulid)
    p.silence()
    p.counted(rx_bad_field=1)


@script("5534-5.2-1")
def probe_reserved_bits(p):
    session = p.establish()
    p.send(codec.probe(session.host_tag, EXPLORING,
                       [codec.record(session.ulid, session.host, 1)],
                       r=1, code=0xfe, reserved=0x3fffff), session.ulid)
    p.expect_probe(INBOUND_OK)
    p.counted(probe_in=1)


@script("5534-5.2-2")
def probe_with_more_records_than_octets(p):
    session = p.establish()
    p.send(codec.probe(session.host_tag, EXPLORING,
                       [codec.record(session.ulid, session.host, 1)],
                       nsent=2), session.ulid)
    p.silence()
    p.counted(rx_bad_short=1)


@script("5534-5.2-5", "5534-5.2-3")
def probe_of_fifteen_and_fifteen(p):
    """The largest there is."""
    session = p.establish()
    records = [codec.record(session.ulid, session.host, n + 1)
               for n in range(15)]
    p.send(codec.probe(session.host_tag, EXPLORING, records, records),
           session.ulid)
    p.expect_probe(INBOUND_OK)
    p.counted(probe_in=1)


@script("5533-12.4-2", "5534-8-3")
def probe_from_elsewhere(p):
    """R1bis, and no probe for a stranger."""
    session = p.establish()
    p.probe(session, EXPLORING, (), STRANGER)
    p.expect("R1bis", destination=STRANGER, tag=session.host_tag)
    p.probe(session, EXPLORING, (), session.ulid, p.host.stray)
    p.expect("R1bis", source=p.host.stray)
    p.context(reap=OPERATIONAL)
    p.counted(rx_drop_no_context=2, probe_out=0)


@script("5534-5.1-3", "5533-7.17-2", "5533-5.3-4")
def probe_with_an_unknown_tag(p):
    session = p.establish()
    session.host_tag ^= 16
    p.probe(session, EXPLORING)
    p.expect("R1bis", tag=session.host_tag)
    p.counted(rx_drop_no_context=1)


@script("5534-4.2-2", "5534-8-3")
def no_probe_during_a_handshake(p):
    """A probe in I1-SENT gets nothing."""
    session = p.await_i1()
    p.probe(session, EXPLORING)
    p.silence()
    p.counted(rx_drop_state=1, probe_out=0)


@script("5534-8-3")
def probes_are_answered_at_a_limited_rate(p):
    """Hundred in an instant: no more answers than the limit."""
    session = p.establish()
    for _ in range(100):
        p.probe(session, EXPLORING)
    answers = 0
    while True:
        packet = p.next(0.02)
        if not packet:
            break
        answers += 1
    p.true(f"{answers} answers", 15 <= answers <= 21)
    moved = p.moved()
    p.same("not answered", moved["rate_probe"], 80)
    p.counted(rate_probe=80)


@script("5534-8-3")
def probes_of_strangers_take_no_answer_from_the_peer(p):
    """With the right tag, from an address that is in no list."""
    session = p.establish()
    for _ in range(30):
        p.probe(session, EXPLORING, source="2001:db8:dead::1")
    for _ in range(30):
        p.expect("R1bis", tag=session.host_tag)
    p.probe(session, EXPLORING)
    p.expect_probe(codec.INBOUND_OK)
    p.counted(rx_drop_no_context=30, rate_probe=0)


@script("5534-3.2-2", "5534-4.1-1", "5534-3.1-3", "5534-3.1-4",
        "5533-1.3-2")
def own_interface_down(p):
    """Exploration at once, from what is left, and the peer is told; the
    session goes on with a ULID that has no interface."""
    session = p.establish()
    sock = p.udp_socket(session)
    start = p.now()
    p.host.link(0, "down")
    kinds = {}
    for _ in range(2):
        packet = p.next(0.3)
        kinds[packet.kind()] = packet
    p.gap("both", start, 0, 0.3)
    p.same("kinds", sorted(kinds), ["Probe", "UpdateRequest"])
    p.same("source of the probe", kinds["Probe"].source, p.host.other)
    p.same("locators told", kinds["UpdateRequest"].shim.locators()[1],
           [(codec.HBA, p.host.other)])
    p.send(codec.ack(session.host_tag, kinds["UpdateRequest"].shim.nonce),
           session.ulid, p.host.other)
    p.expect_probe(INBOUND_OK)
    p.answer(session, kinds["Probe"])
    p.expect_probe(OPERATIONAL)
    sock.send(b"from above")
    p.expect("payload", source=p.host.other)
    p.tagged(session, source=session.ulid)
    p.arrives()
    p.counted(switches=1, update_req_out=1)


@script("5534-3.2-1", "5534-3.3-3")
def router_that_does_not_answer(p):
    """A hint: we look at once, and at the other pairs half a second later.
    Payload moves when a probe was answered."""
    session = p.establish()
    start = p.now()
    p.host.router(0, "failed")
    asked = p.expect_probe(EXPLORING, 2, source=p.host.other)
    p.gap("a probe on another way", start, 0, 1.2)
    p.answer(session, asked)
    p.expect_probe(OPERATIONAL, source=p.host.other)
    p.context(loc_local=p.host.other, switches=1)
    p.counted(explorations=1, switches=1)


@script("5534-3.2-1")
def neighbour_that_is_no_router(p):
    """Others may come and go."""
    p.establish()
    p.host.neighbour("2001:db8:a1::77", "failed")
    p.silence(2)
    p.counted(explorations=0)


@script("5534-8-1", "5534-3.3-3", "6629-4-2")
def forged_unreachable_moves_nothing(p):
    """An ICMPv6 error about the pair in use makes us look; payload stays when
    the peer answers there."""
    session = p.establish()
    p.switch(session)
    b = p.proof().addresses[1]
    p.datagram(session)
    packet = p.expect("payload", source=p.host.other, destination=b)
    p.send(icmpv6(STRANGER, p.host.other, 1, 3, 0, packet.data), STRANGER,
           p.host.other, proto=58)
    asked = p.expect_probe(EXPLORING, source=p.host.other, destination=b)
    p.datagram(session)
    p.expect("payload", source=p.host.other, destination=b)
    p.answer(session, asked)
    p.expect_probe(OPERATIONAL, source=p.host.other, destination=b)
    p.context(loc_local=p.host.other, loc_peer=b, switches=1)
    p.counted(explorations=2)


@script("5533-11-2", "5533-4-4")
def return_to_the_ulids(p):
    """Back on the ULID pair nothing is tagged any more."""
    session = p.establish()
    p.switch(session)
    p.datagram(session)
    p.expect("payload")
    p.switch(session, session.host, session.ulid)
    p.datagram(session)
    p.expect("proto 17", source=session.host, destination=session.ulid)
    p.counted(switches=2)
