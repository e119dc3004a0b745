// SPDX-License-Identifier: GPL-2.0-only
// Computes bounds of the collectives' algorithms. Parts of a buffer that differ by a byte count as the
// smallest of them, and parts without a byte, which nobody sends, do not count: so the longest chain is one
// that data really takes.
#include "hpnsim/collective_ideal.hpp"

#include "collectives/pieces.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// Rounds down, because a lower bound must not exceed what it bounds.
Time seconds(double s)
{
    const double ps = s * 1e12;
    return ps >= static_cast<double>(Time::max().ps) ? Time::max() : Time{static_cast<int64_t>(ps)};
}

Time sum(Time a, Time b)
{
    return a > Time::max() - b ? Time::max() : a + b;
}

Time twice(Time a)
{
    return sum(a, a);
}

/// Returns how long `bytes` in a row take over the NVLink of one GPU.
Time over_nvlink(double bytes, const CollectiveLimits& limits)
{
    if (limits.nvlink_bytes_per_s <= 0) return {};
    return sum(seconds(bytes / limits.nvlink_bytes_per_s), limits.nvlink_latency);
}

/// Returns when the last of the bytes that the NIC of `src` sends arrives at `dst`.
Time over_nic(uint32_t src, uint32_t dst, double bytes, double messages, const CollectiveLimits& limits)
{
    return sum(seconds(limits.sending_s(src, bytes, messages)), limits.latency(src, dst));
}

/// Returns the longest way twice round a ring less two edges, from any of the first `starts` positions. The
/// two edges left out are those before the start.
Time ring_line(const std::vector<Time>& edges, uint64_t starts)
{
    const size_t n = edges.size();
    Time round, longest;
    for (const Time edge : edges) round = sum(round, edge);
    if (twice(round) == Time::max()) return Time::max();
    for (size_t s = 0; s < std::min<size_t>(starts, n); ++s)
        longest = std::max(longest, twice(round) - edges[(s + n - 1) % n] - edges[(s + 2 * n - 2) % n]);
    return longest;
}

/// Bounds channel 0, which no other exceeds: by its bytes, its edges, and those of them that cross between
/// hosts.
class RingBounds
{
public:
    RingBounds(CollectiveShape shape, Bytes size, uint32_t channels, Bytes chunk,
               const CollectiveLimits& limits)
        : shape_(shape), limits_(limits), size_(size), channels_(channels),
          smallest_(size / channels / shape.ranks)
    {
        const Bytes longest = cut(channel_bytes(), shape.ranks, 0).bytes;
        pieces_ = chunk == 0 ? 1 : count_pieces(longest, chunk);
    }

    /// The busiest NIC carries the bytes of ceil(C / G) channels, or of all in a ring of single GPUs.
    Time nic() const
    {
        const uint32_t on_nic = (channels_ + shape_.gpus - 1) / shape_.gpus;
        const double steps = 2.0 * (shape_.ranks - 1);
        const double bytes = smallest_ > 0 ? steps * static_cast<double>(smallest_) * on_nic : 1;
        const double messages =
            smallest_ == 0 ? 1 : steps * on_nic * static_cast<double>(std::min<Bytes>(pieces_, smallest_));
        Time most;
        for (uint32_t p = 0; p < shape_.ranks; ++p)
            if (crosses(p)) most = std::max(most, over_nic(rank(p), rank(p + 1), bytes, messages, limits_));
        return most;
    }

    /// A GPU whose NIC carries the fewest channels sends the rest over NVLink.
    Time nvlink() const
    {
        const uint32_t least_on_nic = shape_.hosts == 1 ? 0 : channels_ / shape_.gpus;
        return over_nvlink(
            2.0 * (shape_.ranks - 1) * static_cast<double>(smallest_) * (channels_ - least_on_nic), limits_);
    }

