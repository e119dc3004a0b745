#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""sweeps_page_test.py PAGE BIN [--update]: the commands of docs/sweeps.md print what the page says.

A block whose lines begin with `$ ` is a session: each such line is a command, and the lines below are its output. All run in
one new folder, one after the other. --update writes their outputs into the page.
"""
import os
import re
import subprocess
import sys
import tempfile

page, folder_of_programs = map(os.path.abspath, sys.argv[1:3])
BLOCK = re.compile(r"^```\n(\$ .*?)^```", re.M | re.S)


def session(block, folder):
    """The block with what its commands print now."""
    path = folder_of_programs + ":" + os.environ["PATH"]
    lines = []
    for command in [line[2:] for line in block.splitlines() if line.startswith("$ ")]:
        ran = subprocess.run(["bash", "-c", "set -o pipefail; " + command], cwd=folder, env={**os.environ, "PATH": path},
                             capture_output=True, text=True, timeout=300)
        if ran.returncode not in (0, 141):
            sys.exit(f"{command}: status {ran.returncode}: {ran.stderr}")
        lines += ["$ " + command] + ran.stdout.splitlines()
    return "".join(line.rstrip() + "\n" for line in lines)


def without_sizes(text):
    """A folder's size depends on the length of the version's name."""
    return re.sub(r"\d[\d.]* KiB", "KiB", text)


def main():
    with open(page, encoding="utf-8") as file:
        text = file.read()
    with tempfile.TemporaryDirectory(prefix=f"hpnsim-page-{os.getpid()}-") as folder:
        now = BLOCK.sub(lambda found: "```\n" + session(found.group(1), folder) + "```", text)
    if "--update" in sys.argv:
        with open(page, "w", encoding="utf-8") as file:
            file.write(now)
    elif without_sizes(now) != without_sizes(text):
        before, after = without_sizes(text).splitlines(), without_sizes(now).splitlines()
        print("\n".join(f"page: {a}\nnow:  {b}" for a, b in zip(before, after) if a != b))
        sys.exit("docs/sweeps.md is not what its commands print; --update writes it anew")


main()
