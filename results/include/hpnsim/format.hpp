// SPDX-License-Identifier: GPL-2.0-only
// Writes numbers and records as text: exact, the same on every machine, independent of the locale.
#pragma once

#include "hpnsim/units.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <vector>

namespace hpnsim
{

/// Nanoseconds with three decimals, by integer arithmetic: 1234567 ps is "1234.567".
std::string format_ns(Time t);

/// A count of millionths as a decimal number with six decimals: 1500000 is "1.500000".
std::string format_millionths(int64_t millionths);

/// `decimals` digits after the point, rounded to the nearest.
std::string format_fixed(double value, int decimals);

/// About three significant digits for people: "0.123", "12.3", "1,234".
std::string format_short(double value);

/// JSON text with two blanks of indentation and the shortest decimal form of every number. `indent` < 0: one
/// line.
std::string json_text(const nlohmann::ordered_json& value, int indent = 2);

/// Nested keys joined by dots, strings without quotes: for `#` lines and tables.
std::vector<std::pair<std::string, std::string>> flatten(const nlohmann::ordered_json& value);

/// Writes a field of a CSV row, quoted if it holds a comma, a quote or a line break.
std::string csv_field(const std::string& text);

/// Replaces line breaks and other control characters by blanks, for text that must stay on one line.
std::string one_line(const std::string& text);

}  // namespace hpnsim
