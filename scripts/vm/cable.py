#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What joins two guests that have nothing but one line of octets between them.

cable.py LINE TELL HEAR INTERFACE...: makes the interfaces. A frame sent by one
comes out of that with the same place in the list of the other guest. What is
written into the FIFO named TELL comes out of the other guest's HEAR. Runs until
SIGTERM.

The line is a terminal. What is not read in time makes one of User Mode Linux
deaf for good, so each end keeps no more than WINDOW octets under way. On the
line everything is

    CHANNEL (1 octet) LENGTH (2 octets) OCTETS

Channel 0 carries words, CREDIT says how many octets were read, and from 1 on
each interface has its own.
"""

import collections
import fcntl
import os
import select
import struct
import sys
import termios
import tty

# A terminal holds 4096 octets
WINDOW = 3200
HEAD = struct.Struct("!BH")
WORDS = 0
CREDIT = 255
NUMBER = struct.Struct("!H")
# <linux/if_tun.h>
TUNSETIFF = 0x400454ca
IFF_TAP = 0x0002
IFF_NO_PI = 0x1000
# As many as are read from an interface before the line takes them
QUEUE = 1000


def interface(name):
    fd = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(),
                                           IFF_TAP | IFF_NO_PI))
    return fd


def line(path):
    fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
    tty.setraw(fd, termios.TCSANOW)
    return fd


def write(fd, data):
    while data:
        data = data[os.write(fd, data):]


class Cable:
    """One end."""

    def __init__(self, path, tell, hear, names):
        self.line = line(path)
        self.inputs = [os.open(tell, os.O_RDWR)] + \
            [interface(name) for name in names]
        self.outputs = [os.open(hear, os.O_RDWR)] + self.inputs[1:]
        self.queue = collections.deque()
        self.under_way = 0
        self.partial = b""

    def send(self):
        while self.queue:
            frame = self.queue[0]
            if self.under_way and self.under_way + len(frame) > WINDOW:
                return
            self.under_way += len(frame)
            write(self.line, self.queue.popleft())

    def take(self, channel):
        """What is to go to the other end."""
        data = os.read(self.inputs[channel], 1024 if channel == WORDS
                       else 2048)
        if channel == WORDS or len(self.queue) < QUEUE:
            self.queue.append(HEAD.pack(channel, len(data)) + data)

    def arrived(self):
        """What came from the other end."""
        self.partial += os.read(self.line, 4096)
        while len(self.partial) >= HEAD.size:
            channel, length = HEAD.unpack_from(self.partial)
            if len(self.partial) < HEAD.size + length:
                return
            data = self.partial[HEAD.size:HEAD.size + length]
            self.partial = self.partial[HEAD.size + length:]
            self.handle(channel, data)

    def handle(self, channel, data):
        if channel == CREDIT:
            self.under_way -= NUMBER.unpack(data)[0]
            return
        write(self.line, HEAD.pack(CREDIT, NUMBER.size) +
              NUMBER.pack(HEAD.size + len(data)))
        try:
            write(self.outputs[channel], data)
        except OSError:
            # An interface that is down takes nothing
            if channel == WORDS:
                raise

    def run(self):
        while True:
            ready, _, _ = select.select([self.line, *self.inputs], [], [])
            if self.line in ready:
                self.arrived()
            for channel, fd in enumerate(self.inputs):
                if fd in ready:
                    self.take(channel)
            self.send()


if __name__ == "__main__":
    Cable(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]).run()
