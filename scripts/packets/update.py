# SPDX-License-Identifier: GPL-2.0
"""Locator updates (RFC 5533 5.10, 5.11, 10)."""

from peer import codec
from peer.codec import KEEPALIVE, LOC_LIST, LOC_PREFS, PDS
from peer.play import script

STRANGER = "2001:db8:c1::1"
# An Acknowledgement counts as payload: some follow it (RFC 5534 4.1)
KEEPALIVES = ("Keepalive",)


def peer_locators(p):
    """[(address, flags, priority, weight)] of the peer, as the host has it."""
    c = p.context()
    return [(loc[0], *loc[3:]) for loc in p.host.locators(c["id"]) if loc[1]]


# --- the peer tells

@script("5533-10.1-1", "5533-5.10-2", "5533-10.4-11", "5533-10.4-8",
        "5533-5.11-1", "5533-5.11-3")
def update_of_the_list(p):
    """A shorter list of the same set: acknowledged, in force."""
    session = p.establish()
    p.send(codec.update(session.host_tag, 99, codec.locators(
        [session.ulid], 8)), session.ulid)
    ack = p.expect("UpdateAck", nonce=99, tag=session.tag).shim
    p.same("reserved", (ack.code, ack.r, ack.options), (0, 0, {}))
    p.same("locators", [x[0] for x in peer_locators(p)], [session.ulid])
    p.counted(update_req_in=1, update_ack_out=1)


@script("5533-10.1-1", "5533-5.15.3-1", "5533-10.1-2")
def update_of_preferences(p):
    """Preferences alone, for the list of the handshake."""
    session = p.establish()
    p.send(codec.update(session.host_tag, 99, codec.preferences(
        [(0, 9, 1), (codec.TRANSIENT, 3, 2)], 7)), session.ulid)
    p.expect("UpdateAck", nonce=99)
    p.same("preferences", [x[1:] for x in peer_locators(p)],
           [(0, 9, 1), (2, 3, 2)])
    p.counted(update_ack_out=1)


@script("5533-10.1-1", "5533-10.1-2")
def update_of_list_and_preferences(p):
    """Both: the preferences are for the new list."""
    session = p.establish()
    a, b = p.proof().addresses
    p.send(codec.update(session.host_tag, 99, codec.locators([b, a], 50),
                        codec.preferences([(0, 9, 1), (0, 3, 2)], 50)),
           session.ulid)
    p.expect("UpdateAck", nonce=99)
    p.same("locators", peer_locators(p), [(b, 0, 9, 1), (a, 0, 3, 2)])
    p.send(codec.update(session.host_tag, 100, codec.preferences(
        [(0, 1, 1), (0, 1, 1)], 50)), session.ulid)
    p.expect("UpdateAck", nonce=100)
    p.counted(update_ack_out=2)


@script("5533-10.1-2", "5533-5.15.2-2")
def generations_have_no_order(p):
    """A generation that is smaller than the last is as good (A-3)."""
    session = p.establish()
    for nonce, generation in ((1, 0xffffffff), (2, 0), (3, 0x80000000)):
        p.send(codec.update(session.host_tag, nonce, codec.locators(
            p.proof().addresses, generation)), session.ulid)
        p.expect("UpdateAck", nonce=nonce)
    p.counted(update_ack_out=3)


@script("5533-10.4-9")
def preferences_of_another_generation(p):
    """Error 3 that shows the generation; nothing changes, no answer else."""
    session = p.establish()
    before = peer_locators(p)
    sent = p.send(codec.update(session.host_tag, 99, codec.preferences(
        [(1, 1, 1), (1, 1, 1)], 8)), session.ulid)
    error = p.expect("Error", error_code=3).shim
    p.same("generation shown", codec.get32(sent, error.pointer), 8)
    p.silence()
    p.same("preferences", peer_locators(p), before)
    p.counted(rx_drop_generation=1, error_out=1, update_ack_out=0)


@script("5533-10.4-10")
def preferences_of_another_count(p):
    """Error 4 that shows the length of the option."""
    session = p.establish()
    for count in (1, 3):
        option = codec.preferences([(0, 1, 1)] * count, 7)
        sent = p.send(codec.update(session.host_tag, 99, option),
                      session.ulid)
        error = p.expect("Error", error_code=4).shim
        p.same("octets shown", sent[error.pointer:error.pointer + 2],
               option[2:4])
    p.silence()
    p.counted(rx_drop_count=2, error_out=2, update_ack_out=0)


