// SPDX-License-Identifier: GPL-2.0-only
// What a collective could take at best on an empty network, and nccl-tests' bandwidths.
#pragma once

#include "hpnsim/collective.hpp"
#include "hpnsim/wire.hpp"

#include <string>

namespace hpnsim
{

/// The empty network as a collective sees it.
struct CollectiveLimits {
    double nic_bytes_per_s = 0;     ///< payload, all live ports of a NIC, one direction
    double nvlink_bytes_per_s = 0;  ///< payload, per GPU and direction
    Time nic_latency;               ///< NIC to NIC, one way: cables and switches, without serialisation
    Time nvlink_latency;            ///< GPU to GPU, one way
};

/// Payload bytes per second of full packets of `mtu` at `rate`, without INT.
double payload_rate(Rate rate, const Wire& wire, Bytes mtu);

/// A lower bound of one AllReduce is the greatest of the three; each has its own latencies in it.
/// `nic`, `nvlink`: the busiest link of its kind sends all its bytes without a pause, between the least that
/// must happen before its first and after its last byte. `chain`: the longest line of transfers of which each
/// waits for the one before: steps x (latency + serialisation). For a plain ring without pieces, whose NIC
/// waits out each step, this is the usual "bytes / rate + steps x latency"; what overlaps other transfers is
/// not charged twice.
struct CollectiveIdeal {
    Time nic, nvlink, chain;
    Time total() const;
};

/// `algorithm`, `channels`, `chunk` as in make_allreduce. Throws BadInput on an unknown algorithm.
CollectiveIdeal allreduce_ideal(const std::string& algorithm, CollectiveShape shape, Bytes size,
                                uint32_t channels, Bytes chunk, const CollectiveLimits& limits);

/// The same of one AllToAll, `channels` as in make_alltoall. `nic`, `nvlink`: all blocks for ranks of other
/// hosts, of the own host. `chain`: a rank begins step k + C after it has received step k.
CollectiveIdeal alltoall_ideal(CollectiveShape shape, Bytes size, uint32_t channels,
                               const CollectiveLimits& limits);

/// GB/s (10^9 bytes): size / time, and what it means per rank and link: x 2(n-1)/n (nccl-tests
/// PERFORMANCE.md).
double algbw_GBps(Bytes size, Time time);
double allreduce_busbw_GBps(Bytes size, Time time, uint32_t ranks);
/// x (n-1)/n; size: the whole send buffer of a rank.
double alltoall_busbw_GBps(Bytes size, Time time, uint32_t ranks);

}  // namespace hpnsim
