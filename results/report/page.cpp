// SPDX-License-Identifier: GPL-2.0-only
// Puts the parts of a page into its frame (page/report.html): text as HTML, so that it can be read without
// scripts, and what scripts draw as JSON.
#include "hpnsim/report_page.hpp"

#include "files/file_text.hpp"
#include "page_files.hpp"
#include "report/graph_json.hpp"

#include <algorithm>
#include <map>

namespace hpnsim
{

namespace
{

using Json = nlohmann::ordered_json;

std::string element(const std::string& tag, const std::string& text)
{
    return "<" + tag + ">" + html_escape(text) + "</" + tag + ">";
}

std::string list_of(const std::vector<std::string>& texts, const std::string& kind)
{
    std::string out = kind.empty() ? "<ul>\n" : "<ul class=\"" + kind + "\">\n";
    for (const std::string& text : texts) out += element("li", text) + "\n";
    return out + "</ul>\n";
}

std::string warnings(const ReportPage& page)
{
    if (page.warnings.empty()) return "";
    return "<div class=\"warnings\" role=\"note\" aria-labelledby=\"warnings\">\n<h2 id=\"warnings\">" +
           std::string(page.warnings.size() == 1 ? "Warning" : "Warnings") + "</h2>\n" +
           list_of(page.warnings, "") + "</div>\n";
}

std::string head_cell(const TableColumn& column)
{
    const std::string title = column.explain.empty() ? "" : " title=\"" + html_escape(column.explain) + "\"";
    return "<th scope=\"col\"" + std::string(column.left ? " class=\"text\"" : "") +
           "><button type=\"button\"" + title + ">" + html_escape(column.head) + "</button></th>";
}

std::string row_of(const PageTable& table, size_t row)
{
    const std::string name = html_escape(table.columns.front().cells[row]);
    const bool linked = row < table.links.size() && !table.links[row].empty();
    std::string out = "<tr><th scope=\"row\" class=\"text\">" +
                      (linked ? "<a href=\"" + html_escape(table.links[row]) + "\">" + name + "</a>" : name) +
                      "</th>";
    for (size_t at = 1; at < table.columns.size(); ++at) {
        const TableColumn& column = table.columns[at];
        const std::string& cell = column.cells[row];
        const bool bad = (column.head == "failed" || column.head == "unfin.") && cell != "0" && cell != "-";
        out += std::string("<td") +
               (bad           ? " class=\"bad\">"
                : column.left ? " class=\"text\">"
                              : ">") +
               html_escape(cell) + "</td>";
    }
    return out + "</tr>\n";
}

std::string table_html(const PageTable& table)
{
    if (table.columns.empty() || table.columns.front().cells.empty()) return "";
    const std::string title = html_escape(table.title);
    std::string out = "<div class=\"table\">\n<h3>" + title + "</h3>\n<p class=\"tools\"><label>Filter " +
                      "<input type=\"search\" placeholder=\"words, or column &lt; number\" " +
                      "aria-label=\"Filter rows of " + title +
                      "\"></label> <span class=\"count\"></span></p>\n" +
                      "<div class=\"scroll runs\" tabindex=\"0\" role=\"group\" aria-label=\"" + title +
                      "\">\n<table>\n<thead><tr>";
    for (const TableColumn& column : table.columns) out += head_cell(column);
    out += "</tr></thead>\n<tbody>\n";
    for (size_t row = 0; row < table.columns.front().cells.size(); ++row) out += row_of(table, row);
    out += "</tbody>\n</table>\n</div>\n";
    return out + (table.note.empty() ? "" : "<p class=\"meta\">" + html_escape(table.note) + "</p>\n") +
           "</div>\n";
}

std::string tables(const ReportPage& page)
{
    std::string out;
    for (const PageTable& table : page.tables) out += table_html(table);
    return out.empty() ? "" : "<section>\n<h2 id=\"tables\">Tables</h2>\n" + out + "</section>\n";
}

std::string settings(const PageSettings& of)
{
    size_t changed = 0;
    for (const PageSetting& each : of.settings) changed += !each.origin.empty();
    std::string out =
        "<details><summary>" + html_escape(of.label) + " (" + std::to_string(of.settings.size()) + ", " +
        std::to_string(changed) + " changed)</summary>\n" +
        "<p><label><input type=\"checkbox\" class=\"only-changed\"> only what is changed</label></p>\n" +
        "<table class=\"params\"><thead><tr><th scope=\"col\" class=\"text\" style=\"padding:.3rem "
        ".55rem\">" +
        "parameter</th><th scope=\"col\" class=\"text\">value</th><th scope=\"col\" class=\"text\">set by" +
        "</th></tr></thead>\n<tbody>\n";
    for (const PageSetting& each : of.settings)
        out += std::string(each.origin.empty() ? "<tr>" : "<tr class=\"changed\">") +
               element("td", each.key) + element("td", each.value) + "<td class=\"origin\">" +
               html_escape(each.origin.empty() ? "default" : each.origin) + "</td></tr>\n";
    return out + "</tbody></table></details>\n";
}

std::string all_settings(const ReportPage& page)
{
    std::string out;
    for (const PageSettings& each : page.settings) out += settings(each);
    return out.empty() ? ""
                       : "<section>\n<h2 id=\"parameters\">Parameters in force</h2>\n" + out + "</section>\n";
}

const char* const kNoScript =
    "<noscript><p>Figures need JavaScript; those in the folder plots do not.</p></noscript>\n";

Json drawn_figures(const ReportPage& page)
{
    Json out = Json::array();
    for (const PageFigure& figure : page.figures)
        if (!figure.graph.empty()) out.push_back(graph_json(figure.graph, figure.title));
    return out;
}

/// A text of JSON in which nothing looks like the end of a script.
std::string inert(const Json& data)
{
    const std::string text = data.dump(-1, ' ', false, Json::error_handler_t::replace);
    std::string out;
    for (const char c : text) {
        if (c == '<')
            out += "\\u003c";
        else
            out += c;
    }
    return out;
}

/// Replaces each {{name}} of the frame once; what stands in their place is not looked at.
std::string filled(const std::string& frame, const std::map<std::string, std::string>& parts)
{
    std::string out;
    size_t at = 0;
    for (size_t open; (open = frame.find("{{", at)) != std::string::npos;) {
        const size_t close = frame.find("}}", open);
        out += frame.substr(at, open - at) + parts.at(frame.substr(open + 2, close - open - 2));
        at = close + 2;
    }
    return out + frame.substr(at);
}

std::string navigation(const std::map<std::string, std::string>& parts)
{
    std::string out = "<a href=\"#summary\">Summary</a>";
    for (const auto& [part, title] : std::vector<std::pair<std::string, std::string>>{
             {"tables", "Tables"}, {"figures", "Figures"}, {"fabric", "Fabric"}})
        if (!parts.at(part).empty()) out += " <a href=\"#" + part + "\">" + title + "</a>";
    out += " <a href=\"#command\">Command</a>";
    return out + (parts.at("settings").empty() ? "" : " <a href=\"#parameters\">Parameters</a>");
}

}  // namespace

std::string html_escape(const std::string& text)
{
    static const std::map<char, std::string> kNames = {
        {'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};
    std::string out;
    for (const char c : text) {
        const auto name = kNames.find(c);
        out += name == kNames.end() ? std::string(1, c) : name->second;
    }
    return out;
}

void ReportPage::add(const std::string& title, const std::string& name, Graph graph)
{
    graph.name = name;
    figures.push_back({title, std::move(graph)});
}

std::string page_text(const ReportPage& page)
{
    const Json figures = drawn_figures(page);
    std::string commands;
    for (const std::string& command : page.commands) commands += html_escape(command) + "\n";
    std::map<std::string, std::string> parts = {
        {"title", html_escape(page.title)},
        {"style", page_file::report_css},
        {"verdict", html_escape(page.verdict)},
        {"warnings", warnings(page)},
        {"facts", page.facts.empty() ? "" : list_of(page.facts, "facts")},
        {"origin", html_escape(page.origin)},
        {"tables", tables(page)},
        {"figures", figures.empty()
                        ? ""
                        : std::string("<section>\n<h2 id=\"figures\">Figures</h2>\n") + kNoScript +
                              "<div class=\"figures\" id=\"figure-list\"></div>\n</section>\n"},
        {"fabric", page.fabric.empty()
                       ? ""
                       : "<section>\n<h2 id=\"fabric\">Fabric</h2>\n"
                         "<div class=\"card fabric\" id=\"fabric-view\"></div>\n</section>\n"},
        {"commands", commands},
        {"refused", page.refused.empty() ? "" : "<h2>Not run</h2>\n" + list_of(page.refused, "")},
        {"settings", all_settings(page)},
        {"data", inert({{"runs", page.runs}, {"figures", figures}, {"fabric", page.fabric}})},
        {"script", std::string(page_file::page_js) + page_file::tables_js + page_file::scales_js +
                       page_file::panel_js + page_file::figures_js + page_file::fabric_js}};
    parts["nav"] = navigation(parts);
    return filled(page_file::report_html, parts);
}

void write_page(const ReportPage& page, const std::filesystem::path& dir)
{
    make_folder(dir);
    write_file(dir / "report.html", page_text(page));
}

}  // namespace hpnsim
