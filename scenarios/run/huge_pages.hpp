// SPDX-License-Identifier: GPL-2.0-only
// Lets the heap lie in huge pages: a network of thousands of NICs is walked all over, and with small pages
// most steps miss the table of pages too (docs/validation/speed-steps.md has what it gains).
#pragma once

namespace hpnsim
{

/// Reserves address space for the heap and asks for huge pages there. Memory is taken when it is used, as
/// ever. Call it at the beginning of main. It changes nothing but speed, and does nothing where the C library
/// or the kernel offers no such thing.
void use_huge_pages();

}  // namespace hpnsim
