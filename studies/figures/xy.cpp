// SPDX-License-Identifier: GPL-2.0-only
// Figures of a summary against a swept option, with intervals over seeds.
#include "figures/xy.hpp"

#include "figures/samples.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/summary_keys.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

namespace hpnsim
{

namespace
{

using Settings = std::vector<std::pair<std::string, std::string>>;

/// An option, or a key within its value: "senders", "fabric:kmin-kb".
struct Dimension {
    std::string text, option, key;
};

Dimension dimension_of(const std::string& text)
{
    const size_t colon = text.find(':');
    if (colon == std::string::npos) return {text, text, ""};
    return {text, text.substr(0, colon), text.substr(colon + 1)};
}

/// Takes the dimension's value out of the settings. Nothing: they do not have it.
std::optional<std::string> take(const Dimension& dimension, Settings& settings)
{
    for (auto each = settings.begin(); each != settings.end(); ++each) {
        if (each->first != dimension.option) continue;
        if (dimension.key.empty()) {
            const std::string value = each->second;
            settings.erase(each);
            return value;
        }
        std::string& text = each->second;
        const std::string wanted = dimension.key + "=";
        for (size_t at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + 1)) {
            if (at == 0 || (text[at - 1] != ':' && text[at - 1] != ',')) continue;
            const size_t end = std::min(text.find(',', at), text.size());
            const std::string value = text.substr(at + wanted.size(), end - at - wanted.size());
            text.erase(at - 1, end - at + 1);
            return value;
        }
    }
    return std::nullopt;
}

std::optional<double> number(const std::string& text)
{
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    return !text.empty() && *end == '\0' ? std::optional<double>(value) : std::nullopt;
}

/// A group of runs under the names of the axes.
struct Placed {
    std::string x, series;
    const std::vector<double>* values;
};

struct Group {
    std::string folder;
    SeedGroup group;
};

std::vector<Group> groups_in(const FigureWish& wish)
{
    std::vector<Group> all;
    std::vector<Settings> settings;
    for (const auto& dir : wish.folders) {
        if (!is_study_folder(dir))
            throw BadInput(dir.string() +
                           " has no database of a sweep (sweep.sqlite), which this figure takes; "
                           "`sweep` makes one");
        for (SeedGroup& group : seed_groups(dir)) {
            settings.push_back(group.settings);
            all.push_back({wish.folders.size() > 1 ? dir.filename().string() : "", std::move(group)});
        }
    }
    check_where(wish.where, settings);
    all.erase(std::remove_if(all.begin(), all.end(),
                             [&](const Group& each) { return !fits(each.group.settings, wish.where); }),
              all.end());
    return all;
}

[[noreturn]] void fail_dimension(const std::string& option, const Dimension& dimension,
                                 const std::vector<Group>& groups)
{
    std::set<std::string> there;
    for (const Group& each : groups)
        for (const auto& setting : each.group.settings) there.insert(setting.first);
    if (there.empty()) throw BadInput(option + ": the runs differ by nothing but their seed");
    if (there.count(dimension.option) != 0)
        throw BadInput(option + ": no run has a key '" + dimension.key + "' in its " + dimension.option);
    throw BadInput(option + ": the runs do not vary '" + dimension.option + "'" +
                   suggestion_of_all(dimension.option, {there.begin(), there.end()}));
}

void check_figure(const std::string& name, const std::vector<Group>& groups)
{
    std::set<std::string> there;
    for (const Group& each : groups)
        for (const auto& figure : each.group.figures) there.insert(figure.first);
    if (name.empty()) throw BadInput("--y: name a figure, as in --y fct_us_p99; --list names them");
    if (there.count(name) == 0)
        throw BadInput("--y: no run has the figure '" + name + "'" +
                       suggestion(name, {there.begin(), there.end()}) + "; --list names them");
}

std::vector<Placed> placed(const FigureWish& wish, const std::vector<Group>& groups)
{
    const Dimension x = dimension_of(wish.x), series = dimension_of(wish.series);
    std::vector<Placed> all;
    std::vector<Settings> rests;
    for (const Group& each : groups) {
        rests.push_back(each.group.settings);
        take(x, rests.back());
        if (!wish.series.empty()) take(series, rests.back());
    }
    const std::vector<std::string> same = shared_options(rests);
    bool any_x = false, any_series = wish.series.empty();
    for (const Group& each : groups) {
        Settings rest = each.group.settings;
        const auto at = take(x, rest);
        any_x = any_x || at.has_value();
        std::string label;
        if (!wish.series.empty()) {
            const auto name = take(series, rest);
            any_series = any_series || name.has_value();
            const bool numbers = name && number(*name);
            label = (numbers ? wish.series + " " : "") + text_of_value(wish.series, name.value_or("-"));
        }
        const std::string more = text_of_settings(without(rest, same));
        label += (label.empty() || more.empty() ? "" : ", ") + more;
        if (!each.folder.empty()) label = each.folder + (label.empty() ? "" : ": " + label);
        const auto values = each.group.figures.find(wish.y);
        if (at && values != each.group.figures.end() && !values->second.empty())
            all.push_back({*at, label, &values->second});
    }
    if (!any_x) fail_dimension("--x", x, groups);
    if (!any_series) fail_dimension("--series", series, groups);
    if (all.empty())
        throw BadInput("--y: no run with a value of " + wish.x + " has the figure '" + wish.y + "'");
    return all;
}

GraphAxis x_axis(const FigureWish& wish, const std::vector<Placed>& all)
{
    GraphAxis axis;
    axis.label = wish.x;
    std::set<double> numbers;
    for (const Placed& each : all) {
        if (const auto value = number(each.x)) numbers.insert(*value);
        if (std::find(axis.names.begin(), axis.names.end(), each.x) == axis.names.end())
            axis.names.push_back(each.x);
    }
    if (numbers.size() < axis.names.size()) return axis;
    axis.names.clear();
    axis.sizes = text_of_value(wish.x, "65536") != "65536" && *numbers.begin() > 0 && numbers.size() > 1;
    if (axis.sizes) axis.label += " (bytes)";
    axis.log = !axis.sizes && *numbers.begin() > 0 && *numbers.rbegin() > 12 * *numbers.begin();
    return axis;
}

double place_on(const GraphAxis& axis, const std::string& text)
{
    if (axis.names.empty()) return number(text).value_or(0);
    return static_cast<double>(std::find(axis.names.begin(), axis.names.end(), text) - axis.names.begin());
}

}  // namespace

