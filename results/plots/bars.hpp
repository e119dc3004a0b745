// SPDX-License-Identifier: GPL-2.0-only
// LyingBars is a chart of horizontal bars, one row a run, with labels of any length at the left.
#pragma once

#include "plots/figures.hpp"

namespace hpnsim
{

class LyingBars
{
public:
    /// Returns the row's number, from the top.
    size_t add_row(const std::string& label);
    void add_bar(size_t row, double from, double to, const std::string& colour);
    /// A dashed mark across the row: an ideal.
    void add_mark(size_t row, double x);
    /// Text right of `x`.
    void add_end_text(size_t row, double x, const std::string& text);
    /// Text in the middle of a bar.
    void add_bar_text(size_t row, double from, double to, const std::string& text);
    /// A legend entry of a colour.
    void add_legend(const std::string& title, const std::string& colour);
    void fix_range(double hi) { fixed_hi_ = hi; }
    /// Empty when there are no rows. `mark_title` names the marks in the legend.
    Figure figure(const std::string& x_label, const std::string& mark_title) const;

private:
    std::vector<std::string> labels_;
    std::string bars_, marks_, legend_;
    size_t legends_ = 0, longest_legend_ = 5;
    double largest_ = 0, fixed_hi_ = 0;
    size_t bar_count_ = 0;
    bool ends_ = false;
};

}  // namespace hpnsim
