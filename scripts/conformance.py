#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Which test shows which requirement, and whether it ran and passed.

conformance.py [qos] [SINCE]: prints a line for each row of conformance/rows.tsv,
those of the RFCs, or of qos/rows.tsv, those of the survey, and closes with a
count. A row is shown by

    packet:NAME        a script of the packet-level peer (they name their rows)
    kunit:SUITE.CASE   a case of KUnit
    scenario:NAME      a scenario, in whatever bed it runs
    tool:shim6ctl      the tests of the tool; tool:FILE: those in its tests/FILE
    fuzz:TARGET        a property that a fuzz target asks for, for any input
    inspection: TEXT   nobody can run it; why, and where to look
    open: TEXT         not shown yet: what is missing

Fails when a row has none of these, or names a test that does not exist, did
not run (after SINCE, in seconds of the epoch) or did not pass. What ran is read
from out/tests, where "make check" leaves it.
"""

import os
import re
import subprocess
import sys

SCRIPTS = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(SCRIPTS)
RESULTS = os.path.join(TOP, "out", "tests")


def lines(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read().replace("\r", "").split("\n")


def recent(path, since):
    return os.path.exists(path) and os.path.getmtime(path) >= since


def packets():
    """{row: [names]} as the scripts say."""
    found = {}
    out = subprocess.run([sys.executable, os.path.join(SCRIPTS, "peer"),
                          "list"], check=True, capture_output=True, text=True)
    for line in out.stdout.split("\n"):
        name, *rows = line.split() or [""]
        for row in rows:
            found.setdefault(row, []).append(f"packet:{name}")
    return found


def ran_packets(since):
    path = os.path.join(RESULTS, "uml", "packets.log")
    if not recent(path, since):
        return {}
    return {f"packet:{line.split(' - ')[1]}": line.startswith("ok")
            for line in lines(path) if re.match(r"(not )?ok - \w+$", line)}


def ran_kunit(since):
    path = os.path.join(RESULTS, "kunit", "console")
    if not recent(path, since):
        return {}
    results, suite = {}, None
    for line in lines(path):
        line = re.sub(r"^\[ *[0-9.]*\] ", "", line)
        begin = re.match(r"    # Subtest: (\w+)$", line)
        # What was skipped did not run
        case = re.match(r"    (not ok|ok) \d+ (\w+)(?!.*# SKIP)", line)
        if begin:
            suite = begin.group(1)
        elif case and suite:
            results[f"kunit:{suite}.{case.group(2)}"] = case.group(1) == "ok"
    return results


def ran_scenarios(since):
    results = {}
    for bed in ("uml", "qemu"):
        folder = os.path.join(RESULTS, bed)
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            path = os.path.join(folder, name)
            if not name.endswith(".log") or not recent(path, since):
                continue
            words = [line.split(" - ")[0] for line in lines(path)]
            good = "ok" in words and "not ok" not in words and \
                "skip" not in words
            key = f"scenario:{name[:-4]}"
            results[key] = results.get(key, True) and good
    return results


def ran_tool(since):
    path = os.path.join(RESULTS, "shim6ctl.log")
    if not recent(path, since):
        return {}
    text = "\n".join(lines(path))
    return {"tool:shim6ctl": bool(re.search(r"^\d+ passed, 0 failed", text,
                                            re.M))}


def ran_fuzz(since):
    path = os.path.join(RESULTS, "fuzz.log")
    if not recent(path, since):
        return {}
    return {f"fuzz:{m.group(2)}": not m.group(1) for m in
            re.finditer(r"^(not )?ok - fuzz (\w+):", "\n".join(lines(path)),
                        re.M)}


def result_of(test, ran):
    """None when it did not run."""
    kind, name = test.split(":", 1)
    if kind == "tool" and os.access(os.path.join(TOP, "shim6ctl", "tests",
                                                 name), os.X_OK):
        test = "tool:shim6ctl"
    return ran.get(test)


def words_of(shown):
    """(tests, texts) of the last column."""
    at = re.search(r"(inspection|open): ", shown)
    tests = shown[:at.start()] if at else shown
    return tests.split(), shown[at.start():] if at else ""


def judge(path, named, ran, title):
    """Print each row; how many there are, are open, are not shown."""
    rows, failed, still_open = set(), 0, 0
    for line in lines(path):
        if not line or line.startswith("#"):
            continue
        row, *about, shown = line.split("\t")
        rows.add(row)
        tests, text = words_of(shown)
        tests = named.get(row, []) + tests
        bad = [t + (" did not run" if result_of(t, ran) is None else " failed")
               for t in tests if not result_of(t, ran)]
        if not tests and not text:
            bad = ["nothing shows it"]
        failed += bool(bad)
        still_open += not bad and text.startswith("open")
        print(row, *(about if title else []), *tests,
              *([text] if text else []),
              *(["NOT SHOWN:"] + bad if bad else []), sep="  ")
    for row in sorted(set(named) - rows):
        failed += 1
        print(row, "is no row:", *named[row], sep="  ")
    return len(rows), still_open, failed


def main():
    words = sys.argv[1:]
    qos = words[:1] == ["qos"]
    since = float(words[qos]) if len(words) > qos else 0
    ran = {**ran_packets(since), **ran_kunit(since), **ran_scenarios(since),
           **ran_tool(since), **ran_fuzz(since)}
    folder = os.path.join(SCRIPTS, "qos" if qos else "conformance")
    count, still_open, failed = judge(os.path.join(folder, "rows.tsv"),
                                      {} if qos else packets(), ran, qos)
    print(f"rows: {count}, {count - failed - still_open} shown, "
          f"{still_open} open, {failed} not shown")
    if not ran:
        print('no results here: run "make check" first', file=sys.stderr)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
