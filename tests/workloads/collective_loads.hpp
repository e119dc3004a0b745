// SPDX-License-Identifier: GPL-2.0-only
// Runs a collective of the table over the fake network without bytes, and counts what each rank sends over
// its NIC and over NVLink.
#pragma once

#include "fake_carrier.hpp"
#include "hpnsim/collective_table.hpp"
#include "hpnsim/workloads.hpp"

#include <set>

namespace hpnsim
{

struct CollectiveLoads {
    std::vector<Bytes> nic, nvlink;                    ///< bytes that each rank sends
    std::vector<int> nic_messages, nvlink_messages;    ///< that each rank sends
    std::set<std::pair<uint32_t, uint32_t>> crossing;  ///< pairs of ranks whose messages leave their rail
    std::set<std::pair<uint32_t, uint32_t>> pairs;     ///< of ranks on different hosts
    Time end;
    CollectiveIdeal ideal;
    double efficiency() const { return ideal.total().us() / end.us(); }
};

inline CollectiveShape hosts_of_8(uint32_t ranks)
{
    return {ranks, 8, ranks / 8};
}

/// One iteration at 50 GB/s of each NIC and 450 GB/s of NVLink.
inline CollectiveLoads loads_of(const Operation& operation, const std::string& algorithm,
                                const CollectiveCall& call, Time latency = microseconds(3),
                                Time nvlink_latency = nanoseconds(50))
{
    const CollectiveOps& ops = find_collective("algorithm", operation, algorithm);
    const uint32_t n = call.shape.ranks, gpus = call.shape.gpus;
    CollectiveLoads loads{std::vector<Bytes>(n),
                          std::vector<Bytes>(n),
                          std::vector<int>(n),
                          std::vector<int>(n),
                          {},
                          {},
                          {},
                          {}};
    CollectiveWorkload workload(make_collective(ops, call), call.shape, 1, {}, 1);
    FakeCarrier carrier;
    carrier.nic_latency = latency;
    carrier.nvlink_latency = nvlink_latency;
    carrier.on_send = [&](const Message& m) {
        (m.nvlink ? loads.nvlink : loads.nic)[m.src] += m.bytes;
        ++(m.nvlink ? loads.nvlink_messages : loads.nic_messages)[m.src];
        if (m.nvlink) return;
        loads.pairs.emplace(m.src, m.dst);
        if (m.src % gpus != m.dst % gpus) loads.crossing.emplace(m.src, m.dst);
    };
    carrier.run(workload);
    if (!workload.done()) throw std::logic_error("the collective did not end");
    loads.end = workload.periods()[0].end;
    loads.ideal = collective_ideal(ops, call, uniform_limits(50e9, 450e9, latency, nvlink_latency));
    return loads;
}

}  // namespace hpnsim
