#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""check.d/tidy.py BUILD: runs clang-tidy on the C++ files that standard input names, one a line relative to the current
folder, compiled as the folder BUILD says.

Clang-tidy takes seconds a file, so a file that passed is remembered in build/tidy, with a digest of all that its result
depends on: its text, that of every header it includes, the .clang-tidy files above them, the compile command and the
version of clang-tidy. While the digest stays the same, the file is not analysed again. An interrupted run thus goes on
where it was. A file that is compiled in several ways is analysed in the first; one that BUILD does not compile
is left out. Each finding is printed once, though many files may include its header. Status 1: something was found.
"""
import concurrent.futures
import functools
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import time

ROOT = os.getcwd()
PASSED = os.path.join(ROOT, "build", "tidy")
SECONDS_BETWEEN_REMARKS = 15


def say(text):
    print(f"tools/check: clang-tidy: {text}", file=sys.stderr, flush=True)


def commands(build):
    """Of each file, the folder in which it is compiled and the arguments, without the compiler, input and output."""
    found = {}
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        for entry in json.load(file):
            compiler, *words = shlex.split(entry["command"])
            after_o = {n + 1 for n, word in enumerate(words) if word == "-o"}
            kept = [word for n, word in enumerate(words)
                    if n not in after_o and word not in ("-o", "-c", entry["file"])]
            found.setdefault(entry["file"], (entry["directory"], compiler, kept))
    return found


def inputs(path, folder, compiler, arguments):
    """The files that the compiler reads for `path`, and each place above them where a .clang-tidy counts if there is
    one; nothing if it does not compile."""
    run = subprocess.run([compiler, *arguments, "-M", path], cwd=folder, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        return []
    read = run.stdout.replace("\\\n", " ").partition(":")[2].split()
    read = {os.path.normpath(os.path.join(folder, each)) for each in read}
    settings = set()
    for above in {os.path.dirname(each) for each in read if each.startswith(ROOT + os.sep)}:
        while above.startswith(ROOT) and above not in settings:
            settings.add(above)
            above = os.path.dirname(above)
    return sorted(read) + sorted(os.path.join(above, ".clang-tidy") for above in settings)


@functools.lru_cache(maxsize=None)
def digest_of_content(path, _size, _changed):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def digest(common, paths):
    whole = hashlib.sha256(common.encode())
    for path in paths:
        try:
            stat = os.stat(path)
            content = digest_of_content(path, stat.st_size, stat.st_mtime_ns)
        except FileNotFoundError:
            content = "none"
        whole.update(f"{path} {content}\n".encode())
    return whole.hexdigest()


class Unit:
    """A file to analyse, and what is remembered of it."""

    def __init__(self, path, command, version):
        self.path, self.command = path, command
        self.common = f"{version} {path} {command}\n"
        self.memory = os.path.join(PASSED, os.path.relpath(path, ROOT).replace(os.sep, "+"))

    def passed(self):
        try:
            with open(self.memory, encoding="utf-8") as file:
                was, *paths = file.read().splitlines()
        except (FileNotFoundError, ValueError):
            return False
        return digest(self.common, paths) == was

    def analyse(self):
        """What clang-tidy finds, as text; empty if the file passes."""
        folder, _, arguments = self.command
        paths = inputs(self.path, *self.command)
        before = digest(self.common, paths)
        run = subprocess.run(["clang-tidy", "--quiet", self.path, "--", *arguments], cwd=folder,
                             capture_output=True, text=True, check=False)
        if run.returncode != 0:
            noise = re.compile(r"\d+ warnings?.* (generated|treated as errors)\.?$")
            remarks = [line for line in run.stderr.splitlines() if not noise.match(line)]
            return run.stdout + "\n".join(remarks) or f"{self.path}: clang-tidy ended with status {run.returncode}\n"
        if paths and digest(self.common, paths) == before:  # nobody edited them meanwhile
            with open(self.memory + ".new", "w", encoding="utf-8") as file:
                file.write("\n".join([before, *paths]))
            os.replace(self.memory + ".new", self.memory)
        return ""


class Progress:
    """Says now and then how far the run is."""

    def __init__(self, total):
        self.total, self.done, self.start = total, 0, time.monotonic()
        self.said = self.start

    def step(self):
        self.done += 1
        now = time.monotonic()
        if now - self.said >= SECONDS_BETWEEN_REMARKS and self.done < self.total:
            self.said = now
            left = (now - self.start) / self.done * (self.total - self.done)
            say(f"{self.done} of {self.total} files, about {left / 60:.0f} min left")


def print_new(text, printed):
    """Prints those findings in `text`, each with its notes, that were not printed before."""
    for finding in re.split(r"(?m)^(?=\S+:\d+:\d+: (?:error|warning): )", text):
        if finding.strip() and finding not in printed:
            printed.add(finding)
            print(finding.rstrip("\n"), flush=True)


def analyse_all(units):
    """True if nothing was found."""
    found, printed, progress = 0, set(), Progress(len(units))
    pool = concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0)))
    try:
        for result in concurrent.futures.as_completed([pool.submit(unit.analyse) for unit in units]):
            found += bool(result.result())
            print_new(result.result(), printed)
            progress.step()
    finally:
        pool.shutdown(cancel_futures=True)
    if found:
        say(f"findings in {found} of {len(units)} files")
    return found == 0


def main():
    known = commands(sys.argv[1])
    version = subprocess.run(["clang-tidy", "--version"], capture_output=True, text=True, check=True).stdout
    os.makedirs(PASSED, exist_ok=True)
    paths = [os.path.join(ROOT, line.rstrip("\n")) for line in sys.stdin]
    units = [Unit(path, known[path], version) for path in paths if path in known]
    to_do = [unit for unit in units if not unit.passed()]
    if len(units) > len(to_do):
        say(f"{len(units) - len(to_do)} of {len(units)} files passed before and have not changed")
    return 0 if analyse_all(to_do) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
