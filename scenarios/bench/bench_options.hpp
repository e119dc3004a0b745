// SPDX-License-Identifier: GPL-2.0-only
// Reads the command line of `bench`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hpnsim
{

struct BenchOptions {
    std::vector<std::string> cases;  ///< empty: all
    size_t size = 1;                 ///< in kBenchSizes
    int repeat = 1;
    uint32_t length = 1;
    std::string data, json, baseline;
    bool list = false, sizes = false;
};

/// Nothing when --help or --version was asked for and printed. Throws BadInput.
std::optional<BenchOptions> parse_bench_options(int argc, const char* const* argv);

}  // namespace hpnsim
