# SPDX-License-Identifier: GPL-2.0
"""The host as responder (RFC 5533 5.4 to 5.7, 7.9 to 7.14)."""

from peer import codec
from peer.codec import KEEPALIVE, LOC_LIST, PDS, VALIDATOR
from peer.play import script
from peer.proof import belongs

STRANGER = "2001:db8:c1::1"
OTHER = "2001:db8:c2::1"


@script("5533-7.3-1", "5533-7.13-6", "5533-4-6", "5533-17-1", "5533-5-1")
def four_messages(p):
    """I1, R1, I2, R2; the responder has nothing before the I2."""
    session = p.open()
    p.ask_r1(session)
    p.contexts(0)
    p.send(p.build_i2(session), session.ulid)
    session.r2 = p.expect("R2", init=session.nonce).shim
    p.context(state="established", ulid_local=p.host.ulid,
              ulid_peer=session.ulid, loc_local=p.host.ulid,
              loc_peer=session.ulid, tag_peer=session.tag,
              tag_local=session.r2.tag, fii=0, nlocal=2, npeer=2)
    p.counted(i1_in=1, r1_out=1, i2_in=1, r2_out=1, context_created=1,
              context_established=1)


@script("5533-7.9-3", "5533-7.10-1", "5533-4.4-2")
def i1_leaves_nothing(p):
    """Many I1s: an R1 each, no context, no timer that sends anything."""
    for _ in range(20):
        p.ask_r1(p.open(ulid=STRANGER))
    p.silence(300)
    p.contexts(0)
    p.counted(i1_in=20, r1_out=20)


@script("5533-5.5-1", "5533-5.5-2", "5533-5.5-3", "5533-5.3-1")
def r1_fields(p):
    """R1: nonce copied, one option, zeros where zeros belong."""
    session = p.open(ulid=STRANGER)
    r1 = p.ask_r1(session)
    p.same("reserved", (r1.code, r1.reserved), (0, 0))
    p.same("next header", r1.next_header, 59)
    p.same("options", sorted(r1.options), [VALIDATOR])
    p.same("padding", any(r1.padding), False)
    p.counted(r1_out=1)


@script("5533-5.4-1")
def i1_reserved_bits(p):
    """Reserved1 and R of an I1 are not looked at."""
    session = p.open(ulid=STRANGER)
    p.send(codec.i1(session.tag, session.nonce, r=1, code=0xfe), STRANGER)
    p.expect("R1", init=session.nonce)
    p.counted(r1_out=1)


@script("5533-5.5-1", "5533-7.11-2")
def r1_reserved_bits(p):
    """Reserved1 and Reserved2 of an R1 are not looked at."""
    session = p.await_i1()
    p.send(codec.r1(session.nonce, 1, codec.validator(b"v"), code=0xfe,
                    reserved=0xffff), session.ulid)
    p.expect("I2")
    p.counted(r1_in=1, i2_out=1)


@script("5533-5.6-1")
def i2_reserved_bits(p):
    """Reserved1, R and Reserved2 of an I2 are not looked at."""
    session = p.open()
    p.ask_r1(session)
    p.send(p.build_i2(session, r=1, code=0xfe, reserved=0xffffffff),
           session.ulid)
    p.expect("R2", init=session.nonce)
    p.context(tag_peer=session.tag)
    p.counted(r2_out=1)


@script("5533-5.7-1")
def r2_reserved_bits(p):
    """Reserved1 and R of an R2 are not looked at."""
    session = p.await_i2()
    p.send(codec.r2(session.tag, session.i2.init, *p.list_options(), r=1,
                    code=0xfe), session.ulid)
    p.silence()
    p.context(state="established", tag_peer=session.tag)
    p.counted(r2_in=1)


@script("5533-5.7-2", "5533-5.7-3", "5533-7.6-1", "5533-5.15.2-1",
        "5533-3-1", "5533-7.10-2")
def r2_fields(p):
    """R2: own tag, nonce of the I2, the whole set and its parameters."""
    session = p.establish()
    r2 = session.r2
    p.same("reserved", (r2.code, r2.r), (0, 0))
    p.same("options", sorted(r2.options), [LOC_LIST, PDS])
    _, listed = r2.locators()
    p.same("locators", sorted(listed),
           sorted((codec.HBA, a) for a in p.host.addresses))
    pds = r2.options[PDS]
    p.true("all belong to the set", all(belongs(a, pds) for _, a in listed))
    p.same("padding", any(r2.padding), False)
    p.counted(r2_out=1)


