// SPDX-License-Identifier: GPL-2.0-only
// Reads lists of names separated by commas, as `--pcap`, `--series-only`, `--trace` and the packets of a
// fault take them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hpnsim
{

/// The names, without the spaces around them.
inline std::vector<std::string> split_list(const std::string& list)
{
    std::vector<std::string> names;
    for (size_t begin = 0; begin <= list.size();) {
        const size_t comma = std::min(list.find(',', begin), list.size());
        std::string name = list.substr(begin, comma - begin);
        name.erase(0, std::min(name.find_first_not_of(' '), name.size()));
        name.erase(name.find_last_not_of(' ') + 1);
        names.push_back(name);
        begin = comma + 1;
    }
    return names;
}

/// Reads a whole number; nothing if the text holds anything else.
inline std::optional<uint32_t> whole(const std::string& text)
{
    const bool digits = !text.empty() && text.size() <= 9 &&
                        std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    return digits ? std::optional<uint32_t>(static_cast<uint32_t>(std::stoul(text))) : std::nullopt;
}

}  // namespace hpnsim
