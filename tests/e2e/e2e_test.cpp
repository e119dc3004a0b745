// SPDX-License-Identifier: GPL-2.0-only
// Tests what a user meets: files, exit statuses, one sentence for bad input, the same bytes twice.
#include "command.hpp"
#include "contract/contract.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

const std::string kIncast = "incast --topology hpn:segments=1,hosts=8 --senders 4 --size 128K --quiet ";

TEST(Output, HasTheFilesColumnsAndKeysOfTheContract)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const Ran ran = run(kIncast + "--cc dcqcn --cc nscc --out " + out.string());
    ASSERT_EQ(ran.status, 0) << ran.err;
    EXPECT_TRUE(fs::exists(out / "report.html"));
    EXPECT_EQ(rows(out / "runs/dcqcn/flows.csv").at(0), flow_columns());
    EXPECT_EQ(rows(out / "runs/dcqcn/flows.csv").size(), 5U);
    EXPECT_GT(rows(out / "runs/dcqcn/queues.csv").size(), 8U);
    const auto json = summary(out, "nscc");
    for (const std::string& key : summary_keys()) EXPECT_TRUE(json.contains(key)) << key;
    for (const std::string& key : host_keys()) EXPECT_TRUE(json["host"].contains(key)) << key;
    EXPECT_EQ(json["completed"], 4);
    EXPECT_GE(json["slowdown"]["min"], 1.0);
}

/// ECN of SimAI at 200G and 400G; a switch of 51.2T has 165 MB and others their share: docs/scenarios.md.
TEST(Output, ParamsShowWhatIsChosenAutomatically)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const Ran ran = run(kIncast + "--no-plots --cc dcqcn --cc nscc --cc hpcc --out " + out.string());
    ASSERT_EQ(ran.status, 0) << ran.err;
    const auto fabric = summary(out, "dcqcn")["params"]["fabric:lossless"];
    EXPECT_EQ(fabric["kmin-kb"], "automatic: 300 KB at 200 Gb/s, 800 KB at 400 Gb/s");
    EXPECT_EQ(fabric["kmax-kb"], "automatic: 1200 KB at 200 Gb/s, 3200 KB at 400 Gb/s");
    EXPECT_EQ(fabric["pmax"], "automatic: 0.8 at 200 Gb/s, 0.2 at 400 Gb/s");
    // Their few ports have less than 32 of 400G, which is the least of a chip: 12.8 Tb/s.
    EXPECT_EQ(fabric["buffer-mb"], "automatic: 41.25 MB (agg), 41.25 MB (tor)");
    // uet-htsim's rule, 15 us + 6 queues of 1.5 BDP. The RTT over ToR, aggregation and ToR is 2 x (4 cables +
    // 3 switches) x 500 ns, and 3 times the 167 ns of a frame at 200G (2 hops of 200G, 2 of 400G), and an
    // ACK.
    const std::string rto = summary(out, "nscc")["params"]["transport:rud"]["rto-us"];
    ASSERT_EQ(rto.substr(0, 11), "automatic: ");
    EXPECT_NEAR(std::stod(rto.substr(11)), 15 + 6 * 1.5 * (7.0 + 3 * 0.167 + 0.012), 0.2);
    EXPECT_EQ(summary(out, "hpcc")["params"]["fabric:lossless"]["kmin-kb"],
              "automatic: no marking, the congestion control asks for none");
}

TEST(Output, CollectivesAddTheirKeys)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const Ran ran = run("allreduce --topology hpn:segments=1,hosts=2 --ranks 16 --size 1M --quiet --no-plots "
                        "--cc hpcc --out " +
                        out.string());
    ASSERT_EQ(ran.status, 0) << ran.err;
    const auto json = summary(out, "hpcc");
    const double busbw = json["busbw_GBps"], algbw = json["algbw_GBps"], efficiency = json["efficiency"];
    EXPECT_NEAR(busbw, algbw * 2 * 15 / 16, 1e-6 * busbw);  // nccl-tests: 2(n-1)/n
    EXPECT_GT(efficiency, 0.3);
    EXPECT_LE(efficiency, 1);
    for (const std::string& key : collective_keys()) EXPECT_TRUE(json.contains(key)) << key;
}

/// `cnps` counts the switches' notices too. At a threshold that no queue reaches nobody is told, and the
/// queue grows.
TEST(FabricKeys, NoticesBeginAtTheQueueThatIsTold)
{
    const Folder folder;
    const auto run_with = [&](const std::string& frames) {
        const fs::path out = folder.path() / frames;
        const Ran ran =
            run("incast --topology star --senders 8 --size 256K --cc bolt --quiet --no-plots --fabric "
                "lossless:notice-frames=" +
                frames + " --out " + out.string());
        EXPECT_EQ(ran.status, 0) << ran.err;
        return summary(out, "bolt");
    };
    const auto early = run_with("1"), later = run_with("20"), never = run_with("1000000");
    EXPECT_GT(early["cnps"], later["cnps"]);
    EXPECT_GT(later["cnps"], 0);
    EXPECT_EQ(never["cnps"], 0);
    EXPECT_GT(never["max_queue_bytes"], later["max_queue_bytes"]);
}

