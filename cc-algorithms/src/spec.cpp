// SPDX-License-Identifier: GPL-2.0-only
// The command-line notation NAME[:key=value,...], numbers, and the nearest name for error sentences.
#include "hpnsim/registry.hpp"
#include "hpnsim/tool_main.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace hpnsim
{

namespace
{

/// Cuts at unescaped `mark`; escapes stay in the pieces.
std::vector<std::string> split(const std::string& text, char mark)
{
    std::vector<std::string> pieces(1);
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) {
            pieces.back() += text[i++];
            pieces.back() += text[i];
        } else if (text[i] == mark) {
            pieces.emplace_back();
        } else {
            pieces.back() += text[i];
        }
    }
    return pieces;
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

std::string unescape(const std::string& text)
{
    std::string plain;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) ++i;
        plain += text[i];
    }
    return plain;
}

void add_key(Spec& spec, const std::string& what, const std::string& piece)
{
    const size_t equals = piece.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == piece.size())
        throw BadInput(what + ": '" + unescape(piece) + "' in '" + spec.name + "' is not key=value");
    const std::string key = piece.substr(0, equals);
    for (const auto& earlier : spec.keys)
        if (earlier.first == key)
            throw BadInput(what + ": '" + key + "' is given twice in '" + spec.name + "'");
    spec.keys.emplace_back(key, unescape(piece.substr(equals + 1)));
}

/// Names differ by their letters, not by their case: the nearest to DCQCN is dcqcn.
std::string in_small_letters(std::string text)
{
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

size_t edit_distance(const std::string& a, const std::string& b)
{
    std::vector<size_t> row(b.size() + 1);
    for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (size_t i = 1; i <= a.size(); ++i) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.size(); ++j) {
            const size_t substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
        }
    }
    return row[b.size()];
}

}  // namespace

BadInput::BadInput(const std::string& sentence)
    : std::runtime_error(shortened(without_control_characters(sentence)))
{
}

Spec parse_spec(const std::string& what, const std::string& text)
{
    Spec spec;
    const std::vector<std::string> parts = split(text, ':');
    spec.name = unescape(parts[0]);
    if (spec.name.empty()) throw BadInput(what + ": the name is missing in '" + text + "'");
    if (parts.size() > 2)
        throw BadInput(what + ": '" + text + "' has more than one ':'; write '\\:' inside a value");
    if (parts.size() == 2)
        for (const std::string& piece : split(parts[1], ',')) add_key(spec, what, piece);
    return spec;
}

std::string nearest(const std::string& name, const std::vector<std::string>& candidates)
{
    std::string best;
    size_t least = std::string::npos;
    const std::string wanted = in_small_letters(name);
    for (const std::string& candidate : candidates) {
        const size_t distance = edit_distance(wanted, in_small_letters(candidate));
        if (distance < least) {
            least = distance;
            best = candidate;
        }
    }
    return best;
}

double parse_number(const std::string& what, const std::string& text)
{
    double value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end || !std::isfinite(value))
        throw BadInput(what + ": '" + text + "' is not a number");
    return value;
}

}  // namespace hpnsim
