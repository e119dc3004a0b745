// SPDX-License-Identifier: GPL-2.0-only
// Sums up ports by the groups of nodes that they join.
#include "report/fabric_view.hpp"

#include "report/fabric_groups.hpp"
#include "report/graph_json.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace hpnsim
{

namespace
{

using Json = nlohmann::ordered_json;

constexpr size_t kMostNodes = 128, kMostLinks = 900;  // more cannot be told apart
constexpr size_t kMostFrames = 160, kMostSamples = 120'000;

/// "tor 0:4 -> tor 1:4": the ends of a port's link, without what follows a colon.
std::optional<std::pair<std::string, std::string>> ends_of(const std::string& port)
{
    const size_t arrow = port.find(" -> ");
    if (arrow == std::string::npos) return std::nullopt;
    const auto node = [](const std::string& end) { return end.substr(0, end.find(':')); };
    return std::make_pair(node(port.substr(0, arrow)), node(port.substr(arrow + 4)));
}

/// Of a node that sent nothing: "h3 g1" is an endpoint, and switches are called by their tier.
std::string tier_by_name(const std::string& node)
{
    const size_t letters = node.find_first_of(" 0123456789");
    const std::string word = node.substr(0, letters);
    return word == "h" || word.empty() ? "nic" : word;
}

double share_of(Time part, Time whole)
{
    return whole.ps > 0 ? std::min(1.0, static_cast<double>(part.ps) / static_cast<double>(whole.ps)) : 0;
}

/// What the ports from one group to another do.
struct Way {
    size_t ports = 0, rows = 0;
    double load = 0, busiest = 0;
    Bytes peak = 0;
    uint64_t marks = 0, lost = 0, pauses = 0;
    std::map<size_t, double> queue, stops, sending;  ///< by frame

    void add(const PortRow& port)
    {
        ++rows;
        load += port.utilisation;
        busiest = std::max(busiest, port.utilisation);
        peak = std::max(peak, port.peak_queue);
        marks += port.ecn_marks;
        lost += port.drops + port.trims;
        pauses += port.pfc_pauses;
    }
};

Json samples_json(const std::map<size_t, double>& frames)
{
    Json out = Json::array();
    for (const auto& [frame, value] : frames) {
        out.push_back(frame);
        out.push_back(value >= 1 ? std::round(value) : rounded(std::round(value * 1e3) / 1e3));
    }
    return out;
}

Json way_json(const Way& way)
{
    const auto short_share = [](double share) { return std::round(share * 1e5) / 1e5; };
    Json out = {{"ports", way.ports},
                {"load", short_share(way.load / static_cast<double>(std::max<size_t>(1, way.rows)))},
                {"busiest", short_share(way.busiest)},
                {"peak", way.peak}};
    for (const auto& [key, count] : {std::make_pair("marks", way.marks), std::make_pair("lost", way.lost),
                                     std::make_pair("pauses", way.pauses)})
        out[key] = count;
    if (!way.queue.empty()) out["queue"] = samples_json(way.queue);
    if (!way.stops.empty()) out["stops"] = samples_json(way.stops);
    if (!way.sending.empty()) out["sending"] = samples_json(way.sending);
    return out;
}

class View
{
public:
    explicit View(const RunRecord& run) : run_(run)
    {
        for (const PortRow& row : run.ports) read(row);
        for (size_t at = 0; at < nodes_.size(); ++at)
            if (!senders_[at]) nodes_[at].tier = tier_by_name(nodes_[at].name);
        std::vector<std::pair<uint32_t, uint32_t>> links;
        for (const Port& port : ports_) links.emplace_back(port.from, port.to);
        tiers_ = group_nodes(nodes_, links, kMostNodes, kMostLinks);
        number_nodes();
        for (Port& port : ports_) {
            port.way = &way_of(port.from, port.to);
            ++port.way->ports;
        }
        for (const PortRow& row : run.ports)
            if (Port* port = port_of(row.name)) {
                port->way->add(row);
                port->sent |= row.bytes > 0 && row.seed == run.ports[0].seed;
            }
        add_samples();
    }

    Json json() const
    {
        if (ways_.empty()) return nullptr;
        Json tiers = Json::array(), nodes = Json::array(), links = Json::array();
        for (const TierGroups& tier : tiers_) {
            Json here = Json::array();
            const std::vector<size_t> sizes = tier.sizes();
            for (size_t at = 0; at < tier.names.size(); ++at) {
                here.push_back(nodes.size());
                nodes.push_back({{"name", tier.names[at]}, {"count", sizes[at]}});
            }
            tiers.push_back({{"name", tier.tier}, {"nodes", in_order(tier, here)}});
        }
        for (const auto& [ends, ways] : ways_)
            links.push_back({{"a", ends.second},
                             {"b", ends.first},
                             {"up", ways[0].ports == 0 ? Json(nullptr) : way_json(ways[0])},
                             {"down", ways[1].ports == 0 ? Json(nullptr) : way_json(ways[1])}});
        return {{"label", run_.label}, {"tiers", tiers},  {"nodes", nodes},
                {"links", links},      {"times", times_}, {"notes", notes()}};
    }

private:
    struct Port {
        uint32_t from = 0, to = 0;
        bool sent = false;  ///< in the first seed
        bool sampled = false;
        Way* way = nullptr;
    };

    uint32_t node(const std::string& name)
    {
        const auto [place, made] = node_at_.try_emplace(name, static_cast<uint32_t>(nodes_.size()));
        if (made) {
            nodes_.push_back({name, ""});
            senders_.push_back(false);
        }
        return place->second;
    }

    /// A node is of the tier that the last row of its ports says.
    void read(const PortRow& row)
    {
        const auto ends = ends_of(row.name);
        if (!ends) return;
        const auto [place, made] = port_at_.try_emplace(row.name, ports_.size());
        if (made) ports_.push_back({node(ends->first), node(ends->second)});
        const uint32_t from = ports_[place->second].from;
        nodes_[from].tier = row.tier;
        senders_[from] = true;
    }

    void number_nodes()
    {
        number_.resize(nodes_.size());
        size_t first = 0;
        for (const TierGroups& tier : tiers_) {
            for (size_t at = 0; at < tier.nodes.size(); ++at)
                number_[tier.nodes[at]] = first + tier.group_of[at];
            first += tier.names.size();
        }
    }

    Port* port_of(const std::string& name)
    {
        const auto found = port_at_.find(name);
        return found == port_at_.end() ? nullptr : &ports_[found->second];
    }

    /// Endpoints stand below the switch that they hang on, so that links cross less.
    Json in_order(const TierGroups& tier, const Json& numbers) const
    {
        if (tier.tier != "nic") return numbers;
        std::map<size_t, size_t> above;
        for (const auto& each : ways_) above.emplace(each.first.second, each.first.first);
        std::vector<size_t> order = numbers.get<std::vector<size_t>>();
        std::stable_sort(order.begin(), order.end(), [&above](size_t a, size_t b) {
            const auto of_a = above.find(a), of_b = above.find(b);
            return (of_a == above.end() ? 0 : of_a->second) < (of_b == above.end() ? 0 : of_b->second);
        });
        return order;
    }

    /// Numbers grow from the top down: the way from the larger one leads up.
    Way& way_of(uint32_t a, uint32_t b)
    {
        const size_t from = number_[a], to = number_[b];
        return ways_[std::minmax(from, to)][from >= to ? 0 : 1];
    }

    /// Returns the ways of the ports that were sampled, null where their nodes have no row, and notes who
    /// was.
    std::vector<Way*> sampled_ways()
    {
        std::vector<Way*> ways(run_.series.ports.size(), nullptr);
        std::vector<bool> seen(ways.size(), false);
        for (const auto& row : run_.series.port_rows) {
            if (seen[row.name]) continue;
            seen[row.name] = true;
            const std::string& name = run_.series.ports[row.name];
            sampled_.insert(name);
            if (Port* port = port_of(name)) port->sampled = true;
            const auto ends = ends_of(name);
            if (!ends) continue;
            const auto from = node_at_.find(ends->first), to = node_at_.find(ends->second);
            if (from != node_at_.end() && to != node_at_.end())
                ways[row.name] = &way_of(from->second, to->second);
        }
        return ways;
    }

    /// As many frames as there are samples, unless that is more than a page can hold.
    void add_samples()
    {
        const auto& rows = run_.series.port_rows;
        if (rows.empty()) return;
        std::map<int64_t, Time> instants;
        for (const auto& row : rows) instants[row.at.ps] = row.interval;
        const std::vector<Way*> ways = sampled_ways();
        const size_t most =
            std::clamp<size_t>(kMostSamples / std::max<size_t>(1, sampled_.size()), 20, kMostFrames);
        const size_t per_frame = (instants.size() + most - 1) / most;
        std::map<int64_t, size_t> frame_of;
        std::vector<Time> lengths;
        for (const auto& [at, interval] : instants) {
            const size_t place = frame_of.size();
            frame_of[at] = place / per_frame;
            if (place % per_frame == 0) {
                times_.push_back(rounded(static_cast<double>(at) / 1e6));
                lengths.emplace_back();
            }
            lengths.back() += interval;
        }
        for (const auto& row : rows) {
            Way* way = ways[row.name];
            if (way == nullptr) continue;
            const size_t frame = frame_of[row.at.ps];
            if (row.sample.sending.ps > 0)
                way->sending[frame] += share_of(row.sample.sending, lengths[frame]) /
                                       static_cast<double>(std::max<size_t>(1, way->ports));
            const auto keep = [frame](std::map<size_t, double>& frames, double value) {
                if (value > 0) frames[frame] = std::max(frames[frame], value);
            };
            keep(way->queue, static_cast<double>(row.sample.queue));
            keep(way->stops, share_of(row.sample.paused, row.interval));
        }
    }

    /// Ports that sent and were never sampled, because somebody asked for others alone or sampling ended.
    size_t unsampled() const
    {
        return static_cast<size_t>(std::count_if(
            ports_.begin(), ports_.end(), [](const Port& port) { return port.sent && !port.sampled; }));
    }

    std::vector<std::string> notes() const
    {
        std::vector<std::string> out = {"Load is the share of the run's time in which a link was sending; "
                                        "ports without a row in queues.csv "
                                        "sent nothing and are not drawn."};
        const bool grouped =
            std::any_of(tiers_.begin(), tiers_.end(), [](const TierGroups& tier) { return tier.level > 0; });
        if (grouped)
            out.emplace_back(
                "The fabric is too large to be drawn node by node: nodes are put together, load is a mean "
                "over their links, and a queue is that of the deepest.");
        if (!times_.empty())
            out.emplace_back(
                "Over time, load is the share of a moment in which a link was sending, and a queue is the "
                "deepest one at the moment's samples, of the first seed.");
        if (const size_t count = times_.empty() ? 0 : unsampled(); count > 0)
            out.push_back(std::to_string(count) +
                          (count == 1 ? " port that sent was" : " ports that sent were") +
                          " not sampled: over time they are drawn as idle.");
        return out;
    }

    const RunRecord& run_;
    std::vector<TierGroups> tiers_;
    std::vector<FabricNode> nodes_;
    std::vector<bool> senders_;   ///< of `nodes_`: it has a row
    std::vector<size_t> number_;  ///< of a node's group among all
    std::vector<Port> ports_;     ///< those that lead from a node to a node
    std::unordered_map<std::string, uint32_t> node_at_;
    std::unordered_map<std::string, size_t> port_at_;
    std::map<std::pair<size_t, size_t>, std::array<Way, 2>> ways_;
    std::unordered_set<std::string> sampled_;
    std::vector<double> times_;
};

}  // namespace

Json fabric_view(const RunRecord& run)
{
    return View(run).json();
}

}  // namespace hpnsim
