// SPDX-License-Identifier: GPL-2.0-only
// Cuts a file into sections and lines.
#include "grid/sections.hpp"

#include "grid/axes.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/text_input.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

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

}  // namespace

const Line* Section::find(const std::string& line_name) const
{
    const auto found =
        std::find_if(lines.rbegin(), lines.rend(), [&](const Line& line) { return line.name == line_name; });
    return found == lines.rend() ? nullptr : &*found;
}

std::vector<Section> sections_of(const std::string& path, bool prose)
{
    TextInput file("", path);
    std::vector<Section> sections(1);
    sections[0].place = path;
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        const std::string place = path + ":" + std::to_string(number), text = uncommented(line);
        if (text.empty()) continue;
        std::vector<Line>& lines = sections.back().lines;
        const bool indented = line[0] == ' ' || line[0] == '\t';
        if (text[0] == '[')
            sections.push_back({section_name(place, text, sections), place, {}});
        else if (prose && indented && !lines.empty())
            lines.back().text += " " + text;
        else
            lines.push_back(line_of(place, text));
    }
    return sections;
}

Grid grid_of(const std::string& scenario, const Section& shared, const Section& own)
{
    AxisBuilder axes(scenario);
    const auto add = [&axes](const Line& line) {
        if (line.text.empty()) throw BadLine(line.place + ": " + line.name + " has no value");
        axes.add(line.place + ": " + line.name, line.name, line.text);
    };
    for (const Line& line : shared.lines)
        if (own.find(line.name) == nullptr) add(line);
    for (const Line& line : own.lines) add(line);
    return {own.name, axes.finish()};
}

std::string take_scenario(Section& section)
{
    const auto found = std::find_if(section.lines.begin(), section.lines.end(),
                                    [](const Line& line) { return line.name == "scenario"; });
    if (found == section.lines.end()) return "";
    check_scenario(found->place + ": ", found->text);
    std::string name = found->text;
    section.lines.erase(found);
    return name;
}

}  // namespace hpnsim
