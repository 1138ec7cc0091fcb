# SPDX-License-Identifier: GPL-2.0
"""The host as initiator (RFC 5533 7.7 to 7.16), and crossing handshakes."""

import errno

from peer import codec
from peer.codec import FII, LOC_LIST, PDS, VALIDATOR
from peer.play import script
from peer.proof import belongs
from peer.world import icmpv6

STRANGER = "2001:db8:c1::1"


@script("5533-7.7-1", "5533-7.7-2", "5533-5.4-4", "5533-5.4-2",
        "5533-5.3-1", "5533-7.1-1")
def i1_of_the_host(p):
    """I1: a random tag and nonce, no option when the ULIDs are the pair."""
    seen = set()
    for _ in range(20):
        session = p.await_i1()
        p.same("length", session.i1.size, 16)
        p.same("options", session.i1.options, {})
        p.same("reserved", (session.i1.code, session.i1.r), (0, 0))
        seen |= {session.i1.tag, session.i1.init}
        p.host.flush()
    p.same("tags and nonces that differ", len(seen), 40)
    p.counted(i1_out=20)


@script("5533-7.8-1", "5533-7.8-3", "5533-14-1", "5533-4-2")
def i1_is_repeated(p):
    """Five I1s, 4 8 16 32 s apart give or take a half, then hold-down."""
    session = p.await_i1()
    start = p.now()
    for nominal in (4, 8, 16, 32):
        packet = p.expect("I1", nominal * 1.5 + 1, tag=session.host_tag,
                          init=session.nonce)
        p.true(f"{packet.when - start:.2f} s for {nominal}",
               nominal * 0.49 <= packet.when - start <= nominal * 1.52)
        start = packet.when
    p.silence(31)
    p.context(state="i1-sent")
    for _ in range(67):
        p.silence(1)
        if p.contexts(1)[0]["state"] == "e-failed":
            break
    p.context(state="e-failed")
    p.silence(57)
    p.context(state="e-failed")
    p.silence(5)
    p.contexts(0)
    p.counted(i1_out=5, context_failed=1, context_created=1, context_killed=1)


@script("5533-7.8-2")
def i1_jitter_is_spread(p):
    """Of eighty first repetitions some come early, some late."""
    waits = []
    for _ in range(80):
        p.await_i1()
        start = p.now()
        waits.append(p.expect("I1", 7).when - start)
        p.host.flush()
    p.true(f"all within bounds: {waits}",
           all(1.9 <= w <= 6.2 for w in waits))
    p.true("some early, some late", min(waits) < 3 and max(waits) > 5)
    p.counted(i1_out=160)


@script("5533-5.6-1", "5533-5.6-7", "5533-7.11-4", "5533-7.11-7",
        "5533-7.6-1", "5533-5.6-5")
def i2_fields(p):
    """I2: what R1 said copied, the whole set and its parameters."""
    session = p.await_i2()
    i2 = session.i2
    p.same("tag", i2.tag, session.host_tag)
    p.same("reserved", (i2.code, i2.r, i2.reserved), (0, 0, 0))
    p.same("Responder Nonce", i2.resp, session.resp)
    p.same("options", sorted(i2.options), [VALIDATOR, LOC_LIST, PDS])
    pds = i2.options[PDS]
    _, listed = i2.locators()
    p.same("locators", {a for _, a in listed}, set(p.host.addresses))
    p.true("all belong to the set", all(belongs(a, pds) for _, a in listed))
    p.counted(i2_out=1)


def fork(p, session, port=6000):
    """A forked context for the flow from port 5000; its I1 is here."""
    err, number = p.host.fork(session.host, session.ulid, 17, (5000, port))
    p.same("fork", err, 0)
    forked = p.open(session.ulid, session.host)
    forked.i1 = p.expect("I1", source=session.host,
                         destination=session.ulid).shim
    forked.host_tag = forked.i1.tag
    forked.nonce = forked.i1.init
    forked.fii = codec.u32(number)
    return forked


@script("5533-5.4-3", "5533-5.6-4", "5533-7.7-3", "5533-7.11-5",
        "5533-12.4-3")
