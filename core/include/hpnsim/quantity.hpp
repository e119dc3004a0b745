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

/// A finite number that fills the whole text. Throws BadInput that begins with `what`.
double parse_number(const std::string& what, const std::string& text);

/// A whole number in lo..hi, decimal digits only.
int64_t parse_count(const std::string& what, const std::string& text, int64_t lo, int64_t hi);

/// Bytes: a whole number >= 1, optionally with K, M or G (powers of 1024).
Bytes parse_size(const std::string& what, const std::string& text);

/// A number in lo..hi; `unit` appears in the sentence.
double parse_range(const std::string& what, const std::string& text, double lo, double hi,
                   const std::string& unit);

/// Decimal seconds ("2.000000962") as exact picoseconds; digits beyond the twelfth are rounded.
Time parse_seconds(const std::string& what, const std::string& text);

/// "1048576" as "1M": the largest power of 1024 that divides it.
std::string format_size(Bytes bytes);

/// A number as a person would write it, no trailing zeros.
std::string format_number(double value);

/// Sets the declared parameter `key` of `object`; names the nearest key, or the range with its unit.
void set_param(const std::string& what, Span<Param> declared, void* object, const std::string& key,
               const std::string& value);

}  // namespace hpnsim
