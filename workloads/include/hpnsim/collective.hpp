// SPDX-License-Identifier: GPL-2.0-only
// Collective algorithms as pure logic: they say which transfers start now, and which a delivery makes
// possible. A transfer is a number (code) from which everything about it is computed, so no list of them
// exists.
#pragma once

#include "hpnsim/fabric.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hpnsim
{

/// Ranks fill hosts in order: rank r is endpoint r, GPU r % gpus of host r / gpus.
struct CollectiveShape {
    uint32_t ranks = 0, gpus = 1, hosts = 1;
};

/// Without NVLink every endpoint counts as a host of its own. Throws BadInput if the fabric is too small, or
/// if the last of several hosts would be partly filled.
CollectiveShape collective_shape(const FabricPlan& plan, uint32_t ranks);

/// One of `parts` nearly equal pieces of `total` bytes; the first total % parts are a byte longer.
struct Cut {
    Bytes offset = 0, bytes = 0;
};
constexpr Cut cut(Bytes total, int64_t parts, int64_t i)
{
    const Bytes each = total / parts, rest = total % parts;
    return {each * i + (i < rest ? i : rest), each + (i < rest ? 1 : 0)};
}

struct Transfer {
    uint32_t src = 0, dst = 0;
    Bytes offset = 0, bytes = 0;  ///< the range of the sender's buffer that it carries; bytes >= 1
    /// Where in the receiver's memory the bytes land: in the buffer itself, or behind it if the receiver has
    /// still to add them up or has a buffer of its own for what it receives. No two transfers that are under
    /// way to a rank at once overlap there.
    Bytes landing = 0;
    bool reduce = false;  ///< the receiver adds it to its own; false: it replaces its own
    bool nvlink = false;
    uint32_t channel = 0;
};

class Collective
{
public:
    using Codes = std::vector<uint64_t>;
    virtual ~Collective() = default;
    /// Returns a bound that all codes lie below.
    virtual uint64_t code_limit() const = 0;
    virtual Transfer transfer(uint64_t code) const = 0;
    /// Returns the memory of a rank that transfers read and write: its buffer and what lies behind it.
    virtual Bytes memory_bytes(uint32_t rank) const = 0;
    /// Counts the transfers, none of which is empty.
    virtual uint64_t transfers() const = 0;
    /// Forgets everything, before each iteration.
    virtual void reset() = 0;
    /// Appends what `rank` sends unasked. Every rank begins once, in rank order.
    virtual void begin(uint32_t rank, Codes& out) = 0;
    /// Appends what the delivery of `code` makes possible.
    virtual void delivered(uint64_t code, Codes& out) = 0;
};

/// The ring of NCCL: reduce-scatter, then all-gather, 2(n-1) steps of S/(C n) bytes on each of C channels.
/// Channel c passes through all GPUs of a host over NVLink, enters a host on one rail and leaves it on
/// another: even hosts are entered at GPU c and left from c+1, odd hosts the other way round, so that each
/// NIC sends one channel and receives one, and no edge between hosts leaves its rail. With an odd number of
/// hosts the edge that closes the ring crosses from rail c+1 to rail c.
/// channels 0: GPUs per host, at most 8. chunk 0: a step is one transfer.
std::unique_ptr<Collective> make_ring_allreduce(CollectiveShape shape, Bytes size, uint32_t channels,
                                                Bytes chunk);
/// Returns who stands at a position of that ring, 0 to ranks - 1, and the position of a rank.
uint32_t ring_rank(CollectiveShape shape, uint32_t channel, uint32_t position);
uint32_t ring_position(CollectiveShape shape, uint32_t channel, uint32_t rank);

/// Every GPU of a host gathers one shard over NVLink, a ring per rail reduces it over the hosts, NVLink
/// spreads it. The shards are cut into chunks that pass through the three phases independently, `channels`
/// of them under way at a rank at once (0: 16, all of the default ones: fewer leave a ring to its latency).
/// chunk 0: a 16th of the shard, so that NVLink works alone for about a 16th of its time only; but at least
/// 16 KiB per host, so that a ring step still carries several packets.
std::unique_ptr<Collective> make_hierarchical_allreduce(CollectiveShape shape, Bytes size, uint32_t channels,
                                                        Bytes chunk);

/// Rank r = (host h, GPU g) sends block d of its buffer to rank d, each in a step of its own: step k = (away,
/// turn) goes to host h + away, GPU g + turn, so that every step is a permutation, those inside the host come
/// first, and each shift between hosts follows the other. `channels` steps are under way at once: a rank
/// begins step k + C when it has received its block of step k. channels 0: 8. The blocks are S/n bytes each.
std::unique_ptr<Collective> make_alltoall(CollectiveShape shape, Bytes size, uint32_t channels);
/// Returns the rank to which a rank sends its block of a step.
uint32_t alltoall_target(CollectiveShape shape, uint32_t rank, uint32_t step);

/// Makes `ring` or `hierarchical`. Throws BadInput.
std::unique_ptr<Collective> make_allreduce(const std::string& algorithm, CollectiveShape shape, Bytes size,
                                           uint32_t channels, Bytes chunk);

/// Return what `channels` 0 and `chunk` 0 stand for.
uint32_t default_channels(const std::string& algorithm, CollectiveShape shape);
Bytes default_hierarchical_chunk(CollectiveShape shape, Bytes size);

}  // namespace hpnsim