std::string label_of_figure(const std::string& name)
{
    static const std::vector<std::pair<std::string, std::string>> kObjects = {
        {"fct_us_", "FCT (us)"}, {"slowdown_", "slowdown"}, {"message_fct_us_", "message FCT (us)"}};
    for (const auto& [prefix, what] : kObjects) {
        if (name.rfind(prefix, 0) != 0) continue;
        const std::string member = name.substr(prefix.size());
        return (member == "p999" ? "p99.9" : member) + " " + what;
    }
    static const std::vector<std::pair<std::string, std::string>> kUnits = {
        {"_us", "us"}, {"_ms", "ms"}, {"_bytes", "bytes"}, {"_GBps", "GB/s"}, {"_gbps", "Gb/s"}};
    std::string text = name, unit;
    for (const auto& [ending, written] : kUnits)
        if (name.size() > ending.size() &&
            name.compare(name.size() - ending.size(), ending.size(), ending) == 0) {
            text = name.substr(0, name.size() - ending.size());
            unit = " (" + written + ")";
        }
    std::replace(text.begin(), text.end(), '_', ' ');
    return text + unit;
}

Graph xy_graph(const FigureWish& wish)
{
    if (wish.x.empty()) throw BadInput("--x: name an option that the sweep varies, as in --x senders");
    const std::vector<Group> groups = groups_in(wish);
    check_figure(wish.y, groups);
    const std::vector<Placed> all = placed(wish, groups);
    GraphPanel panel;
    panel.x = x_axis(wish, all);
    panel.y.label = label_of_figure(wish.y);
    panel.y.zero = true;
    bool intervals = false;
    size_t fewest = SIZE_MAX, most = 0;
    for (const Placed& each : all) {
        auto series = std::find_if(panel.series.begin(), panel.series.end(),
                                   [&](const GraphSeries& s) { return s.label == each.series; });
        if (series == panel.series.end())
            series = panel.series.insert(series, GraphSeries{each.series, Stroke::dots, {}});
        const Estimate found = bootstrap(*each.values, mean_of);
        GraphPoint point{place_on(panel.x, each.x), found.value, {}};
        if (found.interval) point.ends = {found.interval->low, found.interval->high};
        intervals = intervals || found.interval;
        fewest = std::min(fewest, each.values->size());
        most = std::max(most, each.values->size());
        series->points.push_back(point);
    }
    for (GraphSeries& series : panel.series)
        std::sort(series.points.begin(), series.points.end(),
                  [](const GraphPoint& a, const GraphPoint& b) { return a.x < b.x; });
    if (panel.x.names.empty() == false)
        for (std::string& name : panel.x.names) name = text_of_value(wish.x, name);
    Graph out;
    out.panels = {panel};
    const std::string count =
        fewest == most ? std::to_string(most) : std::to_string(fewest) + " to " + std::to_string(most);
    out.notes = {wish.y + " against " + wish.x + ": points are means over " + count +
                 (most == 1 ? " seed" : " seeds") +
                 (intervals ? ", whiskers 95 % intervals (bootstrap)."
                  : most > 1
                      ? "; no intervals, which take at least " + std::to_string(kFewestForInterval) + "."
                      : ".")};
    return out;
}

Graph scaling_graph(const FigureWish& wish)
{
    Graph out = xy_graph(wish);
    GraphPanel& panel = out.panels[0];
    if (!panel.x.names.empty()) throw BadInput("--x: scaling takes an option of numbers");
    parse_name("--ideal", wish.ideal, {"linear", "flat", "inverse"});
    std::vector<GraphSeries> ideals;
    for (const GraphSeries& series : panel.series) {
        const GraphPoint& first = series.points.front();
        if (!ideals.empty()) break;
        GraphSeries ideal{
            wish.ideal + " from " + text_of_value(wish.x, format_number(first.x)), Stroke::aside, {}};
        const double last = series.points.back().x;
        for (int step = 0; step <= 60 && first.x > 0; ++step) {
            const double x = first.x + (last - first.x) * step / 60;
            const double by = wish.ideal == "linear"    ? x / first.x
                              : wish.ideal == "inverse" ? first.x / x
                                                        : 1;
            ideal.points.push_back({x, first.y * by, {}});
        }
        ideals.push_back(ideal);
    }
    panel.series.insert(panel.series.end(), ideals.begin(), ideals.end());
    panel.x.log = panel.x.log || !panel.x.sizes;
    panel.y.log = wish.ideal != "flat";
    out.notes.push_back("The ideal line begins at the first point of " + panel.series.front().label + ".");
    return out;
}

}  // namespace hpnsim
