// SPDX-License-Identifier: GPL-2.0-only
// Compares `--profile htsim` with figures of uet-htsim and with times worked by hand. Ranges are those of its
// own ten seeds; docs/validation/uet-htsim.md has the commands.
#include "command.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

nlohmann::json summary_of(const std::string& arguments, int status = 0)
{
    const Folder folder;
    const Ran ran = run("flows --profile htsim --quiet --no-plots " + arguments + " --out " +
                        (folder.path() / "o").string());
    EXPECT_EQ(ran.status, status) << ran.err;
    for (const auto& entry : fs::directory_iterator(folder.path() / "o" / "runs"))
        return nlohmann::json::parse(read(entry.path() / "summary.json"));
    return {};
}

double mean_fct(const std::string& arguments)
{
    return summary_of(arguments)["fct_us"]["mean"].get<double>();
}

const std::string kLeafSpine =
    "--topology file:path=@DATA/htsim/leaf-spine-128.topo --flow-file @DATA/htsim/";

}  // namespace

/// uet-htsim's README: a 2 MB flow over 100G links and 12 us takes 176.2 us. By hand, with its packets of
/// 4,150 B: 489 full ones and one of 2,010 B, which follows the last full one over five more links; then the
/// ACK.
TEST(Htsim, OneFlowByHand)
{
    const double full = 4150 * 0.08e-3, last = 2010 * 0.08e-3, ack = 64 * 0.08e-3;
    const double by_hand = 489 * full + 5 * full + last + 6 + 6 + 6 * ack;
    EXPECT_NEAR(by_hand, 176.2, 0.05);
    const auto json = summary_of("--topology file:path=@DATA/htsim/fat-tree-16.topo --mtu 4086 --flow-file "
                                 "@DATA/htsim/one-flow-2MB.cm");
    EXPECT_NEAR(json["fct_us"]["mean"], by_hand, 1e-4);
    // A last packet that overtook the full one before it on another way would be 0.7 us earlier: the ideal.
    EXPECT_NEAR(json["slowdown"]["max"], by_hand / (by_hand - 0.685), 0.001);
}

/// Checks what the profile brings, worked from an RTT of 8.33792 us: a BDP of 416,896 B in 101 packets of
/// 4,160 B.
TEST(Htsim, ConstantsByHand)
{
    const auto params = summary_of(kLeafSpine + "perm128_2M.cm --stop-us 1", 3)["params"];
    EXPECT_EQ(params["profile"], "htsim");
    EXPECT_EQ(params["wire"], "htsim");
    EXPECT_EQ(params["fabric:trimming"]["kmin-kb"], "automatic: 87.36 KB at 400 Gb/s");
    EXPECT_EQ(params["fabric:trimming"]["kmax-kb"], "automatic: 336.96 KB at 400 Gb/s");
    EXPECT_EQ(params["transport:rud"]["rto-us"], "automatic: 65.419 us");
}

TEST(Htsim, IncastOf32)
{
    const auto nscc =
        summary_of(kLeafSpine + "incast32.cm --cc nscc:preset=htsim --path mixed:preset=htsim --seeds 10");
    EXPECT_GT(nscc["fct_us"]["mean"], 559);
    EXPECT_LT(nscc["fct_us"]["mean"], 599);
    EXPECT_GE(nscc["fct_us"]["max"], 689.9) << "the ideal of the last";
    EXPECT_EQ(nscc["drops"], 0);
    EXPECT_NEAR(mean_fct(kLeafSpine + "incast32.cm --cc rccc:preset=htsim --seeds 5"), 681.05, 2)
        << "receiver credit: 680.5 to 681.6";
    const double constant =
        mean_fct(kLeafSpine + "incast32.cm --cc fixed:preset=htsim --path mixed:preset=htsim");
    EXPECT_NEAR(constant, 1032.5, 6) << "a constant window of 1.5 BDP: 1,030 to 1,035";
}

TEST(Htsim, Permutation)
{
    const struct {
        const char* path;
        double low, high;
    } table[] = {{"mixed:preset=htsim", 52.6, 53.6},
                 {"reps:preset=htsim", 54.0, 55.1},
                 {"spray:preset=htsim", 54.8, 56.3},
                 {"ecmp", 87, 98}};
    for (const auto& row : table) {
        const double mean = mean_fct(kLeafSpine + "perm128_2M.cm --seeds 2 --path " + row.path);
        EXPECT_GT(mean, row.low) << row.path;
        EXPECT_LT(mean, row.high) << row.path;
    }
}

/// A ring AllReduce by triggers, step after step: each chunk starts when the one before has arrived whole.
TEST(Htsim, TriggersFireInTheNetwork)
{
    const auto json = summary_of("--topology file:path=@DATA/htsim/fat-tree-16.topo --flow-file "
                                 "@DATA/htsim/ring-allreduce-4.cm --format htsim");
    EXPECT_EQ(json["completed"], 24);
    // The slowest neighbours are 1 -> 2 and 3 -> 0, four links apart: 16 packets, 4 us, three more stages.
    const double step = 16 * 4160 * 0.08e-3 + 4 + 3 * 4160 * 0.08e-3;
    EXPECT_GT(json["sim_time_us"], 5 * step);
    EXPECT_LT(json["sim_time_us"], 6 * step + 6);
}

TEST(Htsim, RefusesWhatThePeerHasNot)
{
    const Ran gbn =
        run("flows --profile htsim --transport gbn --cc fixed --path ecmp " + kLeafSpine + "incast32.cm");
    EXPECT_EQ(gbn.status, 2);
    EXPECT_EQ(gbn.err,
              "flows: --profile htsim imitates a transport that repairs single packets, so --transport gbn "
              "cannot run under it; use --transport rud\n");
    const Ran pfc = run("flows --profile htsim --fabric lossless " + kLeafSpine + "incast32.cm");
    EXPECT_EQ(pfc.status, 2);
    EXPECT_EQ(pfc.err,
              "flows: --profile htsim imitates switches without PFC, so --fabric lossless cannot run under "
              "it; use --fabric trimming or --fabric lossy\n");
}

}  // namespace hpnsim::test
