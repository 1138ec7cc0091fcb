# SPDX-License-Identifier: GPL-2.0
"""What holds for every message (RFC 5533 5.1, 5.3, 5.14, 5.15, 12.3)."""

from peer import codec
from peer.play import script

STRANGER = "2001:db8:c1::1"


def messages(session):
    """One of each type for a live context, the fixed part right."""
    v = codec.validator(bytes(16))
    rec = [codec.record(session.ulid, session.host, 1)]
    return {
        "I1": lambda *o, **k: codec.i1(session.tag, 1, *o, **k),
        "R1": lambda *o, **k: codec.r1(1, 2, v, *o, **k),
        "I2": lambda *o, **k: codec.i2(session.tag, 1, 2, v, *o, **k),
        "R2": lambda *o, **k: codec.r2(session.tag, 1, *o, **k),
        "R1bis": lambda *o, **k: codec.r1bis(session.tag, 1, v, *o, **k),
        "I2bis": lambda *o, **k: codec.i2bis(session.tag, 1, 2, 3, v, *o,
                                             **k),
        "UpdateRequest": lambda *o, **k: codec.update(session.host_tag, 1, *o,
                                                      **k),
        "UpdateAck": lambda *o, **k: codec.ack(session.host_tag, 1, *o, **k),
        "Keepalive": lambda *o, **k: codec.keepalive(session.host_tag, *o,
                                                     **k),
        "Probe": lambda *o, **k: codec.probe(session.host_tag, 0, rec, (), *o,
                                             **k),
    }


UNKNOWN = 99
CRITICAL = codec.option(UNKNOWN, b"\1\2\3\4", critical=True)
HARMLESS = codec.option(UNKNOWN, b"\1\2\3\4")


def critical_option(name):
    def run(p):
        session = p.establish()
        data = messages(session)[name](CRITICAL)
        sent = p.send(data, session.ulid)
        error = p.expect("Error", error_code=1, destination=session.ulid).shim
        p.same("octets shown", sent[error.pointer:error.pointer + 2],
               CRITICAL[:2])
        p.same("quoted", error.quoted, sent)
        p.silence()
        p.context(state="established", tag_peer=session.tag, npeer=2, reap=0)
        p.counted(rx_bad_opt_critical=1, error_out=1)
    run.__name__ = f"critical_option_in_{name.lower()}"
    run.__doc__ = f"{name} with a critical option nobody knows: Error 1 only."
    script("5533-5.15-5", "5533-5.15-7", "5533-5.15-8", "5533-12.3-3",
           "5533-5.14-1")(run)


for each in ("I1", "R1", "I2", "R2", "R1bis", "I2bis", "UpdateRequest",
             "UpdateAck", "Keepalive", "Probe"):
    critical_option(each)


@script("5533-5.15-6")
def harmless_options_are_passed_over(p):
    """In I1, Update Request, Keepalive and Probe, the rest is processed."""
    session = p.establish()
    m = messages(session)
    p.send(m["I1"](HARMLESS), session.ulid)
    p.expect("R2")
    p.send(m["UpdateRequest"](HARMLESS, codec.timeout(44)), session.ulid)
    p.expect("UpdateAck")
    p.context(keepalive_timeout=44 * 10**9)
    p.send(codec.probe(session.host_tag, 1, [codec.record(
        session.ulid, session.host, 9)], (), HARMLESS), session.ulid)
    p.expect_probe(2)
    p.counted(r2_out=2, update_ack_out=1, probe_in=1)


@script("5533-5.15-6")
def harmless_options_in_a_handshake(p):
    """In I2, R1 and R2."""
    session = p.open()
    p.ask_r1(session, options=(HARMLESS,))
    p.send(p.build_i2(session, p.list_options() + (HARMLESS,)), session.ulid)
    p.expect("R2")
    p.host.flush()
    session = p.await_i1()
    p.send(codec.r1(session.nonce, 7, HARMLESS, codec.validator(b"v")),
           session.ulid)
    i2 = p.expect("I2", resp=7).shim
    p.send(codec.r2(session.tag, i2.init, HARMLESS, *p.list_options(),
                    HARMLESS), session.ulid)
    p.silence()
    p.context(state="established")
    p.counted(r2_in=1)


