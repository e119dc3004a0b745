#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""tools/lint.py finds what it should in a small tree made for it, and nothing else."""
import os
import tempfile
import unittest

import lint

LICENCE = "// SPDX-License-Identifier: GPL-2.0-only\n"


class Tree(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = self.folder.name
        self.write("core/include/hpnsim/units.hpp", "")
        self.write("topology/include/hpnsim/fabric.hpp", '#include "hpnsim/units.hpp"\n')

    def tearDown(self):
        self.folder.cleanup()

    def write(self, path, text, licence=LICENCE):
        path = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(licence + text)

    def found(self, check):
        return [line.split(": ")[0] for line in lint.CHECKS[check](self.root)]

    def test_header_names(self):
        self.assertEqual(self.found("headers"), [])
        self.write("topology/include/hpnsim/units.hpp", "")
        self.write("topology/include/hpnsim/detail/fabric.hpp", "")
        self.write("topology/src/units.hpp", "")
        self.assertEqual(self.found("headers"), ["topology/include/hpnsim/units.hpp:1"])

    def test_handlers(self):
        self.write("cc-algorithms/include/hpnsim/cc.hpp",
                   "void (*on_ack)(void* cc);\nHPNSIM_HANDLER(on_timer, int)\n#define X(on_other) 1\n")
        self.write("cc-algorithms/laws/a.cpp", "struct A {\n    void on_ack(Flow&);\n    void on_timer(int);\n"
                   "    void on_timr(int);\n    Reply on_dat(int) const;\n};\n")
        self.assertEqual(self.found("handlers"), ["cc-algorithms/laws/a.cpp:5", "cc-algorithms/laws/a.cpp:6"])

    def test_licence(self):
        self.write("transport/src/a.cpp", "int a;\n", licence="")
        self.write("transport/src/late.cpp", LICENCE, licence="int\nb;\n")
        self.write("tools/script", "", licence="#!/bin/sh\n")
        self.write("tests/data/sample.cpp", "", licence="")
        self.assertEqual(self.found("licence"), ["tools/script:1", "transport/src/a.cpp:1", "transport/src/late.cpp:1"])

    def test_options(self):
        self.write("core/src/a.cpp", 'throw BadInput("ranks: " + x + "--b");\nthrow BadInput("x " + y + "use --ranks");\n'
                   '// says "--ranks"\nauto dashes = "--";\n')
        self.write("topology/tool/main.cpp", 'parse("--mtu");\n')
        self.write("scenarios/a.cpp", 'parse("--mtu");\n')
        self.assertEqual(self.found("options"), ["core/src/a.cpp:2", "core/src/a.cpp:3"])

    def test_heads(self):
        self.write("core/include/hpnsim/units.hpp", "// Units are types here.\n#pragma once\n")
        self.write("topology/include/hpnsim/fabric.hpp", "// A plan is data,\n// and nothing else.\n")
        self.write("core/src/generated.hpp.in", "// CMake makes this.\nint a;\n", licence="// Made.\n" + LICENCE)
        self.write("core/src/none.cpp", '#include "a.hpp"\n// Too late.\n')
        self.write("core/src/blank.cc", "\n// Not right after it.\n")
        self.write("core/src/small.h", "// what it does.\n")
        self.write("core/src/open.cpp.in", "// What it does, e.g.this\n")
        self.write("core/src/data.csv.in", "a,b\n")
        self.assertEqual(self.found("heads"), ["core/src/blank.cc:2", "core/src/none.cpp:2", "core/src/open.cpp.in:2",
                                               "core/src/small.h:2"])

    def test_file_sizes(self):
        self.write("transport/src/long.cpp", "//\n" * 500)
        self.write("transport/src/just.cpp", "//\n" * 499)
        self.assertEqual(self.found("sizes"), ["transport/src/long.cpp:501"])


class Functions(unittest.TestCase):
    def lengths(self, text):
        return list(lint.functions(text))

    def test_plain_and_ns3_style(self):
        self.assertEqual(self.lengths("int f(int a)\n{\n    if (a) {\n    }\n    return a;\n}\n"), [(1, 6)])
        self.assertEqual(self.lengths("\nvoid\nA::B() const\n{\n}\n"), [(2, 4)])

    def test_constructor_with_braced_members(self):
        self.assertEqual(self.lengths("A::A()\n    : a_{1}, b_(2)\n{\n}\n")[-1], (1, 4))

    def test_methods_lambdas_and_namespaces(self):
        text = "namespace a {\nstruct alignas(8) B {\n    int c() { return 1; }\n    int d{2};\n};\n" \
               "auto f(int x) -> int\n{\n    return [&] {\n        return x;\n    }();\n}\n}\n"
        self.assertEqual(self.lengths(text), [(3, 1), (6, 6)])

    def test_braces_that_open_no_function(self):
        self.assertEqual(self.lengths("static const auto a = make({1, 2});\nint b[] = {f(1)};\n"), [])
        self.assertEqual(self.lengths('// void f() {\nconst char* s = "g() {";\n#define H() {\nenum class E { x };\n'), [])

    def test_limit(self):
        body = "    ;\n" * 57
        self.assertEqual(self.lengths("void f()\n{\n" + body + "}\n"), [(1, 60)])


if __name__ == "__main__":
    unittest.main()
