#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What telemetry.sh collected in its folder, looked at: one line for each
result.
"""

import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import abi  # noqa: E402
from abi import equal, result  # noqa: E402

FOLDER = sys.argv[1]
MS = 10 ** 6
SEND_TIMEOUT = 3000 * MS
# What a debug kernel takes over some packets, and a tick of the clock that
# payload is stamped with
WORK = 250 * MS
LINE = re.compile(r" (?P<time>[0-9.]+): shim6_(?P<name>\w+): (?P<fields>.*)")


def read(name):
    with open(os.path.join(FOLDER, name), encoding="ascii") as f:
        return f.read()


FACTS = json.loads(read("facts"))
A1, A2, B1, B2 = (FACTS[n] for n in ("A1", "A2", "B1", "B2"))
EVENTS = [json.loads(line) for line in read("events.A").splitlines()]


def read_trace():
    found = []
    for line in read("trace").splitlines():
        m = LINE.search(line)
        if m:
            fields = dict(f.split("=", 1) for f in m["fields"].split())
            found.append((m["name"], fields))
    return found


TRACE = read_trace()


def between(what, value, low, high):
    result(low <= value <= high, what,
           f"{value / MS} ms, allowed {low / MS} to {high / MS}")


def traced(name, host, **fields):
    """Those of a host with these fields."""
    return [f for n, f in TRACE if n == name and int(f["netns"]) == FACTS[host]
            and all(f[k] == v for k, v in fields.items())]


def pair(event, local="loc_local", peer="loc_peer"):
    return event[local], event[peer]


def test_order():
    context = next(e["context"] for e in EVENTS if e["type"] == "context_up")
    types = [e["type"] for e in EVENTS
             if e.get("context") == context or "limit" in e]
    # The peer may have explored too, and may be through a little later
    types = [t for i, t in enumerate(types)
             if t != "operational" or t != types[i - 1]]
    equal("events of A in their order", types,
          ["context_up", "lost", "exploring", "switched", "operational",
           "context_lost", "recovered", "lost", "exploring", "switched",
           "returned", "operational", "limit"])
    times = [e["monotonic"] for e in EVENTS]
    result(times == sorted(times), "times do not go back")
    apart = [e["time"] - e["monotonic"] for e in EVENTS]
    between("the clock on the wall goes with theirs", max(apart) - min(apart),
            0, 50 * MS)
    equal("no event was lost", {e["lost"] for e in EVENTS}, {0})
    locators = [(e["type"], e["address"], e["interface"]) for e in EVENTS
                if "address" in e]
    result(("locator_down", A2, "p2") in locators,
           "the lost locator, by its interface", str(locators))


def of_type(name):
    return [e for e in EVENTS if e["type"] == name]


def test_silence():
    """A path fell silent: the Send Timeout, then exploration."""
    lost, switched = of_type("lost")[0], of_type("switched")[0]
    operational = of_type("operational")[0]
    equal("lost: the pair that failed", pair(lost), (A1, B1))
    between("lost: since the first packet that was not answered",
            lost["took"], SEND_TIMEOUT - 10 * MS, SEND_TIMEOUT * 1.2 + WORK)
    equal("switched: from the pair that failed",
          pair(switched, "old_local", "old_peer"), (A1, B1))
    equal("switched: to one of the other provider", switched["loc_local"], A2)
    between("switched: what the Send Timeout is not is exploration",
            switched["took"] - switched["explored"] - lost["took"],
            -WORK, WORK)
    between("switched: no exploration without a round trip",
            switched["explored"], 2 * FACTS["delay"] * MS, 10 ** 10)
    between("switched: explored as long as the events say",
            switched["monotonic"] - of_type("exploring")[0]["monotonic"] -
            switched["explored"], -WORK, WORK)
    between("operational: as long as that",
            operational["took"] - switched["explored"], 0, WORK)


def test_return():
    """The locator in use was lost, and the ULIDs worked again."""
    lost, switched = of_type("lost")[1], of_type("switched")[1]
    returned = of_type("returned")[0]
    between("a locator is lost at once", lost["took"], 0, WORK)
    equal("switched back to the ULIDs", pair(switched), (A1, B1))
    equal("returned: the same", [pair(returned), returned["took"],
                                 returned["explored"]],
          [pair(switched), switched["took"], switched["explored"]])


def test_limit():
    limits = of_type("limit")
    equal("a limit is told once a second",
          [(e["limit"], e["count"]) for e in limits], [("limit_context", 1)])


def test_counts():
    context, = json.loads(read("contexts"))
    between("a probe's round trip", context["rtt"],
            2 * FACTS["delay"] * MS, 2 * FACTS["delay"] * MS + WORK)
    result(0 < context["since_switch"] < context["age"],
           "the last switch was after the beginning")
    equal("the last switch took what its event says", context["last_switch"],
          of_type("switched")[0]["took"])
    for name, rewritten in (("plain", False), ("switched", True)):
        seen, = json.loads(read(f"top.{name}"))["contexts"]
        for way in "out", "in":
            # Five a second
            result(3 <= seen[f"{way}_packets_rate"] <= 7 and
                   seen[f"{way}_bytes_rate"] >
                   40 * seen[f"{way}_packets_rate"],
                   f"top: traffic {way}, {name}", str(seen))
        # What was counted as plain stays
        equal(f"top: {name} traffic is counted as that",
              (seen["tx_packets"] > 0, seen["plain_tx_packets"] > 0),
              (rewritten, True))


def test_states():
    equal("traced: states of A's context",
          [(f["was"], f["is"]) for f in traced("context_state", "A")
           if f["ulid_local"] == A1],
          [("idle", "i1_sent"), ("i1_sent", "i2_sent"),
           ("i2_sent", "established"), ("established", "i2bis_sent"),
           ("i2bis_sent", "established")])
    equal("traced: B's context was discarded and came again",
          [(f["was"], f["is"]) for f in traced("context_state", "B",
                                               ulid_peer=A1)],
          [("idle", "established"), ("established", "gone"),
           ("idle", "established")])
    reach = [(f["was"], f["is"]) for f in traced("reach_state", "A")]
    equal("traced: reachability begins and ends where it should",
          (reach[0], reach[-1][1]), (("operational", "exploring"),
                                     "operational"))
    result(all(a[1] == b[0] for a, b in zip(reach, reach[1:])),
           "traced: no change of reachability is missing", str(reach))


def test_paths():
    told = [(*pair(e, "old_local", "old_peer"), *pair(e), str(e["took"]),
             str(e["explored"])) for e in of_type("switched")]
    equal("traced: changes of the path are those of the events",
          [tuple(f[n] for n in ("old_local", "old_peer", "loc_local",
                                "loc_peer", "took", "explored"))
           for f in traced("path_change", "A")], told)


def test_probes():
    for ours, theirs in ("AB", "BA"):
        sent = {f["nonce"]: f for f in traced("probe_sent", ours)}
        came = traced("probe_received", theirs)
        result(came and all(f["nonce"] in sent for f in came),
               f"traced: every probe that {theirs} got was sent by {ours}",
               str(came))
        result(all([f[n] for n in ("src", "dst", "sta")] ==
                   [sent[f["nonce"]][n] for n in ("src", "dst", "sta")]
                   for f in came if f["nonce"] in sent),
               f"traced: with the addresses and the state {ours} gave it")
    equal("traced: the first probe of A says that it explores",
          traced("probe_sent", "A")[0]["sta"], "exploring")


def test_drops():
    drops = traced("drop", "B", reason="rx_drop_payload_tag")
    result(drops and all(f["src"] == A2 and f["dst"] in (B1, B2)
                         for f in drops),
           "traced: B dropped what had a tag it did not know",
           str(traced("drop", "B")))


for test in (test_order, test_silence, test_return, test_limit, test_counts,
             test_states, test_paths, test_probes, test_drops):
    try:
        test()
    except Exception as e:
        result(False, f"{test.__name__} could not go on",
               f"{type(e).__name__}: {e}")
sys.exit(bool(abi.failures))