@script("5533-10.4-7", "5533-7.2-1", "5533-10.4-8")
def update_with_a_locator_not_of_the_set(p):
    """Error 2 that shows its method; no Acknowledgement, the old set stays."""
    session = p.establish()
    before = peer_locators(p)
    sent = p.send(codec.update(session.host_tag, 99, codec.locators(
        [session.ulid, STRANGER], 8, [1, 1])), session.ulid)
    error = p.expect("Error", error_code=2).shim
    at = sent.index(codec.u32(8) + b"\2\1\1")
    p.same("octet shown", error.pointer, at + 6)
    p.silence()
    p.same("locators", peer_locators(p), before)
    p.counted(rx_drop_method=1, error_out=1, update_ack_out=0)


@script("5533-10.4-7", "5533-7.2-4", "5533-7.2-5")
def update_with_an_unknown_method(p):
    session = p.establish()
    sent = p.send(codec.update(session.host_tag, 99, codec.locators(
        p.proof().addresses, 8, [0xc9, 1])), session.ulid)
    error = p.expect("Error", error_code=2).shim
    p.same("octet shown", sent[error.pointer], 0xc9)
    p.silence()
    p.counted(rx_drop_method=1, error_out=1)


@script("5533-10.4-5")
def update_with_foreign_parameters(p):
    """Parameters that are not the ULID's: silence."""
    session = p.establish()
    p.send(codec.update(session.host_tag, 99,
                        *p.list_options(p.proof("other"), 8)), session.ulid)
    p.silence()
    p.context(npeer=2)
    p.counted(rx_drop_auth=1)


@script("5533-5.15.2-1")
def list_with_an_address_twice(p):
    """Places would not be those of the preferences (A-36): silence."""
    session = p.establish()
    p.send(codec.update(session.host_tag, 99, codec.locators(
        [session.ulid, *p.proof().addresses], 8)), session.ulid)
    p.silence()
    p.context(npeer=2)
    p.counted(rx_drop_auth=1)


@script("5533-5.15.2-1")
def list_with_what_no_locator_can_be(p):
    """Multicast, link-local, unspecified: silence (A-36)."""
    session = p.establish()
    for address in ("ff02::1", "fe80::1", "::", "::1", "::ffff:192.0.2.1"):
        p.send(codec.update(session.host_tag, 99, codec.locators(
            [session.ulid, address], 8)), session.ulid)
    p.silence()
    p.context(npeer=2)
    p.counted(rx_drop_auth=5)


@script("5533-10.4-1")
def update_too_short(p):
    session = p.establish()
    p.send(codec.message(64, codec.u16(0)), session.ulid)
    p.silence()
    p.counted(rx_bad_short=1)


@script("5533-5.10-1")
def update_reserved_bits(p):
    session = p.establish()
    p.send(codec.update(session.host_tag, 9, codec.locators(
        p.proof().addresses), r=1, code=0xfe), session.ulid)
    p.expect("UpdateAck", nonce=9)
    p.counted(update_ack_out=1)


@script("5533-10.4-2", "5533-7.17-2", "5533-5.3-4")
def update_with_an_unknown_tag(p):
    session = p.establish()
    tag = session.host_tag ^ 4
    p.send(codec.update(tag, 9), session.ulid)
    p.expect("R1bis", tag=tag)
    p.counted(rx_drop_no_context=1, r1bis_out=1)


@script("5533-10.4-3", "5533-10.4-4", "5533-12.4-2")
def update_from_elsewhere(p):
    """Right tag, wrong source or destination: R1bis, and no update."""
    session = p.establish()
    data = codec.update(session.host_tag, 9, codec.locators([session.ulid]))
    p.send(data, STRANGER)
    p.expect("R1bis", tag=session.host_tag, destination=STRANGER)
    p.send(data, session.ulid, p.host.stray, link="1")
    p.expect("R1bis", tag=session.host_tag, source=p.host.stray)
    p.context(npeer=2)
    p.counted(rx_drop_no_context=2, r1bis_out=2)


@script("5533-10.4-6")
def update_in_i1_sent(p):
    session = p.await_i1()
    p.send(codec.update(session.host_tag, 9), session.ulid)
    p.silence()
    p.context(state="i1-sent")
    p.counted(rx_drop_state=1)


