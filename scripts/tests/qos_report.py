# SPDX-License-Identifier: GPL-2.0
"""What tests of classes of service say, and running those that were named."""

import sys
import time


def result(good, what):
    print(("ok - " if good else "not ok - ") + what, flush=True)


def remark(what):
    print(f"# {what}", flush=True)


def within(what, value, low, high):
    result(low <= value <= high, f"{what}: {value} (allowed {low} to {high})")


def run_named(tests):
    """Those that the arguments name, in that order."""
    for name in sys.argv[1:]:
        start = time.monotonic()
        try:
            tests[name]()
        except OSError as error:
            result(False, f"{name}: {error}")
            raise
        remark(f"{name}: {time.monotonic() - start:.1f} s")
