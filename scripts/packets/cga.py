# SPDX-License-Identifier: GPL-2.0
"""Locators that a key proves (RFC 3972, RFC 5533 5.15.5, 7.2)."""

from peer import codec
from peer.codec import CGA, HBA
from peer.play import script
from peer.proof import Key

STRANGER = "2001:db8:c1::1"
# Not of the prefix of the CGA; another provider's
OTHER = "2001:db8:c2::77"
GENERATION = 9


def key(bits=1024):
    return Key(bits, "peer")


def cga(p, bits=1024, **rest):
    """An identity with a key, one address."""
    return p.proof(f"cga{bits}", ("2001:db8:b5::/64",), key=key(bits),
                   hba=False, **rest)


def signed(who, addresses, methods=CGA, generation=GENERATION, order=None):
    """List, parameters and signature; order: what is signed instead."""
    if isinstance(methods, int):
        methods = [methods] * len(addresses)
    covered = [a for a, m in zip(addresses, methods) if m == CGA]
    return (codec.locators(addresses, generation, methods),
            codec.parameters(who.pds()),
            codec.signature(who.sign(generation, order or covered)))


def session_of(p, who, options=None):
    session = p.open(ulid=who.addresses[0])
    if options is None:
        options = signed(who, [session.ulid, OTHER])
    p.ask_r1(session)
    p.send(p.build_i2(session, options), session.ulid)
    return session


def established(p, who, options=None):
    session = session_of(p, who, options)
    session.r2 = p.expect("R2", 1, init=session.nonce).shim
    session.host_tag = session.r2.tag
    return session


@script("5533-3-2", "5533-5.15.5-1", "3972-6-1", "3972-6-2", "5535-4-1",
        "5533-7.13-7", "5533-5.15.4-1")
def list_signed_by_a_cga(p):
    """Any locator may be in the list of a CGA, if its key has signed it."""
    who = cga(p)
    session = established(p, who)
    c = p.context(state="established", npeer=2, tag_peer=session.tag)
    p.same("locators", [loc[:3] for loc in p.host.locators(c["id"])
                        if loc[1]],
           [(who.addresses[0], True, CGA), (OTHER, True, CGA)])
    p.counted(signatures_verified=1, r2_out=1)


def signed_with(bits):
    def run(p):
        established(p, cga(p, bits))
        p.context(npeer=2)
        p.counted(signatures_verified=1)
    run.__name__ = f"key_of_{bits}_bits"
    run.__doc__ = f"A key of {bits} bits."
    script("3972-5-4", "3972-7.1-1", "5533-16-1")(run)


signed_with(2048)
signed_with(4096)


def refused(name, options, counters, *rows):
    def run(p):
        who = cga(p)
        session_of(p, who, options(who, [who.addresses[0], OTHER]))
        p.silence(1)
        p.contexts(0)
        p.counted(**counters)
    run.__name__ = name
    run.__doc__ = "The signature does not prove this list: silence, no context"
    script("3972-6-2", "5533-7.13-5", *rows)(run)


WRONG = {"rx_drop_signature": 1, "rx_drop_auth": 1}
refused("signature_of_another_order", lambda who, a: signed(
    who, a, order=a[::-1]), WRONG, "5533-5.15.5-2")
refused("signature_of_another_locator", lambda who, a: signed(
    who, a, order=[a[0], STRANGER]), WRONG, "5533-5.15.5-1")
refused("signature_of_another_generation", lambda who, a: (
    codec.locators(a, GENERATION, CGA), codec.parameters(who.pds()),
    codec.signature(who.sign(GENERATION + 1, a))), WRONG, "5533-5.15.5-1")
refused("signature_of_another_key", lambda who, a: (
    codec.locators(a, GENERATION, CGA), codec.parameters(who.pds()),
    codec.signature(Key(1024, "somebody").sign(b"x"))), WRONG)
refused("signature_of_zeros", lambda who, a: (
    codec.locators(a, GENERATION, CGA), codec.parameters(who.pds()),
    codec.signature(bytes(128))), WRONG)
refused("signature_missing", lambda who, a: signed(who, a)[:2],
        {"rx_drop_auth": 1}, "5533-5.6-6", "5533-7.11-7")
refused("signature_too_short", lambda who, a: (
    *signed(who, a)[:2], codec.signature(bytes(127))), {"rx_drop_auth": 1})
refused("signature_too_long", lambda who, a: (
    *signed(who, a)[:2], codec.signature(bytes(129))), {"rx_drop_auth": 1})


@script("5533-16-1", "3972-3-3", "5533-7.2-4")
def key_of_1016_bits(p):
    """Too short to sign: the method is refused."""
    who = cga(p, 1016)
    session_of(p, who)
    p.expect("Error", error_code=2)
    p.contexts(0)
    p.counted(rx_drop_method=1, signatures_verified=0)


