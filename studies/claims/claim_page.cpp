// SPDX-License-Identifier: GPL-2.0-only
// Writes what a trial has found: for the terminal, as files, and as a section of a page.
#include "claims/trial_table.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/csv.hpp"
#include "hpnsim/format.hpp"
#include "hpnsim/options.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/text.hpp"
#include "hpnsim/try_claim.hpp"
#include "tell/text_table.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

namespace hpnsim
{

namespace
{

namespace fs = std::filesystem;

constexpr const char* kBegin = "<!-- claims: begin -->";
constexpr const char* kEnd = "<!-- claims: end -->";
constexpr const char* kRanges = "; means over seeds, with the least and the greatest in parentheses";

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

/// ", about 2 minutes on two cores": what the file says of its own seeds, and as much more as there are more.
std::string time_of(const Claim& claim, size_t seeds)
{
    if (claim.minutes.empty()) return "";
    const auto own = static_cast<double>(seeds_of(claim));
    const int64_t minutes =
        std::llround(parse_number("minutes", claim.minutes) * static_cast<double>(seeds) / own);
    return ", about " + std::to_string(minutes) + (minutes == 1 ? " minute" : " minutes") + " on two cores";
}

/// Exact values, a line a figure and condition: their mean, and one for each seed.
std::string csv_of(const Claim& claim, const Trial& trial)
{
    std::string text = "figure,unit,condition,value,seeds\n";
    for (size_t at = 0; at < trial.size(); ++at)
        for (const Finding& each : trial[at]) {
            text += csv_field(claim.figures[at].name) + "," + csv_field(claim.figures[at].unit) + "," +
                    csv_field(text_of(each.condition)) + ",";
            if (each.computed()) text += format_fixed(each.mean(), 6);
            std::vector<std::string> values;
            for (const double value : each.values) values.push_back(format_fixed(value, 6));
            text += "," + joined_texts(values, " ") + "\n";
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
    std::istringstream values(row.at(2));
    for (std::string value; values >> value;) finding.values.push_back(parse_number("", value));
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
    out << bands_of(claim, trial, "  ") << "  + lies in the claimed band"
        << (seeds_of(trial) > 1 ? kRanges : "") << "\n";
    for (const auto& findings : trial)
        for (const Finding& each : findings)
            if (!each.computed())
                out << "  not computed for " << text_of(each.condition) << ": " << each.why_not << "\n";
    out << "  verdict: " << verdict_of(claim, trial) << verdict_in_seeds(claim, trial) << "\n";
    if (seeds_of(trial) > 1) out << "  " << seeds_text(claim, trial) << "\n";
}

std::string page_of(const Claim& claim, const Trial& trial, const fs::path& folder,
                    const std::vector<std::string>& figures)
{
    std::string text = "### " + claim.title + "\n\n" + claim.by + ". " + claim.claimed + "\n\n";
    text += "**Verdict: " + verdict_of(claim, trial) + verdict_in_seeds(claim, trial) + ".**";
    if (!claim.cannot.empty()) return text + " " + claim.cannot + "\n";
    if (!claim.finding.empty()) text += " " + claim.finding;
    const size_t seeds = seeds_of(trial);
    text += "\n\nSetting: " + claim.setting + "\n\n" + markdown(table_of(claim, trial)) +
            "\n`+` lies in the claimed band" + (seeds > 1 ? kRanges : "") + ".\n\n" +
            (seeds > 1 ? seeds_text(claim, trial) + "\n\n" : "") + bands_of(claim, trial, "- ");
    for (const std::string& figure : figures)
        text += "\n![" + claim.name + " " + figure + "](" + (folder / (figure + ".svg")).string() + ")\n";
    const std::string of_seeds = seeds == seeds_of(claim) ? "" : " --seeds " + std::to_string(seeds);
    return text + "\n`claims " + claim.name + of_seeds + "`, " +
           (seeds == 1 ? "one seed" : std::to_string(seeds) + " seeds") + time_of(claim, seeds) + ".\n";
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
    CsvFile file(dir / claim.name / "figures.csv", {"figure", "condition", "seeds"});
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
