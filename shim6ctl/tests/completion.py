#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Completion in other shells, on a terminal. Prints TAP without numbers."""

import os
import shutil
import tempfile

from screen import Program

HERE = os.path.dirname(os.path.abspath(__file__))
A = "2001:db8:a:1:fb:5b98:575f:692d"
PROMPT = "ready>"

BASH = [
    "PS1='%s '; bind 'set enable-bracketed-paste off'",
    ". completion/shim6ctl.bash",
]
ZSH = [
    "fpath=($PWD/completion $fpath); autoload -U compinit; compinit -u -D",
    "unsetopt prompt_sp zle_bracketed_paste 2>/dev/null; PS1='%s '",
]

# What is typed, and what the line is then
LINES = [
    ("shim6ctl cont\t", "shim6ctl context"),
    ("shim6ctl -n lab -j hba sho\t", "shim6ctl -n lab -j hba show"),
    ("shim6ctl param set trigger_se\t", "shim6ctl param set trigger_seconds"),
    ("shim6ctl locator prefer 2001:db8:a:1:f\tpri\t",
     "shim6ctl locator prefer " + A + " priority"),
    ("shim6ctl hba install x dev eth1=2001:db8:b\t",
     "shim6ctl hba install x dev eth1=2001:db8:b:2::/64"),
    ("shim6ctl hba show tests/sets/goo\th\t",
     "shim6ctl hba show tests/sets/good.hba"),
    ("shim6ctl qos link se\tisp2\tdr\t", "shim6ctl qos link set isp2 drain"),
]


def lines_of(name, argv, setup):
    folder = tempfile.mkdtemp()
    os.symlink(os.path.join(HERE, "fake-shim6ctl"), folder + "/shim6ctl")
    env = dict(PATH=folder + ":" + os.environ["PATH"], HOME=folder,
               TERM="vt100", LC_ALL="C.UTF-8", INPUTRC="/dev/null")
    program = Program([shutil.which(name), *argv], env)
    try:
        for line in setup[:-1]:
            program.type(line.replace("%s", PROMPT) + "\r")
        program.type(setup[-1].replace("%s", PROMPT) + "\r")
        program.ends_with(PROMPT)
        for typed, line in LINES:
            for part in typed.split("\t")[:-1]:
                program.type(part + "\t")
                program.until(lambda lines, part=part: part in lines[-1] or
                              part.split()[-1] in lines[-1], part)
            program.ends_with(PROMPT + " " + line)
            program.type("\x15")
            program.ends_with(PROMPT)
        # More than one: all of them are shown
        program.type("shim6ctl context show \t\t")
        program.until(lambda lines: any("8" in line.split() or
                                        line.startswith("8 ")
                                        for line in lines), "7 and 8")
    finally:
        program.close()
        shutil.rmtree(folder)


def test(name, argv, setup):
    what = "completion in " + name
    if not shutil.which(name):
        print("ok - %s # SKIP needs %s" % (what, name))
        return
    try:
        lines_of(name, argv, setup)
        print("ok - " + what)
    except (AssertionError, OSError) as error:
        print("# " + str(error).replace("\n", "\n# "))
        print("not ok - " + what)


test("bash", ["--norc", "--noprofile", "-i"], BASH[1:] + BASH[:1])
test("zsh", ["-f", "-i"], ZSH)
