# SPDX-License-Identifier: GPL-2.0
"""Many frames with one system call."""

import ctypes
import os
import socket

BATCH = 128
# Room for a frame
SLOT = 1024
SOL_PACKET = 263
PACKET_QDISC_BYPASS = 20
MSG_DONTWAIT = 0x40


class Iovec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("len", ctypes.c_size_t)]


class Mmsghdr(ctypes.Structure):
    """On machines of 64 bits, whose padding the two longs take in."""

    _fields_ = [("name", ctypes.c_void_p), ("namelen", ctypes.c_ulong),
                ("iov", ctypes.c_void_p), ("iovlen", ctypes.c_size_t),
                ("control", ctypes.c_void_p), ("controllen", ctypes.c_size_t),
                ("flags", ctypes.c_ulong), ("len", ctypes.c_ulong)]


libc = ctypes.CDLL(None, use_errno=True)


class Ring:
    """Slots that one system call sends or fills."""

    def __init__(self, size=SLOT):
        self.octets = ctypes.create_string_buffer(BATCH * SLOT)
        self.view = memoryview(self.octets).cast("B")
        self.iov = (Iovec * BATCH)()
        self.headers = (Mmsghdr * BATCH)()
        first = ctypes.addressof(self.octets)
        for n in range(BATCH):
            self.iov[n] = Iovec(first + n * SLOT, size)
            self.headers[n].iov = ctypes.addressof(self.iov[n])
            self.headers[n].iovlen = 1

    def put(self, slot, frame):
        at, size = slot * SLOT, len(frame)
        self.view[at:at + size] = frame
        self.iov[slot].len = size

    def send(self, sock, count):
        done = libc.sendmmsg(sock.fileno(), self.headers, count, 0)
        if done < 0:
            raise OSError(ctypes.get_errno(),
                          os.strerror(ctypes.get_errno()))
        if done != count:
            raise OSError(f"{done} of {count} frames sent")

    def receive(self, sock):
        return libc.recvmmsg(sock.fileno(), self.headers, BATCH,
                             MSG_DONTWAIT, None)


def packet_socket(interface):
    """For sending frames past the queue of the interface."""
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    sock.setsockopt(SOL_PACKET, PACKET_QDISC_BYPASS, 1)
    sock.bind((interface, 0))
    return sock
