#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""pack-inputs.py ARCHIVE [FILE|FOLDER]...: adds fuzz inputs to ARCHIVE, a .tar.xz file, or makes it.

A thousand small files take many times their size on disk, so each target of tests/fuzz keeps its inputs in one archive.
Inputs keep their names, in sorted order, and no times or owners, so that the same inputs always give the same archive. An archive that has all of them already is left as it is.
Status 2: a sentence about what cannot be packed; the archive is not changed then.
"""
import io
import lzma
import os
import sys
import tarfile


def die(sentence):
    sys.stderr.write(f"pack-inputs.py: {sentence}\n")
    sys.exit(2)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def unpacked(archive):
    """(the archive's tar, name -> input); both empty when there is no archive yet."""
    if not os.path.exists(archive):
        return b"", {}
    try:
        tar = lzma.decompress(read(archive))
        with tarfile.open(fileobj=io.BytesIO(tar)) as members:
            return tar, {member.name: members.extractfile(member).read() for member in members}
    except (lzma.LZMAError, tarfile.TarError) as error:
        die(f"{archive} is no .tar.xz archive: {error}")


def files_of(path):
    if not os.path.exists(path):
        die(f"there is no file or folder {path}")
    return [os.path.join(path, name) for name in os.listdir(path)] if os.path.isdir(path) else [path]


def add(inputs, path):
    name = os.path.basename(path)
    if not os.path.isfile(path):
        die(f"{path} is no file; inputs lie in one folder, not in folders below it")
    content = read(path)
    if inputs.setdefault(name, content) != content:
        die(f"{path}: another input has the name {name}; rename this one")


def packed(inputs):
    """A tar of them. What a TarInfo says of time, owner and mode unless told is the same everywhere."""
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w", format=tarfile.USTAR_FORMAT) as members:
        for name in sorted(inputs):
            member = tarfile.TarInfo(name)
            member.size = len(inputs[name])
            members.addfile(member, io.BytesIO(inputs[name]))
    return tar.getvalue()


def main(archive, paths):
    before, inputs = unpacked(archive)
    count = len(inputs)
    for path in paths:
        for file in files_of(path):
            add(inputs, file)
    if not inputs:
        die(f"there are no inputs for {archive}")
    tar = packed(inputs)
    if tar != before:
        with open(archive, "wb") as file:
            file.write(lzma.compress(tar, preset=6 | lzma.PRESET_EXTREME))
    print(f"{archive}: {len(inputs)} inputs, {len(inputs) - count} of them new")


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        print(__doc__)
        sys.exit(0 if "--help" in sys.argv or "-h" in sys.argv else 2)
    main(sys.argv[1], sys.argv[2:])