@script("5533-7.9-1", "5533-12.3-1")
def i1_too_short(p):
    """I1 of 8 octets: silence."""
    p.send(codec.message(1, b"\0\0"), STRANGER)
    p.silence()
    p.counted(rx_bad_short=1)


@script("5533-7.13-1")
def i2_too_short(p):
    """I2 of 16 octets: silence."""
    session = p.open()
    p.ask_r1(session)
    p.send(codec.message(3, codec.rtag(session.tag, 0) +
                         codec.u32(session.nonce)), session.ulid)
    p.silence()
    p.counted(rx_bad_short=1, r2_out=0)


@script("5533-7.16-1", "5533-7.11-1")
def r1_and_r2_too_short(p):
    """R1 and R2 of 8 octets in the middle of a handshake: silence."""
    session = p.await_i1()
    p.send(codec.message(2, b"\0\0"), session.ulid)
    p.send(codec.message(4, b"\0\0"), session.ulid)
    p.silence()
    p.context(state="i1-sent")
    p.counted(rx_bad_short=2)


@script("5533-7.9-2", "5533-5.4-2", "5533-5.15.6-1", "5533-5.15.6-2")
def i1_with_ulids(p):
    """An I1 from another locator names its ULIDs; the R1 goes back to it."""
    session = p.open()
    source = p.proof().addresses[1]
    p.ask_r1(session, source, p.host.other)
    p.send(p.build_i2(session, extra=p.names(session, source, p.host.other)),
           source, p.host.other)
    p.expect("R2", source=p.host.other, destination=source)
    p.context(ulid_local=p.host.ulid, ulid_peer=session.ulid,
              loc_local=p.host.other, loc_peer=source)
    p.counted(r1_out=1, r2_out=1)


@script("5533-5.15.6-3")
def ulid_pair_reserved(p):
    """Reserved2 of a ULID Pair option is not looked at."""
    session = p.open(ulid=STRANGER)
    p.send(codec.i1(session.tag, session.nonce,
                    codec.ulids(STRANGER, p.host.ulid, reserved=0xffffffff)),
           STRANGER)
    p.expect("R1", init=session.nonce)
    p.counted(r1_out=1)


@script("5533-7.9-2")
def i1_for_foreign_ulid(p):
    """An I1 for a ULID that is not the host's: silence."""
    p.send(codec.i1(5, 6, codec.ulids(STRANGER, OTHER)), STRANGER)
    p.silence()
    p.counted(rx_drop_ulid=1)


@script("5533-7.9-5", "5533-7.14-2", "5533-7.10-2")
def i1_again_gets_r2(p):
    """The same tag once more: our R2 was lost."""
    session = p.establish()
    nonce = p.fresh()
    p.send(codec.i1(session.tag, nonce), session.ulid)
    p.expect("R2", init=nonce, tag=session.host_tag)
    p.context(tag_peer=session.tag)
    p.counted(r2_out=2, context_created=1, context_established=1)


@script("5533-7.9-6", "5533-7.5-2")
def i1_new_tag_gets_r1(p):
    """Another tag: the peer lost its context. Ours stays until its I2."""
    session = p.establish()
    again = p.open(tag=p.fresh(46))
    p.ask_r1(again)
    p.context(tag_peer=session.tag, state="established")
    p.send(p.build_i2(again), again.ulid)
    p.expect("R2", init=again.nonce, tag=session.host_tag)
    p.context(tag_peer=again.tag, state="established")
    p.counted(r1_out=2, r2_out=2, context_created=1, context_established=1)


@script("5533-7.9-4")
def i1_strange_locators_gets_r1(p):
    """Right tag, but from a locator that is not the peer's: R1."""
    session = p.establish()
    p.send(codec.i1(session.tag, 77, codec.ulids(session.ulid, p.host.ulid)),
           STRANGER)
    p.expect("R1", init=77, destination=STRANGER)
    p.context(tag_peer=session.tag)
    p.counted(r1_out=2)


@script("5533-7.13-2")
def validator_of_29_seconds(p):
    """A validator serves for 30 seconds."""
    session = p.open()
    p.ask_r1(session)
    p.silence(29)
    p.send(p.build_i2(session), session.ulid)
    p.expect("R2")
    p.counted(r2_out=1)


