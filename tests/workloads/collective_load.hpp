// SPDX-License-Identifier: GPL-2.0-only
// Runs one iteration of a collective over the fake network by lengths alone, and counts what it puts on every
// link: for sizes whose bytes no machine would hold.
#pragma once

#include "fake_carrier.hpp"
#include "hpnsim/collective_table.hpp"
#include "hpnsim/workloads.hpp"

#include <array>
#include <set>

namespace hpnsim
{

/// What a rank sent and received.
struct RankLoad {
    std::array<Bytes, 2> nic{}, nvlink{};  ///< out, in
};

struct CollectiveLoad {
    std::vector<RankLoad> ranks;
    std::set<std::pair<uint32_t, uint32_t>> pairs;  ///< of ranks on different hosts
    Time end, ideal;
    double efficiency() const { return ideal.s() / end.s(); }
    /// Returns the most that any NIC, or any NVLink, moved in one direction.
    Bytes busiest(std::array<Bytes, 2> RankLoad::*link) const
    {
        Bytes most = 0;
        for (const RankLoad& rank : ranks) most = std::max({most, (rank.*link)[0], (rank.*link)[1]});
        return most;
    }
};

/// NICs of 50 GB/s and NVLink of 450 GB/s, unless `carrier` has others.
inline CollectiveLoad load_of(const Operation& operation, const char* name, const CollectiveCall& call,
                              FakeCarrier carrier = {})
{
    const CollectiveOps& ops = find_collective("algorithm", operation, name);
    CollectiveLoad load;
    load.ranks.resize(call.shape.ranks);
    carrier.on_send = [&load](const Message& m) {
        const auto link = m.nvlink ? &RankLoad::nvlink : &RankLoad::nic;
        (load.ranks[m.src].*link)[0] += m.bytes;
        (load.ranks[m.dst].*link)[1] += m.received();
        if (!m.nvlink) load.pairs.emplace(m.src, m.dst);
    };
    CollectiveWorkload workload(make_collective(ops, call), call.shape, 1, {}, 1);
    carrier.run(workload);
    if (!workload.done()) throw std::logic_error("the collective did not end");
    load.end = workload.periods()[0].end;
    load.ideal = collective_ideal(ops, call,
                                  uniform_limits(static_cast<double>(carrier.nic.bps) / 8,
                                                 static_cast<double>(carrier.nvlink.bps) / 8,
                                                 carrier.nic_latency, carrier.nvlink_latency))
                     .total();
    return load;
}

}  // namespace hpnsim
