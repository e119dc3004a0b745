// SPDX-License-Identifier: GPL-2.0-only
// Ranks contenders and words the distance between the first two.
#include "hpnsim/contest.hpp"

#include "hpnsim/format.hpp"

#include <algorithm>
#include <cmath>

namespace hpnsim
{

namespace
{

double geometric_mean(const std::vector<double>& values)
{
    double sum = 0;
    for (const double value : values) sum += std::log(value);
    return std::exp(sum / static_cast<double>(values.size()));
}

double figure_of(const Contender& contender, Averaging averaging)
{
    return averaging == Averaging::mean ? mean_of(contender.values) : geometric_mean(contender.values);
}

std::string with_unit(const std::string& number, const Measure& measure)
{
    return measure.unit.empty() ? number : number + " " + measure.unit;
}

/// Percent with as many digits as an interval of that width carries.
std::string percent(double share)
{
    const double value = share * 100;
    return format_fixed(value, std::fabs(value) < 10 ? 1 : 0);
}

std::string doubt(size_t pairs, const std::string& of)
{
    if (pairs == 1) return "one run each, so there is no interval";
    return std::to_string(pairs) + " " + of + ", too few for an interval";
}

std::string certainty(const Estimate& change, double sign, size_t pairs, const std::string& of)
{
    if (!change.interval) return doubt(pairs, of);
    const double a = sign * change.interval->low, b = sign * change.interval->high;
    return "95 % interval " + percent(std::min(a, b)) + " to " + percent(std::max(a, b)) + " %, over " +
           std::to_string(pairs) + " " + of;
}

}  // namespace

Estimate change_of(const Contender& a, const Contender& b, Averaging averaging)
{
    if (averaging == Averaging::mean) return paired_change(a.values, b.values);
    std::vector<double> ratios;
    for (size_t at = 0; at < a.values.size(); ++at) ratios.push_back(b.values[at] / a.values[at]);
    Estimate found = bootstrap(ratios, geometric_mean, 0.95, 2'000);
    found.value -= 1;
    if (found.interval) found.interval = Interval{found.interval->low - 1, found.interval->high - 1};
    return found;
}

std::vector<Contender> ranked(const Measure& measure, std::vector<Contender> contenders, Averaging averaging)
{
    std::stable_sort(contenders.begin(), contenders.end(), [&](const Contender& a, const Contender& b) {
        const double of_a = figure_of(a, averaging), of_b = figure_of(b, averaging);
        return measure.lower_is_better ? of_a < of_b : of_a > of_b;
    });
    return contenders;
}

std::string contest_sentence(const Measure& measure, const std::vector<Contender>& contenders,
                             Averaging averaging, const std::string& pairs)
{
    const std::vector<Contender> order = ranked(measure, contenders, averaging);
    const Contender &first = order[0], &second = order[1];
    const Estimate change = change_of(second, first, averaging);
    const double sign = measure.lower_is_better ? -1 : 1;
    const std::string sure = certainty(change, sign, first.values.size(), pairs);
    const bool single = averaging == Averaging::mean;
    const std::string value = with_unit(format_short(figure_of(first, averaging)), measure);
    if (change.value == 0)
        return first.label + " and " + second.label + " are equal in " + measure.words +
               (single ? ": " + value : std::string()) + ".";
    const bool open = change.interval && change.interval->low <= 0 && change.interval->high >= 0;
    const bool small = std::fabs(change.value) < 0.001;
    if (open || small)
        return "No clear winner: " + first.label + " is best in " + measure.words +
               (single ? ", with " + value : std::string()) + ", but only " +
               format_fixed(sign * change.value * 100, 2) + " % ahead of " + second.label + " (" + sure +
               ").";
    return first.label + " won: its " + measure.words + (single ? " of " + value : std::string()) + " is " +
           percent(std::fabs(change.value)) + " % " + (measure.lower_is_better ? "below" : "above") +
           " that of " + second.label + " (" + sure + ").";
}

std::string estimate_text(const std::vector<double>& values, const Measure& measure, const std::string& of)
{
    const Estimate found = bootstrap(values, mean_of);
    std::string text = with_unit(format_short(found.value), measure);
    if (!found.interval || found.interval->low >= found.interval->high) return text;
    return text + " (95 % interval " + format_short(found.interval->low) + " to " +
           format_short(found.interval->high) + " over " + std::to_string(values.size()) + " " + of + ")";
}

}  // namespace hpnsim
