// SPDX-License-Identifier: GPL-2.0-only
// AllToAll by pairwise exchange. Rank r = (host h, GPU g) sends block d of its buffer to rank d, each in a
// step of its own: step k = (away, turn) goes to host h + away, GPU g + turn, so that every step is a
// permutation, those inside the host come first, and each shift between hosts follows the other. The blocks
// are S/n bytes each. C channels are steps under way at once: whoever receives the block of step k begins
// step k + C, and nothing else needs to be remembered.
#include "collectives/bounds.hpp"
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

/// Bounds the AllToAll in which every rank sends `block` to all, or, if there is not a byte for everybody,
/// one byte to the first `filled`.
class AlltoallBounds
{
public:
    AlltoallBounds(CollectiveShape shape, Bytes size, const CollectiveLimits& limits)
        : shape_(shape), limits_(limits), filled_(static_cast<uint32_t>(filled_parts(size, shape.ranks))),
          block_(std::max<Bytes>(size / shape.ranks, 1)), first_(cut(size, shape.ranks, 0).bytes)
    {
    }

    Time nic() const
    {
        const uint32_t remote = shape_.ranks - shape_.gpus;
        const auto count = static_cast<double>(std::min(filled_, remote));  // what the last rank sends
        const double bytes = count * static_cast<double>(block_);
        uint32_t busiest = shape_.ranks - 1;
        for (uint32_t rank = 0; rank < shape_.ranks && filled_ == shape_.ranks; ++rank)
            if (limits_.sending_s(rank, bytes, count) > limits_.sending_s(busiest, bytes, count))
                busiest = rank;
        Time nearest = Time::max();
        for (uint32_t rank = 0; rank < shape_.ranks; ++rank)
            if (rank / shape_.gpus != busiest / shape_.gpus)
                nearest = std::min(nearest, limits_.latency(busiest, rank));
        return sum(seconds(limits_.sending_s(busiest, bytes, count)), nearest);
    }

    Time nvlink() const
    {
        const auto local =
            static_cast<double>(std::min(filled_, shape_.gpus) - (filled_ < shape_.gpus ? 0 : 1));
        return over_nvlink(local * static_cast<double>(block_), limits_);
    }

    /// Returns the longest of the chains that begin at rank 0, and of all that rank 0 receives.
    Time chain(uint32_t channels) const
    {
        Time longest;
        for (uint32_t rank = 1; rank < shape_.ranks; ++rank)
            longest = std::max(longest, transfer(rank, 0, first_));
        // With less than a byte for everybody, most ranks wait for nothing.
        for (uint32_t first = 1; first <= channels && filled_ == shape_.ranks; ++first) {
            Time line;
            uint32_t at = 0;
            for (uint32_t step = first; step < shape_.ranks; step += channels) {
                const uint32_t to = alltoall_target(shape_, at, step);
                line = sum(line, transfer(at, to, block_));
                at = to;
            }
            longest = std::max(longest, line);
        }
        return longest;
    }

private:
    Time transfer(uint32_t src, uint32_t dst, Bytes bytes) const
    {
        return src / shape_.gpus == dst / shape_.gpus ? over_nvlink(static_cast<double>(bytes), limits_)
                                                      : limits_.delivery(src, dst, bytes);
    }

    CollectiveShape shape_;
    const CollectiveLimits& limits_;
    uint32_t filled_;
    Bytes block_, first_;
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

    /// NIC and NVLink are bounded by all blocks for ranks of other hosts and of the own host. Chain: a rank
    /// begins step k + C after it has received step k.
    static CollectiveIdeal ideal(const CollectiveCall& call, const CollectiveLimits& limits)
    {
        const AlltoallBounds bounds(call.shape, call.size, limits);
        CollectiveIdeal ideal;
        if (call.shape.hosts > 1) ideal.nic = bounds.nic();
        if (call.shape.gpus > 1) ideal.nvlink = bounds.nvlink();
        ideal.chain = bounds.chain(std::min(call.channels, call.shape.ranks - 1));
        return ideal;
    }
};

}  // namespace

HPNSIM_COLLECTIVE(Pairwise)

}  // namespace hpnsim
