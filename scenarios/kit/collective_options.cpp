// SPDX-License-Identifier: GPL-2.0-only
// Declares the options of collective scenarios. Names, help and defaults come from the table of collectives.
#include "kit/collective_scenario.hpp"
#include "kit/goal_file.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/quantity.hpp"

#include <algorithm>
#include <list>
#include <sstream>

namespace hpnsim
{

namespace
{

using O = CollectiveOptions;
using Operations = std::vector<const Operation*>;
constexpr size_t kMostSizes = 1000;

/// Lists the operations that the build has collectives for.
Operations able_operations()
{
    Operations able;
    for (const Operation* each : all_operations())
        if (!collectives_of(*each).empty()) able.push_back(each);
    return able;
}

/// Writes "ring: TEXT; hierarchical: TEXT" for those that have one, or "all_reduce ring, all_gather ring:
/// TEXT" of several operations; TEXT alone where there is no choice.
std::string help_of(const Operations& operations, const char* CollectiveInfo::*text)
{
    std::vector<std::pair<std::string, std::string>> of;  // text and who says it
    size_t all = 0;
    for (const Operation* operation : operations)
        for (const CollectiveOps* ops : collectives_of(*operation)) {
            ++all;
            const std::string said = ops->info.*text;
            if (said.empty()) continue;
            const std::string name =
                (operations.size() > 1 ? std::string(operation->name) + " " : "") + ops->info.name;
            const auto known =
                std::find_if(of.begin(), of.end(), [&said](const auto& each) { return each.first == said; });
            if (known == of.end())
                of.emplace_back(said, name);
            else
                known->second += ", " + name;
        }
    std::string help;
    for (const auto& [said, names] : of)
        help += (help.empty() ? "" : "; ") + (all > 1 ? names + ": " : "") + said;
    return help;
}

/// Takes a name of the operation's collectives; the sentence for another one lists them all.
Setting algorithm_of(const Operation& operation)
{
    Setting made =
        text<&O::algorithm>("algorithm", help_of({&operation}, &CollectiveInfo::doc).c_str(), "NAME");
    made.read = [&operation](void* part, const std::string& place, const std::string&,
                             const std::string& name) {
        argument_of_collective(place, find_collective(place, operation, name), name);
        static_cast<O*>(part)->algorithm = name;
    };
    return made;
}

/// Says of every operation which collectives do it, and what its bus bandwidth is.
Setting op_setting(const Operations& able)
{
    std::string doc = "what the ranks do together";
    for (const Operation* each : able) {
        std::string names;
        for (const CollectiveOps* ops : collectives_of(*each))
            names += (names.empty() ? "" : ", ") + std::string(ops->info.name);
        doc += std::string("; ") + each->name + ", by " + names + " (busbw = algbw x " + each->factor + ")";
    }
    Setting made = text<&O::op>("op", doc.c_str(), "NAME");
    made.read = [](void* part, const std::string& place, const std::string&, const std::string& name) {
        static_cast<O*>(part)->op = find_operation(place, name).name;
    };
    return made;
}

std::string size_doc(const Operations& able)
{
    std::string doc = "bytes of ";
    for (const Operation* each : able)
        doc += able.size() == 1 ? each->counted + std::string(": ")
                                : (each == able.front() ? "" : "; ") + std::string(each->counted) + " (" +
                                      each->name + ")";
    return doc + (able.size() == 1 ? "" : ": ") + "64K, 16M, 1G";
}

void add_sweep(std::vector<Setting>& list)
{
    list.push_back(size<&O::min_bytes>(
        "min-bytes", "first size of a sweep, which gives nccl-tests' table; sizes are whole floats, and "
                     "whole blocks of 16 bytes a rank where a rank's count is of a block"));
    list.push_back(size<&O::max_bytes>("max-bytes", "last size of the sweep (default: the first)"));
    list.push_back(count<&O::step_factor>("step-factor",
                                          "the next size is so many times the last (default: 2)", 2, 1 << 20)
                       .as("F"));
    list.push_back(size<&O::step_bytes>("step-bytes", "the next size is so many bytes more, instead"));
}

void add_common(const Operations& operations, int64_t most_channels, std::vector<Setting>& list)
{
    const std::string channels = help_of(operations, &CollectiveInfo::channels);
    const std::string chunk = help_of(operations, &CollectiveInfo::chunk);
    if (!channels.empty())
        list.push_back(count<&O::channels>("channels", channels.c_str(), 1, most_channels).as("C"));
    if (!chunk.empty()) list.push_back(size<&O::chunk>("chunk", chunk.c_str()));
    list.push_back(
        count<&O::iterations>("iterations", "repeat K times, with a barrier between iterations", 1, 1'000'000)
            .as("K"));
    for (const Setting& each : StepCostOptions::settings()) list.push_back(each);
    list.push_back(write_goal_setting<&O::write_goal>());
    list.push_back(toggle<&O::messages>("messages", "write a row of flows.csv for every message"));
}

Setting ranks_setting()
{
    return count<&O::ranks>("ranks", "number of GPUs, which fill hosts in order", 2, kMaxEndpoints);
}

void add_groups(std::vector<Setting>& list)
{
    list.push_back(
        count<&O::group_size>("group-size",
                              "split the ranks into groups of N, all of which do the operation at once, each "
                              "for itself: a row of flows.csv for each (default: all are one)",
                              2, kMaxEndpoints));
    list.push_back(count<&O::group_stride>(
                       "group-stride",
                       "a group has every S-th rank: with 8 on hosts of 8 GPUs, groups lie on one rail", 1,
                       kMaxEndpoints)
                       .as("S"));
}

/// Keeps a list as long as the program runs: the options point into it.
const std::vector<Setting>& kept(std::vector<Setting> list)
{
    static std::list<std::vector<Setting>> all;
    return all.emplace_back(std::move(list));
}

}  // namespace

OwnOptions collective_options(const Operation& operation, int64_t most_channels)
{
    CollectiveOptions standard;
    standard.algorithm = collectives_of(operation).front()->info.name;
    std::vector<Setting> list = {ranks_setting(), size<&O::size>("size", size_doc({&operation}).c_str())};
    if (collectives_of(operation).size() > 1) list.push_back(algorithm_of(operation));
    add_common({&operation}, most_channels, list);
    return OwnOptions::of(standard, kept(std::move(list)));
}

OwnOptions collective_options()
{
    const Operations able = able_operations();
    CollectiveOptions standard;
    standard.op = able.front()->name;
    std::vector<Setting> list = {op_setting(able)};
    list.push_back(text<&O::algorithm>(
        "algorithm",
        ("how they do it (default: the first of the operation); " + help_of(able, &CollectiveInfo::doc))
            .c_str(),
        "NAME"));
    list.push_back(ranks_setting());
    list.push_back(
        text<&O::members>("members",
                          "which GPUs take part instead, in the order of the ranks: 0-7,16-23, or 0-63/8 for "
                          "every eighth; GPUs of a host follow each other",
                          "LIST"));
    add_groups(list);
    list.push_back(size<&O::size>("size", size_doc(able).c_str()));
    add_sweep(list);
    add_common(able, kMaxEndpoints, list);
    return OwnOptions::of(standard, kept(std::move(list)));
}

std::vector<uint32_t> members_of(const std::string& what, const std::string& text)
{
    std::vector<uint32_t> members;
    std::istringstream in(text);
    for (std::string each; std::getline(in, each, ',');) {
        const size_t slash = each.find('/'), dash = each.find('-');
        const std::string range = each.substr(0, slash);
        const bool one = dash == std::string::npos;
        const bool half = dash == 0 || (!one && dash + 1 == range.size());
        if (each.empty() || half || (one && slash != std::string::npos))
            throw BadInput(what + ": '" + each +
                           "' is neither a GPU nor a range of them, such as 0-7 or 0-63/8");
        const auto number = [&what](const std::string& digits) {
            return parse_count(what, digits, 0, kMaxEndpoints - 1);
        };
        const int64_t first = number(range.substr(0, dash)),
                      last = one ? first : number(range.substr(dash + 1));
        const int64_t step =
            slash == std::string::npos ? 1 : parse_count(what, each.substr(slash + 1), 1, kMaxEndpoints);
        if (last < first) throw BadInput(what + ": " + range + " ends before it begins");
        for (int64_t member = first; member <= last; member += step)
            members.push_back(static_cast<uint32_t>(member));
    }
    return members;
}

RankGroups groups_of(const CollectiveOptions& options, uint32_t ranks)
{
    if (!options.group_size) {
        if (options.group_stride > 1)
            throw BadInput("--group-stride: a stride needs groups too: --group-size N");
        return {1, ranks, 1};
    }
    const uint32_t members = *options.group_size;
    const uint64_t block = uint64_t{members} * options.group_stride;
    if (ranks % block != 0) {
        const uint64_t nearest = std::max(ranks / block, uint64_t{1}) * block;
        throw BadInput(
            "--group-size: groups of " + std::to_string(members) + " ranks" +
            (options.group_stride > 1 ? ", " + std::to_string(options.group_stride) + " apart," : "") +
            " take " + std::to_string(block) + " ranks or a multiple of it, and there are " +
            std::to_string(ranks) + "; use " + std::to_string(nearest));
    }
    return {ranks / members, members, options.group_stride};
}

std::vector<NcclSize> sizes_of(const CollectiveOptions& options, const Operation& operation)
{
    if (!options.min_bytes) {
        for (const auto& [given, name] : {std::pair(options.max_bytes.has_value(), "max-bytes"),
                                          std::pair(options.step_factor.has_value(), "step-factor"),
                                          std::pair(options.step_bytes.has_value(), "step-bytes")})
            if (given)
                throw BadInput("--" + std::string(name) +
                               ": a sweep over sizes needs its first one too: --min-bytes SIZE");
        return {{options.size, 0}};
    }
    const Bytes first = *options.min_bytes, last = options.max_bytes.value_or(first);
    if (last < first)
        throw BadInput("--max-bytes: " + format_size(last) + " is less than --min-bytes " +
                       format_size(first));
    if (options.step_factor && options.step_bytes)
        throw BadInput("--step-bytes: sizes grow by --step-factor or by --step-bytes, not by both");
    std::vector<NcclSize> sizes;
    size_t steps = 0;
    for (Bytes size = first; size <= last;) {
        if (++steps > kMostSizes)
            throw BadInput("--step-bytes: there are more than 1,000 sizes from " + format_size(first) +
                           " to " + format_size(last) + "; take a larger step");
        const NcclSize rounded = nccl_size(operation, size, options.in_group());
        if (rounded.size > 0) sizes.push_back(rounded);
        const Bytes left = last - size, factor = options.step_factor.value_or(2);
        const bool more = options.step_bytes ? *options.step_bytes <= left : size <= left / (factor - 1);
        if (!more) break;
        size = options.step_bytes ? size + *options.step_bytes : size * factor;
    }
    if (sizes.empty())
        throw BadInput("--max-bytes: up to " + format_size(last) + " no size has " +
                       (operation.test.blocks
                            ? "16 bytes for each of " + std::to_string(options.in_group()) + " ranks"
                            : std::string("an element of 4 bytes")));
    return sizes;
}

}  // namespace hpnsim
