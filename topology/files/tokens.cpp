// SPDX-License-Identifier: GPL-2.0-only
// Reads words, numbers and quantities of a topology file, and names file and line when one is wrong.
#include "files/tokens.hpp"

#include "hpnsim/bad_input.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace hpnsim
{

void Tokens::fail(const std::string& why) const
{
    throw BadLine(lines_.name() + ":" + std::to_string(line_) + ": " + why);
}

bool Tokens::refill()
{
    if (next_ < words_.size()) return true;
    next_ = 0;
    if (lines_.next(words_)) return true;
    words_.clear();
    return false;
}

const std::string& Tokens::take(const std::string& what)
{
    if (!refill())
        throw BadLine(lines_.name() + ":" + std::to_string(std::max(lines_.number(), 1U)) +
                      ": the file ends where " + what + " is expected");
    line_ = lines_.number();
    return words_[next_++];
}

size_t Tokens::words_ahead()
{
    return refill() ? words_.size() - next_ : 0;
}

uint64_t Tokens::whole(const std::string& what, uint64_t lo, uint64_t hi)
{
    const std::string& word = take(what);
    uint64_t value = 0;
    const char* end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, value);
    if (error == std::errc::invalid_argument || stop != end)
        fail(what + " is '" + word + "', which is not a whole number");
    if (error != std::errc() || value < lo || value > hi)
        fail(what + " is " + word + ", outside " + std::to_string(lo) + ".." + std::to_string(hi));
    return value;
}

double Tokens::quantity(const std::string& what, const std::vector<Unit>& units, const char* example)
{
    const std::string& word = take(what);
    double value = 0;
    const char* end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, value);
    if (error != std::errc() || !std::isfinite(value))
        fail(what + " is '" + word + "', which is not a number with a unit, as " + example);
    const std::string unit(stop, end);
    for (const Unit& each : units)
        if (unit == each.name) return value * each.scale;
    fail(what + " is '" + word + "', which has the unit '" + unit + "'; write it as " + example);
}

Rate Tokens::rate()
{
    static const std::vector<Unit> units{
        {"", 1},       {"bps", 1},        {"b/s", 1},        {"Bps", 8},     {"B/s", 8},    {"kbps", 1e3},
        {"Kbps", 1e3}, {"kb/s", 1e3},     {"Kb/s", 1e3},     {"kBps", 8e3},  {"KBps", 8e3}, {"kB/s", 8e3},
        {"KB/s", 8e3}, {"Kib/s", 0x1p10}, {"KiB/s", 0x1p13}, {"Mbps", 1e6},  {"Mb/s", 1e6}, {"MBps", 8e6},
        {"MB/s", 8e6}, {"Mib/s", 0x1p20}, {"MiB/s", 0x1p23}, {"Gbps", 1e9},  {"Gb/s", 1e9}, {"GBps", 8e9},
        {"GB/s", 8e9}, {"Gib/s", 0x1p30}, {"GiB/s", 0x1p33}, {"Tbps", 1e12}, {"Tb/s", 1e12}};
    const double bps = quantity("a link's rate", units, "100Gbps");
    if (bps < 1e3 || bps > 1e14)
        fail("a link's rate must lie between 1kbps and 100Tbps; without a unit it is in bits per second");
    return {std::llround(bps)};
}

Time Tokens::delay()
{
    static const std::vector<Unit> units{{"", 1e12},   {"fs", 1e-3},  {"ps", 1},       {"ns", 1e3},
                                         {"us", 1e6},  {"ms", 1e9},   {"s", 1e12},     {"min", 60e12},
                                         {"h", 36e14}, {"d", 864e14}, {"y", 31'536e15}};
    const double ps = quantity("a link's delay", units, "1000ns");
    if (ps < 0 || ps > 1e12)
        fail("a link's delay must lie between 0ns and 1s; without a unit it is in seconds");
    return {std::llround(ps)};
}

double Tokens::fraction(const std::string& what)
{
    const std::string& word = take(what);
    double value = 0;
    const char* end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, value);
    if (error != std::errc() || stop != end || !(value >= 0 && value < 1))
        fail(what + " is '" + word + "', which is not a number from 0 to below 1");
    return value;
}

void Tokens::skip_number(const std::string& what)
{
    const std::string& word = take(what);
    double value = 0;
    const char* end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, value);
    if (error != std::errc() || stop != end) fail(what + " is '" + word + "', which is not a number");
}

std::string Tokens::leave_out_rest(const std::string& after)
{
    std::string first, where;
    uint64_t lines = 0;
    for (; refill(); ++lines, next_ = words_.size()) {
        if (lines > 0) continue;
        where = lines_.place();
        if (next_ == 0) first = lines_.line();
        for (size_t i = next_; next_ > 0 && i < words_.size(); ++i)
            first += (i > next_ ? " " : "") + words_[i];
    }
    return lines == 0 ? "" : left_out_sentence(where, lines, first, after);
}

}  // namespace hpnsim
