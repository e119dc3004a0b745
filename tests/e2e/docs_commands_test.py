#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""docs_commands_test.py ROOT BIN: the commands of README and docs/ run as they are written, and the links lead somewhere.

A command is a line of a fenced block that begins with one of hpnsim's programs (or VARIABLE=value), with its
continuation lines, or a program with an option in backquotes within a sentence. A block whose first line is `# FILE` is
the text of that file. The commands of a page run in a folder that has the clone's tests/ and build/release/bin/;
--stop-us cuts each short, and status 0 or 3 (unfinished flows, which --stop-us makes) is right. Left out are sketches:
with ..., with a capital or a $ for something to fill in, and what needs an algorithm that the reader has written.
"""
import os
import re
import subprocess
import sys
import tempfile
import unittest

ROOT, BIN = map(os.path.abspath, sys.argv[1:3])
PROGRAMS = ("incast", "allreduce", "alltoall", "collective", "permutation", "failover", "flows", "jobs", "training", "workload",
            "cc", "topology", "bench")
COMMAND = rf"(?:build/release/bin/)?(?:{'|'.join(PROGRAMS)}) "
SKETCH = re.compile(r"\.\.\.|(?<![\w./=-])[A-Z]+\b(?![\w./=-])|=[A-Z]\b|\b[A-Z]:|\|| my-|rate-aimd|hpnsim/bin")
SCENARIO = r"""#!/bin/bash
# Runs the real program for 20 simulated us without plots, and notes a status that is neither 0 nor 3.
name=$(basename "$0") words=()
while [ $# -gt 0 ]; do
    case $1 in --stop-us) shift ;; --quiet | --no-plots) ;; *) words+=("$1") ;; esac
    shift
done
case $name in
cc | topology) ;;
bench) words+=(--help) ;;
*) [[ " ${words[*]} " == *" --help "* ]] || words+=(--stop-us 20 --no-plots --quiet) ;;
esac
"BIN/$name" "${words[@]}" >said 2>&1
status=$?
echo "$name" >>ran
[ $status = 0 ] || [ $status = 3 ] || echo "$name ${words[*]}: status $status: $(tail -n 1 said)" >>failed
"""


def pages():
    """README and all pages under docs/, as paths from ROOT."""
    found = [os.path.join(folder, name) for folder, _, names in os.walk(os.path.join(ROOT, "docs")) for name in names]
    return ["README.md"] + sorted(os.path.relpath(path, ROOT) for path in found if path.endswith(".md"))


def read(page):
    with open(os.path.join(ROOT, page), encoding="utf-8") as file:
        return file.read()


def links(page):
    """The file and the heading that each link of a page names, the file as a path from ROOT, the heading as in a URL."""
    for target in re.findall(r"\]\(([^)\s]+)\)", read(page)):
        if "://" not in target:
            path, _, heading = target.partition("#")
            yield os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page, heading


def headings(page):
    """The headings of a page as GitHub writes them into a URL."""
    text = re.sub(r"^```.*?^```", "", read(page), flags=re.M | re.S)
    return [re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in re.findall(r"^#+ (.+)$", text, re.M)]


def blocks(text):
    return re.findall(r"^```\w*\n(.*?)^```", text, re.M | re.S)


def command_blocks(text):
    """Blocks that may hold commands: a line of an INI file may begin like one."""
    return [block for kind, block in re.findall(r"^```(\w*)\n(.*?)^```", text, re.M | re.S) if kind != "ini"]


def commands(block):
    """The commands of a block, one a string, with the lines that a backslash joins to them."""
    joined = re.sub(r"[ \t]*\\\n\s*", " ", block)
    return [line for line in joined.splitlines() if re.match(rf"{COMMAND}|\w+=\S+$", line)]


def inline(text):
    """The commands within sentences; a line may end anywhere in them."""
    prose = re.sub(r"\s*\n\s*", " ", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))
    return [each for each in re.findall(rf"`({COMMAND}[^`]*)`", prose) if " -" in each]


def script(text):
    """All commands of a page, in its order, as one shell script."""
    lines = []
    for block in command_blocks(text):
        lines += commands(block)
    without_remark = [re.sub(r"\s+# .*", "", line) for line in lines + inline(text)]
    return [line for line in without_remark if not SKETCH.search(re.sub(r"\$\w+|^\w+=", "", line))]


class DocsCommands(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.bin = os.path.join(self.folder.name, "build/release/bin")
        os.makedirs(self.bin)
        for part in ("tests", "scenarios", "tools"):
            os.symlink(os.path.join(ROOT, part), os.path.join(self.folder.name, part))
        for name in PROGRAMS:
            with open(os.path.join(self.bin, name), "w", encoding="utf-8") as file:
                file.write(SCENARIO.replace("BIN", BIN))
            os.chmod(file.name, 0o755)

    def noted(self, name):
        path = os.path.join(self.folder.name, name)
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as file:
            return file.read().splitlines()

    def make_files(self, text):
        for block in blocks(text):
            name = re.match(r"# ([\w-]+\.\w+)\n", block)
            if name:
                with open(os.path.join(self.folder.name, name.group(1)), "w", encoding="utf-8") as file:
                    file.write(block)

    def test_every_page(self):
        for page in pages():
            text = read(page)
            self.make_files(text)
            lines = script(text)
            path = self.bin + os.pathsep + os.environ["PATH"]
            subprocess.run(["bash"], input="\n".join(["enable -n jobs"] + lines), text=True, cwd=self.folder.name,
                           env={**os.environ, "PATH": path}, check=False, timeout=500)
            with self.subTest(page):
                self.assertEqual(self.noted("failed"), [])
                self.assertEqual(len(self.noted("ran")), sum(1 for line in lines if re.match(COMMAND, line)))
            for note in ("ran", "failed"):
                if self.noted(note):
                    os.remove(os.path.join(self.folder.name, note))

    def test_commands_are_found(self):
        self.assertGreaterEqual(len(script(read("README.md"))), 8)
        self.assertGreaterEqual(sum(len(script(read(page))) for page in pages() if "/validation/" in page), 20)
        found = script("text `incast\n--size 1M\n--senders 2` and\n```\nA=b\nincast --topology $A \\\n  --senders 3  # why\n"
                       "incast --cc ...\nflows --flow-file FILE\noutput of it\n```\n")
        self.assertEqual(found, ["A=b", "incast --topology $A --senders 3", "incast --size 1M --senders 2"])

    def test_counts_of_the_judges(self):
        judges = os.path.join(ROOT, "tests/wire/judges.py")
        ran = subprocess.run(["/usr/bin/python3", judges, "summary", os.path.join(BIN, "wire_samples")],
                             capture_output=True, text=True, check=False)
        if ran.returncode == 77:
            self.skipTest(ran.stdout)
        text = read("docs/rocev2.md")
        for line in ran.stdout.splitlines()[-2:]:
            self.assertIn(f"`{line}`", text)

    def test_tools_that_are_named_exist(self):
        for page in pages():
            for name in re.findall(r"[`\n ](tools/[\w.-]+|tests/[\w/-]+\.py)\b", read(page)):
                self.assertTrue(os.path.exists(os.path.join(ROOT, name)), f"{page} names {name}")

    def test_links_lead_somewhere(self):
        for page in pages():
            for path, heading in links(page):
                self.assertTrue(os.path.exists(os.path.join(ROOT, path)), f"{page} links to {path}")
                if heading:
                    self.assertIn(heading, headings(path), f"{page} links to {path}#{heading}")


unittest.main(argv=sys.argv[:1])
