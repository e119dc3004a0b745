// SPDX-License-Identifier: GPL-2.0-only
// Cuts NAME[:key=value,...] at its colons and commas, and refuses keys that are empty or given twice.
#include "hpnsim/spec.hpp"

#include "hpnsim/bad_input.hpp"

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

}  // namespace

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

}  // namespace hpnsim
