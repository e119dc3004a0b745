#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""sweep_kills_test.py BIN [KILLS]: a sweep of 108 runs, killed at random (kill -9) and resumed, has the database of one that
nobody disturbed.

The moments are random numbers from a fixed seed, spread over the time that the undisturbed sweep took, so that kills fall into
starting, running and writing alike. After each kill the database is read: a run is there whole or not at all.
"""
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

folder_of_programs = os.path.abspath(sys.argv[1])
KILLS = int(sys.argv[2]) if len(sys.argv) > 2 else 10
SWEEP = ("incast --topology star:hosts=9 --size 8K --senders 1,2,4,8 --cc dcqcn,hpcc,nscc --seeds 9 --jitter-ns 1000 --quiet "
         "--out").split()


def start(out):
    return subprocess.Popen([os.path.join(folder_of_programs, "sweep"), *SWEEP, out], start_new_session=True,
                            stderr=subprocess.PIPE, text=True)


def contents(out):
    """Everything but what the machine adds: how long a run took, and in how much memory."""
    with sqlite3.connect(os.path.join(out, "sweep.sqlite")) as database:
        return {what: database.execute("select " + what).fetchall() for what in (
            "id, label, command, folder, status, exit_status, message from runs", "* from settings order by run, option",
            "* from figures order by run, figure", "* from sizes order by run, smallest_bytes", "* from results")}


def check_whole_rows(out):
    """Each run that has ended has all of its figures, and no other has any."""
    file = os.path.join(out, "sweep.sqlite")
    if not os.path.exists(file):
        return 0
    with sqlite3.connect(file) as database:
        try:
            rows = database.execute("select status, (select count(*) from figures where run = id) from runs").fetchall()
        except sqlite3.OperationalError:  # killed before it had made its tables
            return 0
    for status, figures in rows:
        if (status == "ok") != (figures > 20):
            sys.exit(f"a run that is {status} has {figures} figures")
    return sum(status == "ok" for status, _ in rows)


def main():
    with tempfile.TemporaryDirectory(prefix=f"hpnsim-kills-{os.getpid()}-") as folder:
        whole, cut = os.path.join(folder, "whole"), os.path.join(folder, "cut")
        began = time.monotonic()
        if start(whole).wait() != 0:
            sys.exit("the undisturbed sweep has failed")
        took = time.monotonic() - began
        draw = random.Random(1)
        made = []
        for _ in range(KILLS):
            process = start(cut)
            time.sleep(draw.uniform(0, 2 * took / KILLS))
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            made.append(check_whole_rows(cut))
        process = start(cut)
        said = process.communicate()[1]
        if process.returncode != 0:
            sys.exit(f"resumed: status {process.returncode}: {said}")
        expected, found = contents(whole), contents(cut)
        for what, rows in expected.items():
            if found[what] != rows:
                sys.exit(f"{what}: {len(rows)} rows undisturbed, {len(found[what])} after kills, and they differ")
        runs = next(iter(expected.values()))
        if len(runs) != 108:
            sys.exit(f"{len(runs)} runs are not 108")
        print(f"{len(runs)} runs in {took:.1f} s undisturbed; complete after each kill: {made}; the same at the end")


main()
