// SPDX-License-Identifier: GPL-2.0-only
// Runs that move nothing on any more end by themselves, say why and keep their results; runs that wait for
// something that is due go on, and time in which nothing happens costs nothing. Costs are counted in events.
#include "command.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

struct Case {
    std::string command;
    std::string faults;  // the schedule; empty: none
};

/// Runs a case in a folder of its own; `out` is for one summary.
Ran run_case(const Case& it, const Folder& folder)
{
    std::string command = it.command + " --quiet --no-plots --out " + (folder.path() / "o").string();
    if (!it.faults.empty()) {
        const fs::path file = folder.path() / "faults.txt";
        std::ofstream(file) << it.faults;
        command += " --faults " + file.string();
    }
    return run(command);
}

nlohmann::json only_summary(const Folder& folder)
{
    const fs::directory_iterator runs(folder.path() / "o" / "runs");
    return nlohmann::json::parse(read(runs->path() / "summary.json"));
}

}  // namespace

/// Under htsim, whose retries are many, runs whose peers are gone end by themselves.
TEST(Stall, ManyRetriesEndByThemselves)
{
    const Case table[] = {
        {"allreduce --topology star:hosts=9,gbps=25,link-ns=20000,buffer-mb=10 --ranks 3 --iterations 3 "
         "--size 1000 --cc swift --transport rud --receiver cnp --profile htsim --seed 518",
         "1ns down nic2:0\n0ns clear nic0\n10us reorder all rate=0.01 by=1ms\n50us storm nic0:0 for=10us\n"},
        {"permutation --topology dcn+:segments=2,hosts=5,gpus=1,aggs=2 --ranks 8 --size 4096 --cc "
         "rccc:preset=htsim --transport rud:max-rd-atomic=128 --qps 1 --wire htsim --profile htsim "
         "--jitter-ns 100000 --seed 275",
         "200us burst nic0 to-bad=0.01 to-good=0.2\n1us jitter nic0 by=1us order=keep kind=ack\n"
         "1us jitter all by=50us\n1us kill nic2\n"},
        {"permutation --topology hpn:segments=1,hosts=9,gpus=1 --ranks 3 --size 1M --cc "
         "hpcc-pint:sample=0.3025 --transport rud --path reps --mtu 9216 --profile htsim --loss 0.0001 "
         "--jitter-ns 100000 --seed 799",
         "3us burst nic1 to-bad=0.01 to-good=0.2\n50us kill nic1\n1us clear nic1\n"},
        {"incast --topology star --senders 2 --size 64K --profile htsim", "1us kill nic0\n"},
        {"incast --topology star --senders 2 --size 64K --profile htsim --loss 1", ""}};
    for (const Case& it : table) {
        const Folder folder;
        const Ran ran = run_case(it, folder);
        EXPECT_TRUE(ran.status == 3 || ran.status == 4) << it.command << "\n" << ran.err;
        EXPECT_LT(only_summary(folder)["events"], 3'000'000) << it.command;
    }
}

/// Nobody watches for these deadlocks.
TEST(Stall, EndsAndSaysWhoWaits)
{
    const Case table[] = {
        {"flows --topology file:path=@DATA/hpcc/ring-5.topology.txt --flow-file @DATA/hpcc/ring-5.flow.txt "
         "--cc fixed:window=0 --fabric lossless:buffer-mb=1,deadlock-ms=0,watchdog-ms=0",
         ""}};
    for (const Case& it : table) {
        const Folder folder;
        const Ran ran = run_case(it, folder);
        EXPECT_EQ(ran.status, 3) << it.command << "\n" << ran.err;
        for (const char* part : {"nothing was delivered in ", "QP ", " waits for ", " from endpoint "})
            EXPECT_NE(ran.err.find(part), std::string::npos) << it.command << "\n" << ran.err;
        const auto json = only_summary(folder);
        EXPECT_TRUE(json.contains("stopped")) << it.command;
        EXPECT_LT(json["events"], 3'000'000) << it.command;
    }
}

