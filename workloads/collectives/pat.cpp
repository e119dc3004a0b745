// SPDX-License-Identifier: GPL-2.0-only
// Implements PAT as rounds. A rank has a slot for each distance s: it holds the block, or the sum for it, of
// the rank s before.
#include "collectives/pat.hpp"

#include "collectives/pieces.hpp"
#include "collectives/rounds.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// Distances below `count` in the order in which rounds of halved distances reach them.
class Order
{
public:
    explicit Order(uint32_t count) : rounds_(doublings(count)), list_{0}, place_(count, 0)
    {
        for (uint32_t round = 0; round < rounds_; ++round)
            for (size_t i = 0, known = list_.size(); i < known; ++i)
                if (list_[i] + distance(round) < count) list_.push_back(list_[i] + distance(round));
        for (uint32_t i = 0; i < count; ++i) place_[list_[i]] = i;
    }

    uint32_t count() const { return static_cast<uint32_t>(list_.size()); }
    uint32_t rounds() const { return rounds_; }
    uint32_t distance(uint32_t round) const { return 1U << (rounds_ - 1 - round); }
    uint32_t at(uint32_t place) const { return list_[place]; }
    /// Counts what is known before a round: the multiples of twice its distance, which come first.
    uint32_t known(uint32_t round) const { return (count() - 1) / (2 * distance(round)) + 1; }
    /// Returns the place of the one of them from which nothing is reached, or their number.
    uint32_t hole(uint32_t round) const
    {
        const uint32_t last = (known(round) - 1) * 2 * distance(round);
        return last + distance(round) < count() ? known(round) : place_[last];
    }

private:
    uint32_t rounds_;
    std::vector<uint32_t> list_, place_;
};

class Pat : public Rounds
{
public:
    Pat(const CollectiveCall& call, uint32_t pieces, bool reduces)
        : Rounds(call.shape.ranks, doublings(call.shape.hosts) + doublings(call.shape.gpus), pieces,
                 std::min(call.channels, pieces), reduces),
          shape_(call.shape), size_(call.size), reduces_(reduces), hosts_(call.shape.hosts),
          gpus_(call.shape.gpus)
    {
    }

    /// Sums have room for what arrives, too.
    Bytes memory_bytes(uint32_t) const override { return size_ + (reduces_ ? 2 : 1) * slots_bytes(); }

private:
    /// A round of the hosts, or of the GPUs of a host. A GPU's known slots are those of all hosts for each of
    /// the GPUs that it knows.
    struct Stage {
        const Order& order;
        uint32_t round, width;  ///< slots for each distance
        uint32_t known, hole;   ///< in slots
    };
    Stage stage(uint32_t round) const
    {
        const uint32_t forward = reduces_ ? rounds_ - 1 - round : round;
        const bool of_hosts = forward < hosts_.rounds();
        const Order& order = of_hosts ? hosts_ : gpus_;
        const uint32_t own = of_hosts ? forward : forward - hosts_.rounds();
        const uint32_t width = of_hosts ? 1 : shape_.hosts;
        return {order, own, width, order.known(own) * width, order.hole(own) * width};
    }
    /// Returns the rank that is so far from another: hosts and GPUs are counted by themselves.
    uint32_t shifted(uint32_t rank, uint32_t hosts, uint32_t gpus) const
    {
        const uint32_t host = (rank / shape_.gpus + hosts) % shape_.hosts;
        return host * shape_.gpus + (rank % shape_.gpus + gpus) % shape_.gpus;
    }
    uint32_t neighbour(uint32_t rank, uint32_t round, bool further) const
    {
        const Stage s = stage(round);
        const uint32_t all = s.order.count(), away = s.order.distance(s.round);
        const uint32_t shift = further ? away : all - away;
        return &s.order == &hosts_ ? shifted(rank, shift, 0) : shifted(rank, 0, shift);
    }
    uint32_t target(uint32_t rank, uint32_t round) const override
    {
        return neighbour(rank, round, !reduces_);
    }
    uint32_t source(uint32_t rank, uint32_t round) const override { return neighbour(rank, round, reduces_); }

    /// Returns the rank whose block is in a slot.
    uint32_t owner(uint32_t rank, uint32_t slot) const
    {
        return shifted(rank, shape_.hosts - hosts_.at(slot % shape_.hosts),
                       shape_.gpus - gpus_.at(slot / shape_.hosts));
    }
    Cut block(uint32_t rank, uint32_t piece) const
    {
        return nested(cut(size_, ranks_, rank), pieces_, piece);
    }
    Cut longest(uint32_t piece) const { return cut(cut(size_, ranks_, 0).bytes, pieces_, piece); }
    Bytes slots_bytes() const { return cut(size_, ranks_, 0).bytes * ranks_; }
    Bytes slot_at(uint32_t piece, uint32_t slot) const
    {
        return size_ + longest(piece).offset * ranks_ + longest(piece).bytes * slot;
    }

