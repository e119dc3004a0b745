// SPDX-License-Identifier: GPL-2.0-only
// Tests the page without a browser: its elements close, its data is JSON, nothing in it needs a network, and
// what it says follows from the runs.
#include "hpnsim/report_page.hpp"

#include "hpnsim/report.hpp"
#include "report/graph_json.hpp"
#include "report/verdict.hpp"
#include "samples.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace hpnsim
{

namespace
{

/// Returns what is wrong with the nesting of elements; empty: nothing.
std::string nesting_fault(std::string page)
{
    for (const char* tag : {"script", "style"}) {  // hold text
        const std::string open = std::string("<") + tag, close = std::string("</") + tag + ">";
        for (size_t at = 0; (at = page.find(open, at)) != std::string::npos;) {
            const size_t end = page.find(close, at);
            if (end == std::string::npos) return std::string(tag) + " does not end";
            page.erase(at, end + close.size() - at);
        }
    }
    static const std::set<std::string> kVoid = {"meta", "input"};
    static const std::regex kTag("<(/?)([a-z0-9]+)((?:[^<>\"]|\"[^\"]*\")*)>");
    std::vector<std::string> open;
    for (std::sregex_iterator tag(page.begin(), page.end(), kTag), end; tag != end; ++tag) {
        const std::string name = (*tag)[2];
        if ((*tag)[1].length() == 0) {
            if (kVoid.count(name) == 0) open.push_back(name);
        } else if (open.empty() || open.back() != name) {
            return "</" + name + "> closes " + (open.empty() ? "nothing" : open.back());
        } else {
            open.pop_back();
        }
    }
    return open.empty() ? "" : open.back() + " does not end";
}

nlohmann::json data_of(const std::string& page)
{
    const std::string begin = "<script type=\"application/json\" id=\"data\">";
    const size_t at = page.find(begin) + begin.size();
    return nlohmann::json::parse(page.substr(at, page.find("</script>", at) - at));
}

std::string page_of(const std::vector<RunRecord>& runs, const ReportNotes& notes = {})
{
    test::TempFolder dir;
    write_report(runs, dir.path(), notes);
    return test::text_of(dir / "report.html");
}

/// Two flows of 1 KB, of `us` each.
RunRecord run_of(const std::string& label, double us)
{
    RunRecord run = test::small_run();
    run.label = label;
    run.flows.resize(2);
    for (FlowRow& flow : run.flows) {
        flow.start = {0};
        flow.end = {static_cast<int64_t>(us * 1e6)};
    }
    return run;
}

}  // namespace

TEST(ReportPage, is_well_formed_and_holds_json)
{
    RunRecord odd = test::busy_run("</script><b>\"'&\xff {{title}}", 800, 2);
    odd.command = "incast --cc '{{data}}' </pre>";
    const std::string page = page_of({test::busy_run("a", 800, 1), odd}, {{"<x>"}, {}});
    EXPECT_EQ(nesting_fault(page), "");
    EXPECT_NE(page.find("{{data}}"), std::string::npos) << "what the user wrote is not replaced";
    const nlohmann::json data = data_of(page);
    EXPECT_EQ(data["runs"].size(), 2U);
    std::set<std::string> names;
    for (const auto& figure : data["figures"]) names.insert(figure["name"].get<std::string>());
    for (const char* name :
         {"fct_cdf", "fct_ccdf", "tail_latency", "slowdown_by_size", "queue_cdf", "port_split"})
        EXPECT_EQ(names.count(name), 1U) << name;
    for (const char* part : {"http:", "https:", "src=", "<link", "@import"})
        EXPECT_EQ(page.find(part), std::string::npos) << part;
}

TEST(ReportPage, finds_elements_that_do_not_close)
{
    EXPECT_EQ(nesting_fault("<p>a</p>"), "");
    EXPECT_EQ(nesting_fault("<p>a<b></p>"), "</p> closes b");
    EXPECT_EQ(nesting_fault("<p>"), "p does not end");
}

TEST(ReportPage, of_many_flows_stays_small_and_keeps_percentiles)
{
    const RunRecord run = test::busy_run("a", 100'000, 1);
    const std::string page = page_of({run});
    EXPECT_LT(page.size(), 400'000U);
    const auto data = data_of(page);
    std::vector<double> curve;
    for (const auto& figure : data["figures"])
        if (figure["name"] == "fct_cdf")
            for (const auto& point : figure["panels"][0]["series"][0]["points"]) curve.push_back(point[0]);
    EXPECT_LT(curve.size(), 900U);
    for (const auto& figure : data["figures"]) {
        if (figure["name"] != "tail_latency") continue;
        for (const auto& point : figure["panels"][0]["series"][0]["points"])
            EXPECT_NE(std::find(curve.begin(), curve.end(), point[1].get<double>()), curve.end()) << point;
    }
}

TEST(ReportPage, puts_warnings_before_tables)
{
    RunRecord run = test::small_run();
    run.extra["warnings"] = {"the target is below the base RTT"};
    const std::string page = page_of({run});
    const size_t at = page.find("<li>dcqcn+ecmp: the target is below the base RTT</li>");
    ASSERT_NE(at, std::string::npos);
    EXPECT_LT(at, page.find("<table"));
}

TEST(ReportPage, marks_parameters_that_somebody_has_set)
{
    ReportNotes notes;
    notes.origins["dcqcn+ecmp"] = {{"mtu", "given"}};
    const std::string page = page_of({test::small_run()}, notes);
    EXPECT_NE(
        page.find("<tr class=\"changed\"><td>mtu</td><td>4096</td><td class=\"origin\">given</td></tr>"),
        std::string::npos);
    EXPECT_NE(page.find("<tr><td>cc.gain</td><td>0.00390625</td><td class=\"origin\">default</td></tr>"),
              std::string::npos);
}

TEST(Verdict, says_what_won_and_by_how_much)
{
    EXPECT_EQ(verdict_of({run_of("a", 10), run_of("b", 8)}),
              "b won: its mean flow completion time of 8.00 us is 20 % below that of a (one run each, so "
              "there is no "
              "interval).");
}

TEST(Verdict, of_one_run_says_what_happened)
{
    EXPECT_EQ(verdict_of({run_of("a", 10)}), "All 2 flows of a completed: mean flow completion time 10.0 us, "
                                             "and the median flow took 1.25 times as "
                                             "long as in an empty network.");
}

TEST(Verdict, lets_no_run_win_that_lost_flows)
{
    EXPECT_EQ(verdict_of({run_of("a", 10), test::small_run()}),
              "2 of 4 flows of dcqcn+ecmp did not complete. All 2 flows of a completed: mean flow completion "
              "time 10.0 "
              "us, and the median flow took 1.25 times as long as in an empty network.");
    EXPECT_EQ(verdict_of({test::small_run()}), "2 of 4 flows of dcqcn+ecmp did not complete.");
    EXPECT_EQ(verdict_of({}), "Nothing was run.");
}

TEST(Verdict, seeds_have_rows_with_intervals)
{
    RunRecord run = run_of("a", 10);
    for (int seed = 1; seed <= 6; ++seed)
        run.extra["seeds"].push_back(
            {{"seed", seed}, {"fct_us", {{"mean", 10 + 0.1 * seed}}}, {"drops", seed}});
    const PageTable table = seeds_table({run});
    ASSERT_GE(table.columns.size(), 3U);
    EXPECT_EQ(table.columns[1].cells[0], "6");
    EXPECT_EQ(table.columns[2].head, "FCT us mean");
    EXPECT_EQ(table.columns[2].cells[0].rfind("10.3 (10.", 0), 0U) << table.columns[2].cells[0];
    EXPECT_TRUE(seeds_table({run_of("b", 1)}).columns.empty());
}

TEST(GraphJson, merges_the_cells_of_wide_rows)
{
    Graph graph;
    GraphPanel panel;
    panel.heat = {{"row", {}}};
    for (int at = 0; at < 600; ++at) panel.heat[0].cells.emplace_back(at == 4 ? 0.9 : 0.1);
    graph.panels = {panel};
    const auto json = graph_json(graph, "x");
    EXPECT_EQ(json["panels"][0]["merged"], 3);
    EXPECT_EQ(json["panels"][0]["heat"][0]["cells"].size(), 200U);
    EXPECT_EQ(json["panels"][0]["heat"][0]["cells"][1], 0.9);
}

}  // namespace hpnsim
