// SPDX-License-Identifier: GPL-2.0-only
// Expands texts with alternatives in braces, as shells do, but nothing else that shells do.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/study.hpp"

namespace hpnsim
{

namespace
{

bool escaped(const std::string& text, size_t at)
{
    return at > 0 && text[at - 1] == '\\';
}

/// The place of the brace that closes the one at `open`.
size_t closing(const std::string& place, const std::string& text, size_t open)
{
    int depth = 0;
    for (size_t at = open; at < text.size(); ++at) {
        if (escaped(text, at)) continue;
        if (text[at] == '{') ++depth;
        if (text[at] == '}' && --depth == 0) return at;
    }
    throw BadInput(place + ": '" + text +
                   "' has a { without a }; a brace that is meant as such is written \\{");
}

size_t opening(const std::string& place, const std::string& text)
{
    for (size_t at = 0; at < text.size(); ++at) {
        if (escaped(text, at)) continue;
        if (text[at] == '{') return at;
        if (text[at] == '}')
            throw BadInput(place + ": '" + text +
                           "' has a } without a {; a brace that is meant as such is written \\}");
    }
    return std::string::npos;
}

/// Cuts at commas that stand in no inner braces. `\,` is a comma that does not cut, and `\\,` one that the
/// readers of NAME:key=value see as `\,`.
std::vector<std::string> alternatives(const std::string& inner)
{
    std::vector<std::string> parts(1);
    int depth = 0;
    for (size_t at = 0; at < inner.size(); ++at) {
        const char c = inner[at];
        if (!escaped(inner, at)) {
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (c == ',' && depth == 0) {
                parts.emplace_back();
                continue;
            }
        } else if (c == ',' && depth == 0) {
            parts.back().pop_back();
        }
        parts.back() += c;
    }
    return parts;
}

/// Takes the backslash away from braces. One before a comma outside of them stays: the readers of
/// NAME:key=value know it.
std::string without_escapes(const std::string& text)
{
    std::string plain;
    for (size_t at = 0; at < text.size(); ++at) {
        const bool before_brace =
            text[at] == '\\' && at + 1 < text.size() && (text[at + 1] == '{' || text[at + 1] == '}');
        if (!before_brace) plain += text[at];
    }
    return plain;
}

void expand(const std::string& place, const std::string& text, std::vector<std::string>& out)
{
    const size_t open = opening(place, text);
    if (open == std::string::npos) {
        out.push_back(without_escapes(text));
        return;
    }
    const size_t close = closing(place, text, open);
    for (const std::string& part : alternatives(text.substr(open + 1, close - open - 1))) {
        if (out.size() > kMostRuns) throw BadInput(place + ": '" + text + "' stands for too many values");
        expand(place, text.substr(0, open) + part + text.substr(close + 1), out);
    }
}

}  // namespace

std::vector<std::string> expand_braces(const std::string& place, const std::string& text)
{
    std::vector<std::string> out;
    expand(place, text, out);
    return out;
}

}  // namespace hpnsim
