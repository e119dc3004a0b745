#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""report_browser_test.py BIN: opens reports in a headless Chromium, wide and narrow, light and dark, and uses them:
sorts, filters, hovers, zooms, moves the slider (report_check.js). Without a Chromium it is skipped: status 77.
"""
import html
import os
import re
import shutil
import subprocess
import sys
import tempfile

programs = os.path.abspath(sys.argv[1])
CHECK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "report_check.js")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
RUNS = {
    "seeds": "incast --topology star --senders 4 --size 100K --cc dcqcn --cc hpcc --seeds 6 --jitter-ns 2000 "
             "--series-us 2 --no-plots --quiet --out {}",
    "tiers": "permutation --ranks 16 --size 200K --cc dcqcn --cc hpcc --series-us 2 --no-plots --quiet --out {}",
    "sweep": "sweep incast --topology star --senders 2,4 --cc dcqcn --cc hpcc --size 50K --seeds 2 --jitter-ns 2000 "
             "--quiet --out {}",
}
WINDOWS = {"wide": ["--window-size=1600,1000"], "narrow": ["--window-size=400,900"],
           "dark": ["--window-size=1200,900", "--blink-settings=preferredColorScheme=0"]}


def opened(browser, page, options, profile):
    """What is wrong with the page in such a window: faults, and what the console says."""
    ran = subprocess.run([browser, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=" + profile,
                          "--enable-logging=stderr", "--v=0", "--virtual-time-budget=5000", "--dump-dom", *options,
                          "file://" + page], capture_output=True, text=True, timeout=300, check=False)
    found = re.search(r'<pre id="check">(.*?)</pre>', ran.stdout, re.S)
    faults = html.unescape(found.group(1)).splitlines() if found else ["the page's scripts did not end"]
    faults = [fault for fault in faults if fault != "passed"]
    return faults + [line for line in ran.stderr.splitlines() if "CONSOLE" in line]


def main():
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not browser:
        print("skipped: no Chromium on the PATH")
        sys.exit(77)
    with open(CHECK, encoding="utf-8") as file:
        check = file.read()
    faults = []
    with tempfile.TemporaryDirectory(prefix=f"hpnsim-browser-{os.getpid()}-") as folder:
        for name, command in RUNS.items():
            out = os.path.join(folder, name)
            words = command.format(out).split()
            subprocess.run([os.path.join(programs, words[0]), *words[1:]], check=True, cwd=folder, timeout=300,
                           capture_output=True)
            with open(os.path.join(out, "report.html"), encoding="utf-8") as file:
                page = file.read().replace("</body>", "<script>" + check + "</script></body>")
            copy = os.path.join(out, "checked.html")
            with open(copy, "w", encoding="utf-8") as file:
                file.write(page)
            for window, options in WINDOWS.items():
                profile = os.path.join(folder, "profile")
                faults += [f"{name}, {window}: {fault}" for fault in opened(browser, copy, options, profile)]
    print("\n".join(faults) or "passed")
    sys.exit(1 if faults else 0)


main()