    Time chain() const
    {
        const uint64_t filled = filled_parts(channel_bytes(), shape_.ranks);
        const Bytes segment = cut(channel_bytes(), shape_.ranks, static_cast<int64_t>(filled) - 1).bytes;
        const Bytes piece = cut(segment, pieces_, 0).bytes;
        std::vector<Time> edges;
        for (uint32_t p = 0; p < shape_.ranks; ++p)
            edges.push_back(crosses(p) ? limits_.delivery(rank(p), rank(p + 1), piece)
                                       : over_nvlink(static_cast<double>(piece), limits_));
        return ring_line(edges, filled);
    }

private:
    Bytes channel_bytes() const { return cut(size_, channels_, 0).bytes; }
    uint32_t rank(uint32_t position) const { return ring_rank(shape_, 0, position % shape_.ranks); }
    bool crosses(uint32_t position) const { return shape_.hosts > 1 && (position + 1) % shape_.gpus == 0; }

    CollectiveShape shape_;
    const CollectiveLimits& limits_;
    Bytes size_;
    uint32_t channels_, pieces_ = 1;
    Bytes smallest_;  ///< the smallest segment of any channel
};

CollectiveIdeal ring_ideal(CollectiveShape shape, Bytes size, uint32_t channels, Bytes chunk,
                           const CollectiveLimits& limits)
{
    const RingBounds ring(shape, size, channels, chunk, limits);
    CollectiveIdeal ideal;
    if (shape.hosts > 1) ideal.nic = ring.nic();
    if (shape.gpus > 1) ideal.nvlink = ring.nvlink();
    ideal.chain = ring.chain();
    return ideal;
}

