// SPDX-License-Identifier: GPL-2.0-only
// Counts the transfers of a collective that it has still to send, over the network and inside hosts.
#pragma once

#include "hpnsim/collective.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>

namespace hpnsim
{

/// While any is still to be sent between hosts, the collective cannot end before that has crossed a link.
/// Codes are counted some at a time, and more of them when as many have been sent as were counted: a
/// collective of the largest fabrics has hundreds of millions, and it may be ended early.
class SendsLeft
{
public:
    /// A collective begins. `places` is as long-lived as what is counted.
    void begin(const std::shared_ptr<const Collective>& collective, const RankPlaces& places)
    {
        if (collective != collective_) take(collective, places);
        sent_ = inside_ = 0;
        count_more();
    }
    /// So many steps of it have been sent between hosts, and so many inside them.
    void sent(uint64_t between, uint64_t inside)
    {
        sent_ += between;
        inside_ += inside;
        count_more();
    }
    bool any() const { return counted_ > sent_; }
    /// True also if any is still to be sent inside a host. What is not counted is between hosts, if anything.
    bool any_or_inside() const { return any() || transfers_ > sent_ + inside_; }

private:
    static constexpr uint64_t kAtOnce = 1 << 12;  // codes
    /// Of collectives in which codes that nothing names may look like transfers: more would take longer than
    /// seconds.
    static constexpr uint64_t kMost = 1 << 28;

    void take(const std::shared_ptr<const Collective>& collective, const RankPlaces& places)
    {
        collective_ = collective;
        places_ = &places;
        next_ = counted_ = transfers_ = 0;
        limit_ = collective->code_limit();
        if (collective->names_all()) return;
        // What is counted in part may be what is never sent: all of it must be what is.
        if (limit_ <= kMost) count_until(limit_);
        next_ = limit_;
        if (transfers_ != collective->transfers()) counted_ = transfers_ = 0;
    }

    void count_more()
    {
        while (next_ < limit_ && counted_ <= sent_) count_until(std::min(next_ + kAtOnce, limit_));
    }

    void count_until(uint64_t end)
    {
        for (; next_ < end; ++next_) {
            const Transfer step = collective_->transfer(next_);
            if (step.bytes == 0 || step.local()) continue;
            ++transfers_;
            counted_ += places_->host_of[step.src] != places_->host_of[step.dst] ? 1 : 0;
        }
    }

    std::shared_ptr<const Collective> collective_;
    const RankPlaces* places_ = nullptr;
    uint64_t next_ = 0, limit_ = 0;         // the first code that is not counted; their end
    uint64_t counted_ = 0, transfers_ = 0;  // between hosts; all
    uint64_t sent_ = 0, inside_ = 0;        // between hosts; inside them
};

}  // namespace hpnsim
