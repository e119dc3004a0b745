#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""interop_test.py BIN: what other tools read of a run is what the run's own files say.

fct.txt, pfc.txt and qlen.txt are read as HPCC-sim's scripts split them, flowmon.xml with ElementTree as ns-3's
flowmon-parse-results does, csv files with Python's csv (and with pandas where it is installed).
"""
import collections
import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from xml.etree import ElementTree

BIN = os.path.abspath(sys.argv[1])
DOCS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs")
INCAST = "incast --topology star --senders 8 --size 256K"
UNITS = {"ns": "_ns", "us": "_us", "bytes": "bytes", "Gb/s": "_gbps"}  # ends of columns
PAUSED = INCAST + " --cc dcqcn --fabric lossless:kmin-kb=20000,kmax-kb=40000,alpha=0.001"


def run(command, out, status=0):
    words = command.split()
    ran = subprocess.run([os.path.join(BIN, words[0]), *words[1:], "--no-plots", "--quiet", "--out", out],
                         capture_output=True, text=True, check=False, timeout=300)
    if ran.returncode != status:
        raise AssertionError(f"{command}: status {ran.returncode}: {ran.stderr}")
    return ran.stderr


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def words_of(path):
    with open(path, encoding="utf-8") as file:
        return [line.split() for line in file]


def nanoseconds(text):
    """As flowmon-parse-results reads times."""
    if not text.endswith("ns"):
        raise ValueError(text)
    return float(text[:-2])


class Interop(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix=f"hpnsim-interop-{os.getpid()}-")
        self.addCleanup(self.folder.cleanup)

    def out(self, name="o"):
        return os.path.join(self.folder.name, name)

    def run_of(self, command, name="o", status=0):
        """The folder of the run that the command makes."""
        run(command, self.out(name), status)
        runs = os.path.join(self.out(name), "runs")
        return os.path.join(runs, sorted(os.listdir(runs))[0])

    def summary(self, folder):
        with open(os.path.join(folder, "summary.json"), encoding="utf-8") as file:
            return json.load(file)

    # ---- HPCC-sim ----

    def test_fct_is_what_flows_csv_says(self):
        folder = self.run_of(INCAST + " --rounds 2 --cc hpcc --also-write hpcc-sim")
        flows = read_csv(os.path.join(folder, "flows.csv"))
        lines = words_of(os.path.join(folder, "fct.txt"))
        self.assertEqual(len(lines), 16)
        for line, flow in zip(lines, flows):
            self.assertEqual([len(line[0]), len(line[1])], [8, 8])
            ends = [((int(address, 16) >> 16 & 255) << 8) + (int(address, 16) >> 8 & 255) for address in line[:2]]
            self.assertEqual(ends, [int(flow["src"]), int(flow["dst"])])
            self.assertEqual(line[3:5], ["100", flow["bytes"]])
            for text, column in zip(line[5:], ("start_ns", "fct_ns", "ideal_fct_ns")):
                self.assertEqual(int(text), int(float(flow[column])))
        self.assertEqual({line[2] for line in lines}, {"10000", "10001"})  # the first and second of each pair

    def test_classes_of_a_flow_file_are_kept(self):
        data = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../data/hpcc/star-2")
        folder = self.run_of(f"flows --topology file:path={data}.topology.txt --flow-file {data}.flow.txt --profile hpcc-sim "
                             "--cc hpcc:preset=hpcc-sim --also-write hpcc-sim")
        with open(data + ".flow.txt", encoding="utf-8") as file:
            classes = {line.split()[3] for line in file.read().splitlines()[1:]}
        self.assertEqual({line[3] for line in words_of(os.path.join(folder, "fct.txt"))}, classes)

    def test_unfinished_flows_have_no_line(self):
        folder = self.run_of(INCAST + " --cc hpcc --stop-us 10 --also-write hpcc-sim", status=3)
        self.assertEqual(words_of(os.path.join(folder, "fct.txt")), [])

    def test_pauses_are_those_that_ports_obeyed(self):
        folder = self.run_of(PAUSED + " --also-write hpcc-sim")
        lines = words_of(os.path.join(folder, "pfc.txt"))
        pauses = collections.Counter(line[1] for line in lines if line[4] == "1")
        self.assertGreater(len(pauses), 0)
        rows = [row for row in read_csv(os.path.join(folder, "queues.csv")) if int(row["pfc_pauses"]) > 0]
        self.assertEqual({"h" + node for node in pauses}, {row["port"].split(" ")[0] for row in rows})
        self.assertGreaterEqual(sum(pauses.values()), sum(int(row["pfc_pauses"]) for row in rows))
        self.assertEqual({(line[2], line[3]) for line in lines}, {("0", "1")})  # hosts, by their only port
        times = [int(line[0]) for line in lines]
        self.assertEqual(times, sorted(times))

    def test_queues_are_polled_every_100_ns(self):
        folder = self.run_of(INCAST + " --cc dcqcn --also-write hpcc-sim")
        lines = words_of(os.path.join(folder, "qlen.txt"))
        end = self.summary(folder)["sim_time_us"] * 1000
        self.assertEqual(lines[0], ["time:", str(int(end))])
        self.assertEqual([line[:2] for line in lines[1:]], [["9", str(port)] for port in range(1, 10)])
        means = {row["port"]: float(row["mean_queue_bytes"]) for row in read_csv(os.path.join(folder, "queues.csv"))}
        for line in lines[1:]:
            counts = [int(text) for text in line[2:]]
            self.assertEqual(sum(counts), int((end - 0.001) / 100) + 1)
            mean = sum((kb + 0.5) * 1000 * count for kb, count in enumerate(counts) if kb > 0) / sum(counts)
            self.assertAlmostEqual(mean, means[f"tor 0 -> h{int(line[1]) - 1}"], delta=0.02 * mean + 500)

    def test_blocks_come_every_100_ms(self):
        folder = self.run_of("incast --topology star:link-ns=30000000 --senders 2 --size 4K --cc dcqcn --also-write hpcc-sim")
        times = [int(line[1]) for line in words_of(os.path.join(folder, "qlen.txt")) if line[0] == "time:"]
        self.assertEqual(times[:-1], [100_000_000 * (i + 1) for i in range(len(times) - 1)])
        self.assertGreater(len(times), 1)

    # ---- FlowMonitor ----

    def test_flow_monitor_has_a_flow_for_each_qp(self):
        folder = self.run_of(INCAST + " --cc dcqcn --also-write flowmon")
        root = ElementTree.parse(os.path.join(folder, "flowmon.xml")).getroot()
        stats = {flow.get("flowId"): flow for flow in root.findall("FlowStats/Flow")}
        tuples = {flow.get("flowId"): flow for flow in root.findall("Ipv4FlowClassifier/Flow")}
        self.assertEqual(sorted(stats), sorted(tuples))
        self.assertEqual({flow.get("sourceAddress") for flow in tuples.values()}, {f"10.0.0.{i}" for i in range(1, 9)})
        for name, flow in stats.items():
            five = tuples[name]
            self.assertEqual((five.get("destinationAddress"), five.get("protocol"), five.get("destinationPort")),
                             ("10.0.0.0", "17", "4791"))
            self.assertGreater(int(five.get("sourcePort")), 0)
            self.assertEqual(int(five.find("Dscp").get("packets")), int(flow.get("txPackets")))
            self.assertEqual((flow.get("txPackets"), flow.get("rxPackets"), flow.get("lostPackets")), ("64", "64", "0"))
            self.assertEqual(flow.get("txBytes"), flow.get("rxBytes"))
            first, last = nanoseconds(flow.get("timeFirstRxPacket")), nanoseconds(flow.get("timeLastRxPacket"))
            self.assertGreater(last, first)
            delay = nanoseconds(flow.get("delaySum")) / 64
            self.assertGreater(delay, 1000)  # two cables of 500 ns, and the queue
            self.assertLess(delay, last)
            counts = [int(each.get("count")) for each in flow.findall("delayHistogram/bin")]
            self.assertEqual(sum(counts), 64)
            self.assertGreaterEqual(nanoseconds(flow.get("jitterSum")), 0)
        ends = {int(row["src"]): float(row["end_ns"]) for row in read_csv(os.path.join(folder, "flows.csv"))}
        for name, flow in stats.items():
            src = int(tuples[name].get("sourceAddress").rsplit(".", 1)[1])
            self.assertLess(nanoseconds(flow.get("timeLastRxPacket")), ends[src])  # before the last ACK is back

    def test_losses_are_those_that_switches_count(self):
        for command, what, reason in ((" --cc dcqcn --fabric lossy:buffer-mb=1", "drops", None), (" --cc nscc", "trims", "1")):
            folder = self.run_of("incast --topology star --senders 16 --size 1M --also-write flowmon" + command, what)
            root = ElementTree.parse(os.path.join(folder, "flowmon.xml")).getroot()
            flows, summary = root.findall("FlowStats/Flow"), self.summary(folder)
            self.assertGreater(summary[what], 0)
            self.assertEqual(sum(int(flow.get("lostPackets")) for flow in flows), summary[what])
            self.assertEqual(sum(int(flow.get("txPackets")) for flow in flows), summary["data_packets"])
            self.assertEqual(sum(int(flow.get("txPackets")) - int(flow.get("rxPackets")) for flow in flows), summary[what])
            if reason is not None:
                why = [each for flow in flows for each in flow.findall("packetsDropped") if each.get("reasonCode") == reason]
                self.assertEqual(sum(int(each.get("number")) for each in why), summary[what])

    # ---- both ----

    def test_nothing_else_changes(self):
        plain = self.run_of(INCAST + " --cc nscc --seeds 2 --jitter-ns 500", "a")
        more = self.run_of(INCAST + " --cc nscc --seeds 2 --jitter-ns 500 --also-write flowmon,hpcc-sim --idle-ports", "b")
        for name in ("queues.csv", "throughput.csv"):
            with open(os.path.join(plain, name), encoding="utf-8") as a, open(os.path.join(more, name), encoding="utf-8") as b:
                self.assertEqual(a.read(), b.read(), name)
        self.assertEqual(read_csv(os.path.join(plain, "flows.csv")), read_csv(os.path.join(more, "flows.csv")))
        one, other = self.summary(plain), self.summary(more)
        for each in (one, other):
            each.pop("host"), each.pop("command")
        self.assertEqual(one, other)
        self.assertEqual(len(words_of(os.path.join(more, "fct.txt"))), 8)  # the first seed's
        self.assertFalse(os.path.exists(os.path.join(plain, "fct.txt")))

    def test_wrong_names_get_the_nearest(self):
        self.assertEqual(run("incast --also-write flowmn", self.out(), 2),
                         "incast: --also-write: no 'flowmn'; the nearest is 'flowmon'\n")
        self.assertEqual(run("incast --also-write hpcc-sim,", self.out(), 2),
                         "incast: --also-write: no ''; there are 'hpcc-sim' and 'flowmon'\n")

    def test_idle_ports_have_rows(self):
        command = "incast --topology hpn:segments=1,hosts=4 --senders 3 --size 64K --cc dcqcn"
        used, every = self.run_of(command, "used"), self.run_of(command + " --idle-ports", "all")
        rows = {folder: read_csv(os.path.join(folder, "queues.csv")) for folder in (used, every)}
        ports = self.summary(every)["ports"]
        self.assertEqual(ports, self.summary(used)["ports"])
        counted = collections.Counter(row["tier"] + "_" + row["role"] for row in rows[every])
        self.assertEqual(counted, {kind: count["all"] for kind, count in ports.items()})
        self.assertEqual(counted["nic_up"], 4 * 8 * 2)
        counted = collections.Counter(row["tier"] + "_" + row["role"] for row in rows[used])
        self.assertEqual(counted, {kind: count["used"] for kind, count in ports.items() if count["used"] > 0})
        self.assertEqual([row for row in rows[every] if int(row["bytes"]) > 0], rows[used])
        # Two ToRs of the rail have sent something to hosts: each has four hosts.
        self.assertEqual(ports["tor_host"]["beside_used"], 8)

    # ---- csv ----

    def test_csv_files_are_read_unaided(self):
        folder = self.run_of(PAUSED + " --series-us 5 --seeds 2 --jitter-ns 100")
        docs = ""
        for page in ("outputs.md", "scenarios.md"):
            with open(os.path.join(DOCS, page), encoding="utf-8") as file:
                docs += file.read()
        texts = {"port", "tier", "role", "status", "kind", "name"}
        seen = set()
        for name in sorted(os.listdir(folder)):
            if not name.endswith(".csv"):
                continue
            seen.add(name)
            table = re.search(rf"<!-- columns of {name} -->\n\n(.*?)\n\n", docs, re.S).group(1)
            columns = re.findall(r"^\| `([^`]+)`", table, re.M)
            for column, unit in re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", table, re.M):
                self.assertTrue(column.endswith(UNITS.get(unit, "")), f"{name}: {column} is in {unit}")
            with open(os.path.join(folder, name), encoding="utf-8", newline="") as file:
                lines = [line for line in file if not line.startswith("#")]
            self.assertEqual(next(csv.reader(lines[:1])), columns, name)
            for row in csv.reader(lines[1:]):
                self.assertEqual(len(row), len(columns), name)
                for column, cell in zip(columns, row):
                    if column not in texts and cell != "":
                        float(cell)
            self.assertFalse(any("#" in line for line in lines), name)  # what follows a # is a comment to pandas and R
        self.assertEqual(seen, {"flows.csv", "queues.csv", "queue_depth.csv", "series.csv", "throughput.csv"})
        try:
            import pandas  # pylint: disable=import-outside-toplevel
        except ImportError:
            return
        flows = pandas.read_csv(os.path.join(folder, "flows.csv"), comment="#")
        self.assertEqual(len(flows), 16)
        self.assertEqual(flows["fct_ns"].dtype.kind, "f")


unittest.main(argv=sys.argv[:1])
