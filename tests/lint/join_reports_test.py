#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""tools/join-reports.py: both reports inside one page, and no reference of one reaches into the other."""
import os
import re
import subprocess
import sys
import tempfile
import unittest

REPORT = """<html><head><title>run {0}</title><style>p {{ color: red }}</style></head><body><h1>run {0}</h1>
<svg><style>.x {{}}</style><g id="plot">
</g><circle id='dot'/><use href="#dot"/><use xlink:href='#plot'/><rect fill="url(#plot)"/></svg></body></html>"""


class Join(unittest.TestCase):
    def joined(self):
        with tempfile.TemporaryDirectory() as folder:
            paths = [os.path.join(folder, name) for name in ("all.html", "1.html", "2.html")]
            for number, path in enumerate(paths[1:], 1):
                with open(path, "w", encoding="utf-8") as file:
                    file.write(REPORT.format(number))
            subprocess.run([sys.executable, "join-reports.py", paths[0], "one & two", *paths[1:]], check=True)
            with open(paths[0], encoding="utf-8") as file:
                return file.read()

    def test_one_page_with_both(self):
        page = self.joined()
        self.assertEqual(page.count("<body>"), 1)
        self.assertEqual(page.count("<svg>"), 2)
        self.assertIn("<h1>one &amp; two</h1>", page)
        self.assertIn('<a href="#report-2">run 2</a>', page)

    def test_ids_are_unique_and_found(self):
        page = self.joined()
        ids = re.findall(r"""\sid=["']([^"']+)""", page)
        self.assertEqual(sorted(ids), sorted(set(ids)))
        self.assertEqual(len(ids), 6)  # two plots and two dots, two sections
        for reference in re.findall(r"""(?:href=["']|url\()#([^"')]+)""", page):
            self.assertIn(reference, ids)


if __name__ == "__main__":
    unittest.main()
