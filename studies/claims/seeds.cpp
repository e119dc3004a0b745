// SPDX-License-Identifier: GPL-2.0-only
// Says what a verdict and its figures owe to the seeds of the runs.
#include "hpnsim/claim.hpp"
#include "hpnsim/text.hpp"

#include <algorithm>
#include <limits>

namespace hpnsim
{

namespace
{

/// The trial as one seed alone would have it.
Trial of_seed(const Trial& trial, size_t seed)
{
    Trial one = trial;
    for (auto& findings : one)
        for (Finding& each : findings)
            if (each.computed()) each.values = {each.values[seed]};
    return one;
}

/// How many figures there are under how many conditions, and how many of them differ between seeds.
struct Count {
    size_t all = 0, differ = 0;
};

Count count(const Trial& trial)
{
    Count found;
    for (const auto& findings : trial)
        for (const Finding& each : findings) {
            found.all += each.computed() ? 1 : 0;
            found.differ += each.differs() ? 1 : 0;
        }
    return found;
}

/// Where a figure lies in its band in some seeds and not in others: "gain with cc=hpcc (in 2 of 3)".
std::vector<std::string> on_the_edge(const ClaimFigure& figure, const std::vector<Finding>& findings)
{
    std::vector<std::string> texts;
    for (const Finding& each : findings) {
        const auto in = static_cast<size_t>(
            std::count_if(each.values.begin(), each.values.end(),
                          [&figure](double value) { return figure.claimed->holds(value); }));
        if (in == 0 || in == each.values.size()) continue;
        texts.push_back(figure.name + (each.condition.empty() ? "" : " with " + text_of(each.condition)) +
                        " (in " + std::to_string(in) + " of " + std::to_string(each.values.size()) + ")");
    }
    return texts;
}

/// The same of all figures; of one that is so under many conditions, under how many.
std::vector<std::string> all_on_the_edge(const Claim& claim, const Trial& trial)
{
    constexpr size_t kMost = 3;
    std::vector<std::string> texts;
    for (size_t at = 0; at < trial.size(); ++at) {
        if (!claim.figures[at].claimed) continue;
        const std::vector<std::string> own = on_the_edge(claim.figures[at], trial[at]);
        if (own.size() > kMost)
            texts.push_back(claim.figures[at].name + " under " + std::to_string(own.size()) + " of " +
                            std::to_string(trial[at].size()) + " conditions");
        else
            texts.insert(texts.end(), own.begin(), own.end());
    }
    return texts;
}

bool is_judged(const Claim& claim)
{
    return std::any_of(claim.figures.begin(), claim.figures.end(),
                       [](const ClaimFigure& each) { return each.claimed.has_value(); });
}

}  // namespace

size_t seeds_of(const Trial& trial)
{
    size_t least = std::numeric_limits<size_t>::max();
    for (const auto& findings : trial)
        for (const Finding& each : findings)
            if (each.computed()) least = std::min(least, each.values.size());
    return least == std::numeric_limits<size_t>::max() ? 1 : least;
}

std::string verdict_in_seeds(const Claim& claim, const Trial& trial)
{
    const size_t seeds = seeds_of(trial);
    if (seeds < 2 || !is_judged(claim) || count(trial).differ == 0) return "";
    size_t same = 0;
    for (size_t seed = 0; seed < seeds; ++seed)
        same += verdict_of(claim, of_seed(trial, seed)) == verdict_of(claim, trial) ? 1 : 0;
    return ", the same in " + std::to_string(same) + " of " + std::to_string(seeds) + " seeds";
}

std::string seeds_text(const Claim& claim, const Trial& trial)
{
    const size_t seeds = seeds_of(trial);
    if (seeds < 2) return "";
    const Count found = count(trial);
    const std::string many = std::to_string(seeds);
    if (found.differ == 0)
        return "Every figure is the same in all " + many + " seeds: they are one sample, not " + many + ".";
    std::string text;
    const std::vector<std::string> edge = all_on_the_edge(claim, trial);
    if (!edge.empty())
        text = "It depends on the seed whether these lie in the claimed band: " + listed_texts(edge) + ". ";
    else if (is_judged(claim))
        text = "No figure leaves the claimed band, or enters it, by the seed. ";
    if (found.differ == found.all) return text + "All figures differ between seeds.";
    return text + std::to_string(found.differ) + " of " + std::to_string(found.all) +
           " figures differ between seeds; the seeds of the others are one sample.";
}

}  // namespace hpnsim
