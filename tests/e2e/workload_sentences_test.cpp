// SPDX-License-Identifier: GPL-2.0-only
// Tests that what workloads/ refuses without knowing of options reaches the user as a sentence about one.
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
    std::ofstream{empty};
    const std::vector<std::pair<std::string, std::string>> table = {
        {"allreduce --ranks 16 --size 1G --chunk 1",
         "allreduce: --chunk: 1 cuts 8M into 8388608 pieces; at most 65536 are allowed\n"},
        {"alltoall --ranks 5000", "alltoall: --ranks: 5000 ranks need as many GPUs, and 'hpn' has 2048\n"},
        {"collective --topology star:hosts=9 --members 0,9",
         "collective: --members: there is no GPU 9; 'star:hosts=9' has 0 to 8\n"},
        {"collective --members 0-4,3", "collective: --members: GPU 3 comes twice\n"},
        {"flows --topology star --flow-file " + empty,
         "flows: --flow-file: '" + empty + "' holds no flows\n"}};
    for (const auto& [command, sentence] : table) {
        const Ran ran = run(command);
        EXPECT_EQ(ran.status, 2) << command;
        EXPECT_EQ(ran.err, sentence);
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
