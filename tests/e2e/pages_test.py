#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""pages_test.py ROOT BIN: man pages and bash completion have what the programs say.

The pages go through groff with all its warnings, and bash completes in a shell that has sourced the file.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT, BIN = map(os.path.abspath, sys.argv[1:3])
TRY = r"""
source "$1"
COMP_LINE=$2 COMP_POINT=${#2}
read -ra words <<<"$2"
_hpnsim "${words[0]}"
printf '%s\n' "${COMPREPLY[@]}"
"""


def say(program, *words):
    return subprocess.run([os.path.join(BIN, program), *words], capture_output=True, text=True, check=True).stdout


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix=f"hpnsim-pages-{os.getpid()}-")
        subprocess.run([sys.executable, "-B", os.path.join(ROOT, "tools/pages"), BIN, cls.folder.name], check=True, timeout=500)
        cls.man = os.path.join(cls.folder.name, "man/man1")
        cls.pages = sorted(os.listdir(cls.man))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def complete(self, line, path=BIN):
        script = os.path.join(self.folder.name, "bash-completion/completions/hpnsim")
        ran = subprocess.run(["bash", "-c", TRY, "bash", script, line], capture_output=True, text=True, check=True,
                             env={**os.environ, "PATH": path + ":" + os.environ["PATH"]})
        self.assertEqual(ran.stderr, "")
        return ran.stdout.split()

    def test_every_program_has_a_page(self):
        self.assertEqual([page[:-2] for page in self.pages],
                         ["allreduce", "alltoall", "bench", "cc", "claims", "collective", "explain", "failover", "flows",
                          "incast", "jobs", "permutation", "plot", "runs", "sweep", "topology", "training", "workload"])

    def test_pages_are_good_roff(self):
        if not shutil.which("groff"):
            self.skipTest("no groff")
        for page in self.pages:
            ran = subprocess.run(["groff", "-ww", "-man", "-z", os.path.join(self.man, page)], capture_output=True, text=True,
                                 check=False)
            self.assertEqual((ran.returncode, ran.stderr), (0, ""), page)

    def test_pages_have_every_option_and_word(self):
        for page in self.pages:
            text = say(page[:-2], "--help")
            with open(os.path.join(self.man, page), encoding="utf-8") as file:
                plain = file.read()
            purpose = plain.split(".SH NAME\n")[1].split("\n")[0]
            self.assertRegex(purpose, rf"^{page[:-2]} \\- [^\n]{{10,100}}$")
            for made, meant in (("\\&", ""), ("\\(aq", "'"), ("\\-", "-"), ("\\e", "\\"), ("\\fB", ""), ("\\fR", "")):
                plain = plain.replace(made, meant)
            have = {word.rstrip(".:") for word in re.findall(r"\S+", plain)}
            self.assertEqual({word.rstrip(".:") for word in re.findall(r"\S+", text)} - have, set(), page)
            for option in re.findall(r"^  (--[\w-]+)", text, re.M):
                self.assertTrue(re.search(rf"^\.TP\n{option}", plain, re.M), f"{page} has no entry {option}")

    def test_options_are_completed(self):
        self.assertEqual(self.complete("incast --sen"), ["--senders"])
        self.assertIn("--topology", self.complete("incast -"))
        self.assertEqual(self.complete("runs --col"), ["--columns"])
        self.assertEqual(self.complete("sweep incast --placem"), ["--placement"])
        self.assertEqual(self.complete("sweep incast --proc"), ["--processes"])

    def test_names_and_keys_are_completed(self):
        self.assertEqual(self.complete("incast --cc pow"), ["powertcp"])
        self.assertEqual(self.complete("incast --cc dcqcn:al"), ["alpha-us="])
        self.assertEqual(self.complete("incast --cc dcqcn:preset=v"), ["vendor"])
        self.assertEqual(self.complete("flows --cc=hpcc-"), ["hpcc-pint"])
        self.assertEqual(self.complete("incast --path re"), ["reps"])
        self.assertEqual(self.complete("incast --wire h"), ["hpcc-sim", "htsim"])
        self.assertEqual(self.complete("incast --fabric lossless:alp"), ["alpha="])
        self.assertEqual(self.complete("incast --switch-lb adaptive:lev"), ["levels="])
        self.assertEqual(self.complete("incast --topology rail-"), ["rail-only", "rail-optimised"])
        self.assertEqual(self.complete("incast --also-write hpcc-sim,flo"), ["hpcc-sim,flowmon"])
        self.assertEqual(self.complete("collective --op all_r"), ["all_reduce"])

    def test_words_without_dashes_are_completed(self):
        self.assertEqual(self.complete("topology hpn:segm"), ["segments="])
        self.assertEqual(self.complete("cc theta"), ["theta-powertcp"])
        self.assertEqual(self.complete("plot heat"), ["heat-map"])
        self.assertEqual(self.complete("sweep perm"), ["permutation"])
        self.assertEqual(self.complete("claims dual-p"), ["dual-plane-allreduce"])
        self.assertEqual(self.complete("jobs vic"), ["victim"])

    def test_lists_are_those_of_the_programs(self):
        laws = re.findall(r"^  (\S+)", say("cc", "--list").split("path policies")[0], re.M)
        self.assertEqual(self.complete("incast --cc "), laws)
        topologies = re.findall(r"^(\S+)", say("topology", "--list"), re.M)
        self.assertEqual(self.complete("incast --topology "), topologies)
        self.assertGreaterEqual(len(topologies), 10)

    def test_another_cc_is_left_alone(self):
        with tempfile.TemporaryDirectory(prefix=f"hpnsim-cc-{os.getpid()}-") as other:
            os.symlink("/bin/true", os.path.join(other, "cc"))
            self.assertEqual(self.complete("cc --li", other), [])
        self.assertEqual(self.complete("cc --li"), ["--list"])


unittest.main(argv=sys.argv[:1])
