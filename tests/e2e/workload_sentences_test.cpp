// SPDX-License-Identifier: GPL-2.0-only
// Tests that what rooms refuse that know no command line reaches the user as a sentence about an option.
#include "command.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace hpnsim::test
{
namespace
{

TEST(WorkloadSentences, NameTheOption)
{
    const Folder folder;
    const std::string empty = (folder.path() / "empty").string();
    std::ofstream(empty).flush();
    const std::vector<std::pair<std::string, std::string>> table = {
        {"allreduce --ranks 16 --size 1G --chunk 1",
         "allreduce: --chunk: 1 cuts 8M into 8388608 pieces; at most 65536 are allowed\n"},
        {"alltoall --ranks 5000", "alltoall: --ranks: 5000 ranks need as many GPUs, and 'hpn' has 2048\n"},
        {"collective --topology star:hosts=9 --members 0,9",
         "collective: --members: there is no GPU 9; 'star:hosts=9' has 0 to 8\n"},
        {"collective --members 0-4,3", "collective: --members: GPU 3 comes twice\n"},
        {"flows --topology star --flow-file " + empty,
         "flows: --flow-file: '" + empty + "' holds no flows\n"},
        {"flows --topology star --cdf WebSearch --duration-us 0.001",
         "flows: --duration-us: no flow starts within 0.001 us; at this load 8 us bring about one\n"},
        {"incast --topology star:hosts=4 --senders 4",
         "incast: --senders: 4 senders placed by rail need as many hosts beside the receiver's, and "
         "'star:hosts=4' has 3\n"},
        {"incast --topology star --placement cross-segment",
         "incast: --placement: cross-segment needs several segments, and 'star' has one\n"},
        {"permutation --ranks 12",
         "permutation: --ranks: 12 ranks fill hosts of 8, and each sends to another host; use 16 or more\n"},
        {"incast --topology star --fabric lossless:pfc-quanta=1",
         "incast: --fabric: pfc-quanta 1 run out before the refresh that waits for a full frame; the least "
         "is 134\n"},
        {"incast --topology star --cc hpx",
         "incast: --cc: there is no congestion control 'hpx'; the nearest is 'hpcc'\n"},
        {"incast --topology star --out " + empty,
         "incast: --out " + empty + ": is a file; give the name of a folder\n"}};
    for (const auto& [command, sentence] : table) {
        const Ran ran = run(command);
        EXPECT_EQ(ran.status, 2) << command;
        EXPECT_EQ(ran.err, sentence);
    }
}

/// What a trace does not say, or says otherwise, is set by an option.
TEST(WorkloadSentences, NameTheOptionOfSizesOfTraces)
{
    for (const auto& [options, ending] :
         {std::pair("aicb/all_to_all_micro.csv", "; say how many ranks there are: --ranks N\n"),
          std::pair("aicb/G13B-M1-C01_GPT13B_megatron_tp8_pp1_mbs1.csv --ranks 16 --tensor 4",
                    "a group tp has 8 ranks, and 4 are asked for by --tensor\n"),
          std::pair("chakra/all_reduce_8/all_reduce --ranks 4", " are asked for by --ranks\n")}) {
        const Ran ran = run("workload --topology star --file @DATA/workloads/" + std::string(options));
        EXPECT_EQ(ran.status, 2) << options;
        EXPECT_NE(ran.err.find(ending), std::string::npos) << ran.err;
    }
}

TEST(WorkloadSentences, NameTheLineOfTheConfigFile)
{
    const Folder folder;
    const std::string config = (folder.path() / "config").string();
    std::ofstream(config) << "ranks = 16\nchunk = 1\n";
    const Ran ran = run("allreduce --size 1G --config " + config);
    EXPECT_EQ(ran.status, 2);
    EXPECT_EQ(ran.err, "allreduce: " + config +
                           ":2: chunk: 1 cuts 8M into 8388608 pieces; at most 65536 are allowed\n");
}

TEST(WorkloadSentences, OfMemoryForContentsSayWhatToDo)
{
    const Ran ran = run("incast --senders 4 --verify --size 4096G");
    EXPECT_EQ(ran.status, 2);
    EXPECT_EQ(ran.err.find("incast: --verify: buffers of "), 0U) << ran.err;
    EXPECT_NE(ran.err.find(" are free; use a smaller --size, or run without --verify, which needs none\n"),
              std::string::npos)
        << ran.err;
}

}  // namespace
}  // namespace hpnsim::test
