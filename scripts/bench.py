#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Figures of bench.sh. OUT is its folder.

watch OUT: notes the CPU time of the guest's kernel at each line of OUT/raw.
table OUT: prints the table, the cases on standard input, and writes
OUT/bench.json; ends with status 1 when a ratio is missed.
"""

import json
import os
import statistics
import sys
import time


def ticks(out):
    """CPU time so far of the process that is the guest's kernel."""
    with open(os.path.join(out, "uml", "pid"), encoding="ascii") as file:
        pid = int(file.read())
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def watch(out):
    seen = 0
    with open(os.path.join(out, "cpu"), "w", encoding="ascii") as cpu:
        while True:
            with open(os.path.join(out, "raw"), "rb") as file:
                lines = file.read().count(b"\n")
            if lines > seen:
                print(lines, ticks(out), file=cpu, flush=True)
                seen = lines
            time.sleep(0.01)


def read(out):
    """(kind, case) -> [(Mbit/s, octets per tick)] of each round."""
    with open(os.path.join(out, "cpu"), encoding="ascii") as file:
        cpu = dict(map(int, line.split()) for line in file)
    rates = {}
    with open(os.path.join(out, "raw"), encoding="ascii") as file:
        for number, line in enumerate(file, 1):
            words = line.split()
            if words[0] in ("begin", "end"):
                continue
            # "begin" is two lines above, "end" one
            used = cpu.get(number - 1, 0) - cpu.get(number - 2, 0)
            rates.setdefault((words[0], words[1]), []).append(
                (int(words[2]), int(words[3]) / max(used, 1)))
    return rates


def ratio(ours, base, what):
    return (statistics.median(x[what] for x in ours) /
            statistics.median(x[what] for x in base))


def rows(rates, cases):
    for line in cases:
        case, beside, least, words = line.rstrip("\n").split("|")
        base = rates[tuple(beside.split())]
        ours = rates[("shim6", case)]
        yield {
            "case": case, "text": words,
            "beside": beside,
            "beside_mbits": [x[0] for x in base],
            "shim6_mbits": [x[0] for x in ours],
            "ratio": round(ratio(ours, base, 0), 3),
            "ratio_by_cpu": round(ratio(ours, base, 1), 3),
            "reach": float(least),
        }


def table(out):
    result = list(rows(read(out), sys.stdin))
    with open(os.path.join(out, "bench.json"), "w", encoding="ascii") as file:
        json.dump(result, file, indent=1)
        file.write("\n")
    missed = [row["case"] for row in result if row["ratio"] < row["reach"]]
    print(f"{'case':5}{'':43}{'beside':>7}{'shim6':>7}{'ratio':>7}"
          f"{'by CPU':>8}{'reach':>7}")
    for row in result:
        print(f"{row['case']:5}{row['text']:43}"
              f"{statistics.median(row['beside_mbits']):7.0f}"
              f"{statistics.median(row['shim6_mbits']):7.0f}"
              f"{row['ratio']:7.2f}{row['ratio_by_cpu']:8.2f}"
              f"{row['reach']:7.2f}{'  missed' * (row['case'] in missed)}")
    print("Mbit/s, medians of", len(result[0]["shim6_mbits"]))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit({"watch": watch, "table": table}[sys.argv[1]](sys.argv[2]))
