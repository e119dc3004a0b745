// SPDX-License-Identifier: GPL-2.0-only
// AllToAll by pairwise exchange. Whoever receives the block of step k begins step k + C: nothing else needs
// to be remembered.
#include "hpnsim/collective.hpp"

#include "collectives/pieces.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

class Alltoall : public Collective
{
public:
    Alltoall(CollectiveShape shape, Bytes size, uint32_t channels)
        : shape_(shape), size_(size), channels_(channels)
    {
    }

    uint64_t code_limit() const override { return uint64_t{shape_.ranks} * shape_.ranks; }
    void reset() override {}

    /// The send buffer, and behind it a block from every rank.
    Bytes memory_bytes(uint32_t rank) const override { return size_ + block(rank).bytes * shape_.ranks; }

    uint64_t transfers() const override
    {
        return filled_parts(size_, shape_.ranks) * (uint64_t{shape_.ranks} - 1);
    }

    Transfer transfer(uint64_t code) const override
    {
        const auto step = static_cast<uint32_t>(code % shape_.ranks);
        Transfer t;
        t.src = static_cast<uint32_t>(code / shape_.ranks);
        t.dst = target(t.src, step);
        t.offset = block(t.dst).offset;
        t.bytes = block(t.dst).bytes;
        t.landing = size_ + t.bytes * t.src;
        t.nvlink = t.src / shape_.gpus == t.dst / shape_.gpus;
        t.channel = step % channels_;
        return t;
    }

    /// A rank whose own block is empty receives nothing, so nothing holds it back.
    void begin(uint32_t rank, Codes& out) override
    {
        const uint32_t last =
            block(rank).bytes > 0 ? std::min(channels_, shape_.ranks - 1) : shape_.ranks - 1;
        for (uint32_t step = 1; step <= last; ++step) add(rank, step, out);
    }

    void delivered(uint64_t code, Codes& out) override
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

}  // namespace

uint32_t alltoall_target(CollectiveShape shape, uint32_t rank, uint32_t step)
{
    const uint32_t gpus = shape.gpus;
    const uint32_t host = (rank / gpus + step / gpus) % shape.hosts;
    return host * gpus + (rank % gpus + step % gpus) % gpus;
}

std::unique_ptr<Collective> make_alltoall(CollectiveShape shape, Bytes size, uint32_t channels)
{
    if (channels == 0) channels = default_channels("pairwise", shape);
    return std::make_unique<Alltoall>(shape, size, std::min(channels, shape.ranks - 1));
}

}  // namespace hpnsim
