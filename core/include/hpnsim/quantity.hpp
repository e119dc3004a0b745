// SPDX-License-Identifier: GPL-2.0-only
// Reads counts, sizes and times that a user wrote, and refuses whatever is not exactly one. Every sentence
// begins with `what`, the option or the file:line that the text came from.
#pragma once

#include "hpnsim/params.hpp"
#include "hpnsim/span.hpp"
#include "hpnsim/units.hpp"

#include <string>

namespace hpnsim
{

/// Reads a finite number. Throws BadInput that begins with `what` if the text holds anything else.
double parse_number(const std::string& what, const std::string& text);

/// Reads a whole number in lo..hi, of decimal digits only.
int64_t parse_count(const std::string& what, const std::string& text, int64_t lo, int64_t hi);

/// Reads bytes: a whole number >= 1, optionally with K, M or G (powers of 1024).
Bytes parse_size(const std::string& what, const std::string& text);

/// Reads a number in lo..hi, a `whole` one if so asked; `unit` appears in the sentence.
double parse_range(const std::string& what, const std::string& text, double lo, double hi,
                   const std::string& unit, bool whole = false);

/// Reads decimal seconds ("2.000000962") as exact picoseconds; digits beyond the twelfth are rounded.
Time parse_seconds(const std::string& what, const std::string& text);

/// Writes 1048576 as "1M": with the largest power of 1024 that divides the bytes.
std::string format_size(Bytes bytes);

/// A number as a person would write it: the fewest digits that read back the same, without an exponent.
std::string format_number(double value);

/// Sets the declared parameter `key` of `object`. The sentence of error names the nearest key, or the range
/// with its unit.
void set_param(const std::string& what, Span<Param> declared, void* object, const std::string& key,
               const std::string& value);

/// Sets `param` of `object`, whatever its key is called by whoever has looked it up; names the range with its
/// unit.
void set_param(const std::string& what, const Param& param, void* object, const std::string& value);

}  // namespace hpnsim
