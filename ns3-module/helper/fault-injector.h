// SPDX-License-Identifier: GPL-2.0-only
// FaultInjector makes a schedule of faults happen in a network. RoceNetwork makes one when its plan
// has faults.
#pragma once

#include "../model/slow-receiver.h"

#include "faults/fault_plan.hpp"
#include "hpnsim/live_router.hpp"
#include "hpnsim/weighted_router.hpp"

#include <map>
#include <memory>
#include <vector>

namespace hpnsim
{

class RoceNetwork;

/**
 * \brief Makes a schedule of faults happen, and lets fabric and hosts react as they would.
 *
 * A link is cut or mended in both directions at once. Its two ends notice after FaultPlan::detect:
 * a switch leaves the egress out, a NIC moves its QPs off the port. FaultPlan::converge later,
 * everybody knows: switches leave out next hops that lead nowhere, and NICs use only the ports by
 * which a peer can be reached. A NIC's bond takes a mended port back only FaultPlan::failback after
 * it has noticed, and the news spread from there. An event may bring its own times. If a link
 * changes again before it was noticed, it is noticed later, or never: a flap shorter than `detect`
 * moves no route.
 *
 * A fault comes before what is sent at its time, and so does what becomes known at that time. What
 * somebody posts before the simulation runs is sent at once, before any fault, even one of time 0.
 */
class FaultInjector
{
  public:
    /// The switches ask `router`; it is null if no link of the schedule ever goes down. `weights`
    /// are told of what links have left; null: no switch shares by it.
    FaultInjector(RoceNetwork& network,
                  std::shared_ptr<LiveRouter> router,
                  std::shared_ptr<WeightedRouter> weights);
    ~FaultInjector();

    /// A QP to `peer` was made at an endpoint: it is told what is known. No other QP is touched,
    /// for other nodes may be beyond this moment (RunByNode).
    void Connected(uint32_t endpoint, uint32_t qp, uint32_t peer);

    const std::vector<std::unique_ptr<SlowReceiver>>& SlowReceivers() const;

  private:
    struct Link
    {
        bool cut{false}; // cut by itself; a dead node cuts it too
        bool up{true};
        uint32_t epoch{0}; // changes so far: news of an earlier one is stale
        uint32_t rates{0}; // changes of its rate so far, likewise
        Time converge;     // of the last change
        Time failback;     // likewise; of a NIC's link
    };

    /// A link seen from one of its directions.
    struct End
    {
        uint32_t node;
        uint16_t port;
    };

    void Run(uint32_t index);
    void Cut(const Fault& fault, bool cut);
    void Kill(const Fault& fault, bool dead);
    void Degrade(const Fault& fault);
    void Impair(const Fault& fault);
    void ImpairOne(const Fault& fault, End end);
    void Slow(const Fault& fault);
    void Storm(const Fault& fault);

    std::vector<uint16_t> PortsOf(const Fault& fault) const;
    void Settle(uint32_t link, const Fault& fault);
    void Noticed(uint32_t link, uint32_t epoch);
    void TakenBack(uint32_t link, uint32_t epoch);
    void Spread(uint32_t link);
    void Known(uint32_t link, uint32_t epoch);
    void RateKnown(uint32_t link, uint32_t rates, double share);
    void Reweigh();
    void TellHosts();
    void TellHost(uint32_t endpoint, uint32_t peer);
    uint8_t PortsTo(uint32_t endpoint, uint32_t peer) const;
    Time Refresh(Rate rate) const;

    RoceNetwork& m_network;
    std::shared_ptr<LiveRouter> m_router;
    std::shared_ptr<WeightedRouter> m_weights;
    std::vector<Link> m_links;
    std::vector<bool> m_dead; // per node
    std::vector<std::unique_ptr<SlowReceiver>> m_slow;
    std::map<uint32_t, SlowReceiver*> m_slowAt;              // by the NIC's global port
    std::map<std::pair<uint32_t, uint32_t>, uint8_t> m_told; // (NIC, peer): ports, unless all
    bool m_tellDue{false};
};

} // namespace hpnsim
