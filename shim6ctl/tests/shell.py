#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The shell on a terminal, with either line editor. Prints TAP without
numbers.

    tests/shell.py [COMMAND-BEFORE-IT]
"""

import os
import shutil
import signal
import stat
import sys
import tempfile
import termios
import time

from screen import Program

WRAP = sys.argv[1].split() if len(sys.argv) > 1 else []
READLINE, PLAIN = "tests/fake-shim6ctl", "tests/fake-shim6ctl-plain"
NAMES = {READLINE: "readline", PLAIN: "plain"}
PROMPT = "shim6>"
A = "2001:db8:a:1:fb:5b98:575f:692d"
B = "2001:db8:b:2:4d9:f16b:c092:dce7"
# Generous: a wrapper or a busy machine may be slow. It takes a few ms.
START_MAX = 1.0
# More than a command takes before it calls the module
CALLS_NS = 50_000_000


class Shell(Program):
    """A shell in a folder of its own."""

    def __init__(self, binary, *options, columns=100, **env):
        self.dir = tempfile.mkdtemp()
        self.state = os.path.join(self.dir, "state")
        self.log = os.path.join(self.dir, "log")
        self.events = None
        env.setdefault("XDG_STATE_HOME", self.state)
        if env.pop("events", False):
            fifo = os.path.join(self.dir, "events")
            os.mkfifo(fifo)
            env["SHIM6_FAKE_EVENTS"] = fifo
        env = dict(HOME=self.dir, TERM="vt100", LC_ALL="C.UTF-8",
                   PATH=os.environ["PATH"], INPUTRC="/dev/null",
                   SHIM6_FAKE_LOG=self.log, **env)
        argv = WRAP + [binary, *options]
        argv[0] = shutil.which(argv[0]) or argv[0]
        super().__init__(argv, env, columns)
        self.ends_with(PROMPT if "-n" not in options else "shim6[lab]>")
        self.start = time.monotonic() - self.started
        if "SHIM6_FAKE_EVENTS" in env:
            self.events = os.open(env["SHIM6_FAKE_EVENTS"], os.O_WRONLY)

    def line(self, text):
        """Enter a line and wait for the prompt behind what it prints."""
        self.type(text + "\r")
        self.has(text)
        self.ends_with(PROMPT)

    def event(self, text):
        os.write(self.events, text.encode())

    def close(self):
        super().close()
        if self.events is not None:
            os.close(self.events)
        shutil.rmtree(self.dir)

    def history(self):
        name = os.path.join(self.state, "shim6", "history")
        with open(name, encoding="utf-8") as file:
            return file.read().splitlines()

    def changes(self):
        with open(self.log, encoding="utf-8") as file:
            return file.read().splitlines()


TESTS = []


def test(*binaries, **env):
    """A test of a shell with each of these programs."""
    def note(function):
        for binary in binaries or (READLINE, PLAIN):
            TESTS.append((binary, env, function))
        return function
    return note


@test()
def starts_soon(sh):
    assert sh.start < START_MAX, "%.0f ms" % (1000 * sh.start)
    print("# %.1f ms to the prompt" % (1000 * sh.start))
    assert "shim6ctl" in sh.screen.lines()[0]


@test(options=("-n", "lab"))
def prompt_has_namespace(sh):
    sh.type("param get i1_timeout\r")
    sh.has("4000")
    sh.ends_with("shim6[lab]>")
    assert sh.changes()[:3] == [
        "keep admin netns files scratch, raise netns", "netns lab",
        "keep admin files scratch, raise",
    ], sh.changes()


@test()
def runs_commands(sh):
    sh.line("context show 7")
    sh.has("0x123456789abc")
    sh.line("stats   'show'  \"all\" # a comment")
    sh.has("rx_bad_checksum")
    sh.line("")
    sh.line("-j policy list")
    sh.has('"proto_name": "tcp"')


@test()
def explains_mistakes(sh):
    sh.line("p list")
    sh.has("p: ambiguous: it may be policy, param")
    sh.line("context show 'x")
    sh.has("': this quote is not closed")
    sh.line("-n lab status")
    sh.has("-n: only where shim6ctl begins: shim6ctl -n lab")
    sh.line("-b x")
    sh.has("-b: only where shim6ctl begins: shim6ctl -b FILE")
    sh.line("shell")
    sh.has("shell: this is one already")
    sh.line("exit now")
    sh.has('now: unexpected argument of "exit"')
    sh.has_not("shim6ctl: ")


@test(SHIM6_FAKE="missing")
def goes_on_without_module(sh):
    sh.line("status")
    sh.has("/dev/shim6: the module is not loaded; load it: modprobe shim6")
    sh.type("context show \t\t")
    sh.line("")
    sh.has("context show: id is missing: ID")
    sh.type("param get \t\t?")
    sh.has("name of the tunable")
    sh.has_not("i1_timeout")


@test()
def raises_only_what_changes(sh):
    kept = "keep admin files scratch, raise"
    sh.line("param get i1_timeout")
    sh.line("stats reset")
    sh.line("hba show tests/sets/good.hba")
    sh.line("stats")
    assert sh.changes() == [
        kept, kept + " admin", "stats reset", kept, kept + " files", kept,
    ], sh.changes()


@test()
def completes_words(sh):
    sh.type("cont\t")
    sh.ends_with("shim6> context")
    sh.type("pa\t")
    sh.ends_with("shim6> context path")
    sh.type("7 2001:db8:b\t")
    sh.ends_with("shim6> context path 7 " + B)
    sh.type("2001:db8:d\t\r")
    sh.has("context path 7 %s 2001:db8:d::99" % B)
    sh.ends_with(PROMPT)
    assert "context path 7 %s 2001:db8:d::99" % B in sh.changes()


@test()
def completes_parts(sh):
    sh.type("qos cl\t")
    sh.ends_with("shim6> qos class")
    sh.type("se\te\tds\taf41\r")
    sh.has("qos class set ef dscp af41")
    sh.ends_with(PROMPT)
    assert any(line.startswith("qos class set ef id 2 dscp 34 ")
               for line in sh.changes()), sh.changes()
    sh.type("qos rule ?")
    sh.has("say which class some packets are of")


@test()
def completes_values(sh):
    sh.type("param set trigger_se\t")
    sh.ends_with("shim6> param set trigger_seconds")
    sh.type("\x15policy add never pro\t")
    sh.ends_with("shim6> policy add never proto")
    sh.type("ic\t")
    sh.ends_with("shim6> policy add never proto icmpv6")
    sh.type("pri\t")
    sh.ends_with("shim6> policy add never proto icmpv6 priority")
    sh.type("\x15hba generate 2001:db8:b\t")
    sh.ends_with("shim6> hba generate 2001:db8:b:2::/64")
    sh.type("\x15locator prefer 2001:db8:a:1:f\t")
    sh.ends_with("shim6> locator prefer " + A)
    sh.type("\x15hba install tests/sets/goo\t")
    sh.ends_with("shim6> hba install tests/sets/good.")
    sh.type("h\tdev e\t")
    sh.ends_with("shim6> hba install tests/sets/good.hba dev eth")
    sh.type("1=\t")
    sh.ends_with("shim6> hba install tests/sets/good.hba dev "
                 "eth1=2001:db8:b:2::/64")
    sh.type("\x15-j -w 2 sta\t")
    sh.ends_with("shim6> -j -w 2 stat")
    sh.type("\x15exi\t")
    sh.ends_with("shim6> exit")


@test()
def completes_odd_names(sh):
    name = os.path.join(sh.dir, "a b?.hba")
    shutil.copy("tests/sets/good.hba", name)
    for begin in ("hba show ", "hba show \"", "hba show '"):
        sh.type("\x0c" + begin + sh.dir + "/a\t")
        sh.type("\r")
        sh.has("file:  " + name)
        sh.ends_with(PROMPT)
        sh.has_not("No such file")


@test()
def lists_what_fits(sh):
    sh.type("context show \t\t")
    sh.until(lambda lines: any(l.split()[:1] == ["7"] for l in lines) and
             lines[-1] == "shim6> context show", "7 and 8")
    sh.type("\x15param get i1\t\t\t")
    sh.has("i1_retries")
    sh.ends_with("shim6> param get i1_")


@test()
def answers_questions(sh):
    sh.type("context ?")
    sh.has("everything about one context")
    sh.ends_with("shim6> context")
    sh.type("path 7 ?")
    sh.has("ADDRESS")
    sh.has(B + "  in use")
    sh.ends_with("shim6> context path 7")
    sh.type("\x15stats ?")
    sh.has("Enter    counters that are not zero")
    sh.ends_with("shim6> stats")
    sh.type("\x15policy add never ?")
    sh.has("priority 0..4294967295")
    sh.type("\x15frob ?")
    sh.has("what is there makes no sense; Enter says why")
    sh.type("\x15z?")
    sh.has('nothing begins with "z" here')
    sh.type("\x15hba show 'a?")
    sh.ends_with("shim6> hba show 'a?")


@test()
def ctrl_c_abandons_line(sh):
    sh.type("stats reset")
    sh.ends_with("shim6> stats reset")
    sh.type("\x03")
    sh.has("stats reset^C")
    sh.ends_with(PROMPT)
    sh.line("param get i1_timeout")
    sh.has("4000")
    assert "stats reset" not in sh.changes()


@test()
def ctrl_c_interrupts_command(sh):
    sh.type("hba generate 2001:db8:a::/64 sec 2\r")
    sh.has("million hashes")
    # The terminal is the command's own in the meantime
    assert sh.flags() & termios.ICANON and sh.flags() & termios.ECHO
    sh.type("\x03")
    sh.has("hba generate: interrupted")
    sh.ends_with(PROMPT)
    sh.has_not("^C")
    assert not sh.flags() & termios.ICANON
    sh.line("param get i1_timeout")
    sh.has("4000")


@test()
def no_caret_behind_the_end(sh):
    """The terminal echoes a Ctrl-C after it sent the signal: by then the
    command may have ended, and the shell is on its way to the prompt."""
    assert not sh.flags() & termios.ECHOCTL
    sh.line("param get i1_timeout")
    assert not sh.flags() & termios.ECHOCTL
    sh.type("hba generate 2001:db8:a::/64 sec 2\r")
    sh.has("million hashes")
    assert not sh.flags() & termios.ECHOCTL
    sh.type("\x03")
    sh.ends_with(PROMPT)
    sh.type("exit\r")
    sh.has("exit")
    while sh.status is None and not sh.flags() & termios.ECHOCTL:
        sh.read(0.1)
    assert sh.flags() & termios.ECHOCTL


# A call of the module that is interrupted whenever it is made (EINTR is 4)
@test(SHIM6_FAKE_FAIL="0x10:4")
def ctrl_c_interrupts_call(sh):
    sh.type("status\r")
    sh.ends_with("")
    # Behind the end of its line it computes for as long as it calls
    before = sh.computed()
    sh.while_it(lambda: sh.computed() > before + CALLS_NS, "calls")
    sh.has_not("interrupted")
    sh.type("\x03")
    sh.has("status: interrupted")
    sh.ends_with(PROMPT)
    sh.line("param get i1_timeout")
    sh.has("4000")


@test()
def watch_until_ctrl_c(sh):
    sh.type("-w 0.1 param get i1_timeout\r")
    sh.has("every 0.1 s: param get i1_timeout, ")
    time.sleep(0.3)
    sh.type("\x03")
    sh.ends_with(PROMPT)
    # Each round begins with an empty screen
    assert sum("4000" in line for line in sh.screen.lines()) <= 2
    sh.line("-w 1 stats reset")
    sh.has('-w: only for commands that read; "stats reset" does more')


@test(events=True)
def events_do_not_tear_line(sh):
    sh.type("param get i1")
    sh.ends_with("shim6> param get i1")
    sh.event("first\n")
    sh.event("second\n")
    sh.until(lambda lines: lines[-3:] == ["first", "second",
                                          "shim6> param get i1"], "events")
    sh.type("_timeout\r")
    sh.has("wait before the first I1 is repeated")
    sh.ends_with(PROMPT)
    sh.event("third\n")
    sh.until(lambda lines: lines[-2:] == ["third", PROMPT], "third")
    # Who has nothing more to say is forgotten
    os.close(sh.events)
    sh.events = None
    sh.line("param get send_timeout")
    sh.has("15000")


@test(SHIM6_FAKE="silent")
def monitor_beside_the_line(sh):
    """What the fake module has to say comes above the line, which stays."""
    sh.line("monitor on switched")
    sh.type("param get i1")
    sh.has("switched")
    sh.ends_with("shim6> param get i1")
    sh.type("_timeout\r")
    sh.has("4000")
    sh.line("monitor off")
    sh.line("monitor off")
    sh.ends_with("shim6>")
    assert not any("context_up" in line for line in sh.screen.lines()), \
        sh.screen.lines()


@test(READLINE, events=True)
def events_leave_cursor(sh):
    sh.type("param get i1_out\x1b[D\x1b[D\x1b[D")
    sh.event("news\n")
    sh.until(lambda lines: lines[-2:] == ["news", "shim6> param get i1_out"],
             "news")
    sh.type("time\r")
    sh.has("wait before the first I1 is repeated")


@test(events=True, columns=40)
def long_lines_and_resize(sh):
    words = "context path 7 " + A + " 2001:db8:d::99"
    line = PROMPT + " " + words
    sh.type(words)
    sh.until(lambda lines: "".join(lines[-2:]) == line, "two rows")
    sh.event("news\n")
    sh.until(lambda lines: lines[-3] == "news" and
             "".join(lines[-2:]) == line, "news above two rows")
    # Nothing is left of where it was before
    assert sum(words[:20] in row for row in sh.screen.lines()) == 1
    sh.type("\x15")
    sh.until(lambda lines: PROMPT in lines[-2:], "an empty line")
    sh.resize(100)
    sh.while_it(sh.waits, "waits again")
    sh.type(words)
    sh.until(lambda lines: lines[-1] == line, "one row")
    sh.event("more\n")
    sh.until(lambda lines: lines[-2:] == ["more", line], "more")
    sh.has("news")
    # While a command has the terminal
    sh.type("\x15-w 9 -j stats\r")
    sh.has("rx_payload")
    sh.resize(40)
    sh.type("\x03")
    sh.ends_with(PROMPT)
    sh.type(words)
    sh.until(lambda lines: "".join(lines[-2:]) == line, "two rows again")
    sh.event("last\n")
    sh.until(lambda lines: lines[-3] == "last" and
             "".join(lines[-2:]) == line, "last above two rows")
    assert sum(words[:20] in row for row in sh.screen.lines()) == 1


@test()
def ends_with_ctrl_d(sh):
    sh.type("x\x04\x7f\x04")
    assert sh.end() == 0


@test()
def ends_with_exit(sh):
    sh.type("exit\r")
    assert sh.end() == 0


@test()
def ends_with_short_quit(sh):
    sh.type("qu\r")
    assert sh.end() == 0


@test()
def ends_when_told(sh):
    sh.line("param get i1_timeout")
    assert not sh.flags() & termios.ICANON
    os.kill(sh.pid, signal.SIGTERM)
    # The line editor gives back what is its own, then the shell does
    before = termios.ICANON | termios.ECHO | termios.ECHOCTL
    sh.until(lambda lines: sh.flags() & before == before, "terminal as before")
    assert sh.end() == -signal.SIGTERM


@test()
def stops_and_goes_on(sh):
    sh.type("param get i1_time")
    sh.ends_with("shim6> param get i1_time")
    sh.type("\x1a")
    pid, status = os.waitpid(sh.pid, os.WUNTRACED)
    assert pid == sh.pid and os.WIFSTOPPED(status)
    assert sh.flags() & termios.ICANON
    os.kill(sh.pid, signal.SIGCONT)
    sh.until(lambda lines: not sh.flags() & termios.ICANON, "raw terminal")
    sh.type("out\r")
    sh.has("wait before the first I1 is repeated")


@test(READLINE)
def history_is_private(sh):
    key = "30820155" * 8
    for line in ("stats", "param list", "stats", " policy list", "frob",
                 "hba show " + key, "status"):
        sh.line(line)
    sh.type("exit\r")
    assert sh.end() == 0
    assert sh.history() == ["param list", "stats", "status", "exit"], \
        sh.history()
    folder = os.path.join(sh.state, "shim6")
    assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
    assert stat.S_IMODE(os.stat(folder + "/history").st_mode) == 0o600
    assert os.listdir(folder) == ["history"]


@test(READLINE)
def history_is_there_again(sh):
    sh.line("param get i1_timeout")
    sh.type("frob\r\x1b[A\x1b[A")
    sh.ends_with("shim6> param get i1_timeout")
    other = Shell(READLINE, XDG_STATE_HOME=sh.state)
    other.type("\x1b[A")
    other.ends_with("shim6> param get i1_timeout")
    other.close()


@test(READLINE, XDG_STATE_HOME="/proc")
def history_without_folder(sh):
    sh.line("stats")
    sh.has("history: No such file or directory; what is typed is not kept")
    sh.line("param get i1_timeout")
    assert sum("history:" in line for line in sh.screen.lines()) == 1


@test(PLAIN)
def plain_editing(sh):
    sh.type("param get x\u00e4\u20ac\x7f\x7f\x7fi2\x08\x08i1_timeout nono\x17")
    sh.ends_with("shim6> param get i1_timeout")
    sh.type("\x1b[A\x1bOB\r")
    sh.has("wait before the first I1 is repeated")
    assert not os.path.exists(sh.state)


def run(binary, env, function):
    env = dict(env)
    options = env.pop("options", ())
    name = "shell, %s: %s" % (NAMES[binary],
                              function.__name__.replace("_", " "))
    sh = None
    try:
        sh = Shell(binary, *options, **env)
        function(sh)
        print("ok - " + name)
    except (AssertionError, OSError) as error:
        print("# " + str(error).replace("\n", "\n# "))
        print("not ok - " + name)
    finally:
        if sh:
            sh.close()


for args in TESTS:
    run(*args)