TEST(Stall, TheBoundsAreTheUsers)
{
    const std::string dead =
        "flows --topology file:path=@DATA/hpcc/ring-5.topology.txt --flow-file @DATA/hpcc/ring-5.flow.txt "
        "--cc fixed:window=0 --fabric lossless:buffer-mb=1,deadlock-ms=0,watchdog-ms=0";
    {
        const Folder folder;
        EXPECT_EQ(run_case({dead + " --stall-ms 20", ""}, folder).status, 3);
        EXPECT_LT(only_summary(folder)["sim_time_us"], 60'000);
    }
    {
        const Folder folder;
        EXPECT_EQ(run_case({dead + " --stall-ms 0 --stall-events 30000", ""}, folder).status, 3);
        const auto json = only_summary(folder);
        EXPECT_GE(json["events"], 30'000);
        EXPECT_LT(json["events"], 100'000);
    }
    {
        const Folder folder;
        EXPECT_EQ(run_case({dead + " --stall-ms 0 --stall-events 0 --stop-us 1.5e6", ""}, folder).status, 3);
        EXPECT_DOUBLE_EQ(only_summary(folder)["sim_time_us"].get<double>(), 1.5e6);
    }
}

/// A retransmission timer of two seconds and more, or a rate of kilobits, is no stall: something is due.
TEST(Stall, WaitsForTimersThatAreDue)
{
    for (const std::string& command :
         {std::string("incast --topology star:hosts=5 --senders 4 --size 4K --loss 0.3 --cc dcqcn "
                      "--transport gbn:ack-timeout=19"),
          std::string("incast --topology star:hosts=5 --senders 4 --size 4K --loss 0.3 --cc dcqcn "
                      "--transport gbn:ack-timeout=21"),
          std::string("incast --topology star:hosts=5 --senders 4 --size 256K --cc nscc --transport "
                      "rud:rto-us=3e6 --loss 0.01"),
          std::string(
              "incast --topology star:hosts=3,gbps=10 --senders 1 --size 64K --cc fixed:rate=1e-6")}) {
        const Folder folder;
        const Ran ran = run_case({command, ""}, folder);
        EXPECT_EQ(ran.status, 0) << command << "\n" << ran.err;
        const auto json = only_summary(folder);
        EXPECT_EQ(json["completed"], json["flows"]) << command;
        EXPECT_GT(json["sim_time_us"], 2e6) << command;
        EXPECT_LT(json["events"], 10'000) << command;
    }
}

TEST(Stall, SaysWhenNothingIsLeftToHappen)
{
    const Folder folder;
    const Ran ran = run_case({"incast --topology star:hosts=5 --senders 4 --size 4K --loss 0.5 --cc dcqcn "
                              "--transport gbn:ack-timeout=0",
                              ""},
                             folder);
    EXPECT_EQ(ran.status, 3) << ran.err;
    EXPECT_NE(ran.err.find("nothing is left to happen after "), std::string::npos) << ran.err;
    EXPECT_NE(ran.err.find("an acknowledgement, without a retransmission timer"), std::string::npos)
        << ran.err;
    EXPECT_LT(only_summary(folder)["events"], 1000);
}

/// A flow starts after a million seconds, alone and with every observer.
TEST(IdleTime, CostsNothing)
{
    std::string rows_alone;
    for (const std::string observers : {"", " --audit", " --series-us 10", " --audit --series-us 0.5"}) {
        const Folder folder;
        const fs::path flows = folder.path() / "far.txt";
        std::ofstream(flows) << "3\n0 2 3 100 4096 0\n1 2 3 100 4096 300\n1 2 3 100 100000 1000000\n";
        const Ran ran =
            run_case({"flows --topology star --flow-file " + flows.string() + observers, ""}, folder);
        ASSERT_EQ(ran.status, 0) << ran.err;
        const auto json = only_summary(folder);
        EXPECT_EQ(json["completed"], 3);
        EXPECT_GT(json["sim_time_us"], 1e12);
        EXPECT_LT(json["events"], 1000);
        std::string all;
        for (const std::string& row : rows(folder.path() / "o" / "runs" / "dcqcn" / "flows.csv"))
            all += row + "\n";
        if (rows_alone.empty()) rows_alone = all;
        EXPECT_EQ(all, rows_alone) << observers;
    }
}

TEST(Window, OfLessThanAByteDividesByNothing)
{
    const Folder folder;
    const Ran ran = run_case({"incast --topology star --senders 1 --size 10000 --cc "
                              "dctcp:preset=htsim,max-window=1e-9",
                              ""},
                             folder);
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(run("cc dctcp:mark-divisor=3,max-window=1e-9 --replay @DATA/golden/traces/dctcp.csv").status,
              0);
}

}  // namespace hpnsim::test
