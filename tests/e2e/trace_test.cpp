// SPDX-License-Identifier: GPL-2.0-only
// Tests `--trace` and `--series-us` in real runs: what was traced replays to the same answers, and neither
// option changes what it looks at.
#include "command.hpp"
#include "series_file.hpp"

#include "hpnsim/replay.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

std::vector<fs::path> files_in(const fs::path& folder)
{
    std::vector<fs::path> files;
    if (fs::exists(folder))
        for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

/// Counts the rows of a trace, and compares each with what the CC answers now.
int rows_in_lock_step(const std::string& law, const fs::path& file, std::map<std::string, int>& events)
{
    std::ifstream in(file);
    TraceReader reader(in, file.filename().string());
    Replay qp(choose_cc(law), reader.header());
    int rows = 0;
    for (TraceRow row; reader.next(row); ++rows) {
        const Flow& flow = qp.feed(row);
        ++events[name_of(row.event)];
        const bool same = flow.rate.bps == row.expect_rate_bps && flow.window == row.expect_window_bytes;
        if (!same) {
            ADD_FAILURE() << file << ", row " << rows << " at " << row.time.ps << " ps: rate "
                          << flow.rate.bps << " for " << *row.expect_rate_bps << ", window " << flow.window
                          << " for " << *row.expect_window_bytes;
            return rows;
        }
    }
    return rows;
}

std::vector<std::string> laws()
{
    std::vector<std::string> names;
    for (const CcOps* ops : all_cc()) names.emplace_back(ops->slot.info->name);
    return names;
}

class EveryLaw : public testing::TestWithParam<std::string>
{
};

// There are losses, so that NAKs, retransmissions and timeouts are among the events, and a NIC port that dies
// and comes back, so that the line rate changes under the CC.
TEST_P(EveryLaw, ReplaysARunRowForRow)
{
    const Folder folder;
    const fs::path out = folder.path() / "o", schedule = folder.path() / "faults.txt";
    std::ofstream(schedule) << "set detect=5us converge=20us\n30us down nic8:0\n90us up nic8:0\n";
    const Ran ran = run(
        "incast --topology hpn:segments=1,hosts=8 --senders 6 --size 512K --rounds 2 --loss 0.001 "
        "--faults " +
        schedule.string() + " --trace all --quiet --no-plots --cc " + GetParam() + " --out " + out.string());
    ASSERT_TRUE(ran.status == 0 || ran.status == 4) << ran.err;  // 4: a flow out of retries
    std::map<std::string, int> events;
    int rows = 0;
    for (const fs::path& file : files_in(out / "runs" / GetParam() / "trace"))
        rows += rows_in_lock_step(GetParam(), file, events);
    EXPECT_GT(rows, 2000);
    for (const char* event : {"send", "ack"}) EXPECT_GT(events[event], 0) << event;
    EXPECT_GT(events["nack"] + events["timeout"], 0);
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryLaw, testing::ValuesIn(laws()), [](const auto& each) {
    std::string name = each.param;
    std::replace_if(
        name.begin(), name.end(), [](char c) { return isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
    return name;
});

const std::string kIncast =
    "incast --topology hpn:segments=1,hosts=8 --senders 4 --size 256K --quiet --no-plots ";

TEST(Trace, TheCcToolPrintsTheAnswersThatTheTraceHolds)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    ASSERT_EQ(run(kIncast + "--cc dcqcn:g=0.01 --trace 8-0:qp0 --out " + out.string()).status, 0);
    const fs::path file = out / "runs/dcqcn_g=0.01/trace/8-0-qp0.csv";
    const auto traced = rows(file);
    std::istringstream replayed(run("cc dcqcn:g=0.01 --replay " + file.string()).out);
    std::string line;
    std::getline(replayed, line);
    for (size_t i = 1; i < traced.size(); ++i) {
        std::vector<std::string> fields;
        std::istringstream row(traced[i]);
        for (std::string field; std::getline(row, field, ',');) fields.push_back(field);
        ASSERT_TRUE(std::getline(replayed, line));
        EXPECT_EQ(line, fields[0] + "," + fields[1] + "," + fields[13] + "," + fields[14]);
    }
    EXPECT_FALSE(std::getline(replayed, line));
    EXPECT_GT(traced.size(), 100U);
}

TEST(Trace, LeavesFilesOfTheNamedQpsAloneAndSaysWhichNamesWereIdle)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const Ran ran = run(kIncast + "--cc hpcc --trace nic8,16-0,0-8 --out " + out.string());
    ASSERT_EQ(ran.status, 0);
    EXPECT_EQ(ran.err, "--trace: no QP that '0-8' names has sent anything\n");
    const auto files = files_in(out / "runs/hpcc/trace");
    ASSERT_EQ(files.size(), 2U);
    EXPECT_EQ(files[0].filename(), "16-0-qp0.csv");
    EXPECT_EQ(files[1].filename(), "8-0-qp0.csv");
}

TEST(Trace, BadNamesEndWithOneSentence)
{
    const Folder folder;
    const Ran ran = run(kIncast + "--trace nic99 --out " + (folder.path() / "o").string());
    EXPECT_EQ(ran.status, 2);
    EXPECT_EQ(
        ran.err,
        "incast: --trace: there is no endpoint 99, which 'nic99' names; the nearest is 63, the last of 64\n");
}

/// Returns the summary without what the command line and the machine say.
nlohmann::json deterministic(const fs::path& file)
{
    auto json = nlohmann::json::parse(read(file));
    json.erase("host");
    json.erase("command");
    return json;
}

TEST(Observing, ChangesNothing)
{
    const Folder folder;
    for (const std::string law : {"dcqcn", "nscc"}) {
        const fs::path plain = folder.path() / (law + "1"), watched = folder.path() / (law + "2");
        const std::string command = kIncast + "--cc " + law + " --loss 0.001 --out ";
        ASSERT_EQ(run(command + plain.string()).status, 0);
        ASSERT_EQ(run(command + watched.string() + " --trace all --series-us 0.7").status, 0);
        EXPECT_EQ(rows(plain / "runs" / law / "flows.csv"), rows(watched / "runs" / law / "flows.csv"));
        EXPECT_EQ(read(plain / "runs" / law / "queues.csv"), read(watched / "runs" / law / "queues.csv"));
        EXPECT_EQ(deterministic(plain / "runs" / law / "summary.json"),
                  deterministic(watched / "runs" / law / "summary.json"));
    }
}

// What QPs delivered adds up to what was sent; queues are no deeper than the run's deepest.
TEST(Series, AddsUp)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    ASSERT_EQ(run(kIncast + "--cc hpcc --series-us 1 --out " + out.string()).status, 0);
    std::map<std::string, double> bytes;
    double deepest = 0;
    for (const SeriesLine& line : read_series(out / "runs/hpcc/series.csv")) {
        const double interval = line.us - std::floor(line.us - 0.5e-6);  // the last one is shorter
        bytes[line.name] += line.goodput * interval * 125;
        deepest = std::max(deepest, line.queue);
    }
    for (const char* qp : {"8-0:qp0", "16-0:qp0", "24-0:qp0", "32-0:qp0"})
        EXPECT_NEAR(bytes[qp], 262144, 1) << qp;
    const auto summary = test::summary(out, "hpcc");
    EXPECT_GT(deepest, 50'000);
    EXPECT_LE(deepest, summary["max_queue_bytes"].get<double>());
}

// What the samples of a port say that it was sending adds up to its utilisation over the run; none is busier
// than its interval is long.
TEST(Series, LoadsAddUp)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    ASSERT_EQ(run(kIncast + "--cc hpcc --series-us 0.7 --out " + out.string()).status, 0);
    std::map<std::string, double> sending_ns;
    for (const SeriesLine& line : read_series(out / "runs/hpcc/series.csv")) {
        EXPECT_LE(line.sending_ns, 700) << line.name << " at " << line.us;
        if (line.kind == "port") sending_ns[line.name] += line.sending_ns;
    }
    const double run_ns = test::summary(out, "hpcc")["sim_time_us"].get<double>() * 1000;
    const auto ports = rows(out / "runs/hpcc/queues.csv");
    const auto cells_of = [](const std::string& line) {
        std::vector<std::string> cells;
        std::istringstream row(line);
        for (std::string cell; std::getline(row, cell, ',');) cells.push_back(cell);
        return cells;
    };
    ASSERT_EQ(cells_of(ports[0]).at(13), "utilisation");
    EXPECT_EQ(sending_ns.size(), ports.size() - 1);
    for (size_t at = 1; at < ports.size(); ++at) {
        const auto cells = cells_of(ports[at]);
        EXPECT_NEAR(sending_ns[cells[0]], std::stod(cells[13]) * run_ns, 1e-6 * run_ns) << cells[0];
    }
}

