# SPDX-License-Identifier: GPL-2.0
"""Lost and confused contexts (RFC 5533 5.8, 5.9, 7.5, 7.6, 7.15 to 7.20)."""

from peer import codec
from peer.codec import EXPLORING, FII, LOC_LIST, PDS, VALIDATOR
from peer.play import script
from peer.proof import belongs

STRANGER = "2001:db8:c1::1"
GIVEN = b"validator in R1bis"


# --- the peer lost its context: R1bis to the host

def forget(p, session, source=None, destination=None, **rest):
    """The peer says that it does not know the tag."""
    session.resp = p.fresh()
    p.send(codec.r1bis(session.tag, session.resp, codec.validator(GIVEN),
                       **rest), source or session.ulid,
           destination or session.host)


def forget_and_expect(p, session, source=None, destination=None):
    forget(p, session, source, destination)
    session.i2bis = p.expect(
        "I2bis", source=destination or session.host,
        destination=source or session.ulid).shim
    return session.i2bis


def remember(p, session, source=None, destination=None, **rest):
    """The R2 that ends it: another tag."""
    session.tag = p.fresh(46)
    p.send(codec.r2(session.tag, session.i2bis.init, *p.list_options()),
           source or session.ulid, destination or session.host, **rest)
    p.silence()


@script("5533-7.5-1", "5533-7.18-4", "5533-5.9-2", "5533-5.9-1",
        "5533-5.9-4", "5533-7.6-1")
def receiver_lost_its_context(p):
    """R1bis, I2bis, R2: a new tag of the peer, the same of ours."""
    session = p.establish()
    old = session.tag
    i2bis = forget_and_expect(p, session)
    p.same("tag", i2bis.tag, session.host_tag)
    p.same("reserved", (i2bis.code, i2bis.r, i2bis.reserved), (0, 0, 0))
    p.same("Packet Context Tag", i2bis.packet_tag, old)
    p.same("Responder Nonce", i2bis.resp, session.resp)
    p.same("validator", i2bis.options[VALIDATOR], GIVEN)
    p.same("options", sorted(i2bis.options), [VALIDATOR, LOC_LIST, PDS])
    _, listed = i2bis.locators()
    p.true("all belong to the set",
           all(belongs(a, i2bis.options[PDS]) for _, a in listed))
    p.context(state="i2bis-sent", tag_peer=old)
    remember(p, session)
    p.context(state="established", tag_peer=session.tag,
              tag_local=session.host_tag)
    p.counted(r1bis_in=1, i2bis_out=1, r2_in=1, context_created=1,
              context_established=1)


@script("5533-7.5-1", "5533-7.18-2", "5533-5.9-3", "5533-7.18-5")
def recovery_on_other_locators(p):
    """On a pair of locators the I2bis names its ULIDs; payload goes on with
    the old tag until the new one is known."""
    session = p.establish()
    p.switch(session)
    other = p.proof().addresses[1]
    p.datagram(session)
    p.expect("payload", tag=session.tag)
    i2bis = forget_and_expect(p, session, other, p.host.other)
    p.same("ULIDs", i2bis.ulids(), (session.host, session.ulid))
    p.datagram(session)
    p.expect("payload", tag=session.tag, destination=other)
    remember(p, session, other, p.host.other)
    p.datagram(session)
    p.expect("payload", tag=session.tag, destination=other)
    p.counted(i2bis_out=1)


@script("5533-7.18-2")
def r1bis_on_another_pair_of_the_context(p):
    """What a probe on an alternate pair provokes is believed too (A-13)."""
    session = p.establish()
    p.datagram(session)
    p.expect("proto 17")
    probe = p.expect_probe(EXPLORING, 17)
    p.true("not the current pair", probe.source == p.host.other or
           probe.destination != session.ulid)
    forget_and_expect(p, session, probe.destination, probe.source)
    remember(p, session, probe.destination, probe.source)
    p.context(state="established", loc_local=probe.source,
              loc_peer=probe.destination, tag_peer=session.tag)
    p.counted(i2bis_out=1)


