#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""judges.py tshark|scapy|summary WIRE_SAMPLES, judges.py run FOLDER_OF_BINARIES: what other people's decoders say of
every packet that hpnsim makes.

WIRE_SAMPLES is the program that writes the captures and, beside each, the values that its packets were filled with.
tshark:  dissects each standard packet without a malformed, unknown or expert mark (a CNP, which it does not know, is
         excepted), and reads the values that were put in; what is our own (irn, rud, trimmed packets) it reads as UDP.
scapy:   computes the same ICRC for every packet that has one, and builds the same CNP.
run:     what a captured run (`incast --pcap`) leaves: tshark reads it without marks, and counts as many wire bytes
         as queues.csv has for the port.
summary: prints what both say, by packet type.
Status 0: they agree; 1: each difference on a line; 77: the judge is not installed.
"""
import collections
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
CNP = 0x81
# rpcordma claims some SENDs; the EoIB guess fails on a UD SEND of 0 bytes, which is legal.
TSHARK = ["tshark", "-n", "--disable-protocol", "rpcordma", "--disable-protocol", "infiniband.eoib"]
# Our name, tshark's field, base of tshark's text (0: by prefix).
FIELDS = [
    ("dscp", "ip.dsfield.dscp", 0), ("ecn", "ip.dsfield.ecn", 0), ("sport", "udp.srcport", 0),
    ("opcode", "infiniband.bth.opcode", 0), ("pad", "infiniband.bth.padcnt", 0), ("qp", "infiniband.bth.destqp", 0),
    ("psn", "infiniband.bth.psn", 0), ("ack_request", "infiniband.bth.a", 0), ("va", "infiniband.reth.va", 0),
    ("rkey", "infiniband.reth.r_key", 0), ("dma", "infiniband.reth.dmalen", 0),
    ("syndrome", "infiniband.aeth.syndrome", 0), ("msn", "infiniband.aeth.msn", 0),
    ("swap_add", "infiniband.atomiceth.swapdt", 0), ("compare", "infiniband.atomiceth.cmpdt", 0),
    ("original", "infiniband.atomicacketh.origremdt", 0), ("immediate", "infiniband.immdt", 16),
    ("invalidate", "infiniband.ieth", 16), ("qkey", "infiniband.deth.q_key", 0),
    ("src_qp", "infiniband.deth.srcqp", 0), ("payload", "data.len", 0),
]
OTHERS = ["frame.len", "ip.src", "ip.dst", "frame.protocols", "_ws.malformed", "_ws.expert.message", "_ws.col.Info",
          "eth.trailer", "macc.opcode", "macc.cbfc.enbv"] + [f"macc.cbfc.pause_time.c{i}" for i in range(8)]


def samples(program, folder):
    """name of capture -> the list of what it holds; the captures are in the folder."""
    subprocess.run([program, folder], check=True)
    lists = {}
    for name in ("every", "own", "fcs"):
        with open(os.path.join(folder, name + ".json"), encoding="utf-8") as file:
            lists[name] = json.load(file)
    for want in lists["fcs"]:
        want["bytes"] = want.get("bytes", 0) + 4
    return lists


def dissect(capture):
    """One dictionary of tshark's fields a frame."""
    names = [field for _, field, _ in FIELDS] + OTHERS
    command = TSHARK + ["-r", capture, "-T", "fields", "-E", "occurrence=f", "-E", "separator=/t"]
    for name in names:
        command += ["-e", name]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [dict(zip(names, line.split("\t"))) for line in out.splitlines()]


def number(text, base):
    return {"True": 1, "False": 0}.get(text) if text in ("True", "False") else int(text.replace(":", ""), base)


def ip_of(endpoint):
    return f"10.{endpoint >> 16 & 255}.{endpoint >> 8 & 255}.{endpoint & 255}"


def judge_roce(want, seen):
    """What tshark reads other than it should, a sentence each."""
    cnp = want["opcode"] == CNP
    for key, field, base in FIELDS:
        if cnp and key == "payload":
            continue
        expected = want.get(key)
        if key == "payload":  # tshark counts the pad as data, and shows no data of no bytes
            expected = want["payload"] + want["pad"] or None
        if not cnp and (seen[field] == "") != (expected is None):
            yield f"{field} is '{seen[field]}', not {expected}"
        elif expected is not None and seen[field] != "" and number(seen[field], base) != expected:
            yield f"{field} is {seen[field]}, not {expected}"
    for key, field in (("src", "ip.src"), ("dst", "ip.dst")):
        if seen[field] != ip_of(want[key]):
            yield f"{field} is {seen[field]}, not {ip_of(want[key])}"
    if int(seen["frame.len"]) != want["bytes"]:
        yield f"the frame has {seen['frame.len']} bytes, not {want['bytes']}"
    if bool(want["int"]) != (len(seen["eth.trailer"].replace(":", "")) > 70):
        yield f"Ethernet's trailer is '{seen['eth.trailer']}'"
    if "Unknown" in seen["_ws.col.Info"] and not cnp:
        yield f"tshark says '{seen['_ws.col.Info']}'"
    if not seen["frame.protocols"].startswith("eth:ethertype:ip:udp:infiniband"):
        yield f"tshark takes it for {seen['frame.protocols']}"


