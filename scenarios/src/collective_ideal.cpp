// SPDX-License-Identifier: GPL-2.0-only
#include "hpnsim/collective_ideal.hpp"

#include "hpnsim/registry.hpp"
#include "pieces.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// Rounded down: a lower bound must not exceed what it bounds.
Time seconds(double s)
{
    return {static_cast<int64_t>(s * 1e12)};
}

/// 0 for a link that does not exist: whoever needs it asks for it elsewhere.
Time sending(double bytes, double bytes_per_s)
{
    return bytes <= 0 || bytes_per_s <= 0 ? Time{} : seconds(bytes / bytes_per_s);
}

/// One transfer of `bytes` from memory to memory.
struct Hop {
    Time nic, nvlink;
};
Hop hop(double bytes, const CollectiveLimits& limits)
{
    return {sending(bytes, limits.nic_bytes_per_s) + limits.nic_latency,
            sending(bytes, limits.nvlink_bytes_per_s) + limits.nvlink_latency};
}

/// Twice round the ring less two edges: the line of the slowest segment spares the cheapest pair of
/// neighbouring edges.
Time ring_chain(CollectiveShape shape, Hop edge)
{
    const int64_t local = int64_t{shape.hosts} * (shape.gpus - 1), crossing = shape.hosts;
    if (shape.hosts == 1) return edge.nvlink * (2 * (int64_t{shape.ranks} - 1));
    const Time twice = 2 * (local * edge.nvlink + crossing * edge.nic);
    if (shape.gpus == 1) return twice - edge.nic * 2;
    const Time spared =
        shape.gpus == 2 ? edge.nic + edge.nvlink : std::min(edge.nvlink * 2, edge.nic + edge.nvlink);
    return twice - spared;
}

/// Bytes over the busiest NIC are those of ceil(C / G) channels, or of all in a ring of single GPUs; a GPU
/// whose NIC carries the fewest channels sends the rest over NVLink.
CollectiveIdeal ring_ideal(CollectiveShape shape, Bytes size, uint32_t channels, Bytes chunk,
                           const CollectiveLimits& limits)
{
    const double n = shape.ranks;
    const Bytes smallest = size / channels / shape.ranks;
    const uint32_t pieces =
        chunk == 0 ? 1 : count_pieces(cut(cut(size, channels, 0).bytes, shape.ranks, 0).bytes, chunk);
    const double per_channel = 2 * (n - 1) * static_cast<double>(smallest);
    const uint32_t on_nic = shape.hosts == 1 ? 0 : (channels + shape.gpus - 1) / shape.gpus;
    const uint32_t least_on_nic = shape.hosts == 1 ? 0 : channels / shape.gpus;
    CollectiveIdeal ideal;
    if (on_nic > 0) ideal.nic = sending(per_channel * on_nic, limits.nic_bytes_per_s) + limits.nic_latency;
    if (shape.gpus > 1)
        ideal.nvlink = sending(per_channel * (channels - least_on_nic), limits.nvlink_bytes_per_s) +
                       limits.nvlink_latency;
    const Bytes least_piece = smallest / pieces;
    ideal.chain = ring_chain(shape, hop(static_cast<double>(least_piece), limits));
    return ideal;
}

/// The least piece of each cut, in whole bytes rounded down. No byte leaves the NIC before a chunk is
/// gathered, and after the last arrives its chunk is to be spread.
CollectiveIdeal hierarchical_ideal(CollectiveShape shape, Bytes size, Bytes chunk,
                                   const CollectiveLimits& limits)
{
    if (chunk == 0) chunk = default_hierarchical_chunk(shape, size);
    const uint32_t chunks = count_pieces(cut(size, shape.gpus, 0).bytes, chunk);
    const Bytes least_shard = size / shape.gpus, least_piece = least_shard / chunks;
    const Bytes least_segment = least_piece / shape.hosts;
    const auto shard = static_cast<double>(least_shard), piece = static_cast<double>(least_piece);
    const double hosts = shape.hosts, peers = shape.gpus - 1;
    const Time local =
        peers == 0 ? Time{} : sending(peers * piece, limits.nvlink_bytes_per_s) + limits.nvlink_latency;
    CollectiveIdeal ideal;
    if (shape.hosts > 1)
        ideal.nic =
            local * 2 + sending(shard / hosts * 2 * (hosts - 1), limits.nic_bytes_per_s) + limits.nic_latency;
    if (peers > 0)
        ideal.nvlink = sending(2 * peers * shard, limits.nvlink_bytes_per_s) + limits.nvlink_latency;
    ideal.chain =
        local * 2 + hop(static_cast<double>(least_segment), limits).nic * (2 * (int64_t{shape.hosts} - 1));
    return ideal;
}

}  // namespace

double payload_rate(Rate rate, const Wire& wire, Bytes mtu)
{
    const auto payload = static_cast<uint32_t>(mtu);
    return static_cast<double>(rate.bps) / 8 * payload / data_wire_bytes(wire, payload, false, false);
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
    channels = std::min(channels, shape.ranks - 1);
    const auto block = static_cast<double>(size / shape.ranks);
    const uint32_t local = shape.gpus - 1, remote = shape.ranks - shape.gpus;
    CollectiveIdeal ideal;
    if (remote > 0) ideal.nic = sending(block * remote, limits.nic_bytes_per_s) + limits.nic_latency;
    if (local > 0) ideal.nvlink = sending(block * local, limits.nvlink_bytes_per_s) + limits.nvlink_latency;
    // With less than a byte for everybody, most ranks wait for nothing.
    if (size < Bytes{shape.ranks}) return ideal;
    const Hop one = hop(block, limits);
    for (uint32_t first = 1; first <= channels; ++first) {
        Time line;
        for (uint32_t step = first; step < shape.ranks; step += channels)
            line += step < shape.gpus ? one.nvlink : one.nic;
        ideal.chain = std::max(ideal.chain, line);
    }
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
