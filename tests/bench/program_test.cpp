// SPDX-License-Identifier: GPL-2.0-only
// Tests `bench` as a user runs it: lists, sizes, a result and its comparison with an earlier one.
#include "e2e/command.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace hpnsim::test
{

TEST(BenchProgram, ListsCommandsThatCanBeRun)
{
    const Ran listed = run("bench --list --case incast-hpcc");
    EXPECT_EQ(listed.status, 0) << listed.err;
    EXPECT_NE(listed.out.find("\n  small: incast --topology hpn:segments=1,hosts=40 --senders 8 --size 1M"),
              std::string::npos)
        << listed.out;
    EXPECT_EQ(listed.out.find("ring-hpcc"), std::string::npos) << "it was asked for one case";
}

TEST(BenchProgram, PrintsSizes)
{
    const Ran sizes = run("bench --sizes");
    EXPECT_EQ(sizes.status, 0) << sizes.err;
    EXPECT_NE(sizes.out.find("\nPacket                128    2.0"), std::string::npos) << sizes.out;
}

TEST(BenchProgram, ComparesWithAnEarlierResult)
{
    const Folder folder;
    const std::string file = (folder.path() / "before.json").string();
    const Ran before = run("bench --case incast-hpcc --size small --repeat 2 --json " + file);
    ASSERT_EQ(before.status, 0) << before.err;
    const auto json = nlohmann::json::parse(read(file));
    ASSERT_EQ(json["cases"].size(), 1u);
    EXPECT_EQ(json["cases"][0]["runs"].size(), 2u);
    EXPECT_EQ(json["cases"][0]["runs"][0]["packet_hops"], 16384);
    const Ran now = run("bench --case incast-hpcc --case incast-nscc --size small --baseline " + file);
    EXPECT_EQ(now.status, 0) << now.err;
    EXPECT_NE(now.out.find("incast-nscc small: not in the baseline"), std::string::npos) << now.out;
    EXPECT_EQ(now.out.find("other hops"), std::string::npos) << now.out;
}

/// The room that is reserved for huge pages is more than this shell allows.
TEST(BenchProgram, RunsWhereAddressesAreShort)
{
    const Ran ran = shell("ulimit -v 600000; @BIN/bench --case incast-hpcc --size small");
    EXPECT_EQ(ran.status, 0) << ran.err;
}

TEST(BenchProgram, RefusesWhatItDoesNotKnow)
{
    const Folder folder;
    const std::string file = (folder.path() / "other.json").string();
    std::ofstream(file) << "{}";
    for (const auto& [command, sentence] : std::vector<std::pair<std::string, std::string>>{
             {"--case incast-hpc", "bench: --case: no 'incast-hpc'; the nearest is 'incast-hpcc'"},
             {"--size tiny", "bench: --size: no 'tiny'"},
             {"--repeat 101", "bench: --repeat 101 is outside 1-100"},
             {"--length 0", "bench: --length 0 is outside 1-1000"},
             {"--length 2 --case websearch-hpcc", "bench: --length: case 'websearch-hpcc'"},
             {"--baseline " + file,
              "bench: --baseline " + file + ": not a file that bench --json has written"},
             {"--baseline /nowhere", "bench: --baseline: cannot read '/nowhere'"}}) {
        const Ran ran = run("bench " + command);
        EXPECT_EQ(ran.status, 2) << command;
        EXPECT_EQ(ran.err.rfind(sentence, 0), 0u) << command << ": " << ran.err;
    }
}

}  // namespace hpnsim::test
