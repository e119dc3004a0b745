// SPDX-License-Identifier: GPL-2.0-only
// Runs HPCC-sim's fat tree under WebSearch at 30 %, and compares slowdowns with its own, over path orders and
// seeds.
#include "command.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace hpnsim::test
{

TEST(HpccSimFatTree, SlowdownsOfHpccAreWithinThoseOfHpccSim)
{
    const Folder folder;
    const auto out = folder.path() / "out";
    const Ran ran =
        run("flows --topology file:path=@DATA/hpcc/fat-tree-320.topology.txt "
            "--flow-file @DATA/hpcc/fat-tree-320.websearch-30.flow.txt --wire hpcc-sim --profile hpcc-sim "
            "--cc hpcc:preset=hpcc-sim --quiet --no-plots --out " +
            out.string());
    ASSERT_EQ(ran.status, 0) << ran.err;
    const auto summary = nlohmann::json::parse(read(out / "runs" / "hpcc_preset=hpcc-sim" / "summary.json"));
    EXPECT_EQ(summary["completed"], 1099);
    EXPECT_EQ(summary["drops"], 0);
    // To the digits of HPCC-sim's figures: 1.096-1.102, 2.32-2.37, 3.30-3.46.
    const auto& slowdown = summary["slowdown"];
    EXPECT_GE(slowdown["p50"], 1.0955);
    EXPECT_LE(slowdown["p50"], 1.1025);
    EXPECT_GE(slowdown["p95"], 2.315);
    EXPECT_LE(slowdown["p95"], 2.375);
    EXPECT_GE(slowdown["p99"], 3.295);
    EXPECT_LE(slowdown["p99"], 3.465);
}

}  // namespace hpnsim::test
