#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""tools/pack-inputs.py: the same inputs give the same archive, adding loses none, and what it refuses changes nothing."""
import lzma
import os
import subprocess
import sys
import tarfile
import tempfile
import unittest


class Pack(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.archive = self.path("inputs.tar.xz")

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, path, content, mode=0o644):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
        os.chmod(path, mode)
        return path

    def pack(self, *words):
        return subprocess.run([sys.executable, "pack-inputs.py", *words], capture_output=True, text=True, check=False)

    def packed(self, *words):
        """The bytes of an archive after a call that must work."""
        done = self.pack(*words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.bytes_of(words[0])

    def bytes_of(self, path):
        with open(path, "rb") as file:
            return file.read()

    def inputs(self):
        with tarfile.open(self.archive) as members:
            return {name: members.extractfile(name).read() for name in members.getnames()}

    def test_the_same_inputs_give_the_same_bytes(self):
        for name in "abc":
            self.write(self.path("one", name), name.encode() * 9)
        for name in "cab":
            os.utime(self.write(self.path("two", name), name.encode() * 9, 0o700), (1, 1))
            other = self.packed(self.path("other.tar.xz"), self.path("two", name))
        self.assertEqual(self.packed(self.archive, self.path("one")), other)

    def test_adds_and_keeps(self):
        self.packed(self.archive, self.write(self.path("first"), b""), self.write(self.path("second"), b"\0\xff"))
        self.packed(self.archive, self.write(self.path("new", "third"), b"3"))
        self.assertEqual(self.inputs(), {"first": b"", "second": b"\0\xff", "third": b"3"})

    def test_an_archive_that_has_them_all_is_left_as_it_is(self):
        one = self.write(self.path("one"), b"1")
        self.packed(self.archive, one)
        another_way = self.write(self.archive, lzma.compress(lzma.decompress(self.bytes_of(self.archive)), preset=0))
        before = self.bytes_of(another_way)
        self.assertEqual(self.packed(self.archive, one), before)
        self.assertEqual(self.packed(self.archive), before)

    def test_refuses_and_changes_nothing(self):
        self.packed(self.archive, self.write(self.path("one"), b"1"))
        before = self.bytes_of(self.archive)
        self.write(self.path("deep", "below", "two"), b"2")
        for word, said in ((self.write(self.path("other", "one"), b"2"), "another input has the name one"),
                           (self.path("nothing"), "there is no file or folder"), (self.path("deep"), "below is no file")):
            done = self.pack(self.archive, self.write(self.path("new"), b"3"), word)
            self.assertEqual(done.returncode, 2)
            self.assertIn(said, done.stderr)
            self.assertEqual(self.bytes_of(self.archive), before)
        self.assertEqual(self.pack(self.path("none.tar.xz")).returncode, 2)
        done = self.pack(self.path("one"))
        self.assertEqual(done.returncode, 2)
        self.assertIn("is no .tar.xz archive", done.stderr)

    def test_packing_a_target_again_changes_nothing(self):
        corpus = os.path.join("..", "tests", "fuzz", "corpus")
        for name in os.listdir(corpus):
            with tarfile.open(os.path.join(corpus, name)) as members:
                members.extractall(self.path(name))
            self.assertEqual(lzma.decompress(self.packed(self.path("again-" + name), self.path(name))),
                             lzma.decompress(self.bytes_of(os.path.join(corpus, name))), name)


if __name__ == "__main__":
    unittest.main()
