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

/// Conditions under which some figures with a band all lie in it, and those under which one does not.
struct Sides {
    std::vector<Condition> within, beyond;
    size_t unknown = 0;
};

bool has(const std::vector<Condition>& list, const Condition& condition)
{
    return std::find(list.begin(), list.end(), condition) != list.end();
}

/// `figures` are places in the claim's list.
Sides sides_of(const Claim& claim, const Trial& trial, const std::vector<size_t>& figures)
{
    Sides sides;
    std::vector<Condition> once;
    for (const size_t at : figures)
        for (const Finding& each : trial[at]) {
            if (!each.computed()) {
                ++sides.unknown;
                continue;
            }
            auto& side = claim.figures[at].claimed->holds(each.mean()) ? once : sides.beyond;
            if (!has(side, each.condition)) side.push_back(each.condition);
        }
    for (const Condition& each : once)
        if (!has(sides.beyond, each)) sides.within.push_back(each);
    return sides;
}

std::vector<size_t> judged_figures(const Claim& claim)
{
    std::vector<size_t> judged;
    for (size_t at = 0; at < claim.figures.size(); ++at)
        if (claim.figures[at].claimed) judged.push_back(at);
    return judged;
}

/// True if the figures stand beside each other under the same conditions. Others are judged one by one.
bool under_the_same(const Trial& trial, const std::vector<size_t>& figures)
{
    return std::all_of(figures.begin(), figures.end(), [&](size_t at) {
        const auto& first = trial[figures.front()];
        return std::equal(trial[at].begin(), trial[at].end(), first.begin(), first.end(),
                          [](const Finding& a, const Finding& b) { return a.condition == b.condition; });
    });
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

std::string side_text(const Sides& sides)
{
    if (sides.within.empty() && sides.beyond.empty()) return "could not be computed";
    const std::string missing =
        sides.unknown == 0 ? "" : " (" + std::to_string(sides.unknown) + " figures could not be computed)";
    if (sides.beyond.empty()) return "holds" + missing;
    if (sides.within.empty()) return "does not hold" + missing;
    const bool few = sides.within.size() <= sides.beyond.size();
    return (few ? "holds if " : "holds unless ") + alternatives(few ? sides.within : sides.beyond) + missing;
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
    const std::vector<size_t> judged = judged_figures(claim);
    if (judged.empty()) return "not judged: no figure has a band";
    if (under_the_same(trial, judged)) {
        const Sides sides = sides_of(claim, trial, judged);
        const bool in_part = sides.within.empty() && judged.size() > 1;
        return in_part ? parts_text(claim, trial) : side_text(sides);
    }
    std::vector<std::string> texts;
    for (const size_t at : judged)
        texts.push_back(claim.figures[at].name + " " + side_text(sides_of(claim, trial, {at})));
    return joined_texts(texts, "; ");
}

}  // namespace hpnsim
