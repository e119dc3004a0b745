// SPDX-License-Identifier: GPL-2.0-only
// Tests what the binaries say of runs that are incomplete, that end without the last ACK, or that take longer
// than simulated time can hold.
#include "command.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

struct Ended {
    Ran ran;
    nlohmann::json json;
    std::vector<std::string> ports;
};

Ended end_of(const std::string& line, const std::string& label)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    Ended ended{run(line + " --quiet --no-plots --out " + out.string()), {}, {}};
    if (!fs::exists(out / "runs" / label / "summary.json")) return ended;
    ended.json = summary(out, label);
    ended.ports = rows(out / "runs" / label / "queues.csv");
    return ended;
}

/// Returns the greatest `utilisation`, which is the last but one column of queues.csv.
double greatest_utilisation(const std::vector<std::string>& ports)
{
    const auto cells = [](const std::string& text) {
        std::vector<std::string> all;
        std::istringstream line(text);
        for (std::string cell; std::getline(line, cell, ',');) all.push_back(cell);
        return all;
    };
    const std::vector<std::string> names = cells(ports.at(0));
    const auto column =
        static_cast<size_t>(std::find(names.begin(), names.end(), "utilisation") - names.begin());
    double most = 0;
    for (size_t i = 1; i < ports.size(); ++i) most = std::max(most, std::stod(cells(ports[i]).at(column)));
    return most;
}

}  // namespace

/// The port of one sender is cut for good: then the others tell nothing about the incast.
TEST(Efficiency, OfAnIncastNeedsEveryFlow)
{
    const Folder folder;
    const fs::path faults = folder.path() / "faults.txt";
    std::ofstream(faults) << "1us kill nic2\n";
    const Ended ended = end_of("incast --topology star --senders 4 --size 256K --cc fixed --transport "
                               "gbn:ack-timeout=1,retry=1 --faults " +
                                   faults.string(),
                               "fixed");
    EXPECT_EQ(ended.ran.status, 4) << ended.ran.err;
    EXPECT_GT(ended.json["failed"], 0);
    EXPECT_GT(ended.json["completed"], 0);
    for (const char* key : {"efficiency", "last_fct_us", "worst_last_fct_us"})
        EXPECT_TRUE(ended.json.at(key).is_null()) << key;
    EXPECT_GT(ended.json["ideal_us"], 0);
}

TEST(Efficiency, OfWhatWasStoppedIsNull)
{
    for (const char* line : {"incast --topology star --senders 4 --size 1M --rounds 3 --stop-us 150",
                             "permutation --topology star --ranks 4 --size 1M --stop-us 10",
                             "allreduce --topology star --ranks 4 --size 1M --iterations 3 --stop-us 100",
                             "alltoall --topology star --ranks 4 --size 1M --iterations 3 --stop-us 30"}) {
        const Ended ended = end_of(line, "dcqcn");
        EXPECT_EQ(ended.ran.status, 3) << line;
        EXPECT_TRUE(ended.json.at("efficiency").is_null()) << line;
        EXPECT_GT(ended.json["unfinished"], 0) << line;
        EXPECT_LE(greatest_utilisation(ended.ports), 1) << line;
    }
}

/// Senders whose jitter has not passed are unfinished flows too.
TEST(Efficiency, FlowsThatHaveNotBegunAreCounted)
{
    for (const char* scenario : {"incast --senders", "permutation --ranks"}) {
        const Ended ended = end_of(
            std::string(scenario) + " 8 --topology star --size 64K --jitter-ns 100000 --stop-us 50", "dcqcn");
        EXPECT_EQ(ended.ran.status, 3);
        EXPECT_EQ(ended.json["flows"], 8) << scenario;
        EXPECT_EQ(ended.json["completed"].get<int>() + ended.json["unfinished"].get<int>(), 8) << scenario;
    }
}

/// At 1 Mb/s a packet is on the wire for 33 ms: what has left of it by the end is counted, and no more.
TEST(Utilisation, CountsWhatHasLeft)
{
    const Ended ended = end_of(
        "incast --topology star:gbps=0.001 --fabric lossy --senders 2 --size 1M --stop-us 1000", "dcqcn");
    EXPECT_EQ(ended.ran.status, 3) << ended.ran.err;
    EXPECT_NEAR(greatest_utilisation(ended.ports), 1, 0.02);
    EXPECT_LE(greatest_utilisation(ended.ports), 1);
}

/// With `ack-timeout=0` nothing asks again for the ACK that is lost here, but all bytes are there.
TEST(Ending, OfACollectiveIsItsLastByte)
{
    const Ended ended = end_of("allreduce --topology star:hosts=9 --ranks 9 --size 1 --transport "
                               "gbn:ack-timeout=0 --loss 0.01 --seed 2 --verify",
                               "dcqcn");
    EXPECT_EQ(ended.ran.status, 0);
    EXPECT_NE(ended.ran.err.find("1 message had arrived and not been acknowledged"), std::string::npos)
        << ended.ran.err;
    EXPECT_EQ(ended.json["completed"], 1);
    EXPECT_EQ(ended.json["verified"], true);
}

TEST(Times, ThatCannotBeRepresentedAreRefused)
{
    const Folder folder;
    const fs::path flows = folder.path() / "flows.txt";
    std::ofstream(flows) << "2\n0 1 3 100 4096 0\n0 1 3 100 1000000000000000000 1\n";
    const std::string slow = " --topology star:gbps=0.001 --fabric lossy --stop-us 10 --size ";
    for (const std::string& line :
         {"incast --senders 2" + slow + "1024G", "incast --senders 1 --rounds 1000000" + slow + "16G",
          "permutation --ranks 4" + slow + "1024G", "allreduce --ranks 4" + slow + "1024G",
          "alltoall --ranks 4" + slow + "1024G",
          "flows --topology star --stop-us 10 --flow-file " + flows.string()}) {
        const Ended ended = end_of(line, "dcqcn");
        EXPECT_EQ(ended.ran.status, 2) << line;
        EXPECT_NE(ended.ran.err.find("takes more than 53 days on this fabric"), std::string::npos)
            << line << ": " << ended.ran.err;
    }
}

}  // namespace hpnsim::test
