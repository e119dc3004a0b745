// SPDX-License-Identifier: GPL-2.0-only
// Implements collectives in rounds. Local work joins what a rank waits for: it is ready for round t when it
// was ready for the round before and has all that was sent to it in that one.
#include "collectives/rounds.hpp"

#include <algorithm>

namespace hpnsim
{

uint32_t doublings(uint32_t ranks)
{
    uint32_t count = 0;
    while ((uint64_t{1} << count) < ranks) ++count;
    return count;
}

double pairs_at(CollectiveShape shape, uint32_t distance)
{
    if (shape.hosts == 1) return 0;
    const uint32_t crossing = std::min({shape.gpus, distance, shape.ranks - distance});
    return static_cast<double>(shape.hosts) * crossing;
}

Rounds::Send Rounds::send_of(uint64_t code) const
{
    Send s{};
    s.half = code % 2;
    s.rank = static_cast<uint32_t>(code / 2 % ranks_);
    s.round = static_cast<uint32_t>(code / 2 / ranks_ % rounds_);
    s.piece = static_cast<uint32_t>(code / 2 / ranks_ / rounds_);
    return s;
}

Rounds::Ready Rounds::ready_of(uint64_t code) const
{
    code -= sends();
    Ready r{};
    r.rank = static_cast<uint32_t>(code % ranks_);
    r.round = static_cast<uint32_t>(code / ranks_ % (rounds_ + 1));
    r.piece = static_cast<uint32_t>(code / ranks_ / (rounds_ + 1));
    return r;
}

uint32_t Rounds::halves(uint32_t rank, uint32_t round, uint32_t piece) const
{
    uint32_t count = 0;
    for (uint32_t half = 0; half < 2; ++half) count += part({piece, round, rank, half}).bytes > 0 ? 1 : 0;
    return count;
}

uint64_t Rounds::transfers() const
{
    uint64_t count = 0;
    for (uint32_t piece = 0; piece < pieces_; ++piece)
        for (uint32_t round = 0; round < rounds_; ++round)
            for (uint32_t rank = 0; rank < ranks_; ++rank) count += halves(rank, round, piece);
    return count;
}

uint64_t Rounds::share(uint32_t rank) const
{
    uint64_t count = 0;
    for (uint32_t piece = 0; piece < pieces_; ++piece)
        for (uint32_t round = 0; round < rounds_; ++round)
            count += halves(rank, round, piece) + halves(source(rank, round), round, piece);
    return count;
}

Transfer Rounds::transfer(uint64_t code) const
{
    if (code >= works_at()) return work(code - works_at());
    Transfer t;
    if (code >= sends()) {
        t.src = t.dst = ready_of(code).rank;
        return t;
    }
    const Send send = send_of(code);
    const Part carried = part(send);
    t.src = send.rank;
    t.dst = target(send.rank, send.round);
    t.offset = carried.offset;
    t.bytes = carried.bytes;
    t.landing = carried.landing;
    t.result = carried.result;
    t.reduce = reduces_;
    t.channel = send.piece % window_;
    return t;
}

void Rounds::begin(uint32_t rank, Codes& out) const
{
    for (uint32_t piece = 0; piece < std::min(window_, pieces_); ++piece) launch(rank, piece, out);
}

void Rounds::launch(uint32_t rank, uint32_t piece, Codes& out) const
{
    prepare(rank, piece, out);
    out.push_back(code_of(Ready{piece, 0, rank}));
}

void Rounds::enables(uint64_t code, Codes& out) const
{
    if (code >= works_at()) {
        if (!prepares(code - works_at())) return;
        const uint32_t piece = work(code - works_at()).channel;
        out.push_back(code_of(Ready{piece, 0, work(code - works_at()).src}));
        return;
    }
    if (code >= sends()) return go_on(ready_of(code), out);
    const Send send = send_of(code);
    out.push_back(code_of(Ready{send.piece, send.round + 1, target(send.rank, send.round)}));
    unpack(send, out);
}

void Rounds::go_on(const Ready& ready, Codes& out) const
{
    if (ready.round == rounds_) {
        finish(ready.rank, ready.piece, out);
        if (ready.piece + window_ < pieces_) launch(ready.rank, ready.piece + window_, out);
        return;
    }
    for (uint32_t half = 0; half < 2; ++half) {
        const Send send{ready.piece, ready.round, ready.rank, half};
        if (part(send).bytes > 0) out.push_back(code_of(send));
    }
    out.push_back(code_of(Ready{ready.piece, ready.round + 1, ready.rank}));
}

uint64_t Rounds::waits(uint64_t code) const
{
    if (code < sends() || code >= works_at()) return 1;
    const Ready ready = ready_of(code);
    if (ready.round == 0) return 1 + preparations(ready.rank, ready.piece);
    return 1U + halves(source(ready.rank, ready.round - 1), ready.round - 1, ready.piece);
}

}  // namespace hpnsim
