# SPDX-License-Identifier: GPL-2.0
"""Scripts of the packet-level peer.

peer list           names, and the rows of the matrix that each shows
peer play [NAME...] plays all or some; needs the namespaces that
                    tests/packets.sh makes
"""

import importlib
import os
import sys

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, HERE)
# No traces of compilation in a tree that others see
sys.dont_write_bytecode = True


def load():
    from peer import play
    for name in sorted(os.listdir(os.path.join(HERE, "packets"))):
        if name.endswith(".py"):
            importlib.import_module("packets." + name[:-3])
    return play


def main():
    play = load()
    if sys.argv[1:] == ["list"]:
        for function in play.SCRIPTS:
            print(function.__name__, *function.rows)
        return 0
    if sys.argv[1:2] != ["play"]:
        print(__doc__, file=sys.stderr)
        return 2
    names = sys.argv[2:]
    unknown = set(names) - {s.__name__ for s in play.SCRIPTS}
    if unknown:
        print("no such script:", *unknown, file=sys.stderr)
        return 2
    return play.play_all([s for s in play.SCRIPTS
                          if not names or s.__name__ in names]) > 0


if __name__ == "__main__":
    sys.exit(main())
