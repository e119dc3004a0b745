// SPDX-License-Identifier: GPL-2.0-only
// Resamples with a stream of its own. No run draws from it, so it is none of the kinds of random_streams.hpp.
#include "hpnsim/bootstrap.hpp"

#include "hpnsim/format.hpp"
#include "hpnsim/random.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace hpnsim
{

namespace
{

/// The middle `level` of the figures.
Interval middle(std::vector<double> figures, double level)
{
    std::sort(figures.begin(), figures.end());
    const auto last = static_cast<double>(figures.size() - 1);
    const auto at = [&](double share) { return figures[static_cast<size_t>(std::llround(share * last))]; };
    return {at((1 - level) / 2), at((1 + level) / 2)};
}

/// Calls `take` with the places of each resample.
template <class Take> void resample(size_t size, uint32_t resamples, Take take)
{
    uint64_t stream = mix64(size);
    std::vector<size_t> places(size);
    for (uint32_t k = 0; k < resamples; ++k) {
        for (size_t& each : places) each = next_below(stream, size);
        take(places);
    }
}

}  // namespace

double mean_of(const std::vector<double>& values)
{
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double median_of(const std::vector<double>& values)
{
    std::vector<double> sorted = values;
    std::sort(sorted.begin(), sorted.end());
    const size_t half = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

Estimate bootstrap(const std::vector<double>& values, const Statistic& statistic, double level,
                   uint32_t resamples)
{
    Estimate found{statistic(values), std::nullopt};
    if (values.size() < kFewestForInterval) return found;
    std::vector<double> figures;
    figures.reserve(resamples);
    std::vector<double> drawn(values.size());
    resample(values.size(), resamples, [&](const std::vector<size_t>& places) {
        for (size_t at = 0; at < places.size(); ++at) drawn[at] = values[places[at]];
        figures.push_back(statistic(drawn));
    });
    found.interval = middle(std::move(figures), level);
    return found;
}

Estimate paired_change(const std::vector<double>& a, const std::vector<double>& b, double level,
                       uint32_t resamples)
{
    if (a.size() != b.size()) throw std::logic_error("pairs need two samples of one size");
    Estimate found{mean_of(b) / mean_of(a) - 1, std::nullopt};
    if (a.size() < kFewestForInterval) return found;
    std::vector<double> figures;
    figures.reserve(resamples);
    resample(a.size(), resamples, [&](const std::vector<size_t>& places) {
        double of_a = 0, of_b = 0;
        for (const size_t place : places) {
            of_a += a[place];
            of_b += b[place];
        }
        figures.push_back(of_b / of_a - 1);
    });
    found.interval = middle(std::move(figures), level);
    return found;
}

std::string change_text(const Estimate& change)
{
    const auto percent = [](double share) { return format_short(std::abs(share) * 100); };
    const auto with_sign = [&percent](double share) {
        return share == 0 ? "the same" : percent(share) + " % " + (share < 0 ? "lower" : "higher");
    };
    if (!change.interval || change.interval->low == change.interval->high) return with_sign(change.value);
    const double low = change.interval->low, high = change.interval->high;
    if (low <= 0 && high >= 0)
        return "no clear difference (" + with_sign(low) + " to " + with_sign(high) + ")";
    const bool lower = high < 0;
    return with_sign(change.value) + " (" + percent(lower ? high : low) + " to " +
           percent(lower ? low : high) + ")";
}

}  // namespace hpnsim
