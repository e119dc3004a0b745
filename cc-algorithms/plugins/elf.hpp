// SPDX-License-Identifier: GPL-2.0-only
// Judges whether a file can be a shared library of this machine before the dynamic linker maps it. Internal
// to the plug-ins.
#pragma once

#include <string>

namespace hpnsim
{

/// What is wrong with the bytes of a would-be shared library of this machine, as the end of a sentence that
/// begins with its name; empty: nothing that can be told from outside. The dynamic loader maps a truncated
/// file and dies of SIGBUS.
std::string elf_complaint(const std::string& bytes);

}  // namespace hpnsim