// Only one priority is under PFC, so the pauses of its samples are the run's.
TEST(Series, PausesAddUp)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const Ran ran = run("incast --topology star --senders 4 --size 1M --cc dcqcn --fabric "
                        "lossless:buffer-mb=2 --series-us 10 "
                        "--quiet --no-plots --out " +
                        out.string());
    ASSERT_EQ(ran.status, 0) << ran.err;
    double paused_us = 0;
    for (const SeriesLine& line : read_series(out / "runs/dcqcn/series.csv"))
        paused_us += line.paused_ns / 1000;
    EXPECT_GT(paused_us, 10);
    EXPECT_NEAR(paused_us, test::summary(out, "dcqcn")["pfc_paused_us"], 0.001);
}

// A window that holds no whole number of packets is full except for a part of one.
TEST(Series, WhatIsInFlightFillsAFixedWindow)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const Ran ran = run(
        "incast --topology star --senders 4 --size 1M --cc fixed --series-us 5 --quiet --no-plots --out " +
        out.string());
    ASSERT_EQ(ran.status, 0) << ran.err;
    int samples = 0;
    for (const SeriesLine& line : read_series(out / "runs/fixed/series.csv")) {
        if (line.kind != "qp" || line.us < 10 || line.us > 60) continue;
        EXPECT_LE(line.in_flight, line.window) << line.us;
        EXPECT_GT(line.in_flight, line.window - 4096) << line.us;
        ++samples;
    }
    EXPECT_EQ(samples, 4 * 11);
}

