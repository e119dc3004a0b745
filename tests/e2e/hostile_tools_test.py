#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""hostile_tools_test.py BIN DATA: hostile files and places, one table for each way in which a tool meets them.

Each tool that reads files or run folders is given broken, huge, empty, binary and unreadable ones and folders in
their place; each that writes is given places where it cannot, and results that were there before. It must refuse in
one sentence with status 2, and lose nothing that was there; ended by a signal, it says so in its status and leaves
what it had.
"""
import contextlib
import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

BIN, DATA = map(os.path.abspath, sys.argv[1:3])
LIMIT = 120  # s, far above what any of these needs: only a hang reaches it
NOBODY = 65534
QUIET = "--quiet --no-plots"
RUN = f"incast --topology star --senders 4 --size 20K --cc dcqcn --cc hpcc --series-us 1 {QUIET} --out "
SWEEP = "sweep incast --topology star --senders 2,4 --size 20K --quiet --out "

# Ways to read a file: {} is the file, and what else the tool needs stands there.
FILE_READERS = {
    "sweep": "sweep {} --dry-run",
    "claims": "claims --claims {claims} hostile --out new",
    "jobs": f"jobs {{}} {QUIET} --out new",
    "workload": f"workload --file {{}} --topology star {QUIET} --out new",
    "workload groups": f"workload --file {DATA}/workloads/chakra/custom_ring_8/custom_allreduce --groups {{}} "
                       f"--topology star {QUIET} --out new",
    "training": f"training --config {{}} {QUIET} --out new",
    "training topology": f"training --topology file:path={{}} {QUIET} --out new",
    "failover": f"failover --config {{}} {QUIET} --out new",
    "failover topology": f"failover --topology file:path={{}} {QUIET} --out new",
}
# What only these take: an empty file of options changes nothing, and lists with nothing in them are none.
TAKEN = {("training", "empty"), ("failover", "empty")}

# Ways to read a run folder, and the files of one that each needs.
FOLDER_READERS = {
    "explain {}": ("summary.json", "flows.csv", "queues.csv"),
    "runs {}": ("summary.json",),
    "plot fct-cdf {} --out new.svg": ("summary.json", "flows.csv"),
    "plot heat-map {} --runs dcqcn --out new.svg": ("summary.json", "queues.csv"),
    "plot series {} --of queue --out new.svg": ("summary.json", "series.csv"),
}
STUDY_READERS = ("explain {}", "runs {}", "sweep --show {}", "plot xy {} --x senders --y fct_us_mean --out new.svg")

# Ways to write: {} is where.
WRITERS = {
    "jobs": f"jobs dcqcn-nscc {QUIET} --out {{}}",
    "workload": f"workload --file {DATA}/workloads/chakra/custom_ring_8/custom_allreduce --topology star {QUIET} --out {{}}",
    "training": f"training --model llama-7b:layers=1,hidden=256,heads=8,ffn=256,vocabulary=100 --tp 2 --dp 2 {QUIET} --out {{}}",
    "failover": f"failover --topology hpn:segments=1,hosts=2 --ranks 16 --size 64K {QUIET} --out {{}}",
    "sweep": SWEEP + "{}",
    "claims": "claims --quick planes --quiet --out {}",
}
LONG = {  # minutes, unless they are ended
    "jobs": f"jobs {{jobs}} {QUIET} --out o",
    "workload": f"workload --file {{goal}} --topology star:hosts=2 {QUIET} --out o",
    "training": f"training --model llama-7b --iterations 20 {QUIET} --out o",
    "failover": f"failover --iterations 1000 --size 64M {QUIET} --out o",
    "sweep": "sweep incast --topology star --senders 32,31 --size 1G --quiet --out o",
    "claims": "claims dcn-plus --quiet --out o",
}
RUNS_OF = {"claims": "o/dcn-plus/hpn"}  # where a tool has its runs, if not in o


def write(path, content):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)


def hostile_files():
    """Makers by kind: each puts something at a path."""
    def huge(path):
        write(path, b"")
        os.truncate(path, 300 << 20)

    def unreadable(path):
        write(path, b"senders = 2\n")
        os.chmod(path, 0)

    return {
        "empty": lambda path: write(path, b""),
        "binary": lambda path: write(path, bytes(range(256)) * 40),
        "one-line": lambda path: write(path, b"x" * (3 << 20)),
        "huge": huge,
        "folder": lambda path: os.makedirs(path),
        "missing": lambda path: None,
        "endless": lambda path: os.symlink("/dev/zero", path),
        "link-to-itself": lambda path: os.symlink(path, path),
        "unreadable": unreadable,
    }


def contents(folder):
    """What is in a folder, so that one can tell whether anything was lost or changed."""
    found = {}
    for where, folders, files in os.walk(folder):
        found.update((os.path.join(where, name), "") for name in folders)
        for name in files:
            with contextlib.suppress(OSError), open(os.path.join(where, name), "rb") as file:
                found[os.path.join(where, name)] = hashlib.sha256(file.read()).hexdigest()
    return found


class Hostile(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix=f"hpnsim-hostile-{os.getpid()}-")
        os.chmod(self.folder, 0o777)
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def words(self, line):
        words = line.split()
        return [os.path.join(BIN, words[0]), *words[1:]]

    def call(self, line, stranger=False, **how):
        """Runs a command; as a stranger without rights where asked, because root may read and write anything."""
        rights = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if stranger and os.getuid() == 0 else {}
        return subprocess.run(self.words(line), cwd=self.folder, capture_output=True, text=True, errors="replace",
                              timeout=LIMIT, check=False, **rights, **how)

    def refused(self, line, statuses=(2,), **how):
        ran = self.call(line, **how)
        said = ran.stderr.strip().splitlines()
        self.assertIn(ran.returncode, statuses, f"{line}: {ran.stdout[-300:]}{ran.stderr[-500:]}")
        self.assertEqual(len(said), 1, f"{line}: {ran.stderr[:1000]}")
        self.assertLess(len(ran.stderr), 1500, line)
        self.assertTrue(ran.stderr.startswith(line.split()[0] + ": "), ran.stderr)
        self.assertNotRegex(ran.stderr, "internal error|std::|basic_|terminate|what\\(\\)|[^\\t\\n -~\\u00a0-\\uffff]", line)
        return ran.stderr


class Files(Hostile):
    def test_in_place_of_a_file(self):
        for kind, make in hostile_files().items():
            claims = self.path(kind, "claims")
            file = os.path.join(claims, "hostile.claim")
            os.makedirs(claims)
            make(file)
            for reader, line in FILE_READERS.items():
                with self.subTest(reader=reader, kind=kind):
                    if (reader, kind) in TAKEN:
                        continue
                    command = line.format(file, claims=claims)
                    self.refused(command, stranger=kind == "unreadable")
                    self.assertFalse(os.path.exists(self.path("new")), command)


class Folders(Hostile):
    """One broken file among good ones. A file that is not there, or a link that leads nowhere, is as if the run had
    not written it: that is no mistake, and the other run is shown."""

    def test_a_file_of_a_run_folder(self):
        self.assertEqual(self.call(RUN + "good").returncode, 0)
        good = contents(self.path("good"))
        for reader, files in FOLDER_READERS.items():
            for name in files:
                for kind, make in hostile_files().items():
                    if kind in ("missing", "link-to-itself"):
                        continue
                    with self.subTest(reader=reader, file=name, kind=kind):
                        shutil.copytree(self.path("good"), self.path("bad"))
                        target = self.path("bad/runs/dcqcn", name)
                        os.remove(target)
                        make(target)
                        said = self.refused(reader.format("bad"), stranger=kind == "unreadable")
                        self.assertIn("bad/runs/dcqcn/" + name, said)
                        self.assertFalse(os.path.exists(self.path("new.svg")))
                        shutil.rmtree(self.path("bad"))
        self.assertEqual(contents(self.path("good")), good)

    def test_what_is_missing_is_named(self):
        self.assertEqual(self.call(RUN + "o").returncode, 0)
        os.remove(self.path("o/runs/dcqcn/flows.csv"))
        ran = self.call("plot fct-cdf o --out new.svg")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertIn("they have nothing: dcqcn", ran.stdout)

    def test_a_database(self):
        self.assertEqual(self.call(SWEEP + "good").returncode, 0)
        for reader in STUDY_READERS:
            for kind, make in hostile_files().items():
                if kind in ("missing", "link-to-itself"):
                    continue
                with self.subTest(reader=reader, kind=kind):
                    shutil.copytree(self.path("good"), self.path("bad"))
                    target = self.path("bad/sweep.sqlite")
                    os.remove(target)
                    make(target)
                    self.assertIn("bad/sweep.sqlite", self.refused(reader.format("bad"), stranger=kind == "unreadable"))
                    shutil.rmtree(self.path("bad"))

    def test_no_folder_at_all(self):
        write(self.path("file"), b"text")
        os.mkdir(self.path("empty"))
        os.symlink("loop", self.path("loop"))
        os.mkdir(self.path("closed"), 0)
        for reader in (*FOLDER_READERS, *STUDY_READERS):
            for folder in ("file", "empty", "none", "loop", "closed", "/dev/null", "x" * 5000):
                with self.subTest(reader=reader, folder=folder[:10]):
                    self.refused(reader.format(folder), stranger=folder == "closed")


class Places(Hostile):
    """Where nothing can be written: refused at once, and what is there stays."""

    def test_where_nothing_can_be_written(self):
        write(self.path("file"), b"text")
        write(self.path("other/notes.txt"), b"mine")
        write(self.path("readonly/notes.txt"), b"mine")
        os.chmod(self.path("readonly"), 0o555)
        os.symlink("loop", self.path("loop"))
        before = contents(self.folder)
        for writer, line in WRITERS.items():
            for place in ("file", "file/below", "readonly", "readonly/below", "loop", "/proc/none", "/dev/null", "x" * 300):
                with self.subTest(writer=writer, place=place[:20]):
                    self.refused(line.format(place), stranger=place.startswith("readonly"))
                    self.assertEqual(contents(self.folder), before)

    def test_pictures(self):
        self.assertEqual(self.call(RUN + "o").returncode, 0)
        write(self.path("readonly/old.svg"), b"old")
        os.chmod(self.path("readonly/old.svg"), 0o444)
        os.chmod(self.path("readonly"), 0o555)
        os.makedirs(self.path("folder.svg"))
        before = contents(self.folder)
        for place in ("readonly/new.svg", "readonly/old.svg", "folder.svg", "/dev/full.svg", "x" * 300 + ".svg"):
            with self.subTest(place=place[:20]):
                self.refused("plot fct-cdf o --out " + place, stranger=True)
                self.assertEqual(contents(self.folder), before)

    def test_a_picture_stays_where_gnuplot_fails(self):
        self.assertEqual(self.call(RUN + "o").returncode, 0)
        os.mkdir(self.path("path"))
        os.symlink("/bin/false", self.path("path/gnuplot"))
        for name in ("old.svg", "old.gp"):
            write(self.path(name), b"old")
        before = contents(self.folder)
        for path in ("path", "none"):
            with self.subTest(path=path):
                self.refused("plot fct-cdf o --out old.svg", statuses=(4,), env={"PATH": self.path(path)})
                self.assertEqual(contents(self.folder), before)

    def test_a_report(self):
        """What stands where a sweep's report should go stays, and what the runs have found is kept."""
        self.assertEqual(self.call(SWEEP + "o").returncode, 0)
        before = contents(self.path("o/runs"))
        os.remove(self.path("o/report.html"))
        write(self.path("o/report.html/notes.txt"), b"mine")
        self.assertIn("o/report.html", self.refused(SWEEP + "o"))
        self.assertEqual(contents(self.path("o/runs")), before)
        self.assertTrue(os.path.exists(self.path("o/report.html/notes.txt")))
        self.assertIn("ok", self.call("runs o").stdout)

    def test_results_that_are_there(self):
        """What a tool cannot begin costs no earlier results."""
        for writer, line in WRITERS.items():
            with self.subTest(writer=writer):
                ran = self.call(line.format("o"))
                self.assertEqual(ran.returncode, 0, ran.stderr)
                before = contents(self.path("o"))
                self.refused(line.format("o") + " --fabrik lossless")
                self.assertEqual(contents(self.path("o")), before)
                shutil.rmtree(self.path("o"))


