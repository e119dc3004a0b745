#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""defaults_trial_test.py: the rules of tools/defaults-trial find what is wrong, in runs of a program that is made up."""
import json
import os
import subprocess
import sys
import tempfile
import unittest

TOOL = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "tools/defaults-trial")
GOOD = {"flows": 2, "failed": 0, "unfinished": 0, "fabric": "lossless", "drops": 0, "trims": 0, "timeouts": 0,
        "retransmitted_bytes": 0, "pfc_pauses": 0, "ecn_marks": 0, "slowdown": {"min": 1.0}, "efficiency": 0.5,
        "last_fct_us": 20.0, "ideal_us": 10.0}
LIST = """#!/bin/sh
printf 'congestion control (--cc)\\n  dcqcn  x\\n  swift  y\\npath policies (--path)\\n  ecmp  z\\n'
"""
PROGRAM = """#!/bin/sh
for word; do out=$word; done
if [ -f "$0.json" ]; then mkdir -p "$out/runs/x" && cp "$0.json" "$out/runs/x/summary.json"; fi
[ %d = 0 ] || printf 'a sentence' >&2
exit %d
"""


def tried(changes=None, status=0, words=("--only", "dcqcn 1x 10G 1us star"), summary=True):
    with tempfile.TemporaryDirectory() as folder:
        if summary:
            with open(os.path.join(folder, "incast.json"), "w", encoding="utf-8") as file:
                json.dump({**GOOD, **(changes or {})}, file)
        for name, program in (("cc", LIST), ("incast", PROGRAM % (status, status))):
            path = os.path.join(folder, name)
            with open(path, "w", encoding="utf-8") as file:
                file.write(program)
            os.chmod(path, 0o755)
        return subprocess.run([sys.executable, "-B", TOOL, "--bin", folder, "--jobs", "1", *words], capture_output=True,
                              text=True, check=False)


class DefaultsTrial(unittest.TestCase):
    def test_a_good_run(self):
        ran = tried()
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))
        self.assertIn("| dcqcn | 2.00 | 2.00 | - | - | - | - |\n1 runs: 0 break a rule, 0 are poor", ran.stdout)

    def test_each_rule(self):
        for rule, changes in (
                ("ends", {"failed": 1}), ("ends", {"unfinished": 1}), ("lossless", {"drops": 1}),
                ("trimming", {"drops": 1, "fabric": "trimming"}), ("timeout", {"timeouts": 1, "trims": 3}),
                ("timeout", {"retransmitted_bytes": 1}), ("marks", {"pfc_pauses": 2}),
                ("bound", {"slowdown": {"min": 0.99}}), ("bound", {"efficiency": 1.01})):
            ran = tried(changes)
            self.assertEqual(ran.returncode, 1, changes)
            self.assertIn(f"dcqcn star 1x 10G 1us: {rule}: ", ran.stderr)
            self.assertIn(f"| {rule} | dcqcn | 1 | star | 1x | 10G | 1us | ", ran.stdout)

    def test_without_results(self):
        ran = tried(status=2, summary=False)
        self.assertEqual(ran.returncode, 1)
        self.assertIn("ends: status 2: a sentence", ran.stderr)

    def test_what_is_no_fault(self):
        for changes, words in (({"retransmitted_bytes": 9, "trims": 3, "fabric": "trimming"}, ()),
                               ({"drops": 1, "timeouts": 1, "fabric": "lossy"}, ()),
                               ({"pfc_pauses": 2, "ecn_marks": 1}, ()),
                               ({"pfc_pauses": 2}, ("--only", "swift 1x 10G 1us star"))):
            ran = tried(changes, **({"words": words} if words else {}))
            self.assertEqual((ran.returncode, ran.stderr), (0, ""), changes)

    def test_poor_is_a_remark(self):
        ran = tried({"last_fct_us": 500.0})
        self.assertEqual(ran.returncode, 0)
        self.assertIn("50 times the ideal of 10 us: `incast --topology star:hosts=65,gbps=10,link-ns=1000 ", ran.stdout)

    def test_all_of_them(self):
        self.assertIn("\n60 runs: 0 break a rule", tried(words=("--quick",)).stdout)
        self.assertIn("\n24 runs: 0 break a rule", tried(words=("--only", "swift star 8x", "--only", "dcqcn star 8x")).stdout)

    def test_bad_usage(self):
        for words, sentence in ((("--only", "stra"), "--only: there is no 'stra'; there are dcqcn, swift, star, "),
                                (("--jobs", "0"), "--jobs and --first are 1 or more\n"), (("--x",), "unrecognized")):
            ran = tried(words=words)
            self.assertEqual(ran.returncode, 2)
            self.assertIn("tools/defaults-trial: " + sentence, ran.stderr)


unittest.main()
