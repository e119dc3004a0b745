// SPDX-License-Identifier: GPL-2.0-only
// AllReduce in a ring. A segment of the buffer travels round the ring twice, and whoever receives it sends it
// on: nothing else needs to be remembered, so the ring has no state at all.
#include "hpnsim/collective.hpp"

#include "collectives/pieces.hpp"

namespace hpnsim
{

namespace
{

class RingAllreduce : public Collective
{
public:
    RingAllreduce(CollectiveShape shape, Bytes size, uint32_t channels, uint32_t pieces)
        : shape_(shape), size_(size), channels_(channels), pieces_(pieces), steps_(2 * (shape.ranks - 1))
    {
    }

    uint64_t code_limit() const override { return uint64_t{channels_} * pieces_ * shape_.ranks * steps_; }
    Bytes memory_bytes(uint32_t) const override { return 2 * size_; }
    void reset() override {}

    uint64_t transfers() const override
    {
        uint64_t chains = 0;
        for (uint32_t channel = 0; channel < channels_; ++channel)
            for (uint32_t segment = 0; segment < shape_.ranks; ++segment)
                chains += filled_parts(segment_of(channel, segment).bytes, pieces_);
        return chains * steps_;
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
        t.nvlink = t.src / shape_.gpus == t.dst / shape_.gpus;
        t.channel = chain.channel;
        return t;
    }

    void begin(uint32_t rank, Codes& out) override
    {
        for (uint32_t piece = 0; piece < pieces_; ++piece)
            for (uint32_t channel = 0; channel < channels_; ++channel) {
                const Chain chain{channel, piece, position_of(channel, rank), 0};
                if (range_of(chain).bytes > 0) out.push_back(code_of(chain));
            }
    }

    void delivered(uint64_t code, Codes& out) override
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

}  // namespace

// Even hosts walk c, c-1, ..., c+1; odd hosts c+1, c+2, ..., c (modulo the GPUs of a host).
uint32_t ring_rank(CollectiveShape shape, uint32_t channel, uint32_t position)
{
    const uint32_t g = shape.gpus, c = channel % g, host = position / g, local = position % g;
    const uint32_t gpu = host % 2 == 0 ? (c + g - local) % g : (c + 1 + local) % g;
    return host * g + gpu;
}

uint32_t ring_position(CollectiveShape shape, uint32_t channel, uint32_t rank)
{
    const uint32_t g = shape.gpus, c = channel % g, host = rank / g, gpu = rank % g;
    const uint32_t local = host % 2 == 0 ? (c + g - gpu) % g : (gpu + 2 * g - c - 1) % g;
    return host * g + local;
}

std::unique_ptr<Collective> make_ring_allreduce(CollectiveShape shape, Bytes size, uint32_t channels,
                                                Bytes chunk)
{
    if (channels == 0) channels = default_channels("ring", shape);
    const Bytes segment = cut(cut(size, channels, 0).bytes, shape.ranks, 0).bytes;
    const uint32_t pieces = chunk == 0 ? 1 : count_pieces(segment, chunk);
    return std::make_unique<RingAllreduce>(shape, size, channels, pieces);
}

}  // namespace hpnsim
