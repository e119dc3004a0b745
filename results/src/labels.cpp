// SPDX-License-Identifier: GPL-2.0-only
#include "hpnsim/labels.hpp"

namespace hpnsim
{

namespace
{

// A file name may have 255 bytes; room is left for "-2".
constexpr size_t kLongest = 200;

bool allowed(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '=';
}

}  // namespace

std::string join_label(const std::vector<std::string>& parts)
{
    std::string out;
    for (const std::string& part : parts) {
        if (!out.empty()) out += '+';
        for (char c : part) out += allowed(c) ? c : '_';
    }
    if (out.empty()) out = "run";
    if (out[0] == '.') out[0] = '_';  // neither hidden nor `..`
    return out.substr(0, kLongest);
}

std::string LabelSet::add(const std::vector<std::string>& parts)
{
    const std::string label = join_label(parts);
    std::string unique = label;
    for (int i = 2; !taken_.insert(unique).second; ++i) unique = label + "-" + std::to_string(i);
    return unique;
}

}  // namespace hpnsim
