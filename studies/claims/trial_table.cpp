// SPDX-License-Identifier: GPL-2.0-only
// Makes tables and charts of what a trial has found.
#include "claims/trial_table.hpp"

#include "claims/chart_conditions.hpp"

#include "hpnsim/format.hpp"
#include "hpnsim/quantity.hpp"

#include <algorithm>
#include <cstdlib>

namespace hpnsim
{

namespace
{

using Row = std::vector<std::string>;

/// All conditions of all figures, each once, in their order; and the options in them.
struct Frame {
    std::vector<Condition> conditions;
    std::vector<std::string> options;
};

Frame frame_of(const Trial& trial)
{
    Frame frame;
    for (const auto& findings : trial)
        for (const Finding& each : findings) {
            if (std::find(frame.conditions.begin(), frame.conditions.end(), each.condition) ==
                frame.conditions.end())
                frame.conditions.push_back(each.condition);
            for (const auto& [option, value] : each.condition)
                if (std::find(frame.options.begin(), frame.options.end(), option) == frame.options.end())
                    frame.options.push_back(option);
        }
    return frame;
}

std::string value_of(const Condition& condition, const std::string& option)
{
    for (const auto& each : condition)
        if (each.first == option) return each.second;
    return "";
}

const Finding* find(const std::vector<Finding>& findings, const Condition& condition)
{
    for (const Finding& each : findings)
        if (each.condition == condition) return &each;
    return nullptr;
}

/// Reads "64", "1M": a number that an axis can have.
std::optional<double> number_of(const std::string& text)
{
    char* end = nullptr;
    double value = std::strtod(text.c_str(), &end);
    if (end == text.c_str()) return std::nullopt;
    const std::string rest = end;
    for (const char unit : {'K', 'M', 'G'}) {
        value *= 1024;
        if (rest == std::string(1, unit)) return value;
    }
    return rest.empty() ? std::optional<double>(value / 1073741824.0) : std::nullopt;
}

/// The option that the axis of a chart shows: the one with the most values, of numbers if there is such a
/// one.
std::string axis_option(const Frame& frame, bool& numeric)
{
    std::string best;
    size_t most = 1;
    numeric = false;
    for (const std::string& option : frame.options) {
        std::vector<std::string> values;
        for (const Condition& each : frame.conditions) {
            const std::string value = value_of(each, option);
            if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
        }
        const bool numbers =
            values.size() > 2 && std::all_of(values.begin(), values.end(),
                                             [](const auto& each) { return number_of(each).has_value(); });
        if (values.size() < 2 || (numeric && !numbers)) continue;
        if (values.size() > most || (numbers && !numeric)) {
            best = option;
            most = values.size();
            numeric = numbers;
        }
    }
    return best;
}

Condition without(Condition condition, const std::string& option)
{
    condition.erase(std::remove_if(condition.begin(), condition.end(),
                                   [&option](const auto& each) { return each.first == option; }),
                    condition.end());
    return condition;
}

/// Values alone, and options with those that are numbers, which say nothing by themselves.
std::string values_text(const Condition& condition)
{
    std::string text;
    for (const auto& [option, value] : condition)
        text += (text.empty() ? "" : " ") + (number_of(value) ? option + " " : "") + value;
    return text;
}

class ChartMaker
{
public:
    ChartMaker(const ClaimFigure& figure, const std::vector<Finding>& findings)
        : figure_(figure), findings_(condensed(findings)), frame_(frame_of({findings_}))
    {
        chart_.name = figure.name;
        axis_ = axis_option(frame_, numeric_);
    }

    Chart make()
    {
        chart_.x_label = axis_;
        chart_.y_label = figure_.name + (figure_.unit.empty() ? "" : " (" + figure_.unit + ")");
        chart_.caption = chart_.y_label + " = " + figure_.is;
        if (figure_.claimed) {
            chart_.band = {figure_.claimed->low, figure_.claimed->high};
            chart_.band_label = "claimed: " + figure_.claimed->text;
        }
        for (const Finding& each : findings_)
            if (each.computed()) add(each);
        return chart_;
    }

private:
    static std::vector<Finding> condensed(std::vector<Finding> findings)
    {
        std::vector<Condition> conditions;
        for (const Finding& each : findings) conditions.push_back(each.condition);
        conditions = hpnsim::condensed(conditions);
        for (size_t at = 0; at < findings.size(); ++at) findings[at].condition = conditions[at];
        return findings;
    }

    void add(const Finding& finding)
    {
        const std::string label = values_text(without(finding.condition, axis_));
        auto series = std::find_if(chart_.series.begin(), chart_.series.end(),
                                   [&label](const ChartSeries& each) { return each.label == label; });
        if (series == chart_.series.end()) series = chart_.series.insert(chart_.series.end(), {label, {}});
        ChartPoint point{place_of(value_of(finding.condition, axis_)), finding.mean(), std::nullopt};
        if (finding.differs()) point.interval = {finding.least(), finding.greatest()};
        series->points.push_back(point);
    }

    double place_of(const std::string& value)
    {
        if (numeric_) return *number_of(value);
        auto& names = chart_.x_names;
        auto found = std::find(names.begin(), names.end(), value);
        if (found == names.end()) found = names.insert(names.end(), value);
        return static_cast<double>(found - names.begin());
    }

    const ClaimFigure& figure_;
    std::vector<Finding> findings_;
    Frame frame_;
    std::string axis_;
    bool numeric_ = false;
    Chart chart_;
};

}  // namespace

std::string figure_text(const ClaimFigure& figure, const Finding& finding)
{
    if (!finding.computed()) return "-";
    std::string text = format_short(finding.mean());
    const std::string least = format_short(finding.least()), greatest = format_short(finding.greatest());
    if (least != greatest) text += " (" + least + " to " + greatest + ")";
    if (figure.claimed) text += figure.claimed->holds(finding.mean()) ? " +" : "";
    return text;
}

std::vector<Row> table_of(const Claim& claim, const Trial& trial)
{
    const Frame frame = frame_of(trial);
    Row head = frame.options;
    for (const ClaimFigure& figure : claim.figures)
        head.push_back(figure.name + (figure.unit.empty() ? "" : ", " + figure.unit));
    std::vector<Row> rows = {head};
    for (const Condition& condition : frame.conditions) {
        Row row;
        for (const std::string& option : frame.options) row.push_back(value_of(condition, option));
        for (size_t at = 0; at < trial.size(); ++at) {
            const Finding* finding = find(trial[at], condition);
            row.push_back(finding == nullptr ? "" : figure_text(claim.figures[at], *finding));
        }
        rows.push_back(row);
    }
    return rows;
}

size_t count_within(const Band& band, const std::vector<Finding>& findings)
{
    return static_cast<size_t>(std::count_if(findings.begin(), findings.end(), [&band](const Finding& each) {
        return each.computed() && band.holds(each.mean());
    }));
}

std::vector<Chart> charts_of(const Claim& claim, const Trial& trial)
{
    std::vector<Chart> charts;
    for (size_t at = 0; at < trial.size(); ++at)
        if (trial[at].size() > 1) charts.push_back(ChartMaker(claim.figures[at], trial[at]).make());
    return charts;
}

}  // namespace hpnsim
