#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The manuals say what the code has, and only that.

Needs a built shim6ctl, groff and mandoc. Names are checked by their mark-up:

    .Va name    tunable, counter, or member of a structure
    .Dv NAME    in a header of ours, or one of OTHERS
    .Er NAME    an errno
    .Vt struct  in a header of ours, or one of OTHERS
    .Xr page    a page of ours, when its name begins with ours
    .Cm object verb    behind .It: a command, with all of its arguments

and "shim6ctl WORDS" wherever they stand, in README.md too.
"""

import errno
import glob
import os
import re
import subprocess
import sys
import tempfile

# Nothing of this run stays in the tree
sys.dont_write_bytecode = True

import manual  # noqa: E402

TOP, MAN = manual.TOP, manual.MAN
TOOL = os.environ.get("SHIM6CTL", os.path.join(TOP, "shim6ctl", "shim6ctl"))
PAGES = sorted(glob.glob(os.path.join(MAN, "*.[1-9]")))
UAPI = "include/uapi/linux/shim6.h"

# What is the system's
OTHERS = {
    "CAP_NET_ADMIN", "CAP_SYS_ADMIN", "O_NONBLOCK", "CLOCK_MONOTONIC",
    "SO_BINDTODEVICE", "NF_INET_PRE_ROUTING", "NF_INET_LOCAL_OUT",
    "SOL_SHIM", "_LIST", "sockaddr_in6", "cmsghdr",
}
# Not in the tool's language: what "shim6ctl" is followed by in a sentence
NO_COMMAND = {"is", "the", "of", "and", "controls", "tells", "has", "for"}


class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def judge(self, name, problems):
        problems = list(problems)
        if not problems:
            self.passed += 1
            return
        self.failed += 1
        print(f"not ok - {name}")
        for line in problems[:20]:
            print(f"    {line}")


def page_text(name):
    return manual.read(os.path.join(MAN, name))


def run(*command, **more):
    return subprocess.run(command, check=False, text=True,
                          capture_output=True, **more)


# --- form

def rendered(path):
    """What groff has to say of a page."""
    environment = dict(os.environ, LC_ALL="C.UTF-8", MANWIDTH="80")
    done = run("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", path,
               env=environment)
    return done.stderr.splitlines() + \
        ([] if done.returncode == 0 else [f"status {done.returncode}"])


def lint(path):
    """What mandoc has to say, but for what BSD has in which section."""
    return [line for line in run("mandoc", "-Tlint", "-Wwarning",
                                 path).stdout.splitlines()
            if "unexpected section" not in line and
            "conventional order" not in line]


def form(path):
    text = manual.read(path)
    if not text.startswith('.\\" SPDX-License-Identifier: GPL-2.0\n'):
        yield "the first line is no licence"
    name, section = os.path.basename(path).rsplit(".", 1)
    if f".Dt {name.upper()} {section}\n" not in text:
        yield "the title is not that of the file"


# --- names

def headers():
    return "".join(manual.read(path) for path in (
        UAPI, "include/uapi/linux/shim6_socket.h",
        "include/uapi/linux/shim6_qos.h"))


def words_of(text, macro):
    """Arguments of a macro, anywhere in its line; up to the next macro."""
    for line in re.findall(rf"(?m)^\.(?:.* )?{macro} (.+)$", text):
        for rest in re.split(rf"(?:^| ){macro} ", line):
            for word in rest.split():
                if re.fullmatch(r"[A-Z][a-z]", word):
                    break
                word = word.strip('.,;:()"')
                if word:
                    yield word


def unknown_names(path):
    text, code = manual.read(path), headers()
    table = {row[0] for row in manual.tunables()} | \
        {row[0] for row in manual.counters()}
    for name in words_of(text, "Va"):
        if name not in table and \
                not re.search(rf"[\s*]{name}(\[\w+\])?;", code):
            yield f"{name}: no tunable, counter or member"
    for name in words_of(text, "Dv"):
        if name not in OTHERS and not re.search(rf"\b{name}\b", code):
            yield f"{name}: in no header of ours"
    for name in words_of(text, "Er"):
        if not hasattr(errno, name):
            yield f"{name}: no errno"
    for name in re.findall(r"Vt (?:\")?struct (\w+)", text):
        if name not in OTHERS and f"struct {name} {{" not in code:
            yield f"struct {name}: in no header of ours"
    for name, section in re.findall(r"\.Xr (\S+) (\d)", text):
        if name.startswith("shim6") and \
                not os.path.exists(os.path.join(MAN, f"{name}.{section}")):
            yield f"{name}({section}): no such page"


def missing(text, names, what):
    return [f"{name}: {what} that the page does not have"
            for name in sorted(names) if not re.search(rf"\b{name}\b", text)]


def device_page():
    """Commands with their structures, events."""
    text, code = page_text("shim6.4"), manual.read(UAPI)
    events = set(re.findall(r"(SHIM6_EVENT_\w+)\s+= \d", code))
    yield from missing(text, events, "an event")
    found = re.findall(r"#define (SHIM6_IOC_\w+)\s+_IO\w*\(SHIM6_IOC_MAGIC, "
                       r"0x\w+(?:, struct (\w+))?", code)
    for name, struct in found:
        item = re.search(rf"(?m)^\.It Dv {name} Pq (.*)$", text)
        if not item:
            yield f"{name}: a command that the page does not have"
        elif struct and struct != "shim6_list" and \
                f"struct {struct}" not in item.group(1):
            yield f"{name}: takes struct {struct}"
    for file in re.findall(r'proc_create_net\w*\("(\w+)"',
                           manual.read("module/procfs.c")):
        if f"/proc/net/shim6/{file}" not in text:
            yield f"{file}: a file that the page does not have"


def socket_page():
    code = manual.read("include/uapi/linux/shim6_socket.h")
    options = set(re.findall(r"#define (SHIM_\w+)\s+\(SHIM_OPT_BASE", code))
    if not options:
        yield "no options in the header"
    yield from missing(page_text("shim6_socket.7"),
                       options - {"SHIM_OPT_END"}, "an option")


# --- commands

def verb_of(words):
    """The verb behind an object, or a part of the object and its verb."""
    plain = [bool(re.fullmatch(r"[a-z][\w-]*", word)) for word in words[:2]]
    if plain[:2] == [True, True]:
        return " ".join(words[:2])
    return words[0] if plain[:1] == [True] else ""


def tool_usages():
    """{(object, verb): usage} of the tool; a verb that may be left out is ""."""
    out = {}
    objects = re.findall(r"(?m)^  ([a-z]\w*)  ", run(TOOL, "--help").stdout)
    for name in objects:
        # A synopsis goes on in lines with six blanks
        text = re.sub(r"\n {6}(?=\S)", " ", run(TOOL, name, "--help").stdout)
        for line in text.splitlines():
            if re.match(rf"  {name}\b", line):
                out[name, verb_of(line.split()[1:])] = line.strip()
    return out


def page_items(text):
    """{(object, verb): its text} of the items of the page; an item that is
    followed by another at once has all of that, too."""
    out, below = {}, ""
    for part in reversed(re.split(r"(?m)^\.It ", text)[1:]):
        head, body = part.split("\n", 1)
        below = part = head + "\n" + (body or below)
        words = head.split()
        if words[0] != "Cm" or len(words) < 2:
            continue
        out[words[1], verb_of(words[2:])] = part
    return out


def command_page():
    usages, items = tool_usages(), page_items(page_text("shim6ctl.8"))
    objects = {name for name, _ in usages}
    if len(objects) < 5:
        yield f"the tool has no help: {TOOL}"
    for key, usage in usages.items():
        if key not in items:
            yield f"{' '.join(key)}: a command that the page does not have"
            continue
        # tcp|udp|NUMBER are examples, a|b are words of the command
        usage = re.sub(r"\S*\|[A-Z]\S*", "", usage)
        for word in re.findall(r"[a-z][a-z0-9_-]*", usage):
            if word not in " ".join(key).split() and \
                    not re.search(rf"\b{word}\b", items[key]):
                yield f"{' '.join(key)}: says nothing of {word}"
    for key in items:
        if key[0] in objects and key not in usages:
            yield f"{' '.join(key)}: no such command"


def options_of_tool():
    text = page_text("shim6ctl.8")
    for short, name in re.findall(r"(?m)^  -(\w), --([\w-]+)",
                                  run(TOOL, "--help").stdout):
        if not re.search(rf"(?m)^\.It Fl {short} , -{name}\b", text):
            yield f"-{short}, --{name}: an option that the page does not have"


def reasons():
    """Words for why a session has no context."""
    found = re.findall(r'\[SHIM6_FLOW_\w+\] = \{\s*"(\w+)"',
                       manual.read("shim6ctl/words.c"))
    if not found:
        yield "no reasons in shim6ctl/words.c"
    text = page_text("shim6ctl.8")
    for word in found:
        if f".It Ql {word}\n" not in text:
            yield f"{word}: a reason that the page does not have"


def commands_in(path):
    """Commands in a text that the tool does not have."""
    usages = tool_usages()
    objects = {name for name, _ in usages}
    text = re.sub(r"(?m)^\.Nm.*$|^\.It .*$", "", manual.read(path))
    for words in re.findall(r"shim6ctl((?: -\w)*(?: [a-z][\w-]*)+)", text):
        words = [word for word in words.split() if word[0] != "-"]
        if not words or words[0] in NO_COMMAND:
            continue
        if words[0] not in objects:
            yield f"shim6ctl {' '.join(words)}: no such object"
        elif len(words) > 1 and (words[0], "") not in usages and \
                not {(words[0], words[1]),
                     (words[0], " ".join(words[1:3]))} & set(usages):
            yield f"shim6ctl {' '.join(words)}: no such verb"


# --- installation

def installed():
    with tempfile.TemporaryDirectory() as folder:
        done = run("make", "-s", "-C", TOP, "install_man",
                   f"DESTDIR={folder}", "PREFIX=/usr")
        if done.returncode:
            yield done.stderr
        for path in PAGES:
            name = os.path.basename(path)
            if not os.path.exists(f"{folder}/usr/share/man/man{name[-1]}/"
                                  f"{name}"):
                yield f"{name}: not installed"


def main():
    if not os.access(TOOL, os.X_OK):
        sys.exit(f"manual-check.py: no {TOOL}; make tools")
    tally = Tally()
    tally.judge("there are pages", [] if len(PAGES) >= 4 else PAGES)
    tally.judge("tables are those of the code", manual.stale())
    for path in PAGES:
        name = os.path.basename(path)
        tally.judge(f"{name}: form", form(path))
        tally.judge(f"{name}: groff", rendered(path))
        tally.judge(f"{name}: mandoc", lint(path))
        tally.judge(f"{name}: names", unknown_names(path))
        tally.judge(f"{name}: commands", commands_in(path))
    tally.judge("README.md: commands",
                commands_in(os.path.join(TOP, "README.md")))
    tally.judge("shim6.4: every command, event and file", device_page())
    tally.judge("shim6_socket.7: every option", socket_page())
    tally.judge("shim6ctl.8: every command", command_page())
    tally.judge("shim6ctl.8: every option", options_of_tool())
    tally.judge("shim6ctl.8: every reason", reasons())
    tally.judge("every page is installed", installed())
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
