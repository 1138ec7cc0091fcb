# SPDX-License-Identifier: GPL-2.0
"""The device's ABI for tests: commands, how to call them, results.

The numbers are written out here once more on purpose: that they differ from
the header is what the tests are to find.
"""

import ctypes
import errno
import fcntl
import ipaddress
import os
import struct
import sys
import time
import traceback

DEVICE = "/dev/shim6"
SYSFS = "/sys/kernel/shim6"
PROCFS = "/proc/net/shim6"
MAGIC = 0xB9
READ, WRITE = 2, 1
NOBODY = 65534
CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWNET = 0x20000, 0x10000000, 0x40000000

libc = ctypes.CDLL(None, use_errno=True)
failures = 0


def result(good, what, detail=""):
    global failures
    failures += not good
    print(("ok - " if good else "not ok - ") + what
          + ("" if good or not detail else f": {detail}"), flush=True)


def name_of(err):
    return errno.errorcode.get(err, str(err)) if err else "success"


def equal(what, got, want):
    result(got == want, what, f"got {got}, expected {want}")


def refused(what, got, want):
    result(got == want, f"{what}: {name_of(want)}", f"got {name_of(got)}")


def errno_of(call, *args):
    try:
        call(*args)
    except OSError as e:
        return e.errno
    return 0


# --- commands

def number(nr, direction, size, magic=MAGIC):
    return direction << 30 | size << 16 | magic << 8 | nr


def addr(text):
    return ipaddress.IPv6Address(text).packed


class Command:
    """A command: its number, what a program hands over, what it gets back."""

    def __init__(self, name, nr, direction, sample, admin=False, flags=None,
                 base=0):
        self.name = name
        self.nr = nr
        self.direction = direction
        self.sample = sample
        self.admin = admin
        self.flags = flags      # offset of a member that must be zero
        self.base = base        # what the sample comes to

    def call(self, fd, data=None, size=None):
        """Returns (errno, octets afterwards); octets keep a guard behind."""
        data = self.sample if data is None else data
        size = len(data) if size is None else size
        guard = b"\xa5" * 16
        buf = ctypes.create_string_buffer(data.ljust(size, b"\0") + guard,
                                          max(size, len(data)) + len(guard))
        ret = libc.ioctl(fd, ctypes.c_ulong(
            number(self.nr, self.direction, size)), buf)
        err = ctypes.get_errno() if ret < 0 else 0
        if not buf.raw.endswith(guard):
            raise RuntimeError(f"{self.name} wrote beyond its structure")
        return err, buf.raw[:-len(guard)]


LIST = struct.Struct("=QIIQIIII")


def list_arg(ptr=0, capacity=0, elem=0, cursor=0, context=0, reserved=0):
    return LIST.pack(ptr, capacity, elem, cursor, 0, 0, context, reserved)


# Sec 0, 2001:db8:a:1::/64 and 2001:db8:b:2::/64, made by a separate program
PDS = bytes.fromhex(
    "ac100ca280fe09c5b8d0c25d57f9c71520010db8000a000100304c300d06092a"
    "864886f70d0101010500033b003038023100b2d33723452df93b620058b134dd"
    "7635899ab5eeb34d4380440a0ddddb575f3eb3278439bb18b2ffaaf25c651c71"
    "c3c502030100010012001400000000"
    "20010db8000a000120010db8000b0002")


def hba_arg(pds=PDS, length=None, flags=0):
    return struct.pack("=IIII", 0, flags, len(pds) if length is None
                       else length, 0) + pds.ljust(768, b"\0")


CGA = struct.Struct("=IIiIIIIIII")


def cga_arg(pds=PDS, key=0x7ffffff0, flags=0):
    return CGA.pack(0, flags, key, len(pds), *[0] * 6) + pds.ljust(768, b"\0")


def policy_arg(action=0, priority=10, proto=0, local_len=0, peer_len=0,
               port=0, flags=0):
    return struct.pack("=IIII16s16sBBHIQ", 0, action, priority, proto,
                       addr("2001:db8::"), addr("2001:db8::"),
                       local_len, peer_len, port, flags, 0)


