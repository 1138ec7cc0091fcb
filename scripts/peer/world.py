# SPDX-License-Identifier: GPL-2.0
"""The host under test and the two cables to it.

    host H  p1 ---------- x1  X: no stack, the peer reads and writes frames
            p2 ---------- x2

H has an HBA set of 2001:db8:a1::/64 on p1 and 2001:db8:a2::/64 on p2, and
routes by source address. Everything else is behind X.
"""

import contextlib
import ctypes
import os
import select
import socket
import struct
import subprocess
import time

import abi
import wire
from peer import codec, proof

CLONE_NEWNET = 0x40000000
LINKS = ("1", "2")
HOST_MAC = "02:00:00:00:0a:0%s"
PEER_MAC = "02:00:00:00:0b:0%s"
ICMPV6 = 58
# Neighbour Discovery and MLD, which the host's stack sends by itself
OWN_BUSINESS = set(range(130, 138)) | {143}

STATES = ("idle", "i1-sent", "i2-sent", "i2bis-sent", "established",
          "e-failed", "no-support")
CONTEXT = struct.Struct("=II16s16s16s16sQQIIIIIIQQQQQQQQQ")
LOCATOR = struct.Struct("=II16sIBBBBII")


def namespace(name):
    """Everything opened within belongs to that network namespace."""
    class Inside:
        def __enter__(self):
            self.back = os.open("/proc/self/ns/net", os.O_RDONLY)
            self.enter(f"/run/netns/{name}")

        def __exit__(self, *_):
            if abi.libc.setns(self.back, CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")
            os.close(self.back)

        def enter(self, path):
            fd = os.open(path, os.O_RDONLY)
            if abi.libc.setns(fd, CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), path)
            os.close(fd)
    return Inside()


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def ip_batch(ns, lines):
    subprocess.run(["ip", "-n", ns, "-6", "-batch", "-"], text=True,
                   input="\n".join(lines) + "\n", check=True)


class Cables:
    """Frames to and from the host."""

    def __init__(self):
        self.sock = {}
        # From the clock that stamps packets to that of everything else
        self.offset = time.monotonic() - time.time()
        with namespace("X"):
            for link in LINKS:
                sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW,
                                     socket.htons(3))
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
                sock.setsockopt(socket.SOL_SOCKET, wire.SO_TIMESTAMPNS, 1)
                sock.bind((f"x{link}", 3))
                self.sock[link] = sock

    def write(self, link, packet):
        self.sock[link].send(mac(HOST_MAC % link) + mac(PEER_MAC % link) +
                             b"\x86\xdd" + packet)

    def read(self, seconds):
        """The next packet that is not the host's own business, or None."""
        deadline = time.monotonic() + seconds
        by_fd = {sock.fileno(): link for link, sock in self.sock.items()}
        while True:
            left = deadline - time.monotonic()
            ready = select.select(list(by_fd), [], [], max(left, 0))[0]
            if not ready:
                return None
            link = by_fd[ready[0]]
            frame, stamp, _, (_, proto, kind, *_) = \
                self.sock[link].recvmsg(65536, 128)
            if kind == socket.PACKET_OUTGOING or proto != 0x86dd:
                continue
            when, ns = struct.unpack("@ll", stamp[0][2])
            packet = codec.Packet(frame[14:], link,
                                  when + ns / 1e9 + self.offset)
            if packet.proto == 0 and packet.payload[0] == ICMPV6 or \
               packet.proto == ICMPV6 and packet.payload[0] in OWN_BUSINESS:
                continue
            return packet


