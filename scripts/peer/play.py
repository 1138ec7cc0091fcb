# SPDX-License-Identifier: GPL-2.0
"""Scripts, what they are made of, and how they are played.

A script is a function of one Peer with the rows of the conformance matrix that
it shows. It must say which counters moved: every counter of a bad, dropped or
limited message that it does not name must stay as it is. Packets that nobody
expected are failures too.
"""

import random
import time
import traceback

import wire
from peer import codec, proof, world

# Long enough for a packet, its answer and a work item
MOMENT = 0.05
SCRIPTS = []
# Counters that must not move unless a script says so
WATCHED = ("rx_bad_", "rx_drop_", "rate_", "limit_", "tx_drop_", "context_")


def script(*rows):
    """Registers a script; its name is the function's."""
    def add(function):
        function.rows = rows
        if any(s.__name__ == function.__name__ for s in SCRIPTS):
            raise ValueError(f"two scripts are called {function.__name__}")
        SCRIPTS.append(function)
        return function
    return add


class Failed(Exception):
    pass


class Session:
    """A context between the peer and the host, as the peer knows it."""

    def __init__(self, peer, tag, nonce, ulid, host):
        self.peer = peer
        self.tag = tag              # CT(local) of the peer
        self.nonce = nonce          # Initiator Nonce of the handshake
        self.ulid = ulid            # of the peer
        self.host = host            # ULID of the host
        self.host_tag = None
        self.r1 = self.r2 = self.i1 = self.i2 = None


