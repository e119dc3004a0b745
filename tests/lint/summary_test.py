#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The closing line of tools/test, from records as CTest 3.25 writes them (taken from real runs)."""
import os
import subprocess
import sys
import tempfile
import unittest

PASSED = '<testcase name="good" status="run"/>'
FAILED = '<testcase name="bad" status="fail"><failure message=""/></testcase>'
SKIPPED = '<testcase name="later" status="notrun"><skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/></testcase>'
MISSING = '<testcase name="gone" status="notrun"><skipped message="Unable to find executable: x"/></testcase>'
DISABLED = '<testcase name="off" status="disabled"><skipped message="Disabled"/></testcase>'


def summary(cases, ctest_status):
    """Status, and the lines that tools/test-summary.py prints; cases None: no record at all."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "results.xml")
        if cases is not None:
            with open(path, "w", encoding="utf-8") as file:
                file.write(f'<?xml version="1.0"?><testsuite>{"".join(cases)}</testsuite>')
        run = subprocess.run([sys.executable, "test-summary.py", path, str(ctest_status)],
                             stdout=subprocess.PIPE, text=True, check=False)
        return run.returncode, run.stdout.splitlines()


class Summary(unittest.TestCase):
    def test_all_pass(self):
        self.assertEqual(summary([PASSED] * 3, 0), (0, ["3 passed, 0 failed"]))

    def test_failures_are_named(self):
        self.assertEqual(summary([PASSED, FAILED], 8), (1, ["failed: bad", "1 passed, 1 failed"]))

    def test_skipped_and_disabled_are_counted_apart(self):
        self.assertEqual(summary([PASSED, SKIPPED, DISABLED], 0), (0, ["1 passed, 0 failed, 2 skipped"]))

    def test_a_missing_program_has_failed(self):
        self.assertEqual(summary([PASSED, MISSING], 8), (1, ["failed: gone", "1 passed, 1 failed"]))

    def test_nothing_ran_is_a_failure(self):
        for cases in ([], None):
            status, lines = summary(cases, 8)
            self.assertEqual((status, lines[-1]), (1, "0 passed, 1 failed"))

    def test_ctest_failed_though_no_test_did(self):
        status, lines = summary([PASSED], 1)
        self.assertEqual((status, lines[-1]), (1, "1 passed, 1 failed"))


if __name__ == "__main__":
    unittest.main()
