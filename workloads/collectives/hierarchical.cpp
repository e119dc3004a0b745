// SPDX-License-Identifier: GPL-2.0-only
// Every GPU of a host gathers one shard over NVLink, a ring per rail reduces it over the hosts, NVLink
// spreads it. Shard j of the buffer belongs to GPU j of every host. The shards are cut into chunks that pass
// through these phases independently, `channels` of them under way at a rank at once:
//   gather   the host's GPUs send their part of it to GPU j over NVLink, which adds them up;
//   ring     the GPUs j of all hosts reduce it in a ring over their rail: segment s starts at host s;
//   spread   GPU j sends the result to the other GPUs of its host.
// With `hosts=M` every M hosts that follow each other are a block (say, those of a segment of the fabric),
// and most of it stays inside blocks. Each piece is cut into M parts, and the ring has three phases:
//   inward   part p goes round the block from host p, and its sum over the block is complete at the host
//            before that, which owns it;
//   ring     the owners of a part in all blocks reduce it in a ring over the blocks;
//   outward  each owner sends its part round its block.
// So 2 (M - 1) + 2 (blocks - 1) steps follow each other instead of 2 (hosts - 1). A NIC sends as much. What
// crosses blocks is about as much too, but every host of a block sends an Mth of it instead of one host all.
// With M = 1 a host is its own block.
// Steps of local work join what a rank waits for: it `has` its own shard's piece of the host, its part of
// that is `summed` over the block and `crossed` over all blocks, the piece is `reduced` over all hosts, and
// the chunk is `finished`, so that chunk + channels may begin.
#include "collectives/hierarchical_steps.hpp"
#include "collectives/pieces.hpp"
#include "hpnsim/collective_table.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

class HierarchicalAllreduce : public HierarchicalSteps
{
public:
    using HierarchicalSteps::HierarchicalSteps;
    bool names_all() const override { return true; }
    Bytes memory_bytes(uint32_t) const override
    {
        return size_ + cut(size_, shape_.gpus, 0).bytes * (shape_.gpus + (block_ > 1 ? 1 : 0));
    }
    uint64_t transfers() const override;
    uint64_t share(uint32_t rank) const override;
    Transfer transfer(uint64_t code) const override;
    void begin(uint32_t rank, Codes& out) const override
    {
        for (uint32_t chunk = 0; chunk < std::min(channels_, chunks_); ++chunk) launch(rank, chunk, out);
    }
    void enables(uint64_t code, Codes& out) const override;
    uint64_t waits(uint64_t code) const override;
    uint64_t gate(uint64_t code) const override;
    bool is_gate(uint64_t code) const override;
    void row(uint64_t code, size_t most, Row& out) const override;

private:
    Cut piece(uint32_t shard, uint32_t chunk) const
    {
        return nested(cut(size_, shape_.gpus, shard), chunks_, chunk);
    }
    Cut part(uint32_t shard, uint32_t chunk, uint32_t part) const
    {
        return nested(piece(shard, chunk), block_, part);
    }
    bool filled(uint32_t shard, uint32_t chunk) const { return piece(shard, chunk).bytes > 0; }
    /// Counts the parts of a piece, and the segments of a part, that are not empty: they are the first.
    uint32_t parts(uint32_t shard, uint32_t chunk) const
    {
        return static_cast<uint32_t>(filled_parts(piece(shard, chunk).bytes, block_));
    }
    uint32_t segments(uint32_t shard, uint32_t chunk, uint32_t of) const
    {
        return static_cast<uint32_t>(filled_parts(part(shard, chunk, of).bytes, blocks_));
    }
    /// Counts the shards of other GPUs that have a piece in this chunk.
    uint32_t filled_others(uint32_t gpu, uint32_t chunk) const;
    uint64_t gate_of(const Step& s) const;
    uint64_t share_of_ring(uint32_t block, uint32_t starts) const;
    uint64_t share_of_rounds(uint32_t host, uint32_t filled) const;
    bool added_up(const Step& s) const
    {
        return s.phase == Phase::ring ? s.step < blocks_ - 1
                                      : s.phase == Phase::gather || s.phase == Phase::inward;
    }
    /// Behind the buffer there is room for a shard from every GPU number: peers gather into theirs, and what
    /// stays on its rail into the rank's own. What crosses blocks, which may come before the last of the
    /// block has, has room of its own.
    Bytes staging(const Step& s, const Transfer& t) const
    {
        const Bytes room = cut(size_, shape_.gpus, 0).bytes;
        const bool crosses = s.phase == Phase::ring && block_ > 1;
        return size_ + room * (crosses ? shape_.gpus : t.src % shape_.gpus) + t.offset -
               cut(size_, shape_.gpus, s.shard).offset;
    }

