// SPDX-License-Identifier: GPL-2.0-only
// Fuzzes SimAI's workload text. Few ranks are asked for, whatever a first line says, so that groups stay
// small.
#include "fuzz.hpp"

#include "hpnsim/trace_formats.hpp"

using namespace hpnsim;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const fuzz::InputFile file(data, size);
    TraceAsked asked;
    asked.file = file.path();
    asked.ranks = 64;
    asked.passes = 2;
    fuzz::expect_sentences([&] {
        const Program program = read_trace(asked, "simai");
        if (program.ranks != 64) fuzz::fail("another number of ranks");
        // Layers that are computed again from a checkpoint can be as many as there are layers, for each.
        if (program.graph(63).size() > size * size) fuzz::fail("more tasks than the text has room for");
    });
    return 0;
}
