// SPDX-License-Identifier: GPL-2.0-only
// Compares the bound that is computed from any graph with bounds that were derived by hand for three
// algorithms: the busiest NIC and NVLink from the bytes that the algorithm puts on them, the longest chain
// from its steps.
#include "by_name.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace hpnsim
{
namespace
{

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

Time over_nvlink(double bytes, const CollectiveLimits& limits)
{
    if (limits.nvlink_bytes_per_s <= 0) return {};
    return sum(seconds(bytes / limits.nvlink_bytes_per_s), limits.nvlink_latency);
}

Time over_nic(uint32_t src, uint32_t dst, double bytes, double messages, const CollectiveLimits& limits)
{
    return sum(seconds(limits.sending_s(src, bytes, messages)), limits.latency(src, dst));
}

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

constexpr uint64_t filled_parts(Bytes bytes, int64_t parts)
{
    return static_cast<uint64_t>(bytes < parts ? bytes : parts);
}

uint32_t count_pieces(Bytes bytes, Bytes chunk)
{
    return static_cast<uint32_t>(std::max<Bytes>((bytes + chunk - 1) / chunk, 1));
}

/// Returns who stands at a position of the ring, 0 to ranks - 1. Even hosts walk c, c-1, ..., c+1; odd hosts
/// c+1, c+2, ..., c (modulo the GPUs of a host).
uint32_t ring_rank(CollectiveShape shape, uint32_t channel, uint32_t position)
{
    const uint32_t g = shape.gpus, c = channel % g, host = position / g, local = position % g;
    const uint32_t gpu = host % 2 == 0 ? (c + g - local) % g : (c + 1 + local) % g;
    return host * g + gpu;
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

/// Returns the rank to which a rank sends its block of a step.
uint32_t alltoall_target(CollectiveShape shape, uint32_t rank, uint32_t step)
{
    const uint32_t gpus = shape.gpus;
    const uint32_t host = (rank / gpus + step / gpus) % shape.hosts;
    return host * gpus + (rank % gpus + step % gpus) % gpus;
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

CollectiveIdeal by_hand(const std::string& algorithm, CollectiveShape shape, Bytes size, uint32_t channels,
                        Bytes chunk, const CollectiveLimits& limits)
{
    CollectiveIdeal ideal;
    const auto take = [&](const auto& bounds) {
        if (shape.hosts > 1) ideal.nic = bounds.nic();
        if (shape.gpus > 1) ideal.nvlink = bounds.nvlink();
    };
    if (algorithm == "ring") {
        const RingBounds bounds(shape, size, channels, chunk, limits);
        take(bounds);
        ideal.chain = bounds.chain();
    } else if (algorithm == "hierarchical") {
        const HierarchicalBounds bounds(shape, size, chunk, limits);
        take(bounds);
        ideal.chain = bounds.chain();
    } else {
        const AlltoallBounds bounds(shape, size, limits);
        take(bounds);
        ideal.chain = bounds.chain(channels);
    }
    return ideal;
}

/// The graph's may be the tighter one, never the looser: it knows what precedes and follows a link's bytes.
void expect_agreement(const CollectiveIdeal& graph, const CollectiveIdeal& hand, const std::string& what)
{
    constexpr int64_t kRounding = 256;  // a picosecond for each transfer of a chain
    EXPECT_GE(graph.nic.ps, hand.nic.ps - kRounding) << what;
    EXPECT_GE(graph.nvlink.ps, hand.nvlink.ps - kRounding) << what;
    EXPECT_GE(graph.chain.ps, hand.chain.ps - kRounding) << what;
    EXPECT_LE(graph.total().us(), hand.total().us() * 1.0005 + 1e-3) << what;
}

struct Asked {
    const char* algorithm;
    CollectiveShape shape;
    Bytes size;
    uint32_t channels;
    Bytes chunk;
};

TEST(GraphBound, AgreesWithWhatWasDerivedByHand)
{
    const Bytes mib = 1 << 20;
    const CollectiveLimits limits = uniform_limits(50e9, 450e9, microseconds(3), nanoseconds(50));
    for (const Asked& asked : {Asked{"ring", {16, 1, 16}, 16 * mib, 1, 0},
                               {"ring", {64, 8, 8}, 64 * mib, 8, 0},
                               {"ring", {8, 8, 1}, 8 * mib, 8, 0},
                               {"ring", {24, 8, 3}, 24 * mib, 8, mib / 16},
                               {"ring", {16, 4, 4}, 16 * mib, 2, 0},
                               {"hierarchical", {64, 8, 8}, 64 * mib, 16, mib / 2},
                               {"hierarchical", {8, 8, 1}, 8 * mib, 4, mib / 4},
                               {"hierarchical", {8, 1, 8}, 8 * mib, 32, mib / 4},
                               {"hierarchical", {24, 8, 3}, 24 * mib, 16, mib * 3 / 16},
                               {"pairwise", {64, 8, 8}, 64 * mib, 8, 0},
                               {"pairwise", {16, 1, 16}, 16 * mib, 3, 0},
                               {"pairwise", {8, 8, 1}, 8 * mib, 7, 0}}) {
        const std::string what = std::string(asked.algorithm) + " " + std::to_string(asked.shape.ranks) +
                                 "/" + std::to_string(asked.shape.gpus);
        const bool reduces = std::string(asked.algorithm) != "pairwise";
        const CollectiveIdeal graph = reduces
                                          ? allreduce_ideal(asked.algorithm, asked.shape, asked.size,
                                                            asked.channels, asked.chunk, limits)
                                          : alltoall_ideal(asked.shape, asked.size, asked.channels, limits);
        const CollectiveIdeal hand =
            by_hand(asked.algorithm, asked.shape, asked.size, asked.channels, asked.chunk, limits);
        expect_agreement(graph, hand, what);
    }
}

}  // namespace
}  // namespace hpnsim
