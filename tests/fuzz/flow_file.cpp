// SPDX-License-Identifier: GPL-2.0-only
// Fuzzes flow files.
#include "fuzz.hpp"

#include "hpnsim/flow_file.hpp"

using namespace hpnsim;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const fuzz::InputFile file(data, size);
    fuzz::expect_sentences([&] {
        const FlowFile read = read_flow_file(file.path(), "", 64);
        if (endpoints_used(read) > 64) fuzz::fail("a flow of no endpoint");
        for (const FlowSpec& flow : read.flows)
            if (flow.bytes <= 0 || flow.start.ps < 0 || flow.src == flow.dst)
                fuzz::fail("a flow that is none");
    });
    return 0;
}
