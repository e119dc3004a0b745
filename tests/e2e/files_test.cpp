// SPDX-License-Identifier: GPL-2.0-only
// Gives files and pipes of all kinds to the binaries, and topology files whose hosts do not come first.
#include "command.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

const std::string kQuiet = " --no-plots --quiet --out ";

class Files : public testing::Test
{
protected:
    std::string file(const std::string& name, const std::string& text)
    {
        const fs::path path = folder_.path() / name;
        std::ofstream(path, std::ios::binary) << text;
        return path;
    }
    fs::path out() const { return folder_.path() / "o"; }
    /// Returns the columns of the first flow of the run `label`.
    std::vector<std::string> first_flow(const std::string& label) const
    {
        std::istringstream row(rows(out() / "runs" / label / "flows.csv").at(1));
        std::vector<std::string> columns;
        for (std::string each; std::getline(row, each, ',');) columns.push_back(each);
        return columns;
    }
    std::string switch_first()
    {
        return file("t.txt",
                    "4 1 3\n0\n0 1 10Gbps 0.001ms 0\n0 2 100Gbps 0.001ms 0\n0 3 100Gbps 0.001ms 0\n");
    }

    Folder folder_;
};

/// Host 1 sends at 10G: 1 MB are 1,000 packets of 1,090 wire bytes under HPCC-sim's framing, which take 872
/// us and the time of the path.
TEST_F(Files, FlowsGoBetweenTheHostsThatTheTopologyFileMeans)
{
    const std::string command = "flows --topology file:path=" + switch_first() + " --flow-file " +
                                file("f.txt", "1\n1 2 3 100 1000000 2\n") + " --cc hpcc" + kQuiet +
                                out().string();
    ASSERT_EQ(run(command + " --profile hpcc-sim").status, 0);
    std::vector<std::string> flow = first_flow("hpcc");
    EXPECT_EQ(flow[1], "1");
    EXPECT_EQ(flow[2], "2");
    EXPECT_NEAR(std::stod(flow[7]) / 1000, 875, 2);
    ASSERT_EQ(run(command + " --trace 1-2 --pcap nic1").status, 0);
    flow = first_flow("hpcc");
    EXPECT_EQ(flow[1], "1");
    EXPECT_NEAR(std::stod(flow[7]) / 1000, 958, 5);
    EXPECT_TRUE(fs::exists(out() / "runs/hpcc/pcap/nic1.pcap"));
    EXPECT_TRUE(fs::exists(out() / "runs/hpcc/trace/1-2-qp0.csv"));
    EXPECT_NE(read(out() / "runs/hpcc/queues.csv").find("h1 -> tor 0"), std::string::npos);
}

TEST_F(Files, ASwitchSendsNothing)
{
    const Ran ran = run("flows --topology file:path=" + switch_first() + " --flow-file " +
                        file("f.txt", "1\n0 1 3 100 1000000 2\n") + kQuiet + out().string());
    EXPECT_EQ(ran.status, 2);
    EXPECT_NE(ran.err.find("f.txt:2: src is node 0, which is a switch in the topology file"),
              std::string::npos)
        << ran.err;
}

TEST_F(Files, FootersAreLeftOutWithOneWarningEach)
{
    const Ran ran =
        run("flows --topology file:path=" +
            file("t.txt", "3 1 2\n0\n0 1 40Gbps 1us 0\n0 2 40Gbps 1us 0\n\nFirst line: total node #\n...\n") +
            " --flow-file " + file("f.txt", "1\n1 2 3 100 1000 2.0\n\nFirst line: flow #\n") + kQuiet +
            out().string());
    EXPECT_EQ(ran.status, 0);
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 2) << ran.err;
    EXPECT_NE(ran.err.find("t.txt:6: 2 lines are left out"), std::string::npos) << ran.err;
    EXPECT_NE(ran.err.find("f.txt:4: a line is left out"), std::string::npos) << ran.err;
}