@script("5533-7.13-2", "5533-5.15.1-1")
def validator_of_40_seconds(p):
    """... and not for 40."""
    session = p.open()
    p.ask_r1(session)
    p.silence(40)
    p.send(p.build_i2(session), session.ulid)
    p.silence()
    p.contexts(0)
    p.counted(rx_drop_stale=1)


@script("5533-16.2-1", "5533-5.15.1-1")
def secret_is_changed(p):
    """Two R1s for the same I1, a secret's life apart, do not share the
    validator; the old secret still serves what it made."""
    p.host.param("secret_lifetime", 121000)
    session = p.open()
    p.ask_r1(session)
    p.silence(115)
    first = p.ask_r1(session)
    p.silence(10)
    p.ask_r1(p.open(ulid=STRANGER))
    session.r1 = first
    p.send(p.build_i2(session), session.ulid)
    p.expect("R2")
    p.counted(r2_out=1)


def refused_validator(name, change, counter="rx_drop_validator"):
    def run(p):
        session = p.open()
        r1 = p.ask_r1(session)
        value = bytearray(r1.options[VALIDATOR])
        change(p, session, value)
        p.silence()
        p.contexts(0)
        p.counted(**{counter: 1})
    run.__name__ = name
    run.__doc__ = "A validator for something else: silence, no context."
    return script("5533-7.13-3", "5533-7.13-5", "5533-5.15.1-1")(run)


def i2_of(p, session, value, source=None, tag=None, resp=None, extra=()):
    session.tag = tag or session.tag
    p.send(p.build_i2(session, validator=bytes(value), resp=resp, extra=extra),
           source or session.ulid)


def flip(at):
    def change(p, session, value):
        value[at] ^= 1
        i2_of(p, session, value)
    return change


refused_validator("validator_first_octet", flip(0))
refused_validator("validator_last_octet", flip(-1))
refused_validator("validator_other_tag", lambda p, s, v: i2_of(
    p, s, v, tag=s.tag ^ 2))
refused_validator("validator_other_source", lambda p, s, v: i2_of(
    p, s, v, source=p.proof().addresses[1],
    extra=(codec.ulids(s.ulid, s.host),)))
refused_validator("validator_other_instance", lambda p, s, v: i2_of(
    p, s, v, extra=(codec.fii(9),)))
refused_validator("validator_other_ulid", lambda p, s, v: i2_of(
    p, s, v, extra=(codec.ulids(STRANGER, s.host),)))
refused_validator("validator_other_nonce", lambda p, s, v: i2_of(
    p, s, v, resp=s.r1.resp - 1))
refused_validator("validator_of_the_future", lambda p, s, v: i2_of(
    p, s, v, resp=s.r1.resp + 1000), "rx_drop_stale")
refused_validator("validator_longer", lambda p, s, v: i2_of(
    p, s, bytes(v) + b"\0"))
refused_validator("validator_shorter", lambda p, s, v: i2_of(p, s, v[:-1]))
refused_validator("validator_empty", lambda p, s, v: i2_of(p, s, b""))


@script("5533-7.11-6")
def i2_with_another_nonce(p):
    """The Initiator Nonce of I2 may differ from that of I1 (A-11)."""
    session = p.open()
    p.ask_r1(session)
    session.nonce = p.fresh()
    p.send(p.build_i2(session), session.ulid)
    p.expect("R2", init=session.nonce)
    p.counted(r2_out=1)


@script("5533-5.6-2")
def i2_without_validator(p):
    """I2 without a validator: silence."""
    session = p.open()
    p.ask_r1(session)
    p.send(codec.i2(session.tag, session.nonce, session.r1.resp),
           session.ulid)
    p.silence()
    p.contexts(0)
    p.counted(rx_bad_opt_missing=1)


@script("5533-7.13-4", "5533-7.13-5")
def i2_with_foreign_parameters(p):
    """Parameters that are not those of the ULID: silence, no context."""
    session = p.open()
    p.ask_r1(session)
    other = p.proof("other")
    p.send(p.build_i2(session, p.list_options(other)), session.ulid)
    p.silence()
    p.contexts(0)
    p.counted(rx_drop_auth=1, context_created=0)


