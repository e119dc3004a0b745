// SPDX-License-Identifier: GPL-2.0-only
// Reads series.csv for tests.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace hpnsim::test
{

struct SeriesLine {
    double us = 0;
    std::string kind, name;
    double rate = 0, window = 0, goodput = 0, queue = 0;  ///< Gb/s, bytes; 0 where the row has none
    double paused_ns = 0, in_flight = 0, sending_ns = 0;
};

std::vector<SeriesLine> read_series(const std::filesystem::path& file);

/// Holds the samples after `from` up to `to` (us).
class Span
{
public:
    Span(const std::vector<SeriesLine>& lines, double from, double to, double period);
    /// Returns the mean goodput of each QP whose sender `takes`, in order of first appearance; a missing
    /// sample is idle.
    template <class Takes> std::vector<double> goodputs(Takes takes) const;
    std::vector<double> goodputs() const
    {
        return goodputs([](int) { return true; });
    }
    /// Returns the depths of the ports that lead to a name, ascending, one per sample; a missing sample is
    /// empty.
    std::vector<double> queue(const std::string& to) const;

private:
    std::vector<SeriesLine> lines_;
    size_t samples_;
};

double sum_of(const std::vector<double>& values);
double mean_of(const std::vector<double>& values);
/// Returns a percentile of ascending values, by the ceiling rule.
double percentile(const std::vector<double>& ascending, double p);
/// Returns Jain's index: 1 if all are equal, 1/n if one has everything.
double jain(const std::vector<double>& values);

template <class Takes> std::vector<double> Span::goodputs(Takes takes) const
{
    std::vector<std::string> names;
    std::vector<double> sums;
    for (const SeriesLine& line : lines_) {
        if (line.kind != "qp" || !takes(std::stoi(line.name))) continue;
        size_t i = 0;
        while (i < names.size() && names[i] != line.name) ++i;
        if (i == names.size()) {
            names.push_back(line.name);
            sums.push_back(0);
        }
        sums[i] += line.goodput;
    }
    for (double& sum : sums) sum /= static_cast<double>(samples_);
    return sums;
}

}  // namespace hpnsim::test
