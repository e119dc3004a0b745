// SPDX-License-Identifier: GPL-2.0-only
// Tokens reads a topology file as words separated by white space, each with its line, and leaves comments
// out. The readers of such files use it.
#pragma once

#include "hpnsim/text_input.hpp"
#include "hpnsim/units.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hpnsim
{

class Tokens
{
public:
    Tokens(std::istream& in, const std::string& file) : lines_(in, file) {}

    /// Each of these reads one word and throws BadInput, with file:line, when it does not fit.
    uint64_t whole(const std::string& what, uint64_t lo, uint64_t hi);
    /// Reads a rate as ns3::DataRate does: a number with one of its units, or of bits per second without a
    /// unit. Tbps and Tb/s are read too.
    Rate rate();
    /// Reads a time as ns3::Time does: a number with one of its units, or of seconds without a unit.
    Time delay();
    double fraction(const std::string& what);
    void skip_number(const std::string& what);
    void skip_word(const std::string& what) { take(what); }

    /// Counts the words that are left on the line of the next word; 0 at the end of the file.
    size_t words_ahead();
    /// Counts the words on the line of the word read last.
    size_t words_on_line() const { return words_.size(); }
    /// True if the word read last was the last of its line.
    bool line_done() const { return next_ == words_.size(); }
    /// Reads on to the end. Returns a sentence about what follows `after` and is left out, or nothing.
    std::string leave_out_rest(const std::string& after);
    /// Throws BadInput about the word read last.
    [[noreturn]] void fail(const std::string& why) const;

private:
    struct Unit {
        const char* name;
        double scale;
    };
    const std::string& take(const std::string& what);
    /// Reads another line if this one is used up; false at the end.
    bool refill();
    /// Reads a number with a unit of the table, in base units.
    double quantity(const std::string& what, const std::vector<Unit>& units, const char* example);

    TextLines lines_;
    std::vector<std::string> words_;  ///< of the line
    size_t next_ = 0;                 ///< of words_
    uint32_t line_ = 1;               ///< of the word read last
};

}  // namespace hpnsim
