// SPDX-License-Identifier: GPL-2.0-only
// Tests hosts whose NICs have one to eight ports: all are used evenly, whoever talks to whom, and all may
// fail.
#include "command.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

class Ports : public testing::Test
{
protected:
    /// Runs a command that must succeed, checked by the audit, and by --verify where the scenario has it.
    nlohmann::json good(const std::string& line, const std::string& label)
    {
        const Ran ran = run(line + " --audit --quiet --no-plots --out " + out.string());
        EXPECT_EQ(ran.status, 0) << line << "\n" << ran.err;
        if (ran.status != 0) return {};
        nlohmann::json json = summary(out, label);
        EXPECT_EQ(json["failed"], 0) << line;
        EXPECT_EQ(json["unfinished"], 0) << line;
        return json;
    }

    std::string file(const std::string& name, const std::string& text) const
    {
        std::ofstream(folder.path() / name) << text;
        return (folder.path() / name).string();
    }

    /// Returns the bytes that a NIC sent by each of its ports.
    std::map<int, double> sent_by(const std::string& label, const std::string& nic) const
    {
        const std::vector<std::string> all = rows(out / "runs" / label / "queues.csv");
        const std::vector<std::string> names = cells(all.at(0));
        const auto column = [&names](const char* name) {
            return static_cast<size_t>(std::find(names.begin(), names.end(), name) - names.begin());
        };
        std::map<int, double> bytes;
        for (size_t i = 1; i < all.size(); ++i) {
            const std::vector<std::string> row = cells(all[i]);
            const std::string& name = row.at(column("port"));  // "h2:1 -> tor 0:4" where links are parallel
            if (name.rfind(nic + " -> ", 0) != 0 && name.rfind(nic + ":", 0) != 0) continue;
            bytes[std::stoi(row.at(column("plane")))] += std::stod(row.at(column("bytes")));
        }
        return bytes;
    }

    static std::vector<std::string> cells(const std::string& line)
    {
        std::istringstream in(line);
        std::vector<std::string> all;
        for (std::string cell; std::getline(in, cell, ',');) all.push_back(cell);
        return all;
    }

    const Folder folder;
    const fs::path out = folder.path() / "o";
};

}  // namespace

/// One host sends a message each to eight others: 16 MiB by each of two ports of 200G take 8 x 16 MiB x 8 /
/// 400G = 2,684 us of payload, and headers and the path add 2 %. Peers are neighbours, or not, or in another
/// order.
TEST_F(Ports, OutcastFillsBoth)
{
    for (const char* hosts : {"1 2 3 4 5 6 7 8", "2 4 6 8 10 12 14 16", "9 3 12 6 1 15 8 2"})
        for (const char* options :
             {"--seed 1", "--seed 2", "--seed 3 --qps 1", "--seed 4 --sport disjoint"}) {
            std::istringstream in(hosts);
            std::string text = "8\n";
            for (int host = 0; in >> host;) text += "0 " + std::to_string(8 * host) + " 3 100 16777216 0\n";
            const auto json = good("flows --topology hpn:segments=1,hosts=17 --cc fixed --flow-file " +
                                       file("flows.txt", text) + " " + options,
                                   "fixed");
            EXPECT_LT(json["sim_time_us"].get<double>(), 2745) << hosts << " " << options;
        }
}

TEST_F(Ports, ReadsOfManyComeByBoth)
{
    for (const char* verb : {"read", "write", "send"})
        for (const int senders : {2, 4, 8, 16}) {
            const auto json =
                good("incast --topology hpn:segments=1,hosts=17 --cc fixed --size 1M --verify --senders " +
                         std::to_string(senders) + " --verb " + verb,
                     "fixed");
            EXPECT_GT(json["efficiency"].get<double>(), 0.99) << verb << " from " << senders;
        }
}

/// All send at once: the only loss left is that two messages meet at an uplink.
TEST_F(Ports, AllToAllUsesBoth)
{
    const auto json =
        good("alltoall --topology hpn --ranks 32 --channels 32 --size 8M --cc fixed --verify", "fixed");
    EXPECT_GT(json["efficiency"].get<double>(), 0.85);
}

