// SPDX-License-Identifier: GPL-2.0-only
// Fuzzes MSCCL XML. What is accepted must run to its end: all transfers, none of them empty.
#include "fuzz.hpp"

#include "hpnsim/collective_table.hpp"
#include "hpnsim/running_collective.hpp"

using namespace hpnsim;

namespace
{

constexpr uint32_t kRanks = 2;
constexpr Bytes kSize = 5040;  // a multiple of many numbers of chunks

void run(const std::shared_ptr<const Collective>& collective)
{
    RunningCollective running(collective, kRanks, {});
    RunningCollective::Out out;
    for (uint32_t rank = 0; rank < kRanks; ++rank) running.begin(rank, Time{}, out);
    uint64_t transfers = 0;
    for (size_t at = 0; at < out.sends.size(); ++at, ++transfers) {
        const Transfer t = out.sends[at].transfer;
        if (t.bytes < 1 || t.src == t.dst || t.src >= kRanks || t.dst >= kRanks) fuzz::fail("no transfer");
        if (t.offset < 0 || t.offset + t.bytes > collective->memory_bytes(t.src)) fuzz::fail("outside");
        if (t.landing < 0 || t.landing + t.bytes > collective->memory_bytes(t.dst)) fuzz::fail("outside");
        running.delivered(out.sends[at].code, Time{}, out);
    }
    for (const RunningCollective::Send& work : out.work) {
        const Transfer& t = work.transfer;
        const Bytes last = std::max({t.offset, t.landing, t.result}) + t.bytes;
        if (std::min({t.offset, t.landing, t.result}) < 0 || last > collective->memory_bytes(t.src))
            fuzz::fail("work outside the memory");
    }
    running.settle(out);
    if (running.open() > 0 || transfers != collective->transfers()) fuzz::fail("it does not end");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const fuzz::InputFile file(data, size);
    for (const Operation* operation : {&kAllReduce, &kAllToAll})
        fuzz::expect_sentences([&] {
            CollectiveCall call{{kRanks, 1, kRanks}, kSize};
            call.argument = file.path();
            run(make_collective(find_collective("algorithm", *operation, "msccl"), call));
        });
    return 0;
}
