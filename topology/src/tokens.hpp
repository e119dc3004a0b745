// SPDX-License-Identifier: GPL-2.0-only
// A file as words separated by white space, each with its line, read strictly.
#pragma once

#include "hpnsim/units.hpp"

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace hpnsim
{

class Tokens
{
public:
    Tokens(std::istream& in, const std::string& file);

    /// Each reads one word and throws BadInput, with file:line, when it does not fit.
    uint64_t whole(const std::string& what, uint64_t lo, uint64_t hi);
    Rate rate();
    Time delay();
    double fraction(const std::string& what);

    /// Throws unless all words are read; `after` says after what.
    void expect_end(const std::string& after);
    /// Throws BadInput about the word read last.
    [[noreturn]] void fail(const std::string& why) const;

private:
    struct Word {
        std::string text;
        uint32_t line;
    };
    const std::string& take(const std::string& what);
    /// A positive or zero number with a unit of the table, in base units.
    double quantity(const std::string& what, const std::vector<std::pair<const char*, double>>& units,
                    const char* example);

    std::string file_;
    std::vector<Word> words_;
    size_t next_ = 0;
    uint32_t last_line_ = 1;
};

}  // namespace hpnsim
