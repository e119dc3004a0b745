// SPDX-License-Identifier: GPL-2.0-only
// Fuzzes SimCCL's detailed flows: every message of what is read has its two ends.
#include "fuzz.hpp"

#include "hpnsim/trace_formats.hpp"

using namespace hpnsim;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const fuzz::InputFile file(data, size);
    fuzz::expect_sentences([&] {
        TraceAsked asked;
        asked.file = file.path();
        const Program program = read_trace(asked, "simccl");
        if (program.ranks > 64) return;  // a count would take longer than the reading
        const ProgramTotals totals = totals_of(program);
        if (totals.sends == 0 || totals.sends != totals.receives) fuzz::fail("a message of one end");
    });
    return 0;
}
