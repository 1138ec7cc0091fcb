#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Corpora are kept as text: one input per line, two hex digits per octet.

corpus.py unpack FILE FOLDER    a file per input, as libFuzzer wants them
corpus.py pack FOLDER FILE      and back, the shortest first
"""

import hashlib
import os
import sys

HEAD = "# SPDX-License-Identifier: GPL-2.0\n"


def unpack(path, folder):
    os.makedirs(folder, exist_ok=True)
    with open(path, encoding="ascii") as file:
        inputs = [bytes.fromhex(line) for line in file
                  if not line.startswith("#")]
    for octets in inputs:
        name = hashlib.sha1(octets).hexdigest()
        with open(os.path.join(folder, name), "wb") as file:
            file.write(octets)


def pack(folder, path):
    inputs = set()
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as file:
            inputs.add(file.read())
    with open(path, "w", encoding="ascii") as file:
        file.write(HEAD)
        for octets in sorted(inputs - {b""}, key=lambda o: (len(o), o)):
            file.write(octets.hex() + "\n")


if __name__ == "__main__":
    {"unpack": unpack, "pack": pack}[sys.argv[1]](*sys.argv[2:4])
