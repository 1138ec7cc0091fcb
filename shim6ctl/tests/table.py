#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The table of classes as a whole: saved, loaded, all of it or nothing; what
may follow in its commands; devices of its links. Prints TAP without numbers.

    tests/table.py [COMMAND-BEFORE-IT]
"""

import os
import re
import subprocess
import sys
import tempfile

WRAP = sys.argv[1].split() if len(sys.argv) > 1 else []
FAKE = WRAP + ["tests/fake-shim6ctl"]
LAB = "tests/sets/lab.qos"
FOLDER = tempfile.TemporaryDirectory()
TESTS = []


def test(function):
    TESTS.append(function)
    return function


def run(*words, fake="lab", text="", status=0, **env):
    log = os.path.join(FOLDER.name, "log")
    open(log, "w").close()
    done = subprocess.run(FAKE + list(words), input=text, text=True,
                          capture_output=True, check=False,
                          env=dict(os.environ, SHIM6_FAKE=fake,
                                   SHIM6_FAKE_LOG=log, **env))
    assert done.returncode == status, (done.returncode, done.stderr)
    with open(log, encoding="utf-8") as file:
        changes = [line for line in file.read().splitlines()
                   if not line.startswith("keep")]
    return done.stdout, done.stderr, changes


def batch(*lines, **more):
    return run("-b", "-", text="\n".join(lines) + "\n", **more)


def lines_of(name):
    with open(name, encoding="utf-8") as file:
        return [line.split(" #")[0] for line in file.read().splitlines()
                if not line.startswith("#")]


def written(name, text):
    path = os.path.join(FOLDER.name, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


@test
def what_is_saved_makes_the_same_table():
    out, _, _ = batch(f"-q qos load {LAB}", "qos save", fake="empty")
    assert out.split("\n")[2:-1] == lines_of(LAB), out


@test
def every_member_survives():
    """One of each that differs from its default, and their save twice."""
    commands = [
        "qos flush",
        "qos class add a id 15 dscp 5 minor ffff tcindex 65535 "
        "mark 0x1/0xffffffff in-dscp set rank 255",
        "qos class add b id 1 dscp keep rank 0",
        "qos link add l id 16 prefix 2001:db8::/32 2001:db9::1/128 up 100gbit "
        "down 100kbit overhead 256 major fffe prio 255 weight 0 metered on "
        "drain on noprobe on mark 0x80000000/0x80000000 share a=0.1%",
        "qos link add m id 1 prefix 4000::/2 dev eth1 prio 0 weight 255",
        "qos rule add 1 class none",
        "qos rule add 65535 class a local 2001:db8::/32 peer ::/1 proto sctp "
        "lport 1-65535 rport 65535 dscp 5/0x5 mark 0x0/0x1 uid 0 dir in "
        "remark df path fork link m link l",
        "qos police set ctx-out rate 1000000/s burst 1",
        "qos police set ur-in per 48 per-rate 1/s per-burst 1 per-slots 65536",
        "qos control set dscp inherit alternate off class a pace 0.1% "
        "pace-min 1/s pace-burst 1000000 provisional on",
        "qos share set lowrtt idle 1ms unbalanced 86400s "
        "hysteresis 100% margin 1us hold 0s",
        "qos trust set dscp allow df,63",
    ]
    first = "\n".join(commands) + "\n"
    path = written("all.qos", first)
    out, _, _ = batch(f"-q qos load {path}", "qos save", fake="empty")
    have, want = sorted(out.splitlines()[2:]), sorted(commands)
    assert have == want, "\n".join(sorted(set(have) ^ set(want)))


@test
def loads_standard_input_at_once():
    with open(LAB, encoding="utf-8") as file:
        _, _, changes = run("qos", "load", "-", text=file.read(),
                            fake="empty")
    # One change, whatever it is made of
    assert len(changes) == 1 and changes[0].endswith(";qos commit"), changes
    assert changes[0].count(";") == len(lines_of(LAB)), changes


@test
def loads_nothing_when_a_line_is_wrong():
    before, _, _ = run("qos", "save")
    out, err, changes = batch("-q qos load tests/sets/bad.qos || true",
                              status=2)
    assert not changes, changes
    out, err, changes = run("-f", "-b", "-", status=1, text="qos load "
                            "tests/sets/bad.qos\nqos save\n")
    assert out == before, out
    assert err.count("\n") == 1 and "bad.qos:5: class vioce" in err, err
    assert not changes, changes


@test
def loads_what_editors_write():
    """Ends of lines of another system, the byte order, no end at all."""
    for text in ("qos class add v\r\nqos class add w # x\r\n",
                 "\ufeffqos class add v\nqos class add w",
                 "\ufeff# nothing\n\nqos class add v\nqos class add w\n"):
        path = written("edited.qos", text)
        _, _, changes = run("qos", "load", path)
        assert changes[0].count("class") == 2, (text, changes)
        _, _, changes = run("-q", "-b", path)
        assert len(changes) == 2, (text, changes)


@test
def loads_no_octets():
    for text, why in (("v\0x\n", "not a text file, it has an octet 0"),
                      ("v\n#" + "x" * 20000,
                       "the line is too long, 16383 octets at most")):
        path = written("octets.qos", "qos class add " + text)
        _, err, changes = run("qos", "load", path, status=1)
        line = 1 + text.count("\n#")
        assert err == f"shim6ctl: {path}:{line}: {why}\n", err
        assert not changes, changes


@test
def what_is_so_already_is_no_change():
    for command in ("control set pace 2%", "share set weight idle 120s",
                    "trust set dscp allow ef,af41",
                    "police set i1-in rate 200/s burst 400 per 64 "
                    "per-rate 20/s per-burst 40 per-slots 1024"):
        out, _, changes = run("qos", *command.split())
        assert "so already" in out, (command, out)
        assert not changes, (command, changes)
    for command in ("control set pace 3%", "share set off",
                    "trust set dscp allow ef", "police set i1-in rate 201/s",
                    "police set ur-in rate 200/s"):
        out, _, changes = run("qos", *command.split())
        assert "changed" in out and len(changes) == 1, (command, out, changes)


def examples(path):
    """What a manual says to type, but for what asks the tools."""
    with open(path, encoding="utf-8") as file:
        lines = [line.strip() for line in file]
    for line in lines:
        if not line.startswith("shim6ctl qos "):
            continue
        words = line.split(" >")[0].split()[1:]
        if words[1] == "apply" and "print" not in words:
            words.append("print")
        if words[1] not in ("check", "translate"):
            yield " ".join(words)


@test
def examples_of_the_manuals_run():
    for path, least in (("../README.md", 6), ("../man/shim6-qos.7", 14)):
        commands = list(examples(path))
        assert len(commands) >= least, (path, commands)
        _, err, changes = batch("-q qos flush", *commands, fake="empty")
        assert not err and changes, (path, err)


@test
def loads_nothing_when_the_commit_fails():
    _, err, changes = run("qos", "load", LAB, status=1,
                          SHIM6_FAKE_FAIL="0x32:12")
    assert err == "shim6ctl: qos: Cannot allocate memory\n", err
    assert not changes, changes


# Another program writes between what is read and what is written: the rank of
# the class ef, from 2 on, and the burst of probes, from 10 on
MEANWHILE = "shim6ctl: qos: another program {}; nothing was changed, " \
    "try again\n"


@test
def nothing_of_another_program_is_lost():
    out, _, changes = batch("-q qos class set ef dscp cs5", "qos save",
                            SHIM6_FAKE_WRITER="3")
    assert "qos class add ef id 2 dscp cs5 " in out, out
    assert " rank 5\n" in out, out
    assert [c.endswith(";qos commit") for c in changes] == [True], changes
    out, _, _ = batch("-q qos control set dscp ef", "qos save",
                      SHIM6_FAKE_WRITER="7")
    assert "control set dscp ef " in out and " pace-burst 17 " in out, out
    for line in ("rule add 5 class ef", "link set isp1 weight 9",
                 "class del spare", "share set off", "init diffserv"):
        run("qos", *line.split(), SHIM6_FAKE_WRITER="1",
            fake="empty" if line.startswith("init") else "lab")


@test
def another_program_that_never_stops():
    _, err, changes = run("qos", "class", "set", "ef", "dscp", "cs5",
                          SHIM6_FAKE_WRITER="8", status=1)
    assert err == MEANWHILE.format("keeps changing the table"), err
    assert not changes, changes
    _, err, changes = run("qos", "load", LAB, SHIM6_FAKE_WRITER="1", status=1)
    assert err == MEANWHILE.format("changed the table meanwhile"), err
    assert not changes, changes


@test
def what_was_set_can_be_taken_back():
    out, _, _ = batch("-q qos rule set 10 peer any proto any rport any "
                      "path any",
                      "-q qos rule set 20 lport any dscp any mark any uid any "
                      "dir both remark keep",
                      "-q qos class set ef mark none in-dscp keep",
                      "-q qos link set isp2 dev any up none down none "
                      "overhead 0 metered off noprobe off share ef=0% be=0%",
                      "-q qos link set isp1 mark 0x2/0x3",
                      "-q qos link set isp1 mark none",
                      "qos rule add 20 class be",
                      "qos save")
    for line in ("rule add 10 class ef", "rule add 20 class be",
                 "class add ef id 2 dscp ef minor 11 rank 2",
                 "link add isp1 id 1 prefix 2001:db8:a::/48 dev eth0 up 10mbit "
                 "prio 0 weight 1",
                 "link add isp2 id 2 prefix 2001:db8:b::/48 prio 0 weight 2"):
        assert f"\nqos {line}\n" in out, (line, out)
    assert "already there" in out, out
    # One by one, and what else it matches stays
    for key in ("lport", "dscp", "mark", "uid"):
        out, _, _ = batch(f"-q qos rule set 20 {key} any", "qos save")
        rule = re.search("qos rule add 20.*", out).group()
        assert f" {key} " not in rule, rule
        assert sum(f" {k} " in rule for k in ("lport", "dscp", "mark", "uid",
                                              "dir", "remark")) == 5, rule
    out, _, _ = batch("-q qos rule set 20 class none remark keep", "qos save")
    assert "qos rule add 20 class none lport 22 " in out, out
    out, _, changes = batch("qos rule set 20 class be dir out",
                            "qos class set ef dscp 46",
                            "qos link set isp1 dev eth0")
    assert out.count("so already") == 3 and not changes, (out, changes)
    out, _, _ = batch("-q qos rule set 10 peer any", "-j qos rule list")
    assert '"match": "proto udp rport 5060-5080"' in out, out


@test
def a_class_that_goes_takes_its_shares_along():
    out, _, changes = batch("-q qos class add call",
                            "-q qos link set isp2 share call=54%",
                            "-q qos class del call", "-q qos class add other",
                            "-q qos link set isp2 share ctl=54%", "qos save")
    assert "share ctl=54% ef=15% be=30.5%\n" in out, out
    assert "qos class del 3;qos commit" in changes[2], changes
    _, err, changes = batch("-q qos link set isp1 share ctl=5%",
                            "-q qos class del ctl", "qos save", status=1)
    assert "our own messages need it" in err and len(changes) == 1, changes


@test
def codepoints_with_commas_or_blanks():
    for words in ("af41,63 le", "le 63 af41", "63,le,af41"):
        out, _, _ = batch(f"-q qos trust set dscp allow {words}", "qos save")
        assert "qos trust set dscp allow le,af41,63\n" in out, (words, out)


@test
def what_is_there_already_is_no_change():
    _, _, changes = run("qos", "class", "add", "ctl", "dscp", "cs6", "minor",
                        "10", SHIM6_FAKE_WRITER="9")
    assert not changes, changes


@test
def an_init_is_one_change():
    _, _, changes = run("qos", "init", "diffserv", fake="empty")
    assert len(changes) == 1 and changes[0].count("class set") == 7 and \
        "control set" in changes[0], changes


@test
def an_init_within_a_file():
    path = written("init.qos", "qos flush\nqos init cake\n"
                   "qos rule add 1 class voice proto udp\n")
    _, _, changes = run("qos", "load", path)
    assert len(changes) == 1 and "rule set 1" in changes[0], changes


@test
def the_same_twice_is_no_mistake():
    path = written("conf", "\n".join(lines_of(LAB)[1:]) + "\n")
    # The third link's interface is gone: it would be another one
    _, err, _ = run("state", "restore", path, status=1)
    assert err.count("\n") == 1 and "link spare: is there already" in err, err


@test
def state_restores_the_table():
    _, _, changes = run("state", "restore", LAB, fake="empty")
    assert len(changes) == len(lines_of(LAB)), changes


@test
def config_check_looks_into_the_file():
    good = written("good.conf", f"qos load {LAB}\nqos init diffserv\n"
                   "qos rule add 5 class ef proto udp\n")
    run("config", "check", "file", good)
    bad = written("bad.conf", "qos load tests/sets/lab.state\n"
                  "qos class add x dscp nix\nqos show\nqos save\n")
    _, err, _ = run("config", "check", "file", bad, status=1)
    err = err.splitlines()
    assert len(err) == 4, err
    assert "bad.conf:1: tests/sets/lab.state:2: param set: is not" in err[0]
    assert "bad.conf:2: dscp nix: must be" in err[1], err
    assert "bad.conf:3: qos show: sets nothing" in err[2], err


def follows(line, fake="lab"):
    out, _, _ = batch(line + "?", fake=fake)
    return [row.split()[0] for row in out.splitlines() if row.strip()]


@test
def names_may_follow():
    assert "class" in follows("qos "), follows("qos ")
    assert follows("qos class ") == ["list", "add", "set", "del"]
    assert follows("qos class set ")[1:] == ["ctl", "ef", "be", "spare"]
    assert follows("qos link del ")[1:] == ["isp1", "isp2", "spare"]
    assert follows("qos rule del ")[1:] == ["10", "20"]
    assert "none" in follows("qos rule add 5 class ")
    assert "none" not in follows("qos class set ")
    words = follows("qos rule add 5 class ef path pin link ")
    assert words[1:4] == ["isp1", "isp2", "spare"], words
    assert "af41" in follows("qos class add x dscp ")
    assert "keep" in follows("qos class add x dscp ")
    assert "eth0" in follows("qos link set isp1 dev ")
    assert "ef=" in follows("qos link set isp1 share ")
    for key in ("local", "peer", "proto", "lport", "rport", "dscp", "mark",
                "uid"):
        assert "any" in follows(f"qos rule set 20 {key} "), key
    assert "none" in follows("qos class set ef mark ")
    assert "any" not in follows("qos link set isp1 prefix ")
    assert "i1-in" in follows("qos police del ")
    assert sorted(follows("qos show t")[1:]) == ["traffic", "trust"]
    assert "makes no sense" in batch("qos class frob ?")[0]
    assert "class" in follows("help qos ")


@test
def nothing_follows_without_a_module():
    out, _, _ = batch("qos class set ?", fake="missing")
    assert out.split() == ["NAME", "name", "of", "the", "class"], out


@test
def a_link_has_its_device_rate_and_shares():
    out, _, _ = run("qos", "apply", "core", "link", "isp2", "print")
    assert "D=${1:-eth1}" in out and "rate 2500kbit ceil 2500kbit" in out
    # EF is held to its share, best effort is not
    assert "classid 140:11 htb rate 375kbit ceil 375kbit" in out
    assert "classid 140:16 htb rate 762kbit ceil 2450kbit" in out
    assert "diffserv, core, 3mbit" in \
        run("qos", "apply", "core", "link", "isp2", "rate", "3mbit",
            "print")[0]
    assert "ingress, 20mbit" in \
        run("qos", "apply", "ingress", "link", "isp2", "print")[0]
    assert "bandwidth 2375kbit diffserv4 overhead -4" in \
        run("qos", "apply", "core", "profile", "cake", "link", "isp2",
            "print")[0]


def own_class(share, *more):
    return batch("-q qos class add call minor 21", *more,
                 f"-q qos link set isp1 share {share}",
                 "qos apply core link isp1 print",
                 status=1 if "9" in share else 0)


@test
def a_class_of_its_own_is_bounded():
    out, _, _ = own_class("call=4%")
    assert "classid 140:21 htb rate 400kbit ceil 400kbit prio 0" in out, out
    assert "parent 140:21 handle 158: pfifo" in out, out
    _, err, _ = own_class("call=9%")
    assert "link isp1: share: with those of the other classes 102.0%" in err, err


@test
def a_link_that_fails_is_no_matter_of_the_others():
    out, err, _ = run("qos", "apply", "core", "all", "print", status=1)
    assert err == ('shim6ctl: link spare: has no interface; "qos link set '
                   'spare dev eth0"\n'), err
    assert out.count("#!/bin/sh") == 2, out
    out, err, _ = batch("-q qos link del spare", "qos apply core all print")
    assert not err and out.count("#!/bin/sh") == 2, out
    # Neither of two has its way with one interface
    out, err, _ = batch("-q qos link set spare dev eth0 up 5mbit",
                        "qos apply core all print", status=1)
    assert "link isp1: its interface eth0 is that of the link spare" in err
    assert "link spare: its interface eth0 is that of the link isp1" in err
    assert out.count("#!/bin/sh") == 1 and "eth1" in out, out
    for change, why in (("link set isp1 share call=9%", "102.0%"),
                        ("link set isp1 major 7", "its packets are for 7:")):
        out, err, _ = batch("-q qos link del spare",
                            "-q qos class add call minor 21", f"-q qos {change}",
                            "qos apply core all print", status=1)
        assert err.count("\n") == 1 and "link isp1: " in err and why in err
        assert out.count("#!/bin/sh") == 1 and "eth1" in out, out
    # What makes no sense for one of them makes none for all
    out, err, _ = run("qos", "apply", "edge", "all", "profile", "cake",
                      "print", status=2)
    assert err.count("no such role") == 1 and not out, err


@test
def a_link_needs_the_module():
    _, err, _ = run("qos", "apply", "core", "link", "isp1", "print",
                    fake="missing", status=3)
    assert "the module, which knows the links, is not loaded" in err, err
    _, err, _ = run("qos", "apply", "core", "all", "print", fake="old",
                    status=1)
    assert "was built without links; say dev and rate" in err, err


for function in TESTS:
    name = "table: " + function.__name__.replace("_", " ")
    try:
        function()
        print("ok - " + name)
    except (AssertionError, OSError, IndexError) as error:
        print("# " + str(error).replace("\n", "\n# "))
        print("not ok - " + name)
