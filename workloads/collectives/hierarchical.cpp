// SPDX-License-Identifier: GPL-2.0-only
// Every GPU of a host gathers one shard over NVLink, a ring per rail reduces it over the hosts, NVLink
// spreads it. Shard j of the buffer belongs to GPU j of every host. The shards are cut into chunks that pass
// through three phases independently, `channels` of them under way at a rank at once:
//   gather   the host's GPUs send their part of it to GPU j over NVLink, which adds them up;
//   ring     the GPUs j of all hosts reduce it in a ring over their rail: segment s starts at host s;
//   spread   GPU j sends the result to the other GPUs of its host.
// A rank starts chunk q + C when it has finished chunk q. While it lags in q, others may be in q + C already,
// but nobody can be in q + 2C: reducing q + C takes a gather at this rank, which follows its own q. So two
// generations of C records per rank suffice.
#include "collectives/bounds.hpp"
#include "collectives/pieces.hpp"
#include "hpnsim/collective_table.hpp"

#include <algorithm>
#include <stdexcept>

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
        reset();
    }

    uint64_t code_limit() const override { return chunks_ * codes_per_chunk(); }
    Bytes memory_bytes(uint32_t) const override
    {
        return size_ + cut(size_, shape_.gpus, 0).bytes * shape_.gpus;
    }
    uint64_t transfers() const override;
    Transfer transfer(uint64_t code) const override;
    void reset() override { stages_.assign(size_t{shape_.ranks} * 2 * channels_, Stage()); }
    void begin(uint32_t rank, Codes& out) override
    {
        for (uint32_t chunk = 0; chunk < std::min(channels_, chunks_); ++chunk) launch(rank, chunk, out);
    }
    void delivered(uint64_t code, Codes& out) override;

private:
    enum class Phase : uint8_t { gather, ring, spread };
    /// A transfer: in `gather` and `spread` host, from GPU, to GPU; in `ring` shard, segment, step.
    struct Step {
        Phase phase = Phase::gather;
        uint32_t chunk = 0, host = 0, from = 0, to = 0, shard = 0, segment = 0, step = 0;
    };
    /// Says where a rank stands with one chunk.
    struct Stage {
        uint32_t chunk = kNone;
        bool launched = false, reduced = false;  ///< reduced: its own shard's piece is final here
        uint32_t gathered = 0;                   ///< contributions of peers to its own shard
        uint32_t final_segments = 0;             ///< of its own shard's piece
        uint32_t spread = 0;                     ///< results received from peers
        Codes held;                              ///< ring arrivals that wait for its own contribution
    };
    static constexpr uint32_t kNone = 0xffffffff;

    uint64_t codes_per_chunk() const { return 2 * local_codes_ + ring_codes_; }
    uint64_t code_of(const Step& s) const;
    Step step_of(uint64_t code) const;

    Cut piece(uint32_t shard, uint32_t chunk) const
    {
        return nested(cut(size_, shape_.gpus, shard), chunks_, chunk);
    }
    uint32_t segments(uint32_t shard, uint32_t chunk) const
    {
        return static_cast<uint32_t>(filled_parts(piece(shard, chunk).bytes, shape_.hosts));
    }
    uint32_t rank_of(uint32_t host, uint32_t gpu) const { return host * shape_.gpus + gpu; }
    /// Behind the buffer there is room for a shard from every GPU number: peers gather into theirs, and the
    /// ring, which stays on its rail, into the rank's own.
    Bytes staging(uint32_t shard, const Transfer& t) const
    {
        const Bytes room = cut(size_, shape_.gpus, 0).bytes;
        return size_ + room * (t.src % shape_.gpus) + t.offset - cut(size_, shape_.gpus, shard).offset;
    }

    Stage& stage(uint32_t rank, uint32_t chunk);
    bool ready(uint32_t rank, uint32_t chunk);
    void launch(uint32_t rank, uint32_t chunk, Codes& out);
    void contributed(uint32_t rank, uint32_t chunk, Codes& out);
    void on_ring(uint64_t code, const Step& s, Codes& out);
    void segment_final(uint32_t rank, uint32_t chunk, Codes& out);
    void check_finished(uint32_t rank, uint32_t chunk, Codes& out);

    CollectiveShape shape_;
    Bytes size_;
    uint32_t channels_, chunks_, steps_;
    uint64_t local_codes_, ring_codes_;  ///< per chunk: of gather (and spread), of ring
    std::vector<Stage> stages_;          ///< [rank][chunk % (2 channels)]
};

uint64_t HierarchicalAllreduce::transfers() const
{
    uint64_t total = 0;
    for (uint32_t shard = 0; shard < shape_.gpus; ++shard)
        for (uint32_t chunk = 0; chunk < chunks_; ++chunk) {
            if (piece(shard, chunk).bytes == 0) continue;
            total += uint64_t{2} * shape_.hosts * (shape_.gpus - 1);
            total += uint64_t{segments(shard, chunk)} * steps_;
        }
    return total;
}

