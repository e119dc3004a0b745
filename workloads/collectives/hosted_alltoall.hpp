// SPDX-License-Identifier: GPL-2.0-only
// What AllToAlls have in common that treat the GPUs of a host together. Internal to the collectives.
// Blocks inside a host go straight to their ranks. In step k every host serves the host k further, and C
// channels are steps under way at once: a rank that has received its blocks of step k begins step k + C.
#pragma once

#include "collectives/pieces.hpp"
#include "hpnsim/collective_table.hpp"

#include <algorithm>

namespace hpnsim
{

class HostedAlltoall : public Collective
{
public:
    /// Blocks inside the host come last, for nothing waits for them. A rank whose own block is empty receives
    /// nothing, so nothing holds it back.
    void begin(uint32_t rank, Codes& out) const final
    {
        const uint32_t last = filled(rank) ? std::min(channels_, shape_.hosts - 1) : shape_.hosts - 1;
        for (uint32_t step = 1; step <= last; ++step) launch(rank, step, out);
        const uint32_t first = first_of(host_of(rank));
        for (uint32_t away = 1; away < shape_.gpus; ++away) {
            const uint32_t target = first + (rank + away) % shape_.gpus;
            if (filled(target)) out.push_back(block_code(rank, target));
        }
    }

protected:
    explicit HostedAlltoall(const CollectiveCall& call)
        : shape_(call.shape), size_(call.size),
          channels_(std::clamp(call.channels, 1U, std::max(call.shape.hosts - 1, 1U))),
          filled_(static_cast<uint32_t>(filled_parts(call.size, call.shape.ranks)))
    {
    }

    /// Makes a rank hand over its blocks for the host that a step serves.
    virtual void launch(uint32_t rank, uint32_t step, Codes& out) const = 0;

    void go_on(uint32_t rank, uint32_t step, Codes& out) const
    {
        if (step + channels_ < shape_.hosts) launch(rank, step + channels_, out);
    }

    // The codes below blocks() are those of the blocks: of a rank for a target. One for another host is
    // handed over inside the rank's own.
    uint64_t blocks() const { return uint64_t{shape_.ranks} * shape_.ranks; }
    uint64_t block_code(uint32_t rank, uint32_t target) const
    {
        return uint64_t{rank} * shape_.ranks + target;
    }
    uint32_t rank_of(uint64_t block) const { return static_cast<uint32_t>(block / shape_.ranks); }
    uint32_t target_of(uint64_t block) const { return static_cast<uint32_t>(block % shape_.ranks); }

    uint32_t host_of(uint32_t rank) const { return rank / shape_.gpus; }
    uint32_t first_of(uint32_t host) const { return host * shape_.gpus; }
    /// Returns the step in which a host serves another.
    uint32_t step_of(uint32_t from, uint32_t to) const { return (to + shape_.hosts - from) % shape_.hosts; }
    Cut block(uint32_t rank) const { return cut(size_, shape_.ranks, rank); }
    Bytes largest() const { return block(0).bytes; }
    /// The ranks whose block is not empty are the first.
    bool filled(uint32_t rank) const { return rank < filled_; }
    uint32_t filled_in_host(uint32_t host) const
    {
        return filled_ > first_of(host) ? std::min(filled_ - first_of(host), shape_.gpus) : 0;
    }
    /// Counts what a rank sends and receives inside its host.
    uint64_t share_inside(uint32_t rank) const
    {
        const uint64_t own = filled(rank) ? 1 : 0;
        return filled_in_host(host_of(rank)) - own + own * (shape_.gpus - 1);
    }
    /// Returns where a rank's memory ends that the operation knows: its buffer, and a block from every rank.
    Bytes known_memory(uint32_t rank) const { return size_ + block(rank).bytes * shape_.ranks; }

    const CollectiveShape shape_;
    const Bytes size_;
    const uint32_t channels_, filled_;
};

}  // namespace hpnsim