def judge_pfc(want, seen):
    if number(seen["macc.opcode"], 0) != 0x0101 or number(seen["macc.cbfc.enbv"], 0) != want["enabled"]:
        yield f"opcode {seen['macc.opcode']}, enabled {seen['macc.cbfc.enbv']}"
    for i, quanta in enumerate(want["quanta"]):
        if number(seen[f"macc.cbfc.pause_time.c{i}"], 0) != quanta:
            yield f"time of class {i} is {seen[f'macc.cbfc.pause_time.c{i}']}, not {quanta}"


def judge_frame(want, seen):
    marks = seen["_ws.malformed"] + seen["_ws.expert.message"]
    # A trimmed RoCE packet has lost what its opcode promises: no dissector can like it.
    if marks and not want["name"].startswith("trimmed"):
        yield f"marked '{marks}'"
    if want["kind"] == "roce":
        yield from judge_roce(want, seen)
    elif want["kind"] == "pfc":
        yield from judge_pfc(want, seen)
    elif not seen["frame.protocols"].startswith("eth:ethertype:ip:udp"):
        yield f"tshark takes it for {seen['frame.protocols']}"


def differences(name, wanted, seen_frames):
    found = [] if len(wanted) == len(seen_frames) else [f"{name}: {len(seen_frames)} frames, not {len(wanted)}"]
    for index, (want, seen) in enumerate(zip(wanted, seen_frames), 1):
        found += [f"{name} {index} ({want['name']}): {what}" for what in judge_frame(want, seen)]
    return found


def judge_fcs(capture, frames):
    """tshark is told by the file's header that the frames end in their FCS, and checks it."""
    out = subprocess.run(TSHARK + ["-r", capture, "-o", "eth.check_fcs:TRUE", "-T", "fields", "-e", "eth.fcs.status"],
                         check=True, capture_output=True, text=True).stdout.split()
    return [] if out == ["1"] * frames else [f"fcs: {out.count('1')} good of {frames}"]


def with_tshark(folder, lists):
    found = []
    for name, wanted in lists.items():
        found += differences(name, wanted, dissect(os.path.join(folder, name + ".pcap")))
    found += judge_fcs(os.path.join(folder, "fcs.pcap"), len(lists["fcs"]))
    # A judge that passes everything is none: it must see one flipped byte of each frame's PSN.
    path = os.path.join(folder, "every.pcap")
    flip_psn(path)
    caught = sum(1 for line in differences("every", lists["every"], dissect(path)) if "bth.psn" in line)
    roce = sum(1 for want in lists["every"] if want["kind"] == "roce")
    if caught != roce:
        found.append(f"{caught} of {roce} flipped PSNs were seen")
    print(f"tshark: {sum(len(each) for each in lists.values())} frames, {len(found)} differences; "
          f"{caught} flipped PSNs seen")
    return found


def frames_of(capture):
    """(offset, bytes) of each frame of a little-endian pcap."""
    with open(capture, "rb") as file:
        data = file.read()
    at = 24
    while at < len(data):
        size = int.from_bytes(data[at + 8:at + 12], "little")
        yield at + 16, data[at + 16:at + 16 + size]
        at += 16 + size


def flip_psn(capture):
    offsets = [offset for offset, frame in frames_of(capture) if frame[12:14] == b"\x08\x00"]
    with open(capture, "r+b") as file:
        for offset in offsets:
            file.seek(offset + 14 + 28 + 11)
            byte = file.read(1)[0]
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte ^ 0x55]))


