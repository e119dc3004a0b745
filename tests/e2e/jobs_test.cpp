// SPDX-License-Identifier: GPL-2.0-only
// Tests `jobs` as a user sees it: a job alone is its scenario, jobs that share nothing do not touch each
// other, those that share a link do, and every example runs.
#include "command.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

const std::string kPod = "topology = hpn:segments=1,hosts=8\n";

/// Results of a job file.
struct JobsRun {
    Folder folder;
    Ran ran;
    nlohmann::json all, jobs;
    std::vector<std::string> flows;

    explicit JobsRun(const std::string& file, const std::string& options = "", int status = 0)
    {
        const fs::path path = folder.path() / "jobs.ini";
        std::ofstream(path) << file;
        ran = run("jobs " + path.string() + " --quiet --no-plots --out " + (folder.path() / "o").string() +
                  " " + options);
        EXPECT_EQ(ran.status, status) << ran.err;
        if (!fs::exists(folder.path() / "o/runs")) return;
        const std::string label =
            fs::directory_iterator(folder.path() / "o/runs")->path().filename().string();
        all = summary(folder.path() / "o", label);
        jobs = all["jobs"];
        flows = rows(folder.path() / "o/runs" / label / "flows.csv");
    }
};

std::vector<std::string> alone(const std::string& command)
{
    const Folder folder;
    const std::string out = (folder.path() / "o").string();
    const Ran ran = run(command + " --quiet --no-plots --out " + out);
    EXPECT_EQ(ran.status, 0) << ran.err;
    const std::string label = fs::directory_iterator(folder.path() / "o/runs")->path().filename().string();
    return rows(folder.path() / "o/runs" / label / "flows.csv");
}

/// The cells of a column of the rows of one job.
std::vector<std::string> column(const std::vector<std::string>& rows, const std::string& name,
                                const std::string& job)
{
    const auto cells = [](const std::string& row) {
        std::vector<std::string> out(1);
        for (const char c : row)
            if (c == ',')
                out.emplace_back();
            else
                out.back().push_back(c);
        return out;
    };
    const auto head = cells(rows.at(0));
    const auto at = [&head](const std::string& of) {
        return static_cast<size_t>(std::find(head.begin(), head.end(), of) - head.begin());
    };
    std::vector<std::string> out;
    for (size_t i = 1; i < rows.size(); ++i)
        if (const auto row = cells(rows[i]); row.at(at("job")) == job) out.push_back(row.at(at(name)));
    return out;
}

/// Takes the columns away that jobs have besides.
std::vector<std::string> without_job(std::vector<std::string> rows)
{
    for (std::string& row : rows)
        for (int i = 0; i < 2; ++i) row.erase(row.rfind(','));
    return rows;
}

}  // namespace

TEST(Jobs, OneAloneIsItsScenario)
{
    const struct {
        std::string command, job;
    } table[] = {
        {"incast --senders 6 --size 256K --rounds 2 --jitter-ns 500 --seed 7",
         "scenario = incast\nsenders = 6\nsize = 256K\nrounds = 2\n"},
        {"allreduce --ranks 32 --size 2M --iterations 3 --jitter-ns 500 --seed 7",
         "scenario = allreduce\nranks = 32\nsize = 2M\niterations = 3\n"},
        {"permutation --ranks 32 --size 512K --jitter-ns 500 --seed 7",
         "scenario = permutation\nranks = 0-31\nsize = 512K\n"},
        {"flows --cdf FB_Hadoop --load 0.2 --duration-us 50 --jitter-ns 500 --seed 7",
         "scenario = flows\ncdf = FB_Hadoop\nload = 0.2\nduration-us = 50\n"},
    };
    for (const auto& each : table) {
        const JobsRun jobs(kPod + "seed = 7\njitter-ns = 500\n[one]\n" + each.job);
        const auto expected = alone(each.command + " --topology hpn:segments=1,hosts=8");
        EXPECT_GT(expected.size(), 1U);
        EXPECT_EQ(without_job(jobs.flows), expected) << each.command;
        EXPECT_EQ(column(jobs.flows, "job", "one").size(), expected.size() - 1);
    }
}