def param_arg(index=0xffffffff, value=0, name=b"", flags=0):
    return struct.pack("=IIQQQQ32s16s192s", index, flags, value, 0, 0, 0,
                       name, b"", b"")


def pair_arg(local, peer, flags=0, context=0):
    return addr(local) + addr(peer) + struct.pack("=II", flags, context)


def prefs_arg(address="2001:db8::1", flags=0, priority=0, weight=0,
              reserved=b""):
    return addr(address) + struct.pack("=BBB5s", flags, priority, weight,
                                       reserved)


def fork_arg(local="2001:db8::1", peer="2001:db8::2", proto=6, ports=(1, 2),
             fd=-1, flags=0):
    return addr(local) + addr(peer) + struct.pack(
        "=IHHiIII", proto, *ports, fd, flags, 0, 0)


def path_arg(context=1, flags=0):
    return struct.pack("=II", context, flags) + addr("2001:db8::1") * 2


def ref_arg(what, flags=0):
    return struct.pack("=II", what, flags)


INFO = Command("INFO", 0x00, READ, bytes(72))
CTX_CREATE = Command("CTX_CREATE", 0x02, READ | WRITE,
                     pair_arg("2001:db8::1", "2001:db8::2"), admin=True,
                     flags=32, base=errno.EADDRNOTAVAIL)
CTX_FLUSH = Command("CTX_FLUSH", 0x03, WRITE, ref_arg(0), admin=True, flags=4)
CTX_PATH = Command("CTX_PATH", 0x04, WRITE, path_arg(), admin=True, flags=4,
                   base=errno.ENOENT)
PARAM_SET = Command("PARAM_SET", 0x07, WRITE,
                    param_arg(value=15000, name=b"send_timeout"), admin=True,
                    flags=4)
HBA_ADD = Command("HBA_ADD", 0x0a, READ | WRITE, hba_arg(), admin=True,
                  flags=4)
HBA_DEL = Command("HBA_DEL", 0x0b, WRITE, ref_arg(0xfffffff0), admin=True,
                  flags=4, base=errno.ENOENT)
POLICY_ADD = Command("POLICY_ADD", 0x0d, READ | WRITE, policy_arg(),
                     admin=True, flags=52)
POLICY_DEL = Command("POLICY_DEL", 0x0e, WRITE, ref_arg(0xfffffff0),
                     admin=True, flags=4, base=errno.ENOENT)
CGA_ADD = Command("CGA_ADD", 0x20, READ | WRITE, cga_arg(), admin=True,
                  flags=4, base=errno.ENOKEY)
CGA_DEL = Command("CGA_DEL", 0x21, WRITE, ref_arg(0xfffffff0), admin=True,
                  flags=4, base=errno.ENOENT)
EVENT_MASK = Command("EVENT_MASK", 0x11, WRITE, struct.pack("=Q", 0))
LOC_PREFS = Command("LOC_PREFS", 0x13, WRITE, prefs_arg(), admin=True)
CTX_FORK = Command("CTX_FORK", 0x12, READ | WRITE, fork_arg(), admin=True,
                   flags=44, base=errno.EADDRNOTAVAIL)
FEEDBACK = Command("FEEDBACK", 0x28, WRITE,
                   struct.pack("=iIBBHI", -1, 0, 0, 0, 0, 0), flags=4,
                   base=errno.EBADF)

LISTS = {
    # name: number, octets of an element
    "CTX_LIST": (0x01, 184),
    "LOC_LIST": (0x05, 40),
    "PARAM_LIST": (0x06, 280),
    "STATS_LIST": (0x08, 216),
    "HBA_LIST": (0x0c, 784),
    "POLICY_LIST": (0x0f, 64),
    "FLOW_LIST": (0x10, 72),
    "CGA_LIST": (0x22, 808),
}
LIST_COMMANDS = {
    name: Command(name, nr, READ | WRITE, list_arg(elem=size), flags=36)
    for name, (nr, size) in LISTS.items()
}
COMMANDS = [INFO, CTX_CREATE, CTX_FLUSH, CTX_PATH, PARAM_SET, HBA_ADD,
            HBA_DEL, CGA_ADD, CGA_DEL, POLICY_ADD, POLICY_DEL, EVENT_MASK,
            LOC_PREFS, CTX_FORK, FEEDBACK,
            *LIST_COMMANDS.values()]


