// SPDX-License-Identifier: GPL-2.0-only
// Tests that each bad topology file is refused with its file and line, and words that say why.
#include "hpnsim/topologies.hpp"
#include "walk.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

using namespace hpnsim;

namespace
{

struct BadFile {
    const char* text;
    const char* place;  ///< how the message begins
    const char* why;    ///< what it must contain
};

const BadFile kBad[] = {
    {"", "t:1: ", "the file ends where the number of nodes"},
    {"3\n", "t:1: ", "the file ends where the number of switches"},
    {"3 1\n", "t:1: ", "the file ends where the number of links"},
    {"three 1 2\n", "t:1: ", "'three', which is not a whole number"},
    {"3.5 1 2\n", "t:1: ", "'3.5', which is not a whole number"},
    {"-3 1 2\n", "t:1: ", "'-3', which is not a whole number"},
    {"99999999999999999999 1 2\n", "t:1: ", "outside"},
    {"2 1 2\n", "t:1: ", "outside 3.."},
    {"3 0 2\n", "t:1: ", "number of switches is 0"},
    {"3 2 2\n", "t:1: ", "fewer than two hosts"},
    {"3 1 0\n", "t:1: ", "number of links is 0"},
    {"3 1 2\n", "t:1: ", "the file ends where the id of a switch"},
    {"3 1 2\n3\n", "t:2: ", "outside 0..2"},
    {"4 2 2\n2 2\n", "t:2: ", "switch 2 is listed twice"},
    {"3 1 2\n2\n0 2 100Gbps 1us 0\n", "t:3: ", "the file ends where the id of a link's first node"},
    {"3 1 2\n2\n0 2 100Gbps 1us 0\n1\n", "t:4: ", "a link's second node"},
    {"3 1 2\n2\n0 2 100Gbps 1us 0\n1 2\n", "t:4: ", "the file ends where a link's rate"},
    {"3 1 2\n2\n0 2 100Gbps 1us 0\n1 2 100Gbps\n", "t:4: ", "the file ends where a link's delay"},
    {"3 1 2\n2\n0 2 100Gbps 1us 0\n1 2 100Gbps 1us\n", "t:4: ", "the error rate"},
    {"3 1 2\n2\n0 2 100Gbps 1us 0\n1 9 100Gbps 1us 0\n", "t:4: ", "second node is 9, outside 0..2"},
    {"3 1 2\n2\n0 2 100Gbps 1us 0\n2 2 100Gbps 1us 0\n", "t:4: ", "node 2 is linked to itself"},
    {"3 1 2\n2\n0 2 100Gbps 1us 0\n1 0 100Gbps 1us 0\n", "t:4: ", "linked to each other"},
    {"3 1 2\n2\n0 2 100Gbps 1us 0\n1 2 fast 1us 0\n", "t:4: ", "rate is 'fast'"},
    {"3 1 2\n2\n0 2 100Gbps 1us 0\n1 2 100 1us 0\n", "t:4: ", "without a unit it is in bits per second"},
    {"3 1 2\n2\n0 2 100Gbps 1us 0\n1 2 100GB 1us 0\n", "t:4: ", "the unit 'GB'"},
    {"3 1 2\n2\n0 2 100Gbps 1us 0\n1 2 -100Gbps 1us 0\n", "t:4: ", "between 1kbps and 100Tbps"},
    {"3 1 2\n2\n0 2 100Gbps 1us 0\n1 2 0Gbps 1us 0\n", "t:4: ", "between 1kbps and 100Tbps"},
    {"3 1 2\n2\n0 2 100Gbps 1us 0\n1 2 1e9Tbps 1us 0\n", "t:4: ", "between 1kbps and 100Tbps"},
    {"3 1 2\n2\n0 2 100Gbps 1us 0\n1 2 nanGbps 1us 0\n", "t:4: ", "rate is 'nanGbps'"},
    {"3 1 2\n2\n0 2 100Gbps 1us 0\n1 2 100Gbps 1000 0\n", "t:4: ", "without a unit it is in seconds"},
    {"3 1 2\n2\n0 2 100Gbps 1us 0\n1 2 100Gbps soon 0\n", "t:4: ", "delay is 'soon'"},
    {"3 1 2\n2\n0 2 100Gbps 1us 0\n1 2 100Gbps -1us 0\n", "t:4: ", "between 0ns and 1s"},
    {"3 1 2\n2\n0 2 100Gbps 1us 0\n1 2 100Gbps 2s 0\n", "t:4: ", "between 0ns and 1s"},
    {"3 1 2\n2\n0 2 100Gbps 1us 0\n1 2 100Gbps 1us 1\n", "t:4: ", "from 0 to below 1"},
    {"3 1 2\n2\n0 2 100Gbps 1us 0\n1 2 100Gbps 1us -0.1\n", "t:4: ", "from 0 to below 1"},
    {"3 1 2\n2\n0 2 100Gbps 1us 0\n1 2 100Gbps 1us 0x1\n", "t:4: ", "from 0 to below 1"},
    {"3 1 2\n2\n0 2 100Gbps 1us 0\n0 2 100Gbps 1us 0\n", "t:4: ", "host 1 has no link"},
    {"4 2 2\n2 3\n0 2 100Gbps 1us 0\n1 3 100Gbps 1us 0\n", "t:4: ", "cannot be reached from switch"},
    {"5 2 5\n3 4\n0 3 1Gbps 1us 0\n0 4 1Gbps 1us 0\n1 3 1Gbps 1us 0\n1 4 1Gbps 1us 0\n2 3 1Gbps 1us 0\n",
     "t:7: ", "host 2 cannot be reached from switch 4"},
};

}  // namespace

TEST(BadFile, IsRefusedWithFileAndLine)
{
    for (const BadFile& bad : kBad) {
        const std::string error = error_of([&bad] {
            std::istringstream in(bad.text);
            read_hpcc_topology(in, "t", PlanOptions());
        });
        EXPECT_EQ(error.rfind(bad.place, 0), 0U) << bad.text << error;
        EXPECT_NE(error.find(bad.why), std::string::npos) << bad.text << error;
    }
}

TEST(BadFile, OtherFormatsAreNamed)
{
    const std::string path = testing::TempDir() + "hpnsim-format.txt";
    const auto error_for = [&path](const char* text) {
        std::ofstream(path) << text;
        return error_of([&path] { make_fabric("file:path=" + path, 0); });
    };
    EXPECT_NE(error_for("# c\nNodes 128\nTiers 2\n").find(":3: Podsize is missing"), std::string::npos);
    EXPECT_NE(
        error_for("17640 8 1920 360 60480 H100\n").find(":1: the file ends where the id of an NVSwitch"),
        std::string::npos);
    EXPECT_NE(error_for("\n").find(":1: the file ends"), std::string::npos);
}
