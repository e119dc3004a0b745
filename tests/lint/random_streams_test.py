#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Each kind of random stream (core/include/hpnsim/random_streams.hpp) has a number and one place in the code."""
import os
import re
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HEADER = "core/include/hpnsim/random_streams.hpp"
ROOMS = ("core", "cc-algorithms", "transport", "topology", "fabric", "ns3-module", "workloads", "results", "scenarios")


def text_of(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def sources():
    for room in ROOMS:
        for folder, _, names in os.walk(os.path.join(ROOT, room)):
            for name in names:
                if name.endswith((".cpp", ".hpp", ".cc", ".h")):
                    yield os.path.relpath(os.path.join(folder, name), ROOT)


class RandomStreams(unittest.TestCase):
    def setUp(self):
        header = text_of(HEADER)
        body = header[header.index("enum class StreamKind"):header.index("};")]
        self.kinds = re.findall(r"^ +(\w+) = (\w+), +///< .+", body, re.MULTILINE)
        self.assertEqual(len(self.kinds), body.count(" = "), "each kind has a comment on its line")
        array = header[header.index("kStreamKinds[] = {"):]
        self.listed = re.findall(r"StreamKind::(\w+)", array[:array.index("};")])
        self.uses = {}
        for path in sources():
            if path != HEADER:
                for name in re.findall(r"StreamKind(?:::|[{(])(\w*)", text_of(path)):
                    self.uses.setdefault(name, []).append(path)

    def test_the_list_of_all_kinds_is_whole(self):
        self.assertGreater(len(self.kinds), 20)
        self.assertEqual(self.listed, [name for name, _ in self.kinds])

    def test_numbers_differ(self):
        numbers = [int(number, 0) for _, number in self.kinds]
        self.assertEqual(len(set(numbers)), len(numbers))

    def test_each_kind_has_one_place(self):
        for name, _ in self.kinds:
            self.assertEqual(len(self.uses.get(name, [])), 1, f"{name}: {self.uses.get(name)}")

    def test_no_place_has_a_number_of_its_own(self):
        self.assertEqual(set(self.uses) - {name for name, _ in self.kinds}, set())
        for path in sources():
            if path != HEADER:
                for call in re.findall(r"\bstream_of\(([^;]*)", text_of(path)):
                    self.assertRegex(call, r"StreamKind::|kStreams\[", path)


if __name__ == "__main__":
    unittest.main()
