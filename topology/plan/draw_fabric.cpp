// SPDX-License-Identifier: GPL-2.0-only
// Draws a fabric as SVG: a row for each tier, hosts at the bottom. Of a row with many nodes the first and the
// last few stand for all. Links have the colour of their plane.
#include "hpnsim/list_fabric.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <ostream>
#include <sstream>
#include <vector>

namespace hpnsim
{

namespace
{

constexpr double kWidth = 1240, kLeft = 210, kRow = 150, kTop = 70, kBox = 26;
constexpr size_t kMost = 14;  // nodes in a row; of more, so many at each end as leave room for a gap
constexpr size_t kEnds = 6;
constexpr const char* kPlanes[] = {"#1f77b4", "#d95f02", "#2ca02c", "#9467bd",
                                   "#8c564b", "#e377c2", "#17becf", "#bcbd22"};

std::string escaped(const std::string& text)
{
    std::string safe;
    for (const char c : text)
        safe += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
    return safe;
}

std::string gigabits(Rate rate)
{
    std::ostringstream out;
    out << rate.gbps() << " Gb/s";
    return out.str();
}

/// One row: its nodes in order, by number; a host's is that of its first NIC.
struct Row {
    std::string what;
    std::vector<uint32_t> nodes;
};

struct Spot {
    double x = 0, y = 0, half = 0;
};

class Drawing
{
public:
    Drawing(std::ostream& out, const FabricPlan& plan) : out_(out), plan_(plan)
    {
        for (const Tier tier : {Tier::core, Tier::agg, Tier::tor, Tier::other}) add_switches(tier);
        Row hosts{"host", {}};
        for (uint32_t nic = 0; nic < plan.endpoints; nic += plan.nics_per_host) hosts.nodes.push_back(nic);
        rows_.push_back(std::move(hosts));
        for (size_t i = 0; i < rows_.size(); ++i) place(i);
    }

    void write()
    {
        const double height = kTop + kRow * static_cast<double>(rows_.size()) - 40;
        out_ << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << kWidth << "\" height=\"" << height
             << "\" font-family=\"sans-serif\" font-size=\"11\">\n"
             << "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
        text(16, 28, "start", 16, plan_.name);
        write_links();
        for (size_t i = 0; i < rows_.size(); ++i) write_row(i);
        out_ << "</svg>\n";
    }

private:
    void add_switches(Tier tier)
    {
        Row row{tier_name(tier), {}};
        for (uint32_t sw = 0; sw < plan_.switches.size(); ++sw)
            if (plan_.switches[sw].tier == tier) row.nodes.push_back(plan_.endpoints + sw);
        if (!row.nodes.empty()) rows_.push_back(std::move(row));
    }

    static bool gap(const Row& row) { return row.nodes.size() > kMost; }

    void place(size_t number)
    {
        const Row& row = rows_[number];
        const size_t shown = gap(row) ? 2 * kEnds + 1 : row.nodes.size();
        const double step = (kWidth - kLeft - 20) / static_cast<double>(shown);
        for (size_t i = 0; i < shown; ++i) {
            if (gap(row) && i == kEnds) continue;
            const size_t at = gap(row) && i > kEnds ? row.nodes.size() - (shown - i) : i;
            spots_[row.nodes[at]] = {kLeft + step * (static_cast<double>(i) + 0.5),
                                     kTop + kRow * static_cast<double>(number) + 20,
                                     std::min(step * 0.46, 60.0)};
        }
    }

    uint32_t drawn_as(uint32_t node) const
    {
        return node < plan_.endpoints ? plan_.host_of(node) * plan_.nics_per_host : node;
    }
    size_t row_of(uint32_t node) const
    {
        if (node < plan_.endpoints) return rows_.size() - 1;
        const std::string tier = tier_name(plan_.switches[node - plan_.endpoints].tier);
        size_t row = 0;
        while (rows_[row].what != tier) ++row;
        return row;
    }
    uint16_t plane_of(const LinkPlan& link) const
    {
        const uint32_t sw = std::max(link.a, link.b);
        return sw < plan_.endpoints ? 0 : plan_.switches[sw - plan_.endpoints].plane;
    }

    void write_links()
    {
        std::map<std::pair<uint32_t, uint32_t>, std::map<uint16_t, uint32_t>> lines;
        for (const LinkPlan& link : plan_.links) {
            const std::pair<uint32_t, uint32_t> ends = std::minmax(drawn_as(link.a), drawn_as(link.b));
            if (spots_.count(ends.first) == 0 || spots_.count(ends.second) == 0) continue;
            ++lines[ends][plane_of(link)];
        }
        for (const auto& [ends, planes] : lines)
            for (const auto& [plane, count] : planes) write_link(ends, plane, count);
    }

