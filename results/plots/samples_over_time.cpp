// SPDX-License-Identifier: GPL-2.0-only
// Thins out curves over time, and averages rates.
#include "plots/samples_over_time.hpp"

#include <algorithm>
#include <cstddef>

namespace hpnsim
{

namespace
{

constexpr size_t kMostPoints = 2000;

}  // namespace

TimePoints thinned(const TimePoints& points)
{
    if (points.size() <= kMostPoints) return points;
    const size_t step = 2 * points.size() / kMostPoints + 1;
    const auto lower = [](const auto& a, const auto& b) { return a.second < b.second; };
    TimePoints out;
    for (size_t i = 0; i < points.size(); i += step) {
        const auto first = points.begin() + static_cast<ptrdiff_t>(i);
        const auto last = points.begin() + static_cast<ptrdiff_t>(std::min(i + step, points.size()));
        const auto [lowest, highest] = std::minmax_element(first, last, lower);
        out.push_back(lowest < highest ? *lowest : *highest);
        if (lowest != highest) out.push_back(lowest < highest ? *highest : *lowest);
    }
    if (out.back() != points.back()) out.push_back(points.back());
    return out;
}

TimePoints averaged(const TimePoints& points)
{
    constexpr double kKilobits = 64 * 1.024 * 8, kFewest = 20;
    if (points.size() < 3) return points;
    const double step = points[1].first - points[0].first, begin = points[0].first - step;
    const double span = points.back().first - begin;
    double sent = 0;  // kilobits: Gb/s x us
    for (size_t i = 0; i < points.size(); ++i)
        sent += points[i].second * (points[i].first - (i == 0 ? begin : points[i - 1].first));
    const double wanted = sent > 0 ? std::min(span / kFewest, kKilobits * span / sent) : 0;
    if (wanted <= step) return points;
    std::vector<double> bins(static_cast<size_t>(span / wanted));
    const double width = span / static_cast<double>(bins.size());
    double from = begin;
    for (const auto& [to, rate] : points) {
        for (auto bin = static_cast<size_t>((from - begin) / width); bin < bins.size() && from < to; ++bin) {
            const double until = std::min(to, begin + static_cast<double>(bin + 1) * width);
            bins[bin] += rate * std::max(until - from, 0.0);
            from = std::max(from, until);
        }
        from = to;
    }
    TimePoints out;
    for (size_t bin = 0; bin < bins.size(); ++bin)
        out.emplace_back(begin + (static_cast<double>(bin) + 0.5) * width, bins[bin] / width);
    return out;
}

}  // namespace hpnsim