TEST(Series, OfTheNamedPortsAlone)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    ASSERT_EQ(run(kIncast + "--cc hpcc --series-us 1 --series-only nic8 --out " + out.string()).status, 0);
    const auto lines = read_series(out / "runs/hpcc/series.csv");
    ASSERT_FALSE(lines.empty());
    for (const SeriesLine& line : lines)
        EXPECT_TRUE(line.name == "8-0:qp0" || line.name.rfind("h1 g0 -> ", 0) == 0) << line.name;
    const Ran bad = run(kIncast + "--series-us 1 --series-only tor --out " + out.string());
    EXPECT_EQ(bad.status, 2);
    EXPECT_EQ(bad.err.find("incast: --series-only: no NIC or switch is called 'tor'; the nearest is "), 0U)
        << bad.err;
}

// A network that has fallen silent for good ends its run at once, because samples are no reason to go on.
TEST(Series, DoesNotKeepADeadNetworkAlive)
{
    const Folder folder;
    const fs::path schedule = folder.path() / "faults.txt", out = folder.path() / "o";
    std::ofstream(schedule) << "1us down nic1:0\n";
    const Ran ran =
        run("incast --topology star --senders 2 --size 64K --cc fixed --transport gbn:ack-timeout=0 --quiet "
            "--no-plots --series-us 1000 --faults " +
            schedule.string() + " --out " + out.string());
    EXPECT_EQ(ran.status, 3) << ran.err;
    const auto summary = test::summary(out, "fixed");
    EXPECT_LT(summary["sim_time_us"], 1e6);
    EXPECT_NE(ran.err.find("nothing is left to happen after "), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace hpnsim::test