@script("5533-7.18-2")
def r1bis_with_a_wrong_tag(p):
    session = p.establish()
    tag, session.tag = session.tag, session.tag ^ 2
    forget(p, session)
    p.silence()
    p.context(state="established", tag_peer=tag)
    p.counted(rx_drop_no_context=1)


@script("5533-7.18-2")
def r1bis_from_elsewhere(p):
    session = p.establish()
    forget(p, session, STRANGER)
    forget(p, session, session.ulid, p.host.stray)
    p.silence()
    p.context(state="established")
    p.counted(rx_drop_no_context=2)


@script("5533-7.18-1")
def r1bis_too_short(p):
    session = p.establish()
    p.send(codec.message(5, codec.u16(0)), session.ulid)
    p.silence()
    p.counted(rx_bad_short=1)


@script("5533-5.8-1")
def r1bis_reserved_bits(p):
    session = p.establish()
    forget(p, session, r=1, code=0xfe)
    p.expect("I2bis")
    p.counted(i2bis_out=1)


@script("5533-5.8-2")
def r1bis_without_validator(p):
    session = p.establish()
    p.send(codec.r1bis(session.tag, 1), session.ulid)
    p.silence()
    p.context(state="established")
    p.counted(rx_bad_opt_missing=1)


@script("5533-7.18-3")
def r1bis_in_a_handshake(p):
    """I1-SENT, I2-SENT and I2BIS-SENT do not listen to it."""
    session = p.await_i1()
    forget(p, session)
    p.silence()
    session = p.await_i2(session)
    forget(p, session)
    p.silence()
    p.context(state="i2-sent")
    p.host.flush()
    session = p.establish()
    forget_and_expect(p, session)
    forget(p, session)
    p.silence()
    p.context(state="i2bis-sent")
    p.counted(rx_drop_no_context=2, rx_drop_state=1)


@script("5533-7.18-6", "5533-5.9-5")
def recovery_of_a_fork(p):
    """The instance is named in the I2bis."""
    p.establish()
    fork = p.establish(p.open(), extra=(codec.fii(1234),))
    i2bis = forget_and_expect(p, fork)
    p.same("instance", i2bis.options.get(FII), codec.u32(1234))
    p.counted(i2bis_out=1)


@script("5533-7.19-1", "5533-7.19-2", "5533-14-1", "5533-11-1")
def i2bis_is_repeated_then_i1(p):
    """Twice, then I1; payload falls back to the ULIDs with it."""
    session = p.establish()
    p.switch(session)
    other = p.proof().addresses[1]
    first = forget_and_expect(p, session, other, p.host.other)
    start = p.now()
    for nominal in (4, 8):
        packet = p.expect("I2bis", nominal * 1.5 + 1, init=first.init)
        p.true(f"{packet.when - start:.2f} s for {nominal}",
               nominal * 0.49 <= packet.when - start <= nominal * 1.52)
        start = packet.when
    i1 = p.expect("I1", 25, source=p.host.other, destination=other).shim
    p.same("ULIDs", i1.ulids(), (session.host, session.ulid))
    p.context(state="i1-sent")
    p.datagram(session)
    p.expect("proto 17", source=session.host, destination=session.ulid)
    p.host.flush()
    p.counted(i2bis_out=3, i1_out=1)


@script("5533-12.2-3", "5533-7.19-1")
def payload_in_i2bis_sent(p):
    """Restored, and the I2bis goes out again."""
    session = p.establish()
    p.udp_socket(session)
    first = forget_and_expect(p, session)
    p.silence(1)
    p.tagged(session)
    p.expect("I2bis", init=first.init)
    p.arrives()
    p.counted(payload_in=1)