    void launch(uint32_t rank, uint32_t chunk, Codes& out) const;
    void after_has(const Step& s, Codes& out) const;
    void after_inward(uint64_t code, const Step& s, Codes& out) const;
    void after_summed(const Step& s, Codes& out) const;
    void after_crossed(const Step& s, Codes& out) const;
    void after_reduced(const Step& s, Codes& out) const;
};

uint64_t HierarchicalAllreduce::transfers() const
{
    uint64_t total = 0;
    for (uint32_t shard = 0; shard < shape_.gpus; ++shard)
        for (uint32_t chunk = 0; chunk < chunks_; ++chunk) {
            if (!filled(shard, chunk)) continue;
            const uint32_t count = parts(shard, chunk);
            total += uint64_t{2} * shape_.hosts * (shape_.gpus - 1);
            total += uint64_t{2} * blocks_ * count * (block_ - 1);
            for (uint32_t part = 0; part < count; ++part)
                total += uint64_t{segments(shard, chunk, part)} * steps_;
        }
    return total;
}

uint64_t HierarchicalAllreduce::share(uint32_t rank) const
{
    const uint32_t gpu = rank % shape_.gpus;
    uint64_t count = 0;
    for (uint32_t chunk = 0; chunk < chunks_; ++chunk) {
        count += uint64_t{2} * filled_others(gpu, chunk);
        if (!filled(gpu, chunk)) continue;
        count += uint64_t{2} * (shape_.gpus - 1);
        count += share_of_ring(block_of(rank), segments(gpu, chunk, owned_by(rank)));
        if (block_ > 1) count += share_of_rounds(place_of(rank), parts(gpu, chunk));
    }
    return count;
}

/// In a ring a segment reaches and leaves a block twice each, less what is missing at its two ends.
uint64_t HierarchicalAllreduce::share_of_ring(uint32_t block, uint32_t starts) const
{
    if (blocks_ == 1) return 0;
    if (starts == blocks_) return uint64_t{2} * steps_;
    uint64_t count = 0;
    for (uint32_t segment = 0; segment < starts; ++segment) {
        const uint32_t away = (block + blocks_ - segment) % blocks_;
        count += (away + 2 < blocks_ ? 2U : 1U) + (away == 0 || away + 1 == blocks_ ? 1U : 2U);
    }
    return count;
}

/// A place in a block receives and sends every part in both directions, but for the four that begin or end
/// there.
uint64_t HierarchicalAllreduce::share_of_rounds(uint32_t place, uint32_t filled) const
{
    uint64_t count = uint64_t{4} * filled;
    for (const uint32_t ends : {place, place + 1, place + 1, place + 2})
        count -= ends % block_ < filled ? 1 : 0;
    return count;
}

uint32_t HierarchicalAllreduce::filled_others(uint32_t gpu, uint32_t chunk) const
{
    uint32_t count = 0;
    for (uint32_t shard = 0; shard < shape_.gpus; ++shard)
        count += shard != gpu && filled(shard, chunk) ? 1 : 0;
    return count;
}

Transfer HierarchicalAllreduce::transfer(uint64_t code) const
{
    const Step s = step_of(code);
    Transfer t;
    t.src = t.dst = s.rank;
    if (s.phase >= Phase::has) return t;
    t.dst = receiver(s);
    Cut range = piece(s.shard, s.chunk);
    if (s.phase >= Phase::ring) range = nested(range, block_, s.part);
    if (s.phase == Phase::ring) range = nested(range, blocks_, s.segment);
    t.reduce = added_up(s);
    t.offset = t.result = range.offset;
    t.bytes = range.bytes;
    t.landing = t.reduce ? staging(s, t) : t.offset;
    t.channel = s.chunk % channels_;
    return t;
}

/// Makes the rank hand its part of the chunk to the owners of the shards.
void HierarchicalAllreduce::launch(uint32_t rank, uint32_t chunk, Codes& out) const
{
    Step s;
    s.chunk = chunk;
    s.host = rank / shape_.gpus;
    s.from = rank % shape_.gpus;
    for (uint32_t away = 1; away < shape_.gpus; ++away) {
        s.to = (s.from + away) % shape_.gpus;
        if (filled(s.to, chunk)) out.push_back(code_of(s));
    }
    out.push_back(work_of(Phase::has, rank, chunk));
}