    void write_link(std::pair<uint32_t, uint32_t> ends, uint16_t plane, uint32_t count)
    {
        const Spot a = spots_.at(ends.first), b = spots_.at(ends.second);
        const double wide = 0.8 + 0.5 * std::log2(static_cast<double>(count));
        out_ << "<path fill=\"none\" stroke=\"" << kPlanes[plane % std::size(kPlanes)]
             << "\" stroke-opacity=\"0.6\""
             << " stroke-width=\"" << wide << "\" d=\"M" << a.x << " ";
        const double top = kBox / 2;
        if (a.y == b.y)
            out_ << a.y - top << " Q" << (a.x + b.x) / 2 << " "
                 << a.y - top - std::min(20 + std::abs(a.x - b.x) * 0.12, 90.0) << " " << b.x << " "
                 << b.y - top;
        else
            out_ << (a.y < b.y ? a.y + top : a.y - top) << " L" << b.x << " "
                 << (b.y < a.y ? b.y + top : b.y - top);
        out_ << "\"/>\n";
    }

    /// "8 ports each", or "5 to 6 ports" where switches are not alike.
    std::string ports_of(const Row& row) const
    {
        uint16_t least = UINT16_MAX, most = 0;
        for (const uint32_t node : row.nodes) {
            least = std::min(least, plan_.switches[node - plan_.endpoints].ports);
            most = std::max(most, plan_.switches[node - plan_.endpoints].ports);
        }
        if (least == most) return std::to_string(most) + " ports each";
        return std::to_string(least) + " to " + std::to_string(most) + " ports";
    }

    void write_row(size_t number)
    {
        const Row& row = rows_[number];
        const bool hosts = number + 1 == rows_.size();
        const double y = kTop + kRow * static_cast<double>(number) + 20;
        const bool tier = !hosts && row.what != tier_name(Tier::other);
        text(16, y - 4, "start", 13,
             std::to_string(row.nodes.size()) + " " + row.what + (tier ? " switch" : "") +
                 (row.nodes.size() == 1 ? ""
                  : hosts               ? "s"
                                        : "es"));
        text(16, y + 12, "start", 11,
             hosts ? std::to_string(plan_.nics_per_host) + " NIC(s) of " +
                         std::to_string(plan_.ports_per_nic) + " port(s)"
                   : ports_of(row));
        write_rates(number, y);
        for (const uint32_t node : row.nodes) write_node(node, hosts);
        if (!gap(row)) return;
        const double x =
            (spots_.at(row.nodes[kEnds - 1]).x + spots_.at(row.nodes[row.nodes.size() - kEnds]).x) / 2;
        text(x, y, "middle", 15, "...");
        text(x, y + 13, "middle", 10, std::to_string(row.nodes.size() - 2 * kEnds) + " more");
    }

    /// Writes below a row how many links lead down from it, by rate.
    void write_rates(size_t number, double y)
    {
        std::map<std::string, uint32_t> counts;
        for (const LinkPlan& link : plan_.links) {
            const size_t a = row_of(link.a), b = row_of(link.b);
            if (std::min(a, b) == number)
                ++counts[gigabits(link.rate) +
                         (a == b ? " between them" : " to the " + rows_[std::max(a, b)].what + "s")];
        }
        for (const auto& [rate, count] : counts) {
            y += 16;
            text(16, y + 12, "start", 11, std::to_string(count) + " x " + rate);
        }
    }

    void write_node(uint32_t node, bool host)
    {
        const auto found = spots_.find(node);
        if (found == spots_.end()) return;
        const Spot spot = found->second;
        const uint16_t plane = host ? 0 : plan_.switches[node - plan_.endpoints].plane;
        out_ << "<rect x=\"" << spot.x - spot.half << "\" y=\"" << spot.y - kBox / 2 << "\" width=\""
             << 2 * spot.half << "\" height=\"" << kBox << "\" rx=\"4\" fill=\""
             << (host ? "#eeeeee" : "white") << "\" stroke=\""
             << (host ? "#555555" : kPlanes[plane % std::size(kPlanes)]) << "\" stroke-width=\"1.5\"/>\n";
        std::string name = plan_.node_name(node);
        if (host && plan_.nics_per_host > 1) name = name.substr(0, name.find(' '));
        const double size = std::min(11.0, 2 * spot.half / (0.56 * static_cast<double>(name.size())));
        text(spot.x, spot.y + 4, "middle", size, name);
    }

    void text(double x, double y, const char* anchor, double size, const std::string& what)
    {
        out_ << "<text x=\"" << x << "\" y=\"" << y << "\" text-anchor=\"" << anchor << "\" font-size=\""
             << size << "\">" << escaped(what) << "</text>\n";
    }

    std::ostream& out_;
    const FabricPlan& plan_;
    std::vector<Row> rows_;
    std::map<uint32_t, Spot> spots_;
};

}  // namespace

void draw_fabric(std::ostream& out, const FabricPlan& plan)
{
    Drawing(out, plan).write();
}

}  // namespace hpnsim
