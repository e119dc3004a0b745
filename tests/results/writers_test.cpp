// SPDX-License-Identifier: GPL-2.0-only
// Tests the files of a run: their names, columns and keys, as the contract has them.
#include "files/file_text.hpp"
#include "hpnsim/writers.hpp"

#include "contract/contract.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/format.hpp"
#include "samples.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

namespace hpnsim
{

namespace
{

using test::TempFolder;
using test::text_of;

const std::string kFlows = "# command: incast --cc dcqcn --seed 7\n"
                           "# seed: 7\n"
                           "# version: hpnsim 0.1.0\n"
                           "# param cc.gain: 0.00390625\n"
                           "# param cc.rai: 40 Mb/s\n"
                           "# param mtu: 4096\n" +
                           test::flow_columns() +
                           "\n"
                           "0,1,0,3,65536,0.000,10000.000,10000.000,8000.000,1.250000,0,ok,1\n"
                           "1,2,0,4,65536,1.500,12001.501,12000.001,8000.000,1.500000,4096,ok,1\n"
                           "2,3,0,5,65536,0.000,,,8000.000,,0,unfinished,1\n"
                           "3,4,0,6,65536,0.000,5000.000,,8000.000,,0,IBV_WC_RETRY_EXC_ERR,1\n";

const char* const kQueues =
    "port,tier,role,plane,rate_gbps,peak_queue_bytes,mean_queue_bytes,ecn_marks,drops,"
    "trims,pfc_pauses,pfc_paused_ns,bytes,utilisation,pfc_storms,seed\n"
    "\"tor 0 -> h0, g0\",tor,down,1,200.000,123456,1000.500,12,0,0,3,2.500,131072,0.250000,0,1\n";

}  // namespace

TEST(WriteRun, flows_and_queues_have_the_promised_bytes)
{
    TempFolder dir;
    write_run(test::small_run(), dir.path());
    EXPECT_EQ(text_of(dir / "runs/dcqcn+ecmp/flows.csv"), kFlows);
    EXPECT_EQ(text_of(dir / "runs/dcqcn+ecmp/queues.csv"), kQueues);
}

TEST(WriteRun, same_record_same_bytes_but_for_host)
{
    TempFolder a, b;
    RunRecord run = test::busy_run("x", 300, 1);
    write_run(run, a.path());
    run.wall_s *= 3;
    run.setup_s = 1;
    run.peak_rss_mb = 99;
    run.versions = {{"ns3", "3.37"}};
    write_run(run, b.path());
    for (const char* file : {"flows.csv", "queues.csv", "queue_depth.csv"})
        EXPECT_EQ(text_of(a / ("runs/x/" + std::string(file))), text_of(b / ("runs/x/" + std::string(file))));
    auto left = nlohmann::ordered_json::parse(text_of(a / "runs/x/summary.json"));
    auto right = nlohmann::ordered_json::parse(text_of(b / "runs/x/summary.json"));
    EXPECT_NE(left, right);
    left.erase("host");
    right.erase("host");
    EXPECT_EQ(left.dump(), right.dump());
}

TEST(WriteRun, leaves_no_temporary_file)
{
    TempFolder dir;
    write_run(test::small_run(), dir.path());
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dir.path()))
        EXPECT_NE(entry.path().extension(), ".tmp");
}

TEST(SummaryJson, keys_stand_in_the_promised_order)
{
    RunRecord run = test::small_run();
    run.extra = {{"algbw_GBps", 1.5}, {"flows", "may not replace"}, {"host", "nor this"}};
    std::vector<std::string> keys;
    const auto summary = summary_json(run);
    for (auto it = summary.begin(); it != summary.end(); ++it) keys.push_back(it.key());
    std::vector<std::string> promised = test::summary_keys();
    promised.insert(promised.end(), {"algbw_GBps", "host"});
    EXPECT_EQ(keys, promised);
    EXPECT_EQ(summary["flows"], 4);
    EXPECT_EQ(summary["host"]["packet_hops_per_s"], 200.0);
    EXPECT_EQ(summary["host"]["versions"]["hpnsim"], "0.1.0");
}