@script("5533-7.13-7", "5533-7.2-1")
def i2_with_a_locator_not_of_the_set(p):
    """One locator of the list does not verify: silence, no context."""
    session = p.open()
    p.ask_r1(session)
    p.send(p.build_i2(session, (
        codec.locators([*p.proof().addresses, STRANGER], 1),
        codec.parameters(p.proof().pds()))), session.ulid)
    p.silence()
    p.contexts(0)
    p.counted(rx_drop_auth=1, context_created=0)


@script("5533-7.2-4", "5533-7.2-5")
def i2_with_an_unknown_method(p):
    """Method 77: Error 2 whose pointer shows its octet, no context."""
    session = p.open()
    p.ask_r1(session)
    sent = p.send(p.build_i2(session, (
        codec.locators(p.proof().addresses, 1, [codec.HBA, 77]),
        codec.parameters(p.proof().pds()))), session.ulid)
    error = p.expect("Error", error_code=2).shim
    p.same("octet shown", sent[error.pointer], 77)
    p.contexts(0)
    p.counted(rx_drop_method=1, error_out=1, context_created=0)


@script("5533-7.2-4", "5533-7.2-5", "5533-5.15.4-1")
def i2_with_hba_but_no_extension(p):
    """Method HBA with parameters that have no prefixes: Error 2."""
    cga = p.proof("cga", ("2001:db8:b1::/64",), hba=False)
    session = p.open(ulid=cga.addresses[0])
    p.ask_r1(session)
    sent = p.send(p.build_i2(session, (
        codec.locators([session.ulid, "2001:db8:b2::7"], 1, codec.HBA),
        codec.parameters(cga.pds()))), session.ulid)
    error = p.expect("Error", error_code=2).shim
    p.same("octet shown", sent[error.pointer], codec.HBA)
    p.contexts(0)
    p.counted(rx_drop_method=1, error_out=1, context_created=0)


@script("5533-5.6-5")
def i2_with_a_list_but_no_parameters(p):
    """A list without anything to verify it by: Error 2, no context."""
    session = p.open()
    p.ask_r1(session)
    p.send(p.build_i2(session, (codec.locators(p.proof().addresses),)),
           session.ulid)
    p.silence()
    p.contexts(0)
    p.counted(rx_drop_auth=1, context_created=0)


@script("5533-3-3", "5535-8-1")
def single_homed_peer(p):
    """A peer with one plain address needs neither list nor parameters."""
    session = p.establish(p.open(ulid=STRANGER), options=())
    p.context(state="established", npeer=1, nlocal=2)
    p.true("the host's set is in R2", LOC_LIST in session.r2.options)
    p.counted(r2_out=1)


@script("5533-7.13-9", "5533-7.15-5")
def i2_again_for_an_established_context(p):
    """The same I2 once more: R2 again, nothing else changes."""
    session = p.establish()
    p.send(p.build_i2(session), session.ulid)
    p.expect("R2", init=session.nonce, tag=session.host_tag)
    p.context(tag_peer=session.tag, npeer=2)
    p.counted(r2_out=2, context_created=1, context_established=1)


@script("5533-7.13-9", "5533-7.13-10")
def i2_with_a_bad_list_leaves_the_old_set(p):
    """A later I2 whose list does not verify changes nothing."""
    session = p.establish()
    again = p.open(tag=p.fresh(46))
    p.ask_r1(again)
    p.send(p.build_i2(again, (
        codec.locators([again.ulid, STRANGER]),
        codec.parameters(p.proof().pds()))), again.ulid)
    p.silence()
    p.context(tag_peer=session.tag, npeer=2)
    p.counted(rx_drop_auth=1, context_created=1, context_established=1)


@script("5533-7.13-9")
def i2_from_a_locator_of_nobody(p):
    """In the peer's name, from a source that nothing proves: silence."""
    session = p.establish()
    thief = p.open(tag=p.fresh(46))
    p.ask_r1(thief, STRANGER, p.host.ulid)
    p.send(p.build_i2(thief, (), extra=(codec.ulids(thief.ulid,
                                                    thief.host),)), STRANGER)
    p.silence()
    p.context(tag_peer=session.tag)
    p.counted(rx_drop_auth=1)


