// SPDX-License-Identifier: GPL-2.0-only
// Runs an incast and an all_to_all on every topology, with the bytes checked.
#include "command.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

struct OnTopology {
    const char* spec;
    const char* algorithm;  ///< of all_to_all
    int ranks;
};

/// Hosts of one rail, or of all, and for pods those of both.
const OnTopology kRuns[] = {
    {"hpn:segments=2,hosts=2,gpus=2", "pairwise", 8},
    {"hpn:segments=1,hosts=4,gpus=2,ports=8,nic-gbps=50", "pairwise", 8},
    {"hpn:segments=1,hosts=4,gpus=72", "pxn", 144},
    {"hpn:pods=2,segments=1,hosts=8,gpus=1,agg-uplinks=2,cores=2", "pairwise", 16},
    {"hpn:segments=2,hosts=2,gpus=2,backup-hosts=1", "pairwise", 12},
    {"hpn-single-plane:segments=2,hosts=2,gpus=2", "pairwise", 8},
    {"hpn-single-tor:segments=2,hosts=2,gpus=2", "pairwise", 8},
    {"hpn6:segments=2,hosts=2,gpus=2", "pairwise", 8},
    {"hpn8:pods=2,segments=2,hosts=2,gpus=2", "pairwise", 16},
    {"dcn+:hosts=2,gpus=2,segments=2", "pairwise", 8},
    {"dcn+:variant=full,pods=2,segments=2,hosts=1,gpus=4", "pairwise", 16},
    {"rail-only:hosts=4,gpus=2", "pxn", 8},
    {"rail-only:hosts=2,gpus=2,segments=2", "pxn", 8},
    {"rail-optimised:pods=2,segments=2,hosts=2,gpus=2", "pairwise", 16},
    {"fat-tree:k=4", "pairwise", 16},
    {"leaf-spine:leaves=2,hosts=4,spines=2", "pairwise", 8},
    {"star:hosts=8", "pairwise", 8},
    {"dumbbell:left=4,right=4", "pairwise", 8},
    {"dragonfly:p=1,a=3,h=1", "pairwise", 12},
};

TEST(EveryTopology, CarriesAnIncastAndAnAllToAll)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const std::string rest = " --cc nscc --verify --audit --quiet --no-plots --out " + out.string();
    for (const OnTopology& on : kRuns) {
        const std::string topology = " --topology " + std::string(on.spec);
        const Ran incast = run("incast --senders 3 --size 64K" + topology + rest);
        ASSERT_EQ(incast.status, 0) << on.spec << incast.err;
        const auto poured = summary(out, "nscc");
        EXPECT_EQ(poured["verified"], true) << on.spec;
        EXPECT_EQ(poured["topology"].get<std::string>().rfind(on.spec, 0), 0U) << on.spec;
        const Ran all = run("alltoall --size 144K --algorithm " + std::string(on.algorithm) + " --ranks " +
                            std::to_string(on.ranks) + topology + rest);
        ASSERT_EQ(all.status, 0) << on.spec << all.err;
        const auto exchanged = summary(out, "nscc");
        EXPECT_EQ(exchanged["verified"], true) << on.spec;
        EXPECT_LE(exchanged["efficiency"].get<double>(), 1) << on.spec;
    }
}

// Rails that nothing joins: a pair of two rails is refused before it sends, whoever asks.
TEST(EveryTopology, RailOnlyRefusesOtherRails)
{
    const Folder folder;
    const std::string out = " --quiet --no-plots --out " + (folder.path() / "o").string();
    for (const char* line : {"alltoall --algorithm pairwise --ranks 8 --cc nscc",
                             "incast --senders 3 --placement index --cc dcqcn"}) {
        const Ran ran = run(line + (" --size 64K --topology rail-only:hosts=4,gpus=2" + out));
        EXPECT_EQ(ran.status, 2) << line;
        EXPECT_NE(ran.err.find("no path of 'rail-only:hosts=4,gpus=2' joins h"), std::string::npos)
            << ran.err;
        EXPECT_NE(ran.err.find("only NVLink joins its rails; choose pairs of one rail"), std::string::npos)
            << ran.err;
    }
}

// With dead links among its next hops, a core hashes over the others.
TEST(EveryTopology, HpnsCoreGoesOnWithDeadLinks)
{
    const Folder folder;
    const fs::path out = folder.path() / "o", faults = folder.path() / "faults.txt";
    std::ofstream(faults) << "0 down core-p0-0:0\n0 down core-p0-0:9\n0 down core-p1-0:agg-p1-5\n";
    const Ran ran = run(
        "alltoall --topology hpn:pods=2,segments=1,hosts=8,gpus=1,agg-uplinks=2,cores=1 --ranks 16 --size 1M "
        "--cc nscc --verify --audit --quiet --no-plots --faults " +
        faults.string() + " --out " + out.string());
    ASSERT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(summary(out, "nscc")["verified"], true);
}

// The plots and tables of both variants name which it is.
TEST(EveryTopology, DcnPlusNamesItsVariant)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const Ran ran = run("incast --senders 3 --size 64K --cc dcqcn --quiet --no-plots --topology dcn+ --out " +
                        out.string());
    ASSERT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(summary(out, "dcqcn")["topology"], "dcn+:variant=8to1");
}

}  // namespace
}  // namespace hpnsim::test
