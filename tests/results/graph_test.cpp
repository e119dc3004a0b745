// SPDX-License-Identifier: GPL-2.0-only
// Graphs of runs as data, and as scripts of gnuplot.
#include "hpnsim/graph.hpp"
#include "hpnsim/run_graphs.hpp"
#include "samples.hpp"

#include <algorithm>
#include <cstdlib>
#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

RunSample sample(const std::string& label, size_t seeds)
{
    RunSample out{label, {}};
    for (uint64_t seed = 1; seed <= seeds; ++seed) out.seeds.push_back(busy_run(label, 400, seed));
    return out;
}

const GraphSeries* series_of(const Graph& graph, Stroke stroke)
{
    for (const GraphPanel& panel : graph.panels)
        for (const GraphSeries& series : panel.series)
            if (series.stroke == stroke) return &series;
    return nullptr;
}

bool holds(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

TEST(Graph, ACdfHasABandOverSeedsThatHoldsTheCurve)
{
    const Graph one = fct_cdf_graph({sample("a", 1)});
    EXPECT_EQ(series_of(one, Stroke::band), nullptr);
    const Graph graph = fct_cdf_graph({sample("a", 4)});
    const GraphSeries* band = series_of(graph, Stroke::band);
    const GraphSeries* curve = series_of(graph, Stroke::steps);
    ASSERT_NE(band, nullptr);
    ASSERT_NE(curve, nullptr);
    ASSERT_FALSE(curve->points.empty());
    EXPECT_DOUBLE_EQ(curve->points.back().y, 1);
    double widest = 0;
    for (const GraphPoint& point : band->points) {
        EXPECT_LE(point.ends->first, point.ends->second);
        widest = std::max(widest, point.ends->second - point.ends->first);
    }
    EXPECT_GT(widest, 0);
    EXPECT_TRUE(holds(graph.notes.back(), "lowest to the highest curve of a single seed"));
}

TEST(Graph, TheTailNeverReachesZeroWhichALogarithmHasNot)
{
    const Graph graph = fct_ccdf_graph({sample("a", 2)});
    for (const GraphSeries& series : graph.panels[0].series)
        for (const GraphPoint& point : series.points) EXPECT_GT(point.y, 0);
}

TEST(Graph, BarsHaveIntervalsFromFiveSeedsOn)
{
    const Graph four = tail_latency_graph({sample("a", 4)}), five = tail_latency_graph({sample("a", 5)});
    EXPECT_FALSE(series_of(four, Stroke::bars)->points[0].ends.has_value());
    const GraphPoint& bar = series_of(five, Stroke::bars)->points[0];
    ASSERT_TRUE(bar.ends.has_value());
    EXPECT_LE(bar.ends->first, bar.y);
    EXPECT_GE(bar.ends->second, bar.y);
}

TEST(Graph, AHeatMapCountsLinksThatAreIdleOneWay)
{
    RunRecord run;
    const auto add = [&run](const std::string& name, const std::string& tier, const std::string& role,
                            double share) {
        PortRow port;
        port.name = name;
        port.tier = tier;
        port.role = role;
        port.utilisation = share;
        run.ports.push_back(port);
    };
    add("tor 0 -> agg 10", "tor", "up", 0.5);
    add("agg 10 -> tor 0", "agg", "down", 0.25);
    add("agg 9 -> tor 0", "agg", "down", 1);  // tor 0 -> agg 9 has sent nothing
    const Graph graph = heat_map_graph({sample_of(run)});
    const auto up = std::find_if(graph.panels.begin(), graph.panels.end(),
                                 [](const GraphPanel& panel) { return panel.title == "tor up"; });
    ASSERT_NE(up, graph.panels.end());
    ASSERT_EQ(up->heat.size(), 1U);
    ASSERT_EQ(up->heat[0].cells.size(), 2U);
    EXPECT_EQ(up->heat[0].cells[0], 0.0) << "agg 9 comes before agg 10";
    EXPECT_EQ(up->heat[0].cells[1], 0.5);
}

TEST(Graph, SeedsOfAPooledRecordAreTakenApart)
{
    RunRecord run = busy_run("a", 30, 1);
    for (FlowRow& flow : run.flows) flow.seed = flow.id % 3 + 1;
    const RunSample parts = sample_of(run);
    ASSERT_EQ(parts.seeds.size(), 3U);
    for (const RunRecord& seed : parts.seeds)
        for (const FlowRow& flow : seed.flows) EXPECT_EQ(flow.seed, seed.seed);
}

TEST(Graph, LabelsOrderColoursAndLogarithmsAreTheLooks)
{
    const Graph graph = fct_cdf_graph({sample("a", 1), sample("b", 1)});
    GraphLook look;
    look.order = {"b"};
    look.labels = {{"a", "Scheme A"}};
    look.colours = {{"", "#123456"}, {"a", "#abcdef"}};
    look.log_x = true;
    look.title = "It's \"quoted\"";
    const std::string script = graph_script(graph, look, "f.svg");
    EXPECT_LT(script.find("title \"b\""), script.find("title \"Scheme A\""));
    EXPECT_TRUE(holds(script, "lc rgb '#123456' dt 1 title \"b\"")) << script.substr(script.size() - 2000);
    EXPECT_TRUE(holds(script, "lc rgb '#abcdef'"));
    EXPECT_TRUE(holds(script, "set logscale x"));
    EXPECT_TRUE(holds(script, "It\\047s \\042quoted\\042"));
    EXPECT_EQ(labels_of(graph), (std::vector<std::string>{"a", "b"}));
}

/// The ticks of an axis in gnuplot's words: text, place, text, place, ...
std::string ticks_of(const std::string& script, const std::string& axis)
{
    const size_t begin = script.find("set " + axis + "tics (") + 11;
    return script.substr(begin, script.find(')', begin) - begin);
}

TEST(Graph, ALogarithmicAxisHasNumbersHoweverShortItIs)
{
    Graph graph{"xy", {}, {}};
    GraphPanel panel;
    panel.x.log = panel.y.log = true;
    panel.series.push_back({"a", Stroke::dots, {{32, 0.0281, {}}, {32, 0.0834, {}}}});
    graph.panels.push_back(panel);
    const std::string script = graph_script(graph, {}, "f.svg");
    EXPECT_EQ(ticks_of(script, "x"), "\"28\" 28, \"30\" 30, \"32\" 32, \"34\" 34, \"36\" 36");
    EXPECT_EQ(ticks_of(script, "y"), "\"0.04\" 0.04, \"0.06\" 0.06, \"0.08\" 0.08");
    graph.panels[0].series[0].points = {{1, 1, {}}, {10, 1000, {}}};
    const std::string wide = graph_script(graph, {}, "f.svg");
    EXPECT_EQ(ticks_of(wide, "x"), "\"1\" 1, \"2\" 2, \"5\" 5, \"10\" 10");
}

TEST(Graph, GoodputIsAMeanOverSoLongThatPacketsDoNotShow)
{
    RunSample run{"a", {RunRecord()}};
    Series& series = run.seeds[0].series;
    series.qps = {"1-0:qp0"};
    const Time period = microseconds(1);
    for (int64_t i = 0; i < 400; ++i)  // a packet of 4096 bytes every other microsecond
        series.qp_rows.push_back(
            {period * (i + 1), period, 0, {gbps(100), 0, 0, i % 2 == 0 ? Bytes{4096} : Bytes{0}}});
    const Graph graph = time_graph({run}, "goodput", {});
    const std::vector<GraphPoint>& points = graph.panels.at(0).series.at(0).points;
    ASSERT_EQ(points.size(), 20U);  // of 20 us: 32 would hold 64 KB, but be more than a twentieth
    for (const GraphPoint& point : points) EXPECT_NEAR(point.y, 16.384, 1e-9);
    EXPECT_NEAR(points[0].x, 10, 1e-9);
}

TEST(Graph, AFileIsDrawnAndItsScriptDrawsTheSame)
{
    const TempFolder folder;
    for (const std::string& format : kGraphFormats) {
        GraphLook look;
        look.format = format;
        const auto file = folder / ("figure." + format);
        write_graph(slowdown_graph({sample("a", 1), sample("b'; \"x`", 1)}), look, file, {"command: x"});
        ASSERT_GT(std::filesystem::file_size(file), 1000U) << format;
        const std::string script = text_of(folder / "figure.gp");
        EXPECT_EQ(script.rfind("# command: x\n", 0), 0U);
        if (format == "pdf") continue;  // it holds the time
        const std::string before = text_of(file);
        std::filesystem::remove(file);
        ASSERT_EQ(std::system(
                      ("cd '" + folder.path().string() + "' && LC_ALL=C.UTF-8 gnuplot -d figure.gp").c_str()),
                  0);
        EXPECT_EQ(text_of(file), before) << format;
    }
}

}  // namespace
}  // namespace hpnsim::test
