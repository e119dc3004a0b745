// SPDX-License-Identifier: GPL-2.0-only
// Writes what a trial has found: for the terminal, as files, and as a section of a page.
#include "claims/trial_table.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/csv.hpp"
#include "hpnsim/format.hpp"
#include "hpnsim/options.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/try_claim.hpp"
#include "tell/text_table.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace hpnsim
{

namespace
{

namespace fs = std::filesystem;

constexpr const char* kBegin = "<!-- claims: begin -->";
constexpr const char* kEnd = "<!-- claims: end -->";

std::string markdown(const std::vector<TextRow>& rows)
{
    std::string text;
    for (size_t at = 0; at < rows.size(); ++at) {
        text += "|";
        for (const std::string& cell : rows[at]) text += " " + cell + " |";
        text += "\n";
        if (at > 0) continue;
        text += "|";
        for (size_t k = 0; k < rows[at].size(); ++k) text += "---|";
        text += "\n";
    }
    return text;
}

/// One line for each figure: what it is, what was claimed, what was expected, and how often that came true.
std::string bands_of(const Claim& claim, const Trial& trial, const std::string& bullet)
{
    std::string text;
    for (size_t at = 0; at < claim.figures.size(); ++at) {
        const ClaimFigure& figure = claim.figures[at];
        const std::string unit = figure.unit.empty() ? "" : " " + figure.unit;
        const std::string of = " of " + std::to_string(trial[at].size());
        text += bullet + figure.name + " = `" + figure.is + "`";
        if (figure.claimed)
            text += "; claimed " + figure.claimed->text + unit + ": " +
                    std::to_string(count_within(*figure.claimed, trial[at])) + of;
        if (figure.expected)
            text += "; expected before the first run " + figure.expected->text + unit + ": " +
                    std::to_string(count_within(*figure.expected, trial[at])) + of;
        if (!figure.because.empty()) text += " (" + figure.because + ")";
        text += "\n";
    }
    return text;
}

std::string commands_of(const Claim& claim)
{
    std::string text;
    for (const ClaimRuns& runs : claim.runs)
        for (const StudyRun& run : runs_of(runs.study)) {
            const std::vector<std::string> words = run.words(runs.study.scenario);
            std::vector<const char*> argv;
            argv.reserve(words.size());
            for (const std::string& word : words) argv.push_back(word.c_str());
            text += quote_command(static_cast<int>(argv.size()), argv.data()) + "\n";
        }
    return text;
}

/// Exact values, a line a figure and condition.
std::string csv_of(const Claim& claim, const Trial& trial)
{
    std::string text = "figure,unit,condition,value,low,high\n";
    for (size_t at = 0; at < trial.size(); ++at)
        for (const Finding& each : trial[at]) {
            text += csv_field(claim.figures[at].name) + "," + csv_field(claim.figures[at].unit) + "," +
                    csv_field(text_of(each.condition)) + ",";
            if (each.value) text += format_fixed(each.value->value, 6);
            text += ",";
            if (each.value && each.value->interval)
                text += format_fixed(each.value->interval->low, 6) + "," +
                        format_fixed(each.value->interval->high, 6);
            else
                text += ",";
            text += "\n";
        }
    return text;
}

/// Reads a line of csv_of().
Finding finding_in(const std::vector<std::string>& row)
{
    Finding finding;
    std::istringstream words(row.at(1));
    for (std::string word; words >> word;) {
        const size_t equals = word.find('=');
        if (equals != std::string::npos)
            finding.condition.emplace_back(word.substr(0, equals), word.substr(equals + 1));
    }
    if (!row.at(2).empty()) finding.value = Estimate{parse_number("", row[2]), std::nullopt};
    if (!row.at(3).empty())
        finding.value->interval = Interval{parse_number("", row[3]), parse_number("", row.at(4))};
    return finding;
}

void write(const fs::path& file, const std::string& text)
{
    std::ofstream out(file, std::ios::binary);
    out << text;
    out.close();
    if (!out) throw BadInput("--reference: cannot write " + file.string());
}

std::string read(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace

void print_trial(std::ostream& out, const Claim& claim, const Trial& trial)
{
    out << claim.name << ": " << claim.title << "\n  " << claim.by << "\n";
    if (!claim.cannot.empty()) {
        out << "  " << verdict_of(claim, trial) << ": " << claim.cannot << "\n";
        return;
    }
    print_rows(out, table_of(claim, trial), "  ");
    out << bands_of(claim, trial, "  ") << "  + lies in the claimed band\n";
    for (const auto& findings : trial)
        for (const Finding& each : findings)
            if (!each.value)
                out << "  not computed for " << text_of(each.condition) << ": " << each.why_not << "\n";
    out << "  verdict: " << verdict_of(claim, trial) << "\n";
}

std::string page_of(const Claim& claim, const Trial& trial, const fs::path& folder,
                    const std::vector<std::string>& figures)
{
    std::string text = "### " + claim.title + "\n\n" + claim.by + ". " + claim.claimed + "\n\n";
    text += "**Verdict: " + verdict_of(claim, trial) + ".**";
    if (!claim.cannot.empty()) return text + " " + claim.cannot + "\n";
    if (!claim.finding.empty()) text += " " + claim.finding;
    text += "\n\nSetting: " + claim.setting + "\n\n" + markdown(table_of(claim, trial)) +
            "\n`+` lies in the claimed band.\n\n" + bands_of(claim, trial, "- ");
    for (const std::string& figure : figures)
        text += "\n![" + claim.name + " " + figure + "](" + (folder / (figure + ".svg")).string() + ")\n";
    return text + "\n`claims " + claim.name + "`" +
           (claim.minutes.empty() ? "" : ", about " + claim.minutes + " minutes on two cores") + ".\n";
}

void write_reference(const Claim& claim, const Trial& trial, const fs::path& dir)
{
    const fs::path folder = dir / claim.name;
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) throw BadInput("--reference: cannot make " + folder.string() + " (" + error.message() + ")");
    for (const Plot& plot : draw_charts(charts_of(claim, trial), folder))
        fs::remove(folder / (plot.name + ".png"), error);
    write(folder / "commands.txt", commands_of(claim));
    write(folder / "figures.csv", csv_of(claim, trial));
}

Trial read_reference(const Claim& claim, const fs::path& dir)
{
    CsvFile file(dir / claim.name / "figures.csv", {"figure", "condition", "value", "low", "high"});
    Trial trial(claim.figures.size());
    while (const std::vector<std::string>* row = file.next()) {
        const auto figure = std::find_if(claim.figures.begin(), claim.figures.end(),
                                         [row](const ClaimFigure& each) { return each.name == row->at(0); });
        if (figure == claim.figures.end()) file.fail("the claim has no figure '" + row->at(0) + "'");
        trial[static_cast<size_t>(figure - claim.figures.begin())].push_back(finding_in(*row));
    }
    for (size_t at = 0; at < trial.size(); ++at)
        if (trial[at].empty()) file.fail("there is no figure '" + claim.figures[at].name + "'");
    return trial;
}

void assemble_page(const std::vector<Claim>& claims, const fs::path& dir, const fs::path& file)
{
    const std::string before = read(file);
    const size_t begin = before.find(kBegin), end = before.find(kEnd);
    if (begin == std::string::npos || end == std::string::npos || end < begin)
        throw BadInput("--page: " + file.string() + " has no lines '" + kBegin + "' and '" + kEnd + "'");
    std::string text;
    for (const Claim& claim : claims) {
        const fs::path folder = dir / claim.name;
        if (claim.cannot.empty() && !fs::exists(folder / "figures.csv")) continue;
        const Trial trial = claim.cannot.empty() ? read_reference(claim, dir) : Trial();
        std::vector<std::string> charts;
        for (const ClaimFigure& figure : claim.figures)
            if (fs::exists(folder / (figure.name + ".svg"))) charts.push_back(figure.name);
        const fs::path from_page = fs::absolute(folder).lexically_proximate(fs::absolute(file).parent_path());
        text += "\n" + page_of(claim, trial, from_page, charts);
    }
    const size_t from = begin + std::string(kBegin).size();
    write(file, before.substr(0, from) + "\n" + text + "\n" + before.substr(end));
}

}  // namespace hpnsim
