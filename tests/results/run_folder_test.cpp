// SPDX-License-Identifier: GPL-2.0-only
// Reads a run's folder back: it gives the same record, whatever its texts; broken files are named with their
// line; what a killed run left is readable.
#include "hpnsim/run_folder.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/writers.hpp"
#include "samples.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace hpnsim
{

namespace
{

namespace fs = std::filesystem;
using test::TempFolder;
using test::text_of;

const char* const kFiles[] = {"flows.csv",      "queues.csv", "ranks.csv",   "queue_depth.csv",
                              "throughput.csv", "series.csv", "summary.json"};

/// Everything that a record can hold, with texts that need quoting.
RunRecord full_run()
{
    RunRecord run = test::busy_run("dcqcn_g=0.01+a, \"b\"", 50, 3);
    run.command = "incast --cc 'dcqcn:g=0.01' # \"quoted\", and more";
    run.flows[3].status = FlowStatus::rnr_retry_exceeded;
    run.flows[4].status = FlowStatus::unfinished;
    run.flows[5].at_least_one = true;
    run.flows[5].end = run.flows[5].start + Time{1};
    run.ports[0].name = "tor \"0\", -> h0";
    run.drops = 1;
    run.trims = 2;
    run.ecn_marks = 18446744073709551615u;
    run.cnps = 4;
    run.nacks = 5;
    run.timeouts = 6;
    run.retransmitted = 7;
    run.pfc_pauses = 8;
    run.pfc_paused = Time{9'000'000'001};
    run.pfc_storms = 10;
    run.pfc_watchdog_drops = 11;
    run.deadlock = "one, in \"priority\" 3";
    run.retries_exhausted = "all of them";
    run.data_packets = 12;
    run.nvlink_hops = 13;
    run.events = 14;
    run.interrupted = true;
    run.setup_s = 0.1;
    run.peak_rss_mb = 23.5;
    run.versions = {{"hpnsim", "0.1.0"}, {"ns-3", "3.37"}};
    run.extra = {
        {"efficiency", nullptr}, {"audit", {{"checks", 3}, {"passed", true}}}, {"new_key", {1, 2.5}}};
    run.ranks = {{0, 0, Time{1}, Time{2}, Time{3}, Time{4}, Time{5}, Time{6}, Time{7}, Time{8}, 3},
                 {1, 1, Time{}, microseconds(5), Time{}, Time{}, Time{}, Time{}, Time{}, Time{9}, 4}};
    run.series.qps = {"0-1:qp0", "2-1:qp0"};
    run.series.ports = {"tor 0 -> h0"};
    const Time period = microseconds(2);
    run.series.qp_rows = {{period, period, 0, {gbps(400), 160'000, 8192, 50'000}},
                          {period * 2, period, 1, {mbps(100'001), -1, 0, 0}},
                          {period * 5 / 2, period / 2, 0, {gbps(1), 0, 0, 77}}};
    run.series.port_rows = {{period, period, 0, {4160, {}}}, {period * 2, period, 0, {0, Time{1'500'001}}}};
    return run;
}

/// The sentence of what reading the file throws, when `text` is in place of it.
std::string complaint(const std::string& file, const std::string& text)
{
    const TempFolder dir;
    write_run(full_run(), dir.path());
    const RunFolder folder = run_folders(dir.path()).at(0);
    std::ofstream(folder.dir() / file, std::ios::binary) << text;
    try {
        folder.record();
    } catch (const BadInput& error) {
        const std::string sentence = error.what();
        const size_t at = sentence.find(file + ":");
        return at == std::string::npos ? sentence : sentence.substr(at);
    }
    return "";
}

/// A file of the run with one thing in it replaced.
std::string spoilt(const std::string& file, const std::string& from, const std::string& to)
{
    const TempFolder dir;
    write_run(full_run(), dir.path());
    std::string text = text_of(run_folders(dir.path()).at(0).dir() / file);
    EXPECT_NE(text.find(from), std::string::npos) << from;
    return text.replace(text.find(from), from.size(), to);
}

}  // namespace

TEST(RunFolder, ARecordThatIsReadAndWrittenGivesTheSameFiles)
{
    const TempFolder first, second;
    const RunRecord run = full_run();
    write_run(run, first.path());
    const std::vector<RunFolder> found = run_folders(first.path());
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].label(), run.label);
    EXPECT_TRUE(found[0].finished());
    write_run(found[0].record(), second.path());
    for (const char* file : kFiles) {
        const std::string text = text_of(first / ("runs/" + run.label + "/" + file));
        EXPECT_NE(text, "") << file;
        EXPECT_EQ(text_of(second / ("runs/" + run.label + "/" + file)), text);
    }
}

TEST(RunFolder, IntervalsOfSamplesAreFoundAgain)
{
    const TempFolder dir;
    const RunRecord run = full_run();
    write_run(run, dir.path());
    const Series series = run_folders(dir.path())[0].record().series;
    ASSERT_EQ(series.qp_rows.size(), 3u);
    for (size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(series.qp_rows[i].interval, run.series.qp_rows[i].interval) << i;
        EXPECT_EQ(series.qp_rows[i].sample.delivered, run.series.qp_rows[i].sample.delivered) << i;
        EXPECT_EQ(series.qp_rows[i].sample.window, run.series.qp_rows[i].sample.window) << i;
    }
    EXPECT_EQ(series.port_rows[1].sample.paused, Time{1'500'001});
    EXPECT_EQ(series.qps, run.series.qps);
}

TEST(RunFolder, RowsComeOneByOne)
{
    const TempFolder dir;
    write_run(full_run(), dir.path());
    const RunFolder folder = run_folders(dir.path())[0];
    uint64_t flows = 0, ports = 0, samples = 0;
    EXPECT_TRUE(folder.flows([&](const FlowRow& flow) { EXPECT_EQ(flow.id, flows++); }));
    EXPECT_TRUE(folder.ports([&](const PortRow&) { ++ports; }));
    EXPECT_TRUE(folder.series([&](const SeriesLine&) { ++samples; }));
    EXPECT_EQ(flows, 50u);
    EXPECT_EQ(ports, full_run().ports.size());
    EXPECT_EQ(samples, 5u);
    EXPECT_EQ(folder.summary()["events"], 14);
}

/// What a kill -9 leaves: flows.csv alone, its last row cut anywhere.
TEST(RunFolder, OfAKilledRunIsReadable)
{
    const TempFolder dir;
    const RunRecord run = full_run();
    {
        FlowLog log(run, dir.path(), 1);
        for (int i = 0; i < 10; ++i) log.add(run.flows[static_cast<size_t>(i)]);
    }
    const RunFolder folder = run_folders(dir.path()).at(0);
    const fs::path file = folder.dir() / "flows.csv";
    EXPECT_FALSE(folder.finished());
    EXPECT_TRUE(folder.summary().is_null());
    EXPECT_EQ(folder.record().flows.size(), 10u);
    EXPECT_EQ(folder.record().command, run.command);
    EXPECT_EQ(folder.record().seed, run.seed);
    EXPECT_EQ(folder.record().version, run.version);
    EXPECT_EQ(folder.record().params["cc.gain"], "0.00390625");
    const size_t head = text_of(file).find("\n0,") + 1;
    for (uint64_t size = fs::file_size(file); size-- > 0;) {
        fs::resize_file(file, size);
        size_t rows = 0;
        const bool whole = folder.flows([&](const FlowRow& flow) {
            EXPECT_EQ(flow.end, flow.unfinished() ? Time{} : run.flows[rows].end);
            ++rows;
        });
        const std::string text = text_of(file);
        EXPECT_EQ(whole, size >= head && text.back() == '\n') << size;
        folder.record();
    }
}

TEST(RunFolder, LongLinesOfHostileFilesAndFoldersAreRefused)
{
    EXPECT_EQ(complaint("flows.csv", std::string(17 << 20, 'x') + "\n").substr(0, 12), "flows.csv:1:");
    EXPECT_NE(complaint("queues.csv", std::string("port\0,tier\n", 11)).find("NUL"), std::string::npos);
    const TempFolder dir;
    fs::create_directories(dir / "runs/x/flows.csv");
    EXPECT_THROW(run_folders(dir.path()).at(0).record(), BadInput);
}

TEST(RunFolder, NamesFileAndLineOfWhatIsBroken)
{
    EXPECT_EQ(complaint("flows.csv", "# seed: 1\nid,src\n"),
              "flows.csv:2: the head of the file has no column dst; there are 'id' and 'src'");
    EXPECT_EQ(complaint("flows.csv", spoilt("flows.csv", "\n2,2,", "\n2,2,2,")),
              "flows.csv:10: the row has 14 cells, and the head of the file 13");
    EXPECT_EQ(complaint("flows.csv", spoilt("flows.csv", "\n2,2,", "\n-2,2,")),
              "flows.csv:10: the column id has '-2', which is not a whole number of 0 or more");
    EXPECT_EQ(complaint("flows.csv", spoilt("flows.csv", "unfinished", "unfinishd")),
              "flows.csv:12: the column status has 'unfinishd', which is not a status; the nearest is "
              "'unfinished'");
    EXPECT_EQ(complaint("flows.csv", spoilt("flows.csv", "\n2,2,", "\n\n2,2,")),
              "flows.csv:10: the line is empty");
    EXPECT_EQ(complaint("queues.csv", spoilt("queues.csv", "200.000", "2e999")),
              "queues.csv:2: the column rate_gbps has '2e999', which is not a number");
    EXPECT_EQ(complaint("queues.csv", spoilt("queues.csv", "\"tor \"\"0\"\", -> h0\"", "\"tor 0")),
              "queues.csv:2: a quote is opened and never closed");
    EXPECT_EQ(complaint("series.csv", spoilt("series.csv", "2000.000,qp", "2000.0,qp")),
              "series.csv:2: the column time_ns has '2000.0', which is not a time in ns with three decimals");
    EXPECT_EQ(complaint("series.csv", spoilt("series.csv", ",port,", ",switch,")),
              "series.csv:3: the column kind has 'switch', which is not a kind, which is 'qp' or 'port'");
    EXPECT_EQ(complaint("throughput.csv", spoilt("throughput.csv", "\n1000.000", "\n1001.000")),
              "throughput.csv:3: the bins must be equal and follow each other from 0");
    EXPECT_EQ(complaint("summary.json", spoilt("summary.json", "\"drops\": 1,", "\"drops\": \"1\",")),
              "summary.json:42: drops is not a whole number");
    EXPECT_EQ(complaint("summary.json", spoilt("summary.json", "\"seed\": 3,", "\"seed\": 3;")),
              "summary.json:8: this is not JSON");
    EXPECT_EQ(complaint("summary.json", "[1]\n"), "summary.json:1: this is not an object of keys and values");
}

/// A newer hpnsim may have more columns and keys, in another order.
TEST(RunFolder, SkipsColumnsThatItDoesNotKnow)
{
    const TempFolder dir;
    const RunRecord run = test::small_run();
    write_run(run, dir.path());
    const RunFolder folder = run_folders(dir.path()).at(0);
    std::ofstream(folder.dir() / "queue_depth.csv")
        << "new,share_of_port_time,depth_up_to_bytes\n\"a,b\",0.25,7\n";
    const QueueHistogram read = folder.record().queue_depth;
    ASSERT_EQ(read.bins.size(), 1u);
    EXPECT_EQ(read.bins[0], (std::pair<Bytes, double>(7, 0.25)));
}

TEST(RunFolder, IsFoundByItsOutputFolderOrItsOwn)
{
    const TempFolder dir;
    for (const char* label : {"b", "a", "c"}) {
        RunRecord run = test::small_run();
        run.label = label;
        write_run(run, dir.path());
    }
    std::string labels;
    for (const RunFolder& folder : run_folders(dir.path())) labels += folder.label();
    EXPECT_EQ(labels, "abc");
    EXPECT_EQ(run_folders(dir / "runs/b/").at(0).label(), "b");
    EXPECT_THROW(RunFolder(dir / "runs"), BadInput);
    const TempFolder empty;
    EXPECT_THROW(run_folders(empty.path()), BadInput);
    fs::create_directories(empty / "unfinished-runs/runs");
    try {
        run_folders(empty.path());
        ADD_FAILURE();
    } catch (const BadInput& error) {
        EXPECT_NE(std::string(error.what()).find("unfinished-runs"), std::string::npos);
    }
}

}  // namespace hpnsim