uint64_t HierarchicalAllreduce::code_of(const Step& s) const
{
    const uint64_t base = s.chunk * codes_per_chunk();
    if (s.phase == Phase::ring)
        return base + 2 * local_codes_ + (uint64_t{s.shard} * shape_.hosts + s.segment) * steps_ + s.step;
    const uint64_t local = (uint64_t{s.host} * shape_.gpus + s.from) * shape_.gpus + s.to;
    return base + (s.phase == Phase::spread ? local_codes_ : 0) + local;
}

HierarchicalAllreduce::Step HierarchicalAllreduce::step_of(uint64_t code) const
{
    Step s;
    s.chunk = static_cast<uint32_t>(code / codes_per_chunk());
    code %= codes_per_chunk();
    if (code >= 2 * local_codes_) {
        code -= 2 * local_codes_;
        s.phase = Phase::ring;
        s.step = static_cast<uint32_t>(code % steps_);
        s.segment = static_cast<uint32_t>(code / steps_ % shape_.hosts);
        s.shard = static_cast<uint32_t>(code / steps_ / shape_.hosts);
        return s;
    }
    s.phase = code >= local_codes_ ? Phase::spread : Phase::gather;
    code %= local_codes_;
    s.to = static_cast<uint32_t>(code % shape_.gpus);
    s.from = static_cast<uint32_t>(code / shape_.gpus % shape_.gpus);
    s.host = static_cast<uint32_t>(code / shape_.gpus / shape_.gpus);
    s.shard = s.phase == Phase::gather ? s.to : s.from;
    return s;
}

Transfer HierarchicalAllreduce::transfer(uint64_t code) const
{
    const Step s = step_of(code);
    Transfer t;
    Cut range = piece(s.shard, s.chunk);
    if (s.phase == Phase::ring) {
        const uint32_t host = (s.segment + s.step) % shape_.hosts;
        range = nested(range, shape_.hosts, s.segment);
        t.src = rank_of(host, s.shard);
        t.dst = rank_of((host + 1) % shape_.hosts, s.shard);
        t.reduce = s.step < shape_.hosts - 1;
    } else {
        t.src = rank_of(s.host, s.from);
        t.dst = rank_of(s.host, s.to);
        t.reduce = s.phase == Phase::gather;
        t.nvlink = true;
    }
    t.offset = range.offset;
    t.bytes = range.bytes;
    t.landing = t.reduce ? staging(s.shard, t) : t.offset;
    t.channel = s.chunk % channels_;
    return t;
}

HierarchicalAllreduce::Stage& HierarchicalAllreduce::stage(uint32_t rank, uint32_t chunk)
{
    Stage& found = stages_[size_t{rank} * 2 * channels_ + chunk % (2 * channels_)];
    if (found.chunk == kNone) found.chunk = chunk;
    if (found.chunk != chunk) throw std::logic_error("hierarchical allreduce: three generations of a chunk");
    return found;
}

bool HierarchicalAllreduce::ready(uint32_t rank, uint32_t chunk)
{
    const Stage& at = stage(rank, chunk);
    return at.launched && at.gathered == shape_.gpus - 1;
}

/// Makes the rank hand its part of the chunk to the owners of the shards.
void HierarchicalAllreduce::launch(uint32_t rank, uint32_t chunk, Codes& out)
{
    stage(rank, chunk).launched = true;
    Step s;
    s.chunk = chunk;
    s.host = rank / shape_.gpus;
    s.from = rank % shape_.gpus;
    for (uint32_t away = 1; away < shape_.gpus; ++away) {
        s.to = (s.from + away) % shape_.gpus;
        if (piece(s.to, chunk).bytes > 0) out.push_back(code_of(s));
    }
    if (piece(s.from, chunk).bytes == 0)
        stage(rank, chunk).reduced = true;
    else if (ready(rank, chunk))
        contributed(rank, chunk, out);
}

/// The sum over the host is complete: the rank's own segment starts, and what waited for it goes on.
void HierarchicalAllreduce::contributed(uint32_t rank, uint32_t chunk, Codes& out)
{
    Step s;
    s.phase = Phase::ring;
    s.chunk = chunk;
    s.shard = rank % shape_.gpus;
    s.segment = rank / shape_.gpus;
    if (shape_.hosts == 1) return segment_final(rank, chunk, out);
    if (s.segment < segments(s.shard, chunk)) out.push_back(code_of(s));
    const Codes held = std::move(stage(rank, chunk).held);
    for (const uint64_t code : held) on_ring(code, step_of(code), out);
}

void HierarchicalAllreduce::delivered(uint64_t code, Codes& out)
{
    const Step s = step_of(code);
    if (s.phase == Phase::ring) return on_ring(code, s, out);
    const uint32_t rank = rank_of(s.host, s.to);
    if (s.phase == Phase::gather) {
        ++stage(rank, s.chunk).gathered;
        if (ready(rank, s.chunk)) contributed(rank, s.chunk, out);
    } else {
        ++stage(rank, s.chunk).spread;
        check_finished(rank, s.chunk, out);
    }
}

