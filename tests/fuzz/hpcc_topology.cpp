// SPDX-License-Identifier: GPL-2.0-only
// Fuzzes topology files in HPCC-sim's format; what is read is exported, and read again as the same.
#include "fuzz.hpp"

#include "hpnsim/topologies.hpp"

#include <sstream>

using namespace hpnsim;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fuzz::expect_sentences([&] {
        std::istringstream in(fuzz::text_of(data, size));
        const FabricPlan plan = read_hpcc_topology(in, "input", PlanOptions());
        std::ostringstream out;
        write_hpcc_topology(out, plan);
        std::istringstream again(out.str());
        const FabricPlan second = read_hpcc_topology(again, "export", PlanOptions());
        if (second.endpoints != plan.endpoints || second.links.size() != plan.links.size())
            fuzz::fail("the export is another fabric");
    });
    return 0;
}
