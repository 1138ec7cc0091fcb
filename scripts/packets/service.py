# SPDX-License-Identifier: GPL-2.0
"""Classes of service: what the links and limits of an admin make of messages
(RFC 5533 5.15.3, RFC 5534 9)."""

from peer import codec
from peer.codec import KEEPALIVE, LOC_PREFS
from peer.play import script

I1_IN, I2_IN, BIS_IN, UPDATE_IN, PROBE_IN, CTX_OUT = range(6)
ENOSPC = 28
KEEPALIVES = ("Keepalive",)


def links(p, *more):
    """The host's first link is the better one."""
    p.host.service(
        "link add one id 1 prefix 2001:db8:a1::/64 prio 1 weight 7",
        "link add two id 2 prefix 2001:db8:a2::/64 prio 2 weight 3", *more)


def preferences_of(p, session):
    """Those of an Update Request that comes now, by address."""
    request = p.expect("UpdateRequest", tag=session.tag).shim
    p.same("options", set(request.options) - {KEEPALIVE}, {LOC_PREFS})
    p.send(codec.ack(session.host_tag, request.nonce), session.ulid)
    _, elements = request.preferences()
    _, listed = session.r2.locators()
    return {a: tuple(e) for (_, a), e in zip(listed, elements)}


@script("5533-5.15.3-1")
def preferences_of_links(p):
    """Weights of links go out while load is shared; what was set by hand comes
    first; without load sharing nothing is told."""
    session = p.establish()
    links(p)
    p.silence(2, KEEPALIVES)
    p.host.service("share set active-backup")
    p.same("by links", preferences_of(p, session),
           {p.host.ulid: (0, 1, 7), p.host.other: (0, 2, 3)})
    p.silence(2, KEEPALIVES)
    p.host.prefer(p.host.other, codec.TRANSIENT, 5, 6)
    p.same("by hand", preferences_of(p, session),
           {p.host.ulid: (0, 1, 7), p.host.other: (2, 5, 6)})
    p.host.service("link set one weight 9")
    p.same("another weight", preferences_of(p, session)[p.host.ulid],
           (0, 1, 9))
    p.host.service("share set off")
    p.same("off", preferences_of(p, session),
           {p.host.ulid: (0, 0, 0), p.host.other: (2, 5, 6)})
    p.silence(2, KEEPALIVES)
    p.counted(update_req_out=4, update_ack_in=4)


@script("5533-5.15.3-1")
def preferences_of_links_in_the_handshake(p):
    """R2 has them, too."""
    links(p, "share set active-backup")
    _, elements = p.establish().r2.preferences()
    p.same("elements", sorted(tuple(e) for e in elements),
           [(0, 1, 7), (0, 2, 3)])
    p.counted()


# --- limits

def i1s(p, count, source):
    """I1s of new contexts."""
    for _ in range(count):
        p.send(codec.i1(p.fresh(46), p.fresh()), source)


def answers(p):
    count = 0
    while p.next(0.3):
        count += 1
    return count


@script()
def limit_of_i1(p):
    """All together no more than the burst; then one a second."""
    p.host.service("police set i1-in rate 1/s burst 3")
    i1s(p, 7, "2001:db8:c1::1")
    p.same("R1", answers(p), 3)
    p.silence(1)
    i1s(p, 2, "2001:db8:c2::1")
    p.same("R1 later", answers(p), 1)
    p.same("limits", p.host.police(), {I1_IN: (4, 5)})
    p.counted(rx_drop_police_i1=5)


@script()
def limit_of_i1_by_source(p):
    """The flood of one prefix takes nothing from others; the prefix that was
    seen longest ago is forgotten."""
    p.host.service("police set i1-in rate 100/s burst 100 per 64 per-rate 1/s "
                   "per-burst 2 per-slots 2")
    i1s(p, 9, "2001:db8:c1::1")
    p.same("R1 of the first", answers(p), 2)
    i1s(p, 1, "2001:db8:c1::2")
    i1s(p, 1, "2001:db8:c1:1::1")
    p.same("R1 of a neighbour and of another prefix", answers(p), 1)
    i1s(p, 1, "2001:db8:c1:2::1")
    i1s(p, 1, "2001:db8:c1::1")
    p.same("R1 of a third, and of the first again", answers(p), 2)
    p.same("limits", p.host.police(), {I1_IN: (5, 8)})
    p.counted(rx_drop_police_i1=8)


@script()
def limits_of_the_others(p):
    """One message of each kind, and what is beyond it: no work, no answer."""
    session = p.establish()
    p.host.service(*[f"police set {kind} rate 1/s burst 1" for kind in
                     ("i2-in", "bis-in", "ur-in", "probe-in")])
    for _ in range(2):
        p.send(codec.update(session.host_tag, 99, codec.locators(
            [session.ulid], 8)), session.ulid)
    p.expect("UpdateAck", nonce=99)
    p.silence()
    for _ in range(2):
        p.probe(session, codec.OPERATIONAL)
        p.send(codec.i2(p.fresh(46), p.fresh(), p.fresh(),
                        codec.validator(bytes(16))), "2001:db8:c1::1")
        p.send(codec.r1bis(p.fresh(46), p.fresh(), codec.validator(bytes(16))),
               "2001:db8:c1::1")
    p.silence(0.3, KEEPALIVES)
    p.same("limits", p.host.police(), {
        kind: (1, 1) for kind in (I2_IN, BIS_IN, UPDATE_IN, PROBE_IN)})
    p.counted(rx_drop_police_update=1, rx_drop_police_probe=1,
              rx_drop_police_i2=1, rx_drop_police_bis=1, update_ack_out=1,
              rx_drop_stale=1, rx_drop_no_context=1)


@script()
def limit_of_own_contexts(p):
    """Contexts that the host starts itself."""
    p.host.service("police set ctx-out rate 1/s burst 1")
    p.await_i1()
    p.same("a second one", p.host.start(p.host.ulid, "2001:db8:b1::77"),
           ENOSPC)
    p.same("limits", p.host.police(), {CTX_OUT: (1, 1)})
    p.silence(0.3)
    p.counted(limit_police=1)


# --- recovery

@script()
def probes_by_rank(p):
    """Three contexts lose their link: the one of the lowest rank probes first,
    each no sooner than the pace allows, though it was made last."""
    sessions = [p.establish(p.open(f"2001:db8:b1::{n}"), options=())
                for n in (3, 2, 1)]
    p.host.service(
        "class add low id 1 rank 90", "class add mid id 2 rank 50",
        "class add top id 3 rank 5",
        "link add one id 1 prefix 2001:db8:a1::/64 up 1mbit",
        "link add two id 2 prefix 2001:db8:a2::/64 up 1mbit",
        *[f"rule add {n} class {name} peer 2001:db8:b1::{n}/128"
          for n, name in enumerate(("top", "mid", "low"), 1)],
        "control set pace 0.1% pace-min 1/s pace-burst 1")
    for session in sessions:
        sock = p.udp_socket(session, 5000 + sessions.index(session))
        sock.send(b"from above")
        p.expect("proto 17")
    p.host.link(0, "down")
    seen = []
    while len(seen) < 3:
        packet = p.next(8)
        if packet is None:
            break
        if packet.kind() == "Probe" and packet.destination not in \
           [d for d, _ in seen]:
            seen.append((packet.destination, packet.when))
    p.same("order", [d for d, _ in seen],
           [f"2001:db8:b1::{n}" for n in (1, 2, 3)])
    for (_, first), (_, second) in zip(seen, seen[1:]):
        p.true("at a pace", second - first > 0.9)
    p.host.flush()
    answers(p)
    p.counted()
