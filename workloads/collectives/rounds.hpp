// SPDX-License-Identifier: GPL-2.0-only
// Collectives in rounds: in each, every rank sends to one rank and receives from one, and it goes on when it
// has all that was sent to it so far. Internal to the collectives.
#pragma once

#include "hpnsim/collective.hpp"

namespace hpnsim
{

/// What is moved may be cut into pieces that go through the rounds independently, `window` of them at once. A
/// message may have two halves, where its bytes do not lie in a row.
class Rounds : public Collective
{
public:
    uint64_t code_limit() const final { return works_at() + works(); }
    bool names_all() const final { return true; }
    uint64_t transfers() const final;
    uint64_t share(uint32_t rank) const final;
    Transfer transfer(uint64_t code) const final;
    void begin(uint32_t rank, Codes& out) const final;
    void enables(uint64_t code, Codes& out) const final;
    uint64_t waits(uint64_t code) const final;

protected:
    struct Part {
        Bytes offset = 0, bytes = 0, landing = 0, result = 0;
    };
    struct Send {
        uint32_t piece, round, rank, half;
    };

    Rounds(uint32_t ranks, uint32_t rounds, uint32_t pieces, uint32_t window, bool reduces)
        : ranks_(ranks), rounds_(rounds), pieces_(pieces), window_(window), reduces_(reduces)
    {
    }

    virtual uint32_t target(uint32_t rank, uint32_t round) const = 0;
    virtual uint32_t source(uint32_t rank, uint32_t round) const = 0;
    /// Returns what a rank sends; the second half may be empty.
    virtual Part part(const Send& send) const = 0;

    // What a rank does by itself, for collectives whose messages are put together somewhere else than they
    // are needed. Works have numbers below works().
    virtual uint64_t works() const { return 0; }
    virtual Transfer work(uint64_t /*number*/) const { return {}; }
    /// Appends the work that must be done before a rank's first round of a piece, and counts it.
    virtual void prepare(uint32_t /*rank*/, uint32_t /*piece*/, Codes& /*out*/) const {}
    virtual uint64_t preparations(uint32_t /*rank*/, uint32_t /*piece*/) const { return 0; }
    virtual bool prepares(uint64_t /*number*/) const { return false; }
    /// Appends the work that follows from an arrival, and from a rank's last round of a piece.
    virtual void unpack(const Send& /*arrived*/, Codes& /*out*/) const {}
    virtual void finish(uint32_t /*rank*/, uint32_t /*piece*/, Codes& /*out*/) const {}

    uint64_t work_code(uint64_t number) const { return works_at() + number; }

    const uint32_t ranks_, rounds_, pieces_, window_;

private:
    /// A rank is ready for a round, or, after the last, through.
    struct Ready {
        uint32_t piece, round, rank;
    };

    uint64_t sends() const { return uint64_t{2} * ranks_ * rounds_ * pieces_; }
    uint64_t works_at() const { return sends() + uint64_t{ranks_} * (rounds_ + 1) * pieces_; }
    uint64_t code_of(const Send& s) const
    {
        return ((uint64_t{s.piece} * rounds_ + s.round) * ranks_ + s.rank) * 2 + s.half;
    }
    uint64_t code_of(const Ready& r) const
    {
        return sends() + (uint64_t{r.piece} * (rounds_ + 1) + r.round) * ranks_ + r.rank;
    }
    Send send_of(uint64_t code) const;
    Ready ready_of(uint64_t code) const;
    /// Counts the halves of what a rank sends that are not empty.
    uint32_t halves(uint32_t rank, uint32_t round, uint32_t piece) const;
    void launch(uint32_t rank, uint32_t piece, Codes& out) const;
    void go_on(const Ready& ready, Codes& out) const;

    const bool reduces_;
};

/// Counts the pairs of ranks on different hosts of which one is `distance` further than the other.
double pairs_at(CollectiveShape shape, uint32_t distance);

/// Returns the number of doublings that lead from one rank to all.
uint32_t doublings(uint32_t ranks);

}  // namespace hpnsim