class Signals(Hostile):
    def test_end_a_tool_with_what_it_has(self):
        write(self.path("jobs.txt"), b"topology = star\n[a]\nscenario = incast\nranks = 0-16\nsize = 64G\n")
        write(self.path("long.goal"), b"num_ranks 2\nrank 0 {\nl1: send 64000000000b to 1 tag 1\n}\n"
                                      b"rank 1 {\nl1: recv 64000000000b from 0 tag 1\n}\n")
        for writer, line in LONG.items():
            for number in (signal.SIGINT, signal.SIGTERM):
                with self.subTest(writer=writer, signal=number):
                    command = self.words(line.format(jobs="jobs.txt", goal="long.goal"))
                    tool = subprocess.Popen(command, cwd=self.folder, stderr=subprocess.PIPE, text=True)
                    started = time.monotonic()
                    while not self.begun() and tool.poll() is None and time.monotonic() < started + LIMIT:
                        time.sleep(0.02)
                    tool.send_signal(number)
                    said = tool.communicate(timeout=LIMIT)[1]
                    self.assertEqual(tool.returncode, 130, said)
                    self.assertIn("interrupted", said)
                    self.assertNotIn("internal error", said)
                    self.assertEqual(self.call("runs " + RUNS_OF.get(writer, "o")).returncode, 0)
                    shutil.rmtree(self.path("o"))

    def begun(self):
        return any("flows.csv" in files for _, _, files in os.walk(self.path("o")))


unittest.main(argv=sys.argv[:1] + sys.argv[3:])
