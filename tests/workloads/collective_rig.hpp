// SPDX-License-Identifier: GPL-2.0-only
// Runs a collective over the fake network with real bytes, and checks what every collective of the table must
// do.
#pragma once

#include "fake_carrier.hpp"
#include "hpnsim/collective_table.hpp"
#include "hpnsim/workloads.hpp"

#include <set>

namespace hpnsim
{

/// How one collective went.
struct CollectiveRun {
    Verdict verdict;         ///< of all iterations
    CollectiveIdeal ideal;   ///< of one
    Time end;                ///< of the first
    uint64_t messages = 0;   ///< of the first iteration
    uint64_t transfers = 0;  ///< as the collective counts them
    size_t pairs = 0;        ///< of ranks on different hosts, of which one sent to the other
    bool done = false;
};

/// Two iterations at 50 GB/s of each NIC and 450 GB/s of NVLink, with these delays.
inline CollectiveRun run_collective(const CollectiveOps& ops, const CollectiveCall& call,
                                    Time latency = microseconds(3), Time nvlink_latency = nanoseconds(50))
{
    CollectiveRun run;
    const auto contents =
        ops.info.operation->contents(make_collective(ops, call), call.shape.ranks, call.size);
    contents->memory().allocate();
    CollectiveWorkload workload(make_collective(ops, call), call.shape.ranks, 2, {}, 1);
    FakeCarrier carrier;
    carrier.contents = contents.get();
    carrier.nic_latency = latency;
    carrier.nvlink_latency = nvlink_latency;
    std::set<std::pair<uint32_t, uint32_t>> pairs;
    carrier.on_send = [&](const Message& m) {
        if (workload.periods().size() == 1) ++run.messages;
        if (!m.nvlink) pairs.emplace(m.src, m.dst);
    };
    carrier.run(workload);
    run.verdict = contents->finish(workload.done());
    run.ideal = collective_ideal(ops, call, uniform_limits(50e9, 450e9, latency, nvlink_latency));
    run.end = workload.periods()[0].end;
    run.transfers = make_collective(ops, call)->transfers();
    run.pairs = pairs.size();
    run.done = workload.done();
    return run;
}

}  // namespace hpnsim
