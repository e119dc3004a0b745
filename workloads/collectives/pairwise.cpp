// SPDX-License-Identifier: GPL-2.0-only
// AllToAll by pairwise exchange. Rank r = (host h, GPU g) sends block d of its buffer to rank d, each in a
// step of its own: step k = (away, turn) goes to host h + away, GPU g + turn, so that every step is a
// permutation, those inside the host come first, and each shift between hosts follows the other. The blocks
// are S/n bytes each. C channels are steps under way at once: whoever receives the block of step k begins
// step k + C.
#include "collectives/pieces.hpp"
#include "hpnsim/collective_table.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// Returns the rank to which a rank sends its block of a step.
uint32_t alltoall_target(CollectiveShape shape, uint32_t rank, uint32_t step)
{
    const uint32_t gpus = shape.gpus;
    const uint32_t host = (rank / gpus + step / gpus) % shape.hosts;
    return host * gpus + (rank % gpus + step % gpus) % gpus;
}

class Alltoall : public Collective
{
public:
    Alltoall(CollectiveShape shape, Bytes size, uint32_t channels)
        : shape_(shape), size_(size), channels_(channels)
    {
    }

    uint64_t code_limit() const override { return uint64_t{shape_.ranks} * shape_.ranks; }
    bool names_all() const override { return true; }

    /// The send buffer, and behind it a block from every rank.
    Bytes memory_bytes(uint32_t rank) const override { return size_ + block(rank).bytes * shape_.ranks; }

    uint64_t transfers() const override
    {
        return filled_parts(size_, shape_.ranks) * (uint64_t{shape_.ranks} - 1);
    }

    uint64_t share(uint32_t rank) const override
    {
        const uint64_t own = block(rank).bytes > 0 ? 1 : 0;
        return filled_parts(size_, shape_.ranks) - own + own * (shape_.ranks - 1);
    }

    Transfer transfer(uint64_t code) const override
    {
        const auto step = static_cast<uint32_t>(code % shape_.ranks);
        Transfer t;
        t.src = static_cast<uint32_t>(code / shape_.ranks);
        t.dst = target(t.src, step);
        t.offset = block(t.dst).offset;
        t.bytes = block(t.dst).bytes;
        t.landing = t.result = size_ + t.bytes * t.src;
        t.channel = step % channels_;
        return t;
    }

    /// A rank whose own block is empty receives nothing, so nothing holds it back.
    void begin(uint32_t rank, Codes& out) const override
    {
        const uint32_t last =
            block(rank).bytes > 0 ? std::min(channels_, shape_.ranks - 1) : shape_.ranks - 1;
        for (uint32_t step = 1; step <= last; ++step) add(rank, step, out);
    }

    void enables(uint64_t code, Codes& out) const override
    {
        const auto step = static_cast<uint32_t>(code % shape_.ranks);
        const auto src = static_cast<uint32_t>(code / shape_.ranks);
        if (step + channels_ < shape_.ranks) add(target(src, step), step + channels_, out);
    }

private:
    Cut block(uint32_t rank) const { return cut(size_, shape_.ranks, rank); }

    uint32_t target(uint32_t rank, uint32_t step) const { return alltoall_target(shape_, rank, step); }

    void add(uint32_t rank, uint32_t step, Codes& out) const
    {
        if (block(target(rank, step)).bytes > 0) out.push_back(uint64_t{rank} * shape_.ranks + step);
    }

    CollectiveShape shape_;
    Bytes size_;
    uint32_t channels_;
};

struct Pairwise {
    static constexpr CollectiveInfo info{"pairwise", &kAllToAll,
                                         "a block to one rank after the other, each step a permutation",
                                         "number of blocks that a rank exchanges at once (default 8)", ""};

    static uint32_t channels(CollectiveShape) { return 8; }
    static Bytes chunk(CollectiveShape, Bytes) { return 0; }
    static double pairs(CollectiveShape shape)
    {
        return static_cast<double>(shape.ranks) * (shape.ranks - shape.gpus);
    }

    static std::unique_ptr<Collective> make(const CollectiveCall& call)
    {
        return std::make_unique<Alltoall>(call.shape, call.size,
                                          std::min(call.channels, call.shape.ranks - 1));
    }
};

}  // namespace

HPNSIM_COLLECTIVE(Pairwise)

}  // namespace hpnsim