/// The sum over the host is complete: the part that begins at the rank starts.
void HierarchicalAllreduce::after_has(const Step& s, Codes& out) const
{
    if (!filled(s.shard, s.chunk)) {
        out.push_back(work_of(Phase::finished, s.rank, s.chunk));
        return;
    }
    if (block_ == 1) return after_summed(s, out);
    Step first = s;
    first.phase = Phase::inward;
    first.part = place_of(s.rank);
    if (first.part < parts(s.shard, s.chunk)) out.push_back(code_of(first));
    out.push_back(work_of(Phase::summed, s.rank, s.chunk));
    out.push_back(work_of(Phase::reduced, s.rank, s.chunk));
}

void HierarchicalAllreduce::after_inward(uint64_t code, const Step& s, Codes& out) const
{
    out.push_back(s.step + 2 < block_ ? code + 1 : work_of(Phase::summed, receiver(s), s.chunk));
}

/// The sum over the block is complete: the rank's own segment of its part starts.
void HierarchicalAllreduce::after_summed(const Step& s, Codes& out) const
{
    Step first = s;
    first.phase = Phase::ring;
    first.segment = s.block;
    if (blocks_ > 1 && first.segment < segments(s.shard, s.chunk, s.part)) out.push_back(code_of(first));
    out.push_back(work_of(Phase::crossed, s.rank, s.chunk));
}

/// The sum over all hosts is complete: the part goes round the block.
void HierarchicalAllreduce::after_crossed(const Step& s, Codes& out) const
{
    if (block_ == 1) return after_reduced(s, out);
    Step first = s;
    first.phase = Phase::outward;
    if (s.part < parts(s.shard, s.chunk)) out.push_back(code_of(first));
    out.push_back(work_of(Phase::reduced, s.rank, s.chunk));
}

void HierarchicalAllreduce::after_reduced(const Step& s, Codes& out) const
{
    Step spread = s;
    spread.phase = Phase::spread;
    for (uint32_t away = 1; away < shape_.gpus; ++away) {
        spread.to = (s.from + away) % shape_.gpus;
        out.push_back(code_of(spread));
    }
    out.push_back(work_of(Phase::finished, s.rank, s.chunk));
}

void HierarchicalAllreduce::enables(uint64_t code, Codes& out) const
{
    const Step s = step_of(code);
    switch (s.phase) {
    case Phase::gather:
        return out.push_back(work_of(Phase::has, rank_of(s.host, s.to), s.chunk));
    case Phase::spread:
        return out.push_back(work_of(Phase::finished, rank_of(s.host, s.to), s.chunk));
    case Phase::ring:
        if (s.step + 1 < steps_) out.push_back(code + 1);
        if (s.step + 2 >= blocks_) out.push_back(work_of(Phase::crossed, receiver(s), s.chunk));
        return;
    case Phase::inward:
        return after_inward(code, s, out);
    case Phase::outward:
        if (s.step + 2 < block_) out.push_back(code + 1);
        return out.push_back(work_of(Phase::reduced, receiver(s), s.chunk));
    case Phase::has:
        return after_has(s, out);
    case Phase::summed:
        return after_summed(s, out);
    case Phase::crossed:
        return after_crossed(s, out);
    case Phase::reduced:
        return after_reduced(s, out);
    case Phase::finished:
        if (uint64_t{s.chunk} + channels_ < chunks_) launch(s.rank, s.chunk + channels_, out);
        return;
    }
}

/// Every segment of a rank's part becomes final there once, and so does every part of its piece; what the
/// rank adds itself counts as one.
uint64_t HierarchicalAllreduce::waits(uint64_t code) const
{
    const Step s = step_of(code);
    switch (s.phase) {
    case Phase::has:
        return 1 + (filled(s.shard, s.chunk) ? shape_.gpus - 1 : 0);
    case Phase::summed:
        return 1 + (s.part < parts(s.shard, s.chunk) ? 1 : 0);
    case Phase::crossed:
        return 1 + (blocks_ > 1 ? segments(s.shard, s.chunk, s.part) : 0);
    case Phase::reduced:  // begun by `has` and by what has crossed
        return 2 + parts(s.shard, s.chunk) - (s.part < parts(s.shard, s.chunk) ? 1 : 0);
    case Phase::finished:
        return 1 + filled_others(s.shard, s.chunk);
    default:
        return 1;
    }
}

