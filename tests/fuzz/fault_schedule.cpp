// SPDX-License-Identifier: GPL-2.0-only
// Fuzzes fault schedules, against a small HPN fabric.
#include "fuzz.hpp"

#include "faults/schedule.hpp"

#include <sstream>

using namespace hpnsim;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    static const FabricPlan fabric = make_fabric("hpn:segments=1,hosts=2,gpus=2", 0);
    fuzz::expect_sentences([&] {
        std::istringstream in(fuzz::text_of(data, size));
        const FaultPlan plan = read_faults(in, "input", fabric);
        Time last;
        for (const Fault& fault : plan.faults) {
            if (fault.at < last) fuzz::fail("events are out of order");
            last = fault.at;
        }
    });
    return 0;
}