/// Every NIC sends as much by each of its ports as by the others, give or take one message.
TEST_F(Ports, OneToEightOnEveryTopology)
{
    const struct {
        const char *options, *label;
    } ways[] = {{"--cc hpcc --verb write", "hpcc"},
                {"--cc dcqcn --verb send", "dcqcn"},
                {"--cc dcqcn --transport irn --fabric lossy --verb read", "dcqcn"},
                {"--cc nscc --verb write", "nscc"},
                {"--cc nscc --path reps --verb read", "nscc"},
                {"--cc nscc --path mixed --verb send", "nscc"},
                {"--cc rccc --verb write", "rccc"}};
    for (int ports = 1; ports <= 8; ++ports)
        for (const char* fabric : {"hpn", "hpn-single-plane", "dcn+"})
            for (const auto& way : ways) {
                const std::string line = "incast --topology " + std::string(fabric) +
                                         ":segments=1,hosts=9,gpus=1,aggs=2,ports=" + std::to_string(ports) +
                                         " --senders 8 --size 64K --rounds 2 --verify " + way.options;
                const auto json = good(line, way.label);
                if (json.is_null()) continue;
                EXPECT_EQ(json["verified"], true) << line;
                const auto by_port = json["receiver_port_bytes"].get<std::vector<double>>();
                ASSERT_EQ(by_port.size(), static_cast<size_t>(ports));
                const auto [least, most] = std::minmax_element(by_port.begin(), by_port.end());
                EXPECT_GT(*least, 0) << line;
                // 16 messages of 64 KiB, some of which went twice.
                const int share = (16 + ports - 1) / ports;
                EXPECT_LT(*most, 70'000.0 * (share + 2)) << line;
            }
}

TEST_F(Ports, CollectivesUseAllPorts)
{
    for (const int ports : {3, 5, 8})
        for (const char* law : {"hpcc", "nscc"}) {
            const std::string fabric =
                " --topology hpn:segments=1,hosts=4,gpus=2,aggs=2,ports=" + std::to_string(ports) +
                " --ranks 8 --size 4M --verify --cc " + law;
            EXPECT_EQ(good("alltoall" + fabric, law)["verified"], true);
            EXPECT_EQ(good("allreduce" + fabric, law)["verified"], true);
            EXPECT_EQ(sent_by(law, "h0 g0").size(), static_cast<size_t>(ports));
        }
}

/// A port of a sender is cut, one of the receiver, and one for good.
TEST_F(Ports, CutPortsLeaveTheirLoadToTheOthers)
{
    const std::string faults =
        file("cut.txt", "set detect=10us converge=50us\n20us down nic1:3\n40us down nic0:5\n"
                        "60us down nic2:7\n200us up nic1:3\n300us up nic0:5\n");
    for (const char* way :
         {"hpcc", "dcqcn --transport irn --fabric lossy", "nscc", "nscc --path reps", "rccc"})
        for (const char* verb : {"write", "read"}) {
            const std::string label = std::string(way).substr(0, std::string(way).find(' '));
            const auto json =
                good("incast --topology hpn:segments=1,hosts=9,gpus=1,aggs=2,ports=8 --senders 8 --size 8M "
                     "--verify --faults " +
                         faults + " --verb " + verb + " --cc " + way,
                     label);
            EXPECT_EQ(json["verified"], true) << way;
        }
}

/// Hosts 1 to 5 with 1, 2, 3, 1 and 8 links of 100G, host 6 with one of 100G and one of 400G.
TEST_F(Ports, HostsMayHaveDifferentNumbersOfLinks)
{
    std::string links;
    int count = 0;
    const int of_host[] = {1, 2, 3, 1, 8};
    for (int host = 1; host <= 5; ++host)
        for (int link = 0; link < of_host[host - 1]; ++link, ++count)
            links += std::to_string(host) + " 0 100Gbps 1us 0\n";
    links += "6 0 100Gbps 1us 0\n6 0 400Gbps 1us 0\n";
    const std::string fabric =
        " --topology file:path=" + file("t.txt", "7 1 " + std::to_string(count + 2) + "\n0\n" + links) + " ";
    for (const char* verb : {"write", "send", "read"})
        for (const char* way : {"hpcc", "nscc", "rccc", "dcqcn --sport hash", "dcqcn --sport disjoint"}) {
            const std::string label = std::string(way).substr(0, std::string(way).find(' '));
            for (const int senders : {1, 5}) {
                const auto json =
                    good("incast --placement index --size 256K --verify --senders " +
                             std::to_string(senders) + fabric + "--verb " + verb + " --cc " + way,
                         label);
                EXPECT_EQ(json["verified"], true) << way << " " << verb;
            }
        }
    for (const char* law : {"hpcc", "nscc"}) {
        EXPECT_EQ(good("alltoall --ranks 6 --size 1M --verify" + fabric + "--cc " + law, law)["verified"],
                  true);
        EXPECT_EQ(good("allreduce --ranks 6 --size 1M --verify" + fabric + "--cc " + law, law)["verified"],
                  true);
    }
    EXPECT_EQ(sent_by("nscc", "h1").size(), 1U);
    EXPECT_EQ(sent_by("nscc", "h3").size(), 3U);
    EXPECT_EQ(sent_by("nscc", "h5").size(), 8U);
    EXPECT_NEAR(sent_by("nscc", "h6")[1] / sent_by("nscc", "h6")[0], 4, 2) << "400G beside 100G";
    const Ran ran = run("topology" + fabric.substr(std::string(" --topology").size()));
    EXPECT_NE(ran.out.find("1 to 8 port(s)"), std::string::npos) << ran.out << ran.err;
}

TEST_F(Ports, NineLinksAreRefused)
{
    std::string text = "3 1 10\n0\n1 0 100Gbps 1us 0\n";
    for (int link = 0; link < 9; ++link) text += "2 0 100Gbps 1us 0\n";
    const std::string path = file("nine.txt", text);
    const Ran ran = run("incast --senders 1 --placement index --topology file:path=" + path);
    EXPECT_EQ(ran.status, 2);
    EXPECT_NE(ran.err.find("node 2 has more than 8 links"), std::string::npos) << ran.err;
    const Ran key = run("incast --senders 1 --topology hpn:ports=9");
    EXPECT_EQ(key.status, 2);
    EXPECT_NE(key.err.find("outside 1..8"), std::string::npos) << key.err;
}

/// Random hosts hang on one switch, by any numbers of links and rates.
TEST_F(Ports, RandomHostsDeliverEverything)
{
    unsigned dice = 12345;
    const auto below = [&dice](unsigned n) {
        dice = dice * 1103515245 + 12345;
        return (dice >> 16) % n;
    };
    for (int trial = 0; trial < 12; ++trial) {
        std::string links;
        int count = 0;
        for (int host = 1; host <= 5; ++host)
            for (unsigned link = 0, most = 1 + below(8); link < most; ++link, ++count)
                links += std::to_string(host) + " 0 " + std::to_string(25U << below(5)) + "Gbps 1us 0\n";
        const std::string path = file("t.txt", "6 1 " + std::to_string(count) + "\n0\n" + links);
        const char* laws[] = {"hpcc", "dcqcn", "nscc", "rccc", "fixed"};
        const char* verbs[] = {"write", "send", "read"};
        const std::string law = laws[below(5)];
        const auto json =
            good("incast --placement index --size 200K --rounds 2 --verify --senders " +
                     std::to_string(1 + below(4)) + " --topology file:path=" + path + " --cc " + law +
                     " --verb " + verbs[below(3)] + " --seed " + std::to_string(trial + 1),
                 law);
        EXPECT_EQ(json["verified"], true) << links;
    }
}

}  // namespace hpnsim::test
