# SPDX-License-Identifier: GPL-2.0
"""The socket options of RFC 6316 for tests, written out once more on purpose,
as in abi.py.
"""

import errno
import ipaddress
import socket
import struct

SOL_SHIM = 41
BASE = 0x8c00
ASSOCIATED, DONTSHIM, HOT_STANDBY, LOCAL_PREF, PEER_PREF, LOCAL_RECV, \
    PEER_RECV, LOCAL_SEND, PEER_SEND, LIST_LOCAL, LIST_PEER, APP_TIMEOUT, \
    PATHEXPLORE, DEFERRED, FEEDBACK, LATEST, SETUP = range(BASE, BASE + 17)

EINVALIDLOCATOR = errno.EADDRNOTAVAIL
EUNVERIFIEDLOCATOR = errno.EINPROGRESS
EUNREACHABLELOCATOR = errno.EHOSTUNREACH
ETOOMANYLOCATORS = errno.E2BIG

LOCATOR = struct.Struct("=BBHHHI16sHxx")
EXPLORE = struct.Struct("=HHHHI")
NONE = bytes(LOCATOR.size)
RAW_PROTOCOL = 253

KINDS = {
    "tcp": (socket.SOCK_STREAM, 0),
    "udp": (socket.SOCK_DGRAM, 0),
    "raw": (socket.SOCK_RAW, RAW_PROTOCOL),
}


def packed(address):
    return ipaddress.IPv6Address(address).packed


def locator(address, prio=0, weight=0, family=socket.AF_INET6, proto=0,
            port=0, index=0, flags=0):
    return LOCATOR.pack(family, proto, port, prio, weight, index,
                        packed(address), flags)


def unpack(octets):
    """A locator: (address, priority, weight, interface, flags)."""
    family, proto, port, prio, weight, index, address, flags = \
        LOCATOR.unpack(octets)
    if (family, proto, port) != (socket.AF_INET6, 0, 0):
        raise ValueError(f"family {family}, proto {proto}, port {port}")
    return str(ipaddress.IPv6Address(address)), prio, weight, index, flags


def unpack_list(octets):
    return [unpack(octets[i:i + LOCATOR.size])
            for i in range(0, len(octets), LOCATOR.size)]


def explore(number=0, timeout=0, interval=0, first=0, reserved=0):
    return EXPLORE.pack(number, timeout, interval, first, reserved)


def feedback(indicator, direction=0, reserved=0):
    return struct.pack("=BBH", direction, indicator, reserved)


def make(kind, source=None, family=socket.AF_INET6):
    sock = socket.socket(family, *KINDS[kind])
    if source:
        sock.bind((source, 0))
    return sock


def get(sock, option, size=4):
    """The value, an int if that is what it is; or the negative errno."""
    try:
        value = sock.getsockopt(SOL_SHIM, option, size)
    except OSError as e:
        return -e.errno
    return struct.unpack("=i", value)[0] if size == 4 and len(value) == 4 \
        else value


def set_(sock, option, value):
    """0 or the errno."""
    try:
        sock.setsockopt(SOL_SHIM, option, value)
    except OSError as e:
        return e.errno
    return 0


def latest(sock):
    """Ancillary data of SHIM_LOC_LATEST: {cmsg_type: address or None}."""
    octets = get(sock, LATEST, 256)
    if isinstance(octets, int):
        return octets
    found = {}
    while octets:
        length, level, kind = struct.unpack_from("@Nii", octets)
        if level != SOL_SHIM or length != 16 + 28:
            raise ValueError(f"level {level}, length {length}")
        data = octets[16:length]
        if any(data):
            if struct.unpack_from("=H", data)[0] != socket.AF_INET6:
                raise ValueError("not a sockaddr_in6")
            found[kind] = str(ipaddress.IPv6Address(data[8:24]))
        else:
            found[kind] = None
        octets = octets[(length + 7) & ~7:]
    return found


def interface(address):
    """Index of the interface an address is on."""
    want = packed(address).hex()
    with open("/proc/net/if_inet6", encoding="ascii") as file:
        for line in file:
            words = line.split()
            if words[0] == want:
                return int(words[1], 16)
    return 0