/// Five switches in a ring with small buffers deadlock under PFC, and the run names the circle; without PFC,
/// or with a watchdog, there is no deadlock.
TEST(Deadlock, IsNamedAndEndsTheRunWithStatus4)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const std::string ring =
        "flows --topology file:path=@DATA/hpcc/ring-5.topology.txt --flow-file @DATA/hpcc/ring-5.flow.txt "
        "--cc fixed:window=0 --quiet --no-plots --out " +
        out.string() + " --fabric ";
    const Ran locked = run(ring + "lossless:buffer-mb=1");
    EXPECT_EQ(locked.status, 4);
    const std::string circle = "tor 0:1 -> tor 1:2 -> tor 2:2 -> tor 3:2 -> tor 4:2 -> tor 0:1";
    EXPECT_NE(locked.err.find("PFC deadlock at "), std::string::npos) << locked.err;
    EXPECT_NE(locked.err.find(circle), std::string::npos) << locked.err;
    EXPECT_TRUE(summary(out, "fixed_window=0").contains("deadlock"));
    const Ran lossy = run(ring + "lossy:buffer-mb=1");
    EXPECT_EQ(lossy.status, 0) << lossy.err;
    const Ran watched = run(ring + "lossless:buffer-mb=1,watchdog-ms=0.5,restore-ms=0.5");
    EXPECT_EQ(watched.status, 0) << watched.err;
    EXPECT_NE(watched.err.find("pause storm"), std::string::npos) << watched.err;
    const auto json = summary(out, "fixed_window=0");
    EXPECT_GT(json["pfc_storms"], 0);
    EXPECT_GT(json["pfc_watchdog_drops"], 0);
}

/// Returns everything of a run folder but what the contract exempts.
std::string bytes_of(const fs::path& out, const std::string& label)
{
    auto json = summary(out, label);
    json.erase("host");
    const fs::path runs = out / "runs" / label;
    return json.dump() + read(runs / "flows.csv") + read(runs / "queues.csv") +
           read(runs / "queue_depth.csv");
}

TEST(Determinism, SameSeedSameBytesOtherSeedOthers)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const std::string command =
        "incast --topology hpn:segments=2,hosts=8 --placement cross-segment --senders 8 --size 256K --quiet "
        "--no-plots --cc dcqcn --cc nscc --out " +
        out.string();
    ASSERT_EQ(run(command).status, 0);
    const std::string first = bytes_of(out, "nscc");
    ASSERT_EQ(run(command).status, 0);
    EXPECT_EQ(bytes_of(out, "nscc"), first);
    ASSERT_EQ(run(command + " --seed 2").status, 0);
    EXPECT_NE(rows(out / "runs/nscc/flows.csv"), std::vector<std::string>());
    const auto second_seed = rows(out / "runs/nscc/flows.csv");
    ASSERT_EQ(run(command).status, 0);
    EXPECT_NE(rows(out / "runs/nscc/flows.csv"), second_seed);
}

TEST(Determinism, ARunDoesNotDependOnThoseBeforeIt)
{
    const Folder folder;
    const fs::path both = folder.path() / "both", alone = folder.path() / "alone";
    ASSERT_EQ(run(kIncast + "--no-plots --cc dcqcn --cc hpcc --out " + both.string()).status, 0);
    ASSERT_EQ(run(kIncast + "--no-plots --cc hpcc --out " + alone.string()).status, 0);
    EXPECT_EQ(rows(both / "runs/hpcc/flows.csv"), rows(alone / "runs/hpcc/flows.csv"));
}

TEST(Exit, UnfinishedFlowsAreCountedAndNamed)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const Ran ran = run(kIncast + "--no-plots --cc dcqcn --stop-us 5 --out " + out.string());
    EXPECT_EQ(ran.status, 3);
    EXPECT_NE(ran.err.find("4 unfinished flows of 4"), std::string::npos) << ran.err;
    EXPECT_NE(rows(out / "runs/dcqcn/flows.csv").at(1).find("unfinished"), std::string::npos);
    EXPECT_EQ(summary(out, "dcqcn")["completed"], 0);
}