def fork_of_the_host(p):
    """The instance is in I1 and I2; the flow is tagged, others are not."""
    session = p.establish()
    forked = fork(p, session)
    p.same("instance in I1", forked.i1.options, {FII: forked.fii})
    p.true("a tag of its own", forked.host_tag != session.host_tag)
    p.datagram(session)
    p.expect("proto 17", source=session.host, destination=session.ulid)
    p.await_i2(forked)
    p.same("instance in I2", forked.i2.options.get(FII), forked.fii)
    p.send(codec.r2(forked.tag, forked.i2.init, *p.list_options()),
           forked.ulid, forked.host)
    p.silence()
    p.same("states", [c["state"] for c in p.contexts(2)],
           ["established"] * 2)
    p.datagram(session)
    packet = p.expect("payload", source=forked.host, destination=forked.ulid)
    p.same("tag", packet.shim.tag, forked.tag)
    p.udp_socket(session, 5001).send(b"another flow")
    p.expect("proto 17", source=session.host, destination=session.ulid)
    p.counted(i1_out=1, i2_out=1, payload_out=1)


@script("5533-4.2-1", "5533-7.15-5")
def forks_of_the_host_differ(p):
    """Each has an instance of its own, none is 0, one flow has one."""
    session = p.establish()
    seen = {fork(p, session, port).fii for port in range(6001, 6021)}
    p.same("instances", len(seen), 20)
    p.true("none is 0", codec.u32(0) not in seen)
    p.same("again", p.host.fork(session.host, session.ulid, 17,
                                (5000, 6001))[0], errno.EEXIST)
    p.contexts(21)
    p.counted(i1_out=20)


@script("5533-5.6-2", "5533-5.15-1", "5533-5.15-2", "5533-5.15-3")
def validators_of_all_sizes(p):
    """Whatever its size, the validator is copied octet by octet."""
    for size in (0, 1, 3, 4, 5, 20, 32, 100, 255):
        session = p.await_i2(validator=bytes(range(256))[:size])
        p.same(f"validator of {size}", session.i2.options[VALIDATOR],
               session.validator)
        p.same("padding", any(session.i2.padding), False)
        p.host.flush()
    p.counted(i2_out=9)


@script("5533-7.11-2")
def r1_with_a_wrong_nonce(p):
    session = p.await_i1()
    p.send(codec.r1(session.nonce ^ 1, 1, codec.validator(b"v")),
           session.ulid)
    p.silence()
    p.context(state="i1-sent")
    p.counted(rx_drop_no_context=1)


@script("5533-7.11-2")
def r1_from_elsewhere(p):
    session = p.await_i1()
    p.send(codec.r1(session.nonce, 1, codec.validator(b"v")), STRANGER)
    p.send(codec.r1(session.nonce, 1, codec.validator(b"v")), session.ulid,
           p.host.other)
    p.silence()
    p.context(state="i1-sent")
    p.counted(rx_drop_no_context=2)


@script("5533-5.5-3")
def r1_without_validator(p):
    session = p.await_i1()
    p.send(codec.r1(session.nonce, 1), session.ulid)
    p.silence()
    p.context(state="i1-sent")
    p.counted(rx_bad_opt_missing=1)


@script("5533-7.11-3")
def r1_in_i2_sent(p):
    """A second R1 is not looked at."""
    session = p.await_i2()
    p.send(codec.r1(session.i2.init, 9, codec.validator(b"other")),
           session.ulid)
    p.silence()
    p.context(state="i2-sent")
    p.counted(rx_drop_state=1)


@script("5533-7.11-3", "5533-7.16-5")
def r1_and_r2_in_established(p):
    """Late R1 and R2 change nothing."""
    session = p.respond()
    p.send(codec.r1(session.nonce, 9, codec.validator(b"other")),
           session.ulid)
    p.send(codec.r2(session.tag ^ 2, session.i2.init), session.ulid)
    p.silence()
    p.context(state="established", tag_peer=session.tag)
    p.counted(rx_drop_no_context=2)


