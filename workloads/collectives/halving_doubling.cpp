// SPDX-License-Identifier: GPL-2.0-only
// AllReduce of Rabenseifner: reduce-scatter by recursive halving, then all-gather by recursive doubling. In
// step k of the first half, rank v and rank v ^ 2^k split what both have summed so far: each sends the half
// that the other keeps, and adds what it receives to its own. After log2(n) steps each has an n-th of the
// sum, and the same steps backwards spread it. Ranks that are near exchange most: the first steps, of S/2,
// S/4, ..., stay inside a host, and the others on their rail.
// If n is not a power of two, but p is the next below, each even rank of the first 2(n - p) first sends its
// buffer to the odd one after it, which takes part for both and returns the sum in the end.
// Time without contention: 2 log2(n) latencies and 2(n-1)/n S over the rate; if n is not a power of two, p
// takes its place there, and 2 latencies and 2 S come on top.
// Sources: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of Collective Communication Operations in
// MPICH", IJHPCA 19 (2005), on AllReduce; MPICH's reduce_scatter_allgather.
#include "collectives/pieces.hpp"
#include "hpnsim/collective_table.hpp"

namespace hpnsim
{

namespace
{

/// A power of two of ranks are partners, numbered from 0. A rank begins exchange e when it has passed level
/// e: when the exchanges before it have brought it what they had to.
class HalvingDoublingAllreduce : public Collective
{
public:
    HalvingDoublingAllreduce(uint32_t ranks, Bytes size, uint32_t pieces)
        : ranks_(ranks), pieces_(pieces), size_(size)
    {
        while (2 * partners_ <= ranks) {
            partners_ *= 2;
            ++halvings_;
        }
        const Cut longest = cut(size, pieces, 0);
        for (uint32_t k = 1; k <= halvings_; ++k) {
            rooms_.push_back(room_);
            room_ += interval(longest, 0, k).bytes;  // no other partner has a longer one
        }
    }

    uint64_t code_limit() const override { return uint64_t{pieces_} * ranks_ * codes_per_rank(); }
    Bytes memory_bytes(uint32_t rank) const override
    {
        if (!takes_part(rank)) return size_;
        return size_ + pieces_ * room_ + (folds(rank) ? size_ : 0);
    }
    uint64_t transfers() const override;
    uint64_t share(uint32_t rank) const override;
    Transfer transfer(uint64_t code) const override;
    void begin(uint32_t rank, Codes& out) const override;
    void enables(uint64_t code, Codes& out) const override;
    uint64_t waits(uint64_t code) const override;

private:
    enum class Kind : uint8_t { exchange, level, fold, unfold };
    /// A step of a rank, which sends or works; `number` of the exchange or level.
    struct Step {
        Kind kind = Kind::fold;
        uint32_t piece = 0, rank = 0, number = 0;
    };

    uint32_t exchanges() const { return 2 * halvings_; }
    uint64_t codes_per_rank() const { return 2 * exchanges() + 3; }
    uint64_t code_of(const Step& s) const;
    Step step_of(uint64_t code) const;

    /// The rank is one of two of which one acts for both.
    bool folds(uint32_t rank) const { return rank < 2 * (ranks_ - partners_); }
    bool takes_part(uint32_t rank) const { return !folds(rank) || rank % 2 == 1; }
    uint32_t partner_of(uint32_t rank) const { return folds(rank) ? rank / 2 : rank - (ranks_ - partners_); }
    uint32_t rank_of(uint32_t partner) const
    {
        return partner < ranks_ - partners_ ? 2 * partner + 1 : partner + (ranks_ - partners_);
    }

    Cut piece(uint32_t i) const { return cut(size_, pieces_, i); }
    /// Returns what a partner is left with after k halvings.
    Cut interval(Cut whole, uint32_t partner, uint32_t k) const;
    /// Returns which halving an exchange does or undoes.
    uint32_t halving(uint32_t exchange) const
    {
        return exchange < halvings_ ? exchange : exchanges() - 1 - exchange;
    }
    /// Returns what a partner receives in an exchange.
    Cut received(Cut whole, uint32_t partner, uint32_t exchange) const
    {
        const uint32_t k = halving(exchange);
        return interval(whole, exchange < halvings_ ? partner : partner ^ (1U << k), k + 1);
    }
    Transfer exchange(const Step& s) const;
    void after_level(const Step& s, Codes& out) const;

    uint32_t ranks_, pieces_, partners_ = 1, halvings_ = 0;
    Bytes size_;
    Bytes room_ = 0;            ///< behind the buffer, for what a piece's halvings bring
    std::vector<Bytes> rooms_;  ///< where in it each halving's begins
};

Cut HalvingDoublingAllreduce::interval(Cut whole, uint32_t partner, uint32_t k) const
{
    uint32_t first = 0;
    for (uint32_t j = 0; j < k; ++j)
        if ((partner >> j) % 2 == 1) first += partners_ >> (j + 1);
    const Bytes begin = cut(whole.bytes, partners_, first).offset;
    const Bytes end = cut(whole.bytes, partners_, first + (partners_ >> k)).offset;
    return {whole.offset + begin, end - begin};
}

/// Of those who are left with the same interval after k halvings, there are 2^(halvings - k).
uint64_t HalvingDoublingAllreduce::transfers() const
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < pieces_; ++i) {
        const uint64_t filled = filled_parts(piece(i).bytes, partners_);
        for (uint32_t k = 1; k <= halvings_; ++k) {
            const uint64_t alike = partners_ >> k;
            count += 2 * alike * ((filled + alike - 1) / alike);
        }
    }
    return count + uint64_t{2} * pieces_ * (ranks_ - partners_);
}

