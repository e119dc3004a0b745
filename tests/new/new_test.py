#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""tools/new in a copy of what it edits: the files that it makes, the lines that it adds, what it refuses."""
import glob
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
# Of each kind: the two lists of CMake, the line that a part my-own adds to each, and the files that it makes.
KINDS = {
    "collective": (("workloads/CMakeLists.txt", "add_collective(collectives/my_own.cpp MyOwn)"),
                   ("tests/workloads/CMakeLists.txt", "  my_own_test.cpp"),
                   ["workloads/collectives/my_own.cpp", "tests/workloads/my_own_test.cpp"]),
    "topology": (("topology/CMakeLists.txt", "add_topology(generators/my_own.cpp MyOwn)"),
                 ("tests/topology/CMakeLists.txt", "  my_own_test.cpp"),
                 ["topology/generators/my_own.cpp", "tests/topology/my_own_test.cpp"]),
    "scenario": (("scenarios/CMakeLists.txt", "add_scenario(my-own.cpp MyOwn)"),
                 ("tests/scenarios/CMakeLists.txt", "  my_own_test.cpp"),
                 ["scenarios/my-own.cpp", "tests/scenarios/my_own_test.cpp"]),
}


class New(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = self.folder.name
        includes = [os.path.relpath(each, ROOT) for each in glob.glob(os.path.join(ROOT, "*/include"))]
        lists = {path for kind in KINDS.values() for path, _ in kind[:2]}
        for part in ["tools/new.d", "tools/new-cc.d", *includes]:
            shutil.copytree(os.path.join(ROOT, part), os.path.join(self.root, part))
        for part in [*sorted(lists), "tools/new", "tools/lint.py", ".clang-format"]:
            os.makedirs(os.path.dirname(os.path.join(self.root, part)), exist_ok=True)
            shutil.copy(os.path.join(ROOT, part), os.path.join(self.root, part))

    def tearDown(self):
        self.folder.cleanup()

    def new(self, *words):
        ran = subprocess.run([sys.executable, os.path.join(self.root, "tools/new"), *words], cwd=self.root,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        return ran.returncode, ran.stdout, ran.stderr

    def read(self, path):
        with open(os.path.join(self.root, path), encoding="utf-8") as file:
            return file.read()

    def makes(self, name, kind):
        status, _, said = self.new(name, "--kind", kind)
        self.assertEqual((status, said), (0, ""))

    def fine(self, *words):
        ran = subprocess.run(words, cwd=self.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                             check=False)
        self.assertEqual(ran.returncode, 0, ran.stdout)

    def test_each_kind_joins_the_clone(self):
        for kind, (*lists, files) in KINDS.items():
            before = [self.read(path).splitlines() for path, _ in lists]
            self.makes("my-own", kind)
            for (path, line), old in zip(lists, before):
                self.assertEqual([each for each in self.read(path).splitlines() if each not in old], [line])
            for path in files:
                self.assertIn("MyOwn", self.read(path))
                self.assertNotIn("@", self.read(path))
        self.fine(sys.executable, "tools/lint.py")

    def test_a_collective_comes_last_because_the_first_is_the_default(self):
        self.makes("aardvark", "collective")
        lines = [line for line in self.read("workloads/CMakeLists.txt").splitlines()
                 if line.startswith("add_collective(")]
        self.assertEqual(lines[-1], "add_collective(collectives/aardvark.cpp Aardvark)")

    def test_layout_whatever_the_length_of_the_name(self):
        if shutil.which("clang-format") is None:
            self.skipTest("clang-format is not installed")
        made = []
        for kind, (_, _, files) in KINDS.items():
            for name in ("a", "my-own", "abcdefghi-jklmnopqrs"):
                self.makes(name, kind)
                made += [path.replace("my_own", name.replace("-", "_")).replace("my-own", name) for path in files]
        self.fine("clang-format", "--dry-run", "-Werror", *made)

    def test_a_type_that_is_taken_gets_its_kind(self):  # hpnsim::Transfer, Router, and the built-in Ring
        self.makes("transfer", "collective")
        self.assertIn("add_collective(collectives/transfer.cpp TransferCollective)", self.read("workloads/CMakeLists.txt"))
        self.makes("ring", "collective")
        self.assertIn("add_collective(collectives/ring.cpp RingCollective)", self.read("workloads/CMakeLists.txt"))
        self.makes("router", "topology")
        self.assertIn("add_topology(generators/router.cpp RouterTopology)", self.read("topology/CMakeLists.txt"))

    def test_refusals_change_nothing(self):
        for kind in KINDS:
            self.makes("my-own", kind)
        lists = {path for kind in KINDS.values() for path, _ in kind[:2]}
        before = {path: self.read(path) for path in lists}
        for words, sentence in (
                (["my-own", "--kind", "collective"], "/workloads/collectives/my_own.cpp' exists already"),
                (["my-own", "--kind", "scenario"], "/scenarios/my-own.cpp' exists already"),
                (["topology", "--kind", "scenario"], "'topology' is the name of another program or target"),
                (["My", "--kind", "collective"], "'My' is not a name: small letters and digits, words joined by '-'"),
                (["a", "--kind", "law"], f"--kind law: there are {', '.join(KINDS)}"),
                (["a"], "the following arguments are required: --kind; see new --help"),
                (["a", "b", "--kind", "collective"], "unrecognized arguments: b; see new --help")):
            status, shown, said = self.new(*words)
            self.assertEqual((status, shown), (2, ""), words)
            self.assertTrue(said.startswith("new: "), said)
            self.assertIn(sentence, said)
            self.assertEqual(said.count("\n"), 1, said)
        self.assertEqual(before, {path: self.read(path) for path in lists})

    def test_help_names_every_kind(self):
        status, shown, _ = self.new("--help")
        self.assertEqual(status, 0)
        for kind in KINDS:
            self.assertIn(f"  {kind} ", shown)


if __name__ == "__main__":
    unittest.main()
