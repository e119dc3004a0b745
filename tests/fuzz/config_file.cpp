// SPDX-License-Identifier: GPL-2.0-only
// `--config` files of every scenario, with all that the values of their keys can be. What is written of the
// options that such a file sets must be accepted in its place.
#include "fuzz.hpp"

#include "hpnsim/scenario.hpp"

#include <sstream>

using namespace hpnsim;

namespace
{

std::optional<Options> parse(const ScenarioInfo& scenario, const std::string& path)
{
    const char* words[] = {"scenario", "--config", path.c_str()};
    std::ostringstream out;
    return parse_command_line(scenario.name, 3, words, out);
}

std::string lines_of(const Options& options)
{
    std::string lines;
    for (const WrittenOption& each : written(options))
        if (each.origin != Origin::standard) lines += each.name + " = " + each.text + "\n";
    return lines;
}

void check(const ScenarioInfo& scenario, const std::string& path)
{
    const std::optional<Options> options = parse(scenario, path);
    const std::string lines = lines_of(*options);
    const fuzz::InputFile file(reinterpret_cast<const uint8_t*>(lines.data()), lines.size());
    try {
        if (lines_of(*parse(scenario, file.path())) != lines) fuzz::fail("what is written differs: " + lines);
    } catch (const BadInput& error) {
        fuzz::fail("what is written is refused, " + std::string(error.what()) + ": " + lines);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    if (size == 0) return 0;
    const fuzz::InputFile file(data + 1, size - 1);  // its first byte once chose the scenario
    for (const ScenarioInfo* each : all_scenarios())
        fuzz::expect_sentences([&] { check(*each, file.path()); });
    return 0;
}