/// The same collective on the second half of the pod, with a start of its own.
TEST(Jobs, OnOtherHostsAndLaterItIsTheSame)
{
    const std::string job = "scenario = allreduce\nsize = 2M\n";
    const JobsRun first(kPod + "[a]\nranks = 0-31\n" + job);
    const JobsRun later(kPod + "[a]\nranks = 32-63\nstart-us = 40\n" + job);
    const double took = std::stod(column(first.flows, "fct_ns", "a").at(0));
    EXPECT_NEAR(std::stod(column(later.flows, "fct_ns", "a").at(0)), took, took * 0.02);
    EXPECT_EQ(column(later.flows, "start_ns", "a").at(0), "40000.000");
    EXPECT_EQ(column(later.flows, "src", "a").at(0), "32");
    EXPECT_EQ(column(later.flows, "dst", "a").at(0), "63");
    EXPECT_EQ(column(later.flows, "ideal_fct_ns", "a"), column(first.flows, "ideal_fct_ns", "a"));
    EXPECT_EQ(later.jobs["a"]["start_us"], 40);
    EXPECT_NEAR(later.jobs["a"]["end_us"].get<double>(),
                40 + std::stod(column(later.flows, "fct_ns", "a").at(0)) / 1e3, 10);
    EXPECT_GT(later.jobs["a"]["busbw_GBps"].get<double>(), 0);
}

/// Rails are joined by ToRs of their own.
TEST(Jobs, ThoseThatShareNothingDoNotTouchEachOther)
{
    const std::string incast = "[a]\nscenario = incast\nranks = 0,8,16,24\nsize = 1M\n";
    const std::string other = "[b]\nscenario = incast\nranks = 1,9,17,25\nsize = 4M\n";
    const JobsRun both(kPod + incast + other), one(kPod + incast);
    EXPECT_EQ(column(both.flows, "fct_ns", "a"), column(one.flows, "fct_ns", "a"));
    EXPECT_EQ(both.jobs["a"]["fct_us"], one.jobs["a"]["fct_us"]);
    EXPECT_EQ(both.jobs["b"]["flows"], 3);
    EXPECT_EQ(both.all["flows"], 6);
}

TEST(Jobs, ThoseThatShareALinkDo)
{
    const std::string incast = "[a]\nscenario = incast\nranks = 0,8\nsize = 4M\n";
    const std::string other = "[b]\nscenario = incast\nranks = 0,16,24,32,40\nsize = 4M\n";
    const JobsRun both(kPod + incast + other), one(kPod + incast);
    EXPECT_GT(both.jobs["a"]["fct_us"]["max"].get<double>(),
              1.5 * one.jobs["a"]["fct_us"]["max"].get<double>());
}

