// SPDX-License-Identifier: GPL-2.0-only
// Tests that programs and results name the version that they were built from, all of them the same one.
#include "command.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

/// The last word of what --version prints.
std::string version_of(const std::string& binary)
{
    const Ran ran = run(binary + " --version");
    EXPECT_EQ(ran.status, 0) << ran.err;
    const size_t blank = ran.out.find_last_of(' ');
    return ran.out.substr(blank + 1, ran.out.size() - blank - 2);
}

TEST(Version, EveryProgramSaysTheSame)
{
    const std::string version = version_of("incast");
    EXPECT_GE(version.size(), 5U) << version;
    for (const char* binary : {"allreduce", "alltoall", "collective", "failover", "flows", "permutation",
                               "training", "workload", "topology", "cc", "bench"})
        EXPECT_EQ(version_of(binary), version) << binary << ", unless it was not built since the last commit";
}

TEST(Version, ResultsSayIt)
{
    const std::string version = version_of("incast");
    const Folder folder;
    const auto out = folder.path() / "out";
    const Ran ran =
        run("incast --topology star --senders 2 --size 4K --quiet --no-plots --out " + out.string());
    ASSERT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(summary(out, "dcqcn")["host"]["versions"]["hpnsim"], version);
    EXPECT_NE(read(out / "runs/dcqcn/flows.csv").find("# version: hpnsim " + version + "\n"),
              std::string::npos);
    EXPECT_NE(read(out / "report.html").find("hpnsim " + version + ", ns-3 3."), std::string::npos);
}

}  // namespace
}  // namespace hpnsim::test
