// SPDX-License-Identifier: GPL-2.0-only
// Triggers start flows when others have ended, as uet-htsim's connection matrices have them.
#pragma once

#include <cstdint>
#include <vector>

namespace hpnsim
{

/// Stands for no trigger.
inline constexpr uint32_t kNoTrigger = ~uint32_t{0};

/// Says what a flow has to do with triggers, by positions in a list of them.
struct FlowLinks {
    uint32_t starts_on = kNoTrigger;
    uint32_t on_sent = kNoTrigger;      ///< fired when the sender has its completion
    uint32_t on_received = kNoTrigger;  ///< fired when the last byte is in the receiver's memory
};

struct FlowTrigger {
    enum class Kind : uint8_t {
        oneshot,    ///< one firing starts every target
        multishot,  ///< each firing starts the next target
        barrier,    ///< the firing number `count` starts every target
    };
    Kind kind = Kind::oneshot;
    uint32_t count = 1;             ///< barrier: firings that it takes
    std::vector<uint32_t> targets;  ///< flows
};

/// Holds the state of the triggers of one run.
class TriggerBoard
{
public:
    explicit TriggerBoard(const std::vector<FlowTrigger>& triggers)
        : triggers_(triggers), firings_(triggers.size())
    {
    }

    /// Fires a trigger, unless it is kNoTrigger, and calls start(flow) for each flow that this starts.
    template <class Start> void fire(uint32_t trigger, Start start)
    {
        if (trigger == kNoTrigger) return;
        const FlowTrigger& it = triggers_[trigger];
        const uint32_t firing = ++firings_[trigger];
        if (it.kind == FlowTrigger::Kind::multishot) {
            if (firing <= it.targets.size()) start(it.targets[firing - 1]);
        } else if (firing == (it.kind == FlowTrigger::Kind::barrier ? it.count : 1)) {
            for (const uint32_t flow : it.targets) start(flow);
        }
    }
    uint32_t firings(uint32_t trigger) const { return firings_[trigger]; }
    bool empty() const { return triggers_.empty(); }

private:
    std::vector<FlowTrigger> triggers_;
    std::vector<uint32_t> firings_;
};

}  // namespace hpnsim
