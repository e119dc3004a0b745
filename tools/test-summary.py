#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""test-summary.py JUNIT_XML CTEST_STATUS: prints the names of failed tests, then `N passed, N failed[, N skipped]`.

A test that ctest could not start (its program is missing) has failed; one that says of itself that it
skips, or is disabled, is skipped. The exit status is 1 when anything failed or ctest said so.
"""
import sys
import xml.etree.ElementTree as xml

SKIP_MESSAGES = ("SKIP_RETURN_CODE", "SKIP_REGULAR_EXPRESSION")


def verdict(case):
    """What became of one <testcase>: passed, failed or skipped."""
    status = case.get("status")
    if status == "run":
        return "passed"
    if status == "disabled":
        return "skipped"
    skipped = case.find("skipped")
    if status == "notrun" and skipped is not None and skipped.get("message", "").startswith(SKIP_MESSAGES):
        return "skipped"
    return "failed"


def main(path, ctest_status):
    count = {"passed": 0, "failed": 0, "skipped": 0}
    try:
        cases = list(xml.parse(path).getroot().iter("testcase"))
    except (OSError, xml.ParseError) as error:
        print(f"ctest left no readable results: {error}")
        cases = []
    for case in cases:
        outcome = verdict(case)
        count[outcome] += 1
        if outcome == "failed":
            print(f"failed: {case.get('name')}")
    if count["failed"] == 0 and (ctest_status != 0 or not cases):
        print(f"ctest itself ended with status {ctest_status}")
        count["failed"] = 1
    skipped = f", {count['skipped']} skipped" if count["skipped"] else ""
    print(f"{count['passed']} passed, {count['failed']} failed{skipped}")
    return 1 if count["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
