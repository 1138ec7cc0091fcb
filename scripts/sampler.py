#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Samples how many octets applications have read.

sampler.py INTERVAL-MS OUT NAME=PID...: one line a sample, the time in seconds
and the octets each process has got from its sockets so far. The kernel counts
them when the application reads, so a packet that only reached its queue does
not count. Ends on SIGTERM or when no process is left.
"""

import os
import signal
import sys
import time


def octets(pid):
    """rchar: what read(2) returned; None when the process is gone."""
    try:
        with open(f"/proc/{pid}/io", encoding="ascii") as io:
            for line in io:
                if line.startswith("rchar:"):
                    return int(line.split()[1])
    except OSError:
        pass
    return None


def main():
    interval = float(sys.argv[1]) / 1000
    names = dict(pair.split("=") for pair in sys.argv[3:])
    running = True

    def leave(*_):
        nonlocal running
        running = False

    signal.signal(signal.SIGTERM, leave)
    # A sample that is late is a gap seen too coarsely.
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    due = time.monotonic()
    with open(sys.argv[2], "w", buffering=1, encoding="ascii") as out:
        out.write(" ".join(["time", *names]) + "\n")
        while running:
            counts = [octets(pid) for pid in names.values()]
            if all(count is None for count in counts):
                return
            now = time.monotonic()
            out.write(f"{now:.4f} " +
                      " ".join(str(count or 0) for count in counts) + "\n")
            due = max(due + interval, now)
            time.sleep(max(0, due - time.monotonic()))


if __name__ == "__main__":
    main()
