// SPDX-License-Identifier: GPL-2.0-only
// Tests what the page draws of a fabric: nodes, links, queues over time, and that large fabrics stay small.
#include "report/fabric_view.hpp"

#include "report/fabric_groups.hpp"
#include "samples.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{

namespace
{

PortRow port(const std::string& name, const std::string& tier, double utilisation, Bytes peak)
{
    PortRow row;
    row.name = name;
    row.tier = tier;
    row.utilisation = utilisation;
    row.peak_queue = peak;
    return row;
}

RunRecord two_hosts()
{
    RunRecord run;
    run.label = "dcqcn";
    run.ports = {port("h0 g0 -> tor 0", "nic", 0.5, 0), port("tor 0 -> h1 g0", "tor", 0.5, 3000)};
    return run;
}

std::string notes_of(const RunRecord& run)
{
    return fabric_view(run)["notes"].dump();
}

/// 15 segments of 128 hosts with 8 NICs of two ports, all of which send.
RunRecord huge_run()
{
    RunRecord run;
    for (int segment = 0; segment < 15; ++segment)
        for (int host = 0; host < 128; ++host)
            for (int gpu = 0; gpu < 8; ++gpu)
                for (int plane = 0; plane < 2; ++plane) {
                    const std::string nic =
                        "h" + std::to_string(segment * 128 + host) + " g" + std::to_string(gpu);
                    const std::string tor = "tor s" + std::to_string(segment) + " r" + std::to_string(gpu) +
                                            " p" + std::to_string(plane);
                    run.ports.push_back(port(nic + " -> " + tor, "nic", 0.5, 0));
                    run.ports.push_back(port(tor + " -> " + nic, "tor", 0.25, host));
                    const std::string agg = "agg p" + std::to_string(plane) + " " + std::to_string(host % 60);
                    if (host < 60) run.ports.push_back(port(tor + " -> " + agg, "tor", 0.1, 0));
                }
    return run;
}

}  // namespace

TEST(FabricView, has_the_nodes_and_links_of_a_small_fabric)
{
    const auto view = fabric_view(two_hosts());
    ASSERT_EQ(view["tiers"].size(), 2U);
    EXPECT_EQ(view["tiers"][0]["name"], "tor");
    EXPECT_EQ(view["tiers"][1]["name"], "nic");
    EXPECT_EQ(view["nodes"][1]["name"], "h0 g0");
    ASSERT_EQ(view["links"].size(), 2U);
    EXPECT_EQ(view["links"][0]["up"]["load"], 0.5);
    EXPECT_TRUE(view["links"][0]["down"].is_null());
    EXPECT_EQ(view["links"][1]["down"]["peak"], 3000);
    EXPECT_TRUE(view["times"].empty());
}

TEST(FabricView, of_several_seeds_is_their_mean_load_and_deepest_queue)
{
    RunRecord run = two_hosts();
    PortRow again = run.ports[1];
    again.seed = 2;
    again.utilisation = 0.7;
    again.peak_queue = 5000;
    run.ports.push_back(again);
    const auto way = fabric_view(run)["links"][1]["down"];
    EXPECT_EQ(way["ports"], 1);
    EXPECT_NEAR(way["load"].get<double>(), 0.6, 1e-9);
    EXPECT_EQ(way["peak"], 5000);
}

TEST(FabricView, holds_loads_queues_and_pauses_over_time)
{
    RunRecord run = two_hosts();
    run.ports[1].bytes = 1;
    run.series.ports = {"tor 0 -> h1 g0"};
    for (int k = 1; k <= 3; ++k) {
        SeriesRow<PortSample> row;
        row.at = {k * 1'000'000};
        row.interval = {1'000'000};
        row.sample.queue = k == 2 ? 4096 : 0;
        row.sample.paused = {k == 3 ? 250'000 : 0};
        row.sample.sending = {k == 1 ? 125'000 : 0};
        run.series.port_rows.push_back(row);
    }
    const auto view = fabric_view(run);
    EXPECT_EQ(view["times"].dump(), "[1.0,2.0,3.0]");
    const auto way = view["links"][1]["down"];
    EXPECT_EQ(way["queue"].dump(), "[1,4096.0]");
    EXPECT_EQ(way["stops"].dump(), "[2,0.25]");
    EXPECT_EQ(way["sending"].dump(), "[0,0.125]");
    EXPECT_EQ(notes_of(run).find("not sampled"), std::string::npos);
    run.ports[0].bytes = 1;
    EXPECT_NE(notes_of(run).find("1 port that sent was not sampled"), std::string::npos) << notes_of(run);
}

// Two links join the nodes, and a page has room for fewer moments than there are samples: a load is a mean
// over both.
TEST(FabricView, means_loads_over_the_links_and_samples_of_a_moment)
{
    RunRecord run;
    run.ports = {port("tor 0:1 -> agg 0:1", "tor", 0.5, 0), port("tor 0:2 -> agg 0:2", "tor", 0.5, 0)};
    run.series.ports = {run.ports[0].name, run.ports[1].name};
    for (int k = 1; k <= 320; ++k) {
        run.series.port_rows.push_back({microseconds(k), microseconds(1), 0, {0, {}, microseconds(1)}});
        if (k % 2 == 0)
            run.series.port_rows.push_back({microseconds(k), microseconds(1), 1, {0, {}, nanoseconds(500)}});
    }
    const auto view = fabric_view(run);
    ASSERT_EQ(view["times"].size(), 160U);
    const auto samples = view["links"][0]["up"]["sending"];
    ASSERT_EQ(samples.size(), 320U);
    for (size_t at = 1; at < samples.size(); at += 2) EXPECT_EQ(samples[at], 0.625) << at;
}

TEST(FabricView, puts_a_huge_fabric_together)
{
    RunRecord run = huge_run();
    const auto view = fabric_view(run);
    size_t nodes = 0, nics = 0, ports = 0;
    for (const auto& tier : view["tiers"]) {
        EXPECT_LE(tier["nodes"].size(), 128U) << tier["name"];
        nodes += tier["nodes"].size();
        if (tier["name"] == "nic")
            for (const auto& node : tier["nodes"])
                nics += view["nodes"][node.get<size_t>()]["count"].get<size_t>();
    }
    for (const auto& link : view["links"])
        for (const char* way : {"up", "down"})
            if (!link[way].is_null()) ports += link[way]["ports"].get<size_t>();
    EXPECT_EQ(nodes, view["nodes"].size());
    EXPECT_EQ(nics, 15'360U);
    EXPECT_EQ(ports, run.ports.size());
    EXPECT_LE(view["links"].size(), 900U);
    EXPECT_LT(view.dump().size(), 500'000U);
}

TEST(FabricView, of_a_run_without_ports_is_nothing)
{
    EXPECT_TRUE(fabric_view(RunRecord()).is_null());
}

TEST(FabricGroups, follow_names)
{
    TierGroups tier{"tor",
                    {0, 1, 2, 3},
                    {"tor s0 r0 p0", "tor s0 r0 p1", "tor s0 r1 p0", "tor s0 r1 p1"},
                    {0, 1, 2, 3},
                    0};
    ASSERT_TRUE(tier.coarsen());
    EXPECT_EQ(tier.names, (std::vector<std::string>{"tor s0 r0", "tor s0 r1"}));
    ASSERT_TRUE(tier.coarsen());
    EXPECT_EQ(tier.names, (std::vector<std::string>{"all tors"}));
    EXPECT_FALSE(tier.coarsen());
    EXPECT_EQ(tier.sizes(), (std::vector<size_t>{4}));
}

}  // namespace hpnsim
