// SPDX-License-Identifier: GPL-2.0-only
// Computes the least time that a collective could take on an empty network, and its bandwidth.
#pragma once

#include "hpnsim/running_collective.hpp"

#include <functional>

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
    StepCosts costs;                ///< of hosts and GPUs
};

/// Makes a network in which all NICs and all paths are alike and nothing has a header. `nic_bytes_per_s` is a
/// NIC's in one direction, `nic_latency` that from NIC to NIC, one way.
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

/// Returns GB/s (10^9 bytes): size / time, which is > 0 (nccl-tests PERFORMANCE.md).
double algbw_GBps(Bytes size, Time time);

}  // namespace hpnsim
