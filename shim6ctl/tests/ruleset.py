#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""How doctor reads the rules of nftables: each match as a rule that drops under
a policy that accepts, and as one that accepts under a policy that drops. The
packet is protocol 140, new, from 2000::1 to a locator, by eth0 or eth1.

ruleset.py COMMAND...: the tool to run. Prints TAP lines without numbers.
"""

import json
import os
import subprocess
import sys
import tempfile

YES, NO, UNKNOWN = "matches", "does not match", "nobody knows"


def match(left, right, op="=="):
    return {"match": {"op": op, "left": left, "right": right}}


def meta(key):
    return {"meta": {"key": key}}


def payload(protocol, field):
    return {"payload": {"protocol": protocol, "field": field}}


def fib(result, *flags):
    return {"fib": {"result": result, "flags": list(flags)}}


def ct(key):
    return {"ct": {"key": key}}


def prefix(addr, length):
    return {"prefix": {"addr": addr, "len": length}}


L4 = meta("l4proto")
SRC, DST = payload("ip6", "saddr"), payload("ip6", "daddr")

MATCHES = [
    (YES, match(L4, "shim6")),
    (YES, match(L4, 140)),
    (NO, match(L4, 141)),
    (NO, match(L4, "tcp")),
    (NO, match(L4, "something")),
    (NO, match(L4, "shim6", "!=")),
    (YES, match(L4, "tcp", "!=")),
    (YES, match(L4, {"range": [140, 150]})),
    (YES, match(L4, {"range": [100, 140]})),
    (NO, match(L4, {"range": [141, 150]})),
    (NO, match(L4, {"range": [100, 139]})),
    (UNKNOWN, match(L4, {"range": [100]})),
    (YES, match(L4, {"set": ["tcp", "shim6"]})),
    (NO, match(L4, {"set": ["tcp", "udp"]})),
    (YES, match(L4, {"set": ["tcp", "udp"]}, "!=")),
    (YES, match(L4, "@known")),
    (NO, match(L4, "@empty")),
    (YES, match(L4, "@empty", "!=")),
    (UNKNOWN, match(L4, "@nowhere")),
    (UNKNOWN, match(L4, "@foreign")),
    (YES, match(L4, "@coats")),
    (UNKNOWN, match(L4, 140, ">")),
    (UNKNOWN, match({"&": [L4, 255]}, 140)),
    (YES, match(meta("nfproto"), "ipv6")),
    (NO, match(meta("nfproto"), "ipv4")),
    (YES, match(meta("protocol"), "ip6")),
    (NO, match(meta("protocol"), "ip")),
    (YES, match(meta("iifname"), "eth*")),
    (YES, match(meta("iif"), {"set": ["eth0", "eth1"]})),
    (NO, match(meta("iifname"), "eth")),
    (NO, match(meta("iifname"), "wlan*")),
    (UNKNOWN, match(meta("iifname"), 3)),
    (NO, match(meta("oifname"), "eth0")),
    (YES, match(meta("pkttype"), "host")),
    (YES, match(meta("pkttype"), "unicast")),
    (NO, match(meta("pkttype"), "multicast")),
    (NO, match(meta("skuid"), 0)),
    (NO, match(meta("skgid"), 0)),
    (UNKNOWN, match(meta("mark"), 1)),
    (UNKNOWN, match(meta("mark"), 1, "!=")),
    (NO, match(payload("ip", "saddr"), "10.0.0.1")),
    (NO, match(payload("ip", "saddr"), "10.0.0.1", "!=")),
    (NO, match(payload("arp", "op"), 1)),
    (NO, match(payload("tcp", "dport"), 22)),
    (NO, match(payload("tcp", "dport"), 22, "!=")),
    (UNKNOWN, match(payload("th", "dport"), 22)),
    (YES, match(payload("ip6", "nexthdr"), "shim6")),
    (NO, match(payload("ip6", "nexthdr"), 6)),
    (UNKNOWN, match(payload("ip6", "hoplimit"), 255)),
    (YES, match(SRC, "2000::1")),
    (NO, match(SRC, "2000::2")),
    (YES, match(SRC, prefix("2000::", 3))),
    (YES, match(SRC, prefix("2000::1", 128))),
    (NO, match(SRC, prefix("2000::2", 127))),
    (NO, match(SRC, prefix("3000::", 4))),
    (YES, match(SRC, {"range": ["2000::1", "2000::9"]})),
    (YES, match(SRC, {"range": ["2000::", "2000::1"]})),
    (NO, match(SRC, {"range": ["2000::2", "2000::9"]})),
    (NO, match(SRC, {"range": ["1::", "2000::"]})),
    (UNKNOWN, match(SRC, 5)),
    (YES, match(DST, prefix("2001:db8::", 32))),
    (NO, match(DST, prefix("fe80::", 10))),
    (NO, match(fib("oif", "saddr", "iif"), False)),
    (YES, match(fib("oif", "saddr", "iif"), True)),
    (NO, match(fib("oif", "saddr"), "0")),
    (NO, match(fib("oif", "saddr"), 0)),
    (UNKNOWN, match(fib("oif", "saddr"), "eth0")),
    (UNKNOWN, match(fib("oif", "daddr"), False)),
    (YES, match(fib("type", "daddr"), "local")),
    (NO, match(fib("type", "daddr"), "unicast")),
    (YES, match(fib("type", "saddr"), "unicast")),
    (NO, match(fib("type", "saddr"), "local")),
    (YES, match(ct("state"), "new")),
    (YES, match(ct("state"), ["invalid", "new"], "in")),
    (NO, match(ct("state"), ["established", "related"], "in")),
    (NO, match(ct("status"), "dnat")),
    (NO, match(ct("status"), "snat")),
    (UNKNOWN, match(ct("status"), "assured")),
    (UNKNOWN, match(ct("mark"), 1)),
    (NO, match({"exthdr": {"name": "frag"}}, True)),
    (YES, match({"exthdr": {"name": "frag"}}, False)),
    (NO, match({"exthdr": {"name": "frag", "field": "id"}}, 0)),
    (UNKNOWN, match({"socket": {"key": "mark"}}, 1)),
    (UNKNOWN, {"match": {"op": "=="}}),
    (UNKNOWN, {"limit": {"rate": 5}}),
    (UNKNOWN, {"xt": {"type": "match", "name": "length"}}),
    (UNKNOWN, {"xt": None}),
    (NO, {"xt": {"type": "match", "name": "rpfilter"}}),
    (YES, {"xt": {"type": "match", "name": "comment"}}),
    (YES, {"counter": {"packets": 0, "bytes": 0}}),
    (YES, {"log": {"prefix": "x"}}),
    (YES, {"mangle": {"key": meta("mark"), "value": 1}}),
    (YES, {"notrack": None}),
    (YES, {"set": {"op": "add", "elem": SRC, "set": "@empty"}}),
]

DROP, ACCEPT = {"drop": None}, {"accept": None}


def vmap(left, data):
    return {"vmap": {"key": left, "data": data}}


# What a rule says under a policy that accepts, and under one that drops
RULES = [
    ("drop", "drop", [DROP]),
    ("pass", "pass", [ACCEPT]),
    ("drop", "drop", [{"reject": None}]),
    ("pass", "pass", [{"queue": {"num": 0}}]),
    ("pass", "drop", [{"return": None}]),
    ("pass", "drop", [{"jump": {"target": "returns"}}]),
    ("drop", "drop", [{"jump": {"target": "drops"}}]),
    ("drop", "drop", [{"goto": {"target": "drops"}}]),
    ("pass", "drop", [{"goto": {"target": "returns"}}]),
    ("pass", "drop", [{"jump": {"target": "nowhere"}}]),
    ("pass", "drop", [{"jump": {"target": "loops"}}]),
    ("pass", "drop", [{"jump": {"target": "foreign"}}]),
    ("drop", "drop", [vmap(L4, {"set": [["tcp", ACCEPT], [140, DROP]]})]),
    ("pass", "pass", [vmap(L4, {"set": [[140, ACCEPT]]})]),
    ("pass", "drop", [vmap(L4, {"set": [["tcp", ACCEPT]]})]),
    # A verdict behind a map is not met when the map has no answer
    ("pass", "drop", [vmap(L4, {"set": [["tcp", ACCEPT]]}), DROP]),
    ("drop", "drop", [vmap(L4, "@verdicts")]),
    ("pass", "doubt", [vmap(L4, "@nowhere")]),
    ("pass", "doubt", [vmap(meta("mark"), {"set": [[1, DROP]]})]),
    ("pass", "doubt", [vmap({"concat": [L4, SRC]}, {"set": [[1, ACCEPT]]})]),
    ("pass", "doubt", [match(meta("mark"), 1), {"return": None}]),
    ("pass", "drop", [match(meta("mark"), 1), DROP]),
    ("pass", "drop", [match(L4, "tcp"), DROP]),
]

TABLE = {"family": "inet", "table": "t"}
REST = [
    {"set": dict(TABLE, name="known", elem=["tcp", "shim6"])},
    {"set": dict(TABLE, name="empty")},
    {"set": dict(TABLE, name="coats", elem=[
        {"elem": {"val": "shim6", "timeout": 5}}])},
    {"set": dict(TABLE, name="foreign", table="other", elem=["shim6"])},
    {"map": dict(TABLE, name="verdicts", map="verdict",
                 elem=[["shim6", DROP]])},
    {"chain": dict(TABLE, name="drops")},
    {"chain": dict(TABLE, name="returns")},
    {"chain": dict(TABLE, name="loops")},
    {"chain": dict(TABLE, name="foreign", family="ip6")},
    {"rule": dict(TABLE, chain="drops", handle=5, expr=[DROP])},
    {"rule": dict(TABLE, chain="returns", handle=6,
                  expr=[{"return": None}])},
    {"rule": dict(TABLE, chain="returns", handle=7, expr=[DROP])},
    {"rule": dict(TABLE, chain="loops", handle=8,
                  expr=[{"jump": {"target": "loops"}}])},
    {"rule": dict(TABLE, chain="foreign", family="ip6", handle=9,
                  expr=[DROP])},
]


def verdict(policy, expr):
    """pass, drop or doubt, as the tool sees it."""
    rules = {"nftables": REST + [
        {"chain": dict(TABLE, name="input", type="filter", hook="input",
                       prio=0, policy=policy)},
        {"rule": dict(TABLE, chain="input", handle=4, expr=expr)},
    ]}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as f:
        json.dump(rules, f)
        f.flush()
        env = dict(os.environ, SHIM6_FAKE="healthy", SHIM6_FAKE_NFT=f.name)
        out = subprocess.run(sys.argv[1:] + ["-j", "doctor"], env=env,
                             stdout=subprocess.PIPE, check=False).stdout
    for finding in json.loads(out)["findings"]:
        if finding["finding"] == "firewall_in":
            return "drop" if finding["result"] == "fail" else "doubt"
    return "pass"


def report(name, good):
    print(("ok" if good else "not ok") + " - ruleset: " + name)


def main():
    wanted = {YES: ("drop", "pass"), NO: ("pass", "drop"),
              UNKNOWN: ("pass", "doubt")}
    for answer, statement in MATCHES:
        got = (verdict("accept", [statement, DROP]),
               verdict("drop", [statement, ACCEPT]))
        report(f"{answer}: {json.dumps(statement)}", got == wanted[answer])
    for accepting, dropping, expr in RULES:
        got = verdict("accept", expr), verdict("drop", expr)
        report(f"{json.dumps(expr)}", got == (accepting, dropping))


main()
