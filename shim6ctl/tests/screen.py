# SPDX-License-Identifier: GPL-2.0
"""A program on a terminal: what it prints becomes what somebody sees."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

# Longer than anything takes; a test that waits so long has failed
PATIENCE = 10


class Screen:
    """As much of a VT100 as the line editors use."""

    def __init__(self, columns, rows=200):
        self.columns = columns
        self.rows = [[]]
        self.height = rows
        self.y = self.x = 0
        self.rest = ""

    def resize(self, columns):
        self.columns = columns

    def lines(self):
        lines = ["".join(row).rstrip() for row in self.rows]
        while len(lines) > self.y + 1 and not lines[-1]:
            lines.pop()
        return lines

    def put(self, char):
        if self.x >= self.columns:
            self.newline()
            self.x = 0
        row = self.rows[self.y]
        row.extend(" " * (self.x + 1 - len(row)))
        row[self.x] = char
        self.x += 1

    def newline(self):
        self.y += 1
        while len(self.rows) <= self.y:
            self.rows.append([])

    def erase(self, command, number):
        if command == "K":
            del self.rows[self.y][self.x:]
        elif command == "J" and number == 2:
            self.rows = [[]]
            self.y = self.x = 0
        elif command == "J":
            del self.rows[self.y][self.x:]
            del self.rows[self.y + 1:]

    def control(self, command, text):
        number = int(text) if text.isdigit() else 0
        count = max(1, number)
        if command in "KJ":
            self.erase(command, number)
        elif command == "A":
            self.y = max(0, self.y - count)
        elif command == "C":
            self.x += count
        elif command == "D":
            self.x = max(0, self.x - count)
        elif command == "H":
            self.y = self.x = 0
        elif command == "P":
            del self.rows[self.y][self.x:self.x + count]
        elif command == "@":
            self.rows[self.y][self.x:self.x] = " " * count

    def feed(self, text):
        text = self.rest + text
        self.rest = ""
        at = 0
        while at < len(text):
            char = text[at]
            if char == "\x1b":
                found = re.compile(r"\x1b(\[[?0-9;]*)?([@-~])").match(text, at)
                if not found:
                    self.rest = text[at:]
                    return
                if found.group(1):
                    self.control(found.group(2), found.group(1)[1:])
                at = found.end()
                continue
            if char == "\n":
                self.newline()
            elif char == "\r":
                self.x = 0
            elif char == "\b":
                self.x = max(0, min(self.x, self.columns) - 1)
            elif char >= " ":
                self.put(char)
            at += 1


class Program:
    """A program that has a terminal of its own."""

    def __init__(self, argv, env, columns=100):
        self.screen = Screen(columns)
        self.status = None
        self.started = time.monotonic()
        self.pid, self.fd = pty.fork()
        if not self.pid:
            # A child that goes on as a test would make children of its own
            try:
                os.execve(argv[0], argv, env)
            finally:
                os._exit(127)
        self.resize(columns)

    def resize(self, columns):
        size = struct.pack("HHHH", 50, columns, 0, 0)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, size)
        self.screen.resize(columns)

    def read(self, seconds):
        """Take what is there; False when nothing came."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            data = b""
        if not data:
            self.reap()
            return False
        self.screen.feed(data.decode("utf-8", "replace"))
        return True

    def reap(self):
        if self.status is None:
            _, status = os.waitpid(self.pid, 0)
            self.status = os.waitstatus_to_exitcode(status)

    def until(self, condition, what):
        """Wait until the screen is as it should be."""
        end = time.monotonic() + PATIENCE
        while not condition(self.screen.lines()):
            left = end - time.monotonic()
            if left <= 0 or (not self.read(left) and
                             (self.status is not None or
                              time.monotonic() >= end)):
                if condition(self.screen.lines()):
                    return
                raise AssertionError("no %s on the screen:\n%s" % (
                    what, "\n".join(self.screen.lines())))

    def while_it(self, condition, what):
        """Wait until something else than the screen is as it should be."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, "it never " + what
            self.read(0.01)

    def ends_with(self, text):
        """The last line, as far as it goes."""
        self.until(lambda lines: lines[-1] == text, repr(text))

    def has(self, text):
        self.until(lambda lines: text in "\n".join(lines), repr(text))

    def has_not(self, text):
        assert text not in "\n".join(self.screen.lines()), \
            "%r is on the screen:\n%s" % (text,
                                          "\n".join(self.screen.lines()))

    def type(self, text):
        os.write(self.fd, text.encode())

    def end(self):
        """The exit status, negative for a signal."""
        stop = time.monotonic() + PATIENCE
        while self.status is None and time.monotonic() < stop:
            self.read(0.1)
        assert self.status is not None, "it does not end"
        return self.status

    def close(self):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.kill(self.pid, signal.SIGCONT)
            self.reap()
        os.close(self.fd)

    def computed(self):
        """Time that it had a processor, ns."""
        with open(f"/proc/{self.pid}/schedstat", encoding="ascii") as file:
            return int(file.read().split()[0])

    def waits(self):
        """Has it seen its signals, and nothing else to do?"""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            told = dict(line.split(":\t", 1) for line in file if ":\t" in line)
        return (told["State"].startswith("S") and
                not int(told["SigPnd"], 16) and not int(told["ShdPnd"], 16))

    def flags(self):
        """Local modes of the terminal."""
        return termios.tcgetattr(self.fd)[3]
