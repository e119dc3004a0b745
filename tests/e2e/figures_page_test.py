#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""figures_page_test.py ROOT [--update]: docs/figures.md maps every table of figures and every picture in README and docs/ to
the command that makes it.

A published figure is a picture, or a table most of whose cells are numbers. Its command is the first one in its section, or
what OTHERS says of it; a figure without one fails the test. Commands of fenced blocks are run by docs_commands_test.py or
sweeps_page_test.py, claims have their minutes in their own files. --update writes the page anew.
"""
import html
import os
import re
import sys

ROOT = os.path.abspath(sys.argv[1])
PAGE = "docs/figures.md"
BEGIN, END = "<!-- figures: begin -->\n", "<!-- figures: end -->\n"
PROGRAMS = (r"(?:build/release/bin/)?(?:incast|allreduce|alltoall|collective|permutation|failover|flows|jobs|training|workload|bench|"
            r"claims|sweep|plot|topology|explain)\b|tools/[\w-]+")
OTHERS = {  # page and heading: how its figures are made, where no command of its own stands there
    ("docs/rocev2.md", "Independent checks"):
        "<code>/usr/bin/python3 tests/wire/judges.py summary build/release/bin/wire_samples</code>",
    ("docs/topologies.md", "At a glance"): "<code>topology NAME</code>, with the names of the first column",
    ("docs/training.md", "Against published volumes"): "<code>ctest --test-dir build/release -R TrainingVolume</code>",
    ("README.md", "What HPN's design buys, and what it does not once transports spray"):
        "<code>claims multipath-or-design dual-plane-allreduce disjoint-paths one-segment dead-port planes victim</code>",
}
NO_FIGURES = {  # numbers that are not results
    ("docs/training.md", "The layout"),
    ("docs/scenarios.md", "allreduce"),
}


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def pages():
    found = [os.path.join(folder, name) for folder, _, names in os.walk(os.path.join(ROOT, "docs")) for name in names]
    return ["README.md"] + sorted(os.path.relpath(path, ROOT) for path in found if path.endswith(".md"))


def sections(text):
    """Heading and text of each section; a # in a fenced block begins none."""
    blank = re.sub(r"^```.*?^```", lambda found: re.sub(r"[^\n]", " ", found.group(0)), text, flags=re.M | re.S)
    starts = [found.start() for found in re.finditer(r"^#+ ", blank, re.M)] + [len(text)]
    for begin, end in zip(starts, starts[1:]):
        part = text[begin:end]
        yield part.splitlines()[0].lstrip("# "), part


def is_numeric(table):
    cells = [cell.strip() for row in table.splitlines()[2:] for cell in row.strip("|").split("|")]
    numbers = sum(1 for cell in cells if re.match(r"[~<>+-]? ?\d[\d,.]*", cell))
    return numbers >= 3 and numbers >= 0.3 * len(cells)


def figures(part):
    """How many tables of figures and pictures a section has."""
    plain = re.sub(r"^```.*?^```", "", part, flags=re.M | re.S)
    tables = [table for table in re.findall(r"(?:^\|.*\n)+", plain, re.M) if is_numeric(table)]
    return len(tables), len(re.findall(r"!\[[^\]]*\]\([^)]+\)", plain))


def commands(part):
    found = []
    for block in re.findall(r"^```\w*\n(.*?)^```", part, re.M | re.S):
        lines = re.sub(r"[ \t]*\\\n\s*", " ", block).splitlines()
        found += [re.sub(r"\s+# .*|^\$ ", "", line) for line in lines if re.match(rf"(?:\$ )?(?:{PROGRAMS})", line)]
    plain = re.sub(r"\s*\n\s*", " ", re.sub(r"^```.*?^```", "", part, flags=re.M | re.S))
    return found + re.findall(rf"`((?:{PROGRAMS})(?: [^`]*)?)`", plain)


def anchor(heading):
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def minutes(command, part):
    """Of a claim: what its section says, or its file."""
    name = re.match(r"claims ([\w-]+)(?: --seeds \d+)?$", command)
    if not name:
        return ""
    found = re.search(r"about (\d+) minutes? on two cores", part) or re.search(r"^minutes += +(\d+)", read(f"claims/{name.group(1)}.claim"), re.M)
    folder = f"results/reference/claims/{name.group(1)}"
    if not found or not os.path.exists(os.path.join(ROOT, folder, "commands.txt")):
        sys.exit(f"{command} has no minutes in its file, or no {folder}/commands.txt")
    return f"about {found.group(1)} min on two cores; [its runs](../{folder}/commands.txt), [values](../{folder}/figures.csv)"


def code(command):
    return f"<code>{html.escape(command, quote=False)}</code>"


def counted(tables, pictures):
    words = [f"{count} {what}{'s' if count > 1 else ''}" for count, what in ((tables, "table"), (pictures, "chart")) if count]
    return ", ".join(words)


def rows():
    for page in pages():
        if page == PAGE:
            continue
        for heading, part in sections(read(page)):
            tables, pictures = figures(part)
            key = (page, heading)
            if key in NO_FIGURES or (tables + pictures == 0 and key not in OTHERS):
                continue
            found = commands(part)
            if key not in OTHERS and not found:
                sys.exit(f"{page}, '{heading}': nothing says which command makes its figures; write it there")
            # In HTML, because commands in backquotes are run by docs_commands_test.py, and these are where they come from.
            how = OTHERS.get(key) or code(found[0]) + (f", and {len(found) - 1} more there" if len(found) > 1 else "")
            note = minutes(found[0], part) if found and key not in OTHERS else ""
            path = os.path.relpath(page, "docs")
            how = how.replace("|", "\\|")
            yield f"| [{heading}]({path}#{anchor(heading)}) | {counted(tables, pictures) or '1 table'} | {how} | {note} |\n"


def main():
    text = read(PAGE)
    begin, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    table = "\n| where | what | command | time and data, where they are noted |\n|---|---|---|---|\n" + "".join(rows()) + "\n"
    now = text[:begin] + table + text[end:]
    if "--update" in sys.argv or os.environ.get("HPNSIM_UPDATE_GOLDEN") == "1":
        with open(os.path.join(ROOT, PAGE), "w", encoding="utf-8") as file:
            file.write(now)
    elif now != text:
        before, after = text.splitlines(), now.splitlines()
        print("\n".join([f"page: {line}" for line in before if line not in after] + [f"now:  {line}" for line in after if line not in before]))
        sys.exit("docs/figures.md is out of date; tools/update-golden -R figures-page writes it anew")


main()
