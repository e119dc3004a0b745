// SPDX-License-Identifier: GPL-2.0-only
// Fuzzes AICB's tables. The first byte chooses what is asked beside the table.
#include "fuzz.hpp"

#include "hpnsim/trace_formats.hpp"

using namespace hpnsim;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    if (size == 0) return 0;
    const fuzz::InputFile file(data + 1, size - 1);
    TraceAsked asked;
    asked.file = file.path();
    asked.ranks = 1U << (data[0] % 8);
    asked.passes = 1 + data[0] / 128;
    if ((data[0] & 8U) != 0) asked.pipeline = 2;
    if ((data[0] & 16U) != 0) asked.tensor = 2;
    if ((data[0] & 32U) != 0) asked.expert = 2;
    fuzz::expect_sentences([&] {
        const Program program = read_trace(asked, "aicb");
        if (program.ranks != asked.ranks) fuzz::fail("another number of ranks");
        if (program.graph(0).size() > 4 * size) fuzz::fail("more tasks than the table has room for");
    });
    return 0;
}
