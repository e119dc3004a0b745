// SPDX-License-Identifier: GPL-2.0-only
// Says how large flows are: a piecewise-linear cumulative distribution, from a file or by the name of a
// published one.
#pragma once

#include "hpnsim/units.hpp"

#include <string>
#include <vector>

namespace hpnsim
{

class SizeDistribution
{
public:
    /// Says that `percent` of the flows have at most `bytes`.
    struct Point {
        double bytes = 0, percent = 0;
    };

    /// Percents go from 0 to 100; neither they nor bytes fall. Where bytes stay and percents rise, many flows
    /// have one size; where percents stay and bytes rise, no flow's size lies between.
    explicit SizeDistribution(std::vector<Point> points) : points_(std::move(points)) {}

    /// The size, to the nearest byte and at least one, that the share `u` (0 <= u < 1) of the flows lies
    /// below.
    Bytes quantile(double u) const;
    /// Returns the mean of the distribution itself, before sizes become whole bytes.
    double mean() const;

private:
    std::vector<Point> points_;
};

/// `WebSearch` and the like, or a file of HPCC-sim's format: lines of `bytes percent`. If the last percent is
/// 1, all of them are shares of one, as ns3-datacenter has them. Throws BadInput with
/// file:line; `what` begins the sentence about what cannot be found.
SizeDistribution read_size_distribution(const std::string& what, const std::string& name_or_file);

/// Lists the names of the built-in distributions.
std::vector<std::string> size_distribution_names();

}  // namespace hpnsim
