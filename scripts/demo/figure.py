#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""figure.py RESULTS SCENARIO OUT: turns what the demo's guest left in RESULTS
into OUT/SCENARIO.json, the data of its plots, and a table on stdout. Fails, and
says why, when a session was lost or was silent for too long."""

import json
import os
import re
import sys

RUNS = {"figure6": ["figure6"], "linkdown": ["down", "carrier"]}
BOUND_S = {"figure6": 12.5, "linkdown": 0.3}
# What the plot shows: seconds before and after the cut, and the step
WINDOW = {"figure6": (100, 100, 1.0), "linkdown": (2, 4, 0.1)}
PUBLISHED = "published (the paper)", 2, 2, "about 25 s"
# A session that got nothing in the last seconds is lost.
ALIVE_S = 3.0
# The clock of the kernel's notes has microseconds.
RESOLUTION_S = 0.000001

READ = re.compile(r"-(\d+) .* (\d+\.\d{6}): sys_read -> 0x([0-9a-f]+)$")


def words(folder, name):
    with open(os.path.join(folder, name), encoding="ascii") as lines:
        return [line.split() for line in lines]


def read_reads(folder):
    """By session, (time, octets) of each read of its receiver."""
    names = {pid: name for name, pid in words(folder, "pids")}
    reads = {name: [] for name in names.values()}
    with open(os.path.join(folder, "reads"), encoding="ascii") as lines:
        for line in lines:
            match = READ.search(line.rstrip())
            if match and match[1] in names:
                reads[names[match[1]]].append(
                    (float(match[2]), int(match[3], 16)))
    return reads


def longest_gap(times, end):
    """(length, beginning) of the longest time without a new octet."""
    times = times + [end]
    return max((b - a, a) for a, b in zip(times, times[1:]))


def throughput(reads, start, step, count):
    """Mbit/s in each step from the start on."""
    bits = [0] * count
    for at, octets in reads:
        slot = int((at - start) // step)
        if 0 <= slot < count:
            bits[slot] += octets * 8
    return [round(b / step * 1e-6, 3) for b in bits]


def all_throughputs(reads, start, step, count):
    series = {name: throughput(r, start, step, count)
              for name, r in reads.items()}
    series["sum"] = [round(sum(v), 3) for v in zip(*series.values())]
    return series


def analyse(folder):
    reads = read_reads(folder)
    events = {name: float(at) for at, name in words(folder, "events")}
    begin, end = events["start1"], events["end"]
    result = {
        "cut_s": round(events["cut"] - begin, 2),
        "seconds": round(end - begin),
        "sessions": len(reads),
        "sessions_survived": 0,
        "outage_by_session_s": {},
        "silent_from_s": {},
        "silence_before_cut_s": 0.0,
        "throughput_mbit_per_s": all_throughputs(
            reads, begin, 1.0, round(end - begin)),
        "reads_lost": words(folder, "lost"),
    }
    for name, session in reads.items():
        times = [at for at, _ in session if at < end] or [begin]
        gap, at = longest_gap(times, end)
        # What the machine does to a session that nothing happens to
        before = [at for at in times if at < events["cut"] - 1] or [begin]
        result["silence_before_cut_s"] = max(
            result["silence_before_cut_s"],
            round(longest_gap(before, before[-1])[0], 3))
        result["outage_by_session_s"][name] = round(gap, 3)
        result["silent_from_s"][name] = round(at - begin, 3)
        result["sessions_survived"] += end - times[-1] < ALIVE_S
    result["outage_s"] = max(result["outage_by_session_s"].values())
    return result


def parameters(path):
    """What host A and host B were set to; times in ms."""
    return {line[0]: {"A": int(line[1]), "B": int(line[2])}
            for line in words(os.path.dirname(path), os.path.basename(path))
            if len(line) == 3 and line[1].isdigit()}


def combine(results, scenario):
    parts = {name: analyse(os.path.join(results, name))
             for name in RUNS[scenario]}
    worst = max(parts, key=lambda name: parts[name]["outage_s"])
    here = os.path.dirname(os.path.abspath(__file__))
    return {
        "scenario": scenario,
        "kernel": words(os.path.join(results, "control"), "kernel")[0][0],
        "outage_s": parts[worst]["outage_s"],
        "outage_bound_s": BOUND_S[scenario],
        "resolution_s": RESOLUTION_S,
        "sessions": parts[worst]["sessions"],
        "sessions_survived": min(p["sessions_survived"]
                                 for p in parts.values()),
        "throughput_mbit_per_s": parts[worst]["throughput_mbit_per_s"],
        "worst_run": worst,
        "parameters": parameters(os.path.join(here, "parameters.sh")),
        "runs": parts,
        "control": analyse(os.path.join(results, "control")),
    }


def plot_data(results, scenario, figure):
    """For each run: time, session 1, session 2, sum; and what to mark."""
    before, after, step = WINDOW[scenario]
    for name, part in figure["runs"].items():
        folder = os.path.join(results, name)
        begin = {event: float(at) for at, event in
                 words(folder, "events")}["start1"]
        start = max(0, round(part["cut_s"] - before))
        end = min(part["seconds"], round(part["cut_s"] + after))
        count = round((end - start) / step)
        series = all_throughputs(read_reads(folder), begin + start, step,
                                 count)
        worst = max(part["outage_by_session_s"],
                    key=part["outage_by_session_s"].get)
        with open(os.path.join(folder, "plot"), "w", encoding="ascii") as out:
            for slot, values in enumerate(zip(*series.values())):
                print(round(start + (slot + 0.5) * step, 3), *values, file=out)
        with open(os.path.join(folder, "marks"), "w", encoding="ascii") as out:
            print(part["cut_s"], part["silent_from_s"][worst],
                  part["outage_s"], file=out)


def table(figure):
    row = "%-28s %8s %8s   %s"
    print(row % ("", "sessions", "survived", "longest silence"))
    if figure["scenario"] == "figure6":
        print(row % PUBLISHED)
    runs = [("without Shim6 (control)", figure["control"])]
    runs += [("with Shim6, " + name, part)
             for name, part in figure["runs"].items()]
    for name, part in runs:
        lost = part["sessions_survived"] < part["sessions"]
        print(row % (name, part["sessions"], part["sessions_survived"],
                     "for ever" if lost else "%.3f s" % part["outage_s"]))
    print(row % ("allowed", "", "all", "%.1f s" % figure["outage_bound_s"]))
    print("kernel %s; silence is measured at the receiving application, from "
          "read to read" % figure["kernel"])


def complaints(figure):
    if figure["sessions_survived"] != figure["sessions"]:
        yield "a session was lost"
    elif figure["outage_s"] > figure["outage_bound_s"]:
        yield "a session was silent for %.3f s, allowed are %.1f s" % (
            figure["outage_s"], figure["outage_bound_s"])
        noise = max(p["silence_before_cut_s"] for p in figure["runs"].values())
        if noise > figure["outage_bound_s"] / 2:
            yield ("the machine is too busy for this: %.3f s before anything "
                   "was cut" % noise)
    if figure["control"]["sessions_survived"]:
        yield "a session lived without Shim6: the failure was none"
    for part in figure["runs"].values():
        if part["reads_lost"]:
            yield "the kernel did not note every read"


def main():
    results, scenario, out = sys.argv[1:4]
    figure = combine(results, scenario)
    with open(os.path.join(out, scenario + ".json"), "w",
              encoding="ascii") as file:
        json.dump(figure, file, indent=1, sort_keys=True)
        file.write("\n")
    plot_data(results, scenario, figure)
    table(figure)
    failed = list(complaints(figure))
    for line in failed:
        print("FAILED: " + line)
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
