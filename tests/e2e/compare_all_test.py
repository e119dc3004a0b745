#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""compare_all_test.py TOOL BIN: tools/compare-all makes its table, goes on where it was, and refuses what is not."""
import os
import subprocess
import sys
import tempfile
import unittest

TOOL, BIN = sys.argv[1:3]


def call(out, *words):
    return subprocess.run([sys.executable, TOOL, "--quick", "--bin", BIN, "--out", out, *words], capture_output=True,
                          text=True, check=False)


class CompareAll(unittest.TestCase):
    def test_table_and_second_call(self):
        with tempfile.TemporaryDirectory() as out:
            words = ("--only", "incast-8", "--cc", "fixed", "--cc", "hpcc:eta=0.9", "--cc", "spray")
            first = call(out, *words)
            self.assertEqual(first.returncode, 0, first.stderr)
            lines = first.stdout.splitlines()
            self.assertEqual(len(lines), 5)
            self.assertTrue(lines[2].startswith("| incast-8 | fixed | 7."), lines[2])
            self.assertTrue(lines[3].startswith("| incast-8 | hpcc:eta=0.9 | 7."), lines[3])
            self.assertIn("there is no congestion control 'spray'", lines[4])
            summary = os.path.join(out, "quick/incast-8/fixed/run/runs/fixed/summary.json")
            made = os.stat(summary).st_mtime_ns
            self.assertEqual(call(out, *words).stdout, first.stdout)
            self.assertEqual(os.stat(summary).st_mtime_ns, made)

    def test_every_law_by_default(self):
        with tempfile.TemporaryDirectory() as out:
            rows = call(out, "--only", "incast-8").stdout
            for law in ("dcqcn", "dctcp", "fixed", "hpcc", "nscc", "swift", "timely"):
                self.assertIn(f"| incast-8 | {law} |", rows)
            self.assertNotIn("| ecmp |", rows)

    def test_further_options(self):
        with tempfile.TemporaryDirectory() as out:
            ran = call(out, "--only", "incast-8", "--cc", "nscc --receiver credit")
            self.assertEqual(ran.returncode, 0, ran.stderr)
            self.assertIn("| incast-8 | nscc --receiver credit | 7.", ran.stdout)

    def test_unknown_law_or_key(self):
        with tempfile.TemporaryDirectory() as parent:
            out = os.path.join(parent, "out")
            for name, sentence in (("dcqnc", "--cc: there is no algorithm 'dcqnc'; the nearest is 'dcqcn'"),
                                   ("hpcc:eta=2", "--cc: eta of 'hpcc': 2 is out of range, 0.01 to 1"),
                                   ("dcqnc --qps 2", "--cc: there is no algorithm 'dcqnc'; the nearest is 'dcqcn'"),
                                   ("nscc 'x", "--cc nscc 'x: No closing quotation")):
                ran = call(out, "--cc", "fixed", "--cc", name)
                self.assertEqual((ran.returncode, ran.stderr), (2, f"tools/compare-all: {sentence}\n"))
            self.assertFalse(os.path.exists(out))

    def test_unknown_case(self):
        with tempfile.TemporaryDirectory() as out:
            ran = call(out, "--only", "incats-8")
            self.assertEqual(ran.returncode, 2)
            self.assertIn("there is no case 'incats-8'; there are incast-8, incast-64,", ran.stderr)


unittest.main(argv=sys.argv[:1])
