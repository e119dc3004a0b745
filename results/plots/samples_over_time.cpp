// SPDX-License-Identifier: GPL-2.0-only
// Thins out curves over time.
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

}  // namespace hpnsim
