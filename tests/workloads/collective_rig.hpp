// SPDX-License-Identifier: GPL-2.0-only
// Runs a collective over the fake network with real bytes, and checks what every collective of the table must
// do.
#pragma once

#include "fake_carrier.hpp"
#include "hpnsim/collective_table.hpp"
#include "hpnsim/contents.hpp"
#include "hpnsim/workloads.hpp"

#include <iterator>
#include <map>
#include <set>

namespace hpnsim
{

/// How one collective went.
struct CollectiveTrial {
    Verdict verdict;         ///< of all iterations
    CollectiveIdeal ideal;   ///< of one
    Time end;                ///< of the first
    uint64_t messages = 0;   ///< of the first iteration
    uint64_t transfers = 0;  ///< as the collective counts them
    size_t pairs = 0;        ///< of ranks on different hosts, of which one sent to the other
    int overlaps = 0;        ///< transfers to a place where another one was on its way
    bool done = false;
};

/// Where what is under way to the ranks will land.
class Landings
{
public:
    /// False if something else may land there too.
    bool begin(const Transfer& t)
    {
        auto& there = ends_[t.dst];
        const auto next = there.lower_bound(t.landing);
        const bool free = (next == there.end() || next->first >= t.landing + t.bytes) &&
                          (next == there.begin() || std::prev(next)->second <= t.landing);
        there.emplace(t.landing, t.landing + t.bytes);
        return free;
    }
    void end(const Transfer& t) { ends_[t.dst].erase(t.landing); }

private:
    std::map<uint32_t, std::map<Bytes, Bytes>> ends_;  // of each rank: by beginning
};

/// Two iterations at 50 GB/s of each NIC and 450 GB/s of NVLink, with these delays.
inline CollectiveTrial run_collective(const CollectiveOps& ops, const CollectiveCall& call,
                                      Time latency = microseconds(3), Time nvlink_latency = nanoseconds(50))
{
    CollectiveTrial run;
    const auto contents = make_collective_contents(*ops.info.operation, make_collective(ops, call),
                                                   call.shape.ranks, call.size);
    contents->memory().allocate();
    CollectiveWorkload workload(make_collective(ops, call), call.shape, 2, {}, 1);
    FakeCarrier carrier;
    carrier.contents = contents.get();
    carrier.nic_latency = latency;
    carrier.nvlink_latency = nvlink_latency;
    std::set<std::pair<uint32_t, uint32_t>> pairs;
    Landings landings;
    carrier.on_send = [&](const Message& m) {
        if (workload.periods().size() == 1) ++run.messages;
        if (!m.nvlink) pairs.emplace(m.src, m.dst);
        if (!landings.begin(workload.transfer(m))) ++run.overlaps;
    };
    carrier.on_arrival = [&](const Message& m) { landings.end(workload.transfer(m)); };
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
