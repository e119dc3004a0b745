// SPDX-License-Identifier: GPL-2.0-only
// Files of `jobs`: options of the run, and sections with options of every scenario. What is accepted has as
// many jobs as sections, each with its own name.
#include "fuzz.hpp"

#include "hpnsim/scenario.hpp"

#include <set>
#include <sstream>

using namespace hpnsim;

namespace
{

void check(const std::string& path, const std::string& text)
{
    const char* words[] = {"jobs", path.c_str()};
    std::ostringstream out;
    const std::optional<Options> options = parse_command_line("jobs", 2, words, out);
    if (!options) fuzz::fail("nothing was read");
    std::set<std::string> jobs;  // "NAME:" leads to the section of a job
    for (const auto& [name, place] : options->places)
        if (!name.empty() && name.back() == ':') jobs.insert(name);
    std::istringstream lines(text);
    size_t sections = 0;
    for (std::string line; std::getline(lines, line);) {
        const size_t first = line.find_first_not_of(" \t\r");
        if (first != std::string::npos && line[first] == '[') ++sections;
    }
    if (jobs.size() != sections || sections == 0)
        fuzz::fail(std::to_string(sections) + " sections became " + std::to_string(jobs.size()) + " jobs");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const fuzz::InputFile file(data, size);
    fuzz::expect_sentences([&] { check(file.path(), fuzz::text_of(data, size)); });
    return 0;
}
