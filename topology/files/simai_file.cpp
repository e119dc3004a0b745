// SPDX-License-Identifier: GPL-2.0-only
// Recognises SimAI's topology format, so that a user learns what the file is; it is not read yet.
#include "files/formats.hpp"

namespace hpnsim
{

namespace
{

bool is_number(const std::string& word)
{
    return word.find_first_not_of("0123456789.eE+-") == std::string::npos;
}

/// `nodes gpus-per-server nvswitches switches links gpu-type`.
Likeness recognise(const std::vector<std::string>& words)
{
    constexpr size_t kWords = 6;
    return words.size() == kWords && is_number(words.front()) && !is_number(words.back()) ? Likeness::certain
                                                                                          : Likeness::none;
}

}  // namespace

HPNSIM_TOPOLOGY_FORMAT(SimaiFile, "simai", recognise, nullptr, false)

}  // namespace hpnsim