def with_scapy(folder, lists):
    from scapy.all import IP, UDP, Ether, raw
    from scapy.contrib.roce import BTH, CNPPadding, cnp
    found, count = [], collections.Counter()
    for name in ("every", "own"):
        for want, (_, frame) in zip(lists[name], frames_of(os.path.join(folder, name + ".pcap"))):
            if want["kind"] in ("pfc", "rud"):
                continue
            length = int.from_bytes(frame[16:18], "big")
            packet = IP(frame[14:14 + length])  # without INT trailer and pad
            bth = packet[BTH]
            count["packets"] += 1
            if bth.compute_icrc(b"") != frame[14 + length - 4:14 + length]:
                found.append(f"{want['name']}: scapy's ICRC is {bth.compute_icrc(b'').hex()}, "
                             f"not {frame[14 + length - 4:14 + length].hex()}")
            altered = IP(frame[14:14 + length])
            altered[BTH].psn ^= 1
            count["altered"] += altered[BTH].compute_icrc(b"") != frame[14 + length - 4:14 + length]
            if want.get("opcode") == CNP:
                count["CNPs"] += 1
                mac = [":".join(f"{byte:02x}" for byte in frame[at:at + 6]) for at in (0, 6)]
                built = Ether(dst=mac[0], src=mac[1]) / \
                    IP(src=ip_of(want["src"]), dst=ip_of(want["dst"]), flags="DF", id=0,
                       tos=want["dscp"] << 2 | want["ecn"]) / \
                    UDP(sport=want["sport"], dport=4791, chksum=0) / cnp(want["qp"])
                if not bth.becn or CNPPadding not in packet or raw(built) != frame:
                    found.append(f"{want['name']}: scapy builds {raw(built).hex()}, not {frame.hex()}")
    if count["CNPs"] != 1 or count["altered"] != count["packets"]:
        found.append(f"the captures hold {count}")
    print(f"scapy: {count['packets']} ICRCs and {count['CNPs']} CNP, {len(found)} differences")
    return found


def summary(folder, lists):
    seen = dissect(os.path.join(folder, "every.pcap"))
    kinds = collections.Counter()
    for frame in seen:
        mark = frame["_ws.malformed"] + frame["_ws.expert.message"]
        kinds[(frame["_ws.col.Info"].split(" QP=")[0].strip(), mark)] += 1
    for (info, mark), frames in sorted(kinds.items()):
        print(f"{frames:5} {info}{'  ' + mark if mark else ''}")
    found = with_tshark(folder, lists)
    subprocess.run([sys.argv[2], folder], check=True)
    return found + with_scapy(folder, lists)


RUNS = [("dcqcn", "eth:ethertype:ip:udp:infiniband"), ("hpcc", "eth:ethertype:ip:udp:infiniband"),
        ("nscc", "eth:ethertype:ip:udp")]


def sent_bytes(folder, port):
    """Wire bytes of an egress port in queues.csv."""
    with open(os.path.join(folder, "queues.csv"), encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return sum(int(row["bytes"]) for row in rows if row["port"] == port)


def judge_run(binaries, folder, cc, protocols):
    out = os.path.join(folder, cc)
    subprocess.run([os.path.join(binaries, "incast"), "--topology", "star:hosts=9,gbps=400,buffer-mb=2", "--senders", "8",
                    "--size", "300000", "--cc", cc, "--pcap", "nic1,tor 0:0", "--no-plots", "--quiet", "--out", out],
                   check=True, stderr=subprocess.DEVNULL)
    run = os.path.join(out, "runs", cc)
    found, counts = [], collections.Counter()
    for name, port, address in (("nic1", "h1 -> tor 0", "10.0.0.1"), ("tor_0_0", "tor 0 -> h0", None)):
        frames = dissect(os.path.join(run, "pcap", name + ".pcap"))
        sent = 0
        for index, frame in enumerate(frames, 1):
            pfc, cnp = frame["macc.opcode"] != "", frame["infiniband.bth.opcode"] == str(CNP)
            marks = frame["_ws.malformed"] + frame["_ws.expert.message"]
            if marks or not (pfc or frame["frame.protocols"].startswith(protocols)):
                found.append(f"{cc} {name} {index}: {frame['frame.protocols']} {marks}")
            # A NIC sends under its own address; the switch sends to host 0 what is for it.
            mine = frame["ip.src"] == address if address else frame["ip.dst"] == "10.0.0.0"
            sent += int(frame["frame.len"]) + 24 if mine else 0
            counts["PFC" if pfc else "CNP" if cnp else "other"] += 1
        if sent != sent_bytes(run, port):
            found.append(f"{cc} {name}: tshark counts {sent} bytes sent, queues.csv {sent_bytes(run, port)}")
    print(f"{cc}: {dict(counts)}, {len(found)} differences")
    if cc == "dcqcn" and counts["CNP"] == 0:
        found.append("dcqcn: no CNP was captured")
    return found


def with_run(folder, binaries):
    return [line for cc, protocols in RUNS for line in judge_run(binaries, folder, cc, protocols)]


def missing(judge):
    if judge in ("tshark", "summary", "run") and shutil.which("tshark") is None:
        return "tshark"
    if judge in ("scapy", "summary"):
        try:
            import scapy.contrib.roce  # noqa: F401
        except ImportError:
            return "scapy (python3-scapy)"
    return None


def main():
    judge, program = sys.argv[1:3]
    lacking = missing(judge)
    if lacking:
        print(f"skipped: {lacking} is not installed")
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        lists = samples(program, folder) if judge != "run" else program
        found = {"tshark": with_tshark, "scapy": with_scapy, "summary": summary, "run": with_run}[judge](folder, lists)
    for line in found[:50]:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