@script("5533-10.4-6")
def update_in_i2_sent(p):
    """Our R2 was lost for the host: it sends its I2 again, no answer else."""
    session = p.await_i2()
    p.send(codec.update(session.host_tag, 9), session.ulid)
    p.expect("I2", init=session.i2.init)
    p.silence()
    p.context(state="i2-sent")
    p.counted(rx_drop_state=1, i2_out=2, update_ack_out=0)


@script("5534-5.3-2", "5534-5.3-4", "5534-4.1-2")
def timeout_option_in_update(p):
    session = p.establish()
    p.send(codec.update(session.host_tag, 9, codec.timeout(33)),
           session.ulid)
    p.expect("UpdateAck", nonce=9)
    p.context(keepalive_timeout=33 * 10**9)
    p.counted(update_ack_out=1)


@script("5533-10.4-12", "5533-4-5", "5534-4.1-1b", "5533-5.15.3-4")
def current_locator_broken(p):
    """The peer says that its locator in use does not work: exploration at
    once; payload moves only when a probe was answered."""
    session = p.establish()
    other = p.proof().addresses[1]
    p.send(codec.update(session.host_tag, 9, codec.preferences(
        [(codec.BROKEN, 1, 1), (0, 1, 1)], 7)), other)
    p.expect("UpdateAck", nonce=9)
    asked = p.expect_probe(codec.EXPLORING, destination=other)
    p.datagram(session)
    p.expect("proto 17", source=session.host, destination=session.ulid)
    p.answer(session, asked)
    p.expect_probe(codec.OPERATIONAL, destination=other)
    p.datagram(session)
    p.expect("payload", destination=other, source=asked.source)
    p.context(loc_peer=other)
    p.counted(update_ack_out=1, switches=1)


@script("5533-10.4-12")
def current_locator_gone(p):
    """The list comes without it."""
    session = p.establish()
    other = p.proof().addresses[1]
    p.send(codec.update(session.host_tag, 9, codec.locators([other], 8)),
           session.ulid)
    p.expect("UpdateAck", nonce=9)
    asked = p.expect_probe(codec.EXPLORING, destination=other)
    p.answer(session, asked)
    p.expect_probe(codec.OPERATIONAL, destination=other)
    p.context(loc_peer=other, npeer=1)
    p.counted(update_ack_out=1, switches=1)


# --- the host tells

def lose_other(p, session):
    """The host's second address is deleted: its Update Request."""
    p.host.address("del", 1)
    return p.expect("UpdateRequest", 1.5, tag=session.tag).shim


@script("5533-5.10-1", "5533-10.1-3", "5534-3.1-4", "5533-4-5",
        "5533-5.10-3", "5533-10.1-4", "5533-1.5-2")
def lost_locator_is_told(p):
    """A shorter list under another generation; the context lives."""
    session = p.establish()
    generation, _ = session.r2.locators()
    request = lose_other(p, session)
    p.same("reserved", (request.code, request.r), (0, 0))
    new, listed = request.locators()
    p.true("another generation", new != generation)
    p.same("locators", listed, [(codec.HBA, p.host.ulid)])
    p.send(codec.ack(session.host_tag, request.nonce), session.ulid)
    p.silence(30, KEEPALIVES)
    p.context(state="established", nlocal=1)
    p.counted(update_req_out=1, update_ack_in=1)


@script("5533-10.1-1", "5533-10.1-2", "5533-5.15.3-1")
def preferences_are_told(p):
    """Alone, for the list of the handshake; then back to none."""
    session = p.establish()
    generation, listed = session.r2.locators()
    p.same("no wish, no option", LOC_PREFS in session.r2.options, False)
    at = [a for _, a in listed].index(p.host.other)
    p.same("set", p.host.prefer(p.host.other, codec.TRANSIENT, 5, 6), 0)
    request = p.expect("UpdateRequest", tag=session.tag).shim
    p.same("options", set(request.options) - {KEEPALIVE}, {LOC_PREFS})
    told, elements = request.preferences()
    p.same("generation", told, generation)
    p.same("elements", len(elements), 2)
    p.same("of the one", elements[at], bytes([2, 5, 6]))
    p.same("of the other", elements[1 - at], bytes(3))
    p.send(codec.ack(session.host_tag, request.nonce), session.ulid)
    p.silence(8, KEEPALIVES)
    p.same("reset", p.host.prefer(p.host.other), 0)
    request = p.expect("UpdateRequest", tag=session.tag).shim
    p.same("none any more", request.preferences(),
           (generation, [bytes(3)] * 2))
    p.send(codec.ack(session.host_tag, request.nonce), session.ulid)
    p.silence(8, KEEPALIVES)
    p.counted(update_req_out=2, update_ack_in=2)


