// SPDX-License-Identifier: GPL-2.0-only
#include "tokens.hpp"

#include "hpnsim/registry.hpp"

#include <charconv>
#include <cmath>
#include <istream>
#include <sstream>

namespace hpnsim
{

Tokens::Tokens(std::istream& in, const std::string& file) : file_(file)
{
    std::string line;
    for (uint32_t number = 1; std::getline(in, line); ++number) {
        std::istringstream words(line);
        for (std::string word; words >> word;) words_.push_back({word, number});
        last_line_ = number;
    }
}

void Tokens::fail(const std::string& why) const
{
    const uint32_t line = next_ == 0 ? 1 : words_[next_ - 1].line;
    throw BadInput(file_ + ":" + std::to_string(line) + ": " + why);
}

const std::string& Tokens::take(const std::string& what)
{
    if (next_ == words_.size())
        throw BadInput(file_ + ":" + std::to_string(last_line_) + ": the file ends where " + what +
                       " is expected");
    return words_[next_++].text;
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

double Tokens::quantity(const std::string& what, const std::vector<std::pair<const char*, double>>& units,
                        const char* example)
{
    const std::string& word = take(what);
    double value = 0;
    const char* end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, value);
    if (error != std::errc() || !std::isfinite(value))
        fail(what + " is '" + word + "', which is not a number with a unit, as " + example);
    const std::string unit(stop, end);
    for (const auto& [name, scale] : units)
        if (unit == name) return value * scale;
    fail(what + " is '" + word + "', which has " + (unit.empty() ? "no unit" : "the unit '" + unit + "'") +
         "; write it as " + example);
}

Rate Tokens::rate()
{
    const double bps = quantity("a link's rate",
                                {{"bps", 1},
                                 {"b/s", 1},
                                 {"kbps", 1e3},
                                 {"Kbps", 1e3},
                                 {"kb/s", 1e3},
                                 {"Mbps", 1e6},
                                 {"Mb/s", 1e6},
                                 {"Gbps", 1e9},
                                 {"Gb/s", 1e9},
                                 {"Tbps", 1e12},
                                 {"Tb/s", 1e12}},
                                "100Gbps");
    if (bps < 1e3 || bps > 1e14) fail("a link's rate must lie between 1kbps and 100Tbps");
    return {std::llround(bps)};
}

Time Tokens::delay()
{
    const double ps =
        quantity("a link's delay", {{"ps", 1}, {"ns", 1e3}, {"us", 1e6}, {"ms", 1e9}, {"s", 1e12}}, "1000ns");
    if (ps < 0 || ps > 1e12) fail("a link's delay must lie between 0ns and 1s");
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

void Tokens::expect_end(const std::string& after)
{
    if (next_ == words_.size()) return;
    const std::string word = words_[next_++].text;
    fail("'" + word + "' follows after " + after);
}

}  // namespace hpnsim
