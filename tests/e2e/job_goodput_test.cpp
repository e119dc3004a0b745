// SPDX-License-Identifier: GPL-2.0-only
// Tests what `jobs` says of payload over time and of the messages of a job: no byte is lost or counted twice,
// and each is counted when it arrived.
#include "command.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <numeric>
#include <sstream>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

struct Interval {
    double from_ns, to_ns, gbps;
    int64_t bytes;
};

struct Results {
    Folder folder;
    nlohmann::json all;
    std::map<std::string, std::vector<Interval>> goodput;  // by job
    double received = 0;                                   // by all together, as throughput.csv has it

    explicit Results(const std::string& file, const std::string& options, int status = 0)
    {
        const fs::path path = folder.path() / "jobs.ini", out = folder.path() / "o";
        std::ofstream(path) << file;
        const Ran ran =
            run("jobs " + path.string() + " --quiet --no-plots --out " + out.string() + " " + options);
        EXPECT_EQ(ran.status, status) << ran.err;
        const std::string label = fs::directory_iterator(out / "runs")->path().filename().string();
        all = summary(out, label);
        if (fs::exists(out / "runs" / label / "job_goodput.csv"))
            read_goodput(out / "runs" / label / "job_goodput.csv");
        read_throughput(out / "runs" / label / "throughput.csv");
    }

    int64_t sum(const std::string& job) const
    {
        const auto& rows = goodput.at(job);
        return std::accumulate(rows.begin(), rows.end(), int64_t{0},
                               [](int64_t sum, const Interval& each) { return sum + each.bytes; });
    }
    int64_t delivered(const std::string& job) const { return all["jobs"][job]["delivered_bytes"]; }

private:
    static std::vector<std::string> cells(const std::string& row)
    {
        std::istringstream in(row);
        std::vector<std::string> all;
        for (std::string cell; std::getline(in, cell, ',');) all.push_back(cell);
        return all;
    }
    void read_goodput(const fs::path& file)
    {
        const std::vector<std::string> lines = rows(file);
        ASSERT_EQ(lines.at(0), "from_ns,to_ns,job,goodput_gbps,delivered_bytes");
        for (size_t i = 1; i < lines.size(); ++i) {
            const auto row = cells(lines[i]);
            goodput[row.at(2)].push_back(
                {std::stod(row[0]), std::stod(row[1]), std::stod(row[3]), std::stoll(row.at(4))});
        }
    }
    void read_throughput(const fs::path& file)
    {
        const std::vector<std::string> lines = rows(file);
        for (size_t i = 1; i < lines.size(); ++i) {
            const auto row = cells(lines[i]);
            received += std::stod(row[2]) * (std::stod(row[1]) - std::stod(row[0])) / 8;
        }
    }
};

const std::string kPod = "topology = hpn:segments=1,hosts=8\n";

}  // namespace