class Host:
    """What can be asked and ordered of the host."""

    def __init__(self):
        self.proof = proof.Proof(["2001:db8:a1::/64", "2001:db8:a2::/64"],
                                 "host")
        self.addresses = self.proof.addresses
        self.ulid, self.other = self.addresses
        with namespace("H"):
            self.fd = abi.open_device()
        self.touched = False
        self.preferred = set()
        self.serviced = False
        self.extra = []
        self.stray = "2001:db8:a1::99"      # ours, but in no set
        self.rules()
        self.connect()
        self.defaults = abi.params(self.fd)
        self.install()

    def connect(self):
        lines = []
        for n, link in enumerate(LINKS):
            lines += [
                f"link set dev p{link} up",
                f"addr replace {self.addresses[n]}/64 dev p{link} nodad",
                f"neigh replace fe80::1 lladdr {PEER_MAC % link} dev p{link}"
                " nud permanent",
                f"route replace default via fe80::1 dev p{link} table 10{link}",
                f"route replace default via fe80::1 dev p{link}"
                f" metric 409{link}",
            ]
        lines.append(f"addr replace {self.stray}/64 dev p1 nodad")
        ip_batch("H", lines)

    def rules(self):
        lines = []
        for link in LINKS:
            lines += [
                f"link set dev p{link} address {HOST_MAC % link}",
                f"rule add from 2001:db8:a{link}::/64 lookup 10{link}",
            ]
        ip_batch("H", lines)

    def address(self, verb, n, *rest):
        """Adds, deletes or changes one of the set, 0 or 1."""
        self.touched = True
        ip_batch("H", [" ".join([
            "addr", verb, f"{self.addresses[n]}/64 dev p{LINKS[n]}", *rest] +
            (["nodad"] if verb == "add" else []))])

    def router(self, n, state):
        """What neighbour unreachability detection says of the first hop."""
        self.touched = True
        ip_batch("H", [f"neigh replace fe80::1 lladdr {PEER_MAC % LINKS[n]} "
                       f"dev p{LINKS[n]} router nud {each}"
                       for each in ("reachable", state)])

    def neighbour(self, address, state):
        ip_batch("H", [f"neigh replace {address} lladdr {PEER_MAC % 9} dev p1 "
                       f"nud {each}" for each in ("reachable", state)])

    @contextlib.contextmanager
    def unroutable(self, address):
        """No way to an address, whatever the source."""
        tables = ("101", "102", "main")
        ip_batch("H", [f"route add unreachable {address} table {table}"
                       for table in tables])
        try:
            yield
        finally:
            ip_batch("H", [f"route del unreachable {address} table {table}"
                           for table in tables])

    def link(self, n, state):
        self.touched = True
        ip_batch("H", [f"link set dev p{LINKS[n]} {state}"])

    def install(self, pds=None):
        err, data = abi.HBA_ADD.call(self.fd,
                                     abi.hba_arg(pds or self.proof.pds()))
        if err:
            raise OSError(err, "HBA_ADD")
        return struct.unpack_from("=I", data)[0]

    def own(self, who):
        """An identity with a key, its address on a link; (id, key)."""
        key = abi.add_key(who.key.pkcs8())
        for n, each in enumerate(who.addresses):
            self.add(each, LINKS[n])
        self.await_locators([address for address, _ in self.extra])
        err, data = abi.CGA_ADD.call(self.fd, abi.cga_arg(who.pds(), key))
        if err:
            raise OSError(err, "CGA_ADD")
        return struct.unpack_from("=I", data)[0], key

    def identities(self):
        """[(id, key, addresses, bits, error, generation, locators,
        octets of the signature)]."""
        return [tuple(f for n, f in enumerate(abi.CGA.unpack_from(e))
                      if n not in (1, 3))
                for e in abi.walk(self.fd, "CGA_LIST")]

    def add(self, address, link):
        """Of a script only."""
        self.extra.append((address, link))
        ip_batch("H", [f"addr add {address}/64 dev p{link} nodad"])

    def remove(self, address):
        (link,) = [each for a, each in self.extra if a == address]
        self.extra.remove((address, link))
        ip_batch("H", [f"addr del {address}/64 dev p{link}"])

    def hide_stray(self):
        self.touched = True
        ip_batch("H", [f"addr del {self.stray}/64 dev p1"])

    def disown(self):
        for identity in self.identities():
            abi.CGA_DEL.call(self.fd, abi.ref_arg(identity[0]))
        for address, _ in self.extra[:]:
            self.remove(address)

    def uninstall(self):
        for e in abi.walk(self.fd, "HBA_LIST"):
            abi.HBA_DEL.call(self.fd, abi.ref_arg(
                struct.unpack_from("=I", e)[0]))

    def counters(self):
        return {abi.text(e[8:48]): struct.unpack_from("=Q", e)[0]
                for e in abi.walk(self.fd, "STATS_LIST", capacity=128)}

    def contexts(self):
        names = ("id", "flags", "ulid_local", "ulid_peer", "loc_local",
                 "loc_peer", "tag_local", "tag_peer", "fii", "state", "reap",
                 "switches", "nlocal", "npeer", "send_timeout",
                 "keepalive_timeout", "age", "idle", "last_switch",
                 "tx_packets", "tx_bytes", "rx_packets", "rx_bytes")
        found = []
        for e in abi.walk(self.fd, "CTX_LIST"):
            c = dict(zip(names, CONTEXT.unpack(e)))
            for name in names[2:6]:
                c[name] = socket.inet_ntop(socket.AF_INET6, c[name])
            c["state"] = STATES[c["state"]]
            found.append(c)
        return found

    def locators(self, context):
        """[(address, is the peer's, method, flags, priority, weight)]."""
        found = []
        for e in abi.walk(self.fd, "LOC_LIST", context=context):
            _, status, addr, _, method, flags, prio, weight, _, _ = \
                LOCATOR.unpack(e)
            found.append((socket.inet_ntop(socket.AF_INET6, addr),
                          bool(status & 1 << 9), method, flags, prio, weight))
        return found

    def start(self, local, peer):
        """Begins a handshake; returns errno."""
        return abi.CTX_CREATE.call(self.fd, abi.pair_arg(local, peer))[0]

    def prefer(self, address, flags=0, priority=0, weight=0):
        """What peers are to think of an address of the host."""
        self.preferred.add(address)
        return abi.LOC_PREFS.call(self.fd, abi.prefs_arg(
            address, flags, priority, weight))[0]

    def service(self, *lines):
        """Classes of service, as shim6ctl qos has them."""
        self.serviced = True
        tool = os.environ.get("SHIM6CTL") or os.path.join(
            os.path.dirname(__file__), "../../shim6ctl/shim6ctl")
        subprocess.run(["ip", "netns", "exec", "H", tool, "-q", "-b", "-"],
                       input="".join(f"qos {line}\n" for line in lines),
                       text=True, check=True, stdout=subprocess.DEVNULL)

    def unserved(self):
        """The table of service is empty again."""
        self.serviced = False
        err = abi.errno_of(abi.fcntl.ioctl, self.fd, abi.number(0x34, 0, 0))
        if err:
            raise OSError(err, "QOS_FLUSH")

    def police(self):
        """{kind: (served, not served)}"""
        buf = ctypes.create_string_buffer(48 * 8)
        err, data = abi.Command(
            "QOS_POLICE_LIST", 0x42, abi.READ | abi.WRITE,
            abi.list_arg(elem=48), flags=36).call(
                self.fd, abi.list_arg(ctypes.addressof(buf), 8, 48))
        if err:
            raise OSError(err, "QOS_POLICE_LIST")
        rows = [buf.raw[n * 48:(n + 1) * 48]
                for n in range(abi.LIST.unpack(data)[4])]
        return {struct.unpack_from("=I", row)[0]:
                struct.unpack_from("=QQ", row, 32) for row in rows}

    def fork(self, local, peer, proto, ports):
        """A context for one flow; returns (errno, its instance)."""
        err, data = abi.CTX_FORK.call(self.fd, abi.fork_arg(
            local, peer, proto, ports))
        return err, struct.unpack_from("=I", data, 52)[0]

    def path(self, context, local, peer):
        return abi.CTX_PATH.call(self.fd, struct.pack("=II", context, 0) +
                                 abi.addr(local) + abi.addr(peer))[0]

    def flush(self, context=0):
        return abi.CTX_FLUSH.call(self.fd, abi.ref_arg(context))[0]

    def param(self, name, value):
        err = abi.PARAM_SET.call(self.fd, abi.param_arg(
            value=value, name=name.encode()))[0]
        if err:
            raise OSError(err, name)

    def repair(self):
        """Addresses and routes as they were; scripts take them away."""
        self.connect()
        self.await_locators(self.addresses)

    def await_locators(self, addresses):
        """The kernel takes one for settled a moment after it was added."""
        seen = None
        while seen is None or not set(addresses) <= seen:
            seen = {socket.inet_ntop(socket.AF_INET6, e[8:24])
                    for e in abi.walk(self.fd, "LOC_LIST")
                    if struct.unpack_from("=I", e, 4)[0] & 1}
            time.sleep(0.1)

    def reset(self):
        """As it was before the first script."""
        self.flush()
        self.disown()
        for address in self.preferred:
            abi.LOC_PREFS.call(self.fd, abi.prefs_arg(address))
        self.preferred.clear()
        if self.serviced:
            self.unserved()
        if self.touched:
            self.touched = False
            self.repair()
        for name, (value, *_) in abi.params(self.fd).items():
            default = self.defaults[name][3]
            if value != default:
                self.param(name, default)
        abi.stats_reset(self.fd)

    def emit(self, packet, destination):
        """A packet just as it is, from the host's own upper layers."""
        with namespace("H"):
            sock = socket.socket(socket.AF_INET6, socket.SOCK_RAW,
                                 socket.IPPROTO_RAW)
        with sock:
            sock.sendto(packet, (destination, 0))

    def file(self, name):
        """Lines of one in /proc/net/shim6, in words."""
        with namespace("H"):
            with open(f"/proc/thread-self/net/shim6/{name}",
                      encoding="ascii") as file:
                return [line.split() for line in file]

    def socket(self, kind, local, port=0):
        with namespace("H"):
            sock = socket.socket(socket.AF_INET6, kind)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((local, port))
        sock.settimeout(1)
        return sock


def upper_sum(source, destination, proto, data):
    """Checksum of an upper layer over its pseudo-header."""
    pseudo = wire.packed(source) + wire.packed(destination) + \
        struct.pack("!II", len(data), proto)
    return ~wire.sum16(pseudo + data) & 0xffff


def udp(source, destination, sport, dport, content):
    """A datagram with the checksum of these two addresses."""
    data = struct.pack("!HHHH", sport, dport, 8 + len(content), 0) + content
    total = upper_sum(source, destination, 17, data) or 0xffff
    return data[:6] + struct.pack("!H", total) + data[8:]


def icmpv6(source, destination, kind, code, word, content):
    data = struct.pack("!BBHI", kind, code, 0, word) + content
    total = upper_sum(source, destination, ICMPV6, data)
    return data[:2] + struct.pack("!H", total) + data[4:]
