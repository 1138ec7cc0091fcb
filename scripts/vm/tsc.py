#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""How fast this machine's time stamp counter goes, in kHz.

An emulated x86 shows its guest the counter of the machine, and a guest that
measures it while others keep the machine busy may be wrong by a factor of ten.
Says nothing where there is no such counter.
"""

import ctypes
import mmap
import platform
import time

# mfence; rdtsc; shl rdx, 32; or rax, rdx; ret
CODE = b"\x0f\xae\xf0\x0f\x31\x48\xc1\xe2\x20\x48\x09\xd0\xc3"
# ns: between two looks at both clocks
APART = 200_000_000


def counter():
    """The function that reads it, and what its code is in."""
    page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE |
                     mmap.PROT_EXEC)
    page.write(CODE)
    at = ctypes.addressof(ctypes.c_char.from_buffer(page))
    return ctypes.CFUNCTYPE(ctypes.c_uint64)(at), page


def look(read):
    """Both clocks at the same time: of many looks the one that took least."""
    looks = []
    for _ in range(200):
        before = time.monotonic_ns()
        ticks = read()
        after = time.monotonic_ns()
        looks.append((after - before, (before + after) / 2, ticks))
    return min(looks)[1:]


def main():
    if platform.machine() != "x86_64":
        return
    read, _page = counter()
    first, first_ticks = look(read)
    time.sleep(APART / 1e9)
    last, last_ticks = look(read)
    print(round((last_ticks - first_ticks) * 1e6 / (last - first)))


if __name__ == "__main__":
    main()
