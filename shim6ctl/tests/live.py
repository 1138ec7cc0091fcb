#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Commands that go on until somebody ends them: "monitor" and "top".

Arguments: what to run the program under.
"""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time

PROGRAM = [*" ".join(sys.argv[1:]).split(), "tests/fake-shim6ctl"]
ENV = {**os.environ, "SHIM6_FAKE": "silent", "TERM": "xterm"}
EVENTS = 16
# How long what must come may take; nothing is decided by it
PATIENCE = 30


def result(good, what, detail=""):
    print(("ok - " if good else "not ok - ") + what, flush=True)
    if not good and detail:
        print(detail, flush=True)


def plain_signals():
    """A child has them as a terminal's have, whatever is ignored here: a job in
    the background of a script ignores SIGINT, and what was ignored stays so.
    """
    for what in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(what, signal.SIG_DFL)


def monitor(*words, ignored=()):
    def set_signals():
        plain_signals()
        for what in ignored:
            signal.signal(what, signal.SIG_IGN)

    return subprocess.Popen([*PROGRAM, *words], env=ENV,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            preexec_fn=set_signals)


def lines(child, n):
    """So many lines, without waiting for the end of the program."""
    found = b""
    while found.count(b"\n") < n:
        if not select.select([child.stdout], [], [], PATIENCE)[0]:
            break
        found += os.read(child.stdout.fileno(), 65536)
    return found


def ended(child):
    """(status, what it complained about)."""
    try:
        _, err = child.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()
        return "none", child.communicate()[1]
    return child.returncode, err


def test_monitor():
    for what in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        child = monitor("monitor")
        got = lines(child, EVENTS)
        child.send_signal(what)
        status = ended(child)
        result(got.count(b"\n") == EVENTS and status == (0, b""),
               f"monitor: each line at once, {what.name} ends it",
               f"{got.decode()}{status}")


def test_monitor_count():
    child = monitor("monitor", "count", "3")
    got = lines(child, 3)
    status = ended(child)
    result(got.count(b"\n") == 3 and status == (0, b""),
           "monitor: ends after so many", f"{got.decode()}{status}")


def test_monitor_closed_pipe():
    for what, read in (("while it waits", EVENTS), ("while it writes", 0)):
        child = monitor("-j", "monitor")
        lines(child, read)
        child.stdout.close()
        child.stdout = None
        status = ended(child)
        result(status[0] == 0 and not status[1],
               f"monitor: ends when nobody reads, {what}", str(status))


def test_monitor_ignored():
    """As under nohup."""
    child = monitor("monitor", ignored=[signal.SIGHUP])
    lines(child, EVENTS)
    child.send_signal(signal.SIGHUP)
    time.sleep(0.2)
    result(child.poll() is None, "monitor: a signal that was ignored stays so")
    child.terminate()
    ended(child)


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, *words, scenario="many", size=(24, 80), term="xterm"):
        self.pid, self.fd = pty.fork()
        if not self.pid:
            # A child that goes on as a test would make children of its own
            try:
                plain_signals()
                os.environ.update(SHIM6_FAKE=scenario, TERM=term)
                os.execvp(PROGRAM[0], [*PROGRAM, *words])
            finally:
                os._exit(127)
        self.resize(*size)

    def resize(self, rows, columns):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ,
                    struct.pack("HHHH", rows, columns, 0, 0))

    def until(self, text):
        """What is drawn up to a text, then until it is quiet."""
        found = b""
        while text not in found:
            if not select.select([self.fd], [], [], PATIENCE)[0]:
                break
            try:
                found += os.read(self.fd, 65536)
            except OSError:
                break
        return found

    def press(self, key):
        os.write(self.fd, key)

    def settings(self):
        return termios.tcgetattr(self.fd)[3]

    def end(self):
        """Exit status and the last of what was drawn."""
        drawn = b""
        while True:
            try:
                more = os.read(self.fd, 65536)
            except OSError:
                break
            if not more:
                break
            drawn += more
        status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.fd)
        return status, drawn


def page(drawn):
    """Lines of the last page that was drawn, without escapes."""
    last = drawn.rpartition(b"\033[H")[2]
    for escape in (b"\033[K", b"\033[J", b"\033[7m", b"\033[m"):
        last = last.replace(escape, b"")
    return last.decode().replace("\r", "").split("\n")


BACK = b"\033[?25h\033[?1049l"


def test_top_keys():
    t = Terminal("top")
    drawn = t.until(b"by out")
    result(drawn.startswith(b"\033[?1049h\033[?25l"), "top: its own page",
           repr(drawn[:80]))
    t.press(b"s")
    result(b"by in;" in t.until(b"by in;"), "top: s sorts by something else")
    t.press(b"r")
    result(b"by in, reverse" in t.until(b"by in, reverse"),
           "top: r turns the order")
    raw = t.settings() & (termios.ICANON | termios.ECHO)
    t.press(b"q")
    status, drawn = t.end()
    result(not raw and status == 0 and drawn.endswith(BACK),
           "top: q ends it and gives the page back",
           f"{status} {drawn[-80:]!r}")


def test_top_signals():
    for what in (signal.SIGINT, signal.SIGTERM):
        t = Terminal("top")
        t.until(b"by out")
        os.kill(t.pid, what)
        status, drawn = t.end()
        result(status == 0 and drawn.endswith(BACK),
               f"top: {what.name} ends it and gives the page back",
               f"{status} {drawn[-80:]!r}")


def drawn_for(t, rows, columns):
    """The page that is drawn for a new size. One of the size before may come
    first; this one has as many lines as there is room for.
    """
    t.resize(rows, columns)
    for _ in range(3):
        drawn = page(t.until(b"\033[J"))
        if len(drawn) == rows:
            break
    return drawn


def test_top_size():
    t = Terminal("top", "interval", "3600000", size=(10, 60))
    t.until(b"\033[J")
    drawn = drawn_for(t, 11, 60)
    result(len(drawn) == 11 and all(len(line) <= 60 for line in drawn),
           "top: no more than the terminal has room for", str(drawn))
    drawn = drawn_for(t, 40, 200)
    result(len(drawn) == 40 and "SOURCE" in drawn[1],
           "top: a new size is used at once", str(drawn))
    t.press(b"q")
    t.end()


def test_top_stop():
    t = Terminal("top")
    t.until(b"by out")
    t.press(b"\032")
    drawn = t.until(BACK)
    _, status = os.waitpid(t.pid, os.WUNTRACED)
    result(BACK in drawn and os.WIFSTOPPED(status),
           "top: stopped, it gives the page back", repr(drawn[-80:]))
    os.kill(t.pid, signal.SIGCONT)
    drawn = t.until(b"by out")
    result(b"\033[?1049h" in drawn, "top: continued, it draws again")
    t.press(b"q")
    t.end()


def test_top_dumb():
    t = Terminal("top", "interval", "100", scenario="lab", term="dumb")
    drawn = t.until(b"by out")
    os.kill(t.pid, signal.SIGTERM)
    status, more = t.end()
    result(status == 0 and b"\033" not in drawn + more,
           "top: no escapes for a terminal that has none", repr(drawn))


def test_top_pipe():
    child = monitor("top", "interval", "100")
    got = lines(child, 6)
    child.stdout.close()
    child.stdout = None
    status = ended(child)
    result(status == (0, None) or status == (0, b""),
           "top: in a pipe until nobody reads", f"{got.decode()}{status}")


for test in (test_monitor, test_monitor_count, test_monitor_closed_pipe,
             test_monitor_ignored, test_top_keys, test_top_signals,
             test_top_size, test_top_stop, test_top_dumb, test_top_pipe):
    try:
        test()
    except Exception as e:
        result(False, f"{test.__name__} could not go on",
               f"{type(e).__name__}: {e}")