@script("5533-10.1-1", "5533-5.6-6", "5533-5.7-3")
def preferences_in_the_handshake(p):
    """R2 and I2 have them with the list, under its generation."""
    p.host.prefer(p.host.ulid, 0, 3, 4)
    responder = p.establish().r2
    p.host.flush()
    for message in (responder, p.await_i2().i2):
        generation, listed = message.locators()
        at = [a for _, a in listed].index(p.host.ulid)
        told, elements = message.preferences()
        p.same("generation", told, generation)
        p.same("elements", elements[at], bytes([0, 3, 4]))
    p.counted(r2_out=1, i2_out=1)


@script("5533-10.1-2", "5533-10.4-9", "5533-10.2-1")
def refused_preferences_come_with_the_list(p):
    """An Error 3 is no Acknowledgement: the repetition has the list too."""
    session = p.establish()
    p.host.prefer(p.host.other, 0, 5, 6)
    packet = p.expect("UpdateRequest", tag=session.tag)
    p.send(codec.error(3, 20, packet.data), session.ulid)
    again = p.expect_after(KEEPALIVES, "UpdateRequest", 7).shim
    p.true("a new nonce", again.nonce != packet.shim.nonce)
    p.same("list", LOC_LIST in again.options, True)
    p.same("generation", again.preferences()[0], again.locators()[0])
    p.send(codec.ack(session.host_tag, again.nonce), session.ulid)
    p.silence(20, KEEPALIVES)
    p.counted(update_req_out=2, update_ack_in=1)


@script("5533-10.2-1", "5533-10.2-2", "5533-10.1-3", "5533-14-1")
def request_is_repeated(p):
    """4, 8, 16, 32, 64 s apart give or take a half, then 120; the same each
    time, for as long as the context lives."""
    p.host.param("idle_timeout", 86400000)
    session = p.establish()
    p.host.address("del", 1)
    first = p.expect("UpdateRequest", 1.5)
    last = first
    for nominal in (4, 8, 16, 32, 64, 120, 120, 120):
        packet = next_request(p, session, nominal * 1.5 + 2)
        p.same("message", packet.payload, first.payload)
        p.true(f"{packet.when - last.when:.2f} s for {nominal}",
               nominal * 0.49 <= packet.when - last.when <= nominal * 1.52)
        last = packet
    p.send(codec.ack(session.host_tag, first.shim.nonce), session.ulid)
    p.silence(200, KEEPALIVES)
    p.counted(update_req_out=9)


def next_request(p, session, seconds):
    """Control messages count as payload: probes and keepalives in between are
    answered, so that the path stays."""
    until = p.now() + seconds
    while True:
        packet = p.next(until - p.now())
        p.true("a packet in time", packet)
        if packet.kind() == "UpdateRequest":
            p.keepalive(session)
            return packet
        p.true(f"{packet.kind()} is no surprise",
               packet.kind() in ("Probe", "Keepalive"))
        if packet.kind() == "Probe" and packet.shim.state != 0:
            p.answer(session, packet)


@script("5533-10.3-2", "5533-10.5-4")
def ack_with_another_nonce(p):
    session = p.establish()
    request = lose_other(p, session)
    p.send(codec.ack(session.host_tag, request.nonce ^ 1), session.ulid)
    packet = p.expect_after(KEEPALIVES, "UpdateRequest", 7)
    p.send(codec.ack(session.host_tag, packet.shim.nonce), session.ulid)
    p.silence(20, KEEPALIVES)
    p.counted(rx_drop_nonce=1, update_req_out=2)


