// SPDX-License-Identifier: GPL-2.0-only
// Reads claims from their files.
#include "grid/sections.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/claim.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/quantity.hpp"

#include <algorithm>
#include <limits>
#include <set>

namespace hpnsim
{

namespace
{

namespace fs = std::filesystem;

/// Reads the lines of a section that each set one text.
class Texts
{
public:
    explicit Texts(const Section& section) : section_(section) {}

    Texts& take(const char* name, std::string& text)
    {
        names_.emplace_back(name);
        if (const Line* line = section_.find(name)) text = line->text;
        return *this;
    }

    /// Throws BadLine on a line that nobody has taken.
    void done() const
    {
        for (const Line& line : section_.lines)
            if (std::find(names_.begin(), names_.end(), line.name) == names_.end())
                throw BadLine(line.place + ": no line '" + line.name + "' is known here" +
                              suggestion_of_all(line.name, names_));
    }

private:
    const Section& section_;
    std::vector<std::string> names_;
};

std::string place_of(const Section& section, const char* line)
{
    const Line* found = section.find(line);
    return found == nullptr ? section.place : found->place + ": " + line;
}

ClaimFigure figure_of(const Section& section)
{
    ClaimFigure figure;
    figure.name = section.name.substr(7);
    figure.place = place_of(section, "is");
    std::string claimed, expected;
    Texts(section)
        .take("is", figure.is)
        .take("unit", figure.unit)
        .take("claimed", claimed)
        .take("expected", expected)
        .take("because", figure.because)
        .done();
    if (figure.is.empty())
        throw BadLine(section.place + ": [figure " + figure.name + "] has no line 'is = ...'");
    if (!claimed.empty()) figure.claimed = parse_band(place_of(section, "claimed"), claimed);
    if (!expected.empty()) figure.expected = parse_band(place_of(section, "expected"), expected);
    return figure;
}

/// The lines of `base` with those of `over` in the place of equal names.
Section laid_over(const Section& base, const Section& over)
{
    Section all = base;
    for (const Line& line : over.lines) {
        all.lines.erase(std::remove_if(all.lines.begin(), all.lines.end(),
                                       [&line](const Line& each) { return each.name == line.name; }),
                        all.lines.end());
        all.lines.push_back(line);
    }
    return all;
}

/// What a small form replaces: options of all runs, and of single ones by their names.
struct SmallForm {
    Section shared;
    std::map<std::string, Section> of_runs;
};

/// Puts the claim's own folder before files that it names as data/FILE, so that they are found wherever
/// `claims` is started. Relative to the current folder, as commands in the results are read elsewhere.
void place_data(Section& section, const fs::path& folder)
{
    for (Line& line : section.lines)
        if (line.text.rfind("data/", 0) == 0) line.text = fs::proximate(folder / line.text).string();
}

/// Puts so many seeds in the place of those that the file gives the runs.
void set_seeds(uint32_t seeds, Section& shared, Section& own)
{
    for (Section* section : {&shared, &own})
        section->lines.erase(std::remove_if(section->lines.begin(), section->lines.end(),
                                            [](const Line& each) { return each.name == "seeds"; }),
                             section->lines.end());
    shared.lines.push_back({"--seeds", "seeds", std::to_string(seeds)});
}

ClaimRuns runs_in(const Section& shared, Section own, const SmallForm& small, const fs::path& folder,
                  uint32_t seeds)
{
    ClaimRuns runs;
    runs.name = own.name.substr(4);
    if (runs.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string::npos)
        throw BadLine(own.place + ": the name '" + runs.name + "' is not of small letters, digits and _");
    Section base = laid_over(shared, small.shared);
    const auto replaced = small.of_runs.find(runs.name);
    if (replaced != small.of_runs.end()) own = laid_over(own, replaced->second);
    place_data(base, folder);
    place_data(own, folder);
    if (seeds > 0) set_seeds(seeds, base, own);
    const std::string common = take_scenario(base), special = take_scenario(own);
    runs.study.scenario = special.empty() ? common : special;
    if (runs.study.scenario.empty())
        throw BadLine(own.place + ": there is no line 'scenario = NAME' for these runs");
    own.name.clear();
    runs.study.grids.push_back(grid_of(runs.study.scenario, base, own));
    return runs;
}

bool begins(const std::string& text, const char* with)
{
    return text.rfind(with, 0) == 0;
}

SmallForm small_form_of(const std::vector<Section>& sections)
{
    SmallForm small;
    for (const Section& each : sections) {
        if (each.name == "quick") small.shared = each;
        if (begins(each.name, "quick ")) small.of_runs[each.name.substr(6)] = each;
    }
    return small;
}

/// Throws BadLine on the small form of runs that there are not.
void check_names(const std::vector<ClaimRuns>& runs, const std::vector<Section>& sections)
{
    std::vector<std::string> names;
    for (const ClaimRuns& each : runs) names.push_back(each.name);
    for (const Section& each : sections) {
        if (!begins(each.name, "quick ")) continue;
        const std::string name = each.name.substr(6);
        if (std::find(names.begin(), names.end(), name) == names.end())
            throw BadLine(each.place + ": there is no section [run " + name + "]" +
                          suggestion_of_all(name, names));
    }
}

void check(const Claim& claim, const std::string& file)
{
    if (claim.title.empty()) throw BadLine(file + ": there is no line 'title = ...'");
    if (!claim.cannot.empty()) return;
    if (claim.runs.empty()) throw BadLine(file + ": there is no section [run NAME]");
    if (claim.figures.empty()) throw BadLine(file + ": there is no section [figure NAME]");
}

}  // namespace

Band parse_band(const std::string& place, const std::string& text)
{
    constexpr double kFar = std::numeric_limits<double>::infinity();
    Band band{text, -kFar, kFar};
    const size_t to = text.find(" to ");
    if (begins(text, "at least ")) {
        band.low = parse_number(place, text.substr(9));
    } else if (begins(text, "at most ")) {
        band.high = parse_number(place, text.substr(8));
    } else if (to != std::string::npos) {
        band.low = parse_number(place, text.substr(0, to));
        band.high = parse_number(place, text.substr(to + 4));
    } else {
        throw BadInput(place + ": '" + text + "' is none of 'A to B', 'at least A' and 'at most A'");
    }
    if (band.low > band.high) throw BadInput(place + ": '" + text + "' begins above its end");
    return band;
}

Claim read_claim(const fs::path& file, bool quick, uint32_t seeds)
{
    const std::vector<Section> sections = sections_of(file.string(), true);
    Claim claim;
    claim.name = file.stem().string();
    std::string order;
    Texts(sections.front())
        .take("title", claim.title)
        .take("by", claim.by)
        .take("claimed", claim.claimed)
        .take("setting", claim.setting)
        .take("minutes", claim.minutes)
        .take("order", order)
        .take("cannot", claim.cannot)
        .done();
    if (!order.empty())
        claim.order = static_cast<int>(parse_count(place_of(sections.front(), "order"), order, 0, 1'000'000));
    Section shared;
    for (const Section& each : sections)
        if (each.name == "runs") shared = each;
    const SmallForm small = quick ? small_form_of(sections) : SmallForm();
    for (size_t at = 1; at < sections.size(); ++at) {
        const Section& each = sections[at];
        if (begins(each.name, "run "))
            claim.runs.push_back(runs_in(shared, each, small, file.parent_path(), seeds));
        else if (begins(each.name, "figure "))
            claim.figures.push_back(figure_of(each));
        else if (each.name == "finding")
            Texts(each).take("text", claim.finding).done();
        else if (each.name != "runs" && each.name != "quick" && !begins(each.name, "quick "))
            throw BadLine(each.place + ": no section [" + each.name +
                          "] is known; there are [runs], [run NAME], [figure NAME], [quick] and [finding]");
    }
    check_names(claim.runs, sections);
    check(claim, file.string());
    return claim;
}

size_t seeds_of(const Claim& claim)
{
    size_t most = 1;
    for (const ClaimRuns& runs : claim.runs) {
        std::set<std::string> seeds;
        for (const StudyRun& run : runs_of(runs.study))
            for (const auto& [option, value] : run.settings)
                if (option == "seed") seeds.insert(value);
        most = std::max(most, seeds.size());
    }
    return most;
}

std::vector<Claim> read_claims(const fs::path& folder, bool quick, uint32_t seeds)
{
    std::vector<fs::path> files;
    std::error_code error;
    for (const auto& each : fs::directory_iterator(folder, error))
        if (each.path().extension() == ".claim") files.push_back(each.path());
    if (error) throw BadInput("claims: " + folder.string() + " cannot be read (" + error.message() + ")");
    std::sort(files.begin(), files.end());
    std::vector<Claim> claims;
    for (const fs::path& file : files) claims.push_back(read_claim(file, quick, seeds));
    std::stable_sort(claims.begin(), claims.end(),
                     [](const Claim& a, const Claim& b) { return a.order < b.order; });
    return claims;
}

}  // namespace hpnsim
