#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Every verb of shim6ctl once as text and once as JSON.

Arguments: shim6ctl, a folder for files, the addresses of hosts A and B.
The verbs are those that the tool itself completes.
"""

import json
import os
import pty
import re
import select
import subprocess
import sys
import time

TOOL, FOLDER, A1, A2, B1, B2 = sys.argv[1:]
# How long what must come may take; nothing is decided by it
PATIENCE = 200

# An emulated machine stands still now and then, and its kernel says so
SLOW = "hrtimer: interrupt took|interrupt took too long|clocksource"

SMOKE = {}
FAILED = 0


class Wrong(Exception):
    """Not what it should be."""


def verb(*names):
    """Marks the function that tries these verbs."""
    def mark(function):
        for name in names:
            SMOKE[name] = function
        return function
    return mark


def result(good, what, detail=""):
    global FAILED
    FAILED += not good
    print(("ok - " if good else "not ok - ") + what, flush=True)
    if not good and detail:
        print(detail, flush=True)


def run(words, ns="A", options=(), status=0, **more):
    """What a command prints; its status and its complaints are checked."""
    words = words if isinstance(words, list) else words.split()
    done = subprocess.run(
        [TOOL, *(["-n", ns] if ns else []), *options, *words],
        stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=PATIENCE, check=False, **more)
    if status is not None and done.returncode != status or (
            status == 0 and done.stderr):
        raise Wrong(f"{' '.join(words)}: status {done.returncode}, not "
                    f"{status}\n{done.stdout}{done.stderr}")
    return done.stdout


def text(words, pattern, **more):
    """Without an empty pattern the command says something like it."""
    said = run(words, **more)
    if not (re.search(pattern, said, re.M) if pattern else not said):
        raise Wrong(f"{words}: no {pattern!r} in\n{said}")
    return said


def parsed(words, **more):
    return json.loads(run(words, options=("-j",), **more))


def has(value, *keys):
    """Objects, or each of a list of some."""
    each = value if isinstance(value, list) else [value]
    if keys and not each:
        raise Wrong(f"nothing in a list of {keys}")
    for one in each:
        for key in keys:
            if key not in one:
                raise Wrong(f"no {key} in {one}")
    return value


def both(words, pattern, *keys, **more):
    """Text and JSON of what may be said twice."""
    text(words, pattern, **more)
    return has(parsed(words, **more), *keys)


def wait(what, condition):
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            raise Wrong(f"{what} does not come")
        time.sleep(0.2)


def established(ns, n):
    with open(f"{FOLDER}/contexts.{ns}", "w", encoding="ascii") as out:
        subprocess.run(["ip", "netns", "exec", ns, "cat",
                        "/proc/net/shim6/contexts"], stdout=out, check=True)
    with open(out.name, encoding="ascii") as lines:
        return lines.read().count(" established ") == n


def path(name):
    return f"{FOLDER}/{name}"


def write(name, content):
    with open(path(name), "w", encoding="ascii") as out:
        out.write(content)
    return path(name)


def read(name):
    with open(path(name), encoding="ascii") as lines:
        return lines.read()


# --- contexts, before all that looks at them

@verb("context create")
def context_create():
    text(["context", "create", A1, B1], r"^context:\s+\d+")
    has(parsed(["context", "create", A2, B2]), "id")
    for ns in "A", "B":
        wait(f"two contexts at {ns}", lambda ns=ns: established(ns, 2))


@verb("context list")
def context_list():
    both("context list", f"established.*{A1}", "id", "state", "ulid_local")


@verb("context show")
def context_show():
    one = parsed("context list")[0]["id"]
    both(f"context show {one}", r"^state:\s+established", "id", "state")
    run("context show 4294967295", status=1)


@verb("context path")
def context_path():
    one = next(c["id"] for c in parsed("context list")
               if c["ulid_local"] == A1)
    text(["context", "path", str(one), A2, B2], "")
    wait("the other pair", lambda: parsed(
        f"context show {one}")["loc_local"] == A2)
    has(parsed(["context", "path", str(one), A1, B1]), "probing_local")
    wait("the first pair", lambda: parsed(
        f"context show {one}")["loc_local"] == A1)


@verb("context fork")
def context_fork():
    flow = ["context", "fork", A1, B1, "proto", "tcp", "peer-port", "80",
            "port"]
    text([*flow, "5000"], r"^forked instance:\s+\d+")
    has(parsed([*flow, "5001"]), "id", "fii")


@verb("status")
def status():
    both("status", "contexts", "contexts")


@verb("stats")
def stats_show():
    both("stats", r"^\w+\s+\d+", "name", "value")
    both("stats explain all", r"^i1_out +\d+ +I1 sent", "name", "value")


@verb("stats reset")
def stats_reset():
    text("stats reset", "")
    if parsed("stats reset") != {"reset": True}:
        raise Wrong("stats reset")


@verb("locator list")
def locator_list():
    both("locator list", A1, "address")
    one = parsed("context list")[0]["id"]
    both(f"locator list context {one}", "peer", "address", "method")


@verb("locator prefer")
def locator_prefer():
    both(["locator", "prefer", A2, "priority", "3", "weight", "5"],
         r"^priority:\s+3", "address", "priority", "weight")
    run(["locator", "prefer", A2, "priority", "256"], status=2)


@verb("explain")
def explain_packet():
    both(["explain", A1, B1], "context", "outcome", "context", "wire_source")


@verb("doctor")
def doctor_show():
    for words in ["doctor"], ["doctor", B1]:
        well = json.loads(run(words, options=("-j",), status=None))
        text(words, "^ok +module", status=not well["well"])
        run(words, options=("-j",), status=not well["well"])


@verb("top")
def top_show():
    text("top rounds 1 interval 100", f"{A1}")
    has(json.loads(run("top rounds 1 interval 100", options=("-j",))),
        "contexts")


@verb("metrics")
def metrics_show():
    text("metrics", r"^# TYPE shim6_\w+ \w+$")
    text(["metrics", "file", path("shim6.prom")], "")
    if "shim6_" not in read("shim6.prom"):
        raise Wrong("metrics file: nothing in it")


@verb("monitor")
def monitor_show():
    for options, pattern in ((), B1), (("-j",), '"type"'):
        with subprocess.Popen([TOOL, "-n", "A", *options, "monitor",
                               "context_down", "count", "1"],
                              stdout=subprocess.PIPE, text=True) as child:
            # Again, as nobody can tell when it listens
            while child.poll() is None:
                new = parsed(["context", "create", A2, B1])["id"]
                run(f"context flush {new}")
            said = child.stdout.read()
        if child.returncode or not re.search(pattern, said):
            raise Wrong(f"monitor: status {child.returncode}\n{said}")


def shell(options, *lines):
    """What a shell shows on a terminal, whose lines end with "exit"."""
    child, terminal = pty.fork()
    if not child:
        os.environ.update(TERM="dumb", HOME=FOLDER)
        os.execv(TOOL, [TOOL, "-n", "A", *options])
    said = ""
    todo = [*lines, "exit"]
    prompts = 0
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if select.select([terminal], [], [], 1)[0]:
                said += os.read(terminal, 65536).decode()
        except OSError:
            break
        if said.count("shim6[A]> ") > prompts and todo:
            prompts = said.count("shim6[A]> ")
            os.write(terminal, f"{todo.pop(0)}\r".encode())
    os.close(terminal)
    _, ended = os.waitpid(child, 0)
    if todo or ended:
        raise Wrong(f"shell: status {ended}, left {todo}\n{said}")
    return said


@verb("monitor on", "monitor off")
def monitor_on():
    for options in (), ("-j",):
        said = shell(options, "monitor on context_down", f"context create "
                     f"{A2} {B1}", "context flush all", "monitor off")
        if "context_down" not in said.split("flush all", 1)[1]:
            raise Wrong(f"monitor on: no event\n{said}")
    run("monitor on", status=2)


@verb("context flush")
def context_flush():
    new = parsed(["context", "create", A1, B1])["id"]
    text(f"context flush {new}", "")
    parsed(["context", "create", A1, B1])
    if parsed("context flush all") != {"flushed": "all"}:
        raise Wrong("context flush all")
    if parsed("context list"):
        raise Wrong("contexts are left")


# --- rules and tunables

@verb("policy add", "policy list", "policy del")
def policy():
    rule = "policy add never proto udp port 99 priority"
    one = re.search(r"\d+", text(f"{rule} 7", r"^rule:\s+\d+")).group()
    two = has(parsed(f"{rule} 8"), "id")["id"]
    both("policy list", "never", "id", "action", "priority")
    text(f"policy del {one}", "")
    if parsed(f"policy del {two}")["removed"] != two:
        raise Wrong("policy del")
    run(f"policy del {two}", status=1)


@verb("param list")
def param_list():
    both("param list", r"^i1_timeout\s+4000", "name", "value", "min", "max")


@verb("param get", "param set")
def param():
    text("param set i1_timeout 1234", "")
    both("param get i1_timeout", r"^value:\s+1234$", "name", "value")
    if has(parsed("param set i1_timeout 4000"), "name")["was"] != 1234:
        raise Wrong("param set")
    run("param set i1_timeout 1", status=1)
    run("param set", status=2)


# --- proofs of addresses, at a host of its own

@verb("hba generate", "hba show", "hba verify")
def hba_generate():
    words = "hba generate 2001:db8:c1::/64 2001:db8:c2::/64 sec 0"
    text([*words.split(), "file", path("c.hba")], "2001:db8:c2:", ns="C")
    has(parsed([*words.split(), "file", path("d.hba")], ns="C"),
        "addresses", "parameters")
    both(["hba", "show", path("c.hba")], r"^sec:\s+0$", "addresses", ns="C")
    both(["hba", "verify", path("c.hba")], "2001:db8:c1:", "member", ns="C")
    run(["hba", "show", path("none")], ns="C", status=1)


@verb("hba install", "hba list", "hba remove", "hba add")
def hba_install():
    text(["hba", "install", path("c.hba"), "nodad"], "2001:db8:c1:", ns="C")
    one = has(parsed("hba list", ns="C"), "id", "prefix", "address")[0]["id"]
    # The module hears of an address a moment after the host has it
    wait("an address", lambda: all(a["address"]
                                   for a in parsed("hba list", ns="C")))
    text("hba list", "2001:db8:c2:.*p2", ns="C")
    text(f"hba remove {one}", "its addresses stay", ns="C")
    has(parsed(["hba", "install", path("d.hba"), "nodad"], ns="C"), "id")
    one = parsed("hba list", ns="C")[0]["id"]
    if parsed(f"hba remove {one}", ns="C")["removed"] != one:
        raise Wrong("hba remove")
    for name, words in ("c.hba", text), ("d.hba", parsed):
        parameters = parsed(["hba", "show", path(name)])["parameters"]
        if words is text:
            text(["hba", "add", parameters], r"^loaded now:\s+yes", ns="C")
        elif parsed(["hba", "add", parameters], ns="C") != {"loaded": True}:
            raise Wrong("hba add")


@verb("hba auto")
def hba_auto():
    words = ["hba", "auto", "state", path("auto"), "sec", "0"]
    text([*words, "once"], "prefix", ns="C")
    run([*words, "remove"], ns="C")
    run([*words, "once"], ns="C", options=("-j",))


@verb("cga generate", "cga show")
def cga_generate():
    words = "cga generate 2001:db8:c1::/64 sec 0 bits 1024 file".split()
    text([*words, path("c.cga")], "2001:db8:c1:", ns="C")
    has(parsed([*words, path("d.cga")], ns="C"), "addresses")
    both(["cga", "show", path("c.cga")], "2001:db8:c1:", "addresses", ns="C")


@verb("cga load", "cga list", "cga remove")
def cga_load():
    text(["cga", "load", path("c.cga"), "nodad"], "2001:db8:c1:", ns="C")
    has(parsed(["cga", "load", path("d.cga"), "nodad"], ns="C"), "key")
    ids = [c["id"] for c in has(parsed("cga list", ns="C"), "id", "address")]
    # As with those of a set
    wait("an address", lambda: any(c["address"]
                                   for c in parsed("cga list", ns="C")))
    text("cga list", "2001:db8:c1:", ns="C")
    text(f"cga remove {ids[0]}", "its address stays", ns="C")
    if parsed(f"cga remove {ids[-1]}", ns="C")["removed"] != ids[-1]:
        raise Wrong("cga remove")


# --- settings in files

@verb("config check")
def config_check():
    good = write("good.conf", "param set i1_timeout 4000\n")
    both(["config", "check", "file", good], r"^commands:\s+1$", "commands")
    bad = write("bad.conf", "param set i1_timeout 1\n")
    run(["config", "check", "file", bad], status=1)


@verb("state save", "state restore")
def state():
    text(["state", "save", path("state")], r"^commands:\s+\d+", ns="C")
    has(parsed(["state", "save", path("state")], ns="C"), "commands")
    text(["state", "restore", path("state")], r"^\w+:", ns="C")
    parsed(["state", "restore", path("state")], ns="C")


# --- traffic control, at a device that carries nothing

@verb("qos check")
def qos_check():
    # Debian's kernels have every kind, that of User Mode Linux has not
    lacks = os.environ["SHIM6_BED"].startswith("uml")
    text("qos check dev p1", "^warning +dev p1: has no classes yet", ns="C",
         status=1)
    found = parsed("qos check dev p1", ns="C", status=1)
    has(found, "level", "finding", "mend")
    if (len(found) == 1) == lacks:
        raise Wrong(f"qos check: {found}")


@verb("qos apply", "qos remove")
def qos_apply():
    words = "qos apply core profile minimal rate 10mbit dev p1"
    text(words, r"^device:\s+p1$", ns="C")
    has(parsed("qos remove dev p1", ns="C"), "device", "state")
    has(parsed(words, ns="C"), "device", "state")
    text("qos remove dev p1", r"^root queueing discipline:\s+noqueue", ns="C")


@verb("qos translate")
def qos_translate():
    old = write("old", "tc qdisc add dev eth0 root handle 1: cbq "
                "bandwidth 10Mbit avpkt 1000\n")
    said = text(["qos", "translate", "file", old], "^tc qdisc add .* htb",
                ns="C")
    # A script is one in either case
    if run(["qos", "translate", "file", old], options=("-j",)) != said:
        raise Wrong("qos translate")


# What the table of classes is told: verb, the rest as text, the rest as JSON
TABLE = """
qos init           | survey                  | survey
qos flush          |                         |
qos class add      | one dscp EF             | two dscp AF11
qos class set      | one rank 3              | two rank 4
qos link add       | la prefix 2001:db8:c1::/64 | lb prefix 2001:db8:c2::/64
qos link set       | la weight 5             | lb weight 6
qos rule add       | 10 class one proto tcp  | 20 class two proto udp
qos rule set       | 10 rport 80             | 20 rport 53
qos control set    | class one               | class none
qos police set     | i1-in rate 100/s burst 10 | probe-in rate 100/s burst 10
qos share set      | weight                  | off
qos trust set      | none                    | all
qos save           |                         |
qos load           | FILE                    | FILE
qos police del     | i1-in                   | probe-in
qos rule del       | 10                      | 20
qos link del       | la                      | lb
qos class del      | one                     | two
"""
# How it looks while all of that is there, and a word in each
LISTS = {"qos class list": "one", "qos link list": "la", "qos rule list": "tcp",
         "qos control show": "pace", "qos police list": "i1-in",
         "qos share show": "buckets", "qos trust show": "mode",
         "qos show": "one"}


def table_tell(line):
    line = line.replace("FILE", path("table"))
    name, plain, as_json = (part.strip() for part in line.split("|"))
    said = text(f"{name} {plain}", r"\w", ns="C")
    if name == "qos save":
        # Commands in either case
        write("table", said)
        if run(name, ns="C", options=("-j",)) != said:
            raise Wrong(name)
        return
    if name == "qos init":
        run("qos flush", ns="C")
    has(parsed(f"{name} {as_json}", ns="C"))


@verb(*[line.split("|")[0].strip() for line in TABLE.split("\n") if line],
      *LISTS)
def qos_table():
    for line in TABLE.split("\n"):
        if line:
            table_tell(line)
        if line.startswith("qos trust set"):
            for words, word in LISTS.items():
                text(words, word, ns="C")
                if word not in json.dumps(parsed(words, ns="C")):
                    raise Wrong(f"{words}: no {word} in JSON")
    if parsed("qos class list", ns="C"):
        raise Wrong("classes are left")


def verbs():
    """Those that the tool tells of, without a name where none is needed."""
    found = []
    for one in completed([""]):
        if one in ("help", "shell"):
            continue
        found += re.findall(rf"^  ({one}(?: [a-z-]+){{0,2}})(?= |$)", subprocess.run(
            [TOOL, "help", one], capture_output=True, text=True,
            check=True).stdout, re.M)
    return found


def completed(words):
    said = subprocess.run([TOOL, "__complete", *words], text=True,
                          capture_output=True, check=True).stdout
    return [line.split("\t")[0] for line in said.splitlines()]


def complaints():
    """What the kernel said that is more than news, but not of the machine."""
    said = subprocess.run(["dmesg", "--level=warn,err,crit,alert,emerg"],
                          capture_output=True, text=True, check=True).stdout
    return [line for line in said.splitlines() if not re.search(SLOW, line)]


def main():
    said = complaints()
    for function in dict.fromkeys(SMOKE.values()):
        names = [name for name in SMOKE if SMOKE[name] is function]
        try:
            function()
            result(True, ", ".join(names))
        except (Wrong, OSError, LookupError, TypeError, ValueError,
                AttributeError, StopIteration,
                subprocess.SubprocessError) as why:
            result(False, ", ".join(names), f"{type(why).__name__}: {why}")
    have = verbs()
    result(have and set(have) == set(SMOKE),
           f"{len(have)} verbs, and each was tried",
           f"not tried: {sorted(set(have) - set(SMOKE))}, no verbs: "
           f"{sorted(set(SMOKE) - set(have))}")
    more = complaints()[len(said):]
    result(not more, "the kernel has nothing to say", "\n".join(more))
    sys.exit(FAILED > 0)


if __name__ == "__main__":
    main()