/// Sums over the intervals are the payload that the job's receivers got, also of jobs that never end.
TEST(JobGoodput, ConservesBytes)
{
    const Results made(kPod +
                           "[endless]\nscenario = incast\nranks = 0,8,16\nsize = 8M\nrepeat = forever\n"
                           "[ring]\nscenario = allreduce\nranks = 0-31\nsize = 1M\nrepeat = 2\ngap-us = 90\n"
                           "[late]\nscenario = incast\nranks = 1,9\nsize = 2M\nstart-us = 50\ncc = nscc\n"
                           "[nvlink]\nscenario = workload\nranks = 40-47\nfile = " +
                           HPNSIM_TEST_DATA + "/workloads/chakra/custom_ring_8/custom_allreduce\n",
                       "--series-us 7");
    double all = 0;
    for (const auto& [job, intervals] : made.goodput) {
        EXPECT_EQ(made.sum(job), made.delivered(job)) << job;
        EXPECT_EQ(intervals.front().from_ns, 0) << job;
        EXPECT_NEAR(intervals.back().to_ns, made.all["sim_time_us"].get<double>() * 1e3, 1) << job;
        for (size_t i = 0; i < intervals.size(); ++i) {
            const Interval& each = intervals[i];
            EXPECT_NEAR(each.gbps * (each.to_ns - each.from_ns) / 8, static_cast<double>(each.bytes), 1);
            if (i == 0) continue;
            EXPECT_EQ(each.from_ns, intervals[i - 1].to_ns) << job;
            EXPECT_FALSE(each.bytes == 0 && intervals[i - 1].bytes == 0) << job << i;
        }
        all += static_cast<double>(made.delivered(job));
    }
    EXPECT_EQ(made.goodput.at("nvlink").size(), 1U);  // of no byte, because NVLink does not count
    EXPECT_EQ(made.delivered("nvlink"), 0);
    EXPECT_NEAR(all, made.received, 100);  // throughput.csv rounds
    EXPECT_EQ(made.delivered("late"), 2 << 20);
    EXPECT_EQ(made.goodput.at("late").front().bytes, 0);
    EXPECT_EQ(made.goodput.at("late").front().to_ns, 49'000);
}

/// One message of 16 MB that gets a competitor halfway: its goodput falls then, and is not its mean all
/// along.
TEST(JobGoodput, IsWhatArrivesThen)
{
    const Results made(kPod + "[a]\nscenario = incast\nranks = 0,8\nsize = 16M\n"
                              "[b]\nscenario = incast\nranks = 0,16,24,32,40\nsize = 4M\nstart-us = 100\n",
                       "--series-us 20");
    const auto between = [&made](double from, double to) {
        double bytes = 0;
        for (const Interval& each : made.goodput.at("a"))
            if (each.from_ns >= from && each.to_ns <= to) bytes += static_cast<double>(each.bytes);
        return bytes * 8 / (to - from);
    };
    EXPECT_GT(between(20e3, 100e3), 1.5 * between(140e3, 220e3));
    for (const Interval& each : made.goodput.at("a")) EXPECT_LE(each.gbps, 400);
    EXPECT_EQ(made.sum("a"), 16 << 20);
}

/// Of a run that is stopped, what had arrived of open messages is there.
TEST(JobGoodput, CountsWhatIsUnderWay)
{
    const Results made(kPod + "[a]\nscenario = incast\nranks = 0,8\nsize = 16M\n"
                              "[b]\nscenario = incast\nranks = 2,10\nsize = 16M\nstart-us = 30\n",
                       "--series-us 10 --stop-us 55 --seeds 2", 3);
    EXPECT_GT(made.sum("a"), 1 << 20);
    EXPECT_GT(made.sum("b"), 0);
    EXPECT_LT(made.sum("b"), made.sum("a"));
    EXPECT_EQ(made.sum("a"), made.delivered("a"));
    EXPECT_EQ(made.goodput.at("a").back().to_ns, 55'000);
}

/// When there are as many rows as are allowed, the rest is one interval.
TEST(JobGoodput, EndsWithOneLongInterval)
{
    const Results made(kPod + "[a]\nscenario = incast\nranks = 0,8\nsize = 2M\nrepeat = 10\n",
                       "--series-us 0.1 --series-rows 1000 --series-only tor-s0-r7-p1");
    EXPECT_EQ(made.goodput.at("a").size(), 1001U);
    EXPECT_EQ(made.sum("a"), 10 * (2 << 20));
}

/// Completion times of the messages of a job, of all its repetitions, are those of its scenario alone.
TEST(JobMessages, AreThoseOfTheScenario)
{
    const Folder folder;
    const std::string out = (folder.path() / "o").string();
    const Ran ran = run("allreduce --ranks 32 --size 2M --topology hpn:segments=1,hosts=8 --cc dcqcn "
                        "--quiet --no-plots --out " +
                        out);
    ASSERT_EQ(ran.status, 0) << ran.err;
    const nlohmann::json alone = summary(out, "dcqcn")["message_fct_us"];
    EXPECT_GT(alone["p50"].get<double>(), 0);
    const std::string job = "[a]\nscenario = allreduce\nranks = 32\nsize = 2M\n";
    const Results one(kPod + job, ""), two(kPod + job + "repeat = 2\n", "");
    EXPECT_EQ(one.all["jobs"]["a"]["message_fct_us"], alone);
    EXPECT_EQ(two.all["jobs"]["a"]["message_fct_us"]["n"], 2 * alone["n"].get<int>());
    EXPECT_FALSE(Results(kPod + "[a]\nscenario = incast\nranks = 4\nsize = 4K\n", "")
                     .all["jobs"]["a"]
                     .contains("message_fct_us"));
}

}  // namespace hpnsim::test
