// SPDX-License-Identifier: GPL-2.0-only
// Judges a claim by the bands of its figures.
#include "claims/trial_table.hpp"
#include "hpnsim/claim.hpp"
#include "hpnsim/text.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// Conditions under which all figures with a band lie in it, and those under which one does not.
struct Sides {
    std::vector<Condition> within, beyond;
    size_t unknown = 0;
};

void note(std::vector<Condition>& list, const Condition& condition)
{
    if (std::find(list.begin(), list.end(), condition) == list.end()) list.push_back(condition);
}

Sides sides_of(const Claim& claim, const Trial& trial)
{
    Sides sides;
    for (size_t at = 0; at < claim.figures.size(); ++at) {
        if (!claim.figures[at].claimed) continue;
        for (const Finding& each : trial[at]) {
            if (!each.value)
                ++sides.unknown;
            else
                note(claim.figures[at].claimed->holds(each.value->value) ? sides.within : sides.beyond,
                     each.condition);
        }
    }
    auto& within = sides.within;
    within.erase(std::remove_if(within.begin(), within.end(),
                                [&sides](const Condition& each) {
                                    return std::find(sides.beyond.begin(), sides.beyond.end(), each) !=
                                           sides.beyond.end();
                                }),
                 within.end());
    return sides;
}

/// Conditions as "a, b or c"; of many, how many there are.
std::string alternatives(const std::vector<Condition>& conditions)
{
    constexpr size_t kMost = 6;
    if (conditions.size() > kMost)
        return "one of " + std::to_string(conditions.size()) + " conditions of the table";
    std::vector<std::string> texts;
    for (const Condition& each : conditions) texts.push_back(text_of(each));
    return listed_texts(texts, "or");
}

/// No condition has all figures within their bands: which figures are within some of the time.
std::string parts_text(const Claim& claim, const Trial& trial)
{
    std::vector<std::string> texts;
    bool any = false;
    for (size_t at = 0; at < claim.figures.size(); ++at) {
        if (!claim.figures[at].claimed) continue;
        const size_t within = count_within(*claim.figures[at].claimed, trial[at]);
        any = any || within > 0;
        texts.push_back(claim.figures[at].name + " in " + std::to_string(within) + " of " +
                        std::to_string(trial[at].size()));
    }
    return any && texts.size() > 1 ? "holds in part: " + listed_texts(texts) : "does not hold";
}

}  // namespace

std::string text_of(const Condition& condition)
{
    std::vector<std::string> parts;
    for (const auto& [option, value] : condition) parts.push_back(option + "=" + value);
    return parts.empty() ? "as set" : joined_texts(parts, " ");
}

std::string verdict_of(const Claim& claim, const Trial& trial)
{
    if (!claim.cannot.empty()) return "cannot be shown by a network simulation";
    const Sides sides = sides_of(claim, trial);
    if (sides.within.empty() && sides.beyond.empty())
        return "not judged: no figure with a band could be computed";
    const std::string missing =
        sides.unknown == 0 ? "" : " (" + std::to_string(sides.unknown) + " figures could not be computed)";
    if (sides.beyond.empty()) return "holds" + missing;
    if (sides.within.empty()) return parts_text(claim, trial) + missing;
    const bool few = sides.within.size() <= sides.beyond.size();
    return (few ? "holds if " : "holds unless ") + alternatives(few ? sides.within : sides.beyond) + missing;
}

}  // namespace hpnsim
