#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""cmake/HpnsimVersion.cmake finds the version of a clone, and of a copy that is none."""
import os
import subprocess
import tempfile
import unittest

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../cmake/HpnsimVersion.cmake")


class Version(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.source = os.path.join(self.folder.name, "source")
        self.out = os.path.join(self.folder.name, "version.cpp")
        os.mkdir(self.source)

    def tearDown(self):
        self.folder.cleanup()

    def git(self, *words, at=None):
        command = ["git", "-C", at or self.source, "-c", "user.name=t", "-c", "user.email=t@t", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def write(self, text):
        with open(os.path.join(self.source, "file"), "w", encoding="utf-8") as file:
            file.write(text)

    def commit(self):
        self.git("init", "-q")
        self.write("a")
        self.git("add", "file")
        self.git("commit", "-qm", "one")

    def version(self, source=None, more=(), **environment):
        subprocess.run(["cmake", f"-DSOURCE={source or self.source}", "-DFALLBACK=1.2.3", f"-DOUT={self.out}",
                        *more, "-P", SCRIPT],
                       check=True, env={**os.environ, **environment})
        with open(self.out, encoding="utf-8") as file:
            return file.read().split('return "')[1].split('"')[0]

    def test_without_a_clone(self):
        self.assertEqual(self.version(), "1.2.3")

    def test_in_somebody_elses_clone(self):
        self.commit()
        inner = os.path.join(self.source, "inner")
        os.mkdir(inner)
        self.assertEqual(self.version(inner), "1.2.3")

    def test_without_a_commit(self):
        self.git("init", "-q")
        self.assertEqual(self.version(), "1.2.3")

    def test_without_git(self):
        self.commit()
        self.assertEqual(self.version(more=["-DGIT=GIT-NOTFOUND", "-DCMAKE_FIND_USE_CMAKE_SYSTEM_PATH=OFF",
                                            "-DCMAKE_FIND_USE_SYSTEM_ENVIRONMENT_PATH=OFF"]), "1.2.3")

    def test_of_a_clone(self):
        self.commit()
        short = self.git("rev-parse", "--short", "HEAD")
        self.assertEqual(self.version(), short)
        self.write("b")
        self.assertEqual(self.version(), short + "-dirty")

    def test_of_a_tag_and_after_it(self):
        self.commit()
        self.git("tag", "v9")
        self.assertEqual(self.version(), "v9")
        self.write("b")
        self.git("commit", "-qam", "two")
        self.assertEqual(self.version(), "v9-1-g" + self.git("rev-parse", "--short", "HEAD"))

    def test_a_hooks_environment_does_not_count(self):
        self.commit()
        self.assertEqual(self.version(GIT_DIR=self.folder.name), self.git("rev-parse", "--short", "HEAD"))

    def test_is_written_only_when_it_changes(self):
        self.commit()
        self.version()
        os.utime(self.out, (1, 1))
        self.version()
        self.assertEqual(os.stat(self.out).st_mtime, 1)
        self.write("b")
        self.version()
        self.assertNotEqual(os.stat(self.out).st_mtime, 1)


if __name__ == "__main__":
    unittest.main()