@script("5533-10.4-6")
def update_in_i2bis_sent(p):
    """In force and acknowledged, and the I2bis goes out again."""
    session = p.establish()
    first = forget_and_expect(p, session)
    p.silence(1)
    p.send(codec.update(session.host_tag, 9, codec.locators(
        [session.ulid])), session.ulid)
    kinds = sorted([p.next(0.1).kind(), p.next(0.1).kind()])
    p.same("answers", kinds, ["I2bis", "UpdateAck"])
    p.context(npeer=1, state="i2bis-sent")
    p.same("nonce", first.init, first.init)
    p.counted(update_ack_out=1)


@script("5533-10.5-4")
def ack_in_i2bis_sent(p):
    """The I2bis goes out again (A-6)."""
    session = p.establish()
    first = forget_and_expect(p, session)
    p.silence(1)
    p.send(codec.ack(session.host_tag, 9), session.ulid)
    p.expect("I2bis", init=first.init)
    p.counted(rx_drop_nonce=1)


@script("5534-5.1-3")
def keepalive_in_i2bis_sent(p):
    """It repeats the I2bis and is nothing to REAP (A-39)."""
    session = p.establish()
    p.datagram(session)
    p.expect("proto 17")
    first = forget_and_expect(p, session)
    p.silence(1)
    p.keepalive(session)
    p.expect("I2bis", init=first.init)
    p.counted(keepalive_in=1)


@script("5533-7.20-8", "5533-7.13-9", "5533-7.9-7")
def i1_and_i2_in_i2bis_sent(p):
    """R2 for both; we still wait for ours."""
    session = p.establish()
    forget_and_expect(p, session)
    p.send(codec.i1(session.tag, 5), session.ulid)
    p.expect("R2", init=5)
    p.context(state="i2bis-sent")
    p.counted(r2_out=2)


@script("5533-7.16-2")
def r2_for_an_i2bis_with_a_wrong_nonce(p):
    session = p.establish()
    i2bis = forget_and_expect(p, session)
    p.send(codec.r2(session.tag, i2bis.init ^ 1, *p.list_options()),
           session.ulid)
    p.silence()
    p.context(state="i2bis-sent")
    p.counted(rx_drop_no_context=1)


# --- the host lost its context: I2bis to it

def lose(p, how="payload"):
    """The host forgets; the peer's next packet has an R1bis in return."""
    session = p.establish()
    session.lost = session.host_tag
    p.host.flush()
    if how == "payload":
        p.tagged(session)
        source, destination = p.proof().addresses[1], p.host.other
    elif how == "probe":
        p.probe(session, EXPLORING)
        source, destination = session.ulid, session.host
    else:
        p.send(codec.update(session.host_tag, 3), session.ulid)
        source, destination = session.ulid, session.host
    session.pair = source, destination
    session.r1bis = p.expect("R1bis", tag=session.lost, source=destination,
                             destination=source).shim
    return session


def build_i2bis(p, session, options=None, validator=None, packet_tag=None,
                resp=None, extra=None, **rest):
    r1bis = session.r1bis
    if extra is None:
        extra = p.names(session, *session.pair)
    if options is None:
        options = p.list_options()
    return codec.i2bis(
        session.tag, session.nonce, r1bis.resp if resp is None else resp,
        session.lost if packet_tag is None else packet_tag,
        codec.validator(validator or r1bis.options[VALIDATOR]),
        *extra, *options, **rest)


def recovered(name, how, *rows):
    def run(p):
        session = lose(p, how)
        p.contexts(0)
        p.send(build_i2bis(p, session), *session.pair)
        r2 = p.expect("R2", init=session.nonce,
                      destination=session.pair[0]).shim
        p.true("a fresh tag", r2.tag != session.lost)
        p.context(state="established", ulid_local=session.host,
                  ulid_peer=session.ulid, tag_peer=session.tag,
                  loc_local=session.pair[1], loc_peer=session.pair[0])
        session.host_tag = r2.tag
        p.udp_socket(session)
        p.tagged(session)
        p.arrives()
        p.counted(r1bis_out=1, i2bis_in=1, r2_out=2, **{
            "rx_drop_payload_tag" if how == "payload"
            else "rx_drop_no_context": 1})
    run.__name__ = name
    run.__doc__ = f"R1bis for {how}, I2bis, R2 with a fresh tag; it works."
    script(*rows)(run)