TEST_F(Files, ParallelLinksHaveRowsOfTheirOwn)
{
    const std::string topology =
        file("t.txt", "6 2 6\n4 5\n0 4 10Gbps 1us 0\n1 4 10Gbps 1us 0\n2 5 10Gbps 1us 0\n3 5 10Gbps 1us 0\n"
                      "4 5 10Gbps 1us 0\n4 5 10Gbps 1us 0\n");
    std::string flows = "16\n";
    for (int i = 0; i < 16; ++i)
        flows += std::to_string(i % 2) + " " + std::to_string(2 + i % 2) + " 3 100 100000 2.0\n";
    ASSERT_EQ(run("flows --topology file:path=" + topology + " --flow-file " + file("f.txt", flows) +
                  " --series-us 10 --qps 2 --path spray --transport rud --cc fixed" + kQuiet + out().string())
                  .status,
              0);
    std::set<std::string> names;
    for (const std::string& row : rows(out() / "runs/fixed/queues.csv"))
        EXPECT_TRUE(names.insert(row.substr(0, row.find(','))).second) << row;
    EXPECT_EQ(names.count("tor 0:2 -> tor 1:2"), 1U);
    EXPECT_NE(read(out() / "runs/fixed/series.csv").find("tor 0:3 -> tor 1:3"), std::string::npos);
}

/// bash makes the pipes; the file before it is what they would hold.
TEST_F(Files, PipesServeAsFiles)
{
    const std::string flows = file("f.txt", "1\n0 1 3 100 1000 0\n"),
                      faults = file("x.txt", "0us loss all rate=0\n"),
                      config = file("c.ini", "senders = 2\nsize = 4K\n"),
                      cdf = file("cdf.txt", "0 0\n1000 100\n");
    const std::string bin = HPNSIM_BIN "/";
    const auto shell = [&](const std::string& command) {
        const std::string script = file("s.sh", bin + command);
        return run("cc --version >/dev/null && bash " + script);
    };
    const std::string end = kQuiet + out().string();
    const std::string fabric = "file:path=<(printf '3 1 2\\n2\\n0 2 1Gbps 1us 0\\n1 2 1Gbps 1us 0\\n')";
    const std::vector<std::string> commands = {
        "flows --topology star --flow-file <(cat " + flows + ") --faults <(cat " + faults +
            ") --cc dcqcn --cc hpcc --seeds 2" + end,
        "flows --topology star --flow-file /dev/stdin <" + flows + end,
        "flows --topology " + fabric + " --flow-file " + flows + end,
        "incast --topology star --config <(cat " + config + ")" + end,
        "flows --topology star --cdf <(cat " + cdf + ") --load 0.1 --duration-us 100" + end,
        "topology " + fabric,
        "cc dctcp --replay <(cat " + std::string(HPNSIM_TEST_DATA) + "/golden/traces/dctcp.csv)"};
    for (const std::string& command : commands) {
        const Ran ran = shell(command);
        EXPECT_EQ(ran.status, 0) << command << "\n" << ran.err;
    }
}

/// Folders, devices, zeros and noise are given as files: each is refused in one sentence, and at once.
TEST_F(Files, WhatIsNoFileIsRefusedInOneSentence)
{
    const std::string zeros = file("zeros", ""), noise = file("noise", "");
    fs::resize_file(zeros, 500'000'000);
    std::string bytes;
    for (uint32_t i = 0, x = 1; i < 100'000; ++i)
        bytes += static_cast<char>((x = x * 1664525 + 1013904223) >> 24);
    std::ofstream(noise, std::ios::binary) << bytes;
    const std::string end = kQuiet + out().string();
    for (const std::string& path :
         {folder_.path().string(), std::string("/dev/zero"), std::string("/dev/urandom"), zeros, noise,
          std::string("/proc/self/mem"), std::string("/nowhere")})
        for (const std::string& command :
             {"flows --topology star --flow-file " + path + end,
              "flows --topology star --cdf " + path + " --load 0.1 --duration-us 10" + end,
              "incast --topology file:path=" + path + end,
              "incast --topology star --senders 2 --faults " + path + end, "incast --config " + path + end,
              "topology file:path=" + path, "topology " + path, "cc hpcc --replay " + path}) {
            const Ran ran = run(command);
            EXPECT_EQ(ran.status, 2) << command << ran.err;
            EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << command << ran.err;
            EXPECT_LT(ran.err.size(), 600U) << command << ran.err;
        }
}

/// A matrix may announce more hosts than it uses.
TEST_F(Files, AStarHasAsManyHostsAsTheMatrixAnnounces)
{
    const Ran ran =
        run("flows --topology star --flow-file " +
            file("n.cm", "Nodes 4\nConnections 2\n0->1 start 0 size 4096\n1->2 start 1 size 4096\n") +
            kQuiet + out().string());
    EXPECT_EQ(ran.status, 0) << ran.err;
}

}  // namespace
}  // namespace hpnsim::test
