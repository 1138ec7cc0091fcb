#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The tables in the manuals, made from those in the code.

manual.py           writes them anew ("make man")
manual.py --check   says which are not as they would be written

A page has a block for each table:

    .\\" begin tunables
    .\\" end tunables

man/abi/sysfs-kernel-shim6 is a table and nothing else.
"""

import os
import re
import sys
import textwrap

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MAN = os.path.join(TOP, "man")
ABI = os.path.join(MAN, "abi", "sysfs-kernel-shim6")

STRING = r'"((?:[^"\\]|\\.)*)"'
# X(ID, name, "unit", min, max, default, "text"), X(ID, name, "text")
PARAM = re.compile(rf'X\((\w+), (\w+), {STRING}, (\d+), (\d+), (\d+),\s*'
                   rf'{STRING}\)')
COUNTER = re.compile(rf'X\((\w+), (\w+), {STRING}\)')
ROW = re.compile(r'\bX\([A-Z0-9_]+, [a-z]')


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as file:
        return file.read()


def rows(header, pattern):
    """Of an X-macro; every row is understood or nothing is."""
    text = read(header).replace("\\\n", " ")
    found = [match.groups() for match in pattern.finditer(text)]
    if len(found) != len(ROW.findall(text)):
        sys.exit(f"manual.py: {header}: {len(ROW.findall(text))} rows, but "
                 f"{len(found)} that look as expected")
    return found


def tunables():
    """(name, unit, min, max, default, text)."""
    return [row[1:] for row in rows("module/params.h", PARAM)]


def counters():
    """(name, text)."""
    return [row[1:] for row in rows("module/stats.h", COUNTER)]


def sentence(text):
    """With a capital, unless it begins with a name that has none."""
    return text[0].upper() + text[1:] + "."


def value_range(unit, low, high, default):
    if unit == "bool":
        return f"0 or 1; {default} by default."
    unit = {"count": "", "1/s": " a second"}.get(unit, f" {unit}")
    return f"{low} to {high}{unit}; {default} by default."


def mdoc_line(text):
    """A sentence begins on a line of its own; no line is a request."""
    lines = "\n".join(line for part in re.split(r"(?<=\.) (?=[A-Z])", text)
                      for line in textwrap.wrap(part, 79))
    return re.sub(r"(?m)^([.'])", r"\\&\1", lines.replace("\\", "\\e"))


def mdoc_tunables():
    out = [".Bl -tag -width Ds"]
    for name, unit, low, high, default, text in tunables():
        out += [f".It Va {name}", mdoc_line(sentence(text)),
                mdoc_line(value_range(unit, low, high, default))]
    return out + [".El"]


def mdoc_counters():
    out = [".Bl -tag -width rx_drop_payload_nomem -compact"]
    for name, text in counters():
        out += [f".It Va {name}", mdoc_line(sentence(text))]
    return out + [".El"]


def abi_file():
    out = ["# SPDX-License-Identifier: GPL-2.0"]
    for name, unit, low, high, default, text in tunables():
        about = f"(RW) {sentence(text)} " \
            f"{value_range(unit, low, high, default)}"
        out += ["", f"What:\t\t/sys/kernel/shim6/{name}",
                "Date:\t\tNovember 2026", "KernelVersion:\t6.1",
                "Contact:\tthe maintainers of the module shim6",
                "Description:"]
        out += [f"\t\t{line}" for line in textwrap.wrap(about, 62)]
        out += ["\t\tOne per network namespace: a mount of sysfs shows that",
                "\t\tof the namespace it was mounted in. To write it needs",
                "\t\tCAP_NET_ADMIN there. See shim6(4).",
                "Users:\t\tshim6ctl"]
    return "\n".join(out) + "\n"


BLOCKS = {"tunables": mdoc_tunables, "counters": mdoc_counters}


def with_tables(text):
    def fill(match):
        name = match.group(1)
        return "\n".join([f'.\\" begin {name}'] + BLOCKS[name]() +
                         [f'.\\" end {name}'])

    return re.sub(r'\.\\" begin (\w+)\n(?:.*\n)*?\.\\" end \1', fill, text)


def wanted():
    """What each file should be, by its path."""
    out = {ABI: abi_file()}
    for name in sorted(os.listdir(MAN)):
        path = os.path.join(MAN, name)
        if os.path.isfile(path):
            out[path] = with_tables(read(path))
    return out


def stale():
    """What files should be that are not, by their path."""
    return {path: text for path, text in wanted().items()
            if not os.path.exists(path) or read(path) != text}


def main():
    old = stale()
    if "--check" in sys.argv[1:]:
        for path in old:
            print(f"{os.path.relpath(path, TOP)}: its tables are old; "
                  "make man")
        return 1 if old else 0
    for path, text in old.items():
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        print(os.path.relpath(path, TOP))
    return 0


if __name__ == "__main__":
    sys.exit(main())
