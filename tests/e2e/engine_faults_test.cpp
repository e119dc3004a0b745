// SPDX-License-Identifier: GPL-2.0-only
// Tests that runs with a schedule of faults give the same bytes window by window, in one thread or several,
// as event by event: for every kind of fault, with QPs that end in error, and where time is cut off.
#include "command.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

struct Result {
    int status = 0;
    std::string err;
    std::map<std::string, std::string> files;  ///< without what differs from run to run
    uint64_t windows = 0, threads = 0;
};

/// Returns a summary without the command, what it says of the engine, times and memory.
std::string comparable(nlohmann::json summary)
{
    for (const char* key : {"host", "command", "params"}) summary.erase(key);
    return summary.dump(1);
}

std::string text_of(const fs::path& file)
{
    std::string text;
    for (const std::string& row : rows(file)) text += row + "\n";
    return text;
}

Result result_of(const std::string& command, const fs::path& schedule, const std::string& engine)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const Ran ran = run(command + " --faults " + schedule.string() + " --quiet --no-plots --engine " +
                        engine + " --out " + out.string());
    Result result{ran.status, ran.err, {}, 0, 0};
    if (!fs::exists(out / "runs")) return result;
    for (const auto& entry : fs::recursive_directory_iterator(out / "runs")) {
        const std::string name = fs::relative(entry.path(), out).string();
        if (entry.path().filename() == "summary.json") {
            const nlohmann::json summary = nlohmann::json::parse(read(entry.path()));
            result.windows += summary["host"]["windows"].get<uint64_t>();
            result.threads = std::max(result.threads, summary["host"]["threads"].get<uint64_t>());
            result.files[name] = comparable(summary);
        } else if (entry.path().extension() == ".csv") {
            result.files[name] = text_of(entry.path());
        }
    }
    return result;
}

/// Shows of each file that differs the first line that does.
void expect_same_files(const Result& result, const Result& expected, const std::string& engine)
{
    EXPECT_EQ(result.files.size(), expected.files.size()) << engine;
    for (const auto& [name, text] : expected.files) {
        const auto found = result.files.find(name);
        const std::string other = found == result.files.end() ? "" : found->second;
        if (other == text) continue;
        std::istringstream ours(other), theirs(text);
        std::string our, their;
        do {
            our.clear(), their.clear();
            std::getline(ours, our);
            std::getline(theirs, their);
        } while (our == their);
        ADD_FAILURE() << engine << ": " << name << " has\n" << our << "\ninstead of\n" << their;
    }
}

/// Returns what the runs had in common. The schedule is lines that `|` parts.
Result same_on_all(const std::string& command, std::string schedule)
{
    SCOPED_TRACE(command + "\n" + schedule);
    const Folder folder;
    const fs::path file = folder.path() / "faults.txt";
    for (char& c : schedule)
        if (c == '|') c = '\n';
    std::ofstream(file) << "set detect=2us converge=5us\n" << schedule << "\n";
    const Result one_by_one = result_of(command, file, "events");
    EXPECT_GE(one_by_one.files.size(), 3U) << one_by_one.err;
    EXPECT_EQ(one_by_one.windows, 0U);
    for (const char* engine : {"windows", "windows --threads 2"}) {
        const Result by_node = result_of(command, file, engine);
        EXPECT_EQ(by_node.status, one_by_one.status) << engine << by_node.err;
        EXPECT_EQ(by_node.err, one_by_one.err) << engine;
        expect_same_files(by_node, one_by_one, engine);
        EXPECT_GT(by_node.windows, 0U) << engine;
        EXPECT_EQ(by_node.threads > 1, std::string(engine) != "windows") << engine;
    }
    return one_by_one;
}

nlohmann::json faults_of(const Result& result)
{
    for (const auto& [name, text] : result.files)
        if (fs::path(name).filename() == "summary.json") return nlohmann::json::parse(text)["faults"];
    return {};
}

const std::string kFabric = " --topology hpn:segments=2,hosts=2,aggs=2 ";
const std::string kPermutation = "permutation --ranks 32 --size 256K" + kFabric;
// gbn on a lossless fabric, irn on a lossy one, rud with trimming
const char* const kTransports[] = {"--cc dcqcn", "--cc hpcc --fabric lossy --transport irn", "--cc nscc"};

}  // namespace

TEST(EngineWithFaults, EveryKindIsTheSame)
{
    struct {
        const char *schedule, *effect;  // as summary.json names what it does
    } const kinds[] = {
        {"3us down nic3:0|12us up nic3:0", "lost_link_down"},
        {"3us down agg-p0-0|12us up agg-p0-0", "lost_link_down"},
        {"2us flap nic5:1 down=1us up=1us count=5|4us flap nic6 down=3us up=500ns count=2", "lost_link_down"},
        {"3us kill tor-s0-r1-p0|15us revive tor-s0-r1-p0 failback=3us", "lost_link_down"},
        {"0us loss all rate=0.002|5us clear all", "lost_random"},
        {"0us burst all to-bad=0.002 to-good=0.3", "lost_burst"},
        {"1us every nic2 n=37", "lost_periodic"},
        {"0us corrupt all rate=0.003", "corrupted"},
        {"0us reorder all rate=0.05 by=900ns", "reordered"},
        {"0us duplicate all rate=0.05|0us reorder all rate=0.1 by=83560ps", "duplicated"},
        {"0us jitter all by=300ns", "jittered"},
        {"0us jitter all by=200ns order=keep|0us reorder all rate=0.1 by=100ns", "jittered"},
        {"2us degrade nic4 share=0.3|4us degrade tor-s0-r0-p0:agg-p0-0 share=0.1|9us degrade nic4 share=1",
         nullptr},
        {"1us slow nic7 gbps=20 buffer=16K|6us slow nic7 gbps=90", nullptr},
        {"1us storm nic9:0 for=8us|3us storm tor-s1-r2-p1 for=5us", nullptr},
        {"0us loss all rate=0.5 kind=pfc|1us slow nic7 gbps=20|1us storm nic9 for=8us", nullptr}};
    for (const char* transport : kTransports)
        for (const auto& [schedule, effect] : kinds) {
            const nlohmann::json faults = faults_of(same_on_all(kPermutation + transport, schedule));
            if (effect != nullptr) {
                EXPECT_GT(faults[effect], 0) << transport << schedule;
            }
        }
}

