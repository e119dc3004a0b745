// SPDX-License-Identifier: GPL-2.0-only
// Routes around what is dead. The fabric's own router says which next hops are equal, and this one leaves out
// those that do not lead on. It needs memory for dead links only.
#pragma once

#include "hpnsim/fabric.hpp"
#include "hpnsim/lane.hpp"

#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace hpnsim
{

/**
 * A switch leaves out an egress that it knows to be dead (`set_local`). It also leaves out next hops from
 * which the destination cannot be reached by equal-cost paths, as far as the whole fabric knows
 * (`set_known`): there the host route was withdrawn. Longer paths than the fabric's own are not looked for,
 * as in a Clos fabric whose routing forbids valleys.
 *
 * Several lanes may ask at the same time. What links are is told while only one runs.
 */
class LiveRouter : public Router
{
public:
    /// The plan's own router stays underneath; `plan.router` may be replaced afterwards.
    explicit LiveRouter(const FabricPlan& plan);

    NextHops next(uint32_t sw, uint32_t dst) const override;

    /// Returns the fabric as it was planned, including paths that are dead by now.
    const FabricIndex& planned() const { return index_; }

    /// Tells switch `sw` that its port is dead or alive.
    void set_local(uint32_t sw, uint16_t port, bool alive);
    /// Tells everybody that a link is dead or alive.
    void set_known(uint32_t link, bool alive);

    /// Returns the ports of `src` by which `dst` can be reached, as far as everybody knows, as a bit set.
    uint8_t ports_to(uint32_t src, uint32_t dst) const;

private:
    using Ports = std::vector<uint16_t>;

    /// Answers of one lane. The maps are looked up and never walked; they are empty while nothing is dead.
    struct Answers {
        std::unordered_map<uint64_t, Ports> hops;    // switch << 32 | destination
        std::unordered_map<uint64_t, bool> reaches;  // by the same key
    };

    const Ports& filtered(uint32_t sw, uint32_t dst) const;
    bool leads_on(uint32_t sw, uint16_t port, uint32_t dst) const;
    bool reaches(uint32_t sw, uint32_t dst) const;
    void forget();

    FabricPlan plan_;
    FabricIndex index_;
    std::unordered_set<uint64_t> dead_ports_;  // switch << 16 | port
    std::unordered_set<uint32_t> dead_links_;
    mutable PerLane<Answers> answers_;
};

}  // namespace hpnsim
