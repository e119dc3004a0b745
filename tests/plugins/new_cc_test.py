#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""tools/new-cc in a copy of what it edits: the files that it makes, the lines that it adds, what it refuses."""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
LISTS = ("cc-algorithms/CMakeLists.txt", "tests/cc/CMakeLists.txt")


class NewCc(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = self.folder.name
        for part in ("tools/new-cc.d", "cc-algorithms/include", "core/include"):
            shutil.copytree(os.path.join(ROOT, part), os.path.join(self.root, part))
        for part in LISTS + ("tools/new-cc", "tools/lint.py", ".clang-format"):
            os.makedirs(os.path.dirname(os.path.join(self.root, part)), exist_ok=True)
            shutil.copy(os.path.join(ROOT, part), os.path.join(self.root, part))

    def tearDown(self):
        self.folder.cleanup()

    def new_cc(self, *words):
        ran = subprocess.run([sys.executable, os.path.join(self.root, "tools/new-cc"), *words], cwd=self.root,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        return ran.returncode, ran.stdout, ran.stderr

    def read(self, path):
        with open(os.path.join(self.root, path), encoding="utf-8") as file:
            return file.read()

    def makes(self, name, kind):
        before = [self.read(path).splitlines() for path in LISTS]
        status, _, said = self.new_cc(name, "--kind", kind)
        self.assertEqual((status, said), (0, ""))
        after = [self.read(path).splitlines() for path in LISTS]
        return [[line for line in new if line not in old] for old, new in zip(before, after)]

    def fine(self, *words):
        ran = subprocess.run(words, cwd=self.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                             check=False)
        self.assertEqual(ran.returncode, 0, ran.stdout)

    def test_each_kind_joins_the_clone(self):
        self.assertEqual(self.makes("my-law", "cc"), [["add_cc(laws/my-law.cpp MyLaw)"], ["  my-law_test.cpp"]])
        self.assertEqual(self.makes("my-path", "path"), [["add_path(paths/my-path.cpp MyPath)"], ["  my-path_test.cpp"]])
        self.assertEqual(self.makes("zulu", "receiver"), [["add_receiver(receivers/zulu.cpp Zulu)"], ["  zulu_test.cpp"]])
        lines = [line for line in self.read(LISTS[0]).splitlines() if line.startswith(("add_cc(", "add_path("))]
        self.assertEqual(lines, sorted(lines))
        sources = self.read(LISTS[1]).split("hpnsim_test(cc_test ")[1].split("LIBS")[0].split()
        self.assertTrue({"my-law_test.cpp", "my-path_test.cpp", "zulu_test.cpp"} < set(sources))
        self.fine(sys.executable, "tools/lint.py")

    def test_layout_whatever_the_length_of_the_name(self):
        if shutil.which("clang-format") is None:
            self.skipTest("clang-format is not installed")
        for kind in ("cc", "path", "receiver"):
            for name in ("a", "my-own", "abcdefghi-jklmnopqrs"):
                self.makes(f"{kind[0]}{name[1:]}", kind)
        folders = [f"cc-algorithms/{kind}" for kind in ("laws", "paths", "receivers")] + ["tests/cc"]
        made = [os.path.join(folder, each) for folder in folders
                for each in os.listdir(os.path.join(self.root, folder)) if each.endswith(".cpp")]
        self.assertEqual(len(made), 18)
        self.fine("clang-format", "--dry-run", "-Werror", *made)

    def test_a_type_that_is_taken_gets_its_kind(self):  # hpnsim::Flow, and the built-in Swift
        self.assertEqual(self.makes("flow", "cc")[0], ["add_cc(laws/flow.cpp FlowLaw)"])
        self.assertEqual(self.makes("swift", "path")[0], ["add_path(paths/swift.cpp SwiftPath)"])

    def test_refusals_change_nothing(self):
        self.makes("my-law", "cc")
        os.makedirs(os.path.join(self.root, "full"))
        with open(os.path.join(self.root, "full/file"), "w", encoding="utf-8"):
            pass
        before = [self.read(path) for path in LISTS]
        for words, sentence in (
                (["my-law"], "/cc-algorithms/laws/my-law.cpp' exists already"),
                (["My_Law"], "'My_Law' is not a name: small letters and digits, words joined by '-', 20 at most, "
                             "a letter first"),
                (["a" * 21], "is not a name"), (["1a"], "is not a name"), (["a-"], "is not a name"),
                (["../a"], "is not a name"), ([], "arguments are required: NAME; see new-cc --help"),
                (["a", "--kind", "rate"], "--kind rate: there are cc, path, receiver"),
                (["a", "b"], "unrecognized arguments: b; see new-cc --help"),
                (["a", "--plugin", "full"], "'full' exists and is not an empty folder"),
                (["a", "--plugin", "full/file"], "'full/file' exists and is not an empty folder"),
                (["a", "--plugin", ""], "--plugin: the folder is missing"),
                (["a", "--plugin", "/proc/nowhere/a"], "'/proc/nowhere' cannot be used: No such file"),
                (["test", "--plugin", "new"], "'test' is a word of CMake's own; take another")):
            status, shown, said = self.new_cc(*words)
            self.assertEqual((status, shown), (2, ""), words)
            self.assertTrue(said.startswith("new-cc: "), said)
            self.assertIn(sentence, said)
            self.assertEqual(said.count("\n"), 1, said)
        self.assertEqual(before, [self.read(path) for path in LISTS])
        self.assertFalse(os.path.exists(os.path.join(self.root, "new")))

    def test_help(self):
        status, shown, _ = self.new_cc("--help")
        self.assertEqual(status, 0)
        self.assertIn("--plugin DIR", shown)

    def test_project(self):
        status, _, said = self.new_cc("my-law", "--plugin", "project")
        self.assertEqual((status, said), (0, ""))
        self.assertEqual(sorted(os.listdir(os.path.join(self.root, "project"))),
                         ["CMakeLists.txt", "README.md", "answers.csv", "events.csv", "my-law.cpp"])
        for each in os.listdir(os.path.join(self.root, "project")):
            self.assertNotIn("@", self.read(f"project/{each}"))


if __name__ == "__main__":
    unittest.main()
