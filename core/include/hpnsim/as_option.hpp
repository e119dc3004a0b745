// SPDX-License-Identifier: GPL-2.0-only
// Turns sentences of rooms that know no command line into sentences about options, for the programs that have
// one.
#pragma once

#include "hpnsim/bad_input.hpp"

#include <initializer_list>
#include <string>

namespace hpnsim
{

/// What a room calls something in the sentences that begin with it, and the option that sets it.
struct Term {
    Term(const char* same) : term(same), option(same) {}
    Term(const char* own, const char* set_by) : term(own), option(set_by) {}

    std::string term;
    std::string option;  ///< without its dashes
};

/// Returns the sentence with the option's name in place of the term that it begins with: "chunk: ..." becomes
/// "--chunk: ...", and "results folder DIR: ..." becomes "--out DIR: ...". Any other sentence stays.
inline std::string with_option(std::initializer_list<Term> terms, const std::string& sentence)
{
    for (const Term& each : terms) {
        const size_t end = each.term.size();
        if (sentence.compare(0, end, each.term) != 0 || end == sentence.size()) continue;
        if (sentence[end] == ':' || sentence[end] == ' ') return "--" + each.option + sentence.substr(end);
    }
    return sentence;
}

/// Returns what `make` returns. Its complaints of one of the `terms` name the option.
template <class Make> auto as_option(std::initializer_list<Term> terms, Make make) -> decltype(make())
{
    try {
        return make();
    } catch (const BadInput& error) {
        const std::string sentence = with_option(terms, error.what());
        if (sentence == error.what()) throw;
        throw BadInput(sentence);
    }
}

}  // namespace hpnsim
