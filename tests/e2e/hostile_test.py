#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""hostile_test.py BIN DATA: the smallest commands that once crashed a run, hung it, lost its results or made them wrong.

Each test is named after what went wrong. A command that cannot work must be refused: status 2 and one sentence.
"""
import glob
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

BIN, DATA = map(os.path.abspath, sys.argv[1:3])
QUIET = ["--no-plots", "--quiet"]
LIMIT = 120  # s, far above what any of these needs: only a hang reaches it


class Hostile(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def write(self, name, content):
        path = os.path.join(self.folder.name, name)
        with open(path, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        return name

    def call(self, command, *more, out="o", **how):
        words = [os.path.join(BIN, command.split()[0])] + command.split()[1:] + list(more)
        if command.split()[0] not in ("cc", "topology", "bench"):
            words += ["--out", out] + QUIET
        return subprocess.run(words, cwd=self.folder.name, capture_output=True, timeout=LIMIT, check=False,
                              **{"text": True, "errors": "replace", **how})

    def shell(self, line, **how):
        return subprocess.run(["bash", "-c", line], cwd=self.folder.name, capture_output=True, text=True, timeout=LIMIT,
                              check=False, env={**os.environ, "B": BIN, "D": DATA}, **how)

    def summary(self, out="o", run="*"):
        (path,) = glob.glob(os.path.join(self.folder.name, out, "runs", run, "summary.json"))
        with open(path, encoding="utf-8") as file:
            return json.load(file)

    def rows(self, name="flows.csv"):
        (path,) = glob.glob(os.path.join(self.folder.name, "o/runs/*", name))
        with open(path, encoding="utf-8") as file:
            return [line for line in file if not line.startswith("#")]

    def ends(self, command, *statuses, **how):
        ran = self.call(command, **how)
        self.assertIn(ran.returncode, statuses, f"{command}: {ran.stderr}")
        self.assertNotIn("internal error", ran.stderr)
        return ran

    def refused(self, command, **how):
        ran = self.ends(command, 2, **how)
        self.assertEqual(len(ran.stderr.strip().splitlines()), 1, ran.stderr)
        return ran.stderr

    def within_bounds(self, command, *statuses):
        self.ends(command, *(statuses or (0,)))
        summary = self.summary()
        self.assertLessEqual(summary.get("efficiency") or 0, 1 + 1e-9, command)
        least = (summary.get("slowdown") or {}).get("min")
        if "--profile" not in command and least is not None:
            self.assertGreaterEqual(least, 1 - 1e-9, command)
        return summary

    # NICs and their ports

    def test_nics_of_three_to_eight_ports(self):
        self.ends("incast --topology hpn:segments=1,hosts=4,gpus=1,ports=3 --senders 2", 0)
        self.ends("permutation --topology dcn+:segments=2,hosts=4,gpus=1,aggs=2,ports=8 --ranks 4 --size 64K", 0)
        self.write("tri.txt", "4 1 5\n0\n1 0 100Gbps 1us 0\n2 0 100Gbps 1us 0\n" + "3 0 100Gbps 1us 0\n" * 3)
        self.ends("incast --topology file:path=tri.txt --senders 2 --placement index --size 4K", 0)

    def test_hosts_with_different_numbers_of_links(self):
        self.write("uneven.txt", "4 1 4\n0\n1 0 100Gbps 1us 0\n2 0 100Gbps 1us 0\n" + "3 0 100Gbps 1us 0\n" * 2)
        self.within_bounds("incast --topology file:path=uneven.txt --senders 2 --placement index --size 4K")

    # Profiles

    def test_send_under_a_profile(self):
        for profile in ("htsim", "hpcc-sim"):
            self.ends(f"incast --topology star --senders 1 --size 100 --verb send --profile {profile}", 0)

    def test_a_peer_that_is_gone_under_a_profile(self):
        self.write("kill.txt", "1us kill nic0\n")
        for more in ("--faults kill.txt", "--loss 1", "--loss 1 --transport rud:retry=7"):
            self.ends(f"incast --topology star --senders 2 --size 64K --profile htsim {more}", 3, 4)

    def test_watching_changes_nothing(self):
        self.write("nothing.txt", "0us loss all rate=0\n")
        seen = []
        for more in ("", "--audit", "--faults nothing.txt", "--series-us 5 --trace all"):
            self.ends(f"incast --topology star --senders 8 --size 1M --profile htsim {more}", 0)
            seen.append((self.rows(), self.rows("queues.csv")))
        for each in seen[1:]:
            self.assertEqual(each, seen[0])

    def test_what_is_given_wins_over_the_profile(self):
        peaks = {}
        for fabric in ("lossy", "lossy:trim-bdp=1", "lossy:trim-bdp=1.0001"):
            self.ends("incast --topology star --senders 16 --size 1M --profile htsim --cc nscc:preset=no-trimming "
                      f"--fabric {fabric}", 0, 4)
            peaks[fabric] = self.summary()["max_queue_bytes"]
        self.assertGreater(peaks["lossy"], 2 * peaks["lossy:trim-bdp=1"])
        self.assertLess(abs(peaks["lossy:trim-bdp=1"] - peaks["lossy:trim-bdp=1.0001"]), 5000)

    # Laws, timers, and when a run ends

    def test_a_window_of_no_bytes(self):
        self.ends("incast --topology star --senders 1 --size 1000 --cc dctcp:preset=htsim,max-window=1e-6", 0, 2, 4)
        self.ends(f"cc dctcp:mark-divisor=3,max-window=1e-9 --replay {DATA}/golden/traces/dctcp.csv", 0, 2)

    def test_a_timer_that_is_due_is_waited_for(self):
        for more in ("--size 4K --loss 0.3 --cc dcqcn --transport gbn:ack-timeout=18",
                     "--size 4K --loss 0.3 --cc dcqcn --transport gbn:ack-timeout=19",
                     "--size 256K --cc nscc --transport rud:rto-us=3e6 --loss 0.01"):
            self.ends(f"incast --topology star:hosts=5 --senders 4 {more}", 0)
            self.assertEqual(self.summary()["completed"], 4)

    def test_the_last_ack_of_a_collective_is_lost(self):
        ran = self.call("allreduce --topology star:hosts=9 --ranks 9 --size 1 --transport gbn:ack-timeout=0 --loss 0.01 --seed 2")
        self.assertNotIn(" 0 unfinished", ran.stderr)
        if ran.returncode == 3:
            self.assertGreater(self.summary()["unfinished"], 0)

    def test_idle_time_costs_nothing(self):
        self.write("far.txt", "2\n0 2 3 100 4096 0\n1 2 3 100 4096 1000000\n")
        self.ends("flows --topology star --flow-file far.txt", 0)
        self.ends("flows --topology star --flow-file far.txt --audit", 0)
        self.assertLess(self.summary()["events"], 100_000)

    def test_a_deadlock_that_nothing_watches(self):
        self.ends(f"flows --topology file:path={DATA}/hpcc/ring-5.topology.txt --flow-file {DATA}/hpcc/ring-5.flow.txt "
                  "--cc fixed:window=0 --fabric lossless:buffer-mb=1,deadlock-ms=0,watchdog-ms=0", 3, 4)

    def test_many_hosts(self):
        self.ends("incast --topology leaf-spine:leaves=256,hosts=256,spines=64 --senders 2 --size 64K", 0)

    # The audit

    def test_the_audit_knows_what_faults_excuse(self):
        for faults, command in (("10us storm nic0:0 for=500ms", "--senders 2 --size 1M --cc fixed --fabric lossless:watchdog-ms=2"),
                                ("0us duplicate all rate=1", "--senders 8 --size 4M --cc fixed:window=0"),
                                ("0us jitter all by=50us", "--senders 8 --size 4M"),
                                ("0us reorder all rate=1 by=50us", "--senders 8 --size 4M")):
            self.write("faults.txt", faults + "\n")
            ran = self.call(f"incast --topology star {command} --audit --faults faults.txt")
            self.assertNotIn("audit:", ran.stderr, faults)
        ran = self.call("incast --topology star:hosts=9,buffer-mb=1 --senders 8 --size 1M --profile hpcc-sim --audit")
        self.assertNotIn("audit:", ran.stderr)

    # Bounds

    def test_nobody_beats_an_ideal(self):
        for command in ("allreduce --topology hpn:segments=1,hosts=8 --ranks 16 --size 7",
                        "allreduce --topology dumbbell:left=1,right=3 --ranks 4 --size 64K",
                        "incast --topology star:hosts=9,gbps=100,link-ns=0,switch-ns=0 --placement index --senders 3 --size 100 "
                        "--verb read --wire hpcc-sim --mtu 1000 --cc dctcp",
                        "incast --topology star:hosts=9,gbps=100,link-ns=0,switch-ns=0 --placement index --senders 3 --size 4096 "
                        "--verb send --mtu 1500",
                        "permutation --topology star:hosts=9,gbps=100,link-ns=0,switch-ns=0 --ranks 4 --size 1 --cc powertcp "
                        "--profile hpcc-sim",
                        "incast --topology star:hosts=5 --senders 4 --size 256K --profile hpcc-sim --wire htsim"):
            self.within_bounds(command)

    def test_failed_flows_have_no_efficiency(self):
        self.write("kill.txt", "1us kill nic0\n")
        self.ends("incast --topology star --senders 4 --size 1M --faults kill.txt", 4)
        self.assertIsNone(self.summary()["efficiency"])

    def test_times_beyond_the_range(self):
        ran = self.call("incast --topology star:hosts=5,gbps=0.001 --fabric lossy --senders 2 --size 1024G --stop-us 10")
        self.assertIn(ran.returncode, (2, 3), ran.stderr)
        if ran.returncode == 3:
            self.assertGreaterEqual(self.summary()["ideal_us"], 0)

    # Results are not lost

    def test_a_label_longer_than_a_file_name(self):
        law = "swift:" + ",".join(f"{key}={value}" for key, value in (
            ("base-target-us", "333333.333333333313931"), ("hop-us", "3333.333333333333485"), ("fs-range", "333.333333333333314"),
            ("fs-min", "3333.333366666666279"), ("fs-max", "333333.333666666701902"), ("host-target-us", "333333.333666666701902"),
            ("ai", "333.333333333333314"), ("beta", "0.333333333333333"), ("max-cut", "0.333333333333333"),
            ("min-cwnd", "333.333366666666677"), ("max-cwnd", "333333.333333333313931"), ("initial", "333.333366666666677")))
        self.ends("incast --topology star --senders 2 --size 4K", 0)
        ran = self.call("incast --topology star --senders 2 --size 4K --cc hpcc", "--cc", law)
        self.assertIn(ran.returncode, (0, 3), ran.stderr)
        self.assertEqual(len(os.listdir(os.path.join(self.folder.name, "o/runs"))), 2)

    def test_sizes_that_do_not_fit(self):
        for command in ("incast --topology star --senders 2 --size 8589934591G --stop-us 10",
                        "incast --topology star --senders 32 --size 1M --rounds 20 --series-us 0.01",
                        "alltoall --ranks 1024 --qps 256 --size 1K", "incast --verify --size 8589934591G --topology star --senders 2"):
            limited = f"ulimit -v 6000000; exec $B/{command} --out o {' '.join(QUIET)}"
            ran = self.shell(limited)
            self.assertIn(ran.returncode, (0, 2, 3), f"{command}: {ran.stderr}")
            self.assertNotIn("-4.3", ran.stderr)
            if ran.returncode != 2:
                self.summary()

    def test_two_runs_into_one_folder(self):
        first = subprocess.Popen([f"{BIN}/incast", *"--topology star --senders 32 --size 4M --rounds 40 --cc dcqcn --cc hpcc --out o"
                                  .split(), *QUIET], cwd=self.folder.name, stderr=subprocess.PIPE)
        while not glob.glob(os.path.join(self.folder.name, "o/*/*/flows.csv")) and first.poll() is None:
            time.sleep(0.01)
        second = self.call("incast --topology star --senders 2 --size 4K --cc nscc")
        first.communicate()
        self.assertEqual((first.returncode, second.returncode), (0, 2), second.stderr)
        self.assertEqual(sorted(os.listdir(os.path.join(self.folder.name, "o/runs"))), ["dcqcn", "hpcc"])

    def test_nobody_reads_what_is_said(self):
        self.ends("incast --topology star --senders 2 --size 4K", 0)
        self.shell(f"$B/incast --topology star --senders 2 --size 4K --out o {' '.join(QUIET)} 2>&1 | true")
        self.assertEqual(self.summary()["completed"], 2)

    def test_signals_that_end_a_run(self):
        for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
            run = subprocess.Popen([f"{BIN}/incast", *"--topology star --senders 32 --size 1G --out o".split(), *QUIET],
                                   cwd=self.folder.name, stderr=subprocess.PIPE)
            while not glob.glob(os.path.join(self.folder.name, "o/runs/*/flows.csv")) and run.poll() is None:
                time.sleep(0.01)
            run.send_signal(number)
            run.communicate(timeout=LIMIT)
            self.assertGreaterEqual(run.returncode, 128, number)
            self.assertTrue(self.summary()["interrupted"])
            self.shell("rm -r o")

    # Words, pipes and files

    def test_output_that_cannot_be_written(self):
        for command in ("incast --help", "incast --version", "topology hpn", "topology --list", "bench --help", "cc --list"):
            self.assertNotEqual(self.shell(f"$B/{command} >/dev/full").returncode, 0, command)

    def test_pipes_as_files(self):
        more = f"--out o {' '.join(QUIET)}"
        for line in (f"$B/incast --topology star --senders 2 --size 4K --faults <(echo '0us loss all rate=0') {more}",
                     f"$B/flows --topology star --flow-file <(cat $D/hpcc/star-2.flow.txt) {more}"):
            ran = self.shell(line)
            self.assertEqual(ran.returncode, 0, ran.stderr)

    def test_files_without_an_end(self):
        os.mkfifo(os.path.join(self.folder.name, "fifo"))
        for path in ("/dev/zero", "/dev/urandom", ".", "fifo"):
            for command in (f"incast --topology star --senders 1 --faults {path}", f"flows --topology star --flow-file {path}",
                            f"incast --topology file:path={path} --senders 1", f"incast --topology star --config {path}"):
                self.refused(command)
            self.refused(f"cc hpcc --replay {path}")
        with open(os.path.join(self.folder.name, "sparse"), "wb") as file:
            file.truncate(300 << 20)
        self.refused("topology file:path=sparse")

    def test_plots_with_odd_names(self):
        for out in ("it's", "a\tb"):
            ran = subprocess.run([f"{BIN}/incast", *"--topology star --senders 2 --size 4K --quiet --out".split(), out],
                                 cwd=self.folder.name, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}, check=False)
            self.assertEqual((ran.returncode, ran.stdout, ran.stderr), (0, "", ""))

    def test_sentences(self):
        self.write("h.ini", "help = true\n")
        self.write("bom.txt", b"\xef\xbb\xbf1\n0 1 3 100 4096 0\n")
        self.write("n.cm", "Nodes 4\nConnections 2\n0->1 start 0 size 4096\n1->2 start 1 size 4096\n")
        self.assertIn("the nearest is '--size'", self.refused("incast ---size 1"))
        self.assertNotIn("nearest is 'help'", self.refused("incast --config h.ini"))
        self.assertIn("nearest is 'dcqcn'", self.refused("incast --cc DCQCN --topology star"))
        self.assertLess(len(self.refused("incast --topology " + "x" * 100_000)), 1000)
        self.ends("incast --topology star --pcap all-nics:0 --senders 1", 0)
        self.ends("flows --topology star --flow-file bom.txt", 0)
        self.ends("flows --topology star --flow-file n.cm --cc nscc", 0)


unittest.main(argv=sys.argv[:1])