/// Bounds the rail of shard 0, which no other exceeds. No byte leaves a NIC before a chunk is gathered, and
/// after the last byte arrives its chunk is still to be spread.
class HierarchicalBounds
{
public:
    HierarchicalBounds(CollectiveShape shape, Bytes size, Bytes chunk, const CollectiveLimits& limits)
        : shape_(shape), limits_(limits), shard_(cut(size, shape.gpus, 0).bytes),
          least_shard_(size / shape.gpus)
    {
        if (chunk == 0) chunk = default_hierarchical_chunk(shape, size);
        chunks_ = count_pieces(shard_, chunk);
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
    /// The GPU of the rail.
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

CollectiveIdeal hierarchical_ideal(CollectiveShape shape, Bytes size, Bytes chunk,
                                   const CollectiveLimits& limits)
{
    const HierarchicalBounds bounds(shape, size, chunk, limits);
    CollectiveIdeal ideal;
    if (shape.hosts > 1) ideal.nic = bounds.nic();
    if (shape.gpus > 1) ideal.nvlink = bounds.nvlink();
    ideal.chain = bounds.chain();
    return ideal;
}

/// Bounds the AllToAll in which every rank sends `block` to all, or, if there is not a byte for everybody,
/// one byte to the first `filled`.
class AlltoallBounds
{
public:
    AlltoallBounds(CollectiveShape shape, Bytes size, const CollectiveLimits& limits)
        : shape_(shape), limits_(limits), filled_(static_cast<uint32_t>(filled_parts(size, shape.ranks))),
          block_(std::max<Bytes>(size / shape.ranks, 1)), first_(cut(size, shape.ranks, 0).bytes)
    {
    }

    Time nic() const
    {
        const uint32_t remote = shape_.ranks - shape_.gpus;
        const auto count = static_cast<double>(std::min(filled_, remote));  // what the last rank sends
        const double bytes = count * static_cast<double>(block_);
        uint32_t busiest = shape_.ranks - 1;
        for (uint32_t rank = 0; rank < shape_.ranks && filled_ == shape_.ranks; ++rank)
            if (limits_.sending_s(rank, bytes, count) > limits_.sending_s(busiest, bytes, count))
                busiest = rank;
        Time nearest = Time::max();
        for (uint32_t rank = 0; rank < shape_.ranks; ++rank)
            if (rank / shape_.gpus != busiest / shape_.gpus)
                nearest = std::min(nearest, limits_.latency(busiest, rank));
        return sum(seconds(limits_.sending_s(busiest, bytes, count)), nearest);
    }

    Time nvlink() const
    {
        const auto local =
            static_cast<double>(std::min(filled_, shape_.gpus) - (filled_ < shape_.gpus ? 0 : 1));
        return over_nvlink(local * static_cast<double>(block_), limits_);
    }

    /// Returns the longest of the chains that begin at rank 0, and of all that rank 0 receives.
    Time chain(uint32_t channels) const
    {
        Time longest;
        for (uint32_t rank = 1; rank < shape_.ranks; ++rank)
            longest = std::max(longest, transfer(rank, 0, first_));
        // With less than a byte for everybody, most ranks wait for nothing.
        for (uint32_t first = 1; first <= channels && filled_ == shape_.ranks; ++first) {
            Time line;
            uint32_t at = 0;
            for (uint32_t step = first; step < shape_.ranks; step += channels) {
                const uint32_t to = alltoall_target(shape_, at, step);
                line = sum(line, transfer(at, to, block_));
                at = to;
            }
            longest = std::max(longest, line);
        }
        return longest;
    }

private:
    Time transfer(uint32_t src, uint32_t dst, Bytes bytes) const
    {
        return src / shape_.gpus == dst / shape_.gpus ? over_nvlink(static_cast<double>(bytes), limits_)
                                                      : limits_.delivery(src, dst, bytes);
    }

    CollectiveShape shape_;
    const CollectiveLimits& limits_;
    uint32_t filled_;
    Bytes block_, first_;
};

}  // namespace

CollectiveLimits uniform_limits(double nic_bytes_per_s, double nvlink_bytes_per_s, Time nic_latency,
                                Time nvlink_latency)
{
    CollectiveLimits limits;
    limits.delivery = [=](uint32_t, uint32_t, Bytes bytes) {
        return sum(seconds(static_cast<double>(bytes) / nic_bytes_per_s), nic_latency);
    };
    limits.latency = [=](uint32_t, uint32_t) { return nic_latency; };
    limits.sending_s = [=](uint32_t, double bytes, double) { return bytes / nic_bytes_per_s; };
    limits.nvlink_bytes_per_s = nvlink_bytes_per_s;
    limits.nvlink_latency = nvlink_latency;
    return limits;
}

Time CollectiveIdeal::total() const
{
    return std::max({nic, nvlink, chain});
}

CollectiveIdeal allreduce_ideal(const std::string& algorithm, CollectiveShape shape, Bytes size,
                                uint32_t channels, Bytes chunk, const CollectiveLimits& limits)
{
    if (channels == 0) channels = default_channels(algorithm, shape);
    if (algorithm == "ring") return ring_ideal(shape, size, channels, chunk, limits);
    if (algorithm == "hierarchical") return hierarchical_ideal(shape, size, chunk, limits);
    throw BadInput("--algorithm: no '" + algorithm + "'; the nearest is '" +
                   nearest(algorithm, {"ring", "hierarchical"}) + "'");
}

CollectiveIdeal alltoall_ideal(CollectiveShape shape, Bytes size, uint32_t channels,
                               const CollectiveLimits& limits)
{
    if (channels == 0) channels = default_channels("pairwise", shape);
    const AlltoallBounds bounds(shape, size, limits);
    CollectiveIdeal ideal;
    if (shape.hosts > 1) ideal.nic = bounds.nic();
    if (shape.gpus > 1) ideal.nvlink = bounds.nvlink();
    ideal.chain = bounds.chain(std::min(channels, shape.ranks - 1));
    return ideal;
}

double algbw_GBps(Bytes size, Time time)
{
    return static_cast<double>(size) / time.s() / 1e9;
}

double allreduce_busbw_GBps(Bytes size, Time time, uint32_t ranks)
{
    return algbw_GBps(size, time) * 2 * (ranks - 1) / ranks;
}

double alltoall_busbw_GBps(Bytes size, Time time, uint32_t ranks)
{
    return algbw_GBps(size, time) * (ranks - 1) / ranks;
}

}  // namespace hpnsim