@script("5533-7.12-1", "5533-7.12-2")
def i2_is_repeated_then_i1(p):
    """Two repetitions of I2, then I1 with a new nonce (A-16)."""
    session = p.await_i2()
    start = p.now()
    for nominal in (4, 8):
        packet = p.expect("I2", nominal * 1.5 + 1, init=session.i2.init)
        p.true(f"{packet.when - start:.2f} s for {nominal}",
               nominal * 0.49 <= packet.when - start <= nominal * 1.52)
        start = packet.when
    i1 = p.expect("I1", 25).shim
    p.same("tag", i1.tag, session.host_tag)
    p.true("a new nonce", i1.init != session.nonce)
    p.context(state="i1-sent")
    p.host.flush()
    p.counted(i2_out=3, i1_out=2)


@script("5533-7.12-3")
def i2_with_an_old_validator(p):
    """A validator of 30 seconds is not sent again: back to I1."""
    p.host.param("i2_timeout", 25000)
    p.host.param("i2_retries", 16)
    p.await_i2()
    kinds = []
    while not kinds or kinds[-1] != "I1":
        kinds.append(p.next(120).kind())
    p.true(f"few I2s: {kinds}", len(kinds) <= 3)
    p.host.flush()
    p.counted(i1_out=2)


@script("5533-7.16-2")
def r2_with_a_wrong_nonce(p):
    session = p.await_i2()
    p.send(codec.r2(session.tag, session.i2.init ^ 1), session.ulid)
    p.silence()
    p.context(state="i2-sent")
    p.counted(rx_drop_no_context=1)


@script("5533-7.16-2")
def r2_from_elsewhere(p):
    session = p.await_i2()
    p.send(codec.r2(session.tag, session.i2.init), STRANGER)
    p.send(codec.r2(session.tag, session.i2.init), session.ulid,
           p.host.other)
    p.silence()
    p.context(state="i2-sent")
    p.counted(rx_drop_no_context=2)


@script("5533-7.16-3")
def r2_with_foreign_parameters(p):
    session = p.await_i2()
    p.send(codec.r2(session.tag, session.i2.init,
                    *p.list_options(p.proof("other"))), session.ulid)
    p.silence()
    p.context(state="i2-sent")
    p.counted(rx_drop_auth=1)


@script("5533-7.16-4")
def r2_with_a_locator_not_of_the_set(p):
    session = p.await_i2()
    p.send(codec.r2(session.tag, session.i2.init,
                    codec.locators([session.ulid, STRANGER]),
                    codec.parameters(p.proof().pds())), session.ulid)
    p.silence()
    p.context(state="i2-sent")
    p.counted(rx_drop_auth=1)


@script("5533-7.4-1", "5533-7.9-7", "5533-7.10-2")
def crossing_i1(p):
    """Both begin: R2 for R2, neither R1 nor I2."""
    session = p.await_i1()
    nonce = p.fresh()
    p.send(codec.i1(session.tag, nonce), session.ulid)
    p.expect("R2", init=nonce, tag=session.host_tag)
    p.context(state="i1-sent")
    p.send(codec.r2(session.tag, session.nonce, *p.list_options()),
           session.ulid)
    p.silence()
    p.context(state="established", tag_peer=session.tag)
    p.counted(i1_out=1, i2_out=0, r2_out=1, r2_in=1)


@script("5533-7.9-7")
def i1_in_i2_sent(p):
    """R2 too; the state and the tag stay."""
    session = p.await_i2()
    p.send(codec.i1(session.tag, 5), session.ulid)
    p.expect("R2", init=5, tag=session.host_tag)
    p.context(state="i2-sent", tag_peer=0)
    p.counted(r2_out=1)


@script("5533-7.9-7")
def crossing_i1_of_a_stranger(p):
    """Only the peer learns our tag by an I1; others get an R1 (B-4)."""
    session = p.await_i1()
    p.send(codec.i1(9, 5, codec.ulids(session.ulid, session.host)), STRANGER)
    p.expect("R1", init=5, destination=STRANGER)
    p.context(state="i1-sent")
    p.counted(r1_out=1, r2_out=0)


