// SPDX-License-Identifier: GPL-2.0-only
// Tests `--trace LIST`: names of QPs, and what is wrong with those that are none.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/topologies.hpp"
#include "hpnsim/trace_list.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;

namespace
{

std::vector<TracePick> picks(const std::string& list)
{
    return parse_traces(list, make_fabric("star:hosts=4", 4));
}

std::string error_of(const std::string& list)
{
    try {
        picks(list);
    } catch (const BadInput& error) {
        return error.what();
    }
    return "";
}

/// Which of the QPs 0 and 1 between endpoints 0 to 2 a name takes, as "src dst qp".
std::vector<std::string> taken(const std::string& name)
{
    std::vector<std::string> all;
    for (const TracePick& pick : picks(name))
        for (uint32_t src = 0; src < 3; ++src)
            for (uint32_t dst = 0; dst < 3; ++dst)
                for (uint32_t qp = 0; qp < 2; ++qp)
                    if (src != dst && pick.takes(src, dst, qp))
                        all.push_back(std::to_string(src) + " " + std::to_string(dst) + " " +
                                      std::to_string(qp));
    return all;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST(TraceList, Names)
{
    EXPECT_EQ(taken("2-0"), (Texts{"2 0 0", "2 0 1"}));
    EXPECT_EQ(taken("2->0"), taken("2-0"));
    EXPECT_EQ(taken("2-0:qp1"), (Texts{"2 0 1"}));
    EXPECT_EQ(taken("nic1"), (Texts{"1 0 0", "1 0 1", "1 2 0", "1 2 1"}));
    EXPECT_EQ(taken("nic1:qp0"), (Texts{"1 0 0", "1 2 0"}));
    EXPECT_EQ(taken("qp1").size(), 6U);
    EXPECT_EQ(taken("all").size(), 12U);
    EXPECT_EQ(taken("all:qp1"), taken("qp1"));
}

TEST(TraceList, SeveralInTheirOrder)
{
    const auto list = picks("nic3, 2-0 ,all");
    ASSERT_EQ(list.size(), 3U);
    EXPECT_EQ(list[0].src, 3U);
    EXPECT_EQ(list[1].name, "2-0");
    EXPECT_FALSE(list[2].src.has_value());
}

TEST(TraceListErrors, OneSentence)
{
    const std::string forms = "names no QP; write all, nic3, 3-0, qp1, nic3:qp1 or 3-0:qp1";
    for (const char* name :
         {"flow1", "", "3", "nic", "nicx", "qp", "qpx", "1-0:1", "1-0:qp", "a-0", "1->", "-", "1-x"})
        EXPECT_EQ(error_of(name), "--trace: '" + std::string(name) + "' " + forms);
    EXPECT_EQ(error_of("nic4"),
              "--trace: there is no endpoint 4, which 'nic4' names; the nearest is 3, the last of 4");
    EXPECT_EQ(error_of("0-9"),
              "--trace: there is no endpoint 9, which '0-9' names; the nearest is 3, the last of 4");
    EXPECT_EQ(error_of("2-"), "--trace: '2-' names no receiver; write 2-0, or '2->0' in quotes");
    EXPECT_EQ(error_of("nic0,,nic1"), "--trace: '' " + forms);
}

// By the names of `topology NAME --nodes`, as for --pcap and --faults.
TEST(TraceList, TakesNamesOfHosts)
{
    EXPECT_EQ(taken("h2-h0"), taken("2-0"));
    EXPECT_EQ(taken("nic2->h0:qp1"), taken("2-0:qp1"));
    EXPECT_EQ(taken("h1"), taken("nic1"));
    EXPECT_EQ(error_of("h7"), "--trace: 'h7' names no QP: no endpoint is called 'h7'; the nearest is 'h0'");
    const auto rails = parse_traces("h0-g3-h1-g2,h1 g0", make_fabric("hpn:segments=1,hosts=2", 2));
    EXPECT_EQ(rails[0].src, 3U);
    EXPECT_EQ(rails[0].dst, 10U);
    EXPECT_EQ(rails[1].src, 8U);
}
