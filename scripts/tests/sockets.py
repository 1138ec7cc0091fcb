#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The socket options of RFC 6316 as a program uses them.

sockets.py echo PORT ADDRESS...: TCP and UDP, sends back what comes.

sockets.py options PORT A1 A2 B1 B2: each option and each refusal, for TCP, UDP
and raw sockets from A1 to B1; A2 and B2 are the other locators.

sockets.py fork KIND PORT A1 B1 B2: a context for one of two sockets.

sockets.py accepted PORT B1: what a listener hands on to the sockets it makes;
sockets.py call PORT A1 B1 is its peer.

sockets.py latest KIND PORT A1 A2 B1 B2 READY: where packets come from; the peer
changes its pair when there is a file READY.

sockets.py unreachable PORT A1 B1 B2: as above, while B2 cannot be reached.

sockets.py pair PORT FROM TO OUT: two TCP sessions, the second one without the
shim. OUT says at the beginning and at SIGUSR1 how many answers each got since
the last time.

sockets.py hold KIND N: as many sockets with an option, until it is ended.
"""

import sys

from socket_contexts import fork_refused, forked, group, learnt, limited, \
    many, other_families, outgrown, raw_forks, setup_refused, without_shim
from socket_options import device_refusals, one_kind
from socket_sessions import accepted, call, echo, hold, latest, pair, \
    unreachable
import abi
import sockapi as api


def options(port, a1, a2, b1, b2):
    def kinds(fd):
        for kind in api.KINDS:
            one_kind(fd, kind, int(port), a1, a2, b1, b2)

    def bypass(fd):
        without_shim(fd, int(port), a1, b1)

    def families(_):
        other_families()

    def unknown_source(fd):
        learnt(fd, int(port), a1, a2, b1)

    def no_forks(fd):
        fork_refused(fd, int(port), a1, b1)
        raw_forks(fd, a1, b1)

    def one_flow(fd):
        outgrown(fd, int(port), a1, b1)
        group(fd, int(port), b1)

    def no_setup(fd):
        setup_refused(fd, int(port), a1, b1)

    return abi.run([kinds, bypass, no_setup, unknown_source, no_forks,
                    one_flow, device_refusals, families, limited, many])


def fork(kind, port, a1, b1, b2):
    def test(fd):
        forked(fd, kind, int(port), a1, b1, b2)

    return abi.run([test])


sys.exit({"options": options, "echo": echo, "pair": pair,
          "hold": hold, "fork": fork, "latest": latest,
          "accepted": accepted, "call": call,
          "unreachable": unreachable}[sys.argv[1]](*sys.argv[2:]))
