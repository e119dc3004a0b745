// SPDX-License-Identifier: GPL-2.0-only
// Fuzzes `--pcap` lists, against a small HPN fabric.
#include "fuzz.hpp"

#include "hpnsim/capture_list.hpp"

using namespace hpnsim;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    static const FabricPlan fabric = make_fabric("hpn:segments=1,hosts=2,gpus=2", 0);
    fuzz::expect_sentences([&] { parse_captures(fuzz::text_of(data, size), fabric); });
    return 0;
}
