// SPDX-License-Identifier: GPL-2.0-only
// Tests what `topology` lists and draws beside its description, and which exports it refuses.
#include "hpnsim/list_fabric.hpp"

#include "hpnsim/describe_fabric.hpp"
#include "hpnsim/topologies.hpp"
#include "walk.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

using namespace hpnsim;

namespace
{

std::vector<std::string> lines_of(const std::string& text)
{
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

std::vector<std::string> paths(const std::string& spec, uint32_t src, uint32_t dst, uint64_t most = 1000)
{
    std::ostringstream out;
    list_paths(out, make_fabric(spec, 0), src, dst, most);
    return lines_of(out.str());
}

std::string drawn(const std::string& spec)
{
    std::ostringstream out;
    draw_fabric(out, make_fabric(spec, 0));
    return out.str();
}

size_t count_of(const std::string& text, const std::string& part)
{
    size_t count = 0;
    for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

}  // namespace

TEST(ListPaths, NamesThePortsOfEveryWay)
{
    const auto one = paths("hpn:segments=2,hosts=2,gpus=2,aggs=2", 0, 2);
    EXPECT_EQ(one, (std::vector<std::string>{"path       h0-g0:0 > tor-s0-r0-p0:1 > h1-g0",
                                             "path       h0-g0:1 > tor-s0-r0-p1:1 > h1-g0",
                                             "paths      h0-g0 to h1-g0: 2"}));
    const auto far = paths("hpn:segments=2,hosts=2,gpus=2,aggs=2", 0, 5);
    ASSERT_EQ(far.size(), 5U);  // 2 planes x 2 Aggs
    EXPECT_EQ(far[1], "path       h0-g0:0 > tor-s0-r0-p0:3 > agg-p0-1:3 > tor-s1-r1-p0:0 > h2-g1");
    EXPECT_EQ(far[4], "paths      h0-g0 to h2-g1: 4");
}

TEST(ListPaths, TellsParallelLinksApart)
{
    const auto all = paths("dcn+:uplinks=3,aggs=2,hosts=1,gpus=1", 0, 1);
    const std::set<std::string> different(all.begin(), all.end());
    EXPECT_EQ(all.size(), 2 * (2 * 3 * 2 * 3) + 1U);  // 2 ports; 6 uplinks, then 2 ToRs by 3 links each
    EXPECT_EQ(different.size(), all.size());
    EXPECT_EQ(all[0], "path       h0:0 > tor-s0-r0-p0:1 > agg-p0-0:6 > tor-s1-r0-p0:0 > h1");
}

TEST(ListPaths, StopsAndCounts)
{
    const auto some = paths("hpn", 0, 9, 3);
    ASSERT_EQ(some.size(), 4U);
    EXPECT_EQ(some[3], "paths      h0-g0 to h1-g1: 120, the first 3 are listed");
}

TEST(ListPaths, SaysWhereThereIsNone)
{
    EXPECT_EQ(paths("rail-only", 0, 1),
              (std::vector<std::string>{
                  "paths      h0-g0 to h0-g1: none in the network; rails are joined by NVLink alone"}));
}

// A core that sends by the port has one way on for each way in.
TEST(ListPaths, KnowsTheCore)
{
    EXPECT_EQ(paths("hpn:pods=2,segments=1,hosts=16,gpus=1,agg-uplinks=2,cores=2", 0, 16).size(),
              2 * 8 * 2 + 1U);
}

TEST(ListNodes, HasAllPorts)
{
    std::ostringstream out;
    list_nodes(out, make_fabric("dcn+:uplinks=2,aggs=1,segments=1,hosts=2,gpus=1,ports=1", 0));
    EXPECT_EQ(out.str(), "h0 nic0 0>tor-s0-r0-p0:0\n"
                         "h1 nic1 0>tor-s0-r0-p0:1\n"
                         "tor-s0-r0-p0 0>h0:0 1>h1:0 2>agg-p0-0:0 3>agg-p0-0:1\n"
                         "agg-p0-0 0>tor-s0-r0-p0:2 1>tor-s0-r0-p0:3\n");
}

TEST(DrawFabric, ShowsAllNodesOfASmallFabric)
{
    const std::string picture = drawn("leaf-spine:leaves=3,hosts=2,spines=2");
    EXPECT_EQ(count_of(picture, "<rect x"), 3U + 6 + 2);
    EXPECT_EQ(count_of(picture, "<path"), 6U + 3 * 2);
    for (const char* part :
         {">3 tor switches<", ">2 agg switches<", ">6 hosts<", ">6 x 400 Gb/s to the tors<"})
        EXPECT_NE(picture.find(part), std::string::npos) << part;
}

TEST(DrawFabric, FoldsALargeOneAndSaysHowManyThereAre)
{
    const std::string picture = drawn("hpn:segments=15");
    EXPECT_EQ(count_of(picture, "<rect x"), 3U * 12);
    for (const char* part : {">240 tor switches<", ">228 more<", ">120 agg switches<", ">1920 hosts<",
                             ">14400 x 400 Gb/s to the tors<", ">30720 x 200 Gb/s to the hosts<"})
        EXPECT_NE(picture.find(part), std::string::npos) << part;
}

TEST(Exportable, RefusesWhatThePeerWouldReadAsAnotherFabric)
{
    const std::pair<const char*, const char*> bad[] = {
        {"dcn+:variant=full",
         "it keeps one of parallel links, and there are several from tor s0 r0 p0 to agg p0 0"},
        {"rail-only", "nothing joins the rails"},
        {"dragonfly", "it routes by shortest paths"}};
    for (const auto& [spec, why] : bad) {
        const FabricPlan plan = make_fabric(spec, 0);
        const std::string error = error_of([&] { require_exportable(plan, "SimAI"); });
        EXPECT_EQ(error.rfind("export: '" + plan.name + "' cannot be exported for SimAI: ", 0), 0U) << error;
        EXPECT_NE(error.find(why), std::string::npos) << error;
    }
    for (const char* good : {"hpn", "dcn+", "rail-only:gpus=1", "rail-optimised", "hpn6", "fat-tree",
                             "dragonfly:groups=2", "hpn:pods=2,hosts=16"})
        EXPECT_EQ(error_of([&] { require_exportable(make_fabric(good, 0), "HPCC-sim"); }), "no error")
            << good;
}