/// A rank sends on what it has added its own to.
uint64_t HierarchicalAllreduce::gate(uint64_t code) const
{
    return gate_of(step_of(code));
}

uint64_t HierarchicalAllreduce::gate_of(const Step& s) const
{
    if (s.phase == Phase::inward && s.step > 0) return work_of(Phase::has, s.rank, s.chunk);
    if (s.phase != Phase::ring || s.step == 0 || s.step >= blocks_) return kNoGate;
    return work_of(block_ > 1 ? Phase::summed : Phase::has, s.rank, s.chunk);
}

bool HierarchicalAllreduce::is_gate(uint64_t code) const
{
    const uint64_t first_work = chunks_ * codes_per_chunk();
    if (code < first_work) return false;
    const Phase phase = work_step(code - first_work).phase;
    return phase == Phase::has || phase == Phase::summed;
}

/// A segment goes round the ring: what changes from step to step is computed here without a division.
void HierarchicalAllreduce::row(uint64_t code, size_t most, Row& out) const
{
    Step s = step_of(code);
    if (s.phase != Phase::ring) return;
    RowStep each;
    each.transfer = transfer(code);
    const Bytes staged = staging(s, each.transfer);
    const uint32_t owner = owner_of(s.part);
    const size_t count = std::min<size_t>(most, steps_ - s.step);
    for (size_t made = 0; made < count; ++made) {
        Transfer& t = each.transfer;
        t.src = s.rank;
        s.block = s.block + 1 < blocks_ ? s.block + 1 : 0;
        t.dst = rank_of(s.block * block_ + owner, s.shard);
        t.reduce = added_up(s);
        t.landing = t.reduce ? staged : t.offset;
        each.gate = gate_of(s);
        each.joins = s.step + 2 >= blocks_ ? work_of(Phase::crossed, t.dst, s.chunk) : kNoGate;
        out.push_back(each);
        s.rank = t.dst;
        ++s.step;
    }
}

/// Returns how many hosts a block has. Throws BadInput that begins with "algorithm: ".
uint32_t hosts_of_block(const CollectiveCall& call)
{
    if (call.argument.empty()) return 1;
    const auto block =
        static_cast<uint32_t>(parse_count("algorithm: hosts", call.argument, 1, call.shape.hosts));
    if (call.shape.hosts % block != 0)
        throw BadInput("algorithm: hosts=" + call.argument + " does not divide the " +
                       std::to_string(call.shape.hosts) + " hosts");
    return block;
}

struct Hierarchical {
    static constexpr CollectiveInfo info{
        "hierarchical",
        &kAllReduce,
        "reduce-scatter inside each host, a ring per rail between hosts, all-gather inside each host; "
        "hierarchical:hosts=M has rings over every M hosts, as of a segment, and over these blocks",
        "number of chunks in progress at once (default 16)",
        "size of a piece of a shard (default: a 16th of it, but at least 16K per host)",
        "",
        "hosts"};

    /// All of the default chunks are in progress at once: with fewer, the ring would wait for its latency.
    static uint32_t channels(CollectiveShape) { return 16; }

    /// Cuts a shard into 16, so that NVLink works alone only for about a 16th of its time; but a chunk has at
    /// least 16 KiB per host, so that a ring step still carries several packets.
    static Bytes chunk(CollectiveShape shape, Bytes size)
    {
        const Bytes shard = cut(size, shape.gpus, 0).bytes;
        return std::min(shard, std::max((shard + 15) / 16, Bytes{16384} * shape.hosts));
    }
    /// With blocks, a rank has a neighbour in its own and one in the next.
    static double pairs(CollectiveShape shape) { return 2.0 * shape.ranks; }

    static std::unique_ptr<Collective> make(const CollectiveCall& call)
    {
        const uint32_t chunks = count_pieces(cut(call.size, call.shape.gpus, 0).bytes, call.chunk);
        return std::make_unique<HierarchicalAllreduce>(call.shape, call.size, std::min(call.channels, chunks),
                                                       chunks, hosts_of_block(call));
    }
};

}  // namespace

HPNSIM_COLLECTIVE(Hierarchical)

}  // namespace hpnsim
