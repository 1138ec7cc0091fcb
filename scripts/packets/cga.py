# SPDX-License-Identifier: GPL-2.0
"""Locators that a key proves (RFC 3972, RFC 5533 5.15.5, 7.2)."""

import errno
import ipaddress

import abi
from peer import codec
from peer.codec import CGA, HBA, LOC_LIST, PDS, SIGNATURE, get32
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


# --- the host's own key

# Of no set, on the host's second link
PLAIN = "2001:db8:a2::99"


def mine(p, bits=1024, name="mine", prefixes=("2001:db8:a1::/64",), **rest):
    """An identity of the host; its key is in the keyring of this process."""
    who = p.proof(f"{name}{bits}", prefixes, key=Key(bits, "host"),
                  hba=len(prefixes) > 1, **rest)
    p.host.add(PLAIN, "2")
    return (who, *p.host.own(who))


def read_list(message):
    """(generation, addresses, methods) of a Locator List."""
    content = message.options[LOC_LIST]
    count = content[4]
    # Locators begin at eight octets, of the option with its head
    at = (4 + 5 + count + 7) // 8 * 8 - 4
    return (get32(content, 0),
            [ipaddress.IPv6Address(content[i:i + 16]).compressed
             for i in range(at, len(content), 16)],
            list(content[5:5 + count]))


def check_signed(p, who, message, want, methods=None, pds=True):
    """The list is this one, and the key of the parameters has signed it."""
    generation, addresses, got = read_list(message)
    p.same("locators", addresses, want)
    p.same("methods", got, methods or [CGA] * len(want))
    p.same("parameters", message.options.get(PDS),
           who.pds() if pds else None)
    covered = [a for a, m in zip(addresses, got) if m == CGA]
    p.true("the signature is the key's", who.signed(
        generation, covered, message.options[SIGNATURE]))
    p.true("of this generation alone", not who.signed(
        generation + 1, covered, message.options[SIGNATURE]))
    return generation


@script("5533-5.7-3", "5533-5.15.4-1", "5533-5.15.5-1", "5533-5.15.5-2",
        "3972-6-1", "5533-3-2", "5535-4-1")
def own_list_in_r2(p):
    """The CGA, and what else is on the host and in no other set."""
    who, _, _ = mine(p)
    session = p.open(host=who.addresses[0])
    p.establish(session)
    check_signed(p, who, session.r2, [who.addresses[0], p.host.stray, PLAIN])
    c = p.context(state="established", nlocal=3)
    p.same("methods", [loc[2] for loc in p.host.locators(c["id"])
                       if not loc[1]], [CGA] * 3)
    p.counted(signatures_made=1, signatures_failed=0)


@script("5533-5.6-5", "5533-5.6-6", "5533-7.11-7", "5533-5.15.5-1")
def own_list_in_i2(p):
    who, _, _ = mine(p)
    session = p.await_i2(p.await_i1(host=who.addresses[0]))
    check_signed(p, who, session.i2, [who.addresses[0], p.host.stray, PLAIN])
    p.send(codec.r2(session.tag, session.i2.init, *p.list_options()),
           session.ulid, session.host)
    p.silence()
    p.context(state="established")
    p.counted(signatures_made=1)


def own_key_of(bits):
    def run(p):
        who, _, _ = mine(p, bits)
        session = p.establish(p.open(host=who.addresses[0]))
        check_signed(p, who, session.r2,
                     [who.addresses[0], p.host.stray, PLAIN])
        p.same("bits", [i[3] for i in p.host.identities()], [bits])
        p.counted(signatures_made=1)
    run.__name__ = f"own_key_of_{bits}_bits"
    run.__doc__ = f"We sign with a key of {bits} bits."
    script("3972-7.1-1", "5533-5.7-3")(run)


own_key_of(2048)
own_key_of(4096)


@script("5533-10.1-1", "5533-10.1-2", "5533-10.1-4", "5533-5.10-3",
        "5533-5.15.2-2", "5535-8.1-1")
