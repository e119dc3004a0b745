// SPDX-License-Identifier: GPL-2.0-only
// Tests that every collective of the table reads and writes memory safely: the right bytes arrive over a
// network that reorders, and no sender's memory changes while its bytes are under way, for they may have to
// be sent again.
#include "fake_carrier.hpp"
#include "hpnsim/collective_table.hpp"
#include "hpnsim/random_streams.hpp"
#include "hpnsim/workloads.hpp"

#include <gtest/gtest.h>

#include <map>

namespace hpnsim
{
namespace
{

/// A quarter of the messages are late, by up to a millisecond.
Time some_late(const Message& m)
{
    uint64_t stream = stream_of(7, StreamKind{0}, m.id);
    return next_below(stream, 4) == 0 ? Time{static_cast<int64_t>(next_below(stream, 1'000'000'000))}
                                      : Time{};
}

void expect_safe(const CollectiveOps& ops, const CollectiveCall& call)
{
    const std::string text = std::string(ops.info.name) + " " + std::to_string(call.shape.hosts) + " x " +
                             std::to_string(call.shape.gpus) + ", " + std::to_string(call.size) +
                             " B, chunk " + std::to_string(call.chunk);
    const auto contents = make_collective_contents(*ops.info.operation, make_collective(ops, call),
                                                   call.shape.ranks, call.size);
    contents->memory().allocate();
    CollectiveWorkload workload(make_collective(ops, call), call.shape, 2, microseconds(5), 1);
    FakeCarrier carrier;
    carrier.contents = contents.get();
    carrier.late = some_late;
    const auto read = [&](const Message& m) {
        const Route route = contents->route(m);
        const std::byte* from = contents->memory().at(m.src, route.from, route.bytes);
        return std::vector<std::byte>(from, from + route.bytes);
    };
    std::map<uint64_t, std::vector<std::byte>> under_way;
    int changed = 0;
    carrier.on_send = [&](const Message& m) { under_way[m.id] = read(m); };
    carrier.on_arrival = [&](const Message& m) { changed += read(m) == under_way[m.id] ? 0 : 1; };
    carrier.run(workload);
    EXPECT_TRUE(workload.done()) << text;
    EXPECT_EQ(changed, 0) << text;
    const Verdict verdict = contents->finish(true);
    EXPECT_TRUE(verdict.verified()) << text << ": " << verdict.first;
}

TEST(CollectiveMemory, IsSafeOnANetworkThatReorders)
{
    for (const CollectiveOps* ops : all_collectives()) {
        if (*ops->info.file != '\0') continue;  // there is none here
        for (const CollectiveShape shape :
             {CollectiveShape{24, 8, 3}, {8, 8, 1}, {13, 1, 13}, {8, 2, 4}, {16, 4, 4}})
            for (const Bytes size : {Bytes{5}, Bytes{9000}}) {
                CollectiveCall call{shape, size};
                expect_safe(*ops, call);
                if (*ops->info.chunk == '\0') continue;
                call.chunk = 300;
                expect_safe(*ops, call);
            }
    }
}

}  // namespace
}  // namespace hpnsim
