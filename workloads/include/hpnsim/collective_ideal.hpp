// SPDX-License-Identifier: GPL-2.0-only
// Computes the least time that a collective could take on an empty network, and nccl-tests' bandwidths.
#pragma once

#include "hpnsim/collective.hpp"

#include <functional>
#include <string>

namespace hpnsim
{

/// Shows the empty network as a collective sees it. Every figure is a lower bound.
struct CollectiveLimits {
    /// Time of a message alone from the memory of one rank into that of another, on another host.
    std::function<Time(uint32_t src, uint32_t dst, Bytes bytes)> delivery;
    /// Time of cables and switches between two ranks, one way, without serialisation.
    std::function<Time(uint32_t src, uint32_t dst)> latency;
    /// Seconds that the NIC of a rank sends `bytes` of payload in `messages`, with all its ports.
    std::function<double(uint32_t rank, double bytes, double messages)> sending_s;
    double nvlink_bytes_per_s = 0;  ///< payload, per GPU and direction; 0: there is none
    Time nvlink_latency;            ///< GPU to GPU, one way
};

/// A network in which all NICs and all ways are alike and nothing has a header. `nic_bytes_per_s`: of a NIC
/// in one direction; `nic_latency`: NIC to NIC, one way.
CollectiveLimits uniform_limits(double nic_bytes_per_s, double nvlink_bytes_per_s, Time nic_latency,
                                Time nvlink_latency);

/// A lower bound of one AllReduce is the greatest of the three; each has its own latencies in it.
/// `nic`, `nvlink`: the busiest link of its kind sends all its bytes without a pause, between the least that
/// must happen before its first and after its last byte. `chain`: the longest line of transfers of which each
/// waits for the one before: the sum of what each takes alone. For a plain ring without pieces, whose NIC
/// waits out each step, this is the usual "bytes / rate + steps x latency"; what overlaps other transfers is
/// not charged twice. Time::max(): it cannot be represented.
struct CollectiveIdeal {
    Time nic, nvlink, chain;
    Time total() const;
};

/// `algorithm`, `channels`, `chunk` as in make_allreduce. Throws BadInput on an unknown algorithm.
CollectiveIdeal allreduce_ideal(const std::string& algorithm, CollectiveShape shape, Bytes size,
                                uint32_t channels, Bytes chunk, const CollectiveLimits& limits);

/// Computes the same for one AllToAll, with `channels` as in make_alltoall. `nic` and `nvlink` stand for all
/// blocks for ranks of other hosts, and of the own host. `chain`: a rank begins step k + C after it has
/// received step k.
CollectiveIdeal alltoall_ideal(CollectiveShape shape, Bytes size, uint32_t channels,
                               const CollectiveLimits& limits);

/// GB/s (10^9 bytes): size / time, and what it means per rank and link: x 2(n-1)/n (nccl-tests
/// PERFORMANCE.md). `time` > 0.
double algbw_GBps(Bytes size, Time time);
double allreduce_busbw_GBps(Bytes size, Time time, uint32_t ranks);
/// Is algbw x (n-1)/n; `size` is the whole send buffer of a rank.
double alltoall_busbw_GBps(Bytes size, Time time, uint32_t ranks);

}  // namespace hpnsim
