// SPDX-License-Identifier: GPL-2.0-only
// Confidence intervals by resampling: no assumption is made of how a figure is distributed over seeds.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hpnsim
{

struct Interval {
    double low = 0, high = 0;
};

/// What a sample says of a figure.
struct Estimate {
    double value = 0;                  ///< of the sample itself
    std::optional<Interval> interval;  ///< none: the sample is too small
};

/// The fewest values from which an interval is computed. With fewer, resampling can only repeat what was
/// drawn: with 5 there are 126 different resamples.
inline constexpr size_t kFewestForInterval = 5;

using Statistic = std::function<double(const std::vector<double>&)>;

double mean_of(const std::vector<double>& values);
double median_of(const std::vector<double>& values);

/// The percentile bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13): the
/// statistic of `resamples` samples drawn with replacement, and the middle `level` of them. The draws depend
/// on nothing but the number of values, so that the same sample gives the same interval on every machine.
Estimate bootstrap(const std::vector<double>& values, const Statistic& statistic, double level = 0.95,
                   uint32_t resamples = 10'000);

/// The same of the relative difference of two figures over the same seeds, mean(b) / mean(a) - 1: pairs are
/// drawn together, so that what the seeds have in common cancels. Throws std::logic_error unless the sizes
/// are equal.
Estimate paired_change(const std::vector<double>& a, const std::vector<double>& b, double level = 0.95,
                       uint32_t resamples = 10'000);

/// "18.2 % lower (11.3 to 24.1)" of a change with its interval, which says so where it has both signs.
std::string change_text(const Estimate& change);

}  // namespace hpnsim
