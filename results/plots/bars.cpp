// SPDX-License-Identifier: GPL-2.0-only
// Writes the gnuplot commands of a horizontal bar chart.
#include "plots/bars.hpp"

#include "plots/style.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

// Is half the height of a bar, in rows.
constexpr double kHalf = 0.34;

}  // namespace

size_t LyingBars::add_row(const std::string& label)
{
    labels_.push_back(label);
    return labels_.size() - 1;
}

void LyingBars::add_bar(size_t row, double from, double to, const std::string& colour)
{
    const double y = static_cast<double>(row);
    bars_ += "set object " + std::to_string(++bar_count_) + " rectangle from " + num(from) + "," +
             num(y - kHalf) + " to " + num(to) + "," + num(y + kHalf) + " fillcolor " + colour +
             " fillstyle solid 0.9 border lc rgb '#333333' lw 0.5\n";
    largest_ = std::max(largest_, to);
}

void LyingBars::add_mark(size_t row, double x)
{
    const double y = static_cast<double>(row);
    marks_ += "set arrow from " + num(x) + "," + num(y - 0.46) + " to " + num(x) + "," + num(y + 0.46) +
              " nohead front lw 1.8 dt (3,2) lc rgb '#000000'\n";
    largest_ = std::max(largest_, x);
}

void LyingBars::add_end_text(size_t row, double x, const std::string& text)
{
    marks_ += "set label " + plot_text(text) + " at " + num(x) + "," + num(static_cast<double>(row)) +
              " left offset 0.8,0 front noenhanced font ',9'\n";
    ends_ = true;
}

void LyingBars::add_bar_text(size_t row, double from, double to, const std::string& text)
{
    marks_ += "set label " + plot_text(text) + " at " + num((from + to) / 2) + "," +
              num(static_cast<double>(row)) + " center front noenhanced font ',8' textcolor rgb '#ffffff'\n";
}

void LyingBars::add_legend(const std::string& title, const std::string& colour)
{
    legend_ += ", NaN with boxes lc " + colour + " title " + plot_text(title);
    longest_legend_ = std::max(longest_legend_, title.size());
    ++legends_;
}

Figure LyingBars::figure(const std::string& x_label, const std::string& mark_title) const
{
    Figure out;
    if (labels_.empty()) return out;
    size_t longest = 1;
    std::string tics;
    for (size_t i = 0; i < labels_.size(); ++i) {
        longest = std::max(longest, labels_[i].size());
        tics += (i > 0 ? ", " : "") + plot_text(labels_[i]) + " " + std::to_string(i);
    }
    const double rows = static_cast<double>(labels_.size());
    const double hi = fixed_hi_ > 0 ? fixed_hi_ : std::max(largest_, 1e-9) * (ends_ ? 1.42 : 1.08);
    out.height = static_cast<int>(std::clamp(130 + 34 * rows, 200.0, 560.0));
    const bool mark = marks_.find("set arrow") != std::string::npos;
    out.script = set_axis("x", {0, hi, false}, x_label) + "set yrange [" + num(rows - 0.4) +
                 ":-0.6]\nset ytics (" + tics + ") scale 0 noenhanced\nset grid xtics noytics\nset lmargin " +
                 num(double(longest) * 0.82 + 4) + "\n" + bars_ + marks_ +
                 (legends_ + mark > 0 ? set_legend(legends_ + mark, longest_legend_, 640)
                                      : "unset key\nset tmargin 1\n");
    out.script += "plot NaN notitle" + legend_;
    if (mark)
        out.script += ", NaN with lines lw 1.8 dt (3,2) lc rgb '#000000' title " + plot_text(mark_title);
    out.script += "\n";
    return out;
}

}  // namespace hpnsim
