#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What voice.sh left in a folder, looked at.

    voice.py void DIR              succeeds when the run says nothing
    voice.py judge DIR policy|port results, one line each
    voice.py plot DIR              data for a figure into DIR
    voice.py table POLICY PORT     both runs in words, as JSON into POLICY/..

Delays are those above the reference's, a flow on a line that never has a load,
unless something else is said.
"""

import json
import os
import sys

FLOWS = ("voice", "video")
SECOND = 10**9
EF = 0xb8
# What a sender must reach, else a run says nothing
VOID_PERMILLE = 980
# Seconds after the failure that a switch may take beyond the Send Timeout, and
# streams after that
SWITCH_S, STREAM_S = 2, 5
# Step of throughput in the figure, in tenths of a second
STEP = 5


def words(folder, name):
    with open(os.path.join(folder, name), encoding="ascii") as lines:
        return [line.split() for line in lines]


def numbers(folder, name):
    return {key: int(value) for key, value in words(folder, name)}


def percentile(values, percent):
    values = sorted(values)
    return values[len(values) * percent // 100] if values else 0


class Flow:
    """Of a flow whose packets are noted: when each was sent and came."""

    def __init__(self):
        self.sent, self.got, self.again, self.codes = {}, {}, 0, {}

    def arrived(self, number, when, tos):
        self.again += number in self.got
        self.got.setdefault(number, when)
        self.codes[number] = tos

    def between(self, start, end):
        return [n for n, when in self.sent.items() if start <= when < end]

    def lost(self, start, end):
        return sum(n not in self.got for n in self.between(start, end))

    def delays(self, start, end):
        return [(self.got[n] - self.sent[n]) // 1000
                for n in self.between(start, end) if n in self.got]

    def gap(self, after):
        """Longest time without a packet: its beginning and its end."""
        times = sorted(when for when in self.got.values() if when >= after)
        return max(zip(times, times[1:]), key=lambda pair: pair[1] - pair[0])

    def came(self, start):
        return [n for n, when in self.got.items() if when >= start]


class Run:
    """One run; times are nanoseconds of its clock."""

    def __init__(self, folder):
        self.set = numbers(folder, "setting")
        events = numbers(folder, "events")
        self.begin, self.cut = (events[name] * 10**6
                                for name in ("begin", "cut"))
        self.end = self.begin + self.set["length"] * SECOND
        self.classes = numbers(folder, "classes")
        self.flows, self.slots, self.reached = {}, {}, 1000
        for name, what, *rest in words(folder, "flows"):
            self.note(name, what, [int(word) for word in rest])
        self.from_s, self.back = self.gap("voice")

    def note(self, name, what, rest):
        if what == "reached":
            self.reached = min(self.reached, rest[0])
        elif what == "slot":
            self.slots.setdefault(name, {})[rest[0]] = rest[1]
        elif what == "sent":
            self.flows.setdefault(name, Flow()).sent[rest[0]] = rest[1]
        else:
            self.flows[name].arrived(rest[0], rest[2], rest[3])

    def gap(self, name):
        """Of the failure."""
        return self.flows[name].gap(self.cut - SECOND)

    @property
    def reference(self):
        return self.flows["reference"]

    @property
    def before(self):
        return self.begin, self.cut - SECOND // 5

    @property
    def after(self):
        return self.back + SECOND, self.end

    def over_us(self, name, percent, span):
        return (percentile(self.flows[name].delays(*span), percent) -
                percentile(self.reference.delays(*span), percent))

    def stream_back(self, name):
        """When it moved again, in seconds after the voice did."""
        first = min((slot for slot in self.slots[name]
                     if slot * 10**8 >= self.back), default=None)
        if first is None:
            return self.set["length"]
        return max(0, first * 10**8 - self.back) / SECOND

    def void(self):
        p99 = max(percentile(self.reference.delays(*span), 99)
                  for span in (self.before, self.after))
        p99 -= self.set["delay"] * 1000
        if self.reached >= VOID_PERMILLE and p99 <= self.set["void"]:
            return False
        print(f"# void: senders reached {self.reached} permille of their rate, "
              f"p99 of the reference is {p99} us")
        return True

    def figures(self):
        """What the table says of it."""
        out = {"outage_s": (self.back - self.from_s) / SECOND,
               "port_filter_before_and_after": [self.classes["port-p1"],
                                                self.classes["port-p2"]]}
        for name in FLOWS:
            flow = self.flows[name]
            sent = len(flow.between(*self.after))
            out[name] = {
                "loss_before": flow.lost(*self.before),
                "loss_after_permille":
                    1000 * flow.lost(*self.after) // max(sent, 1),
                "p50_before_us": self.over_us(name, 50, self.before),
                "p99_before_us": self.over_us(name, 99, self.before),
                "p50_after_us": self.over_us(name, 50, self.after),
                "p99_after_us": self.over_us(name, 99, self.after)}
        return out


def result(good, what):
    print(("ok - " if good else "not ok - ") + what)


def within(what, value, low, high):
    result(low <= value <= high, f"{what}: {value} (allowed {low} to {high})")


def judge_during(run, name):
    flow = run.flows[name]
    start, back = run.gap(name)
    outage = (back - start) / SECOND
    within(f"{name}, ms without a packet", int(outage * 1000), 1000,
           (run.set["timeout"] + SWITCH_S) * 1000)
    rate = len(flow.sent) / run.set["length"]
    all_lost = flow.lost(run.begin, run.end)
    within(f"{name}, packets lost, all of them in the outage", all_lost, 1,
           int(outage * rate) + 2)
    result(flow.again == 0, f"{name}: {flow.again} packets came twice")


def calm(run, what, name, span):
    flow = run.flows[name]
    result(flow.lost(*span) == 0 and len(flow.between(*span)) > 0,
           f"{name} {what}: {flow.lost(*span)} of "
           f"{len(flow.between(*span))} lost")
    within(f"{name} {what}, us that p99 is over the reference",
           run.over_us(name, 99, span), -run.set["more"], run.set["more"])


def judge_policy(run):
    got = 0
    for name in FLOWS:
        flow = run.flows[name]
        calm(run, "before", name, run.before)
        judge_during(run, name)
        calm(run, "after", name, run.after)
        # From the switch on: how long the cut itself took does not matter
        came = flow.came(run.gap(name)[1])
        right = sum(flow.codes[n] & 0xfc == EF for n in came)
        result(right == len(came) > 0,
               f"{name} after: {right} of {len(came)} are EF")
        got += len(came)
    result(run.classes["ef-p2"] == got,
           f"140:11 of the backup had {run.classes['ef-p2']} packets, "
           f"{got} came")
    result(run.classes["port-p1"] == run.classes["port-p2"] == 0,
           "nothing was left to filters on ports")
    for name in ("tcp1", "tcp2"):
        within(f"{name} moves again, ms after the voice",
               int(run.stream_back(name) * 1000), 0, STREAM_S * 1000)


def judge_port(run):
    """Without the policy a filter on ports finds nothing after a switch."""
    for name in FLOWS:
        calm(run, "before, by a filter on ports", name, run.before)
    result(run.classes["port-p1"] > 0 == run.classes["port-p2"],
           f"a filter on ports found {run.classes['port-p1']} before, "
           f"{run.classes['port-p2']} after")
    flow = run.flows["voice"]
    lost, sent = flow.lost(*run.after), len(flow.between(*run.after))
    p50 = run.over_us("voice", 50, run.after)
    result(lost * 20 >= sent > 0 or p50 >= 50000,
           f"voice after: it is seen that nobody cares: {lost} of {sent} lost, "
           f"p50 {p50} us over the reference")


# --- the figure

def plot(run, folder):
    """Delays of the voice, packets lost, throughput, and what to mark."""
    def at(when):
        return f"{(when - run.begin) / SECOND:.3f}"

    flow = run.flows["voice"]
    with open(os.path.join(folder, "delay"), "w", encoding="ascii") as out:
        for number, sent in sorted(flow.sent.items()):
            if number in flow.got:
                late = (flow.got[number] - sent) / 10**6
                out.write(f"{at(sent)} {late:.3f}\n")
            else:
                # A gap of a line
                out.write("\n")
    loss = {}
    for number, sent in flow.sent.items():
        second = (sent - run.begin) // SECOND
        all_of, lost = loss.get(second, (0, 0))
        loss[second] = all_of + 1, lost + (number not in flow.got)
    with open(os.path.join(folder, "loss"), "w", encoding="ascii") as out:
        for second, (all_of, lost) in sorted(loss.items()):
            out.write(f"{second + 0.5} {100 * lost / all_of:.1f}\n")
    with open(os.path.join(folder, "rate"), "w", encoding="ascii") as out:
        for step in range(run.set["length"] * 10 // STEP):
            start = run.begin // 10**8 + step * STEP
            rates = [sum(run.slots.get(name, {}).get(start + i, 0)
                         for name in names for i in range(STEP)) * 80 / STEP
                     for names in (("bulk1", "bulk2"), ("tcp1", "tcp2"),
                                   ("other", "tcp3"))]
            out.write(f"{(step + 0.5) * STEP / 10} " +
                      " ".join(f"{rate / 10**6:.3f}" for rate in rates) + "\n")
    with open(os.path.join(folder, "marks"), "w", encoding="ascii") as out:
        out.write(f"{at(run.cut)} {at(run.from_s)} {at(run.back)} "
                  f"{run.set['length']} {run.set['line']} {run.set['delay']}\n")


ROWS = (("p50 before, ms", "p50_before_us"), ("p99 before, ms", "p99_before_us"),
        ("p50 after, ms", "p50_after_us"), ("p99 after, ms", "p99_after_us"),
        ("lost after, %", "loss_after_permille"))


def table(policy, port):
    figures = [Run(folder).figures() for folder in (policy, port)]
    with open(os.path.join(policy, "kernel"), encoding="ascii") as file:
        kernel = file.read().strip()
    path = os.path.join(policy, "../../qos.json")
    with open(path, "w", encoding="ascii") as out:
        json.dump({"scenario": "qos", "kernel": kernel, "with_policy":
                   figures[0], "without_policy": figures[1]}, out, indent=1)
        out.write("\n")
    print(f"{'kernel ' + kernel:<34}{'with policy':>14}{'without':>14}")
    print(f"{'silence of the voice, s':<34}" +
          "".join(f"{f['outage_s']:>14.2f}" for f in figures))
    for name in FLOWS:
        for title, key in ROWS:
            print(f"{name + ', ' + title:<34}" + "".join(
                f"{f[name][key] / (10 if 'permille' in key else 1000):>14.1f}"
                for f in figures))


def main():
    what, *rest = sys.argv[1:]
    if what == "table":
        table(*rest)
        return 0
    run = Run(rest[0])
    if what == "void":
        return 0 if run.void() else 1
    if what == "plot":
        plot(run, rest[0])
    else:
        {"policy": judge_policy, "port": judge_port}[rest[1]](run)
    return 0


if __name__ == "__main__":
    sys.exit(main())
