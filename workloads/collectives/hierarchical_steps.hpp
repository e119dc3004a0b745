// SPDX-License-Identifier: GPL-2.0-only
// Numbers the steps of the hierarchical AllReduce, and says whose they are. Internal to the collectives; what
// the steps do is told in hierarchical.cpp.
#pragma once

#include "hpnsim/collective.hpp"

namespace hpnsim
{

class HierarchicalSteps : public Collective
{
public:
    /// `block` divides the number of hosts.
    HierarchicalSteps(CollectiveShape shape, Bytes size, uint32_t channels, uint32_t chunks, uint32_t block)
        : shape_(shape), size_(size), channels_(channels), chunks_(chunks), block_(block),
          blocks_(shape.hosts / block), steps_(2 * (blocks_ - 1)),
          local_codes_(uint64_t{shape.ranks} * shape.gpus), ring_codes_(uint64_t{shape.ranks} * steps_),
          round_codes_(uint64_t{shape.ranks} * (block - 1))
    {
    }

    uint64_t code_limit() const override { return chunks_ * (codes_per_chunk() + kWork * shape_.ranks); }

protected:
    enum class Phase : uint8_t {
        gather,
        spread,
        ring,
        inward,
        outward,
        has,
        summed,
        crossed,
        reduced,
        finished
    };
    /// A step: in `gather` and `spread` host, from GPU, to GPU; in `inward` and `outward` shard, block, part,
    /// step; in `ring` shard, part, segment, step; of local work the rank. `rank` always is who sends.
    struct Step {
        Phase phase = Phase::gather;
        uint32_t chunk = 0, host = 0, from = 0, to = 0, shard = 0, block = 0, part = 0, segment = 0, step = 0,
                 rank = 0;
    };

    static constexpr uint64_t kWork = 5;  ///< steps of local work of a rank and chunk

    /// Counts transfers; the codes of local work follow those of all chunks.
    uint64_t codes_per_chunk() const { return 2 * local_codes_ + ring_codes_ + 2 * round_codes_; }
    uint64_t code_of(const Step& s) const;
    uint64_t work_of(Phase phase, uint32_t rank, uint32_t chunk) const;
    Step work_step(uint64_t number) const;
    Step step_of(uint64_t code) const;
    void read_local(uint64_t code, Step& s) const;
    void read_ring(uint64_t code, Step& s) const;
    void read_round(uint64_t code, Step& s) const;

    uint32_t rank_of(uint32_t host, uint32_t gpu) const { return host * shape_.gpus + gpu; }
    /// Returns the rank of a shard at a place of a block.
    uint32_t rank_at(uint32_t block, uint32_t place, uint32_t shard) const
    {
        return rank_of(block * block_ + place % block_, shard);
    }
    uint32_t place_of(uint32_t rank) const { return rank / shape_.gpus % block_; }
    uint32_t block_of(uint32_t rank) const { return rank / shape_.gpus / block_; }
    uint32_t owner_of(uint32_t part) const { return (part + block_ - 1) % block_; }
    uint32_t owned_by(uint32_t rank) const { return (place_of(rank) + 1) % block_; }
    uint32_t receiver(const Step& s) const;

    CollectiveShape shape_;
    Bytes size_;
    uint32_t channels_, chunks_, block_, blocks_, steps_;
    /// Per chunk: of gather (and spread), of ring, of inward (and outward).
    uint64_t local_codes_, ring_codes_, round_codes_;
};

}  // namespace hpnsim