def own_list_changes(p):
    """One signature for all contexts; it goes out by Update Requests."""
    who, _, _ = mine(p)
    first = p.establish(p.open(host=who.addresses[0]))
    before = read_list(first.r2)
    second = p.establish(p.open(host=who.addresses[0],
                                ulid=p.proof().addresses[1]))
    p.same("list of the other context", second.r2.options[LOC_LIST],
           first.r2.options[LOC_LIST])
    p.host.add("2001:db8:a2::98", "2")
    want = [who.addresses[0], p.host.stray, "2001:db8:a2::98", PLAIN]
    for _ in range(2):
        asked = p.expect("UpdateRequest", 1.5).shim
        generation, addresses, methods = read_list(asked)
        p.same("locators", sorted(addresses), sorted(want))
        check_signed(p, who, asked, addresses, methods)
        p.same("generation", generation, (before[0] + 1) & 0xffffffff)
        p.true("an old signature is none", not who.signed(
            generation, addresses, first.r2.options[SIGNATURE]))
        for session in (first, second):
            if session.tag == asked.tag:
                p.send(codec.ack(session.host_tag, asked.nonce),
                       session.ulid, session.host)
    p.silence(0.5)
    p.same("update under way", [c["flags"] & 4 for c in p.contexts(2)], [0, 0])
    p.counted(signatures_made=2)


@script("5533-10.1-4", "5533-1.5-2", "5533-4-5")
def own_list_gets_shorter(p):
    """An address is taken away: signed and told; its place is kept until the
    peer has acknowledged (B-46)."""
    who, _, _ = mine(p)
    session = p.establish(p.open(host=who.addresses[0]))
    p.host.remove(PLAIN)
    asked = p.expect("UpdateRequest", 1.5, tag=session.tag).shim
    check_signed(p, who, asked, [who.addresses[0], p.host.stray])
    p.context(nlocal=3)
    p.send(codec.ack(session.host_tag, asked.nonce), session.ulid,
           session.host)
    p.silence(0.2)
    p.context(nlocal=2)
    p.counted(signatures_made=2)


@script("5533-5.9-4")
def own_list_in_i2bis(p):
    who, _, _ = mine(p)
    session = p.establish(p.open(host=who.addresses[0]))
    p.send(codec.r1bis(session.tag, 5, codec.validator(b"x" * 20)),
           session.ulid, session.host)
    sent = p.expect("I2bis").shim
    check_signed(p, who, sent, [who.addresses[0], p.host.stray, PLAIN])
    p.counted(signatures_made=1)


@script("5533-5.1-2", "5533-10.1-4")
def own_list_too_long_for_r2(p):
    """Key and signature of 4096 bits and nine locators are more than the
    smallest MTU: the parameters come in the R2, the list follows."""
    who, _, _ = mine(p, 4096)
    for n in range(6):
        p.host.add(f"2001:db8:a2::a{n}", "2")
    p.silence(1.5)
    session = p.establish(p.open(host=who.addresses[0]))
    p.same("options of R2", sorted(session.r2.options), [PDS])
    asked = p.expect("UpdateRequest").shim
    _, addresses, _ = read_list(asked)
    p.same("locators", len(addresses), 9)
    check_signed(p, who, asked, addresses, pds=False)
    p.send(codec.ack(session.host_tag, asked.nonce), session.ulid,
           session.host)
    p.silence(0.2)
    c = p.context(flags=0)
    p.same("usable", c["nlocal"], 9)
    p.counted()


@script("5533-5.15.4-1", "5535-4-1", "5535-7.1-1", "5535-5-3")
def own_set_with_a_key(p):
    """HBA/CGA: members by their hashes, others by the signature, which does
    not cover the members."""
    who, _, _ = mine(p, prefixes=("2001:db8:a1::/64", "2001:db8:a2::/64"))
    session = p.establish(p.open(host=who.addresses[0]))
    check_signed(p, who, session.r2,
                 [*who.addresses, p.host.stray, PLAIN], [HBA, HBA, CGA, CGA])
    p.counted(signatures_made=1)