recovered("host_lost_its_context_payload", "payload", "5533-7.5-1",
          "5533-7.20-5", "5533-7.17-3", "5533-5.8-2", "5533-7.20-3")
recovered("host_lost_its_context_probe", "probe", "5533-7.17-2")
recovered("host_lost_its_context_update", "update", "5533-7.17-2")


@script("5533-7.5-1")
def i2bis_before_the_set(p):
    """A host whose module was loaded anew does not know its own locator yet:
    the R2 comes as soon as it does, and names both."""
    session = lose(p)
    p.host.uninstall()
    p.send(build_i2bis(p, session), *session.pair)
    p.silence(1)
    p.contexts(0)
    p.host.install()
    r2 = p.expect("R2", init=session.nonce, source=session.pair[1],
                  destination=session.pair[0]).shim
    p.same("locators", {a for _, a in r2.locators()[1]},
           set(p.host.addresses))
    p.context(state="established", loc_local=session.pair[1],
              loc_peer=session.pair[0], tag_peer=session.tag)
    session.host_tag = r2.tag
    p.udp_socket(session)
    p.tagged(session)
    p.arrives()
    p.counted(rx_drop_payload_tag=1, rx_drop_pair=1, i2bis_in=1, r2_out=2)


@script("5533-7.20-2")
def i2bis_long_before_the_set(p):
    """What it echoes is too old when the set comes."""
    session = lose(p)
    p.host.uninstall()
    p.send(build_i2bis(p, session), *session.pair)
    p.silence(41)
    p.host.install()
    p.silence()
    p.contexts(0)
    p.counted(rx_drop_payload_tag=1, rx_drop_pair=1, rx_drop_stale=1)


@script("5533-7.17-3", "5533-7.10-1")
def r1bis_leaves_nothing(p):
    """Many unknown tags: R1bis each, nothing kept, nothing sent later."""
    for n in range(20):
        p.send(codec.keepalive(1000 + n), STRANGER)
        p.expect("R1bis", tag=1000 + n)
    p.silence(60)
    p.contexts(0)
    p.counted(rx_drop_no_context=20, r1bis_out=20)


@script("5533-7.20-1")
def i2bis_too_short(p):
    session = lose(p)
    p.send(codec.message(6, bytes(18)), session.ulid)
    p.silence()
    p.counted(rx_bad_short=1, rx_drop_payload_tag=1)


@script("5533-5.9-1")
def i2bis_reserved_bits(p):
    session = lose(p)
    p.send(build_i2bis(p, session, r=1, code=0xfe, reserved=(1 << 49) - 1),
           *session.pair)
    p.expect("R2")
    p.counted(rx_drop_payload_tag=1)


@script("5533-7.20-2")
def i2bis_of_29_and_40_seconds(p):
    session = lose(p)
    p.silence(29)
    p.send(build_i2bis(p, session), *session.pair)
    p.expect("R2")
    p.host.flush()
    p.silence(11)
    p.send(build_i2bis(p, session), *session.pair)
    p.silence()
    p.contexts(0)
    p.counted(rx_drop_payload_tag=1, rx_drop_stale=1)


def refused_i2bis(name, change, counter="rx_drop_validator"):
    def run(p):
        session = lose(p)
        change(p, session)
        p.silence()
        p.contexts(0)
        p.counted(**{"rx_drop_payload_tag": 1, counter: 1})
    run.__name__ = name
    run.__doc__ = "An I2bis with something wrong: silence, no context."
    script("5533-7.20-3", "5533-7.20-4", "5533-5.15.1-1")(run)


refused_i2bis("i2bis_validator_wrong", lambda p, s: p.send(
    build_i2bis(p, s, validator=bytes(16)), *s.pair))
