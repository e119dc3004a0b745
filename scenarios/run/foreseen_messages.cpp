// SPDX-License-Identifier: GPL-2.0-only
// The messages of a NetworkCarrier that do not cross the network, because it is known when they arrive.
#include "run/network_carrier.hpp"

#include "ns3/make-event.h"

namespace hpnsim
{

/// Numbers QPs: what messages follow each other on.
uint64_t NetworkCarrier::lane_of(const Slot& slot)
{
    return static_cast<uint64_t>(slot.end.message.src) << 32 | slot.end.qp;
}

void NetworkCarrier::follow(uint64_t slot, const Foresight::Plan& plan)
{
    if (plan.way == Foresight::Way::real) post(slot);
    if (plan.way != Foresight::Way::foreseen) return;
    carried_.foreseen += static_cast<double>(slots_.at(slot).end.message.bytes);
    ++foreseen_messages_;
    ++lanes_.mine().timers;
    network_.GetClock().Schedule(EventOrder::WORKLOAD, plan.takes,
                                 ns3::MakeEvent(&NetworkCarrier::foreseen_arrives, this, slot));
}

void NetworkCarrier::release(const std::vector<Foresight::Released>& released)
{
    for (const Foresight::Released& each : released) follow(each.message, each.plan);
}

void NetworkCarrier::foreseen_arrives(uint64_t index)
{
    --lanes_.mine().timers;
    ++lanes_.mine().steps;
    const Time completion = foresight_->completion_of(index);
    ++lanes_.mine().timers;
    network_.GetClock().Schedule(EventOrder::WORKLOAD, completion,
                                 ns3::MakeEvent(&NetworkCarrier::foreseen_completes, this, index));
    moved(index, slots_.at(index).to_deliver);
    check_done();
}

void NetworkCarrier::foreseen_completes(uint64_t index)
{
    --lanes_.mine().timers;
    ++lanes_.mine().steps;
    Slot& slot = slots_.at(index);
    slot.qp().unfinished -= slot.to_complete;
    slot.to_complete = 0;
    end_message(index);
}

}  // namespace hpnsim
