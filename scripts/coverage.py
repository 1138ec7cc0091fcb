#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Which lines of module/ the tests ran, and which branches of the parsers.

coverage.py [SINCE]: reads what gcov counted

    out/tests/kunit/gcov, out/tests/uml/NAME/gcov   in the debug kernel
    out/tests/uml/NAME/far/gcov                     in the second of two guests
    out/coverage/user                               in the user-space suites

(kernel runs since SINCE, in seconds of the epoch), prints a table and writes
out/coverage/uncovered.txt: each line that never ran, each branch of a parser
that was never taken, with its source. Fails below LINES percent of all lines,
or when a branch of coverage/parsers was not taken.

Lines are those of the kernel: what counts is that it runs there. Branches are
those of the user-space build where it has the function, as it is compiled
without optimisation and sanitizers: each branch is one of the source. In the
kernel the compiler joins some and UBSAN adds its own. What user space cannot
build, the walk over a packet's headers, is judged by the kernel's.
"""

import glob
import json
import os
import subprocess
import sys

SCRIPTS = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(SCRIPTS)
OUT = os.path.join(TOP, "out", "coverage")
LINES = 90


class Source:
    """What was counted in one file, over all the objects that hold it."""

    def __init__(self):
        self.lines = {}         # line: how often it ran
        self.branches = {}      # line: {number of branches: [counts]}
        self.functions = {}     # name: (first line, last line)

    def add(self, found):
        for function in found["functions"]:
            self.functions[function["name"]] = (function["start_line"],
                                                function["end_line"])
        for line in found["lines"]:
            at = line["line_number"]
            self.lines[at] = self.lines.get(at, 0) + line["count"]
            counts = [branch["count"] for branch in line["branches"]]
            if counts:
                known = self.branches.setdefault(at, {})
                old = known.get(len(counts), [0] * len(counts))
                known[len(counts)] = [a + b for a, b in zip(old, counts)]

    def branches_of(self, function):
        """(line, counts). Where the compiler made more than one thing of a
        line, that which is covered best."""
        first, last = self.functions[function]
        for line in sorted(self.branches):
            if first <= line <= last:
                yield line, min(self.branches[line].values(),
                                key=lambda counts: counts.count(0))


def gcov(folder):
    """What gcov says of each data file; those of another build it refuses."""
    files = sorted(glob.glob(os.path.join(folder, "**", "*.gcda"),
                             recursive=True))
    if not files:
        return
    done = subprocess.run(["gcov", "--json-format", "--stdout",
                           "--branch-probabilities", *files],
                          capture_output=True, text=True, check=False)
    for line in done.stderr.splitlines():
        if "mismatch" in line or "cannot open" in line:
            print("#", line)
    for line in done.stdout.splitlines():
        yield json.loads(line)


def name_of(path, folder):
    """module/FILE for a file of the module, wherever it was built"""
    path = os.path.normpath(os.path.join(folder, path))
    parent, name = os.path.split(path)
    return f"module/{name}" if os.path.basename(parent) == "module" else None


def read(folders):
    sources = {}
    for folder in folders:
        for data in gcov(folder):
            for found in data["files"]:
                name = name_of(found["file"], data["current_working_directory"])
                if name and os.path.exists(os.path.join(TOP, name)):
                    sources.setdefault(name, Source()).add(found)
    return sources


def runs(since):
    tests = os.path.join(TOP, "out", "tests")
    return [folder for folder in
            [os.path.join(tests, "kunit", "gcov"),
             *sorted(glob.glob(os.path.join(tests, "uml", "*", "gcov"))),
             *sorted(glob.glob(os.path.join(tests, "uml", "*", "far",
                                            "gcov")))]
            if os.path.exists(folder) and os.path.getmtime(folder) >= since]


def table(name):
    """The rows of one of the lists in coverage/"""
    with open(os.path.join(SCRIPTS, "coverage", name), encoding="utf-8") as f:
        for line in f:
            if line.strip() and not line.startswith("#"):
                yield line.rstrip("\n").split("\t")


def text_of(name):
    with open(os.path.join(TOP, name), encoding="utf-8") as file:
        return [""] + file.read().split("\n")


def parser_functions(name, wanted, user, kernel):
    """(function, the Source to judge it by); a list that is out of date is an
    error, as it would let a parser go unseen."""
    for function in wanted or sorted(user[name].functions):
        for sources in (user, kernel):
            if name in sources and function in sources[name].functions:
                yield function, sources[name]
                break
        else:
            sys.exit(f"coverage/parsers: no {function}() in {name}")


def parsers(user, kernel):
    """{file: [taken, all, [(line, branches not taken)]]}"""
    reasons = {(name, code): reason
               for name, code, reason in table("unreachable")}
    result = {}
    for name, *wanted in table("parsers"):
        text = text_of(name)
        taken, every, missing = 0, 0, []
        for function, source in parser_functions(
                name, wanted[0].split() if wanted else [], user, kernel):
            for line, counts in source.branches_of(function):
                never = counts.count(0)
                if never and reasons.pop((name, text[line].strip()), None):
                    counts = [count for count in counts if count]
                    never = 0
                taken += len(counts) - never
                every += len(counts)
                if never:
                    missing.append((line, never))
        result[name] = taken, every, missing
    for name, code in reasons:
        sys.exit(f"coverage/unreachable: nothing is missing in {name} at: "
                 f"{code}")
    return result


def percent(part, whole):
    return 100 * part / whole if whole else 100


def uncovered(name, lines, branches):
    """The lines that were not run, each gap with the function it is in"""
    text = text_of(name)
    last = 0
    for line in sorted({*lines, *branches}):
        if line > last + 1:
            yield f"\n{name}:{line}"
        what = "never" if line in lines else f"{branches[line]} br."
        yield f"  {what:6} {line:5}  {text[line]}"
        last = line


def main():
    since = float(sys.argv[1]) if len(sys.argv) > 1 else 0
    folders = runs(since)
    kernel = read(folders)
    branches = parsers(read([os.path.join(OUT, "user")]), kernel)
    listing, rows, ran, every = [], [], 0, 0
    for name in sorted(kernel):
        lines = kernel[name].lines
        never = {line for line, count in lines.items() if not count}
        taken, of, missing = branches.get(name, (0, 0, []))
        listing += uncovered(name, never, dict(missing))
        part = f"{taken:4} of {of:4}" if of else ""
        low = "<" if percent(len(lines) - len(never), len(lines)) < LINES \
            or missing else ""
        rows.append(f"{name:24} {len(lines):6} {len(never):6} "
                    f"{percent(len(lines) - len(never), len(lines)):6.1f} "
                    f"{part:>14} {low}".rstrip())
        ran += len(lines) - len(never)
        every += len(lines)
    with open(os.path.join(OUT, "uncovered.txt"), "w", encoding="utf-8") as f:
        f.write("\n".join(listing) + "\n")
    print(f"{'file':24} {'lines':>6} {'not':>6} {'%':>6} {'branches':>14}")
    print(*rows, sep="\n")
    good = every and percent(ran, every) >= LINES
    print(f"{len(folders)} runs in the kernel: {ran} of {every} lines, "
          f"{percent(ran, every):.1f} %; the rest: out/coverage/uncovered.txt")
    print(f"{'' if good else 'not '}ok - {LINES} % of the module's lines ran")
    bad = sorted(name for name in branches if branches[name][2])
    print(f"{'not ' if bad else ''}ok - every branch of the parsers was taken",
          *bad)
    return bool(bad or not good)


if __name__ == "__main__":
    sys.exit(main())