refused_i2bis("i2bis_other_packet_tag", lambda p, s: p.send(
    build_i2bis(p, s, packet_tag=s.lost ^ 2), *s.pair))
refused_i2bis("i2bis_other_source", lambda p, s: p.send(
    build_i2bis(p, s), STRANGER, s.pair[1]))
refused_i2bis("i2bis_other_destination", lambda p, s: p.send(
    build_i2bis(p, s), s.pair[0], s.host))
refused_i2bis("i2bis_other_nonce", lambda p, s: p.send(
    build_i2bis(p, s, resp=s.r1bis.resp - 1), *s.pair))
refused_i2bis("i2bis_foreign_parameters", lambda p, s: p.send(
    build_i2bis(p, s, p.list_options(p.proof("other"))), *s.pair),
    "rx_drop_auth")
refused_i2bis("i2bis_without_proof", lambda p, s: p.send(
    build_i2bis(p, s, ()), *s.pair), "rx_drop_auth")
refused_i2bis("i2bis_bad_list", lambda p, s: p.send(
    build_i2bis(p, s, (codec.locators([*p.proof().addresses, STRANGER]),
                       codec.parameters(p.proof().pds()))), *s.pair),
    "rx_drop_auth")


@script("5533-7.20-3", "5533-7.13-3")
def validators_have_kinds(p):
    """That of an R1 does not serve an I2bis, nor the other way round."""
    session = p.open()
    r1 = p.ask_r1(session)
    p.send(codec.i2bis(session.tag, session.nonce, r1.resp, session.tag,
                       codec.validator(r1.options[VALIDATOR])), session.ulid)
    p.silence()
    p.send(codec.keepalive(session.tag), session.ulid)
    r1bis = p.expect("R1bis", tag=session.tag).shim
    p.send(codec.i2(session.tag, session.nonce, r1bis.resp,
                    codec.validator(r1bis.options[VALIDATOR])), session.ulid)
    p.silence()
    p.contexts(0)
    p.counted(rx_drop_validator=2, rx_drop_no_context=1)


@script("5533-7.20-3", "5533-4.4-2")
def i2bis_in_another_s_name(p):
    """A stranger that provoked an R1bis cannot speak for the peer (B-3)."""
    p.send(codec.keepalive(4711), STRANGER)
    r1bis = p.expect("R1bis", tag=4711).shim
    ulid = p.proof().addresses[0]
    p.send(codec.i2bis(8, 9, r1bis.resp, 4711,
                       codec.validator(r1bis.options[VALIDATOR]),
                       codec.ulids(ulid, p.host.ulid)), STRANGER)
    p.silence()
    p.contexts(0)
    p.counted(rx_drop_auth=1, rx_drop_no_context=1)


@script("5533-7.20-8", "5533-7.20-9")
def i2bis_for_an_established_context(p):
    """Our context still lives: R2, the peer's new tag, all else stays."""
    session = p.establish()
    session.lost, session.pair = p.fresh(46), (session.ulid, session.host)
    p.send(codec.keepalive(session.lost), session.ulid)
    session.r1bis = p.expect("R1bis", tag=session.lost).shim
    session.tag = p.fresh(46)
    p.send(build_i2bis(p, session), *session.pair)
    p.expect("R2", tag=session.host_tag)
    p.context(state="established", tag_peer=session.tag, npeer=2)
    p.counted(rx_drop_no_context=1, r2_out=2)


@script("5533-7.20-7")
def i2bis_in_i1_sent(p):
    session = p.open()
    session.lost, session.pair = p.fresh(46), (session.ulid, session.host)
    p.send(codec.keepalive(session.lost), session.ulid)
    session.r1bis = p.expect("R1bis", tag=session.lost).shim
    p.host.start(session.host, session.ulid)
    p.expect("I1")
    p.send(build_i2bis(p, session), *session.pair)
    p.expect("R2", init=session.nonce)
    p.context(state="established", tag_peer=session.tag)
    p.counted(rx_drop_no_context=1, r2_out=1)


