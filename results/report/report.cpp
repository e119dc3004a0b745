// SPDX-License-Identifier: GPL-2.0-only
// Writes report.html: one page that needs no other file.
#include "hpnsim/report.hpp"

#include "files/file_text.hpp"
#include "hpnsim/format.hpp"
#include "hpnsim/text.hpp"
#include "hpnsim/writers.hpp"
#include "report/html.hpp"
#include "report/table.hpp"

#include <algorithm>
#include <set>

namespace hpnsim
{

namespace
{

std::string element(const std::string& tag, const std::string& text)
{
    return "<" + tag + ">" + html_escape(text) + "</" + tag + ">";
}

// Returns what all runs share, or every value there is.
template <class Get> std::string values_of(const std::vector<RunRecord>& runs, Get get)
{
    std::set<std::string> out;
    for (const RunRecord& run : runs) out.insert(get(run));
    return joined_texts(out);
}

std::string versions_of(const RunRecord& run)
{
    std::string out = "hpnsim " + run.version;
    for (const auto& [key, value] : flatten(run.versions))
        if (key != "hpnsim") out += ", " + key + " " + value;
    return out;
}

std::string heading(const std::vector<RunRecord>& runs)
{
    const std::string title = "hpnsim: " + values_of(runs, [](const RunRecord& r) { return r.scenario; }) +
                              " on " + values_of(runs, [](const RunRecord& r) { return r.topology; });
    std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
                      element("title", title) + "\n<style>" + kReportCss + "</style>\n</head>\n<body>\n" +
                      element("h1", title) + "\n";
    out += "<p class=\"meta\">Seed " +
           html_escape(values_of(runs, [](const RunRecord& r) { return std::to_string(r.seed); })) + ". " +
           html_escape(values_of(runs, versions_of)) + ".</p>\n<pre>";
    std::set<std::string> commands;
    for (const RunRecord& run : runs)
        if (commands.insert(run.command).second) out += html_escape(run.command) + "\n";
    return out + "</pre>\n";
}

constexpr size_t kRunsAcross = 6;  // side by side; more go on in a table below, so that none is cut off

// One quantity of the runs [first, last): a row, the first of which holds the runs' labels.
std::string table_row(const TableColumn& column, size_t first, size_t last)
{
    const std::string tag = column.left ? "th" : "td";
    std::string out =
        "<tr><th title=\"" + html_escape(column.explain) + "\">" + html_escape(column.head) + "</th>";
    for (size_t run = first; run < last; ++run) {
        const std::string& cell = column.cells[run];
        const bool bad = (column.head == "failed" || column.head == "unfin.") && cell != "0";
        out += "<" + tag + (bad ? " class=\"bad\">" : ">") + html_escape(cell) + "</" + tag + ">";
    }
    return out + "</tr>\n";
}

// Puts what the columns have a cell each for side by side, with a row for each quantity.
std::string side_by_side(const std::vector<TableColumn>& columns)
{
    std::string out;
    const size_t count = columns.empty() ? 0 : columns.front().cells.size();
    for (size_t first = 0; first < count; first += kRunsAcross) {
        out += "<table class=\"runs\">\n";
        for (const TableColumn& c : columns) out += table_row(c, first, std::min(first + kRunsAcross, count));
        out += "</table>\n";
    }
    return out;
}

std::string table(const std::vector<RunRecord>& runs)
{
    return "<h2>Runs compared</h2>\n" + side_by_side(comparison_columns(runs)) +
           "<p class=\"meta\">FCT is the time from posting a flow to its last ACK, for completed flows. "
           "Percentiles are exact order statistics; - means that the sample is too small for one. "
           "Hover over a heading for its meaning.</p>\n";
}

std::string table_of_jobs(const std::vector<RunRecord>& runs)
{
    const std::string tables = side_by_side(job_table(runs));
    return tables.empty() ? "" : "<h2>Jobs</h2>\n" + tables;
}

std::string refusals(const std::vector<std::string>& refused)
{
    if (refused.empty()) return "";
    std::string out = "<h2>Not run</h2>\n<ul>\n";
    for (const std::string& reason : refused) out += element("li", reason) + "\n";
    return out + "</ul>\n";
}

// Writes what a reader must know before the figures: `warnings` of the record's extra, deadlock, failed
// flows.
std::string warnings(const std::vector<RunRecord>& runs)
{
    std::string items;
    for (const RunRecord& run : runs) {
        std::vector<std::string> texts;
        if (run.extra.is_object() && run.extra.contains("warnings"))
            for (const auto& each : run.extra["warnings"]) texts.push_back(each.get<std::string>());
        for (const std::string* text : {&run.deadlock, &run.retries_exhausted})
            if (!text->empty()) texts.push_back(*text);
        for (const std::string& text : texts) items += element("li", run.label + ": " + text) + "\n";
    }
    return items.empty() ? "" : "<h2>Warnings</h2>\n<ul>\n" + items + "</ul>\n";
}

std::string figure(const Plot& plot, const std::filesystem::path& out_dir)
{
    const std::string svg = inline_svg(read_file(out_dir / "plots" / (plot.name + ".svg")), plot.name);
    if (svg.empty()) return "";
    const bool broad = svg.find("width=\"960\"") != std::string::npos;
    return std::string(broad ? "<figure class=\"broad\">" : "<figure>") + svg + "<figcaption><b>" +
           html_escape(plot.name) + ".</b> " + html_escape(plot.caption) + "</figcaption></figure>\n";
}

std::string parameters(const RunRecord& run)
{
    std::string out =
        "<details><summary>" + html_escape(run.label) + "</summary>\n<table class=\"params\">\n";
    const std::vector<std::pair<std::string, std::string>> chosen = {{"scenario", run.scenario},
                                                                     {"topology", run.topology},
                                                                     {"cc", run.cc},
                                                                     {"path", run.path},
                                                                     {"transport", run.transport},
                                                                     {"fabric", run.fabric},
                                                                     {"seed", std::to_string(run.seed)}};
    for (const auto& list : {chosen, flatten(run.params), flatten(run.extra)})
        for (const auto& [key, value] : list)
            out += "<tr>" + element("td", key) + element("td", value) + "</tr>\n";
    return out + "</table></details>\n";
}

}  // namespace

void write_report(const std::vector<RunRecord>& runs, const std::vector<Plot>& plots,
                  const std::filesystem::path& out_dir, const std::vector<std::string>& refused)
{
    std::string page = heading(runs) + warnings(runs) + table(runs) + table_of_jobs(runs) + refusals(refused);
    if (!plots.empty()) page += "<h2>Plots</h2>\n";
    for (const Plot& plot : plots) page += figure(plot, out_dir);
    page += "<h2>Parameters in force</h2>\n";
    for (const RunRecord& run : runs) page += parameters(run);
    make_folder(out_dir);
    write_file(out_dir / "report.html", page + "</body>\n</html>\n");
}

}  // namespace hpnsim
