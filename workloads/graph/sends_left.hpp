// SPDX-License-Identifier: GPL-2.0-only
// Counts the transfers of a collective that it has still to send over the network.
#pragma once

#include "hpnsim/collective.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>

namespace hpnsim
{

/// While any is still to be sent between hosts, the collective cannot end before that has crossed a link.
class SendsLeft
{
public:
    /// A collective begins.
    void begin(const std::shared_ptr<const Collective>& collective, const RankPlaces& places)
    {
        if (collective != collective_) count(collective, places);
        left_ = all_;
    }
    /// So many steps of it are sent between hosts.
    void sent(uint64_t steps) { left_ -= std::min(left_, steps); }
    /// True if more than `steps` are left.
    bool more_than(uint64_t steps) const { return left_ > steps; }

private:
    static constexpr uint64_t kMost = 1 << 28;  // codes: more would take longer than seconds

    /// Codes that nothing names need not be empty. Where they are not, nothing is known.
    void count(const std::shared_ptr<const Collective>& collective, const RankPlaces& places)
    {
        collective_ = collective;
        all_ = 0;
        uint64_t transfers = 0;
        const uint64_t limit = collective->code_limit() <= kMost ? collective->code_limit() : 0;
        for (uint64_t code = 0; code < limit; ++code) {
            const Transfer step = collective->transfer(code);
            if (step.bytes == 0 || step.local()) continue;
            ++transfers;
            all_ += places.host_of[step.src] != places.host_of[step.dst] ? 1 : 0;
        }
        if (transfers != collective->transfers()) all_ = 0;
    }

    std::shared_ptr<const Collective> collective_;
    uint64_t all_ = 0, left_ = 0;
};

}  // namespace hpnsim