@script("5533-5.15-5", "5533-5.15-7")
def known_but_not_listed_is_unknown(p):
    """A validator in an I1, critical: Error 1; else passed over (B-10)."""
    p.send(codec.i1(5, 6, codec.option(codec.VALIDATOR, b"x" * 4,
                                       critical=True)), STRANGER)
    p.expect("Error", error_code=1)
    p.send(codec.i1(5, 6, codec.validator(b"x" * 4)), STRANGER)
    p.expect("R1", init=6)
    p.counted(rx_bad_opt_critical=1, error_out=1, r1_out=1)


@script("5533-5.15-4")
def padding_is_not_looked_at(p):
    """Octets behind the contents of an option may be anything."""
    session = p.open()
    p.ask_r1(session)
    odd = codec.option(UNKNOWN, b"abc")[:7] + b"\xff"
    p.send(p.build_i2(session, (*p.list_options(), odd)), session.ulid)
    p.expect("R2")
    p.counted(r2_out=1)


@script("5533-5.15.2-3", "5533-5.15-4")
def padding_of_a_list_is_not_looked_at(p):
    """The octets between methods and locators."""
    session = p.open()
    p.ask_r1(session)
    listed = bytearray(codec.locators(p.proof().addresses))
    listed[11:16] = b"\xff" * 5
    p.send(p.build_i2(session, (bytes(listed), codec.parameters(
        p.proof().pds()))), session.ulid)
    p.expect("R2")
    p.context(npeer=2)
    p.counted(r2_out=1)


@script("5533-5.3-3", "5533-12.3-1")
def checksum_has_no_pseudo_header(p):
    """It covers the message alone: other addresses, octets behind it and
    another Next Header change nothing (A-37)."""
    session = p.establish()
    data = codec.keepalive(session.host_tag) + b"behind the message"
    p.send(data, session.ulid)
    p.send(data, p.proof().addresses[1], p.host.other)
    p.counted(keepalive_in=2)


def wrong_checksum(name):
    def run(p):
        session = p.establish()
        data = bytearray(messages(session)[name]())
        data[4] ^= 0x10
        p.send(bytes(data), session.ulid)
        p.silence()
        p.counted(rx_bad_checksum=1)
    run.__name__ = f"wrong_checksum_in_{name.lower()}"
    run.__doc__ = f"{name} with a wrong checksum: silence."
    script("5533-5.3-3", "5533-12.3-1")(run)


for each in ("I1", "I2", "R2", "UpdateRequest", "Probe"):
    wrong_checksum(each)


@script("5533-5.3-2")
def s_bit_is_hip(p):
    """S = 1: not ours, silence."""
    session = p.establish()
    for make in messages(session).values():
        p.send(make(code=1), session.ulid)
    p.silence()
    p.counted(rx_bad_hip=10)


@script("5533-12.3-2", "5533-5.3-4", "5533-7.17-2")
def unknown_types(p):
    """Error 0 that shows the type; never an R1bis (A-9)."""
    for kind in (0, 7, 59, 60, 63, 69, 123, 124, 127):
        sent = p.send(codec.message(kind, codec.tag48(77) + codec.u32(1)),
                      STRANGER)
        error = p.expect("Error", error_code=0).shim
        p.same("octet shown", (error.pointer, sent[error.pointer]),
               (42, kind))
        p.silence(0.2)
    p.counted(rx_bad_type=9, error_out=9)


@script("5533-5.3-4", "5533-7.17-2")
def set_up_types_never_cause_r1bis(p):
    """R1, R2, R1bis and their like for no context: silence."""
    session = p.open(ulid=STRANGER)
    session.host_tag = 5
    m = messages(session)
    for name in ("R1", "R2", "R1bis"):
        p.send(m[name](), STRANGER)
    p.silence()
    p.counted(rx_drop_no_context=3, r1bis_out=0)


@script("5533-5.14-1", "5533-5.1-2")
def error_quotes_as_much_as_fits(p):
    """A long message is cut: 1280 octets in all, a multiple of eight."""
    session = p.establish()
    sent = p.send(codec.update(session.host_tag, 1, codec.option(
        50, bytes(1290)), CRITICAL), session.ulid)
    packet = p.expect("Error", error_code=1)
    p.true("it fits", len(packet.data) <= 1280)
    p.same("octets over", len(packet.payload) % 8, 0)
    p.same("quoted", packet.shim.quoted, sent[:len(packet.shim.quoted)])
    p.true("as much as fits", len(packet.data) > 1272)
    p.counted(rx_bad_opt_critical=1, error_out=1)


