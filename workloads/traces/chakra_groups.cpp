// SPDX-License-Identifier: GPL-2.0-only
// Reads the groups that Chakra traces name, packs them into families, and checks that all members of a group
// call the same collectives.
#include "traces/chakra_groups.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/text_input.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

namespace hpnsim
{

namespace
{

using Json = nlohmann::json;

constexpr size_t kMostFamilies = 4096;

std::vector<uint32_t> all_of(uint32_t ranks)
{
    std::vector<uint32_t> all(ranks);
    std::iota(all.begin(), all.end(), 0);
    return all;
}

/// Reads a list of ranks; `what` begins the sentences.
std::vector<uint32_t> ranks_of(const std::string& what, const Json& list, uint32_t ranks)
{
    if (!list.is_array()) throw BadInput(what + " is no list of ranks, such as [0, 1]");
    std::vector<uint32_t> read;
    std::vector<bool> seen(ranks);
    for (const Json& each : list) {
        if (!each.is_number_unsigned() || each.get<uint64_t>() >= ranks)
            throw BadInput(what + " names the rank " +
                           each.dump(-1, ' ', true, Json::error_handler_t::replace) +
                           "; there are ranks 0 to " + std::to_string(ranks - 1));
        const auto rank = each.get<uint32_t>();
        if (seen[rank]) throw BadInput(what + " names rank " + std::to_string(rank) + " twice");
        seen[rank] = true;
        read.push_back(rank);
    }
    return read;
}

/// Takes off what PyTorch's list is wrapped into: two characters on either side.
Json unwrapped(std::string_view text)
{
    if (text.size() < 4) return Json(Json::value_t::discarded);
    text = text.substr(2, text.size() - 4);
    return Json::parse(text.begin(), text.end(), nullptr, false);
}

bool is_process_group(const Json& item)
{
    return item.is_object() && item.contains("pg_name") && item["pg_name"].is_string() &&
           item.contains("ranks");
}

std::string listed(const ChakraGroups::Call& call)
{
    return std::string(name_of(call.kind)) + " of " + std::to_string(call.bytes) + " bytes";
}

}  // namespace

NamedGroups read_group_file(const std::string& path, uint32_t ranks)
{
    const std::string text = read_text("groups", path);
    Json json;
    try {
        json = Json::parse(text);
    } catch (const Json::parse_error& error) {
        throw BadInput(path + ", byte " + std::to_string(error.byte) +
                       ": the groups must be JSON, such as {\"1\": [0, 1], \"2\": [2, 3]}");
    }
    if (!json.is_object())
        throw BadInput(path + ", byte 0: the groups must be a JSON object, such as {\"1\": [0, 1]}");
    NamedGroups groups;
    for (const auto& [name, list] : json.items()) {
        const std::string what = path + ": the group '" + name + "'";
        if (names_all_ranks(name))
            throw BadInput(what + " always has all ranks; give this group another name, from 1");
        std::vector<uint32_t> read = ranks_of(what, list, ranks);
        if (read.empty()) throw BadInput(what + " has no ranks");
        groups[name] = std::move(read);
    }
    return groups;
}

void add_process_groups(const std::string& place, std::string_view text, uint32_t ranks, NamedGroups& groups)
{
    const Json json = unwrapped(text);
    if (!json.is_array() || !std::all_of(json.begin(), json.end(), is_process_group)) return;
    for (const Json& item : json) {
        const auto name = item["pg_name"].get<std::string>();
        std::vector<uint32_t> read =
            ranks_of(place + ": the process group '" + name + "'", item["ranks"], ranks);
        groups[name] = read.empty() ? all_of(ranks) : std::move(read);
    }
}

ChakraGroups::ChakraGroups(uint32_t ranks) : ranks_(ranks)
{
    groups_.push_back({"0", all_of(ranks)});
}

size_t ChakraGroups::find(const std::string& place, const std::string& name,
                          const std::vector<uint32_t>& ranks)
{
    if (names_all_ranks(name)) return 0;
    const auto [found, made] = known_.emplace(std::make_pair(name, ranks), groups_.size());
    if (made) {
        const uint16_t family = family_for(place, ranks);
        families_[family - 1U].groups.push_back(ranks);
        groups_.push_back({name, ranks, family});
        if (families_[family - 1U].name.empty()) families_[family - 1U].name = name;
    }
    return found->second;
}

/// Returns the first family in which all these ranks are free, and takes them.
uint16_t ChakraGroups::family_for(const std::string& place, const std::vector<uint32_t>& ranks)
{
    size_t number = 0;
    const auto taken = [&](uint32_t rank) -> bool { return families_[number].taken[rank]; };
    while (number < families_.size() && std::any_of(ranks.begin(), ranks.end(), taken)) ++number;
    if (number == families_.size()) {
        if (number == kMostFamilies)
            throw BadInput(place + ": a rank is in more than " + std::to_string(kMostFamilies) + " groups");
        families_.push_back({"", {}, std::vector<bool>(ranks_)});
    }
    for (const uint32_t rank : ranks) families_[number].taken[rank] = true;
    return static_cast<uint16_t>(number + 1);
}

void ChakraGroups::check_calls(const std::string& file, uint32_t rank, size_t number, std::vector<Call> calls)
{
    Group& group = groups_[number];
    if (group.came.empty()) group.calls = calls;
    group.came.push_back(rank);
    const std::string others = ", and rank " + std::to_string(group.came.front()) + ", another member, ";
    const auto [ours, theirs] =
        std::mismatch(calls.begin(), calls.end(), group.calls.begin(), group.calls.end(),
                      [](const Call& a, const Call& b) { return !(a != b); });
    if (ours == calls.end() && theirs == group.calls.end()) return;
    const std::string begin = file + ": in the group '" + group.name + "', rank " + std::to_string(rank);
    if (ours == calls.end() || theirs == group.calls.end())
        throw BadInput(begin + " calls " + std::to_string(calls.size()) + " collectives" + others + "calls " +
                       std::to_string(group.calls.size()));
    throw BadInput(begin + " calls " + listed(*ours) + others + "calls " + listed(*theirs) +
                   " as collective " + std::to_string(ours - calls.begin()) + ", counted from 0");
}

void ChakraGroups::check_all_came(const std::string& prefix) const
{
    for (const Group& group : groups_) {
        if (group.came.empty() || group.came.size() == group.ranks.size()) continue;
        const auto stayed = std::find_if(group.ranks.begin(), group.ranks.end(), [&](uint32_t rank) {
            return std::find(group.came.begin(), group.came.end(), rank) == group.came.end();
        });
        throw BadInput(prefix + "." + std::to_string(*stayed) + ".et: rank " + std::to_string(*stayed) +
                       " calls no collective of the group '" + group.name + "', and rank " +
                       std::to_string(group.came.front()) + ", another member, calls " +
                       std::to_string(group.calls.size()));
    }
}

void ChakraGroups::add_to(GroupTable& table) const
{
    for (const Family& family : families_) table.add({family.name, family.groups});
}

}  // namespace hpnsim