@script("5533-7.13-8")
def i2_in_i1_sent(p):
    """The peer's I2 overtakes: R2, ESTABLISHED."""
    session = p.open()
    p.ask_r1(session)
    p.host.start(session.host, session.ulid)
    p.expect("I1")
    p.send(p.build_i2(session), session.ulid)
    p.expect("R2", init=session.nonce)
    p.context(state="established", tag_peer=session.tag)
    p.counted(r2_out=1, context_established=1, context_created=1)


@script("5533-7.13-9")
def i2_in_i2_sent(p):
    """R2 for the peer's I2; we stay and wait for ours."""
    other = p.open()
    p.ask_r1(other)
    session = p.await_i2()
    p.send(p.build_i2(other), other.ulid)
    p.expect("R2", init=other.nonce)
    p.context(state="i2-sent")
    p.send(codec.r2(other.tag, session.i2.init, *p.list_options()),
           session.ulid)
    p.silence()
    p.context(state="established", tag_peer=other.tag)
    p.counted(r2_out=1, r2_in=1)


@script("5533-7.8-4")
def peer_without_shim6(p):
    """Parameter Problem 1 about our I1: no other for ten minutes."""
    session = p.await_i1()
    quoted = codec.shim(session.host, session.ulid, session.i1.data)
    p.send(icmpv6(session.ulid, session.host, 4, 1, 6, quoted),
           session.ulid, proto=58)
    p.silence(590)
    p.context(state="no-support")
    p.silence(11)
    p.contexts(0)
    p.counted(i1_out=1, context_no_support=1, context_created=1,
              context_killed=1)


@script("5533-7.8-4")
def forged_parameter_problem(p):
    """The same with a nonce or a tag that was not sent: not believed."""
    session = p.await_i1()
    for at in (40 + 8, 40 + 15):
        quoted = bytearray(codec.shim(session.host, session.ulid,
                                     session.i1.data))
        quoted[at] ^= 1
        p.send(icmpv6(session.ulid, session.host, 4, 1, 6, bytes(quoted)),
               session.ulid, proto=58)
    p.silence()
    p.context(state="i1-sent")
    p.counted(icmp_unmatched=2)


@script("5533-5.1-2", "5533-5.1-3")
def no_message_is_too_long(p):
    """With as many locators as there may be, 1280 octets are not passed."""
    session = p.await_i2(validator=bytes(255))
    p.true("I2 fits", 40 + session.i2.size <= 1280)
    p.counted(i2_out=1)


@script("5533-7.1-2", "5533-7.1-3", "5533-9-4", "5533-4.1-2")
def tags_are_random(p):
    """Sixty tags: all different, every bit of them both 0 and 1."""
    tags = []
    for _ in range(60):
        p.host.start(p.host.ulid, p.proof().addresses[0])
        tags.append(p.expect("I1").shim.tag)
        p.host.flush()
    p.same("different ones", len(set(tags)), 60)
    for bit in range(47):
        p.true(f"bit {bit} takes both values",
               len({tag >> bit & 1 for tag in tags}) == 2)
    p.counted(i1_out=60)


@script("5533-7.16-4", "5534-4.1-1b")
def list_that_leaves_the_ulid_out(p):
    """The peer's ULID is no locator of it any more: payload begins there all
    the same, and another pair is looked for at once."""
    who = p.proof()
    session = p.await_i2()
    p.send(codec.r2(session.tag, session.i2.init,
                    codec.locators(who.addresses[1:], 7),
                    codec.parameters(who.pds())), session.ulid, session.host)
    asked = p.expect_probe(codec.EXPLORING, destination=who.addresses[1])
    p.context(state="established", loc_local=session.host,
              loc_peer=session.ulid)
    p.answer(session, asked)
    p.expect_probe(codec.OPERATIONAL, source=asked.source,
                   destination=asked.destination)
    p.context(loc_local=asked.source, loc_peer=asked.destination)
    p.counted(explorations=1, switches=1)
