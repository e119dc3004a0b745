// SPDX-License-Identifier: GPL-2.0-only
// Gives next hops shares by the capacity that is left behind each, as switches do that know of degraded and
// lost links (W-ECMP).
#pragma once

#include "hpnsim/fabric.hpp"

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace hpnsim
{

/**
 * \brief A router whose next hops come as often as they have capacity, so that a hash over them shares by it.
 *
 * So switches do it, by entries of their tables that repeat. The weight of a next hop towards a destination
 * is the rate of its link, cut to the part that the switch behind it still has of its own capacity towards
 * there (Ofan, arXiv 2507.21372): a spine that has lost half of its links to a pod gets half as much for it.
 * Weights are in sixteenths of the greatest, the least of them one. Next hops that are all alike are left as
 * they are, so that the hash chooses as without weights. Answers are remembered until something changes, so
 * one thread may ask.
 */
class WeightedRouter : public Router
{
public:
    /// `plan.router` knows the next hops as they were planned, and may be replaced afterwards; `live`, those
    /// that there are.
    WeightedRouter(const FabricPlan& plan, std::shared_ptr<const Router> live);

    NextHops next(uint32_t sw, uint32_t dst) const override;

    /// Everybody knows now that the link has so much of its rate, 0 to 1.
    void set_share(uint32_t link, double share);
    /// `live` has changed its answers.
    void forget();

private:
    double weight(uint32_t sw, uint16_t port, uint32_t dst) const;
    double part_left(uint32_t sw, uint32_t dst) const;
    std::vector<uint16_t> weighted(uint32_t sw, uint32_t dst, const NextHops& hops) const;

    FabricPlan plan_;
    FabricIndex index_;
    std::shared_ptr<const Router> live_;
    std::vector<double> planned_, now_;  // rates in b/s, by link
    // Looked up and never walked, by switch << 32 | destination.
    mutable std::unordered_map<uint64_t, std::vector<uint16_t>> hops_;  // empty: all alike
    mutable std::unordered_map<uint64_t, double> parts_;
};

}  // namespace hpnsim
