#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""campaign_rules_test.py: the rules of tools/campaign find what is wrong, in runs of a program that is made up."""
import json
import os
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tools/campaign.d"))
import commands  # noqa: E402
import rules  # noqa: E402

GOOD = {"flows": 2, "completed": 2, "failed": 0, "unfinished": 0, "fabric": "lossless", "path": "ecmp", "drops": 0,
        "retransmitted_bytes": 0, "slowdown": {"min": 1.0}, "efficiency": 1.0}
PROGRAM = """#!/usr/bin/env python3
import os, sys
out = os.path.join(sys.argv[sys.argv.index("--out") + 1], "runs", "x")
watched = "--audit" in sys.argv
os.makedirs(out)
SUMMARY, ROWS, STATUS, SAID, CHANGES = %r
open(os.path.join(out, "summary.json"), "w").write(SUMMARY)
open(os.path.join(out, "flows.csv"), "w").write("# x\\nid,status\\n" + ROWS + ("9,ok\\n" if watched and CHANGES else ""))
open(os.path.join(out, "queues.csv"), "w").write("port,utilisation\\na,1.0\\n")
sys.stderr.write(SAID)
sys.exit(STATUS)
"""


def judged(changes=None, rows="1,ok\n2,ok\n", status=0, said="", differs=False, options=None):
    """What the rules say of a program with this summary, these rows, this status and these words."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "incast")
        with open(path, "w", encoding="utf-8") as file:
            file.write(PROGRAM % ((json.dumps({**GOOD, **(changes or {})}), rows, status, said, differs),))
        os.chmod(path, 0o755)
        outcome = rules.judge(commands.Command("incast", options or {}), folder, folder, 20)
        return {finding.rule for finding in outcome.findings}


class Rules(unittest.TestCase):
    def test_a_good_run(self):
        self.assertEqual(judged(), set())

    def test_each_rule(self):
        failed = {"completed": 1, "failed": 1, "efficiency": None}
        for rule, words in (
                ("ideal", {"changes": {"slowdown": {"min": 0.9998}}}), ("ideal", {"changes": {"efficiency": 1.01}}),
                ("counts", {"changes": {"flows": 3}}), ("counts", {"rows": "1,ok\n"}),
                ("number", {"changes": {"x": {"ideal_us": -1}}}), ("number", {"changes": {"x": float("nan")}}),
                ("efficiency", {"changes": {"unfinished": 1, "completed": 1}, "rows": "1,ok\n2,unfinished\n", "status": 3}),
                ("lossless", {"changes": {"drops": 1}}), ("lossless", {"changes": {"retransmitted_bytes": 1}}),
                ("lossless", {"changes": failed, "rows": "1,ok\n2,RETRY_EXC_ERR\n", "status": 4}),
                ("status", {"status": 3}), ("status", {"status": 4}), ("crash", {"status": 139}),
                ("internal error", {"status": 4, "said": "incast: internal error: std::bad_alloc"}),
                ("sentence", {"status": 2, "said": "one\ntwo"}), ("observer", {"differs": True}),
                ("verify", {"options": {"verify": None}})):
            self.assertIn(rule, judged(**words), words)

    def test_jobs_add_up_and_only_those_that_end_are_awaited(self):
        one = {"flows": 1, "completed": 1, "failed": 0, "unfinished": 0, "delivered_bytes": 0, "slowdown": {"min": 1.0}}
        endless = {**one, "completed": 0, "unfinished": 1}
        params = {"job:a": {}, "job:b": {"repeat": "forever"}}
        rows = "1,ok\n2,unfinished\n"
        jobs = {"completed": 1, "unfinished": 1, "efficiency": None, "params": params, "jobs": {"a": one, "b": endless}}
        self.assertEqual(judged(jobs, rows), set())
        self.assertEqual(judged({**jobs, "params": {"job:a": {}}}, rows), {"status", "lossless"})
        self.assertEqual(judged({**jobs, "jobs": {"a": one}}, rows), {"counts"})
        self.assertEqual(judged({**jobs, "jobs": {"a": {**one, "delivered_bytes": 5}, "b": endless}}, rows), {"goodput"})
        self.assertEqual(judged({**jobs, "jobs": {"a": {**one, "slowdown": {"min": 0.5}}, "b": endless}}, rows), {"ideal"})

    def test_faults_excuse_losses(self):
        self.assertEqual(judged({"drops": 5, "retransmitted_bytes": 5}, options={"loss": "0.1"}), set())

    def test_the_same_seed_makes_the_same_command(self):
        with_all = [commands.make(f"3-{i}", {"dcqcn": commands.Law(), "nscc": commands.Law()}) for i in range(100)]
        for name in set(commands.SCENARIOS):
            self.assertIn(name, {command.scenario for command in with_all})
        self.assertTrue(all("jobs.ini" in command.files for command in with_all if command.scenario == "jobs"))
        laws = {"dcqcn": commands.Law("presets (x)\n  paper  (y)\n"), "nscc": commands.Law()}
        texts = [commands.make(f"3-{i}", laws).text() for i in range(50)]
        self.assertEqual(texts, [commands.make(f"3-{i}", laws).text() for i in range(50)])
        self.assertGreater(len(set(texts)), 45)


unittest.main()
