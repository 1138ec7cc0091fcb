#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Answers an I1 with an ICMPv6 Parameter Problem, as a kernel without Shim6.

Waits on INTERFACE for an I1 and sends type 4 code 1 about it. With --forge the
quoted nonce is another one, as from somebody who did not see the packet.
"""

import argparse
import socket
import struct
import sys

ETH_P_ALL = 3
ETH_P_IPV6 = 0x86DD
SHIM6 = 140
I1 = 1


def ear(interface, patience):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM,
                         socket.htons(ETH_P_ALL))
    sock.bind((interface, ETH_P_ALL))
    sock.settimeout(patience)
    return sock


def wait_i1(sock):
    """The first I1 that comes in, from its IPv6 header on."""
    while True:
        packet, address = sock.recvfrom(65536)
        if address[1:3] == (ETH_P_IPV6, socket.PACKET_HOST) and \
                packet[6] == SHIM6 and packet[42] == I1:
            return packet


def answer(packet, forge):
    source = socket.inet_ntop(socket.AF_INET6, packet[24:40])
    dest = socket.inet_ntop(socket.AF_INET6, packet[8:24])
    quoted = bytearray(packet)
    if forge:
        quoted[40 + 12] ^= 0xFF
    sock = socket.socket(socket.AF_INET6, socket.SOCK_RAW,
                         socket.IPPROTO_ICMPV6)
    sock.bind((source, 0))
    sock.sendto(struct.pack("!BBHI", 4, 1, 0, 6) + quoted, (dest, 0))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("interface")
    parser.add_argument("--forge", action="store_true")
    parser.add_argument("--patience", type=float, default=60)
    args = parser.parse_args()
    sock = ear(args.interface, args.patience)
    print("ready", flush=True)
    try:
        answer(wait_i1(sock), args.forge)
    except TimeoutError:
        sys.exit("no I1 came")


if __name__ == "__main__":
    main()