    /// The slots that are reached from the known ones follow them, without those of the hole.
    struct Row {
        uint32_t known = 0, reached = 0, slots = 0;
    };
    Row row(uint32_t round, uint32_t half) const
    {
        const Stage s = stage(round);
        if (half == 0) return {0, s.known, s.hole};
        const uint32_t after = s.hole + s.width;
        return after < s.known ? Row{after, s.known + s.hole, s.known - after} : Row{};
    }
    Part part(const Send& send) const override
    {
        const Row r = row(send.round, send.half);
        const Bytes known = slot_at(send.piece, r.known), reached = slot_at(send.piece, r.reached);
        Part p;
        p.bytes = longest(send.piece).bytes * r.slots;
        p.offset = reduces_ ? reached : known;
        p.landing = reduces_ ? reached + slots_bytes() : reached;
        p.result = reduces_ ? known : reached;
        return p;
    }

    // Work: a rank copies each slot out of its slots or into them. Of its own, slot 0, it does both.
    struct Copy {
        uint32_t piece, rank, slot;
        bool in;
    };
    uint64_t works() const override { return uint64_t{2} * pieces_ * ranks_ * ranks_; }
    uint64_t number_of(const Copy& c) const
    {
        return ((uint64_t{c.piece} * ranks_ + c.rank) * ranks_ + c.slot) * 2 + (c.in ? 1 : 0);
    }
    Copy copy_of(uint64_t number) const
    {
        Copy c{};
        c.in = number % 2 == 1;
        c.slot = static_cast<uint32_t>(number / 2 % ranks_);
        c.rank = static_cast<uint32_t>(number / 2 / ranks_ % ranks_);
        c.piece = static_cast<uint32_t>(number / 2 / ranks_ / ranks_);
        return c;
    }
    Transfer work(uint64_t number) const override
    {
        const Copy c = copy_of(number);
        const Cut range = block(owner(c.rank, c.slot), c.piece);
        const Bytes slot = slot_at(c.piece, c.slot);
        Transfer t;
        t.src = t.dst = c.rank;
        t.offset = c.in ? range.offset : slot;
        t.bytes = range.bytes;
        t.landing = t.result = c.in ? slot : range.offset;
        t.channel = c.piece;
        return t;
    }
    void add_copy(const Copy& c, Codes& out) const
    {
        if (block(owner(c.rank, c.slot), c.piece).bytes > 0) out.push_back(work_code(number_of(c)));
    }
    void prepare(uint32_t rank, uint32_t piece, Codes& out) const override
    {
        for (uint32_t slot = 0; slot < (reduces_ ? ranks_ : 1); ++slot)
            add_copy({piece, rank, slot, true}, out);
    }
    uint64_t preparations(uint32_t rank, uint32_t piece) const override
    {
        const Bytes least = size_ / ranks_;  // a block is so long, or a byte longer
        if (!reduces_) return block(rank, piece).bytes > 0 ? 1 : 0;
        return least > piece ? ranks_ : least == piece ? static_cast<uint64_t>(size_ % ranks_) : 0;
    }
    bool prepares(uint64_t number) const override { return copy_of(number).in; }
    void unpack(const Send& arrived, Codes& out) const override
    {
        if (reduces_) return;
        const Row r = row(arrived.round, arrived.half);
        const uint32_t rank = target(arrived.rank, arrived.round);
        for (uint32_t i = 0; i < r.slots; ++i) add_copy({arrived.piece, rank, r.reached + i, false}, out);
    }
    void finish(uint32_t rank, uint32_t piece, Codes& out) const override
    {
        if (reduces_) add_copy({piece, rank, 0, false}, out);
    }

    const CollectiveShape shape_;
    const Bytes size_;
    const bool reduces_;
    const Order hosts_, gpus_;
};

}  // namespace

Bytes PatDefaults::chunk(CollectiveShape shape, Bytes size)
{
    const Bytes block = cut(size, shape.ranks, 0).bytes;
    return std::min(block, std::max(Bytes{32} << 10, (block + 1023) / 1024));
}

double PatDefaults::pairs(CollectiveShape shape)
{
    return static_cast<double>(shape.ranks) * doublings(shape.hosts);
}

std::unique_ptr<Collective> make_pat(const CollectiveCall& call, bool reduces)
{
    const uint32_t pieces = count_pieces(cut(call.size, call.shape.ranks, 0).bytes, call.chunk);
    return std::make_unique<Pat>(call, pieces, reduces);
}

}  // namespace hpnsim
