// SPDX-License-Identifier: GPL-2.0-only
// The ring of NCCL: reduce-scatter, then all-gather, 2(n-1) steps of S/(C n) bytes on each of C channels.
// A segment of the buffer travels twice round the ring, and whoever receives it sends it on.
<<<<<<< HEAD
#include "collectives/pieces.hpp"
#include "collectives/ring_order.hpp"
#include "hpnsim/collective_table.hpp"

#include <algorithm>
=======
#include "collectives/ring_steps.hpp"
>>>>>>> w-ccol2

namespace hpnsim
{

namespace
{

<<<<<<< HEAD
class RingAllreduce : public Collective
{
public:
    RingAllreduce(CollectiveShape shape, Bytes size, uint32_t channels, uint32_t pieces)
        : shape_(shape), size_(size), channels_(channels), pieces_(pieces), steps_(2 * (shape.ranks - 1))
    {
    }

    uint64_t code_limit() const override { return uint64_t{channels_} * pieces_ * shape_.ranks * steps_; }
    Bytes memory_bytes(uint32_t) const override { return 2 * size_; }

    uint64_t transfers() const override
    {
        uint64_t chains = 0;
        for (uint32_t channel = 0; channel < channels_; ++channel)
            for (uint32_t segment = 0; segment < shape_.ranks; ++segment)
                chains += filled_parts(segment_of(channel, segment).bytes, pieces_);
        return chains * steps_;
    }

    /// A segment leaves each position twice, but those of its last two arrivals once.
    uint64_t share(uint32_t rank) const override
    {
        const Bytes smallest = size_ / channels_ / shape_.ranks;
        if (smallest >= static_cast<Bytes>(pieces_)) return uint64_t{2} * steps_ * channels_ * pieces_;
        uint64_t count = 0;
        for (uint32_t channel = 0; channel < channels_; ++channel)
            for (uint32_t away = 0; away < shape_.ranks; ++away) {
                const uint32_t segment = (position_of(channel, rank) + shape_.ranks - away) % shape_.ranks;
                const uint64_t sent = away + 2 < shape_.ranks ? 2 : 1;
                const uint64_t received = away == 0 ? 1 : away + 1 < shape_.ranks ? 2 : 1;
                count += (sent + received) * filled_parts(segment_of(channel, segment).bytes, pieces_);
            }
        return count;
    }

    Transfer transfer(uint64_t code) const override
    {
        const Chain chain = chain_of(code);
        const uint32_t from = (chain.segment + chain.step) % shape_.ranks;
        const Cut range = range_of(chain);
        Transfer t;
        t.src = rank_at(chain.channel, from);
        t.dst = rank_at(chain.channel, (from + 1) % shape_.ranks);
        t.offset = range.offset;
        t.bytes = range.bytes;
        t.reduce = chain.step < shape_.ranks - 1;
        t.landing = t.reduce ? size_ + range.offset : range.offset;  // a rank adds every range once
        t.result = range.offset;
        t.channel = chain.channel;
        return t;
    }

    void begin(uint32_t rank, Codes& out) const override
    {
        for (uint32_t piece = 0; piece < pieces_; ++piece)
            for (uint32_t channel = 0; channel < channels_; ++channel) {
                const Chain chain{channel, piece, position_of(channel, rank), 0};
                if (range_of(chain).bytes > 0) out.push_back(code_of(chain));
            }
    }

    void enables(uint64_t code, Codes& out) const override
    {
        if (code % steps_ + 1 < steps_) out.push_back(code + 1);
    }

private:
    /// One piece of one segment, on its way: at step k it leaves the position segment + k.
    struct Chain {
        uint32_t channel, piece, segment, step;
    };

    uint64_t code_of(const Chain& c) const
    {
        return ((uint64_t{c.channel} * pieces_ + c.piece) * shape_.ranks + c.segment) * steps_ + c.step;
    }
    Chain chain_of(uint64_t code) const
    {
        Chain c{};
        c.step = static_cast<uint32_t>(code % steps_);
        code /= steps_;
        c.segment = static_cast<uint32_t>(code % shape_.ranks);
        code /= shape_.ranks;
        c.piece = static_cast<uint32_t>(code % pieces_);
        c.channel = static_cast<uint32_t>(code / pieces_);
        return c;
    }
    Cut segment_of(uint32_t channel, uint32_t segment) const
    {
        return nested(cut(size_, channels_, channel), shape_.ranks, segment);
    }
    Cut range_of(const Chain& c) const { return nested(segment_of(c.channel, c.segment), pieces_, c.piece); }

    uint32_t rank_at(uint32_t channel, uint32_t position) const
    {
        return ring_rank(shape_, channel, position);
    }
    uint32_t position_of(uint32_t channel, uint32_t rank) const
    {
        return ring_position(shape_, channel, rank);
    }

    CollectiveShape shape_;
    Bytes size_;
    uint32_t channels_, pieces_, steps_;
};

struct Ring {
    static constexpr CollectiveInfo info{
        "ring", &kAllReduce, "a ring through all GPUs with a channel per rail, as NCCL builds it",
        "number of parallel rings (default: GPUs per host, at most 8)",
        "size of the pieces into which each step is cut, which travel independently (default: one piece)"};

    static uint32_t channels(CollectiveShape shape) { return std::min(shape.gpus, 8U); }
    static Bytes chunk(CollectiveShape, Bytes) { return 0; }
    static double pairs(CollectiveShape shape) { return 2.0 * shape.ranks; }
=======
struct Ring : RingDefaults {
    static constexpr CollectiveInfo info{"ring", &kAllReduce,
                                         "a ring through all GPUs with a channel per rail, as NCCL builds it",
                                         kChannels, kChunk};
>>>>>>> w-ccol2

    static std::unique_ptr<Collective> make(const CollectiveCall& call)
    {
        return make_ring(RingKind::all_reduce, call);
    }
};

}  // namespace

HPNSIM_COLLECTIVE(Ring)

}  // namespace hpnsim