uint64_t HalvingDoublingAllreduce::share(uint32_t rank) const
{
    const uint64_t folding = folds(rank) ? uint64_t{2} * pieces_ : 0;
    if (!takes_part(rank)) return folding;
    if (size_ / pieces_ >= static_cast<Bytes>(partners_))
        return folding + uint64_t{2} * exchanges() * pieces_;
    uint64_t count = 0;
    const uint32_t partner = partner_of(rank);
    for (uint32_t i = 0; i < pieces_; ++i)
        for (uint32_t e = 0; e < exchanges(); ++e) {
            count += received(piece(i), partner, e).bytes > 0 ? 1 : 0;
            count += received(piece(i), partner ^ (1U << halving(e)), e).bytes > 0 ? 1 : 0;
        }
    return folding + count;
}

uint64_t HalvingDoublingAllreduce::code_of(const Step& s) const
{
    uint64_t code = (uint64_t{s.piece} * ranks_ + s.rank) * codes_per_rank() + s.number;
    if (s.kind == Kind::exchange) return code;
    code += exchanges();
    if (s.kind == Kind::level) return code;
    return code + exchanges() + (s.kind == Kind::fold ? 1 : 2);
}

HalvingDoublingAllreduce::Step HalvingDoublingAllreduce::step_of(uint64_t code) const
{
    Step s;
    auto number = static_cast<uint32_t>(code % codes_per_rank());
    code /= codes_per_rank();
    s.rank = static_cast<uint32_t>(code % ranks_);
    s.piece = static_cast<uint32_t>(code / ranks_);
    s.kind = number < exchanges() ? Kind::exchange : Kind::level;
    if (s.kind == Kind::level) number -= exchanges();
    if (number <= exchanges()) {
        s.number = number;
        return s;
    }
    s.kind = number == exchanges() + 1 ? Kind::fold : Kind::unfold;
    return s;
}

Transfer HalvingDoublingAllreduce::transfer(uint64_t code) const
{
    const Step s = step_of(code);
    Transfer t;
    t.src = t.dst = s.rank;
    if (s.kind == Kind::level || (s.kind == Kind::exchange && !takes_part(s.rank))) return t;
    if (s.kind == Kind::exchange) return exchange(s);
    if (!folds(s.rank)) return t;
    t.dst = s.rank ^ 1U;
    t.offset = t.landing = t.result = piece(s.piece).offset;
    t.bytes = piece(s.piece).bytes;
    t.reduce = s.kind == Kind::fold;
    if (t.reduce) t.landing += size_ + pieces_ * room_;
    return t;
}

Transfer HalvingDoublingAllreduce::exchange(const Step& s) const
{
    const uint32_t other = partner_of(s.rank) ^ (1U << halving(s.number));
    const Cut range = received(piece(s.piece), other, s.number);
    Transfer t;
    t.src = s.rank;
    t.dst = rank_of(other);
    t.offset = t.landing = t.result = range.offset;
    t.bytes = range.bytes;
    t.reduce = s.number < halvings_;
    if (t.reduce) t.landing = size_ + s.piece * room_ + rooms_[s.number];
    return t;
}

void HalvingDoublingAllreduce::begin(uint32_t rank, Codes& out) const
{
    if (folds(rank) && takes_part(rank)) return;  // it waits for the other one's buffer
    for (uint32_t i = 0; i < pieces_; ++i)
        out.push_back(code_of({folds(rank) ? Kind::fold : Kind::level, i, rank, 0}));
}

void HalvingDoublingAllreduce::enables(uint64_t code, Codes& out) const
{
    const Step s = step_of(code);
    switch (s.kind) {
    case Kind::fold:
        return out.push_back(code_of({Kind::level, s.piece, s.rank + 1, 0}));
    case Kind::exchange:
        return out.push_back(code_of({Kind::level, s.piece, exchange(s).dst, s.number + 1}));
    case Kind::level:
        return after_level(s, out);
    case Kind::unfold:
        return;
    }
}

void HalvingDoublingAllreduce::after_level(const Step& s, Codes& out) const
{
    if (s.number == exchanges()) {
        if (folds(s.rank)) out.push_back(code_of({Kind::unfold, s.piece, s.rank, 0}));
        return;
    }
    Step next = s;
    next.kind = Kind::exchange;
    if (exchange(next).bytes > 0) out.push_back(code_of(next));
    out.push_back(code_of({Kind::level, s.piece, s.rank, s.number + 1}));
}

uint64_t HalvingDoublingAllreduce::waits(uint64_t code) const
{
    const Step s = step_of(code);
    if (s.kind != Kind::level || s.number == 0) return 1;
    return received(piece(s.piece), partner_of(s.rank), s.number - 1).bytes > 0 ? 2 : 1;
}

struct HalvingDoubling {
    static constexpr CollectiveInfo info{
        "halving-doubling", &kAllReduce,
        "reduce-scatter by recursive halving, all-gather by recursive doubling (Rabenseifner), as MPICH does",
        "", "size of the pieces of the buffer that pass through it independently (default: one piece)"};

    static uint32_t channels(CollectiveShape) { return 1; }
    static Bytes chunk(CollectiveShape, Bytes size) { return size; }
    /// Every rank has a partner for every halving, and those that fold have one more.
    static double pairs(CollectiveShape shape)
    {
        double each = 1;
        for (uint32_t reached = 2; reached <= shape.ranks; reached *= 2) each += 1;
        return each * shape.ranks;
    }

    static std::unique_ptr<Collective> make(const CollectiveCall& call)
    {
        return std::make_unique<HalvingDoublingAllreduce>(call.shape.ranks, call.size,
                                                          count_pieces(call.size, call.chunk));
    }
};

}  // namespace

HPNSIM_COLLECTIVE(HalvingDoubling)

}  // namespace hpnsim
