#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""lint.py [--root DIR] [headers] [handlers] [licence] [heads] [options] [sizes]: checks rules of this project
that compilers do not know: those that are named, or all.

headers:  no two parts have a public header of the same name: an install puts them into one folder.
handlers: algorithms define no on_... that the headers of cc-algorithms do not name: nobody would call it.
licence:  an SPDX line among the first two lines of every source.
heads:    a comment right after the SPDX line of every C++ file, which says in a sentence what the file is for.
options:  rooms below scenarios/ name no option of the command line in a text, but for the programs among them.
sizes:    files of at most 500 lines, functions of at most 60.
Prints one line a finding, `file:line: what`, and ends with status 1 if there is one.
"""
import argparse
import os
import re
import sys

MAX_FILE = 500
MAX_FUNCTION = 60
CODE = (".cpp", ".hpp", ".cc", ".h")
SKIPPED_FOLDERS = {"build", "out", "data", "golden", "reference", ".git"}
SPDX = "SPDX-License-Identifier: GPL-2.0-only"

def files(root, wanted):
    """Paths below root, relative and sorted, for which `wanted` is true."""
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [f for f in folders if f not in SKIPPED_FOLDERS]
        found += [os.path.relpath(os.path.join(folder, name), root) for name in names]
    return [path for path in sorted(found) if wanted(path)]


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read()


def headers(root):
    first = {}
    for path in files(root, lambda p: "/include/" in p and p.endswith(CODE)):
        name = path.split("/include/", 1)[1]
        if name in first:
            yield f"{path}:1: {first[name]} has the same name; an install has one {name} only"
        else:
            first[name] = path


def handlers(root):
    known = set()
    for path in files(root, lambda p: p.startswith("cc-algorithms/include/") and p.endswith(CODE)):
        known |= set(re.findall(r"\(\*(on_\w+)\)", read(root, path)))
        known |= set(re.findall(r"HPNSIM_HANDLER\((\w+),", read(root, path)))
    for path in files(root, lambda p: re.fullmatch(r"cc-algorithms/(laws|paths|receivers)/[^/]+\.cpp", p)):
        for number, line in enumerate(blank_out(read(root, path)).splitlines(), 1):
            name = re.match(r"\s+\w[\w:&<> ]*\s(on_\w+)\s*\(", line)
            if name and name.group(1) not in known:
                yield f"{path}:{number}: {name.group(1)} is no handler that anything calls"


def needs_licence(path):
    name = os.path.basename(path)
    if path.endswith(CODE) or name == "CMakeLists.txt" or path.endswith((".py", ".sh", ".cmake")):
        return True
    return path.startswith(("tools/", ".ci/")) and "." not in name


def licence(root):
    for path in files(root, needs_licence):
        head = read(root, path).splitlines()[:2]
        if not any(SPDX in line for line in head):
            yield f"{path}:1: no line '{SPDX}' at the top"


def heads(root):
    for path in files(root, lambda p: p.removesuffix(".in").endswith(CODE)):
        lines = read(root, path).splitlines()
        at = next((i for i, line in enumerate(lines[:2]) if SPDX in line), None)
        if at is None:
            continue  # `licence` says so
        after = next((i for i, line in enumerate(lines) if i > at and not line.startswith("//")), len(lines))
        if not re.search(r"[A-Z].*\.(\s|$)", " ".join(lines[at + 1:after])):
            yield f"{path}:{at + 2}: no sentence after the SPDX line that says what the file is for"


ROOMS = ("core/", "cc-algorithms/", "transport/", "topology/", "fabric/", "workloads/", "results/", "ns3-module/")


def options(root):
    for path in files(root, lambda p: p.startswith(ROOMS) and p.endswith(CODE) and "/tool/" not in p):
        text = re.sub(r"//[^\n]*|/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m.group()), read(root, path), flags=re.S)
        for number, line in enumerate(text.splitlines(), 1):
            name = re.search(r'"(?:[^"\\]|\\.)*?(--[a-z][\w-]*)', line)
            if name and not line.startswith("#"):
                yield f"{path}:{number}: names {name.group(1)}; only scenarios/ and programs know the command line"


def blank_out(text):
    """The text with comments, literals and preprocessor lines blanked; line breaks stay."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group(0))
    text = re.sub(r'R"([^(\s]*)\(.*?\)\1"', blank, text, flags=re.S)
    text = re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'', blank, text, flags=re.S)
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", blank, text, flags=re.M)


TYPE = r"(namespace|class|struct|enum|union)\b"


def head(text):
    """What stands before a brace, without template parameters and access specifiers."""
    text = re.sub(r"^\s*template\s*<.*?>(?=\s*\w)", "", text, flags=re.S).strip()
    return re.sub(r"^(public|private|protected)\s*:", "", text).strip()


def initialises_member(header):
    """`A::A() : a_` and then a brace."""
    return "(" in header and not re.match(TYPE, header) and re.search(r"[:,]\s*\w+$", header) is not None


def opens_function(header):
    if "(" not in header or re.match(TYPE, header) or header.count("(") != header.count(")"):
        return False
    return not re.search(r"(?<![=!<>])=(?!=)", header.split("(", 1)[0].replace("operator=", ""))


def functions(text):
    """(first line, number of lines) of every function that is not inside another one."""
    text = blank_out(text)
    start, depth = 0, 0
    body = member = None  # depth outside the function's body, or the member's braces
    for match in re.finditer(r"[;{}]", text):
        at, sign = match.start(), match.group()
        if sign == "{":
            header = head(text[start:at])
            if body is None and member is None and initialises_member(header):
                member = depth
            elif body is None and opens_function(header):
                body, first = depth, start + len(text[start:at]) - len(text[start:at].lstrip())
            depth += 1
        elif sign == "}":
            depth -= 1
            if body == depth:
                line = text.count("\n", 0, first) + 1
                yield line, text.count("\n", 0, at) + 2 - line
                body = None
        if body is None and member is None:
            start = at + 1
        if sign == "}" and member == depth:
            member = None


def sizes(root):
    for path in files(root, lambda p: p.endswith(CODE + (".py",)) or p.startswith("tools/")):
        text = read(root, path)
        lines = text.count("\n")
        if lines > MAX_FILE:
            yield f"{path}:{MAX_FILE + 1}: {lines} lines; files end by line {MAX_FILE}"
        if not path.endswith(CODE):
            continue
        for first, length in functions(text):
            if length > MAX_FUNCTION:
                yield f"{path}:{first}: a function of {length} lines; {MAX_FUNCTION} are the limit"


CHECKS = {"headers": headers, "handlers": handlers, "licence": licence, "heads": heads, "options": options,
          "sizes": sizes}


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checks", nargs="*", metavar="CHECK")
    parser.add_argument("--root", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    options = parser.parse_args(arguments)
    for name in options.checks:
        if name not in CHECKS:
            parser.error(f"no check '{name}'; there are {', '.join(CHECKS)}")
    findings = [f for name in options.checks or CHECKS for f in CHECKS[name](options.root)]
    print("\n".join(findings) if findings else "nothing found")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
