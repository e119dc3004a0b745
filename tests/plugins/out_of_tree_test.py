#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""hpnsim is installed into a new folder, and plug-ins that new-cc makes are built against it, tested and run.

HPNSIM_BUILD names the build to install. Of the clone one algorithm is used after that, to be built as a plug-in.
"""
import glob
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import unittest

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))


def run(*words, **options):
    ran = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    return ran.returncode, ran.stdout


class OutOfTree(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = tempfile.mkdtemp(prefix="hpnsim-plugins-")
        cls.prefix = os.path.join(cls.root, "installed")
        status, text = run("cmake", "--install", os.environ["HPNSIM_BUILD"], "--prefix", cls.prefix)
        if status != 0:
            raise RuntimeError(text)
        cls.new_cc = os.path.join(cls.prefix, "share/hpnsim/new-cc")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.root)

    def program(self, name):
        return os.path.join(self.prefix, "bin", name)

    def made(self, name, kind):
        """The library of a fresh project, built, its own tests passed."""
        folder = os.path.join(self.root, name)
        self.succeeds(self.new_cc, name, "--kind", kind, "--plugin", folder)
        build = os.path.join(folder, "build")
        self.succeeds("cmake", "-S", folder, "-B", build, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={self.prefix}")
        self.succeeds("cmake", "--build", build)
        text = self.succeeds("ctest", "--test-dir", build, "--output-on-failure", "-j2")
        self.assertIn("100% tests passed", text)
        return os.path.join(build, f"lib{name}.so")

    def succeeds(self, *words):
        status, text = run(*words, cwd=self.root)
        self.assertEqual(status, 0, f"{words}\n{text}")
        return text

    def needs_nothing_of_the_host(self, library, slot):
        shown = self.succeeds("nm", "-D", "--defined-only", "--format=just-symbols", library).split()
        self.assertEqual(shown, [f"hpnsim_plugin_{slot}"])
        wanted = self.succeeds("nm", "-DC", "--undefined-only", library)
        self.assertNotIn("hpnsim", wanted)
        self.assertNotIn("not found", self.succeeds("ldd", "-r", library))

    def test_rate_law(self):
        library = self.made("my-law", "cc")
        self.needs_nothing_of_the_host(library, "cc")
        self.assertIn("my-law", self.succeeds(self.program("cc"), "--plugin", library, "--list"))
        self.succeeds(self.program("incast"), "--topology", "star", "--senders", "4", "--size", "64K", "--no-plots",
                      "--quiet", "--plugin", library, "--cc", "my-law", "--cc", "dcqcn", "--out", "out")
        self.assert_recorded(glob.glob(f"{self.root}/out/runs/my-law/summary.json")[0], "my-law", library)
        with open(f"{self.root}/out/runs/dcqcn/summary.json", encoding="utf-8") as file:
            self.assertNotIn("plugin:", file.read())

    def assert_recorded(self, summary, name, library):
        with open(summary, encoding="utf-8") as file:
            recorded = json.load(file)["params"][f"plugin:{name}"]
        with open(library, "rb") as file:
            self.assertEqual(recorded, {"file": library, "sha256": hashlib.sha256(file.read()).hexdigest()})

    def test_path_policy(self):
        library = self.made("my-path", "path")
        self.needs_nothing_of_the_host(library, "path")
        self.succeeds(self.program("incast"), "--topology", "star", "--senders", "2", "--size", "64K", "--no-plots",
                      "--quiet", "--plugin-path", os.path.dirname(library), "--cc", "nscc", "--path", "my-path",
                      "--out", "by-path")
        self.assert_recorded(glob.glob(f"{self.root}/by-path/runs/*/summary.json")[0], "my-path", library)

    def test_receiver_policy(self):
        self.needs_nothing_of_the_host(self.made("my-receiver", "receiver"), "receiver")

    def test_a_built_in_law_is_the_same_as_a_plugin(self):
        with open(os.path.join(ROOT, "cc-algorithms/laws/dcqcn.cpp"), encoding="utf-8") as file:
            text = file.read()
        source, library = os.path.join(self.root, "again.cpp"), os.path.join(self.root, "libdcqcn-again.so")
        self.assertIn('info{"dcqcn"', text)
        with open(source, "w", encoding="utf-8") as file:
            file.write(text.replace('info{"dcqcn"', 'info{"dcqcn-again"'))
        self.succeeds("g++", "-std=c++17", "-O2", "-ffp-contract=off", "-fPIC", "-shared", "-I",
                      os.path.join(self.prefix, "include"), source, "-o", library)
        self.succeeds(self.program("incast"), "--topology", "star", "--senders", "16", "--size", "1M", "--no-plots",
                      "--quiet", "--plugin", library, "--cc", "dcqcn", "--cc", "dcqcn-again", "--out", "same")
        rows = []
        for name in ("dcqcn", "dcqcn-again"):
            with open(f"{self.root}/same/runs/{name}/flows.csv", encoding="utf-8") as file:
                rows.append([line for line in file if not line.startswith("#")])
        self.assertEqual(len(rows[0]), 17)
        self.assertEqual(rows[0], rows[1])

    def test_what_is_installed_compiles_by_hand(self):
        source, library = os.path.join(self.root, "hand.cpp"), os.path.join(self.root, "libhand.so")
        self.succeeds(self.new_cc, "hand", "--plugin", os.path.join(self.root, "hand"))
        shutil.copy(os.path.join(self.root, "hand/hand.cpp"), source)
        self.succeeds("g++", "-std=c++17", "-O2", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-I",
                      os.path.join(self.prefix, "include"), source, "-o", library)
        self.assertIn("state ", self.succeeds(self.program("cc"), "--plugin", library, "hand"))

    def test_headers_are_whole(self):
        for header in sorted(glob.glob(f"{self.prefix}/include/hpnsim/*.hpp")):
            with self.subTest(header):
                self.succeeds("g++", "-std=c++17", "-fsyntax-only", "-Wall", "-Wno-pragma-once-outside-header",
                              "-I", os.path.join(self.prefix, "include"), "-x", "c++", "-include", header, "/dev/null")

    def test_installed_scaffold_knows_no_clone(self):
        status, text = run(self.new_cc, "my-law")
        self.assertEqual((status, text), (2, "new-cc: this is an installed hpnsim, which algorithms join as "
                                             "plug-ins: new-cc NAME --plugin DIR\n"))

    def test_not_beside_the_compiler(self):
        staged = os.path.join(self.root, "staged")  # in case it does install
        status, text = run("cmake", "--install", os.environ["HPNSIM_BUILD"], "--prefix", "/usr/local",
                           env={**os.environ, "DESTDIR": staged})
        self.assertEqual(status, 1)
        self.assertIn("would hide the C compiler", " ".join(text.split()))
        self.assertFalse(os.path.exists(staged))


if __name__ == "__main__":
    unittest.main()
