// SPDX-License-Identifier: GPL-2.0-only
// Reads the cells that cells.hpp writes. Times are read digit by digit, so that no picosecond is lost.
#include "columns/cells.hpp"

#include <cmath>

namespace hpnsim
{

void read_cell(const std::string& text, Time& value)
{
    // Without its point, a number with three decimals is one of picoseconds.
    const size_t point = text.find('.');
    const BadCell bad{"a time in ns with three decimals"};
    if (point == std::string::npos || point == 0 || text[point - 1] == '-' || text.size() != point + 4)
        throw bad;
    const std::string digits = text.substr(0, point) + text.substr(point + 1);
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value.ps);
    if (error != std::errc() || stop != end) throw bad;
}

void read_cell(const std::string& text, double& value)
{
    if (text == "null") {  // as JSON has it
        value = std::nan("");
        return;
    }
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end || !std::isfinite(value)) throw BadCell{"a number"};
}

Rate read_gbps(const std::string& text)
{
    double gigabits = 0;
    read_cell(text, gigabits);
    if (!(std::fabs(gigabits) < 9e9)) throw BadCell{"a rate in Gb/s"};
    return Rate{std::llround(gigabits * 1e9)};
}

}  // namespace hpnsim