/// Everything at once, with seeds that draw other losses.
TEST(EngineWithFaults, ManyAtOnceAreTheSame)
{
    const std::string schedule =
        "0us loss all rate=1e-3|0us jitter nic1 by=150ns|1us reorder tor-s0-r0-p0 rate=0.2 by=2us kind=data|"
        "2us duplicate nic8 rate=0.1|3us down nic3:1|5us kill agg-p1-0|6us degrade nic11:0 share=0.5|"
        "9us up nic3:1|11us flap nic17:0 down=2us up=2us count=2|14us revive agg-p1-0|"
        "15us slow nic20 gbps=50";
    for (const char* transport : kTransports)
        for (const char* seed : {" --seed 1", " --seed 2", " --seed 3"})
            same_on_all(kPermutation + transport + seed, schedule);
}

TEST(EngineWithFaults, EveryWorkloadIsTheSame)
{
    const std::string schedule = "2us down nic8:0|0us loss all rate=5e-4|20us degrade nic16 share=0.4|"
                                 "30us reorder nic0 rate=0.05 by=1us|45us up nic8:0";
    for (const char* run :
         {"incast --senders 3 --size 256K --rounds 3 --cc dcqcn",
          "incast --senders 2 --size 256K --rounds 2 --cc nscc --placement cross-segment",
          "allreduce --ranks 32 --size 2M --algorithm ring --cc hpcc",
          "allreduce --ranks 32 --size 4M --algorithm hierarchical --cc nscc --iterations 2",
          "alltoall --ranks 32 --size 1M --cc dcqcn --stop-us 60",
          "flows --cdf WebSearch --load 0.3 --duration-us 60 --cc nscc",
          "permutation --ranks 32 --size 512K --cc nscc --switch-lb adaptive",
          "permutation --ranks 32 --size 512K --cc rccc --stop-us 15.5",
          "permutation --ranks 32 --size 512K --cc dcqcn --series-us 2"})
        same_on_all(run + kFabric, schedule);
}

/// QPs that are made while everybody knows that a port is dead, by hosts that others are ahead of: only the
/// new QP is told.
TEST(EngineWithFaults, NewQpsWhileAPortIsDeadAreTheSame)
{
    for (const char* run :
         {"collective --op all_reduce --algorithm tree --size 2M --cc dcqcn --qps 4 --ranks 32",
          "collective --op all_to_all --algorithm pairwise --size 2M --cc dcqcn --ranks 32",
          "collective --op all_reduce --algorithm tree --size 2M --cc nscc --path spray --ranks 32"})
        same_on_all(run + kFabric, "0us kill tor-s0-r0-p0 detect=0us converge=0us");
}

/// An error stops a collective everywhere at once, and no window may hold it: a NIC that is cut off uses up
/// the retries of its peers, and those of requests for credit, while others have much to send.
TEST(EngineWithFaults, QpsInErrorAreTheSame)
{
    const std::string dead = "5us kill nic8";
    for (const char* run :
         {"permutation --ranks 32 --size 2M --cc dcqcn --transport gbn:ack-timeout=2,retry=2",
          "permutation --ranks 32 --size 2M --cc hpcc --fabric lossy --transport irn:retry=2",
          "permutation --ranks 32 --size 2M --cc nscc --transport rud:retry=2,rto-us=20",
          "permutation --ranks 32 --size 2M --cc rccc --transport rud:retry=2,rto-us=20",
          "allreduce --ranks 32 --size 16M --algorithm multi-ring --cc nscc --transport "
          "rud:retry=2,rto-us=20",
          "alltoall --ranks 32 --size 8M --cc rccc --transport rud:retry=2,rto-us=20",
          "incast --senders 3 --size 1M --rounds 3 --cc nscc --transport "
          "rud:retry=2,rto-us=20"}) {
        const Result result = same_on_all(run + kFabric, dead);
        EXPECT_EQ(result.status, 4) << run;
        EXPECT_NE(result.err.find("IBV_WC_RETRY_EXC_ERR"), std::string::npos) << run << result.err;
    }
}

TEST(EngineWithFaults, AStoryOfFailuresIsTheSame)
{
    const std::string story =
        "failover --topology hpn:segments=1,hosts=2 --ranks 16 --size 2M --duration-us 400 ";
    for (const char* fail :
         {"--cc nscc --fail nic-port:at-us=100,converge-us=50,repair-us=250",
          "--cc dcqcn --transport gbn:ack-timeout=3 --fail tor:at-us=100,converge-us=50,repair-us=250",
          "--cc nscc --fail flapping:at-us=100,period-us=40,count=3,converge-us=10 --fail "
          "slow-gpu:at-us=150"})
        same_on_all(story + fail, "");
}

}  // namespace hpnsim::test
