// SPDX-License-Identifier: GPL-2.0-only
// Walks through source ports and skips those whose packets were marked, trimmed or lost (uet-htsim's
// `bitmap`). Path policies build on it.
#pragma once

#include "hpnsim/entropies.hpp"
#include "hpnsim/params.hpp"
#include "hpnsim/path.hpp"

namespace hpnsim
{

/// What feedback adds to a source port's penalty, a counter that stops at 15. The defaults are uet-htsim's. A
/// timeout does not say which path failed, so it penalises none; uet-htsim then penalises the first one, by
/// mistake.
struct PenaltyParams {
    uint16_t paths = 64;
    uint8_t ecn = 1;
    uint8_t nack = 4;
    uint8_t timeout = 0;
    bool mask = false;
    static constexpr uint16_t kMaxPaths = 256;
    static constexpr uint8_t kMax = 15;
};

/// The penalties of one NIC port's source ports, four bits each, and the walk through them.
class PenaltyWalk
{
public:
    void start(uint64_t& stream, uint16_t n, bool by_mask) { walk_.start(stream, n, by_mask); }
    void start_later(uint16_t n, bool by_mask) { walk_.start_later(n, by_mask); }

    /// Returns the next of n without a penalty. The first one that is passed over has one unit of its penalty
    /// taken off; when all n have one, the last one looked at is taken.
    uint16_t next(uint64_t& stream, uint16_t n)
    {
        uint16_t index = walk_.next(stream, n);
        if (get(index) == 0) return index;
        set(index, get(index) - 1);
        uint16_t tries = 0;
        do {
            index = walk_.next(stream, n);
        } while (get(index) != 0 && ++tries < n);
        return index;
    }

    void add(uint16_t index, unsigned penalty) { set(index, get(index) + penalty); }

private:
    unsigned get(uint16_t index) const { return (nibbles_[index / 2] >> (index % 2 * 4)) & 15U; }
    void set(uint16_t index, unsigned value)
    {
        const unsigned capped = value < PenaltyParams::kMax ? value : PenaltyParams::kMax;
        const unsigned shift = index % 2 * 4U;
        nibbles_[index / 2] = static_cast<uint8_t>((nibbles_[index / 2] & ~(15U << shift)) | capped << shift);
    }
    Walk walk_;
    uint8_t nibbles_[PenaltyParams::kMaxPaths / 2] = {};
};

/// Penalties per NIC port.
class Penalties
{
public:
    void start(Flow& flow, const PenaltyParams& p)
    {
        entropies_.start(flow.stream, p.paths);
        start_walks(walks_, flow.stream, p.paths, p.mask, 2);
    }
    uint16_t pick(Flow& flow, uint8_t port)
    {
        return entropies_.source_port(walks_[port].next(flow.stream, entropies_.size()));
    }
    void feedback(const PenaltyParams& p, Entropy entropy, PathEvent event)
    {
        if (event == PathEvent::timeout && p.timeout > 0)
            for (PenaltyWalk& walk : walks_.of) walk.add(0, p.timeout);
        const uint16_t index = entropies_.index_of(entropy.source_port);
        if (index == entropies_.size()) return;
        const unsigned penalty = event == PathEvent::ecn ? p.ecn : event == PathEvent::nack ? p.nack : 0U;
        if (penalty > 0) walks_[entropy.port].add(index, penalty);
    }
    const Entropies& entropies() const { return entropies_; }

private:
    Entropies entropies_;
    PerPort<PenaltyWalk> walks_;
};

}  // namespace hpnsim
