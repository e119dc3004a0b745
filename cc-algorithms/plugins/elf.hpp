// SPDX-License-Identifier: GPL-2.0-only
// Judges whether a file can be a shared library of this machine before the dynamic linker maps it. Internal
// to the plug-ins.
#pragma once

#include <string>

namespace hpnsim
{

/// Says what is wrong with the bytes of a would-be shared library of this machine, as the end of a sentence
/// that begins with the file's name; empty if nothing is. The dynamic loader would map a truncated file and
/// die of SIGBUS.
std::string elf_complaint(const std::string& bytes);

}  // namespace hpnsim
