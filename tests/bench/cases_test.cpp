// SPDX-License-Identifier: GPL-2.0-only
// Tests that every case of `bench` is a command that its scenario takes, at every size.
#include "bench/cases.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/options.hpp"

#include <boost/algorithm/string/join.hpp>
#include <gtest/gtest.h>

#include <set>

using namespace hpnsim;

namespace
{

const Case& case_named(const std::string& name)
{
    static const std::vector<Case> cases = bench_cases();
    for (const Case& each : cases)
        if (each.name == name) return each;
    throw std::runtime_error("no case " + name);
}

std::string command_of(const std::string& name, size_t size, uint32_t length)
{
    return boost::join(bench_words(case_named(name), size, length, "D"), " ");
}

}  // namespace

TEST(BenchCases, AreCommandsOfTheirScenarios)
{
    std::set<std::string> names;
    for (const Case& each : bench_cases()) {
        EXPECT_TRUE(names.insert(each.name).second) << each.name << " is there twice";
        for (size_t size = 0; size < kBenchSizes.size(); ++size) {
            const auto words = bench_words(each, size, 1, HPNSIM_TEST_DATA);
            std::vector<const char*> argv;
            for (const std::string& word : words) argv.push_back(word.c_str());
            EXPECT_NO_THROW(parse_command_line(words[0], static_cast<int>(argv.size()), argv.data()))
                << boost::join(words, " ");
        }
    }
}

TEST(BenchCases, EarlierNamesMeanWhatTheyDid)
{
    EXPECT_EQ(command_of("incast-hpcc", 1, 1),
              "incast --topology hpn:segments=1,hosts=40 --senders 32 --size 1M --rounds 20 --cc hpcc");
    EXPECT_EQ(
        command_of("ring-nscc", 1, 1),
        "allreduce --topology hpn:segments=2,hosts=16 --ranks 256 --size 64M --algorithm ring --cc nscc");
    EXPECT_EQ(command_of("websearch-dcqcn", 1, 1),
              "flows --topology file:path=D/hpcc/fat-tree-320.topology.txt --flow-file "
              "D/hpcc/fat-tree-320.websearch-30.flow.txt --mtu 1000 --cc dcqcn");
}

TEST(BenchCases, LengthIsMoreToDoOnTheSameNetwork)
{
    EXPECT_EQ(command_of("permutation-reps", 0, 3), "permutation --ranks 128 --topology fat-tree:k=8 --size "
                                                    "6291456 --profile htsim --cc nscc --path reps");
    EXPECT_NE(command_of("websearch-hpcc", 2, 2).find("--duration-us 1000 --stop-us 2000"),
              std::string::npos);
    EXPECT_THROW(command_of("websearch-hpcc", 1, 2), BadInput);
}

TEST(BenchCases, PathsMayHoldBlanks)
{
    const auto words = bench_words(case_named("websearch-hpcc"), 1, 1, "/a b");
    EXPECT_EQ(words[2], "file:path=/a b/hpcc/fat-tree-320.topology.txt");
}
