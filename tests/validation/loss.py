#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""loss.py BIN [--size S] [--check]: what loss costs WRITE, SEND and READ under gbn, irn and rud.

BIN is the folder of the binaries. Moves S bytes (default 1G) with every byte verified over a link that loses
packets, and over a dual-ToR NIC whose links flap or whose port dies; prints the time beside what the
formulas below expect (docs/rocev2.md derives them). --check: status 1 where a run fails, or is further from
its expectation than four standard deviations and the wait for a last packet.
"""
import argparse
import json
import math
import os
import subprocess
import sys
import tempfile

MTU = 4096
WIRE = {"gbn": 4178, "irn": 4194, "rud": 4222}  # bytes of a middle packet of a message on the link
RATE = 400e9
RTT = 3.17056e-6  # of a full packet and its ACK: `topology star`
ACK_TIMEOUT = 4.096e-6 * 2**8
RTO_IRN = 320e-6
RTO_RUD = 15e-6 + 6 * 1.5 * RTT  # six queues of 1.5 BDP
DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "scenarios")


def expected(transport, size, loss):
    """Seconds, their standard deviation, packets sent again (a pair for gbn: WRITE and SEND, READ)."""
    packets = size / MTU
    slot = WIRE[transport] * 8 / RATE
    lost = 1 - (1 - loss) ** 2  # two links, for a packet as for its ACK or NAK
    if transport == "gbn":
        # A loss costs the packets of one round trip, unless its NAK is lost or the packet is lost again: then
        # nothing but timeouts brings it back.
        detour = RTT + slot / (1 - lost)
        timeouts = (lost + (1 - lost) * lost) / (1 - lost)
        events = packets * lost
        seconds = packets * slot + RTT + events * ((1 - lost) * detour + timeouts * ACK_TIMEOUT)
        sigma = math.sqrt(events) * detour + math.sqrt(events * timeouts) * ACK_TIMEOUT
        # Until a timeout a window is in flight; the answer to a READ has none and goes on to its end.
        again = [events * ((1 - lost) * detour + timeouts * flight) / slot for flight in (1.5 * RTT, ACK_TIMEOUT)]
        return seconds, sigma, "%.0f, %.0f" % tuple(again)
    again = packets * lost / (1 - lost)
    rate = 1 / slot
    if transport == "irn":
        # A repair that is lost holds a place of the window until its timeout.
        window = math.floor(RTT * RATE / 8 / MTU)
        waiting = lost * lost / slot * RTO_IRN / (1 - lost)
        rate = min(rate, (window - waiting) / RTT)
    return (packets + again) / rate + RTT, math.sqrt(again) / rate, "%.0f" % again


def last_packet(transport, loss):
    """The longest that the last packets may wait for their timeout."""
    if loss == 0:
        return 5e-6
    return {"gbn": 0, "irn": 2 * RTO_IRN, "rud": 3 * RTO_RUD}[transport] + 10e-6


def run(options, words):
    with tempfile.TemporaryDirectory() as folder:
        command = [os.path.join(options.bin, "incast"), "--senders", "1", "--size", options.size, "--cc", "fixed",
                   "--fabric", "lossy", "--verify", "--quiet", "--no-plots", "--out", folder + "/out"] + words
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return {"error": " ".join(command) + ": status %d, %s" % (done.returncode, done.stderr.strip())}
        (label,) = os.listdir(folder + "/out/runs")
        with open(folder + "/out/runs/" + label + "/summary.json", encoding="utf-8") as file:
            return json.load(file)


def faults_for(verb, name, folder):
    """The schedule, for the port that the bytes leave by: answers to READ by port 1, the others by port 0."""
    with open(os.path.join(DATA, name), encoding="utf-8") as file:
        text = file.read()
    if verb != "read":
        text = text.replace("h1:0", "h1:x").replace("h1:1", "h1:0").replace("h1:x", "h1:1")
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def loss_table(options, size):
    bad = []
    print("| loss per link | transport | expected | WRITE | SEND | READ | repeated (expected) | timeouts |")
    print("|---|---|---|---|---|---|---|---|")
    for loss in ("0", "1e-4", "1e-2"):
        for transport in ("gbn", "irn", "rud"):
            seconds, sigma, again = expected(transport, size, float(loss))
            times, repeated, timeouts = [], [], []
            for verb in ("write", "send", "read"):
                s = run(options, ["--topology", "star:hosts=2", "--transport", transport, "--loss", loss, "--verb", verb])
                if "error" in s or s["verified"] is not True:
                    bad.append(s.get("error", "not verified"))
                    continue
                took = s["fct_us"]["max"] / 1e6
                times.append("%.3f" % (took * 1e3))
                repeated.append("%d" % (s["retransmitted_bytes"] / MTU))
                timeouts.append("%d" % s["timeouts"])
                if abs(took - seconds) > 4 * sigma + last_packet(transport, float(loss)):
                    bad.append("%s %s loss %s: %.3f ms, expected %.3f" % (transport, verb, loss, took * 1e3, seconds * 1e3))
            print("| %s | %s | %.3f ms | %s ms | %s (%s) | %s |" % (
                loss, transport, seconds * 1e3, " ms | ".join(times), " / ".join(repeated), again, " / ".join(timeouts)))
    return bad


def fault_table(options):
    bad = []
    print("\n| dual-ToR NIC | transport | undisturbed | WRITE | SEND | READ | repeated | timeouts |")
    print("|---|---|---|---|---|---|---|---|")
    for name, file in (("flaps", "flaps.faults.txt"), ("dead port", "dead-port.faults.txt")):
        for transport, path in (("gbn", "ecmp"), ("irn", "ecmp"), ("rud", "ecmp"), ("rud", "spray")):
            words = ["--topology", "hpn:segments=1,hosts=2,gpus=1", "--transport", transport, "--path", path]
            runs = [run(options, words)]
            with tempfile.TemporaryDirectory() as folder:
                for verb in ("write", "send", "read"):
                    faults = ["--faults", faults_for(verb, file, folder)]
                    runs.append(run(options, words + ["--verb", verb] + faults))
            wrong = [r.get("error", "not verified") for r in runs if "error" in r or r["verified"] is not True]
            if not wrong and not all(r["retransmitted_bytes"] for r in runs[1:]):
                wrong = ["%s %s %s: the schedule missed the port in use" % (name, transport, path)]
            bad += wrong
            if wrong:
                continue
            print("| %s | %s, %s | %s ms | %s | %s |" % (
                name, transport, path, " ms | ".join("%.3f" % (r["fct_us"]["max"] / 1e3) for r in runs),
                " / ".join("%d" % (r["retransmitted_bytes"] / MTU) for r in runs[1:]),
                " / ".join("%d" % r["timeouts"] for r in runs[1:])))
    return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", metavar="BIN")
    parser.add_argument("--size", default="1G", metavar="S")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    size = int(options.size[:-1]) * {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}[options.size[-1]]
    bad = loss_table(options, size) + fault_table(options)
    for line in bad:
        print(line, file=sys.stderr)
    return 1 if options.check and bad else 0


if __name__ == "__main__":
    sys.exit(main())
