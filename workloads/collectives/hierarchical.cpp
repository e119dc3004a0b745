// SPDX-License-Identifier: GPL-2.0-only
// Every GPU of a host gathers one shard over NVLink, a ring per rail reduces it over the hosts, NVLink
// spreads it. Shard j of the buffer belongs to GPU j of every host. The shards are cut into chunks that pass
// through three phases independently, `channels` of them under way at a rank at once:
//   gather   the host's GPUs send their part of it to GPU j over NVLink, which adds them up;
//   ring     the GPUs j of all hosts reduce it in a ring over their rail: segment s starts at host s;
//   spread   GPU j sends the result to the other GPUs of its host.
// Three steps of local work join what a rank waits for: it `has` its own shard's piece of the host, that
// piece is `reduced` over all hosts, and the chunk is `finished`, so that chunk + channels may begin.
#include "collectives/pieces.hpp"
#include "hpnsim/collective_table.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

class HierarchicalAllreduce : public Collective
{
public:
    HierarchicalAllreduce(CollectiveShape shape, Bytes size, uint32_t channels, uint32_t chunks)
        : shape_(shape), size_(size), channels_(channels), chunks_(chunks), steps_(2 * (shape.hosts - 1)),
          local_codes_(uint64_t{shape.ranks} * shape.gpus), ring_codes_(uint64_t{shape.ranks} * steps_)
    {
    }

