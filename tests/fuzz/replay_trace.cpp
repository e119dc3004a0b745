// SPDX-License-Identifier: GPL-2.0-only
// Fuzzes traces for `cc --replay`: the first byte chooses the algorithm, the rest is the trace.
#include "fuzz.hpp"

#include "hpnsim/registry.hpp"
#include "hpnsim/replay.hpp"

#include <sstream>

using namespace hpnsim;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    if (size == 0) return 0;
    const auto& all = all_cc();
    const Chosen<CcOps> cc = choose_cc(all[data[0] % all.size()]->slot.info->name);
    fuzz::expect_sentences([&] {
        std::istringstream in(fuzz::text_of(data + 1, size - 1));
        std::ostringstream out;
        replay(cc, in, "input", out);
    });
    return 0;
}
