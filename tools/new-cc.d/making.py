# SPDX-License-Identifier: GPL-2.0-only
"""What new-cc and new have in common: names, templates, lines of CMake, files that must not exist yet."""
import argparse
import os
import re
import sys


def die(sentence):
    sys.stderr.write(f"{os.path.basename(sys.argv[0])}: {sentence}\n")
    sys.exit(2)


class Parser(argparse.ArgumentParser):
    def error(self, message):
        die(f"{message}; see {os.path.basename(sys.argv[0])} --help")


def run(main):
    """main(arguments), whose errors of files become sentences."""
    try:
        main(sys.argv[1:])
    except OSError as error:
        die(f"'{error.filename}' cannot be used: {error.strerror}")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def check_name(name):
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name) or len(name) > 20:
        die(f"'{name}' is not a name: small letters and digits, words joined by '-', 20 at most, a letter first")


def word_of(name):
    return name.replace("-", "_")


def type_of(name, suffix, include_dirs, lists):
    """my-cc -> MyCc; a name that a header or an add_ line of the CMakeLists.txt in `lists` has gets the suffix."""
    own = "".join(part.capitalize() for part in name.split("-"))
    texts = [read(os.path.join(folder, each)) for folder in include_dirs
             for each in sorted(os.listdir(folder)) if each.endswith(".hpp")]
    taken = set(re.findall(r"\b(?:struct|class|using)\s+(?:alignas\(\d+\)\s+)?(\w+)",
                           re.sub("//.*", "", "\n".join(texts))))
    for path in lists:
        taken |= set(re.findall(r"^add_\w+\(\S+ (\w+)\)", read(path), re.M))
    return own + suffix if own in taken else own


def filled(template, marks):
    """The text of the file `template` with @KEY@ replaced by the values of `marks`."""
    text = read(template)
    for mark, value in marks.items():
        text = text.replace(f"@{mark}@", value)
    return text


def inserted(text, line, beginning, by_alphabet=True):
    """`line` among those that begin alike: where it belongs by the alphabet, or after the last."""
    lines = text.splitlines(keepends=True)
    alike = [i for i, each in enumerate(lines) if each.startswith(beginning) and "${" not in each]
    at = next((i for i in alike if by_alphabet and lines[i] > line), alike[-1] + 1)
    return "".join(lines[:at] + [line] + lines[at:])


def with_test(text, target, source, path):
    """The list of a test's sources in the CMakeLists.txt at `path`, longer by one."""
    head, mark, tail = text.partition(f"hpnsim_test({target} ")
    sources, libs, rest = tail.partition("\n  LIBS ")
    if not mark or not libs:
        die(f"{path} has no hpnsim_test({target} ... LIBS ...) to add the test to")
    return f"{head}{mark}{sources}\n  {source}{libs}{rest}"


def write_new(contents):
    """Writes files that do not exist, or none of them."""
    for path in contents:
        if os.path.exists(path):
            die(f"'{path}' exists already")
    write(contents)


def write(contents):
    for path, text in contents.items():
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