    uint64_t code_limit() const override { return chunks_ * (codes_per_chunk() + kWork * shape_.ranks); }
    Bytes memory_bytes(uint32_t) const override
    {
        return size_ + cut(size_, shape_.gpus, 0).bytes * shape_.gpus;
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

private:
    enum class Phase : uint8_t { gather, spread, ring, has, reduced, finished };
    /// A step: in `gather` and `spread` host, from GPU, to GPU; in `ring` shard, segment, step; of local work
    /// the rank.
    struct Step {
        Phase phase = Phase::gather;
        uint32_t chunk = 0, host = 0, from = 0, to = 0, shard = 0, segment = 0, step = 0, rank = 0;
    };

    static constexpr uint64_t kWork = 3;  ///< steps of local work of a rank and chunk

    /// Counts transfers; the codes of local work follow those of all chunks.
    uint64_t codes_per_chunk() const { return 2 * local_codes_ + ring_codes_; }
    uint64_t code_of(const Step& s) const;
    uint64_t work_of(Phase phase, uint32_t rank, uint32_t chunk) const;
    Step work_step(uint64_t number) const;
    Step step_of(uint64_t code) const;

    Cut piece(uint32_t shard, uint32_t chunk) const
    {
        return nested(cut(size_, shape_.gpus, shard), chunks_, chunk);
    }
    bool filled(uint32_t shard, uint32_t chunk) const { return piece(shard, chunk).bytes > 0; }
    uint32_t segments(uint32_t shard, uint32_t chunk) const
    {
        return static_cast<uint32_t>(filled_parts(piece(shard, chunk).bytes, shape_.hosts));
    }
    /// Counts the shards of other GPUs that have a piece in this chunk.
    uint32_t filled_others(uint32_t gpu, uint32_t chunk) const;
    uint32_t rank_of(uint32_t host, uint32_t gpu) const { return host * shape_.gpus + gpu; }
    /// Returns the position of the receiver of a step of the ring.
    uint32_t receiver(const Step& s) const { return (s.segment + s.step + 1) % shape_.hosts; }
    /// Behind the buffer there is room for a shard from every GPU number: peers gather into theirs, and the
    /// ring, which stays on its rail, into the rank's own.
    Bytes staging(uint32_t shard, const Transfer& t) const
    {
        const Bytes room = cut(size_, shape_.gpus, 0).bytes;
        return size_ + room * (t.src % shape_.gpus) + t.offset - cut(size_, shape_.gpus, shard).offset;
    }

    void launch(uint32_t rank, uint32_t chunk, Codes& out) const;
    void after_has(const Step& s, Codes& out) const;
    void after_reduced(const Step& s, Codes& out) const;

    CollectiveShape shape_;
    Bytes size_;
    uint32_t channels_, chunks_, steps_;
    uint64_t local_codes_, ring_codes_;  ///< per chunk: of gather (and spread), of ring
};

uint64_t HierarchicalAllreduce::transfers() const
{
    uint64_t total = 0;
    for (uint32_t shard = 0; shard < shape_.gpus; ++shard)
        for (uint32_t chunk = 0; chunk < chunks_; ++chunk) {
            if (!filled(shard, chunk)) continue;
            total += uint64_t{2} * shape_.hosts * (shape_.gpus - 1);
            total += uint64_t{segments(shard, chunk)} * steps_;
        }
    return total;
}

/// In a ring a segment reaches and leaves a host twice each, less what is missing at its two ends.
uint64_t HierarchicalAllreduce::share(uint32_t rank) const
{
    const uint32_t gpu = rank % shape_.gpus, host = rank / shape_.gpus, hosts = shape_.hosts;
    uint64_t count = 0;
    for (uint32_t chunk = 0; chunk < chunks_; ++chunk) {
        count += uint64_t{2} * filled_others(gpu, chunk);
        if (!filled(gpu, chunk)) continue;
        count += uint64_t{2} * (shape_.gpus - 1);
        const uint32_t starts = segments(gpu, chunk);
        if (hosts == 1) continue;
        if (starts == hosts) {
            count += uint64_t{2} * steps_;
            continue;
        }
        for (uint32_t segment = 0; segment < starts; ++segment) {
            const uint32_t away = (host + hosts - segment) % hosts;
            count += (away + 2 < hosts ? 2U : 1U) + (away == 0 || away + 1 == hosts ? 1U : 2U);
        }
    }
    return count;
}

uint32_t HierarchicalAllreduce::filled_others(uint32_t gpu, uint32_t chunk) const
{
    uint32_t count = 0;
    for (uint32_t shard = 0; shard < shape_.gpus; ++shard)
        count += shard != gpu && filled(shard, chunk) ? 1 : 0;
    return count;
}

uint64_t HierarchicalAllreduce::code_of(const Step& s) const
{
    const uint64_t base = s.chunk * codes_per_chunk();
    if (s.phase == Phase::ring)
        return base + 2 * local_codes_ + (uint64_t{s.shard} * shape_.hosts + s.segment) * steps_ + s.step;
    const uint64_t local = (uint64_t{s.host} * shape_.gpus + s.from) * shape_.gpus + s.to;
    return base + (s.phase == Phase::spread ? local_codes_ : 0) + local;
}

uint64_t HierarchicalAllreduce::work_of(Phase phase, uint32_t rank, uint32_t chunk) const
{
    const auto kind = static_cast<uint64_t>(phase) - static_cast<uint64_t>(Phase::has);
    return chunks_ * codes_per_chunk() + (chunk * kWork + kind) * shape_.ranks + rank;
}

HierarchicalAllreduce::Step HierarchicalAllreduce::work_step(uint64_t number) const
{
    Step s;
    s.rank = static_cast<uint32_t>(number % shape_.ranks);
    s.phase = static_cast<Phase>(static_cast<uint64_t>(Phase::has) + number / shape_.ranks % kWork);
    s.chunk = static_cast<uint32_t>(number / shape_.ranks / kWork);
    s.host = s.rank / shape_.gpus;
    s.from = s.shard = s.rank % shape_.gpus;
    return s;
}

HierarchicalAllreduce::Step HierarchicalAllreduce::step_of(uint64_t code) const
{
    Step s;
    if (code >= chunks_ * codes_per_chunk()) return work_step(code - chunks_ * codes_per_chunk());
    s.chunk = static_cast<uint32_t>(code / codes_per_chunk());
    code %= codes_per_chunk();
    if (code >= 2 * local_codes_) {
        code -= 2 * local_codes_;
        s.phase = Phase::ring;
        s.step = static_cast<uint32_t>(code % steps_);
        s.segment = static_cast<uint32_t>(code / steps_ % shape_.hosts);
        s.shard = static_cast<uint32_t>(code / steps_ / shape_.hosts);
        s.rank = rank_of((s.segment + s.step) % shape_.hosts, s.shard);
        return s;
    }
    s.phase = code >= local_codes_ ? Phase::spread : Phase::gather;
    code %= local_codes_;
    s.to = static_cast<uint32_t>(code % shape_.gpus);
    s.from = static_cast<uint32_t>(code / shape_.gpus % shape_.gpus);
    s.host = static_cast<uint32_t>(code / shape_.gpus / shape_.gpus);
    s.shard = s.phase == Phase::gather ? s.to : s.from;
    s.rank = rank_of(s.host, s.from);
    return s;
}

Transfer HierarchicalAllreduce::transfer(uint64_t code) const
{
    const Step s = step_of(code);
    Transfer t;
    t.src = t.dst = s.rank;
    if (s.phase >= Phase::has) return t;
    Cut range = piece(s.shard, s.chunk);
    if (s.phase == Phase::ring) {
        range = nested(range, shape_.hosts, s.segment);
        t.dst = rank_of(receiver(s), s.shard);
        t.reduce = s.step < shape_.hosts - 1;
    } else {
        t.dst = rank_of(s.host, s.to);
        t.reduce = s.phase == Phase::gather;
    }
    t.offset = t.result = range.offset;
    t.bytes = range.bytes;
    t.landing = t.reduce ? staging(s.shard, t) : t.offset;
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

/// The sum over the host is complete: the rank's own segment starts.
void HierarchicalAllreduce::after_has(const Step& s, Codes& out) const
{
    if (!filled(s.shard, s.chunk)) {
        out.push_back(work_of(Phase::finished, s.rank, s.chunk));
        return;
    }
    Step first = s;
    first.phase = Phase::ring;
    first.segment = s.host;
    if (shape_.hosts > 1 && first.segment < segments(s.shard, s.chunk)) out.push_back(code_of(first));
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
        if (s.step + 2 >= shape_.hosts)
            out.push_back(work_of(Phase::reduced, rank_of(receiver(s), s.shard), s.chunk));
        return;
    case Phase::has:
        return after_has(s, out);
    case Phase::reduced:
        return after_reduced(s, out);
    case Phase::finished:
        if (uint64_t{s.chunk} + channels_ < chunks_) launch(s.rank, s.chunk + channels_, out);
        return;
    }
}

/// Every segment of a rank's piece becomes final there once, and the rank's own part is in one of them.
uint64_t HierarchicalAllreduce::waits(uint64_t code) const
{
    const Step s = step_of(code);
    switch (s.phase) {
    case Phase::has:
        return 1 + (filled(s.shard, s.chunk) ? shape_.gpus - 1 : 0);
    case Phase::reduced:
        return 1 + (shape_.hosts > 1 ? segments(s.shard, s.chunk) : 0);
    case Phase::finished:
        return 1 + filled_others(s.shard, s.chunk);
    default:
        return 1;
    }
}

/// A rank sends on what it has added its own part to.
uint64_t HierarchicalAllreduce::gate(uint64_t code) const
{
    const Step s = step_of(code);
    if (s.phase != Phase::ring || s.step == 0 || s.step >= shape_.hosts) return kNoGate;
    return work_of(Phase::has, s.rank, s.chunk);
}

struct Hierarchical {
    static constexpr CollectiveInfo info{
        "hierarchical", &kAllReduce,
        "reduce-scatter inside each host, a ring per rail between hosts, all-gather inside each host",
        "number of chunks in progress at once (default 16)",
        "size of a piece of a shard (default: a 16th of it, but at least 16K per host)"};

    /// All of the default chunks are in progress at once: with fewer, the ring would wait for its latency.
    static uint32_t channels(CollectiveShape) { return 16; }

    /// Cuts a shard into 16, so that NVLink works alone only for about a 16th of its time; but a chunk has at
    /// least 16 KiB per host, so that a ring step still carries several packets.
    static Bytes chunk(CollectiveShape shape, Bytes size)
    {
        const Bytes shard = cut(size, shape.gpus, 0).bytes;
        return std::min(shard, std::max((shard + 15) / 16, Bytes{16384} * shape.hosts));
    }
    static double pairs(CollectiveShape shape) { return 2.0 * shape.ranks; }

    static std::unique_ptr<Collective> make(const CollectiveCall& call)
    {
        const uint32_t chunks = count_pieces(cut(call.size, call.shape.gpus, 0).bytes, call.chunk);
        return std::make_unique<HierarchicalAllreduce>(call.shape, call.size, std::min(call.channels, chunks),
                                                       chunks);
    }
};

}  // namespace

HPNSIM_COLLECTIVE(Hierarchical)

}  // namespace hpnsim
