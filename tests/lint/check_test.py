#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""tools/check --all in a small tree: clang-tidy finds what is planted there, remembers what passed, and looks again
at whatever has changed."""
import json
import os
import shutil
import subprocess
import tempfile
import unittest

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
LICENCE = "// SPDX-License-Identifier: GPL-2.0-only\n// A file of the small tree.\n"
CLEAN = "#pragma once\ninline int* nothing()\n{\n    return nullptr;\n}\n"
FAULT = CLEAN.replace("nullptr", "0")  # modernize-use-nullptr
SETTINGS = "Checks: '-*,modernize-use-nullptr'\nWarningsAsErrors: '*'\nHeaderFilterRegex: '.*'\n"
COUNTING = '#!/bin/sh\ncase "$*" in *.cpp*) echo "$2" >>"{log}" ;; esac\nexec {real} "$@"\n'
NEEDED = ["clang-tidy", "clang-format", "git", "c++"]


@unittest.skipUnless(all(map(shutil.which, NEEDED)), f"needs {', '.join(NEEDED)}")
class Check(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = os.path.realpath(folder.name)
        self.log = self.path("analysed")
        for part in ("tools", ".ci"):
            shutil.copytree(os.path.join(ROOT, part), self.path(part))
        shutil.copy(os.path.join(ROOT, ".clang-format"), self.root)
        self.write(".clang-tidy", SETTINGS)
        self.write("core/both.hpp", LICENCE + CLEAN)
        for name in ("one", "two"):
            self.write(f"core/{name}.cpp", f'{LICENCE}#include "both.hpp"\nint* {name}()\n{{\n    return nothing();\n}}\n')
        self.write("core/uncompiled.cpp", LICENCE + FAULT.replace("#pragma once\n", ""))
        self.compile_with([])
        self.tool("clang-tidy", COUNTING.format(log=self.log, real=shutil.which("clang-tidy")))
        for slow in ("shellcheck", "codespell"):  # not the matter here
            self.tool(slow, "#!/bin/sh\n")
        for command in (["init", "-q"], ["add", "core", "tools", ".ci"]):
            subprocess.run(["git", *command], cwd=self.root, check=True)

    def path(self, name):
        return os.path.join(self.root, name)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def tool(self, name, text):
        self.write(f"bin/{name}", text)
        os.chmod(self.path(f"bin/{name}"), 0o755)

    def compile_with(self, options):
        entries = [{"directory": self.root, "file": self.path(f"core/{name}.cpp"),
                    "command": " ".join(["c++", *options, "-o", f"{name}.o", "-c", self.path(f"core/{name}.cpp")])}
                   for name in ("one", "two")]
        self.write("build/some/compile_commands.json", json.dumps(entries))

    def check(self):
        """Runs the tool: its status, what it printed, and the files that clang-tidy analysed."""
        if os.path.exists(self.log):
            os.remove(self.log)
        environment = {**os.environ, "PATH": self.path("bin") + os.pathsep + os.environ["PATH"]}
        run = subprocess.run([self.path("tools/check"), "--all"], env=environment, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, check=False)
        if not os.path.exists(self.log):
            return run.returncode, run.stdout, []
        with open(self.log, encoding="utf-8") as file:
            return run.returncode, run.stdout, sorted(os.path.basename(line) for line in file.read().splitlines())

    def passes(self, analysed):
        status, text, files = self.check()
        self.assertEqual((status, files), (0, analysed), text)

    def finds(self, what, analysed):
        status, text, files = self.check()
        self.assertEqual((status, files), (1, analysed), text)
        self.assertEqual(text.count(f"{what}: error: use nullptr"), 1, text)

    def test_a_pass_is_remembered_until_a_header_changes(self):
        both = ["one.cpp", "two.cpp"]
        self.passes(both)
        self.passes([])
        self.write("core/both.hpp", LICENCE + FAULT)
        self.finds("both.hpp:6:12", both)
        self.finds("both.hpp:6:12", both)  # only passes are remembered
        self.write("core/both.hpp", LICENCE + CLEAN)
        self.passes([])

    def test_a_file_that_changes_is_analysed_alone(self):
        self.write("core/two.cpp", LICENCE + FAULT.replace("#pragma once\n", "").replace("inline ", ""))
        self.finds("two.cpp:5:12", ["one.cpp", "two.cpp"])
        self.finds("two.cpp:5:12", ["two.cpp"])  # an interrupted run goes on likewise

    def test_settings_and_commands_count(self):
        self.passes(["one.cpp", "two.cpp"])
        self.compile_with(["-DOTHER"])
        self.passes(["one.cpp", "two.cpp"])
        self.write("core/.clang-tidy", "InheritParentConfig: true\nChecks: 'modernize-use-override'\n")
        self.passes(["one.cpp", "two.cpp"])
        self.passes([])

    def test_what_does_not_compile_is_a_finding(self):
        self.write("core/two.cpp", LICENCE + '#include "none.hpp"\n')
        for files in (["one.cpp", "two.cpp"], ["two.cpp"]):
            status, text, analysed = self.check()
            self.assertEqual((status, analysed), (1, files), text)
            self.assertIn("'none.hpp' file not found", text)


if __name__ == "__main__":
    unittest.main()
