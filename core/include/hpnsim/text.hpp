// SPDX-License-Identifier: GPL-2.0-only
// Writes lists of texts as a person reads them.
#pragma once

#include <cstddef>
#include <string>

namespace hpnsim
{

/// "a, b, c": the texts of any container, in its order.
template <class Texts> std::string joined_texts(const Texts& texts, const std::string& separator = ", ")
{
    std::string all;
    bool first = true;
    for (const auto& text : texts) {
        if (!first) all += separator;
        all += text;
        first = false;
    }
    return all;
}

/// "a", "a and b", "a, b and c".
template <class Texts> std::string listed_texts(const Texts& texts, const std::string& last = "and")
{
    std::string all;
    size_t left = texts.size();
    for (const auto& text : texts) {
        if (!all.empty()) all += left == 1 ? " " + last + " " : ", ";
        all += text;
        --left;
    }
    return all;
}

}  // namespace hpnsim
