// SPDX-License-Identifier: GPL-2.0-only
// Implements recursive doubling and halving. At distance D a rank has the blocks of D ranks, and gets those
// of D others, or of as many as are left:
//   where n is a power of two, rank r exchanges with r xor D, and both then have an aligned group of 2 D;
//   else, as Bruck's algorithm does it, r gets those of r + D, ..., which has its own and the following ones,
//   and gives its own to r - D. They may wrap around the end of the buffer, in two messages then.
// Halving is the same backwards: what r got from its partner when blocks were gathered, it now sends there as
// sums, the largest distance first.
#include "collectives/doubling.hpp"

#include "collectives/rounds.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

class Doubling : public Rounds
{
public:
    Doubling(const CollectiveCall& call, bool halves)
        : Rounds(call.shape.ranks, doublings(call.shape.ranks), 1, 1, halves), halves_(halves),
          exact_((ranks_ & (ranks_ - 1)) == 0), size_(call.size)
    {
    }

    /// Sums have room for everything that they still have to add.
    Bytes memory_bytes(uint32_t) const override
    {
        return size_ + (halves_ ? cut(size_, ranks_, 0).bytes * (ranks_ - 1) : 0);
    }

private:
    uint32_t distance(uint32_t round) const { return 1U << (halves_ ? rounds_ - 1 - round : round); }
    /// Returns the rank whose blocks a rank gets when blocks are gathered, and the rank that gets its own.
    uint32_t giver(uint32_t rank, uint32_t round) const
    {
        return exact_ ? rank ^ distance(round) : (rank + distance(round)) % ranks_;
    }
    uint32_t taker(uint32_t rank, uint32_t round) const
    {
        return exact_ ? rank ^ distance(round) : (rank + ranks_ - distance(round)) % ranks_;
    }
    uint32_t target(uint32_t rank, uint32_t round) const override
    {
        return halves_ ? giver(rank, round) : taker(rank, round);
    }
    uint32_t source(uint32_t rank, uint32_t round) const override
    {
        return halves_ ? taker(rank, round) : giver(rank, round);
    }

    Bytes start_of(uint32_t block) const { return cut(size_, ranks_, block).offset; }

    /// The blocks are those that the giver has: they begin with its own, or with the first of its group.
    Part part(const Send& send) const override
    {
        const uint32_t away = distance(send.round);
        const uint32_t owner = halves_ ? giver(send.rank, send.round) : send.rank;
        const uint32_t first = exact_ ? owner & ~(away - 1) : owner;
        const uint32_t count = std::min(away, ranks_ - away), row = std::min(count, ranks_ - first);
        Part p;
        p.offset = send.half == 0 ? start_of(first) : 0;
        p.bytes = send.half == 0 ? start_of(first + row) - p.offset : start_of(count - row);
        p.landing = p.result = p.offset;
        if (halves_)
            p.landing = size_ + cut(size_, ranks_, 0).bytes * (away - 1 + (send.half == 0 ? 0 : row));
        return p;
    }

    const bool halves_, exact_;  ///< exact: the number of ranks is a power of two
    const Bytes size_;
};

}  // namespace

double DoublingDefaults::pairs(CollectiveShape shape)
{
    double pairs = 0;
    const bool exact = (shape.ranks & (shape.ranks - 1)) == 0;
    for (uint32_t round = 0; round < doublings(shape.ranks); ++round) {
        const uint32_t away = 1U << round;
        if (!exact)
            pairs += pairs_at(shape, away);
        else if (away >= shape.gpus)
            pairs += shape.ranks;
    }
    return pairs;
}

std::unique_ptr<Collective> make_doubling(const CollectiveCall& call)
{
    return std::make_unique<Doubling>(call, false);
}

std::unique_ptr<Collective> make_halving(const CollectiveCall& call)
{
    return std::make_unique<Doubling>(call, true);
}

}  // namespace hpnsim
