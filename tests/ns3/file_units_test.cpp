// SPDX-License-Identifier: GPL-2.0-only
// Tests that rates and delays of topology files mean what ns-3, whose programs those files are for, takes
// them for.
#include "hpnsim/topologies.hpp"

#include "ns3/data-rate.h"
#include "ns3/nstime.h"

#include <gtest/gtest.h>

#include <sstream>

using namespace hpnsim;

namespace
{

LinkPlan link_of(const std::string& rate, const std::string& delay)
{
    std::istringstream in("3 1 2\n2\n0 2 " + rate + " " + delay + " 0\n1 2 1Gbps 1us 0\n");
    return read_hpcc_topology(in, "t", PlanOptions()).links[0];
}

}  // namespace

TEST(FileUnits, RatesAreNs3s)
{
    int known = 0;
    for (const char* prefix : {"", "k", "K", "M", "G", "T", "Ki", "Mi", "Gi", "m", "g"})
        for (const char* unit : {"bps", "b/s", "Bps", "B/s"}) {
            const std::string text = std::string("2500.5") + prefix + unit;
            std::istringstream in(text);
            ns3::DataRate rate;
            in >> rate;
            if (in.fail()) continue;
            ++known;
            EXPECT_EQ(link_of(text, "1us").rate.bps / 10, static_cast<int64_t>(rate.GetBitRate()) / 10)
                << text;
        }
    EXPECT_EQ(known, 26);
    EXPECT_EQ(link_of("25000000000.0", "1us").rate, gbps(25));  // Python's
    EXPECT_EQ(link_of(".5Gbps", "1us").rate, Rate{500'000'000});
}

TEST(FileUnits, DelaysAreNs3s)
{
    for (const char* text : {"1000ns", "0.001ms", "5e-6s", "2us", "1500ps", "3000000fs", "0.00001min",
                             "1e-7h", "1e-9d", "0", "0.001", "1e-06", ".25us", "2.ms"})
        EXPECT_NEAR(static_cast<double>(link_of("1Gbps", text).delay.ps), ns3::Time(text).GetSeconds() * 1e12,
                    1000)
            << text;  // ns-3 keeps nanoseconds
}
