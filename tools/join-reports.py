#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""join-reports.py OUT.html TITLE REPORT.html...: joins reports of hpnsim into one self-contained page."""
import html
import re
import sys


def part(page, tag):
    """What stands between <tag> and </tag>."""
    found = re.search(rf"<{tag}[^>]*>(.*?)</{tag}>", page, flags=re.S)
    if found is None:
        sys.exit(f"join-reports.py: a report has no <{tag}>")
    return found.group(1)


def with_own_ids(body, prefix):
    """Every id, and every reference to one, gets a prefix: the reports draw plots of the same names."""
    body = re.sub(r"""(?<=\sid=)(["'])""", rf"\1{prefix}", body)
    return re.sub(r"""((?:href=["']|url\(["']?)#)""", rf"\1{prefix}", body)


def main(out, title, paths):
    pages = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            pages.append(file.read())
    sections, contents = [], []
    for number, page in enumerate(pages, 1):
        body = with_own_ids(part(page, "body"), f"r{number}-")
        name = part(page, "title")
        contents.append(f'<li><a href="#report-{number}">{name}</a></li>')
        sections.append(f'<section id="report-{number}">\n{body}</section>')
    heading = html.escape(title)
    with open(out, "w", encoding="utf-8") as file:
        file.write(
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{heading}</title>\n<style>{part(pages[0], 'style')}</style>\n</head>\n<body>\n"
            f"<h1>{heading}</h1>\n<ol>\n" + "\n".join(contents) + "\n</ol>\n<hr>\n"
            + "\n<hr>\n".join(sections) + "\n</body>\n</html>\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