@script("5533-4.4-2", "5533-7.13-5")
def i2_for_another_s_ulid(p):
    """Nobody gets a context in the name of an address that it does not send
    from and cannot prove (B-3)."""
    thief = p.open()
    p.ask_r1(thief, STRANGER, p.host.ulid)
    p.send(p.build_i2(thief, (), extra=(codec.ulids(thief.ulid,
                                                    thief.host),)), STRANGER)
    p.silence()
    p.contexts(0)
    p.counted(rx_drop_auth=1, context_created=0)


@script("5533-4.2-1", "5533-5.15.7-1", "5533-5.6-4")
def forked_context(p):
    """A context with an instance identifier lives beside the one without."""
    session = p.establish()
    fork = p.establish(p.open(), extra=(codec.fii(0xdeadbeef),))
    p.true("another tag", fork.host_tag != session.host_tag)
    found = {c["fii"]: c["tag_peer"] for c in p.contexts(2)}
    p.same("tags", found, {0: session.tag, 0xdeadbeef: fork.tag})
    p.counted(r2_out=2, context_created=2, context_established=2)


@script("5534-4.1-2", "5534-5.3-2", "5534-5.3-4", "5534-5.3-5")
def timeout_option_in_i2(p):
    """The peer's Send Timeout becomes our Keepalive Timeout."""
    p.establish(options=p.list_options() + (codec.timeout(60, 0xffff),))
    p.context(keepalive_timeout=60 * 10**9)
    p.counted(r2_out=1)


@script("5534-5.3-4", "5534-7-1")
def no_timeout_option(p):
    """Without the option it is 15 seconds."""
    p.establish()
    p.context(keepalive_timeout=15 * 10**9)
    p.counted(r2_out=1)


@script("5534-5.3-5")
def timeout_of_zero(p):
    """Zero seconds are no timeout (A-40)."""
    p.establish(options=p.list_options() + (codec.timeout(0),))
    p.context(keepalive_timeout=15 * 10**9)
    p.counted(r2_out=1)


@script("5534-5.3-1", "5534-4.1-2")
def own_timeout_is_told(p):
    """A Send Timeout that is not 15 s is in our R2 and I2."""
    p.host.param("send_timeout", 40000)
    session = p.establish()
    p.same("in R2", session.r2.options.get(KEEPALIVE),
           codec.u16(0) + codec.u16(40))
    p.host.flush()
    session = p.await_i2()
    p.same("in I2", session.i2.options.get(KEEPALIVE),
           codec.u16(0) + codec.u16(40))
    p.counted(r2_out=1, i2_out=1)


@script("5533-5.6-8", "5533-5.15.3-1", "5533-5.15.3-2")
def preferences_in_i2(p):
    """Preferences of each element size are taken."""
    for size, elements, want in (
            (1, [(0,), (codec.BROKEN,)], [(0, 0, 0), (1, 0, 0)]),
            (2, [(0, 5), (2, 6)], [(0, 5, 0), (2, 6, 0)]),
            (3, [(0, 5, 9), (2, 6, 8)], [(0, 5, 9), (2, 6, 8)]),
            (4, [(0, 5, 9, 255), (2, 6, 8, 255)], [(0, 5, 9), (2, 6, 8)]),
            (7, [(0, 5, 9, 1, 2, 3, 4), (4, 6, 8, 1, 2, 3, 4)],
             [(0, 5, 9), (4, 6, 8)])):
        p.establish(options=p.list_options() + (
            codec.preferences(elements, 7, size),))
        c = p.context(npeer=2)
        got = [loc[3:] for loc in p.host.locators(c["id"]) if loc[1]]
        p.same(f"preferences of {size} octets", got, want)
        p.host.flush()
    p.counted(r2_out=5)


@script("5533-10.4-9")
def preferences_of_another_list_in_i2(p):
    """They cost themselves only, and Error 3 (A-35)."""
    session = p.open()
    p.ask_r1(session)
    sent = p.send(p.build_i2(session, p.list_options() + (
        codec.preferences([(0, 1, 1)] * 2, 8),)), session.ulid)
    kinds = sorted([p.next(0.1), p.next(0.1)], key=lambda x: x.kind())
    p.same("answers", [k.kind() for k in kinds], ["Error", "R2"])
    p.same("code", kinds[0].shim.error_code, 3)
    p.same("generation shown", codec.get32(sent, kinds[0].shim.pointer), 8)
    p.context(state="established", npeer=2)
    p.counted(r2_out=1, error_out=1)