@script("5533-16-1", "5533-7.2-4", "5535-5-3")
def hba_set_signs_nothing(p):
    """The key of an HBA set is a random number that nobody owns (C-2)."""
    who = p.proof()
    session = p.open()
    p.ask_r1(session)
    p.send(p.build_i2(session, (
        codec.locators([session.ulid, OTHER], 1, [HBA, CGA]),
        codec.parameters(who.pds()), codec.signature(bytes(48)))),
        session.ulid)
    p.expect("Error", error_code=2)
    p.contexts(0)
    p.counted(rx_drop_method=1)


@script("5535-8.1-1", "5535-4-1", "5535-5-3", "5533-10.1-4")
def new_prefix_of_an_hba_cga_set(p):
    """An address outside of the set comes by an Update Request, signed by the
    key of the set; the members go on by their hashes."""
    who = p.proof("both", ("2001:db8:b6::/64", "2001:db8:b7::/64"), key=key())
    session = established(p, who, p.list_options(who))
    p.context(npeer=2)
    p.send(codec.update(session.host_tag, 4, *signed(
        who, [*who.addresses, OTHER], [HBA, HBA, CGA])), session.ulid)
    p.expect("UpdateAck", 1, nonce=4)
    p.context(npeer=3)
    p.counted(signatures_verified=1)


@script("5533-10.4-7", "3972-6-2", "5533-7.13-10")
def update_with_a_wrong_signature(p):
    """Error 2, and the old set stays."""
    who = cga(p)
    session = established(p, who)
    p.send(codec.update(session.host_tag, 4, *signed(
        who, [session.ulid, STRANGER], order=[session.ulid, OTHER])),
        session.ulid)
    p.expect("Error", 1, error_code=2)
    c = p.context(npeer=2)
    p.true("not the stranger", STRANGER not in
           [loc[0] for loc in p.host.locators(c["id"])])
    p.counted(signatures_verified=1, rx_drop_signature=1, rx_drop_method=1)


@script("5533-10.4-5", "5533-10.1-4")
def update_by_known_parameters(p):
    """The key of the handshake serves an Update without parameters."""
    who = cga(p)
    session = established(p, who)
    listed, _, signature = signed(who, [session.ulid, STRANGER],
                                  generation=10)
    p.send(codec.update(session.host_tag, 4, listed, signature),
           session.ulid)
    p.expect("UpdateAck", 1, nonce=4)
    p.counted(signatures_verified=2)


@script("5533-7.16-4", "5533-7.16-3")
def r2_with_a_signature(p):
    who = cga(p)
    session = p.await_i2(p.await_i1(who.addresses[0]))
    p.send(codec.r2(session.tag, session.i2.init, *signed(
        who, [session.ulid, OTHER])), session.ulid)
    p.silence(1)
    p.context(state="established", npeer=2)
    p.counted(signatures_verified=1)


@script("5533-7.13-3", "5533-10.4-4", "5533-7.16-2")
def cheap_checks_come_first(p):
    """No signature is looked at for a wrong validator, nonce or pair (C-9)."""
    who = cga(p)
    session = p.open(ulid=who.addresses[0])
    options = signed(who, [session.ulid, OTHER])
    p.ask_r1(session)
    p.send(p.build_i2(session, options, validator=bytes(16)), session.ulid)
    p.silence(0.5)
    p.send(codec.r2(session.tag, 1, *options), session.ulid)
    live = p.establish()
    p.send(codec.update(live.host_tag, 4, *options), STRANGER)
    p.expect("R1bis")
    p.silence(0.5)
    p.counted(rx_drop_validator=1, rx_drop_no_context=2,
              signatures_verified=0, rx_drop_signature=0)


@script("5535-11.4-1", "5533-4.4-2")
def waiting_messages_are_limited(p):
    """Beyond the limit they are dropped and counted."""
    p.host.param("verify_max", 2)
    who = cga(p)
    session = established(p, who)
    options = signed(who, [session.ulid, OTHER])
    for n in range(20):
        p.send(codec.update(session.host_tag, n + 1, *options), session.ulid)
    p.silence(2, ("UpdateAck",))
    moved = p.moved()
    dropped = moved.get("limit_verify", 0)
    p.same("checked or dropped", dropped + moved["signatures_verified"], 21)
    p.true("some of each", 0 < dropped < 20)
    p.counted(limit_verify=dropped)


@script("5533-7.2-2", "3972-6-2")
def relaxed_laboratory(p):
    """With verify_relaxed nothing is checked but the ULID's parameters."""
    p.host.param("verify_relaxed", 1)
    session = p.open()
    p.ask_r1(session)
    p.send(p.build_i2(session, (codec.locators(
        [session.ulid, STRANGER], 1, [0, 77]),)), session.ulid)
    p.expect("R2")
    p.context(npeer=2)
    p.counted(signatures_verified=0)