@script("5533-5.14-2")
def errors_are_not_answered(p):
    """Of whatever code, right or wrong, and about anything (A-8)."""
    session = p.establish()
    quoted = codec.shim(session.host, session.ulid,
                        codec.keepalive(session.tag))
    for code in (0, 1, 2, 3, 4, 5, 120, 127):
        p.send(codec.error(code, 42, quoted), session.ulid)
    about = codec.shim(session.host, session.ulid,
                       codec.error(0, 42, bytes(48)))
    p.send(codec.error(0, 42, about), session.ulid)
    p.send(codec.error(0, 0xffff, bytes(8)), session.ulid)
    p.silence()
    p.context(state="established")
    p.counted(error_in=10, rx_drop_no_context=2)


@script("5533-5.14-2", "5533-12.3-3")
def broken_errors_are_not_answered(p):
    """An Error that is too short: silence, never an Error."""
    p.send(codec.message(68, bytes(2)), STRANGER)
    p.silence()
    p.counted(rx_bad_short=1, error_out=0)


@script("5533-12.3-1")
def addresses_that_nobody_has(p):
    """From unspecified, link-local and mapped ones: silence."""
    data = codec.i1(5, 6)
    for source in ("::", "fe80::1", "::ffff:192.0.2.1"):
        p.send(data, source)
    p.silence()
    p.counted(rx_bad_addr=3)


@script("5533-12.3-1")
def multicast_source(p):
    """The stack itself drops it."""
    p.send(codec.i1(5, 6), "ff02::1")
    p.silence()
    p.counted(i1_in=0)


@script("5533-12.3-1")
def longer_than_its_packet(p):
    """The length says more than there is."""
    session = p.establish()
    for make in messages(session).values():
        data = make()
        p.send(data[:1] + bytes([data[1] + 1]) + data[2:], session.ulid)
    p.silence()
    p.counted(rx_bad_truncated=10)


def lying_option(name, option, counter="rx_bad_opt_length"):
    def run(p):
        session = p.establish()
        p.send(codec.update(session.host_tag, 1, option), session.ulid)
        p.silence()
        p.context(npeer=2)
        p.counted(**{counter: 1})
    run.__name__ = name
    run.__doc__ = "An option whose length or count lies: silence."
    script("5533-5.15-2", "5533-5.15.2-3", "5533-12.3-1")(run)


TWO = ["2001:db8:b1::1", "2001:db8:b2::1"]
lying_option("list_of_nothing", codec.option(2, codec.u32(1) + b"\0" * 5))
lying_option("list_of_one_more", codec.locators(TWO).replace(
    codec.u32(1) + b"\2", codec.u32(1) + b"\3", 1))
lying_option("list_of_one_less", codec.locators(TWO).replace(
    codec.u32(1) + b"\2", codec.u32(1) + b"\1", 1))
lying_option("list_of_255", codec.option(2, codec.u32(1) + b"\xff" +
                                         bytes(500)))
lying_option("list_of_33", codec.locators(
    [f"2001:db8:b1::{n:x}" for n in range(1, 34)]))
lying_option("preferences_of_no_size", codec.option(3, codec.u32(1) + b"\0" +
                                                    bytes(3)))
lying_option("preferences_cut_off", codec.option(3, codec.u32(1) + b"\3" +
                                                 bytes(7)))
lying_option("timeout_of_three_octets", codec.option(10, bytes(4), length=3))
lying_option("timeout_of_eight_octets", codec.option(10, bytes(8)))
lying_option("option_beyond_the_end", codec.option(10, bytes(4),
                                                   length=4000),
             "rx_bad_opt_bounds")
lying_option("option_one_unit_too_long", codec.option(10, bytes(4),
                                                      length=12),
             "rx_bad_opt_bounds")
lying_option("the_same_option_twice", codec.timeout(5) + codec.timeout(5),
             "rx_bad_opt_dup")


@script("5533-5.15-2", "5533-5.15.7-1", "5533-5.15.6-1")
def lying_options_in_i1(p):
    """ULID Pair of 35, instance of 3 and of 5 octets: silence."""
    for option in (codec.option(6, bytes(36), length=35),
                   codec.option(7, bytes(4), length=3),
                   codec.option(7, bytes(5))):
        p.send(codec.i1(5, 6, option), STRANGER)
    p.silence()
    p.counted(rx_bad_opt_length=3)


