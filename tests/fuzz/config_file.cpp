// SPDX-License-Identifier: GPL-2.0-only
// Fuzzes `--config` files of every scenario (the first byte says which), with all that the values of their
// keys can be.
#include "fuzz.hpp"

#include "hpnsim/options.hpp"

#include <sstream>

using namespace hpnsim;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    if (size == 0) return 0;
    const char* scenarios[] = {"incast", "allreduce", "alltoall", "permutation", "flows"};
    const fuzz::InputFile file(data + 1, size - 1);
    fuzz::expect_sentences([&] {
        const char* words[] = {"scenario", "--config", file.path().c_str()};
        std::ostringstream out;
        parse_command_line(scenarios[data[0] % 5], 3, words, out);
    });
    return 0;
}