def stats_reset(fd):
    return errno_of(fcntl.ioctl, fd, number(0x09, 0, 0))


def open_device(flags=os.O_RDWR):
    return os.open(DEVICE, flags | os.O_CLOEXEC)


def walk(fd, name, context=0, elem=None, capacity=16, cursor=0):
    """All elements of a list, as the kernel gives them."""
    command = LIST_COMMANDS[name]
    elem = elem or LISTS[name][1]
    buf = ctypes.create_string_buffer(elem * capacity)
    found = []
    while True:
        err, data = command.call(fd, list_arg(
            ctypes.addressof(buf), capacity, elem, cursor, context))
        if err:
            raise OSError(err, name)
        _, _, _, cursor, count, more, _, _ = LIST.unpack(data)
        found += [buf.raw[i * elem:(i + 1) * elem] for i in range(count)]
        if not more:
            return found


# --- keys

ADD_KEY, KEYCTL, KEYCTL_REVOKE = 248, 250, 3
PROCESS_KEYRING = -2


def add_key(material, kind=b"asymmetric"):
    """Puts a key into the keyring of this process; its serial number."""
    # One of the same description would take the place of the other
    serial = libc.syscall(ADD_KEY, kind, b"shim6 %d" % time.monotonic_ns(),
                          material, ctypes.c_size_t(len(material)),
                          PROCESS_KEYRING)
    if serial < 0:
        raise OSError(ctypes.get_errno(), "add_key")
    return serial


def revoke_key(serial):
    if libc.syscall(KEYCTL, KEYCTL_REVOKE, serial):
        raise OSError(ctypes.get_errno(), "keyctl")


def text(octets):
    return octets.split(b"\0")[0].decode()


def params(fd):
    """Tunables by name: (value, min, max, default)."""
    found = {}
    for e in walk(fd, "PARAM_LIST"):
        _, _, value, low, high, default, name, _, _ = struct.unpack(
            "=IIQQQQ32s16s192s", e)
        found[text(name)] = (value, low, high, default)
    return found


# --- what a child does, as somebody else or elsewhere

def in_child(what, run):
    """A child's results are ours; only that it died is not."""
    global failures
    sys.stdout.flush()
    pid = os.fork()
    if not pid:
        status = 1
        try:
            before = failures
            run()
            status = 2 if failures > before else 0
        except BaseException:
            traceback.print_exc(file=sys.stdout)
        finally:
            sys.stdout.flush()
            os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status == 2:
        failures += 1
    elif status:
        result(False, what, f"the child ended with {status}")


def become_nobody():
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def unshare(flags):
    if libc.unshare(flags):
        raise OSError(ctypes.get_errno(), "unshare")


def leave_chroot():
    """A guest may live in one, and there no user namespace can be made."""
    root = os.open("/", os.O_DIRECTORY)
    os.chroot("/tmp")
    os.fchdir(root)
    for _ in range(32):
        os.chdir("..")
    os.chroot(".")


def mount_sysfs():
    """What a mount shows is settled when it is made."""
    unshare(CLONE_NEWNS)
    private = 1 << 18 | 1 << 14
    if libc.mount(b"none", b"/", None, private, None) or \
       libc.mount(b"sysfs", b"/sys", b"sysfs", 0, None):
        raise OSError(ctypes.get_errno(), "mount")


def run(tests):
    """Each with the device, whatever became of the one before. Status to end
    with.
    """
    fd = open_device()
    for test in tests:
        try:
            test(fd)
        except Exception:
            traceback.print_exc(file=sys.stdout)
            result(False, f"{test.__name__} could not go on")
    os.close(fd)
    return bool(failures)
