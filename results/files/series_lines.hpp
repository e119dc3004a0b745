// SPDX-License-Identifier: GPL-2.0-only
// Turns samples into rows of series.csv, and back.
#pragma once

#include "hpnsim/columns.hpp"

#include <map>

namespace hpnsim
{

SeriesLine line_of(const Series& series, const SeriesRow<QpSample>& row);
SeriesLine line_of(const Series& series, const SeriesRow<PortSample>& row);

/// Makes samples of rows. The file does not have the intervals' length: it is what all times but the last
/// are multiples of.
class SeriesBuilder
{
public:
    void add(const SeriesLine& line);
    Series finish();

private:
    Series series_;
    std::map<std::string, uint32_t> qps_, ports_;
    std::vector<double> goodputs_;  // of the rows of QPs
    Time period_, last_;            // period_: of the times before last_
};

}  // namespace hpnsim
