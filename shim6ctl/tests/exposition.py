#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What "metrics" prints is the text format of Prometheus.

A reader of that format, as strict as its description: every line has its
place, families are whole, no sample is there twice. Arguments: what to run the
program under.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

PROGRAM = [*" ".join(sys.argv[1:]).split(), "tests/fake-shim6ctl"]
NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"')
VALUE = re.compile(r"[0-9]+(\.[0-9]+)?")


def result(good, what, detail=""):
    print(("ok - " if good else "not ok - ") + what, flush=True)
    if not good and detail:
        print(detail, flush=True)


def run(*words, **env):
    return subprocess.run([*PROGRAM, *words], env={**os.environ, **env},
                          capture_output=True, text=True, check=True).stdout


def unescape(text, quote):
    escapes = {"\\\\": "\\", "\\n": "\n"}
    if quote:
        escapes['\\"'] = '"'
    parts = re.split(r"(\\.)", text)
    for i in range(1, len(parts), 2):
        parts[i] = escapes[parts[i]]
    return "".join(parts)


def read_labels(text):
    """(labels, what is left of the line)."""
    labels = {}
    if not text.startswith("{"):
        return labels, text
    text = text[1:]
    while True:
        m = LABEL.match(text)
        assert m, text
        assert m[1] not in labels, f"{m[1]} twice"
        labels[m[1]] = unescape(m[2], True)
        text = text[m.end():]
        if text.startswith("}"):
            return labels, text[1:]
        assert text.startswith(","), text
        text = text[1:]


def read(text):
    """{family: (type, help, {labels: value})}; raises when it is not that."""
    families = {}
    name = help_text = None
    assert text.endswith("\n"), "the last line has no end"
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            name, help_text = line[7:].split(" ", 1)
            assert NAME.fullmatch(name), name
            assert name not in families, f"{name} twice"
        elif line.startswith("# TYPE "):
            typed, kind = line[7:].split(" ")
            assert typed == name and name not in families, line
            assert kind in ("counter", "gauge"), kind
            families[name] = kind, unescape(help_text, False), {}
        else:
            m = NAME.match(line)
            assert m and m[0] == name, f"{line} belongs to another family"
            labels, rest = read_labels(line[m.end():])
            assert rest[0] == " " and VALUE.fullmatch(rest[1:]), line
            key = tuple(sorted(labels.items()))
            assert key not in families[name][2], f"{line} twice"
            families[name][2][key] = float(rest[1:])
    return families


def check(what, text):
    try:
        families = read(text)
    except (AssertionError, KeyError, ValueError) as e:
        result(False, what, f"{type(e).__name__}: {e}")
        return {}
    result(True, what)
    return families


def test_format():
    for scenario in ("lab", "empty", "old", "odd"):
        check(f"metrics can be read: {scenario}",
              run("metrics", SHIM6_FAKE=scenario))


def test_names():
    families = read(run("metrics"))
    result(all(f.startswith("shim6_") for f in families),
           "all metrics are ours by their names")
    result(all(f.endswith("_total") == (kind == "counter")
               for f, (kind, *_) in families.items()),
           "counters, and only they, end with _total")
    result(all(samples for *_, samples in families.values()),
           "no family is empty")


def test_values():
    families = read(run("metrics"))
    contexts = families["shim6_contexts"][2]
    result(contexts[(("state", "established"),)] == 1 and
           sum(contexts.values()) == 2, "contexts are counted by their state")
    result(families["shim6_last_switch_seconds_max"][2][()] == 0.183,
           "times are in seconds")
    result(families["shim6_limit_context_total"][2][()] == 5,
           "a counter has its value")
    empty = read(run("metrics", SHIM6_FAKE="empty"))
    result({f: set(s) for f, (_, _, s) in families.items()
            if f.startswith("shim6_contexts")} ==
           {f: set(s) for f, (_, _, s) in empty.items()
            if f.startswith("shim6_contexts")},
           "series do not come and go with contexts")


def test_escapes():
    odd = 'a"b\\c\nd'
    families = read(run("metrics", SHIM6_FAKE="odd"))
    result(dict(*families["shim6_build_info"][2])["version"] == odd,
           "what a label must not have is escaped")
    result(families["shim6_rx_bad_checksum_total"][1] == odd,
           "what a sentence must not have is escaped")


def test_json():
    """The same numbers, times in ns."""
    families = read(run("metrics", SHIM6_FAKE="odd"))
    told = {f["name"]: (f["type"], f["help"], {
        tuple(sorted(s["labels"].items())): s["value"]
        for s in f["samples"]}) for f in json.loads(
            run("-j", "metrics", SHIM6_FAKE="odd"))}
    for kind, _, samples in (f for name, f in families.items()
                             if "_seconds" in name):
        for key in samples:
            samples[key] = round(samples[key] * 1e9)
    result(told == families, "JSON says the same")


def test_file():
    with tempfile.TemporaryDirectory() as d:
        name = os.path.join(d, "shim6.prom")
        with open(name, "w", encoding="ascii") as f:
            f.write("old\n")
        told = run("metrics", "file", name)
        with open(name, encoding="ascii") as f:
            text = f.read()
        mode = os.stat(name).st_mode & 0o777
        result(told == "" and text == run("metrics"), "metrics in a file")
        result(mode == 0o644 and os.listdir(d) == ["shim6.prom"],
               "the file can be read, and nothing lies beside it")


for test in (test_format, test_names, test_values, test_escapes, test_json,
             test_file):
    try:
        test()
    except Exception as e:
        result(False, f"{test.__name__} could not go on",
               f"{type(e).__name__}: {e}")
