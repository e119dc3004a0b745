// SPDX-License-Identifier: GPL-2.0-only
// Fuzzes topology files in SimAI's format; what is read is exported, and read again as the same.
#include "fuzz.hpp"

#include "hpnsim/topologies.hpp"

#include <sstream>

using namespace hpnsim;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fuzz::expect_sentences([&] {
        std::istringstream in(fuzz::text_of(data, size));
        const FabricPlan plan = read_simai_topology(in, "input", PlanOptions());
        if (plan.endpoints % plan.nics_per_host != 0) fuzz::fail("a host of few GPUs");
        std::ostringstream out;
        write_simai_topology(out, plan);
        std::istringstream again(out.str());
        const FabricPlan second = read_simai_topology(again, "export", PlanOptions());
        if (second.endpoints != plan.endpoints || second.links.size() != plan.links.size() ||
            second.nics_per_host != plan.nics_per_host || second.nvlink.rate != plan.nvlink.rate)
            fuzz::fail("the export is another fabric");
    });
    return 0;
}
