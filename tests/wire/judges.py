#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""judges.py WIRE_SAMPLES [--summary]: tshark and scapy judge every kind of frame that hpnsim writes.

tshark must dissect each frame without a malformed or unknown mark and find the values that the packet was
filled with; scapy must compute the same ICRC. CNP is judged by scapy and by its bytes: tshark 4.0 does not
know its opcode. Two heuristics that take SENDs for other protocols are off. Exit status 77: a judge is not installed."""

import collections
import json
import os
import subprocess
import sys
import tempfile

SKIP = 77
CNP = 0x81

# What a JSON object of wire_samples calls a value, and where tshark shows it.
FIELDS = {
    "opcode": "infiniband.bth.opcode", "qp": "infiniband.bth.destqp", "psn": "infiniband.bth.psn",
    "ack_request": "infiniband.bth.a", "pad": "infiniband.bth.padcnt", "va": "infiniband.reth.va",
    "rkey": "infiniband.reth.r_key", "dma": "infiniband.reth.dmalen", "syndrome": "infiniband.aeth.syndrome",
    "msn": "infiniband.aeth.msn", "swap_add": "infiniband.atomiceth.swapdt",
    "compare": "infiniband.atomiceth.cmpdt", "original": "infiniband.atomicacketh.origremdt",
    "immediate": "infiniband.immdt", "invalidate": "infiniband.ieth", "qkey": "infiniband.deth.q_key",
    "src_qp": "infiniband.deth.srcqp", "sport": "udp.srcport", "dscp": "ip.dsfield.dscp",
    "ecn": "ip.dsfield.ecn", "enabled": "macc.cbfc.enbv",
}
QUANTA = ["macc.cbfc.pause_time.c%d" % i for i in range(8)]
EXTRA = ["frame.protocols", "_ws.malformed", "_ws.expert.message", "infiniband.invariant.crc", "_ws.col.Info"]
BYTES = {"immediate", "invalidate"}  # shown as bytes in hexadecimal


def number(text, is_bytes):
    text = text.split(",")[0].replace(":", "")
    if text in ("True", "False"):
        return int(text == "True")
    return int(text, 16 if is_bytes or text.startswith("0x") else 10)


def dissect(capture):
    names = list(FIELDS.values()) + QUANTA + EXTRA
    command = ["tshark", "-r", capture, "--disable-protocol", "rpcordma", "--disable-protocol", "infiniband.eoib", "-T", "fields", "-E", "separator=|"]
    for name in names:
        command += ["-e", name]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return [dict(zip(names, line.split("|"))) for line in run.stdout.splitlines()]


def judge_by_tshark(wanted, found):
    """Sentences about one frame; none if all is well."""
    if wanted["kind"] == "roce" and wanted["opcode"] == CNP:
        return []
    faults = []
    for mark in ("_ws.malformed", "_ws.expert.message"):
        if found[mark]:
            faults.append("%s says '%s'" % (mark, found[mark]))
    if wanted["kind"] == "roce" and "infiniband" not in found["frame.protocols"]:
        faults.append("not dissected as InfiniBand: " + found["frame.protocols"])
    if "nknown" in found["_ws.col.Info"]:
        faults.append("info says '%s'" % found["_ws.col.Info"])
    for key, field in FIELDS.items():
        if key not in wanted:
            continue
        if not found[field]:
            faults.append("tshark shows no " + field)
        elif number(found[field], key in BYTES) != wanted[key]:
            faults.append("%s is %s, not %s" % (field, found[field], wanted[key]))
    if wanted["kind"] == "pfc":
        enabled = [i for i in range(8) if wanted["enabled"] >> i & 1]
        for i in enabled:
            if number(found[QUANTA[i]], False) != wanted["quanta"][i]:
                faults.append("%s is %s, not %d" % (QUANTA[i], found[QUANTA[i]], wanted["quanta"][i]))
    return faults


def judge_by_scapy(wanted, frame):
    from scapy.contrib.roce import BTH
    from scapy.layers.l2 import Ether
    if wanted["kind"] != "roce":
        return []
    end = 14 + int.from_bytes(frame[16:18], "big")  # behind the IP packet: padding, or INT
    packet = Ether(frame[:end])
    if BTH not in packet:
        return ["scapy finds no BTH"]
    bth, faults = packet[BTH], []
    computed = bth.compute_icrc(None)
    if computed != frame[end - 4:end]:
        faults.append("ICRC is %s, scapy computes %s" % (frame[end - 4:end].hex(), computed.hex()))
    for key, value in (("opcode", bth.opcode), ("qp", bth.dqpn), ("psn", bth.psn), ("pad", bth.padcount)):
        if value != wanted[key]:
            faults.append("scapy reads %s %s, not %s" % (key, value, wanted[key]))
    if wanted["opcode"] == CNP:
        tail = frame[end - 20:end - 4]
        if bth.becn != 1 or tail != bytes(16) or end - 42 != 32:
            faults.append("a CNP is 32 bytes after UDP, with BECN and 16 zeros")
    return faults


def frames_of(capture):
    data = open(capture, "rb").read()
    if data[:4] != bytes.fromhex("4d3cb2a1"):
        sys.exit(capture + ": not a nanosecond pcap in little-endian order")
    at = 24
    while at < len(data):
        size = int.from_bytes(data[at + 8:at + 12], "little")
        yield data[at + 16:at + 16 + size]
        at += 16 + size


def main():
    try:
        import scapy.contrib.roce  # noqa: F401
        subprocess.run(["tshark", "--version"], capture_output=True, check=True)
    except (ImportError, OSError) as error:
        print("skipped: a judge is missing:", error)
        return SKIP
    tool, summary = sys.argv[1], "--summary" in sys.argv
    faults, counts = 0, collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([tool, folder], check=True)
        capture = os.path.join(folder, "every.pcap")
        wanted = json.load(open(os.path.join(folder, "every.json")))
        shown, frames = dissect(capture), list(frames_of(capture))
        assert len(wanted) == len(shown) == len(frames), (len(wanted), len(shown), len(frames))
        for want, found, frame in zip(wanted, shown, frames):
            for fault in judge_by_tshark(want, found) + judge_by_scapy(want, frame):
                faults += 1
                print("%s: %s" % (want["name"], fault))
            counts[want["kind"]] += 1
            if summary:
                print("%-34s %s" % (want["name"], found["_ws.col.Info"]))
    opcodes = {w["opcode"] for w in wanted if w["kind"] == "roce"}
    print("%d frames (%s), %d opcodes: %d faults" %
          (len(wanted), ", ".join("%d %s" % (n, k) for k, n in sorted(counts.items())), len(opcodes), faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
