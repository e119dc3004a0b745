#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""errors_page_test.py ROOT BIN [--update]: docs/errors.md has every sentence by which hpnsim refuses something.

The sentences are taken from the sources: what is thrown as BadInput and its like, with `...` for what varies. Each belongs
to the first kind below that it fits, and stands under the heading of that kind, which tells the cure. The test fails if the
page lacks one or has one too many. Blocks whose lines begin with `$ ` are commands that
must fail, with what they say. --update writes both anew.
"""
import os
import re
import subprocess
import sys
import tempfile

ROOT, BIN = map(os.path.abspath, sys.argv[1:3])
PAGE = os.path.join(ROOT, "docs/errors.md")
ROOMS = ("core", "cc-algorithms", "transport", "topology", "fabric", "ns3-module", "workloads", "results", "scenarios", "studies")
THROWN = re.compile(r"throw (?:BadInput|BadLine|BadCell)\s*[({]|\b(?:fail|refuse|complain)\(")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"|([^"]+)')
BLOCK = re.compile(r"^```\n(\$ .*?)^```", re.M | re.S)
LIST = re.compile(r"(<!-- sentences: ([\w-]+) -->\n)(.*?)(<!-- end -->)", re.S)

# The first that a sentence fits, by its file and its words, is its kind. The last takes all.
KINDS = (
    ("plug-ins", r"^cc-algorithms/plugins", ""),
    ("programs", r"^(?:transport|ns3-module|cc-algorithms/(?!tool|replay)|fabric/(?!faults))", ""),
    ("recorded-events", r"^cc-algorithms/replay", ""),
    ("fault-schedules", r"^fabric/faults|failure_story", ""),
    ("topology-files", r"^topology/files", ""),
    ("flow-files", r"^workloads/formats|flows_cdf|flow_file|cdf", ""),
    ("traces", r"^workloads/(?:traces|graph|collectives/msccl)", ""),
    ("own-files", r"job_file|^studies/(?:claims|grid)|options/options", r"^\.\.\.(?!:? '--)|\[NAME\]|scenario = NAME|section"),
    ("run-folders", r"^results|^studies/(?:store|figures|tell|run/)", ""),
    ("places", "", r"cannot (?:write|make|be made|be written|read)|is a folder|would be replaced|give another folder|no database|"
                   r"there is no file|is no folder|is a file|is a device|is a pipe|has left anything|name a folder"),
    ("resources", "", r"memory|buffers of|would run any more|simulated time|never end|more than .* last|4000000 s"),
    ("together", "", r"twice|leave (?:\w+ )*out|cannot go|goes? with|not both|as well|no effect|not after|not before|cannot run|"
                     r"without|exceeds|different values|runs alone|at once|nothing is sampled|does not go|no reference|"
                     r"learn of others|do not apply|moves? lengths|whole run|ranks of GOAL|cannot be written|several collectives"),
    ("names", "", r"no '|no option|no such|there is no|no \w+(?: \w+)* is called|names no|no key|no (?:run|claim|case|figure)|takes no|"
                  r"has nothing called|do not vary|no \w+ '"),
    ("fabric", "", r"endpoint|hosts? |GPUs|link|port|topology|path|segment|switch|NIC|ranks|ToR|Agg|pods?|groups|aggs"),
    ("missing", "", r"needs?\b|is needed|name a|is missing|must have|give "),
    ("form-and-range", "", r"is not|is no |is neither|must be|outside|out of range|beyond|more than|less than|at most|at least|whole number|"
                           r"takes|larger|write|none of|as in"),
    ("in-their-own-words", "", ""),
)


def without_comments(text):
    return re.sub(r"//[^\n]*", "", text)


def argument(text, start):
    """The text up to the bracket that closes the one before `start`."""
    depth, at, quoted = 1, start, False
    while depth and at < len(text):
        if quoted and text[at] == "\\":
            at += 1
        elif text[at] == '"':
            quoted = not quoted
        elif not quoted:
            depth += (text[at] in "({") - (text[at] in ")}")
        at += 1
    return text[start:at - 1]


def pattern(expression):
    """The literals of an expression, with ... for what stands between them."""
    out = ""
    for literal, code in STRING.findall(expression):
        if not code:
            out += literal
        elif not re.fullmatch(r"[\s+(),]*", code):
            out += "..."
    out = out.replace('\\"', '"').replace("\\\\", "\\").replace("\\n", " ")
    return re.sub(r"(?:\.\.\.){2,}", "...", out).strip()


def sentences():
    """Every sentence of the sources with its kind, sorted."""
    found = {}
    for room in ROOMS:
        for folder, _, names in os.walk(os.path.join(ROOT, room)):
            for name in sorted(names):
                if not name.endswith((".cpp", ".hpp", ".cc", ".h")):
                    continue
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    text = without_comments(file.read())
                path = os.path.relpath(os.path.join(folder, name), ROOT)
                for place in THROWN.finditer(text):
                    sentence = pattern(argument(text, place.end()))
                    if len(re.findall(r"[A-Za-z]{2,}", sentence)) >= 3:
                        found.setdefault(sentence, kind_of(path, sentence))
    return sorted(found.items(), key=lambda each: (re.sub(r"^[^A-Za-z]*", "", each[0]).lower(), each[0]))


def kind_of(path, sentence):
    return next(kind for kind, place, words in KINDS if re.search(place, path) and re.search(words, sentence))


def lists():
    made = {kind: [] for kind, _, _ in KINDS}
    for sentence, kind in sentences():
        tick = "``" if "`" in sentence else "`"
        made[kind].append(f"- {tick}{sentence}{tick}\n")
    return {kind: "".join(lines) for kind, lines in made.items()}


def session(block, folder):
    lines = []
    for command in [line[2:] for line in block.splitlines() if line.startswith("$ ")]:
        ran = subprocess.run(["bash", "-c", command], cwd=folder, env={**os.environ, "PATH": BIN + ":" + os.environ["PATH"]},
                             capture_output=True, text=True, timeout=120, check=False)
        if ran.returncode not in (2, 3, 4):
            sys.exit(f"{command}: status {ran.returncode}, and not that of an error: {ran.stderr}")
        lines += ["$ " + command] + ran.stderr.splitlines()
    return "".join(line.rstrip() + "\n" for line in lines)


def main():
    with open(PAGE, encoding="utf-8") as file:
        text = file.read()
    made = lists()
    missing = set(made) - {kind for _, kind, _, _ in LIST.findall(text)}
    if missing:
        sys.exit(f"docs/errors.md has no list of {', '.join(sorted(missing))}")
    now = LIST.sub(lambda found: found.group(1) + made[found.group(2)] + found.group(4), text)
    with tempfile.TemporaryDirectory(prefix=f"hpnsim-errors-{os.getpid()}-") as folder:
        os.symlink(os.path.join(ROOT, "tests"), os.path.join(folder, "tests"))
        now = BLOCK.sub(lambda found: "```\n" + session(found.group(1), folder) + "```", now)
    if "--update" in sys.argv or os.environ.get("HPNSIM_UPDATE_GOLDEN") == "1":
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(now)
    elif now != text:
        before, after = set(text.splitlines()), set(now.splitlines())
        print("\n".join([f"page: {line}" for line in sorted(before - after)] + [f"now:  {line}" for line in sorted(after - before)]))
        sys.exit("docs/errors.md is not what the programs say; tools/update-golden -R errors-page "
                 "writes it anew")


main()
