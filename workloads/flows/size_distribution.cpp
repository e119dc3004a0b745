// SPDX-License-Identifier: GPL-2.0-only
// Reads a distribution, from a file or from those that are built in, and draws sizes from it.
#include "hpnsim/size_distribution.hpp"

#include "cdf_data.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/text_input.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <sstream>

namespace hpnsim
{

namespace
{

using Point = SizeDistribution::Point;

constexpr double kMostBytes = 1e15;

Point read_point(const std::string& place, const std::vector<std::string>& words)
{
    if (words.size() != 2)
        throw BadInput(place + ": a line of a CDF is 'bytes percent', and this one has " +
                       std::to_string(words.size()) + (words.size() == 1 ? " word" : " words"));
    return {parse_range(place + ": bytes", words[0], 0, kMostBytes, ""),
            parse_range(place + ": percent", words[1], 0, 100, "")};
}

/// Checks a point against the one before it; `points` is empty for the first.
void check_order(const std::string& place, const std::vector<Point>& points, const Point& point)
{
    if (points.empty() && point.percent != 0)
        throw BadInput(place + ": the first percent is " + format_number(point.percent) +
                       ", and must be 0; put the smallest size before it, with 0");
    if (points.empty()) return;
    const Point& last = points.back();
    if (point.percent < last.percent)
        throw BadInput(place + ": percent " + format_number(point.percent) + " is less than the " +
                       format_number(last.percent) + " before it");
    if (point.bytes < last.bytes)
        throw BadInput(place + ": " + format_number(point.bytes) + " bytes are fewer than the " +
                       format_number(last.bytes) + " before them");
}

SizeDistribution read(std::istream& in, const std::string& file)
{
    std::vector<Point> points;
    TextLines lines(in, file);
    for (std::vector<std::string> words; lines.next(words);) {
        const Point point = read_point(lines.place(), words);
        check_order(lines.place(), points, point);
        points.push_back(point);
    }
    if (points.empty()) throw BadInput(file + ": the CDF is empty");
    const std::string place = lines.place();
    if (points.back().percent == 1)  // shares of one, not percents
        for (Point& point : points) point.percent *= 100;
    if (points.back().percent != 100)
        throw BadInput(place + ": the last percent is " + format_number(points.back().percent) +
                       ", and must be 100, or 1 if all are shares of one");
    if (points.back().bytes == 0) throw BadInput(place + ": every flow of this CDF is of 0 bytes");
    return SizeDistribution(std::move(points));
}

}  // namespace

Bytes SizeDistribution::quantile(double u) const
{
    const double percent = u * 100;
    const auto above = std::upper_bound(points_.begin() + 1, points_.end() - 1, percent,
                                        [](double p, const Point& point) { return p < point.percent; });
    const Point &high = *above, &low = *(above - 1);
    const double bytes =
        low.bytes + (high.bytes - low.bytes) * ((percent - low.percent) / (high.percent - low.percent));
    return std::max<Bytes>(std::llround(bytes), 1);
}

double SizeDistribution::mean() const
{
    double sum = 0;
    for (size_t i = 1; i < points_.size(); ++i)
        sum += (points_[i - 1].bytes + points_[i].bytes) / 2 * (points_[i].percent - points_[i - 1].percent) /
               100;
    return sum;
}

std::vector<std::string> size_distribution_names()
{
    std::vector<std::string> names;
    for (const CdfData& each : kCdfData) names.emplace_back(each.name);
    return names;
}

SizeDistribution read_size_distribution(const std::string& what, const std::string& name_or_file)
{
    for (const CdfData& each : kCdfData) {
        if (name_or_file != each.name) continue;
        std::istringstream text(each.text);
        return read(text, each.name);
    }
    std::error_code error;
    if (!std::filesystem::exists(name_or_file, error))
        throw BadInput(what + ": '" + name_or_file +
                       "' is no file that can be read, and no distribution of that name is known" +
                       suggestion(name_or_file, size_distribution_names()));
    TextInput file(what, name_or_file);
    return read(file, name_or_file);
}

}  // namespace hpnsim
