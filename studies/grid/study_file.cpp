// SPDX-License-Identifier: GPL-2.0-only
// Reads a study from a file.
#include "grid/axes.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/text_input.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

struct Line {
    std::string place, name, text;
};

struct Section {
    std::string name;
    std::vector<Line> lines;
};

std::string trim(const std::string& text)
{
    const size_t first = text.find_first_not_of(" \t\r");
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string uncommented(const std::string& line)
{
    const std::string text = trim(line);
    if (text.empty() || text[0] == '#' || text[0] == ';') return "";
    return trim(text.substr(0, std::min(text.find(" #"), text.find("\t#"))));
}

Line line_of(const std::string& place, const std::string& text)
{
    const size_t equals = text.find('=');
    if (equals == std::string::npos) {
        if (text.find_first_of(" \t") != std::string::npos)
            throw BadLine(place + ": '" + text + "' is not option = values");
        return {place, text, "true"};  // an option that stands alone, as verify
    }
    return {place, trim(text.substr(0, equals)), trim(text.substr(equals + 1))};
}

std::string section_name(const std::string& place, const std::string& text,
                         const std::vector<Section>& before)
{
    if (text.back() != ']' || trim(text.substr(1, text.size() - 2)).empty())
        throw BadLine(place + ": '" + text + "' is not [NAME]");
    std::string name = trim(text.substr(1, text.size() - 2));
    for (const Section& each : before)
        if (each.name == name) throw BadLine(place + ": there is a section [" + name + "] already");
    return name;
}

/// The first section has no name: what all others share.
std::vector<Section> sections_of(const std::string& path)
{
    TextInput file("", path);
    std::vector<Section> sections(1);
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        const std::string place = path + ":" + std::to_string(number), text = uncommented(line);
        if (text.empty()) continue;
        if (text[0] == '[')
            sections.push_back({section_name(place, text, sections), {}});
        else
            sections.back().lines.push_back(line_of(place, text));
    }
    return sections;
}

std::string take_scenario(const std::string& path, Section& shared)
{
    const auto found = std::find_if(shared.lines.begin(), shared.lines.end(),
                                    [](const Line& line) { return line.name == "scenario"; });
    if (found == shared.lines.end())
        throw BadLine(path + ": there is no line 'scenario = NAME' before the first section");
    check_scenario(found->place + ": ", found->text);
    std::string name = found->text;
    shared.lines.erase(found);
    return name;
}

Grid grid_of(const std::string& scenario, const Section& shared, const Section& own)
{
    AxisBuilder axes(scenario);
    const auto add = [&axes](const Line& line) {
        if (line.text.empty()) throw BadLine(line.place + ": " + line.name + " has no value");
        axes.add(line.place + ": " + line.name, line.name, line.text);
    };
    for (const Line& line : shared.lines) {
        const bool replaced = std::any_of(own.lines.begin(), own.lines.end(),
                                          [&line](const Line& each) { return each.name == line.name; });
        if (!replaced) add(line);
    }
    for (const Line& line : own.lines) add(line);
    return {own.name, axes.finish()};
}

}  // namespace

Study study_of_file(const std::string& path)
{
    std::vector<Section> sections = sections_of(path);
    Study study;
    study.scenario = take_scenario(path, sections.front());
    if (sections.size() == 1) study.grids.push_back(grid_of(study.scenario, {}, sections.front()));
    for (size_t at = 1; at < sections.size(); ++at)
        study.grids.push_back(grid_of(study.scenario, sections.front(), sections[at]));
    return study;
}

}  // namespace hpnsim