@script("5533-5.15.1-1")
def validator_of_1200_octets(p):
    """Longer than any we made."""
    p.send(codec.i2(5, 6, 7, codec.validator(bytes(1200))), STRANGER)
    p.silence()
    p.counted(rx_bad_opt_length=1)


# --- limits

def flood(p, data, count):
    """From a prefix of the script's own. Prefixes may share a bucket: after a
    second every one is full."""
    p.silence(1.1)
    source = f"2001:db9:{p.fresh(16):x}::1"
    return flood_from(p, data, count, source)


def flood_from(p, data, count, source):
    got = 0
    for _ in range(count):
        p.send(data, source)
        if p.next(0):
            got += 1
    while p.next(0.02):
        got += 1
    return got


@script("5533-4.4-2")
def r1_is_limited(p):
    """Fifty a second to one prefix; the next second it is fifty again."""
    source = "2001:db9:ffff::1"
    got = flood_from(p, codec.i1(5, 6), 200, source)
    p.true(f"{got} answers", 50 <= got <= 55)
    p.silence(1.1)
    got = flood_from(p, codec.i1(5, 6), 200, source)
    p.true(f"{got} answers", 50 <= got <= 55)
    p.counted(rate_r1=p.moved()["rate_r1"])
    p.true("all were answered or counted",
           p.moved()["rate_r1"] + p.moved()["r1_out"] == 400)


@script("5533-7.17-3")
def r1bis_is_limited(p):
    got = flood(p, codec.keepalive(5), 200)
    p.true(f"{got} answers", 50 <= got <= 55)
    p.counted(rate_r1bis=200 - got, rx_drop_no_context=200)


@script("5533-12.3-2")
def errors_are_limited(p):
    got = flood(p, codec.message(99, bytes(10)), 100)
    p.true(f"{got} answers", 10 <= got <= 12)
    p.counted(rate_error=100 - got, rx_bad_type=100)


@script("5533-4.4-2", "5534-8-3")
def no_answer_is_much_larger_than_its_question(p):
    """R1 and R1bis 32 octets more at most, an Error 48."""
    for data, room in ((codec.i1(5, 6), 32), (codec.keepalive(5), 32),
                       (codec.message(99, bytes(10)), 48)):
        p.send(data, STRANGER)
        packet = p.next(0.05)
        p.true(f"{packet.kind()} is {len(packet.data) - 40 - len(data)} more",
               len(packet.data) - 40 - len(data) <= room)
    p.counted(r1_out=1, r1bis_out=1, error_out=1, rx_bad_type=1,
              rx_drop_no_context=1)


@script("5533-4.4-2", "5535-11.4-1")
def contexts_are_limited(p):
    """A context beyond the limit is not made; its limit is told."""
    p.host.param("context_max", 1)
    p.establish()
    session = p.open(ulid=STRANGER)
    p.ask_r1(session)
    p.send(p.build_i2(session, ()), STRANGER)
    p.silence()
    p.contexts(1)
    p.counted(rx_drop_limit=1, limit_context=1)


@script("5533-4.4-2", "5535-11.4-1")
def contexts_of_a_prefix_are_limited(p):
    """One prefix of 48 bits takes no more than its share, whatever ULIDs it
    has; others are served, and what it gives back it may take again."""
    p.host.param("context_max_prefix", 1)
    p.establish()
    session = p.open(ulid=p.proof("second").addresses[0])
    p.ask_r1(session)
    p.send(p.build_i2(session, ()), session.ulid)
    p.silence()
    p.contexts(1)
    p.true("refused", p.host.start(p.host.ulid, session.ulid) != 0)
    p.establish(p.open(ulid=STRANGER), ())
    p.contexts(2)
    p.counted(rx_drop_limit=1, limit_prefix=2)
    p.host.flush()
    p.establish(session, ())
    p.contexts(1)


@script("5533-4.4-2")
def own_handshakes_are_limited(p):
    p.host.param("context_max_half_open", 1)
    p.await_i1()
    p.true("refused", p.host.start(p.host.ulid, STRANGER) != 0)
    p.contexts(1)
    p.counted(limit_half_open=1)