class Peer:
    """Sends and expects on behalf of one script."""

    def __init__(self, host, cables):
        self.host = host
        self.cables = cables
        self.sets = {}
        self.begin("")

    def begin(self, name):
        self.name = name
        self.story = []
        self.number = 0
        self.last = None
        self.counted_once = False
        self.sockets = []
        while self.cables.read(0):
            pass
        self.before = self.host.counters()

    # --- who the peer is

    def proof(self, name="peer", prefixes=("2001:db8:b1::/64",
                                           "2001:db8:b2::/64"), **rest):
        key = (name, tuple(prefixes), tuple(sorted(rest.items(), key=str)))
        if key not in self.sets:
            self.sets[key] = proof.Proof(prefixes, name, **rest)
        return self.sets[key]

    def fresh(self, bits=32):
        """Numbers that no other message of this script has."""
        self.number += 1
        seed = f"{self.name} {self.number}"
        return random.Random(seed).getrandbits(bits) | 1

    # --- packets

    def note(self, way, text):
        self.story.append(f"{way} {text}")

    def send(self, data, source, destination=None, proto=wire.PROTO, link=None,
             between=b"", first=None):
        """One packet. between: extension headers in front of it, first their
        first type."""
        destination = destination or self.host.ulid
        link = link or ("2" if destination == self.host.other else "1")
        packet = wire.header(source, destination, proto if first is None
                             else first, len(between) + len(data)) + \
            between + data
        self.note(">", f"{time.monotonic():.4f} {link} {source} > "
                  f"{destination} {data.hex()}")
        self.cables.write(link, packet)
        return packet

    def raw(self, packet, link="1"):
        self.note(">", f"{time.monotonic():.4f} {link} {packet.hex()}")
        self.cables.write(link, packet)

    def next(self, seconds):
        packet = self.cables.read(seconds)
        if packet:
            self.last = packet
            self.note("<", str(packet))
        return packet

    def expect(self, kind, within=MOMENT, **fields):
        """The very next packet is of this kind and has these fields, of the
        packet or of its Shim6 message."""
        packet = self.next(within)
        if packet is None:
            raise Failed(f"no {kind} within {within} s")
        return self.check(packet, kind, fields)

    def check(self, packet, kind, fields):
        if packet.kind() != kind:
            raise Failed(f"{packet.kind()} instead of {kind}")
        if packet.shim and not packet.shim.payload and \
           not codec.checksum_good(packet.payload[:packet.shim.size]):
            raise Failed(f"wrong checksum in {kind}")
        for name, want in fields.items():
            got = getattr(packet, name) if hasattr(packet, name) else \
                getattr(packet.shim, name)
            self.same(f"{name} of {kind}", got, want)
        return packet

    def silence(self, seconds=MOMENT, but=()):
        """Nothing comes, other than these kinds."""
        until = time.monotonic() + seconds
        while True:
            packet = self.next(max(until - time.monotonic(), 0))
            if packet is None:
                return
            if packet.kind() not in but:
                raise Failed(f"{packet.kind()} instead of silence")

    def expect_after(self, but, kind, within, **fields):
        """The next packet that is none of these kinds."""
        until = time.monotonic() + within
        while True:
            packet = self.next(max(until - time.monotonic(), 0))
            if packet is None:
                raise Failed(f"no {kind} within {within} s")
            if packet.kind() not in but:
                return self.check(packet, kind, fields)

    @staticmethod
    def now():
        return time.monotonic()

    def gap(self, what, start, low, high):
        """Time from start, which is a packet's or a moment, to the packet that
        came last.
        """
        took = self.last.when - getattr(start, "when", start)
        if not low <= took <= high:
            raise Failed(f"{what} after {took:.3f} s, not {low} to {high}")

    # --- what must be true

    def same(self, what, got, want):
        if got != want:
            raise Failed(f"{what}: {got!r}, not {want!r}")

    def true(self, what, value):
        if not value:
            raise Failed(f"not so: {what}")

    def moved(self):
        now = self.host.counters()
        return {name: now[name] - self.before[name] for name in now
                if now[name] != self.before[name]}

    def counted(self, **want):
        """Counters since the script began. Of those that are watched all that
        moved must be named; context_* only when one is named."""
        time.sleep(MOMENT)
        self.counted_once = True
        moved = self.moved()
        contexts = any(name.startswith("context_") for name in want)
        for name in moved:
            if name.startswith(WATCHED) and name not in want and \
               (contexts or not name.startswith("context_")):
                raise Failed(f"{name} grew by {moved[name]}")
        for name, number in want.items():
            self.same(name, moved.get(name, 0), number)

    def contexts(self, number):
        found = self.host.contexts()
        self.same("contexts", len(found), number)
        return found

    def context(self, **want):
        """The only context has these values."""
        (found,) = self.contexts(1)
        for name, value in want.items():
            self.same(name, found[name], value)
        return found

    # --- exchanges

    def open(self, ulid=None, host=None, tag=None):
        return Session(self, tag or self.fresh(46), self.fresh(),
                       ulid or self.proof().addresses[0],
                       host or self.host.ulid)

    def names(self, session, source, destination, always=False):
        """The ULID Pair option, if it is due."""
        if (source, destination) == (session.ulid, session.host) and \
           not always:
            return ()
        return (codec.ulids(session.ulid, session.host),)

    def ask_r1(self, session, source=None, destination=None, options=()):
        source = source or session.ulid
        destination = destination or session.host
        self.send(codec.i1(session.tag, session.nonce,
                           *self.names(session, source, destination),
                           *options), source, destination)
        session.r1 = self.expect("R1", source=destination, destination=source,
                                 init=session.nonce).shim
        return session.r1

    def list_options(self, who=None, generation=7, **rest):
        """Locator List and parameters of the peer's set."""
        who = who or self.proof()
        return (codec.locators(who.addresses, generation, **rest),
                codec.parameters(who.pds()))

    def build_i2(self, session, options=None, validator=None, resp=None,
                 extra=(), **rest):
        r1 = session.r1
        if options is None:
            options = self.list_options()
        if validator is None:
            validator = r1.options[codec.VALIDATOR]
        return codec.i2(session.tag, session.nonce,
                        r1.resp if resp is None else resp,
                        codec.validator(validator), *extra, *options, **rest)

    def establish(self, session=None, options=None, source=None,
                  destination=None, extra=()):
        """The peer is the initiator."""
        session = session or self.open()
        source = source or session.ulid
        destination = destination or session.host
        self.ask_r1(session, source, destination, extra)
        names = self.names(session, source, destination)
        self.send(self.build_i2(session, options, extra=names + tuple(extra)),
                  source, destination)
        session.r2 = self.expect("R2", source=destination, destination=source,
                                 init=session.nonce).shim
        session.host_tag = session.r2.tag
        return session

    def await_i1(self, ulid=None, host=None, within=MOMENT):
        """The host is the initiator: it was told to, its I1 is here."""
        session = self.open(ulid, host)
        self.same("start", self.host.start(session.host, session.ulid), 0)
        packet = self.expect("I1", within, source=session.host,
                             destination=session.ulid)
        session.i1 = packet.shim
        session.host_tag = session.i1.tag
        session.nonce = session.i1.init
        return session

    def await_i2(self, session=None, validator=b"validator of a peer",
                 resp=None):
        session = session or self.await_i1()
        session.resp = self.fresh() if resp is None else resp
        session.validator = validator
        self.send(codec.r1(session.nonce, session.resp,
                           codec.validator(validator)),
                  session.ulid, session.host)
        packet = self.expect("I2", source=session.host,
                             destination=session.ulid)
        session.i2 = packet.shim
        return session

    def respond(self, session=None, options=None):
        """The host is the initiator, up to ESTABLISHED."""
        session = self.await_i2(session)
        if options is None:
            options = self.list_options()
        self.send(codec.r2(session.tag, session.i2.init, *options),
                  session.ulid, session.host)
        self.silence()
        self.context(state="established", tag_peer=session.tag)
        return session

    def probe(self, session, state, received=(), source=None,
              destination=None, data=0, **rest):
        """A probe of the peer; returns its record."""
        source = source or session.ulid
        destination = destination or session.host
        rec = codec.record(source, destination, self.fresh(), data)
        self.send(codec.probe(session.host_tag, state, [rec], received,
                              **rest), source, destination)
        return rec

    def answer(self, session, asked, state=codec.INBOUND_OK):
        """A probe that reports a probe of the host, back the way it came."""
        return self.probe(session, state, [asked.shim.sent[0]],
                          asked.destination, asked.source)

    def expect_probe(self, state, within=MOMENT, **fields):
        probe = self.expect("Probe", within, state=state, **fields)
        first = codec.record_fields(probe.shim.sent[0])
        self.same("record of itself", first[:2],
                  (probe.source, probe.destination))
        return probe

    def keepalive(self, session, source=None, destination=None):
        self.send(codec.keepalive(session.host_tag), source or session.ulid,
                  destination or session.host)

    def switch(self, session, local=None, remote=None):
        """The host is told to use another pair, and the peer answers."""
        local = local or self.host.other
        remote = remote or self.proof().addresses[1]
        (context,) = [c for c in self.host.contexts()
                      if c["tag_local"] == session.host_tag]
        self.same("path", self.host.path(context["id"], local, remote), 0)
        asked = self.expect_probe(codec.EXPLORING, source=local,
                                  destination=remote)
        self.answer(session, asked)
        self.expect_probe(codec.OPERATIONAL, source=local, destination=remote)
        self.keepalive(session, remote, local)
        self.silence()

    # --- upper layers of the host

    def udp_socket(self, session, port=5000):
        sock = self.host.socket(world.socket.SOCK_DGRAM, session.host, port)
        sock.connect((session.ulid, 6000))
        self.sockets.append(sock)
        return sock

    def datagram(self, session, content=b"from above"):
        """Sent by the host's upper layer."""
        sock = self.sockets[0] if self.sockets else self.udp_socket(session)
        sock.send(content)

    def untagged(self, session, content=b"from the peer"):
        """A datagram to the host on the ULID pair."""
        if not self.sockets:
            self.udp_socket(session)
        self.send(world.udp(session.ulid, session.host, 6000, 5000, content),
                  session.ulid, session.host, proto=17)

    def tagged(self, session, content=b"from the peer", source=None,
               destination=None, data=None, proto=17, **rest):
        """The same with the host's tag, on any pair."""
        if data is None:
            data = world.udp(session.ulid, session.host, 6000, 5000, content)
        return self.send(wire.payload_header(proto, session.host_tag) + data,
                         source or self.proof().addresses[1],
                         destination or self.host.other, **rest)

    def arrives(self, content=b"from the peer"):
        """At the socket of the host's upper layer."""
        try:
            got = self.sockets[0].recv(65536)
        except OSError as error:
            raise Failed(f"nothing arrives at the socket: {error}") from error
        self.same("datagram", got, content)

    def end(self):
        for sock in self.sockets:
            sock.close()


def play(function, peer):
    """Plays one script. Returns what went wrong, or None."""
    peer.begin(function.__name__)
    try:
        function(peer)
        peer.silence(0)
        if not peer.counted_once:
            raise Failed("the script looked at no counter")
        return None
    except Failed as failure:
        peer.note("=", f"moved: {peer.moved()}")
        return str(failure)
    except Exception:
        return traceback.format_exc().strip()
    finally:
        peer.end()
        peer.host.reset()


def play_all(functions):
    failed = 0
    peer = Peer(world.Host(), world.Cables())
    peer.host.reset()
    for function in functions:
        wrong = play(function, peer)
        print("ok -" if not wrong else "not ok -", function.__name__,
              flush=True)
        if wrong:
            failed += 1
            print("\n".join(["# " + line for line in wrong.split("\n") +
                             peer.story]), flush=True)
    return failed