void HierarchicalAllreduce::on_ring(uint64_t code, const Step& s, Codes& out)
{
    const uint32_t hosts = shape_.hosts;
    const uint32_t rank = rank_of((s.segment + s.step + 1) % hosts, s.shard);
    const bool reduce = s.step < hosts - 1;
    if (reduce && !ready(rank, s.chunk)) {
        stage(rank, s.chunk).held.push_back(code);
        return;
    }
    if (s.step + 1 < steps_) out.push_back(code + 1);
    if (s.step + 2 >= hosts) segment_final(rank, s.chunk, out);
}

void HierarchicalAllreduce::segment_final(uint32_t rank, uint32_t chunk, Codes& out)
{
    Step s;
    s.phase = Phase::spread;
    s.chunk = chunk;
    s.host = rank / shape_.gpus;
    s.from = rank % shape_.gpus;
    Stage& at = stage(rank, chunk);
    if (++at.final_segments < segments(s.from, chunk) && shape_.hosts > 1) return;
    at.reduced = true;
    for (uint32_t away = 1; away < shape_.gpus; ++away) {
        s.to = (s.from + away) % shape_.gpus;
        out.push_back(code_of(s));
    }
    check_finished(rank, chunk, out);
}

void HierarchicalAllreduce::check_finished(uint32_t rank, uint32_t chunk, Codes& out)
{
    Stage& at = stage(rank, chunk);
    uint32_t expected = 0;
    for (uint32_t shard = 0; shard < shape_.gpus; ++shard)
        expected += shard != rank % shape_.gpus && piece(shard, chunk).bytes > 0 ? 1 : 0;
    if (!at.launched || !at.reduced || at.spread < expected) return;
    at = Stage();
    if (uint64_t{chunk} + channels_ < chunks_) launch(rank, chunk + channels_, out);
}

/// Bounds the rail of shard 0, which no other exceeds. No byte leaves a NIC before a chunk is gathered, and
/// after the last byte arrives its chunk is still to be spread.
class HierarchicalBounds
{
public:
    HierarchicalBounds(CollectiveShape shape, Bytes size, Bytes chunk, const CollectiveLimits& limits)
        : shape_(shape), limits_(limits), shard_(cut(size, shape.gpus, 0).bytes),
          least_shard_(size / shape.gpus), chunks_(count_pieces(shard_, chunk))
    {
    }

    /// The hosts send 2 (H - 1) times the shard in all, so one of them sends at least the H-th part of it.
    Time nic() const
    {
        const double rounds = 2.0 * (shape_.hosts - 1);
        const Bytes least_segment = shard_ / chunks_ / shape_.hosts;
        const double messages = least_segment > 0 ? rounds * chunks_ : 0;
        const double bytes = static_cast<double>(shard_) / shape_.hosts * rounds;
        Time least = Time::max();
        for (uint32_t host = 0; host < shape_.hosts; ++host)
            least = std::min(least, over_nic(rank(host), rank(host + 1), bytes, messages, limits_));
        for (uint32_t host = 0; host < shape_.hosts && least_segment > 0; ++host)
            least =
                std::max(least, over_nic(rank(host), rank(host + 1),
                                         messages * static_cast<double>(least_segment), messages, limits_));
        return sum(twice(local()), least);
    }

    Time nvlink() const
    {
        return over_nvlink(2.0 * (shape_.gpus - 1) * static_cast<double>(least_shard_), limits_);
    }

    Time chain() const
    {
        const Bytes piece = cut(shard_, chunks_, 0).bytes;
        const Time around = twice(local());
        if (shape_.hosts == 1) return around;
        const uint64_t filled = filled_parts(piece, shape_.hosts);
        const Bytes segment = cut(piece, shape_.hosts, static_cast<int64_t>(filled) - 1).bytes;
        std::vector<Time> edges;
        for (uint32_t host = 0; host < shape_.hosts; ++host)
            edges.push_back(limits_.delivery(rank(host), rank(host + 1), segment));
        return sum(around, ring_line(edges, filled));
    }

private:
    /// Returns the GPU of the rail.
    uint32_t rank(uint32_t host) const { return host % shape_.hosts * shape_.gpus; }
    /// Counts a piece of any shard to or from every other GPU of the host, or a byte if some pieces are
    /// empty.
    Time local() const
    {
        if (shape_.gpus == 1) return {};
        const Bytes bytes = (shape_.gpus - 1) * (least_shard_ / chunks_);
        return over_nvlink(static_cast<double>(std::max<Bytes>(bytes, 1)), limits_);
    }

    CollectiveShape shape_;
    const CollectiveLimits& limits_;
    Bytes shard_, least_shard_;
    uint32_t chunks_;
};

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

    static CollectiveIdeal ideal(const CollectiveCall& call, const CollectiveLimits& limits)
    {
        const HierarchicalBounds bounds(call.shape, call.size, call.chunk, limits);
        CollectiveIdeal ideal;
        if (call.shape.hosts > 1) ideal.nic = bounds.nic();
        if (call.shape.gpus > 1) ideal.nvlink = bounds.nvlink();
        ideal.chain = bounds.chain();
        return ideal;
    }
};

}  // namespace

HPNSIM_COLLECTIVE(Hierarchical)

}  // namespace hpnsim
