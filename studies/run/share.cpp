// SPDX-License-Identifier: GPL-2.0-only
// Reads shares from the environment.
#include "hpnsim/share.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/quantity.hpp"

#include <optional>

namespace hpnsim
{

namespace
{

constexpr unsigned kMostShares = 1'000'000;

std::optional<unsigned> number_in(const Variable& variable, const char* name, unsigned least)
{
    const char* text = variable(name);
    if (text == nullptr || *text == '\0') return std::nullopt;
    return static_cast<unsigned>(parse_count(std::string("environment: ") + name, text, least, kMostShares));
}

/// A rank and how many there are.
std::optional<Share> of_ranks(const Variable& variable)
{
    static constexpr const char* kNames[][2] = {{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
                                                {"PMI_RANK", "PMI_SIZE"}};
    for (const auto& [rank, size] : kNames) {
        const auto number = number_in(variable, rank, 0), of = number_in(variable, size, 1);
        if (!number || !of) continue;
        if (*number >= *of)
            throw BadInput("environment: " + std::string(rank) + " is " + std::to_string(*number) + ", and " +
                           size + " " + std::to_string(*of));
        return Share{*number, *of, 1};
    }
    return std::nullopt;
}

/// A task of an array such as 1-20 or 0-190:10. Of a list with gaps, such as 1,4,5, only Slurm knows the
/// places.
std::optional<Share> of_array(const Variable& variable)
{
    const auto id = number_in(variable, "SLURM_ARRAY_TASK_ID", 0),
               count = number_in(variable, "SLURM_ARRAY_TASK_COUNT", 1);
    if (!id || !count) return std::nullopt;
    const unsigned least = number_in(variable, "SLURM_ARRAY_TASK_MIN", 0).value_or(0);
    const unsigned step = number_in(variable, "SLURM_ARRAY_TASK_STEP", 1).value_or(1);
    if (*id < least || (*id - least) % step != 0 || (*id - least) / step >= *count)
        throw BadInput("environment: task " + std::to_string(*id) + " of a Slurm array of " +
                       std::to_string(*count) +
                       " has no place in it; give the array as a range, such as --array=0-" +
                       std::to_string(*count - 1) + ", or each task its --share");
    return Share{(*id - least) / step, *count, number_in(variable, "SLURM_CPUS_PER_TASK", 1).value_or(1)};
}

}  // namespace

Share share_of_process(const Variable& variable)
{
    const auto rank = of_ranks(variable), task = of_array(variable);
    if (rank && task) {
        const auto shares = static_cast<uint64_t>(rank->of) * task->of;
        if (shares > kMostShares)
            throw BadInput("environment: " + std::to_string(shares) + " shares are too many");
        return {task->number * rank->of + rank->number, static_cast<unsigned>(shares), task->processes};
    }
    return rank ? *rank : task.value_or(Share());
}

Share parse_share(const std::string& place, const std::string& text)
{
    const size_t slash = text.find('/');
    if (slash == std::string::npos)
        throw BadInput(place + ": '" + text + "' is not a share such as 3/8, the third of eight");
    const auto of = static_cast<unsigned>(parse_count(place, text.substr(slash + 1), 1, kMostShares));
    const auto number = static_cast<unsigned>(parse_count(place, text.substr(0, slash), 1, of));
    return {number - 1, of, 0};
}

}  // namespace hpnsim