TEST(SummaryJson, times_print_without_noise)
{
    const std::string text = json_text(summary_json(test::small_run()));
    EXPECT_NE(text.find("\"fct_us\": {\n    \"n\": 2,\n    \"min\": 10.0,\n    \"mean\": 11.000001,\n"
                        "    \"p50\": 10.0,\n    \"p95\": null,\n    \"p99\": null,\n    \"p999\": null,\n"
                        "    \"max\": 12.000001\n  }"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("\"sim_time_us\": 12.001501,"), std::string::npos);
}

TEST(FlowLog, keeps_rows_of_a_killed_run_and_agrees_with_the_final_file)
{
    TempFolder dir;
    const RunRecord run = test::busy_run("log", 200, 3);
    FlowLog log(run, dir.path());
    const auto file = dir / "runs/log/flows.csv";
    EXPECT_NE(text_of(file).find("id,src,dst"), std::string::npos);
    for (int i = 0; i < 130; ++i) log.add(run.flows[static_cast<size_t>(i)]);
    const std::string early = text_of(file);  // what a kill -9 would leave
    EXPECT_NE(early.find("\n127,"), std::string::npos);
    for (size_t i = 130; i < run.flows.size(); ++i) log.add(run.flows[i]);
    log.flush();
    const std::string whole = text_of(file);
    write_run(run, dir.path());
    EXPECT_EQ(text_of(file), whole);
}

/// The file that a log wrote is completed, or cut where seeds count once; only rows in another order make it
/// be written anew. The file's number tells one file from another in its place.
TEST(FlowLog, is_the_file_that_the_run_leaves)
{
    const RunRecord run = test::busy_run("log", 9, 3);
    const auto file_number = [](const std::filesystem::path& file) {
        struct stat status = {};
        EXPECT_EQ(::stat(file.c_str(), &status), 0);
        return status.st_ino;
    };
    const auto left_by = [&](const std::vector<int>& logged, bool same_file) {
        TempFolder dir;
        const auto path = dir / "runs/log/flows.csv";
        {
            FlowLog log(run, dir.path());
            for (const int i : logged) log.add(run.flows[static_cast<size_t>(i)]);
        }
        const std::filesystem::path other =
            dir / "link";  // keeps the file, so that its number is not used anew
        std::filesystem::create_hard_link(path, other);
        write_run(run, dir.path());
        EXPECT_EQ(file_number(path) == file_number(other), same_file);
        return text_of(path);
    };
    std::string whole = flows_header(run);
    for (const FlowRow& flow : run.flows) whole += flow_row(flow);
    EXPECT_EQ(left_by({0, 1, 2, 3, 4, 5, 6, 7, 8}, true), whole);
    EXPECT_EQ(left_by({0, 1, 2}, true), whole);
    EXPECT_EQ(left_by({}, true), whole);
    EXPECT_EQ(left_by({0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1}, true), whole);
    EXPECT_EQ(left_by({1, 0, 2}, false), whole);
    EXPECT_EQ(left_by({0, 1, 7}, false), whole);
}

TEST(FlowLog, is_read_back_row_for_row)
{
    TempFolder dir;
    RunRecord run = test::busy_run("log", 200, 3);
    run.flows[3].status = FlowStatus::retry_exceeded;
    run.flows[4].status = FlowStatus::unfinished;
    run.flows[5].seed = 7;
    FlowLog log(run, dir.path(), 1);
    for (const FlowRow& flow : run.flows) log.add(flow);
    const std::vector<FlowRow> read = logged_flows(run, dir.path());
    ASSERT_EQ(read.size(), run.flows.size());
    for (size_t i = 0; i < read.size(); ++i) EXPECT_EQ(flow_row(read[i]), flow_row(run.flows[i]));
    run.label = "none";
    EXPECT_TRUE(logged_flows(run, dir.path()).empty());
}

TEST(WriteRun, throughput_has_a_row_a_bin)
{
    TempFolder dir;
    RunRecord run = test::small_run();
    run.throughput = {microseconds(1), {50'000, 25'000}};
    write_run(run, dir.path());
    EXPECT_EQ(text_of(dir / "runs/dcqcn+ecmp/throughput.csv"),
              "from_ns,to_ns,payload_gbps\n0.000,1000.000,400.000000\n1000.000,2000.000,200.000000\n");
}

/// A folder where a file should be stands for what cannot be written.
TEST(WriteRun, one_file_that_fails_does_not_cost_the_others)
{
    TempFolder dir;
    std::filesystem::create_directories(dir / "runs/dcqcn+ecmp/flows.csv/x");
    EXPECT_THROW(write_run(test::small_run(), dir.path()), BadInput);
    EXPECT_EQ(text_of(dir / "runs/dcqcn+ecmp/queues.csv"), kQueues);
    EXPECT_NE(text_of(dir / "runs/dcqcn+ecmp/summary.json"), "");
}

TEST(FlowLog, refuses_what_it_cannot_write)
{
    EXPECT_THROW(FlowLog(test::small_run(), "/proc/nowhere"), BadInput);
    EXPECT_THROW(write_run(test::small_run(), "/proc/nowhere"), BadInput);
}

}  // namespace hpnsim