TEST(Exit, RetriesThatRunOutAreAnError)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const Ran ran =
        run("incast --topology star --senders 2 --size 64K --quiet --no-plots --loss 1 --cc dcqcn "
            "--transport gbn:retry=1 --out " +
            out.string());
    EXPECT_EQ(ran.status, 4);
    EXPECT_NE(read(out / "runs/dcqcn/flows.csv").find("IBV_WC_RETRY_EXC_ERR"), std::string::npos);
}

TEST(Exit, InterruptKeepsWhatWasRecorded)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    // A run of minutes, interrupted after a second. A shell that starts something in the background has it
    // ignore SIGINT, which env undoes.
    const Ran ran = shell("env --default-signal=INT @BIN/incast --topology star --senders 16 --size 1M "
                          "--rounds 100000 --quiet --no-plots "
                          "--cc fixed --out " +
                          out.string() + " & child=$!; sleep 1.5; kill -INT $child; wait $child");
    EXPECT_EQ(ran.status, 130);
    EXPECT_NE(ran.err.find("interrupted"), std::string::npos) << ran.err;
    EXPECT_GT(rows(out / "runs/fixed/flows.csv").size(), 16U);
    EXPECT_EQ(summary(out, "fixed")["interrupted"], true);
}

TEST(Pairs, WhatCannotWorkIsRefusedWithTheReason)
{
    const Folder folder;
    const Ran ran =
        run("incast --topology star --senders 2 --size 16K --no-plots --cc dcqcn --cc nscc --path ecmp "
            "--path spray --out " +
            (folder.path() / "o").string());
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_NE(ran.out.find("not run: dcqcn with path spray"), std::string::npos) << ran.out;
    EXPECT_EQ(run("incast --topology star --senders 2 --cc dcqcn --path spray").status, 2);
}

TEST(Loss, EveryFlowCompletesAllTheSame)
{
    for (const char* cc : {"dcqcn", "hpcc", "nscc"}) {
        const Folder folder;
        const fs::path out = folder.path() / "o";
        const Ran ran =
            run("incast --topology leaf-spine --senders 8 --size 256K --rounds 2 --quiet --no-plots "
                "--loss 0.01 --cc " +
                std::string(cc) + " --out " + out.string());
        ASSERT_EQ(ran.status, 0) << cc << ran.err;
        const auto json = summary(out, cc);
        EXPECT_EQ(json["completed"], 16) << cc;
        EXPECT_GT(json["retransmitted_bytes"], 0) << cc;
    }
}

/// HPCC-sim's own result for HPCC on its star-2: last FCT 191.85 us, largest queue 56,680 B.
TEST(Flows, StarOfTwoAsHpccSimHasIt)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const Ran ran =
        run("flows --topology file:path=@DATA/hpcc/star-2.topology.txt --flow-file "
            "@DATA/scenarios/star-2.flow.txt --mtu 1000 --wire hpcc-sim --cc hpcc:preset=hpcc-sim "
            "--quiet --no-plots --out " +
            out.string());
    ASSERT_EQ(ran.status, 0) << ran.err;
    const auto json = summary(out, "hpcc_preset=hpcc-sim");
    EXPECT_NEAR(json["fct_us"]["max"], 191.85, 0.005 * 191.85);
    EXPECT_NEAR(json["max_queue_bytes"], 56'680, 0.03 * 56'680);
}

TEST(Flows, OnesThatNeverStartedHaveTheirIdeal)
{
    const Folder folder;
    const fs::path out = folder.path() / "o", file = folder.path() / "f.txt";
    std::ofstream(file) << "2\n0 1 3 100 100000 0\n0 1 3 100 100000 1\n";  // the second starts after a second
    const Ran ran = run("flows --topology star --quiet --no-plots --cc dcqcn --stop-us 1000 --flow-file " +
                        file.string() + " --out " + out.string());
    ASSERT_EQ(ran.status, 3) << ran.err;
    const auto lines = rows(out / "runs/dcqcn/flows.csv");
    ASSERT_EQ(lines.size(), 3U);
    const auto ideal_of = [](const std::string& line) {
        std::istringstream in(line);
        std::string cell;
        for (int column = 0; column < 9; ++column) std::getline(in, cell, ',');
        return cell;
    };
    EXPECT_NE(lines[2].find("unfinished"), std::string::npos);
    EXPECT_EQ(ideal_of(lines[2]), ideal_of(lines[1]));
    EXPECT_GT(std::stod(ideal_of(lines[2])), 1000);
}

