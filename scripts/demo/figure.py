#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""figure.py RESULTS SCENARIO OUT: turns what the demo's guest left in RESULTS
into OUT/SCENARIO.json, the data of its plot, and a table on stdout."""

import json
import os
import sys

ALIVE_S = 3.0


def read_samples(folder):
    """Time and, by session, octets so far."""
    with open(os.path.join(folder, "samples"), encoding="ascii") as lines:
        names = next(lines).split()[1:]
        rows = [[float(v) for v in line.split()] for line in lines
                if len(line.split()) == len(names) + 1]
    return names, rows


def read_events(folder):
    with open(os.path.join(folder, "events"), encoding="ascii") as lines:
        return {name: float(at) for at, name in
                (line.split() for line in lines)}


def fill(rows, column):
    """A process that has ended reads 0 octets: keep what it had."""
    best = 0
    for row in rows:
        best = max(best, row[column])
        row[column] = best


def longest_gap(rows, column, start, end):
    """(length, beginning) of the longest time without a new octet."""
    worst, at = 0.0, start
    last = None
    octets = None
    for row in rows:
        if row[0] < start or row[0] > end:
            continue
        if octets is None or row[column] > octets:
            if last is not None and row[0] - last > worst:
                worst, at = row[0] - last, last
            last, octets = row[0], row[column]
    if last is None:
        return end - start, start
    if end - last > worst:
        worst, at = end - last, last
    return worst, at


def resolution(rows):
    return max(b[0] - a[0] for a, b in zip(rows, rows[1:]))


def per_second(rows, column, begin, seconds):
    """Mbit/s in each second from the beginning on."""
    marks = []
    i = 0
    for second in range(seconds + 1):
        while i + 1 < len(rows) and rows[i + 1][0] <= begin + second:
            i += 1
        marks.append(rows[i][column])
    return [round((b - a) * 8e-6, 3) for a, b in zip(marks, marks[1:])]


def analyse(folder):
    names, rows = read_samples(folder)
    events = read_events(folder)
    begin = events["start1"]
    # The clients stop at the end themselves; what is late does not count.
    end = rows[-1][0] - 1.0
    seconds = round(rows[-1][0] - begin)
    result = {"cut_s": round(events["cut"] - begin, 2), "seconds": seconds,
              "resolution_s": round(resolution(rows), 3),
              "sessions": len(names), "sessions_survived": 0,
              "outage_s": 0.0, "outage_by_session_s": {}, "mbit_per_s": {}}
    for column, name in enumerate(names, 1):
        fill(rows, column)
        first = next((row[0] for row in rows if row[column] > 0), begin)
        start = max(first, events["start%d" % column])
        gap, _ = longest_gap(rows, column, start, end)
        tail, _ = longest_gap(rows, column, end - ALIVE_S, end)
        result["sessions_survived"] += tail < ALIVE_S - 0.5
        result["outage_by_session_s"][name] = round(gap, 3)
        result["outage_s"] = max(result["outage_s"], round(gap, 3))
        result["mbit_per_s"][name] = per_second(rows, column, begin, seconds)
    result["mbit_per_s"]["sum"] = [
        round(sum(values), 3) for values in zip(*result["mbit_per_s"].values())]
    return result


def parameters(path):
    values = {}
    with open(path, encoding="ascii") as lines:
        for line in lines:
            words = line.split()
            if len(words) == 3 and words[1].isdigit():
                values[words[0]] = {"A": int(words[1]), "B": int(words[2])}
    return values


def combine(results, scenario):
    runs = {"figure6": ["figure6"], "linkdown": ["down", "carrier"]}[scenario]
    parts = {name: analyse(os.path.join(results, name)) for name in runs}
    worst = max(parts.values(), key=lambda part: part["outage_s"])
    control = analyse(os.path.join(results, "control"))
    with open(os.path.join(results, "control", "kernel"),
              encoding="ascii") as kernel:
        release = kernel.read().strip()
    return {
        "scenario": scenario,
        "kernel": release,
        "outage_s": worst["outage_s"],
        "resolution_s": max(p["resolution_s"] for p in parts.values()),
        "sessions": worst["sessions"],
        "sessions_survived": min(p["sessions_survived"]
                                 for p in parts.values()),
        "parameters": parameters(os.path.join(os.path.dirname(
            os.path.abspath(__file__)), "parameters.sh")),
        "runs": parts,
        "control": control,
    }


def plot_data(figure, path):
    """Second, session 1, session 2, sum; runs one behind the other."""
    second = 0
    with open(path, "w", encoding="ascii") as out:
        for part in figure["runs"].values():
            series = part["mbit_per_s"]
            for values in zip(*(series[k] for k in sorted(series))):
                second += 1
                out.write(" ".join(map(str, (second,) + values)) + "\n")


def table(figure):
    print("%-28s %9s %10s %8s" % ("", "sessions", "survived", "outage"))
    rows = [("without Shim6 (control)", figure["control"])]
    rows += [("with Shim6, " + name, part)
             for name, part in figure["runs"].items()]
    for name, part in rows:
        print("%-28s %9d %10d %6.2f s" % (
            name, part["sessions"], part["sessions_survived"],
            part["outage_s"]))
    print("measured at the receiving application, every %d ms or better" %
          (figure["resolution_s"] * 1000))


def main():
    results, scenario, out = sys.argv[1:4]
    figure = combine(results, scenario)
    with open(os.path.join(out, scenario + ".json"), "w",
              encoding="ascii") as file:
        json.dump(figure, file, indent=1, sort_keys=True)
        file.write("\n")
    plot_data(figure, os.path.join(results, "plot"))
    table(figure)
    sys.exit(figure["sessions_survived"] != figure["sessions"] or
             figure["control"]["sessions_survived"] != 0)


if __name__ == "__main__":
    main()