@script("5533-7.20-4", "5533-7.20-6", "5533-7.2-4", "5533-7.2-5")
def i2bis_with_an_unknown_method(p):
    session = lose(p)
    sent = p.send(build_i2bis(p, session, (
        codec.locators(p.proof().addresses, 1, [1, 99]),
        codec.parameters(p.proof().pds()))), *session.pair)
    error = p.expect("Error", error_code=2).shim
    p.same("octet shown", sent[error.pointer], 99)
    p.contexts(0)
    p.counted(rx_drop_payload_tag=1, rx_drop_method=1, error_out=1)


# --- confusion

def two_ulids(p, **rest):
    """Two contexts of the same set of the peer: its ULIDs are two."""
    a, b = p.proof().addresses
    first = p.establish(p.open(ulid=a))
    second = p.open(ulid=b, **rest)
    return first, second


@script("5533-7.6-2", "5533-7.15-1", "5533-7.15-2", "5533-7.14-1",
        "5533-7.15-4", "5533-7.15-3")
def confusion_by_i2(p):
    """A second context with the same tag and a common locator: the older one
    goes, and nothing is sent with it."""
    first, second = two_ulids(p, tag=0)
    second.tag = first.tag
    p.establish(second)
    c = p.context(ulid_peer=second.ulid, state="established")
    p.true("the newer one", c["tag_local"] == second.host_tag)
    p.tagged(first)
    p.expect("R1bis", tag=first.host_tag)
    p.counted(context_confused=1, context_created=2, context_established=2,
              context_killed=1, rx_drop_payload_tag=1)


@script("5533-7.16-6", "5533-7.15-1")
def confusion_by_r2(p):
    """The same when the host is the initiator of the second."""
    first, second = two_ulids(p)
    session = p.await_i1(second.ulid)
    session.tag = first.tag
    p.respond(session)
    p.context(ulid_peer=second.ulid, state="established")
    p.counted(context_confused=1, context_created=2, context_established=2,
              context_killed=1)


@script("5533-C.4-1", "5533-4.1-1", "5533-7.1-1")
def few_tags_are_told_apart(p):
    """Seven bits of tag: all differ, and when none is left no context is
    made."""
    p.host.param("tag_bits", 7)
    p.host.param("rate_r1_all", 100000)
    tags = []
    for n in range(1, 128):
        session = p.establish(p.open(ulid=f"2001:db9:{n:x}::1"), options=())
        tags.append(session.host_tag)
    p.true("of seven bits", all(0 < tag < 128 for tag in tags))
    p.same("tags that differ", len(set(tags)), 127)
    session = p.open(ulid=STRANGER)
    p.ask_r1(session)
    p.send(p.build_i2(session, ()), STRANGER)
    p.silence()
    p.contexts(127)
    p.counted(rx_drop_limit=1, limit_context=1)


@script("5533-7.6-4")
def i1_with_a_known_tag_removes_nothing(p):
    first, second = two_ulids(p)
    second.tag = first.tag
    p.ask_r1(second)
    p.context(ulid_peer=first.ulid, state="established")
    p.counted(context_confused=0, context_created=1, context_established=1)


@script("5533-7.15-4")
def same_tag_of_different_peers(p):
    """No locator in common: both live."""
    first = p.establish()
    other = p.open(ulid=STRANGER, tag=first.tag)
    p.establish(other, options=())
    p.contexts(2)
    p.counted(context_confused=0, context_created=2, context_established=2)


@script("5533-7.6-3")
def confused_context_comes_back(p):
    """A normal exchange makes it anew, under another tag."""
    first, second = two_ulids(p, tag=0)
    second.tag = first.tag
    p.establish(second)
    again = p.establish(p.open(ulid=first.ulid))
    p.true("another tag", again.tag != second.tag)
    p.contexts(2)
    p.counted(context_confused=1, context_created=3, context_established=3,
              context_killed=1)
