// SPDX-License-Identifier: GPL-2.0-only
// Implements the ring: whoever receives a range adds its own to it or keeps it, and sends it on.
#include "collectives/ring_steps.hpp"
#include "collectives/ring_order.hpp"

#include "collectives/pieces.hpp"

namespace hpnsim
{

namespace
{

class RingSteps : public Collective
{
public:
    RingSteps(RingKind kind, const CollectiveCall& call, uint32_t pieces)
        : kind_(kind), shape_(call.shape), size_(call.size), channels_(call.channels), pieces_(pieces),
          steps_((kind == RingKind::all_reduce ? 2 : 1) * (shape_.ranks - 1))
    {
    }

    uint64_t code_limit() const override { return uint64_t{channels_} * pieces_ * shape_.ranks * steps_; }
    bool names_all() const override { return true; }
    /// Behind the buffer there is room for what is still to be added up.
    Bytes memory_bytes(uint32_t) const override { return kind_ == RingKind::all_gather ? size_ : 2 * size_; }

    uint64_t transfers() const override
    {
        uint64_t chains = 0;
        for (uint32_t channel = 0; channel < channels_; ++channel)
            for (uint32_t start = 0; start < shape_.ranks; ++start)
                chains += filled_parts(whole(channel, start).bytes, pieces_);
        return chains * steps_;
    }

    uint64_t share(uint32_t rank) const override
    {
        const Bytes smallest = size_ / channels_ / shape_.ranks;
        if (smallest >= static_cast<Bytes>(pieces_)) return uint64_t{2} * steps_ * channels_ * pieces_;
        uint64_t count = 0;
        for (uint32_t channel = 0; channel < channels_; ++channel)
            for (uint32_t away = 0; away < shape_.ranks; ++away) {
                const uint32_t start = (position_of(channel, rank) + shape_.ranks - away) % shape_.ranks;
                const uint64_t sent = visits(away),
                               received = visits((away + shape_.ranks - 1) % shape_.ranks);
                count += (sent + received) * filled_parts(whole(channel, start).bytes, pieces_);
            }
        return count;
    }

    Transfer transfer(uint64_t code) const override
    {
        const Chain chain = chain_of(code);
        const uint32_t from = (chain.start + chain.step) % shape_.ranks;
        const Cut range = range_of(chain);
        Transfer t;
        t.src = rank_at(chain.channel, from);
        t.dst = rank_at(chain.channel, (from + 1) % shape_.ranks);
        t.offset = range.offset;
        t.bytes = range.bytes;
        land(chain.step, t);
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

    void row(uint64_t code, size_t most, Row& out) const override
    {
        Chain chain = chain_of(code);
        RowStep each;
        each.transfer = transfer(code);
        uint32_t at = (chain.start + chain.step) % shape_.ranks;
        const size_t count = std::min<size_t>(most, steps_ - chain.step);
        for (size_t made = 0; made < count; ++made, ++chain.step) {
            out.push_back(each);
            land(chain.step, out.back().transfer);
            each.transfer.src = out.back().transfer.dst;
            at = at + 1 < shape_.ranks ? at + 1 : 0;
            each.transfer.dst = rank_at(chain.channel, at + 1 < shape_.ranks ? at + 1 : 0);
        }
    }

private:
    /// One piece of one range, on its way: at step k it leaves the position start + k.
    struct Chain {
        uint32_t channel, piece, start, step;
    };

    uint64_t code_of(const Chain& c) const
    {
        return ((uint64_t{c.channel} * pieces_ + c.piece) * shape_.ranks + c.start) * steps_ + c.step;
    }
    Chain chain_of(uint64_t code) const
    {
        Chain c{};
        c.step = static_cast<uint32_t>(code % steps_);
        code /= steps_;
        c.start = static_cast<uint32_t>(code % shape_.ranks);
        code /= shape_.ranks;
        c.piece = static_cast<uint32_t>(code % pieces_);
        c.channel = static_cast<uint32_t>(code / pieces_);
        return c;
    }
    /// A rank adds every range once.
    void land(uint32_t step, Transfer& t) const
    {
        t.reduce = kind_ != RingKind::all_gather && step < shape_.ranks - 1;
        t.landing = t.reduce ? size_ + t.offset : t.offset;
    }
    /// Counts the steps at which a chain leaves the position that is `away` from its start.
    uint64_t visits(uint32_t away) const
    {
        return away < steps_ ? (steps_ - 1 - away) / shape_.ranks + 1 : 0;
    }
    /// Returns what sets out from a position. The sum of a block ends where it belongs, n - 1 steps on.
    Cut whole(uint32_t channel, uint32_t start) const
    {
        if (kind_ == RingKind::all_reduce) return nested(cut(size_, channels_, channel), shape_.ranks, start);
        const uint32_t owner =
            kind_ == RingKind::all_gather ? start : (start + shape_.ranks - 1) % shape_.ranks;
        return nested(cut(size_, shape_.ranks, rank_at(channel, owner)), channels_, channel);
    }
    Cut range_of(const Chain& c) const { return nested(whole(c.channel, c.start), pieces_, c.piece); }

    uint32_t rank_at(uint32_t channel, uint32_t position) const
    {
        return ring_rank(shape_, channel, position);
    }
    uint32_t position_of(uint32_t channel, uint32_t rank) const
    {
        return ring_position(shape_, channel, rank);
    }

    RingKind kind_;
    CollectiveShape shape_;
    Bytes size_;
    uint32_t channels_, pieces_, steps_;
};

}  // namespace

std::unique_ptr<Collective> make_ring(RingKind kind, const CollectiveCall& call)
{
    const Bytes longest = cut(cut(call.size, call.channels, 0).bytes, call.shape.ranks, 0).bytes;
    const uint32_t pieces = call.chunk == 0 ? 1 : count_pieces(longest, call.chunk);
    return std::make_unique<RingSteps>(kind, call, pieces);
}

}  // namespace hpnsim