@script("5533-5.15.4-1", "5533-5.6-6", "5533-5.7-3")
def own_set_needs_no_signature(p):
    """Members only: their hashes are enough."""
    who, _, _ = mine(p, prefixes=("2001:db8:a1::/64", "2001:db8:a2::/64"))
    p.host.remove(PLAIN)
    p.host.hide_stray()
    p.silence(1.2)
    session = p.establish(p.open(host=who.addresses[0]))
    generation, addresses, methods = read_list(session.r2)
    p.same("list", (addresses, methods), (who.addresses, [HBA, HBA]))
    p.same("options", sorted(session.r2.options), [LOC_LIST, PDS])
    p.same("identity", p.host.identities()[0][5:], (generation, 2, 0))
    p.counted()


@script("5533-10.1-4", "3972-7.1-1")
def own_key_revoked(p):
    """Nothing can be signed any more: the old list stays, and it shows."""
    who, identity, key = mine(p)
    session = p.establish(p.open(host=who.addresses[0]))
    generation, _, _ = read_list(session.r2)
    abi.revoke_key(key)
    p.host.add("2001:db8:a2::97", "2")
    p.silence(1.5)
    p.same("identity", p.host.identities(),
           [(identity, key, 1, 1024, errno.EKEYREVOKED, generation, 3, 128)])
    p.counted(signatures_made=1, signatures_failed=1, update_req_out=0)


@script("3972-6-2", "5533-16-1", "3972-7.4-2")
def own_key_refused(p):
    """A key that is not the one of the parameters, or no private one."""
    who = p.proof("mine", ("2001:db8:a1::/64",), key=Key(1024, "host"),
                  hba=False)
    short = p.proof("short", ("2001:db8:a1::/64",), key=Key(1016, "host"),
                    hba=False)
    good = abi.add_key(who.key.pkcs8())
    for what, pds, key, want in (
            ("another key", who.pds(), abi.add_key(
                Key(1024, "other").pkcs8()), errno.EKEYREJECTED),
            ("a longer key", who.pds(), abi.add_key(
                Key(2048, "host").pkcs8()), errno.EKEYREJECTED),
            ("no key", who.pds(), 0x7ffffff0, errno.ENOKEY),
            ("a password", who.pds(), abi.add_key(b"x", b"user"),
             errno.EPROTOTYPE),
            ("1016 bits", short.pds(), abi.add_key(short.key.pkcs8()),
             errno.EKEYREJECTED),
            ("a random number", p.host.proof.pds(), good, errno.EOPNOTSUPP),
            ("malformed", who.pds()[:-1], good, errno.EINVAL),
            ("the key", who.pds(), good, 0),
            ("the key again", who.pds(), good, errno.EEXIST)):
        p.same(what, abi.CGA_ADD.call(p.host.fd, abi.cga_arg(pds, key))[0],
               want)
    (identity,) = p.host.identities()
    p.same("by the other command", abi.HBA_DEL.call(
        p.host.fd, abi.ref_arg(identity[0]))[0], errno.ENOENT)
    p.same("deleted", abi.CGA_DEL.call(
        p.host.fd, abi.ref_arg(identity[0]))[0], 0)
    p.same("none left", p.host.identities(), [])
    p.counted(signatures_made=0)


@script("5533-10.1-4")
def own_identity_removed(p):
    """The contexts go on with the list that was signed last."""
    who, identity, _ = mine(p)
    session = p.establish(p.open(host=who.addresses[0]))
    abi.CGA_DEL.call(p.host.fd, abi.ref_arg(identity))
    p.silence(1.2, ("Probe",))
    p.send(codec.i1(session.tag, 77), session.ulid, session.host)
    again = p.expect("R2", init=77).shim
    p.same("list", again.options[LOC_LIST], session.r2.options[LOC_LIST])
    p.counted(signatures_made=1, update_req_out=0)
