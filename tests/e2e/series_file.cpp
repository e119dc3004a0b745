// SPDX-License-Identifier: GPL-2.0-only
// Reads series.csv, and computes means, percentiles and fairness over its rows.
#include "series_file.hpp"

#include "command.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

namespace hpnsim::test
{

namespace
{

double number(const std::string& text)
{
    return text.empty() ? 0 : std::stod(text);
}

bool ends_with(const std::string& text, const std::string& end)
{
    return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

}  // namespace

std::vector<SeriesLine> read_series(const std::filesystem::path& file)
{
    std::vector<SeriesLine> all;
    const auto lines = rows(file);
    for (size_t i = 1; i < lines.size(); ++i) {
        std::vector<std::string> f;
        std::istringstream row(lines[i]);
        for (std::string field; std::getline(row, field, ',');) f.push_back(field);
        f.resize(10);
        all.push_back({number(f[0]) / 1000, f[1], f[2], number(f[3]), number(f[4]), number(f[6]),
                       number(f[7]), number(f[8]), number(f[5]), number(f[9])});
    }
    return all;
}

Span::Span(const std::vector<SeriesLine>& lines, double from, double to, double period)
    : samples_(static_cast<size_t>(std::lround((to - from) / period)))
{
    for (const SeriesLine& line : lines)
        if (line.us > from + period / 2 && line.us < to + period / 2) lines_.push_back(line);
}

std::vector<double> Span::queue(const std::string& to) const
{
    std::vector<double> depths;
    for (const SeriesLine& line : lines_)
        if (line.kind == "port" && ends_with(line.name, "-> " + to)) depths.push_back(line.queue);
    while (depths.size() < samples_) depths.push_back(0);
    std::sort(depths.begin(), depths.end());
    return depths;
}

double sum_of(const std::vector<double>& values)
{
    return std::accumulate(values.begin(), values.end(), 0.0);
}

double mean_of(const std::vector<double>& values)
{
    return sum_of(values) / static_cast<double>(values.size());
}

double percentile(const std::vector<double>& ascending, double p)
{
    return ascending.at(static_cast<size_t>(std::ceil(p * static_cast<double>(ascending.size()))) - 1);
}

double jain(const std::vector<double>& values)
{
    double squares = 0;
    for (const double value : values) squares += value * value;
    return sum_of(values) * sum_of(values) / (squares * static_cast<double>(values.size()));
}

}  // namespace hpnsim::test
