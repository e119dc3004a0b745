// SPDX-License-Identifier: GPL-2.0-only
// Command lines, a word a line, of every scenario.
#include "fuzz.hpp"

#include "hpnsim/scenario.hpp"

#include <sstream>
#include <vector>

using namespace hpnsim;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    std::istringstream in(fuzz::text_of(data, size));
    std::vector<std::string> words = {"scenario"};
    for (std::string line; std::getline(in, line) && words.size() < 64;) {
        if (line.find("config") != std::string::npos) return 0;  // config_file.cpp does
        words.push_back(line.substr(0, line.find('\0')));
    }
    std::vector<const char*> argv;
    for (const std::string& word : words) argv.push_back(word.c_str());
    for (const ScenarioInfo* each : all_scenarios())
        fuzz::expect_sentences([&] {
            std::ostringstream out;
            parse_command_line(each->name, static_cast<int>(argv.size()), argv.data(), out);
        });
    return 0;
}
