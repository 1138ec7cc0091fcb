#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""A thousand contexts of one pair of ULIDs, and where they are.

qos-share.py make LOCAL PEER COUNT FILE   forks of flows from FIRST_PORT on;
                                          FILE gets a line of port and id each
qos-share.py busy LOCAL PEER COUNT        payload of the first of them, for ever
qos-share.py alike LOCAL PEER COUNT       1200 octets of payload of each of them
qos-share.py sink PEER                    takes it
qos-share.py at LIST ADDRESS              permille of a list that are there
qos-share.py moved BEFORE AFTER IDS FIRST COUNT
                                          how many of these flows moved
qos-share.py strays IDS FIRST COUNT ADDRESS...
                                          how many of these flows are not on the
                                          link that was chosen for them; which
                                          have these addresses, from the first
                                          link on
qos-share.py order LIST IDS FIRST COUNT FIRST COUNT
                                          by how many ms the last of some moved
                                          before the first of the others

A list is what /proc/net/shim6/contexts said.
"""

import os
import socket
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import abi  # noqa: E402

FIRST_PORT = 20000
PEER_PORT = 5002
UDP = 17
# Handshakes begun at once
SOME = 100


def make(local, peer, count, path):
    fd = abi.open_device()
    with open(path, "w", encoding="ascii") as file:
        for n in range(int(count)):
            port = FIRST_PORT + n
            err, data = abi.CTX_FORK.call(fd, abi.fork_arg(
                local, peer, UDP, (port, PEER_PORT)))
            if err:
                sys.exit(f"fork {n}: {abi.name_of(err)}")
            file.write(f"{port} {struct.unpack_from('=I', data, 48)[0]}\n")
            if n % SOME == SOME - 1:
                time.sleep(0.5)


def flow(local, peer, number):
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sock.bind((local, FIRST_PORT + number))
    sock.connect((peer, PEER_PORT))
    return sock


def alike(local, peer, count):
    for n in range(int(count)):
        with flow(local, peer, n) as sock:
            sock.send(bytes(1200))


def busy(local, peer, count):
    socks = [flow(local, peer, n) for n in range(int(count))]
    while True:
        for sock in socks:
            try:
                sock.send(bytes(100))
            except OSError:
                # No link for a moment
                pass
        time.sleep(0.5)


def sink(peer):
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sock.bind((peer, PEER_PORT))
    while True:
        sock.recv(2048)


def listed(path):
    """Fields of each context by its number."""
    with open(path, encoding="ascii") as file:
        names = file.readline().split()
        rows = [dict(zip(names, line.split())) for line in file]
    return {int(row["id"]): row for row in rows}


def share_at(path, address):
    rows = listed(path).values()
    print(round(1000 * sum(row["loc_local"] == expanded(address)
                           for row in rows) / len(rows)))


def expanded(address):
    """As the kernel's file has it"""
    return socket.inet_ntop(socket.AF_INET6,
                            socket.inet_pton(socket.AF_INET6, address))


def ids(path, first, count):
    with open(path, encoding="ascii") as file:
        all_ids = [int(line.split()[1]) for line in file]
    return all_ids[int(first):int(first) + int(count)]


def moved(before, after, path, first, count):
    one, two = listed(before), listed(after)
    print(sum(one[i]["loc_local"] != two[i]["loc_local"]
              for i in ids(path, first, count)))


def strays(path, first, count, *addresses):
    fd = abi.open_device()
    link_of = {abi.addr(a): n for n, a in enumerate(addresses, 1)}
    links = {struct.unpack_from("=I", entry)[0]:
             (entry[257], link_of.get(entry[40:56]))
             for entry in abi.walk(fd, "CTX_LIST", elem=264)}
    print(sum(chosen != used for chosen, used in
              (links[i] for i in ids(path, first, count))))


def order(path, id_file, *ranges):
    rows = listed(path)
    some, others = ([int(rows[i]["switched_ms"]) for i in
                     ids(id_file, *ranges[at:at + 2])
                     if rows[i]["switched_ms"] != "-"] for at in (0, 2))
    # Time since the switch: more of it is earlier
    print(min(some) - max(others))


DO = {"make": make, "alike": alike, "busy": busy, "sink": sink, "at": share_at,
      "moved": moved, "order": order, "strays": strays}

DO[sys.argv[1]](*sys.argv[2:])
