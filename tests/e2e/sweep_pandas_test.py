#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""sweep_pandas_test.py PAGE BIN: the Python lines of docs/sweeps.md make a figure of a sweep's database.

Without pandas and matplotlib the same table is computed with sqlite3 alone, so that the columns are tested anywhere.
"""
import os
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile

page, folder_of_programs = map(os.path.abspath, sys.argv[1:3])
SWEEP = ("incast --topology hpn:segments=1,hosts=9,gpus=1 --size 64K --senders 4,8 --cc dcqcn,hpcc --seeds 5 --jitter-ns 2000 "
         "--quiet --out demo").split()


def means():
    """Of each CC and number of senders: the mean over seeds."""
    groups = {}
    for cc, senders, fct in sqlite3.connect("demo/sweep.sqlite").execute("select cc, senders, fct_us_mean from results"):
        groups.setdefault((cc, senders), []).append(fct)
    return {key: statistics.fmean(values) for key, values in groups.items()}


def main():
    with open(page, encoding="utf-8") as file:
        lines = re.search(r"^```python\n(.*?)^```", file.read(), re.M | re.S).group(1)
    if len(lines.splitlines()) != 3:
        sys.exit("the page promises three lines")
    with tempfile.TemporaryDirectory(prefix=f"hpnsim-pandas-{os.getpid()}-") as folder:
        os.chdir(folder)
        subprocess.run([os.path.join(folder_of_programs, "sweep"), *SWEEP], check=True, capture_output=True)
        expected = means()
        if len(expected) != 4 or not all(1 < mean < 1000 for mean in expected.values()):
            sys.exit(f"these are no completion times in us: {expected}")
        try:
            import matplotlib
            matplotlib.use("Agg")
            import matplotlib.pyplot as pyplot
            import pandas  # noqa: F401
        except ImportError as missing:
            print(f"{missing}: only the columns were tested")
            return
        exec(lines)
        drawn = {(line.get_label(), x): y for line in pyplot.gca().get_lines() for x, y in line.get_xydata()}
        if {key: round(y, 9) for key, y in drawn.items()} != {key: round(y, 9) for key, y in expected.items()}:
            sys.exit(f"drawn: {drawn}, and in the database: {expected}")
        if len(sys.argv) > 3:
            pyplot.savefig(sys.argv[3])
        print("pandas has drawn the figure")


main()
