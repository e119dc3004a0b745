// SPDX-License-Identifier: GPL-2.0-only
// Finds out which capacity is left towards a destination, and repeats next hops by it.
#include "hpnsim/weighted_router.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace hpnsim
{

namespace
{

constexpr long kSteps = 16;  // of the greatest weight; a table of 60 next hops then has at most 960 entries

uint64_t pair_key(uint32_t sw, uint32_t dst)
{
    return static_cast<uint64_t>(sw) << 32 | dst;
}

}  // namespace

WeightedRouter::WeightedRouter(const FabricPlan& plan, std::shared_ptr<const Router> live)
    : plan_(plan), index_(plan_), live_(std::move(live))
{
    for (const LinkPlan& link : plan.links) {
        now_.push_back(static_cast<double>(link.rate.bps));
        planned_.push_back(now_.back() / link.share);
    }
}

NextHops WeightedRouter::next(uint32_t sw, uint32_t dst) const
{
    const NextHops hops = live_->next(sw, dst);
    if (hops.count < 2) return hops;
    const auto [found, fresh] = hops_.try_emplace(pair_key(sw, dst));
    if (fresh) found->second = weighted(sw, dst, hops);
    const std::vector<uint16_t>& entries = found->second;
    return entries.empty() ? hops : NextHops{0, static_cast<uint16_t>(entries.size()), entries.data()};
}

/// Returns the next hops, each as often as its weight; nothing if all weights are equal.
std::vector<uint16_t> WeightedRouter::weighted(uint32_t sw, uint32_t dst, const NextHops& hops) const
{
    std::vector<double> left;
    for (uint32_t i = 0; i < hops.count; ++i) left.push_back(weight(sw, hops.port(i), dst));
    const double most = *std::max_element(left.begin(), left.end());
    std::vector<long> steps;
    for (const double each : left)
        steps.push_back(most > 0 ? std::max(std::lround(each / most * kSteps), 1L) : 1);
    const long unit =
        std::accumulate(steps.begin(), steps.end(), 0L, [](long a, long b) { return std::gcd(a, b); });
    std::vector<uint16_t> entries;
    if (unit == *std::max_element(steps.begin(), steps.end())) return entries;
    for (uint32_t i = 0; i < hops.count; ++i)
        entries.insert(entries.end(), static_cast<size_t>(steps[i] / unit), hops.port(i));
    return entries;
}

double WeightedRouter::weight(uint32_t sw, uint16_t port, uint32_t dst) const
{
    const FabricIndex::End& end = index_.end(plan_.endpoints + sw, port);
    if (end.peer < plan_.endpoints) return now_[end.link];
    return std::min(now_[end.link], planned_[end.link] * part_left(end.peer - plan_.endpoints, dst));
}

/// What is left of the planned capacity of a switch towards a destination, 0 to 1.
double WeightedRouter::part_left(uint32_t sw, uint32_t dst) const
{
    const auto [known, fresh] = parts_.try_emplace(pair_key(sw, dst), 0);  // 0 ends a circle
    if (!fresh) return known->second;
    const NextHops all = plan_.router->next(sw, dst), live = live_->next(sw, dst);
    double planned = 0, left = 0;
    for (uint32_t i = 0; i < all.count; ++i)
        planned += planned_[index_.end(plan_.endpoints + sw, all.port(i)).link];
    for (uint32_t i = 0; i < live.count; ++i) left += weight(sw, live.port(i), dst);
    return parts_[pair_key(sw, dst)] = planned > 0 ? left / planned : 0;
}

void WeightedRouter::set_share(uint32_t link, double share)
{
    now_[link] = static_cast<double>(plan_.links[link].rate.bps) * share;
    forget();
}

void WeightedRouter::forget()
{
    hops_.clear();
    parts_.clear();
}

}  // namespace hpnsim
