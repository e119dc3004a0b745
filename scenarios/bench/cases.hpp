// SPDX-License-Identifier: GPL-2.0-only
// Lists the named cases of `bench`. A case is a command line of a scenario at three sizes, so that what a
// change costs can be seen where state fits into a cache and where it does not.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace hpnsim
{

/// The names of the sizes, in the order of Case::commands.
extern const std::vector<std::string> kBenchSizes;

struct Case {
    std::string name;
    std::string purpose;  ///< what it stands for, and how large it is at each size
    std::array<std::string, 3> commands;
};

/// All cases; laws have one each.
std::vector<Case> bench_cases();

/// The words of the command of a size. With `length` above 1 there is that much more to do on the same
/// network: messages of so many times the bytes, or random flows for so many times as long. Throws BadInput
/// where a case has neither. `data` is the folder that holds hpcc/fat-tree-320.*.
std::vector<std::string> bench_words(const Case& each, size_t size, uint32_t length, const std::string& data);

}  // namespace hpnsim