TEST(Jobs, RepeatsAndCountsThem)
{
    const JobsRun jobs(kPod +
                       "[a]\nscenario = incast\nranks = 4\nsize = 64K\nrepeat = 3\ngap-us = 50\n"
                       "[b]\nscenario = allreduce\nranks = 16\nsize = 256K\nrepeat = 2\niterations = 2\n");
    EXPECT_EQ(jobs.jobs["a"]["repeats"], 3);
    EXPECT_EQ(jobs.jobs["a"]["flows"], 9);
    EXPECT_EQ(jobs.jobs["a"]["delivered_bytes"], 9 * 65536);
    std::vector<std::string> ids = column(jobs.flows, "id", "a");
    std::sort(ids.begin(), ids.end());
    EXPECT_EQ(std::unique(ids.begin(), ids.end()), ids.end());
    EXPECT_EQ(column(jobs.flows, "id", "b"), (std::vector<std::string>{"0", "1", "2", "3"}));
    EXPECT_EQ(column(jobs.flows, "src", "b").at(0), "8");  // the next host that is free
    const auto starts = column(jobs.flows, "start_ns", "a"), ends = column(jobs.flows, "end_ns", "a");
    EXPECT_NEAR(std::stod(starts.at(3)) - std::stod(ends.at(2)), 50'000, 1);
}

/// What repeats forever ends with the run: its flows that are left are no failure, and say what arrived.
TEST(Jobs, ForeverEndsWithTheOthers)
{
    const std::string forever = "[bg]\nscenario = incast\nranks = 0,8,16\nsize = 8M\nrepeat = forever\n";
    const JobsRun jobs(kPod + forever + "[a]\nscenario = incast\nranks = 1,9,17\nsize = 4M\n");
    EXPECT_EQ(jobs.jobs["a"]["completed"], 2);
    EXPECT_EQ(jobs.jobs["bg"]["unfinished"], 2);
    EXPECT_TRUE(jobs.jobs["bg"]["end_us"].is_null());
    int64_t sum = 0;
    for (const std::string& bytes : column(jobs.flows, "delivered_bytes", "bg")) {
        EXPECT_GT(std::stoll(bytes), 0);
        EXPECT_LT(std::stoll(bytes), 8 << 20);
        sum += std::stoll(bytes);
    }
    EXPECT_EQ(jobs.jobs["bg"]["delivered_bytes"], sum);
    EXPECT_NEAR(jobs.jobs["bg"]["goodput_gbps"].get<double>(), jobs.jobs["a"]["goodput_gbps"].get<double>(),
                0.1 * jobs.jobs["a"]["goodput_gbps"].get<double>());
    const JobsRun stopped(kPod + forever, "--stop-us 100", 3);
    EXPECT_EQ(stopped.jobs["bg"]["unfinished"], 2);
    const JobsRun endless(kPod + forever, "", 2);
    EXPECT_NE(endless.ran.err.find("every job repeats forever"), std::string::npos) << endless.ran.err;
}

TEST(Jobs, StopsOneJobAlone)
{
    const JobsRun jobs(kPod +
                       "[a]\nscenario = incast\nranks = 0,8\nsize = 256K\nrepeat = forever\nstop-us = 100\n"
                       "[b]\nscenario = incast\nranks = 1,9\nsize = 8M\n");
    EXPECT_GT(jobs.jobs["a"]["repeats"], 5);
    EXPECT_NEAR(jobs.jobs["a"]["end_us"].get<double>(), 100, 20);
    EXPECT_EQ(jobs.jobs["a"]["unfinished"], 0);
    EXPECT_GT(jobs.jobs["b"]["end_us"].get<double>(), 150);
}

TEST(Jobs, AJobThatDidNotEndIsUnfinished)
{
    const JobsRun jobs(kPod + "[a]\nscenario = incast\nranks = 0,8\nsize = 8M\n", "--stop-us 50", 3);
    EXPECT_EQ(jobs.jobs["a"]["unfinished"], 1);
    EXPECT_GT(jobs.jobs["a"]["delivered_bytes"], 0);
}

TEST(Jobs, SeedsAuditAndTimeline)
{
    const Folder folder;
    const std::string timeline = (folder.path() / "t.json").string();
    const JobsRun jobs(kPod + "[a]\nscenario = allreduce\nranks = 16\nsize = 256K\n"
                              "[b]\nscenario = permutation\nranks = 16\nsize = 256K\n",
                       "--seeds 2 --jitter-ns 2000 --audit --timeline " + timeline);
    EXPECT_EQ(jobs.all["seeds"].size(), 2U);
    EXPECT_TRUE(jobs.all["audit"]["passed"].get<bool>());
    EXPECT_EQ(jobs.all["flows"], 2 * 17);
    EXPECT_NE(read(timeline).find("b rank 3"), std::string::npos);
    EXPECT_EQ(jobs.jobs["a"]["scenario"], "allreduce");
}

TEST(Jobs, TheSameTwice)
{
    const std::string file = kPod + "jitter-ns = 1000\n[bg]\nscenario = flows\ncdf = FB_Hadoop\nload = 0.2\n"
                                    "duration-us = 30\n[a]\nscenario = incast\nranks = 0,8,16\nsize = 256K\n";
    EXPECT_EQ(JobsRun(file).flows, JobsRun(file).flows);
}

/// Each job goes by the function that it names, and alone there it is as in a run of that CC.
TEST(Jobs, HaveTheirOwnCc)
{
    const std::string job = "scenario = incast\nranks = 0,8,16\nsize = 256K\n";
    const JobsRun own(kPod + "fabric = lossless\n[a]\n" + job + "cc = hpcc\n");
    const JobsRun whole(kPod + "fabric = lossless\ncc = hpcc\n[a]\n" + job);
    EXPECT_EQ(own.jobs["a"]["cc"], "hpcc");
    EXPECT_EQ(own.all["cc"], "dcqcn");
    EXPECT_EQ(own.all["params"]["function:a"]["cc"].get<std::string>().substr(0, 4), "hpcc");
    EXPECT_EQ(column(own.flows, "fct_ns", "a"), column(whole.flows, "fct_ns", "a"));
    const JobsRun both(kPod + "[a]\n" + job +
                       "cc = nscc\n[b]\nscenario = incast\nranks = 1,9,17\nsize = 256K\n" +
                       "cc = nscc\n[c]\nscenario = incast\nranks = 2,10\npriority = 2\n");
    EXPECT_EQ(both.jobs["b"]["transport"], "rud");
    EXPECT_EQ(both.jobs["c"]["cc"], "dcqcn");
    EXPECT_FALSE(both.all["params"].contains("function:b"));  // shares that of a
    EXPECT_EQ(both.all["params"]["function:c"]["priority"], "2");
    for (const std::string& slowdown : column(both.flows, "slowdown", "a")) EXPECT_GE(std::stod(slowdown), 1);
}

TEST(Jobs, SaysWhatIsWrong)
{
    const struct {
        std::string file, sentence;
    } table[] = {
        {kPod + "[a]\nscenario = incast\nranks = 0,8\nsize = 1M\nranks = 3\n",
         "jobs.ini:6: ranks is given twice"},
        {kPod + "[a]\nscenario = incast\nranks = 0,64\n",
         "jobs.ini:4: ranks: 'hpn:segments=1,hosts=8' has no endpoint 64; the nearest is 63, the last of 64"},
        {kPod + "[a]\nscenario = allreduce\nranks = 0-23\nalgorithm = ringg\n",
         "jobs.ini:5: algorithm: no 'ringg'; the nearest is 'ring'"},
        {kPod + "[a]\nscenario = permutation\nranks = 72\n",
         "jobs.ini:4: ranks: 72 endpoints are asked for, and 'hpn:segments=1,hosts=8' has 64 left"},
        {kPod + "[a]\nscenario = incast\nranks = 0,8\ncc = dcqn\n",
         "jobs.ini:5: cc: there is no congestion control 'dcqn'; the nearest is 'dcqcn'"},
        {kPod + "[a]\nscenario = incast\nsenders = 9\n",
         "jobs.ini:4: senders: 9 senders placed by rail need"},
    };
    for (const auto& each : table) {
        const JobsRun jobs(each.file, "", 2);
        EXPECT_NE(jobs.ran.err.find(each.sentence), std::string::npos) << jobs.ran.err;
    }
}

TEST(Jobs, EveryExampleRuns)
{
    const std::string docs = read(fs::path(HPNSIM_JOB_EXAMPLES) / "../../../docs/jobs.md");
    int examples = 0;
    for (const auto& each : fs::directory_iterator(HPNSIM_JOB_EXAMPLES)) {
        const Folder folder;
        const std::string out = (folder.path() / "o").string(), name = each.path().stem().string();
        const Ran ran = run("jobs " + name + " --no-plots --stop-us 60 --out " + out);
        EXPECT_TRUE(ran.status == 3 || ran.status == 0) << name << ran.err;
        EXPECT_EQ(ran.out.find("nan"), std::string::npos) << ran.out;
        EXPECT_NE(ran.out.find("goodput Gb/s"), std::string::npos) << ran.out;
        EXPECT_NE(docs.find("```ini\n" + read(each.path()) + "```"), std::string::npos) << name;
        ++examples;
    }
    EXPECT_EQ(examples, 6);
}

}  // namespace hpnsim::test
