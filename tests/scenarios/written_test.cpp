// SPDX-License-Identifier: GPL-2.0-only
// Tests for every scenario of the table that options can be read back: what one would write to repeat a run,
// and who said it.
#include "hpnsim/scenario.hpp"
#include "option_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

using namespace hpnsim;
using hpnsim::test::option_text;

namespace
{

Options parse(std::vector<std::string> words)
{
    std::vector<const char*> argv;
    for (const std::string& word : words) argv.push_back(word.c_str());
    return parse_command_line(words.at(0), static_cast<int>(argv.size()), argv.data()).value();
}

/// The examples of a scenario's help, as words.
std::vector<std::vector<std::string>> examples_of(const ScenarioInfo& info)
{
    std::vector<std::vector<std::string>> all;
    for (const char* example : info.examples) {
        std::istringstream words(example);
        all.emplace_back();
        for (std::string word; words >> word;) all.back().push_back(word);
    }
    return all;
}

Options repeated(const Options& options)
{
    const std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("hpnsim-written-" + std::to_string(getpid()) + ".ini");
    std::ofstream file(path);
    for (const WrittenOption& each : written(options))
        if (each.origin != Origin::standard) file << each.name << " = " << each.text << "\n";
    file.close();
    Options again = parse({options.scenario, "--config", path.string()});
    std::filesystem::remove(path);
    return again;
}

Origin origin_of(const Options& options, const std::string& name)
{
    for (const WrittenOption& each : written(options))
        if (each.name == name) return each.origin;
    return Origin::preset;
}

std::vector<std::pair<std::string, std::string>> texts_of(const Options& options)
{
    std::vector<std::pair<std::string, std::string>> all;
    for (const WrittenOption& each : written(options)) all.emplace_back(each.name, each.text);
    return all;
}

}  // namespace

TEST(Written, TheTableHasEveryScenarioOnce)
{
    std::vector<std::string> names;
    for (const ScenarioInfo* each : all_scenarios()) names.emplace_back(each->name);
    std::sort(names.begin(), names.end());
    EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
    for (const char* known : {"allreduce", "alltoall", "collective", "flows", "incast", "permutation"})
        EXPECT_EQ(std::count(names.begin(), names.end(), known), 1) << known;
}

TEST(Written, WhatIsWrittenRepeatsTheOptions)
{
    for (const ScenarioInfo* info : all_scenarios())
        for (std::vector<std::string> words : examples_of(*info)) {
            for (const char* more : {"--loss=0.001", "--stop-us=12.5", "--qps=3", "--audit", "--plugin=a.so",
                                     "--plugin=b.so", "--series-us=0.1"})
                words.emplace_back(more);
            words.push_back(std::string("--faults=") + HPNSIM_TEST_DATA + "/scenarios/flaps.faults.txt");
            const Options options = parse(words);
            EXPECT_EQ(texts_of(repeated(options)), texts_of(options)) << info->name;
        }
}

/// Where no option is ruled out by another, what nobody has set can be written down as well.
TEST(Written, DefaultsReadAsTheyAreWritten)
{
    const Options options = parse({"allreduce"});
    Options again = options;
    for (const WrittenOption& each : written(options))
        if (!each.text.empty() && each.name != "cc") again.origins.note(each.name, Origin::given);
    EXPECT_EQ(option_text(options, "channels"), "auto");
    EXPECT_EQ(option_text(options, "stall-ms"), "auto");
    EXPECT_EQ(option_text(options, "size"), "16M");
    EXPECT_EQ(option_text(options, "quiet"), "false");
    EXPECT_EQ(texts_of(repeated(again)), texts_of(options));
}

TEST(Written, SaysWhoSaidIt)
{
    const Options options = parse({"incast", "--senders", "8", "--profile", "hpcc-sim", "--mtu", "512"});
    EXPECT_EQ(origin_of(options, "senders"), Origin::given);
    EXPECT_EQ(origin_of(options, "size"), Origin::standard);
    EXPECT_EQ(origin_of(options, "wire"), Origin::profile);
    EXPECT_EQ(option_text(options, "wire"), "hpcc-sim");
    EXPECT_EQ(origin_of(options, "mtu"), Origin::given);
    EXPECT_EQ(origin_of(parse({"incast"}), "wire"), Origin::standard);
    EXPECT_EQ(origin_of(parse({"incast", "--profile", "htsim"}), "cc"), Origin::profile);
}

/// Automatic is a word too, and leaves the choice where nobody had one.
TEST(Written, AutomaticCanBeAskedFor)
{
    EXPECT_EQ(parse({"incast", "--qps", "auto"}).common.qps, std::nullopt);
    EXPECT_EQ(parse({"incast", "--stall-ms", "0"}).common.stall_ms, 0);
}