@script("5533-10.3-1")
def newer_change_while_one_is_out(p):
    """One request at a time: a new nonce, the whole of the news."""
    session = p.establish()
    first = lose_other(p, session)
    p.host.address("add", 1)
    second = p.expect("UpdateRequest", 1.5).shim
    p.true("a new nonce", first.nonce != second.nonce)
    p.true("a new generation", first.locators()[0] != second.locators()[0])
    p.same("locators", sorted(a for _, a in second.locators()[1]),
           sorted(p.host.addresses))
    p.send(codec.ack(session.host_tag, first.nonce), session.ulid)
    again = p.expect_after(KEEPALIVES, "UpdateRequest", 7).shim
    p.same("nonce of the repetition", again.nonce, second.nonce)
    p.send(codec.ack(session.host_tag, second.nonce), session.ulid)
    p.silence(20, KEEPALIVES)
    p.counted(rx_drop_nonce=1, update_req_out=3)


@script("5533-5.11-2")
def new_locator_is_no_source_before_its_ack(p):
    """A locator that the peer does not know yet is not used as a source."""
    p.host.address("del", 1)
    p.silence()
    session = p.establish()
    p.host.address("add", 1)
    request = p.expect("UpdateRequest", 1.5).shim
    (c,) = p.host.contexts()
    p.same("path", p.host.path(c["id"], p.host.other, session.ulid), 0)
    p.silence(0.2)
    p.send(codec.ack(session.host_tag, request.nonce), session.ulid)
    p.silence(0.2)
    p.host.path(c["id"], p.host.other, session.ulid)
    p.expect_probe(codec.EXPLORING, source=p.host.other)
    p.counted(update_req_out=1)


@script("5533-10.5-1")
def ack_too_short(p):
    session = p.establish()
    p.send(codec.message(65, codec.u16(0)), session.ulid)
    p.silence()
    p.counted(rx_bad_short=1)


@script("5533-5.11-1")
def ack_reserved_bits(p):
    session = p.establish()
    request = lose_other(p, session)
    p.send(codec.ack(session.host_tag, request.nonce, r=1, code=0xfe),
           session.ulid)
    p.silence(20, KEEPALIVES)
    p.counted(update_req_out=1, update_ack_in=1)


@script("5533-10.5-2", "5533-10.5-3", "5533-12.4-2")
def ack_from_elsewhere(p):
    session = p.establish()
    request = lose_other(p, session)
    data = codec.ack(session.host_tag, request.nonce)
    p.send(data, STRANGER)
    p.expect("R1bis", tag=session.host_tag, destination=STRANGER)
    p.send(data, session.ulid, p.host.stray, link="1")
    p.expect("R1bis", tag=session.host_tag, source=p.host.stray)
    p.expect("UpdateRequest", 7)
    p.counted(rx_drop_no_context=2, r1bis_out=2)


@script("5533-5.11-3")
def ack_with_options(p):
    """None is defined for it: one that is not critical is passed over."""
    session = p.establish()
    request = lose_other(p, session)
    p.send(codec.ack(session.host_tag, request.nonce, codec.locators(
        [STRANGER])), session.ulid)
    p.silence(20, KEEPALIVES)
    p.context(npeer=2)
    p.counted(update_req_out=1)


@script("5533-10.5-4")
def ack_in_i2_sent(p):
    """I2 once more (A-6)."""
    session = p.await_i2()
    p.send(codec.ack(session.host_tag, 9), session.ulid)
    p.expect("I2", init=session.i2.init)
    p.counted(rx_drop_state=1)


@script("5534-5.3-1", "5534-5.3-2", "5534-5.3-3")
def changed_timeout_is_told(p):
    """A new Send Timeout goes out in one Update Request."""
    session = p.establish()
    p.host.param("send_timeout", 20000)
    p.untagged(session)
    request = None
    while request is None:
        packet = p.next(20)
        if packet.kind() == "UpdateRequest":
            request = packet.shim
    p.same("timeout", request.options.get(KEEPALIVE),
           codec.u16(0) + codec.u16(20))
    p.send(codec.ack(session.host_tag, request.nonce), session.ulid)
    while True:
        packet = p.next(100)
        if not packet:
            break
        p.true(f"{packet.kind()}", packet.kind() in ("Keepalive", "Probe"))
        if packet.kind() == "Probe" and packet.shim.state != 0:
            p.answer(session, packet)
    p.counted(update_req_out=1)


@script("5533-5.10-3")
def list_in_update_is_complete(p):
    """Parameters are in it, whatever was sent before."""
    session = p.establish()
    request = lose_other(p, session)
    p.true("a list and parameters",
           {LOC_LIST, PDS} <= set(request.options))
    p.same("padding", any(request.padding), False)
    p.counted(update_req_out=1)
