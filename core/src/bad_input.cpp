// SPDX-License-Identifier: GPL-2.0-only
// Makes a sentence fit to be shown: control characters are replaced, and what is too long to read is cut.
#include "hpnsim/bad_input.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

bool inside_character(const std::string& text, size_t at)
{
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80U;
}

/// Leaves out the middle of `text` when it has more than `most` bytes; two thirds of what stays are from its
/// beginning.
std::string without_middle(const std::string& text, size_t most)
{
    if (text.size() <= most) return text;
    size_t head = most * 2 / 3, tail = text.size() - (most - most * 2 / 3 - 3);
    while (head > 0 && inside_character(text, head)) --head;
    while (inside_character(text, tail)) ++tail;
    return text.substr(0, head) + "..." + text.substr(tail);
}

std::string without_control_characters(const std::string& text)
{
    constexpr const char* kDigits = "0123456789abcdef";
    std::string shown;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte != 0x7f)
            shown += c;
        else
            shown += {'\\', 'x', kDigits[byte / 16], kDigits[byte % 16]};
    }
    return shown;
}

}  // namespace

BadInput::BadInput(const std::string& sentence)
    : PlainFailure(shortened(without_control_characters(sentence)))
{
}

std::string shortened(const std::string& sentence)
{
    constexpr size_t kLongestWord = 120, kLongest = 1000;
    std::string out;
    for (size_t at = 0; at < sentence.size();) {
        const size_t blank = std::min(sentence.find(' ', at), sentence.size());
        out += without_middle(sentence.substr(at, blank - at), kLongestWord);
        if (blank < sentence.size()) out += ' ';
        at = blank + 1;
    }
    return without_middle(out, kLongest);
}

}  // namespace hpnsim