TEST(Flows, MoreThanFourGigabytes)
{
    const Folder folder;
    const fs::path out = folder.path() / "o", file = folder.path() / "f.txt";
    std::ofstream(file) << "1\n0 1 3 100 5000000000 0\n";
    const Ran ran = run("flows --topology star --mtu 9216 --quiet --no-plots --cc dcqcn --flow-file " +
                        file.string() + " --out " + out.string());
    ASSERT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(rows(out / "runs/dcqcn/flows.csv").at(1).substr(0, 18), "0,0,1,0,5000000000");
    EXPECT_NEAR(summary(out, "dcqcn")["slowdown"]["max"], 1, 1e-3);
}

class BadInput : public testing::TestWithParam<const char*>
{
};

TEST_P(BadInput, OneSentenceStatusTwoNothingLeft)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const std::string command = GetParam();
    const bool scenario =
        command.rfind("cc ", 0) != 0 && command.rfind("topology ", 0) != 0 && command.rfind("bench ", 0) != 0;
    const Ran ran = run(
        command + (scenario && command.find("--out") == std::string::npos ? " --out " + out.string() : ""));
    EXPECT_EQ(ran.status, 2) << command;
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << command << "\n" << ran.err;
    EXPECT_EQ(ran.out, "") << command;
    EXPECT_FALSE(fs::exists(out)) << command;
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadInput,
    testing::Values(
        "incast --topology hpnn", "incast --topology hpn:hostz=3", "incast --topology hpn:hosts=x",
        "incast --topology hpn:hosts=-3", "incast --topology dcn", "incast --topology star:hosts=5000",
        "incast --topology file:path=/nonexistent",
        "incast --topology file:path=@DATA/hpcc/star-2.topology.txt,format=simai",
        "incast --topology file:path=@DATA/scenarios/star-2.flow.txt", "incast --senders 1e9",
        "incast --senders 0", "incast --senders", "incast --sender 3", "incast --cc dcqcm",
        "incast --cc dcqcn:gg=1", "incast --cc dcqcn:g=5", "incast --cc dcqcn:preset=vender",
        "incast --cc dcqcn:g", "incast --cc ''", "incast --path sprey", "incast --receiver credit",
        "incast --cc nscc --transport gbn", "incast --size 1X", "incast --size 0", "incast --size -4",
        "incast --size 99999999999G", "incast --senders 500", "incast --placement rails",
        "incast --fabric losless", "incast --fabric lossless:kmin-kb=abc",
        "incast --fabric lossless:buffer-mb=0.5", "incast --transport tcp",
        "incast --transport gbn:rnr-retry=9", "incast --transport irm", "incast --wire rocee",
        "incast --mtu 10", "incast --seed x", "incast --seeds 0", "incast --jitter-ns 5us", "incast --loss 2",
        "incast --stop-us -1", "incast --plugin /nonexistent.so", "incast --plugin @DATA",
        "incast --plugin-path /nonexistent", "incast --plugin @DATA/traces/README.md --cc readme",
        "incast --plugin", "allreduce --plugin /dev/null", "cc --plugin /nonexistent.so dcqcn",
        "cc --plugin-path @DATA/traces/README.md --list", "cc --plugin", "incast --out /etc",
        "incast --out /proc/x", "incast --config /nonexistent", "incast --profile htsmi",
        "incast --profile hpcc-sim", "incast --topology star --profile hpcc-sim --cc nscc",
        "incast --topology star --profile hpcc-sim --fabric lossy",
        "incast --topology star --profile hpcc-sim --qps 2", "incast --fabric lossless:int=half",
        "incast --topology star --profile hpcc-sim --receiver cnp --cc dcqcn", "incast --inject flip",
        "incast --verify --inject flop", "incast --verify --inject reduce-twice",
        "incast --verify --size 4096G", "alltoall --ranks 5000", "alltoall --size 0", "alltoall --chunk 3",
        "incast junk", "allreduce --ranks 1", "collective --op all_redce", "allreduce --algorithm rng",
        "allreduce --algorithm pxn", "allreduce --size 0", "allreduce --chunk x", "flows",
        "flows --flow-file /nonexistent", "flows --flow-file @DATA/hpcc/star-2.topology.txt --topology star",
        "flows --topology star:hosts=2 --flow-file @DATA/scenarios/star-2.flow.txt", "cc nope",
        "cc dcqcn --replay /nope", "cc dcqcn:g=9", "cc dcqcn hpcc", "topology nope", "topology hpn star",
        "topology hpn:aggs=0", "bench --case nope", "bench --repeat 0", "bench junk"));

TEST(BadFolder, OfSomebodyElseIsNeverTouched)
{
    const Folder folder;
    std::ofstream(folder.path() / "thesis.tex") << "precious";
    EXPECT_EQ(run(kIncast + "--cc dcqcn --out " + folder.path().string()).status, 2);
    EXPECT_EQ(read(folder.path() / "thesis.tex"), "precious");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
}

}  // namespace
}  // namespace hpnsim::test
