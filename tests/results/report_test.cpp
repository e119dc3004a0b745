// SPDX-License-Identifier: GPL-2.0-only
// Tests the table for the terminal and the page report.html.
#include "hpnsim/report.hpp"

#include "hpnsim/report_page.hpp"
#include "samples.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace hpnsim
{

TEST(Html, escapes)
{
    EXPECT_EQ(html_escape("<a href=\"x\">&'"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
}

TEST(Report, says_everything_and_is_self_contained)
{
    test::TempFolder dir;
    RunRecord run = test::small_run();
    run.command = "incast --cc '<script>alert(1)</script>'";
    run.versions = {{"ns3", "3.37"}};
    write_report({run}, dir.path(), {{"dcqcn + spray: gbn takes <reordering> for loss"}, {}});
    const std::string page = test::text_of(dir / "report.html");
    for (const char* part :
         {"&lt;script&gt;alert(1)", "Seed 7", "ns3 3.37", "dcqcn+ecmp", "&lt;reordering&gt;", "<details>",
          "cc.gain", "0.00390625", "</html>", "<td class=\"bad\">1</td>"})
        EXPECT_NE(page.find(part), std::string::npos) << part;
    for (const char* part : {"<script>alert", "http://", "https://", "src=", "<link", "@import", "url(http"})
        EXPECT_EQ(page.find(part), std::string::npos) << part;
}

TEST(Report, names_its_own_version_once)
{
    test::TempFolder dir;
    RunRecord run = test::small_run();
    run.versions = {{"hpnsim", "0.1.0"}, {"ns-3", "3.37"}};
    write_report({run}, dir.path());
    const std::string page = test::text_of(dir / "report.html");
    EXPECT_NE(page.find("Seed 7. hpnsim 0.1.0, ns-3 3.37.</p>"), std::string::npos) << page;
}

TEST(Report, has_a_row_for_each_run)
{
    test::TempFolder dir;
    std::vector<RunRecord> runs(8, test::small_run());
    for (size_t i = 0; i < runs.size(); ++i) runs[i].label = "run" + std::to_string(i);
    write_report(runs, dir.path());
    const std::string page = test::text_of(dir / "report.html");
    for (const RunRecord& run : runs)
        EXPECT_NE(
            page.find("<tr><th scope=\"row\" class=\"text\">" + run.label + "</th><td>4</td><td>2</td>"),
            std::string::npos)
            << run.label;
    EXPECT_NE(page.find("<button type=\"button\" title=\"flows posted\">flows</button>"), std::string::npos);
}

TEST(ComparisonTable, fits_the_terminal_and_lines_up)
{
    RunRecord run = test::busy_run("dcqcn_preset=vendor+spray+buffer-mb=64", 500, 1);
    run.drops = run.trims = run.cnps = run.nacks = run.pfc_pauses = 123'456'789;
    run.extra = {{"busbw_GBps", 380.5}, {"efficiency", 0.5}, {"algbw_GBps", 200.25}, {"ideal_us", 12.5}};
    const std::string table = comparison_table({run, test::small_run()}, {"swift + spray: a reason"});
    std::istringstream lines(table);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 140u) << line;
    for (const char* part : {"123,456,789", "380", "761", "50.0", "not run: swift + spray: a reason\n"})
        EXPECT_NE(table.find(part), std::string::npos) << part << "\n" << table;
}

TEST(ComparisonTable, exact_text_of_a_small_run)
{
    // Two of four flows completed: FCT 10 and 12.000001 us of 8 us.
    const std::string table = comparison_table({test::small_run()});
    EXPECT_EQ(table.substr(0, table.find("  max queue")),
              "run         flows  done  failed  unfin.  FCT us mean   p50   max  slowd. p50");
    EXPECT_NE(table.find("\ndcqcn+ecmp      4     2       1       1         11.0  10.0  12.0        1.25  "),
              std::string::npos)
        << table;
}

TEST(ComparisonTable, of_no_runs_names_the_refused)
{
    EXPECT_EQ(comparison_table({}, {"a"}), "not run: a\n");
}

}  // namespace hpnsim
