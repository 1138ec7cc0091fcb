#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Commands from a file, again and again, and what may follow them. Prints TAP
without numbers.

    tests/batch.py [COMMAND-BEFORE-IT]
"""

import json
import os
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time

WRAP = sys.argv[1].split() if len(sys.argv) > 1 else []
BINARY = WRAP + ["tests/fake-shim6ctl"]
KEPT = "keep admin files scratch, raise"
OPENED = [KEPT, KEPT + " files", KEPT]
TMP = tempfile.TemporaryDirectory()
LOG = os.path.join(TMP.name, "log")
FILE = os.path.join(TMP.name, "x.batch")
TESTS = []
# Longer than anything takes, s
PATIENCE = 20


def test(function):
    TESTS.append(function)
    return function


class Result:
    """What a command printed and did."""

    def __init__(self, *words, text="", **env):
        if os.path.exists(LOG):
            os.unlink(LOG)
        env = dict(os.environ, SHIM6_FAKE_LOG=LOG, **env)
        done = subprocess.run(BINARY + list(words), input=text.encode(),
                              capture_output=True, env=env, check=False)
        self.status = done.returncode
        self.out = done.stdout.decode()
        self.err = done.stderr.decode().splitlines()
        self.log = []
        if os.path.exists(LOG):
            with open(LOG, encoding="utf-8") as file:
                self.log = file.read().splitlines()

    def changes(self):
        return [line for line in self.log if not line.startswith("keep")]


def expect(got, wanted):
    assert got == wanted, "%r is not %r" % (got, wanted)


class Skipped(Exception):
    """Says why."""


def write(data):
    with open(FILE, "wb") as file:
        file.write(data)


def batch(text, *options, **env):
    write(text.encode())
    return Result(*options, "-b", FILE, **env)


@test
def batch_runs_all():
    r = batch("# nothing\n\n  stats reset # now\nparam set 'i1_timeout' 5\\00\n"
              "pol del \"2\"\r\n  context flush 7")
    expect((r.status, r.out, r.err), (0, "", []))
    expect(r.log, [*OPENED, KEPT + " admin", "stats reset", KEPT,
                   KEPT + " admin", "param set i1_timeout 500", KEPT,
                   KEPT + " admin", "policy del 2", KEPT,
                   KEPT + " admin", "context flush 7", KEPT])


@test
def batch_words_and_quotes():
    name = "tests/sets/good.hba"
    alone = Result("hba", "show", name).out
    for word in ('"tests/sets"/good\'.hba\'', "tests/se\\ts/good.hba",
                 '"tests/sets/good.hba"#', "tests/sets/good.hba\t# x"):
        r = batch("hba show %s\n" % word)
        if word.endswith("#"):
            expect((r.status, len(r.err)), (1, 1))
        else:
            expect((r.status, r.out, r.err), (0, alone, []))
    for word, text in (("''", ""), ("a#b", "a#b"), ('"a\\"b"', 'a"b'),
                       ("'a\\b'", "a\\b"), ("a\\ b", "a b"),
                       ('"a\\b"', "a\\b"), ("\\#", "#")):
        r = batch("context show %s\n" % word)
        expect(r.err, ["shim6ctl: %s:1: id %s: must be a number from 1 to "
                       "4294967295" % (FILE, text)])


@test
def batch_prints_like_single_commands():
    for option in ([], ["-j"]):
        alone = [Result(*option, *words.split()).out
                 for words in ("status", "param get i1_timeout")]
        r = batch("status\nparam get i1_timeout\n", *option)
        expect(r.out, "".join(alone))
    # And an option of a line is for that line
    r = batch("-j param get i1_timeout\nparam get i1_timeout\n")
    expect(r.out[0], "{")
    expect(r.out.count("{"), 1)


@test
def batch_stops_at_first_error():
    r = batch("stats reset\n\ncontext flush 6\nstats reset\n")
    expect((r.status, r.err), (1, [
        "shim6ctl: %s:3: context 6: no such context; see \"context list\""
        % FILE]))
    expect(r.changes(), ["stats reset"])
    r = batch("stats reset\nfrob\ncontext flush\n")
    expect((r.status, len(r.err)), (2, 1))
    expect(r.changes(), ["stats reset"])


@test
def batch_goes_on_when_forced():
    r = batch("frob\ncontext flush 6\nstats reset\nshow 'x\n", "-f")
    expect((r.status, [line.split(": ")[1] for line in r.err]),
           (2, ["%s:%d" % (FILE, n) for n in (1, 2, 4)]))
    expect(r.err[2], "shim6ctl: %s:4: ': this quote is not closed" % FILE)
    expect(r.changes(), ["stats reset"])
    r = batch("context flush 6\nfrob\n", "--force")
    expect((r.status, len(r.err)), (1, 2))


@test
def batch_from_standard_input():
    r = Result("-b", "-", text="stats reset\nfrob\n")
    expect((r.status, r.changes()), (2, ["stats reset"]))
    assert r.err[0].startswith("shim6ctl: stdin:2: frob: no such command"), \
        r.err


@test
def batch_ends_when_told():
    for word in ("exit", "quit", "qu"):
        r = batch("stats reset\n%s\ncontext flush\nfrob\n" % word)
        expect((r.status, r.err, r.changes()), (0, [], ["stats reset"]))


@test
def batch_is_refused():
    cases = [
        (b"stats\0reset\n", 2, ":1: not a text file, it has an octet 0"),
        (b"stats\n" + b"x" * 20000, 2,
         ":2: the line is too long, 16383 octets at most"),
        (b"a \\", 2, ":1: a backslash is the last character"),
        (b'stats "reset', 2, ':1: ": this quote is not closed'),
        (b"-w 1 stats\n", 2, ":1: -w: not in a batch, which would never end"),
        (b"-w 1\n", 2, ":1: -w: not in a batch, which would never end"),
        (b"-n lab stats\n", 2,
         ":1: -n: only where shim6ctl begins: shim6ctl -n lab"),
        (b"-b x\n", 2, ":1: -b: only where shim6ctl begins: shim6ctl -b FILE"),
        (b"-f stats\n", 2,
         ":1: -f: only where shim6ctl begins: shim6ctl -b FILE"),
        (b"-x\n", 2, ":1: -x: no such option; see --help"),
        (b"shell\n", 2, ":1: shell: only where shim6ctl begins, on a terminal"),
        (b"exit 3\n", 2, ':1: 3: unexpected argument of "exit"'),
    ]
    for data, status, text in cases:
        write(data)
        r = Result("-q", "-b", FILE)
        expect((r.status, r.err), (status, ["shim6ctl: " + FILE + text]))
    r = Result("-b", TMP.name)
    expect((r.status, r.err),
           (1, ["shim6ctl: %s:1: Is a directory" % TMP.name]))
    r = Result("-b", "/nowhere")
    expect((r.status, r.err),
           (1, ["shim6ctl: file /nowhere: No such file or directory"]))


@test
def batch_endless_input_ends():
    r = Result("-f", "-b", "/dev/zero")
    expect((r.status, len(r.err)), (2, 1))


@test
def batch_answers_questions():
    r = batch("help\npolicy add ?\ncontext?\nhelp policy\n")
    expect((r.status, r.err), (0, []))
    for text in ("  exit       end\n", "  never\n",
                 "  context  contexts: ", "  policy del ID\n"):
        assert text in r.out, r.out


@test
def batch_in_namespace():
    r = batch("stats reset\nstats reset\n", "-n", "lab")
    expect(r.log[:3], ["keep admin netns files scratch, raise netns",
                       "netns lab", KEPT])
    expect(r.log[3:5], [KEPT + " files", KEPT])
    r = batch("stats reset\n", "-n", "nowhere")
    expect((r.status, len(r.err), r.changes()), (1, 1, ["netns nowhere"]))


@test
def batch_on_full_disk():
    write(b"status\nstats reset\n")
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(BINARY + ["-b", FILE], stdout=full,
                              stderr=subprocess.PIPE, check=False)
    expect((done.returncode, done.stderr.decode()),
           (1, "shim6ctl: %s:1: standard output: No space left on device\n"
            % FILE))


def closed_pipe(words, ignored):
    """Status of a command whose reader went away."""
    action = signal.SIG_IGN if ignored else signal.SIG_DFL
    done = subprocess.Popen(
        BINARY + words, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        restore_signals=False, env=dict(os.environ, SHIM6_FAKE="crowd"),
        preexec_fn=lambda: signal.signal(signal.SIGPIPE, action))
    done.stdout.read(100)
    done.stdout.close()
    err = done.stderr.read()
    done.stderr.close()
    return done.wait(), err


@test
def closed_pipe_is_silent():
    for ignored in (False, True):
        expect(closed_pipe(["context", "list"], ignored),
               (-signal.SIGPIPE, b""))
        expect(closed_pipe(["-j", "-w", "0.1", "context", "list"], ignored),
               (-signal.SIGPIPE, b""))


def watch(text, times, *words, **env):
    """What a repeated command printed until Ctrl-C, which comes when it has
    printed a text so often, and the seconds until then.
    """
    begun = time.monotonic()
    done = subprocess.Popen(BINARY + list(words), stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                            env=dict(os.environ, **env))
    begin = b""
    while begin.count(text) < times:
        if not select.select([done.stdout], [], [], PATIENCE)[0]:
            break
        begin += os.read(done.stdout.fileno(), 65536)
    seconds = time.monotonic() - begun
    done.send_signal(signal.SIGINT)
    out, err = done.communicate(timeout=PATIENCE)
    return done.returncode, (begin + out).decode(), err.decode(), seconds


@test
def watch_repeats():
    status, out, err, seconds = watch(b"every ", 4, "-w", "0.1", "param", "get",
                                      "i1_timeout")
    expect((status, err), (0, ""))
    rounds = out.count("every 0.1 s: param get i1_timeout, ")
    assert rounds >= 4, rounds
    # Three pauses at least
    assert seconds >= 0.3, seconds
    expect(out.count("\n\nevery "), rounds - 1)
    expect(out.count("4000"), 2 * rounds)


@test
def watch_json_is_documents():
    status, out, err, _ = watch(b'"rx_payload"', 2, "-j", "-w", "0.1", "stats")
    expect((status, err), (0, ""))
    decoder, n = json.JSONDecoder(), 0
    while out:
        value, end = decoder.raw_decode(out)
        expect(value[0]["name"], "rx_payload")
        out = out[end:].lstrip()
        n += 1
    assert n >= 2, n


@test
def watch_ends_with_failure():
    r = Result("-w", "0.1", "param", "get", "i1_timeout",
               SHIM6_FAKE_FAIL="0x06:5:3")
    expect((r.status, r.out.count("every "), r.err),
           (1, 2, ["shim6ctl: param: Input/output error"]))


def lines(*words, **env):
    r = Result("__complete", *words, **env)
    expect((r.status, r.err), (0, []))
    return [line.split("\t")[0] for line in r.out.splitlines()]


@test
def complete_words():
    expect(lines("cont"), ["context"])
    expect(lines("context", "sh"), ["show"])
    expect(lines("context", "show", ""), ["7", "8"])
    expect(lines("--line", "context show "), ["7", "8"])
    expect(lines("--line", "cont sh"), ["show"])
    expect(lines("--line", "help cont"), ["context"])
    expect(lines("--line", "policy add ne"), ["never"])
    expect(lines("--line", "policy add never proto u"), ["udp"])
    expect(lines("--line", "policy del "), ["2", "4"])
    expect(lines("--line", "hba remove "), ["3"])
    expect(lines("--line", "cga remove "), ["11", "12", "13", "14"])
    expect(lines("--line", "hba show "), [":files"])
    expect(lines("--line", "context flush "), ["all", "7", "8"])
    expect(lines("--line", "param set tcp_kick "), ["off", "on"])
    expect(lines("--line", "stats all e"), ["explain"])
    expect(lines("--line", "stats all al"), [])
    expect(lines("--line", "--ne"), ["--netns"])
    expect(lines("--line", "-j --batch "), [":files"])
    expect(lines("--line", "frob "), [])
    expect(lines("--line", "# con"), [])
    expect(lines("policy", "add", "never", "to", "2001:db8:c"),
           ["2001:db8:c::99"])


@test
def complete_without_module():
    expect(lines("--line", "context show ", SHIM6_FAKE="missing"), [])
    expect(lines("--line", "context sh", SHIM6_FAKE="missing"), ["show"])
    expect(lines("--line", "context show ", SHIM6_FAKE_FAIL="0x01:5"), [])
    expect(lines("--line", "-n nowhere context show "), [])


@test
def complete_needs_no_privileges():
    r = Result("__complete", "--line", "-n lab context show ")
    expect(r.log, ["keep netns", "netns lab", "keep"])


def fits(option, fake, limit):
    """Is so much address space enough for "context list"?"""
    def confine():
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    done = subprocess.run(BINARY + option + ["context", "list"],
                          stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, preexec_fn=confine,
                          env=dict(os.environ, SHIM6_FAKE=fake), check=False)
    return done.returncode == 0


def sanitized():
    """Its shadow takes terabytes of address space."""
    with open(BINARY[-1], "rb") as file:
        return b"__asan_init" in file.read()


@test
def memory_does_not_grow():
    if WRAP or sanitized():
        raise Skipped("what it runs under takes too much itself")
    step = 128 << 10
    for option in ([], ["-j"]):
        low, high = 1 << 20, 64 << 20
        while high - low > step:
            middle = (low + high) // 2
            low, high = (low, middle) if fits(option, "lab", middle) else \
                (middle, high)
        # The contexts themselves would need 2 MiB, their text much more
        assert fits(option, "crowd", high + 4 * step), high


# Generous: it takes 30 ms alone on a machine
@test
def ten_thousand_contexts_soon():
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    r = Result("context", "list", SHIM6_FAKE="crowd")
    spent = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    expect((r.status, r.out.count("\n")), (0, 10001))
    print("# %.0f ms in user space" % (1000 * spent))
    assert WRAP or spent < 1, spent


@test
def list_that_breaks_off():
    r = Result("-j", "context", "list", SHIM6_FAKE="crowd",
               SHIM6_FAKE_FAIL="0x01:5:50")
    expect((r.status, r.err),
           (1, ["shim6ctl: context list: Input/output error"]))
    expect(len(json.loads(r.out)), 49 * 7)


def main():
    for function in TESTS:
        name = function.__name__.replace("_", " ")
        try:
            function()
            print("ok - " + name)
        except Skipped as why:
            print(f"ok - {name} # SKIP {why}")
        except (AssertionError, OSError, ValueError,
                subprocess.TimeoutExpired) as error:
            print("# " + str(error).replace("\n", "\n# "))
            print("not ok - " + name)


main()
