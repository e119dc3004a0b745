// SPDX-License-Identifier: GPL-2.0-only
// Knows of some transfers of a collective that they have still to be sent over the network.
#pragma once

#include "hpnsim/collective.hpp"

#include <cstdint>
#include <memory>

namespace hpnsim
{

/// Watches every n-th code of a collective, because counting all of millions would take seconds. While any of
/// these is still to be sent between hosts, the collective cannot end before that has crossed a link.
class SendSample
{
public:
    /// A collective begins.
    void begin(const std::shared_ptr<const Collective>& collective, const RankPlaces& places)
    {
        if (collective != collective_) count(collective, places);
        left_ = all_;
    }
    /// A step of it is sent between hosts.
    void sent(uint64_t code) { left_ -= code % every_ == 0 ? 1 : 0; }
    bool any_left() const { return left_ > 0; }

private:
    static constexpr uint64_t kMost = 1 << 16;

    void count(const std::shared_ptr<const Collective>& collective, const RankPlaces& places)
    {
        collective_ = collective;
        const uint64_t limit = collective->code_limit();
        every_ = limit / kMost | 1;  // odd: numbers of ranks and steps are even more often than not
        all_ = 0;
        for (uint64_t code = 0; code < limit; code += every_) {
            const Transfer step = collective->transfer(code);
            const bool crosses = step.bytes > 0 && places.host_of[step.src] != places.host_of[step.dst];
            all_ += crosses ? 1 : 0;
        }
    }

    std::shared_ptr<const Collective> collective_;
    uint64_t every_ = 1, all_ = 0, left_ = 0;
};

}  // namespace hpnsim
