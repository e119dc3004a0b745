// SPDX-License-Identifier: GPL-2.0-only
// The heat map of a run: how busy each link was, a row a switch, by tier. NICs have a row for each of their
// ports, so that a row of the map is a plane.
#include "hpnsim/run_graphs.hpp"

#include "graphs/natural_order.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace hpnsim
{

namespace
{

constexpr size_t kMostRows = 48;  // of a block; more would be thinner than a line

struct Link {
    std::string from, to;
};

/// "tor 0:4 -> tor 1:4": nodes without the numbers of their ports.
std::optional<Link> link_of(const std::string& port)
{
    const size_t arrow = port.find(" -> ");
    if (arrow == std::string::npos) return std::nullopt;
    return Link{port.substr(0, arrow), port.substr(arrow + 4)};
}

std::string node_of(const std::string& end)
{
    return end.substr(0, end.find(':'));
}

/// A block of the map: ports of one tier that lead the same way, in the order of queues.csv.
struct Block {
    std::vector<std::string> owners;
    std::map<std::string, std::vector<std::pair<std::string, double>>> ports;  ///< name, utilisation

    void add(const std::string& owner, const std::string& port, double utilisation)
    {
        auto& of = ports[owner];
        if (of.empty()) owners.push_back(owner);
        for (auto& [name, sum] : of)
            if (name == port) {
                sum += utilisation;
                return;
            }
        of.emplace_back(port, utilisation);
    }
    size_t widest() const
    {
        size_t most = 0;
        for (const auto& each : ports) most = std::max(most, each.second.size());
        return most;
    }
};

using Blocks = std::map<std::pair<std::string, std::string>, Block>;  ///< by tier and role

/// A link that sent nothing has no row, but the other direction may have: then it was there, and idle.
void add_idle(const RunRecord& run, Blocks& blocks)
{
    std::map<std::string, std::string> tier_of;
    std::map<std::string, bool> there;
    for (const PortRow& port : run.ports)
        if (const auto link = link_of(port.name)) {
            tier_of[node_of(link->from)] = port.tier;
            there[port.name] = true;
        }
    for (const PortRow& port : run.ports) {
        const auto link = link_of(port.name);
        if (!link || there.count(link->to + " -> " + link->from) != 0) continue;
        const auto tier = tier_of.find(node_of(link->to));
        if (tier == tier_of.end()) continue;
        const std::string role = port.role == "up" ? (port.tier == "nic" ? "host" : "down") : "up";
        const auto block = blocks.find({tier->second, role});
        if (block != blocks.end()) block->second.add(node_of(link->to), link->to + " -> " + link->from, 0);
    }
}

Blocks blocks_of(const RunSample& sample)
{
    Blocks blocks;
    for (const RunRecord& run : sample.seeds) {
        for (const PortRow& port : run.ports)
            if (const auto link = link_of(port.name))
                blocks[{port.tier, port.role}].add(node_of(link->from), port.name, port.utilisation);
        add_idle(run, blocks);
    }
    const auto seeds = static_cast<double>(sample.seeds.size());
    for (auto& [key, block] : blocks) {
        std::sort(block.owners.begin(), block.owners.end(), natural_before);
        for (auto& [owner, ports] : block.ports) {
            for (auto& port : ports) port.second /= seeds;
            std::sort(ports.begin(), ports.end(),
                      [](const auto& a, const auto& b) { return natural_before(a.first, b.first); });
        }
    }
    return blocks;
}

/// Owners that have few ports each stand beside each other, and their ports below.
std::vector<HeatRow> rows_of(const Block& block, bool across)
{
    std::vector<HeatRow> rows;
    for (size_t at = 0; at < block.owners.size(); ++at) {
        const auto& ports = block.ports.at(block.owners[at]);
        for (size_t k = 0; k < ports.size(); ++k) {
            const size_t row = across ? k : at, cell = across ? at : k;
            if (rows.size() <= row) rows.resize(row + 1);
            rows[row].name = across ? "port " + std::to_string(k) : block.owners[at];
            if (rows[row].cells.size() <= cell) rows[row].cells.resize(cell + 1);
            rows[row].cells[cell] = ports[k].second;
        }
    }
    return rows;
}

/// Names of some rows only, if there are too many for all to have room.
void thin_names(std::vector<HeatRow>& rows)
{
    const size_t step = (rows.size() + 11) / 12;
    for (size_t at = 0; at < rows.size(); ++at)
        if (at % step != 0) rows[at].name.clear();
}

std::string title_of(const std::string& tier, const std::string& role)
{
    if (tier == "nic") return "NICs up";
    return tier + (role == "host" ? " to hosts" : " " + role);
}

/// From the top of the fabric to its bottom: what leads up before what leads down.
int rank_of(const std::string& tier, const std::string& role)
{
    const std::vector<std::string> tiers = {"core", "spine", "agg", "tor", "leaf", "switch", "nic"};
    const auto at = std::find(tiers.begin(), tiers.end(), tier) - tiers.begin();
    return static_cast<int>(at) * 3 + (role == "up" ? 0 : role == "down" ? 1 : 2);
}

/// How many ports the fabric has: of runs that counted them, which older ones did not.
std::optional<uint64_t> ports_of(const RunRecord& run)
{
    // Where seeds were pooled, their counts were added up: one seed's are the fabric's.
    const auto seeds = run.extra.find("seeds");
    const bool pooled = seeds != run.extra.end() && seeds->is_array() && !seeds->empty();
    const auto& of = pooled ? seeds->front() : run.extra;
    const auto kinds = of.is_object() ? of.find("ports") : of.end();
    if (!of.is_object() || kinds == of.end() || !kinds->is_object()) return std::nullopt;
    uint64_t all = 0;
    for (const auto& kind : *kinds)
        if (kind.is_object() && kind.contains("all") && kind["all"].is_number_unsigned())
            all += kind["all"].get<uint64_t>();
    return all;
}

/// What a reader cannot see in the map: ports that have no place in it, and what the ends of short rows are.
std::vector<std::string> notes_on_gaps(const RunRecord& run, const Blocks& blocks)
{
    std::vector<std::string> out;
    uint64_t drawn = 0;
    bool short_rows = false;
    for (const auto& each : blocks) {
        const size_t widest = each.second.widest();
        for (const auto& row : each.second.ports) {
            drawn += row.second.size();
            short_rows = short_rows || row.second.size() != widest;
        }
    }
    const std::optional<uint64_t> all = ports_of(run);
    const bool complete = all && *all == drawn;
    if (!complete) {
        out.emplace_back(
            "A port that sent nothing is drawn, as 0, where queues.csv has a row of it or of the "
            "other direction of its link.");
        out.push_back((all && *all > drawn ? std::to_string(*all - drawn) + " of the fabric's " +
                                                 std::to_string(*all) + " ports have neither, and"
                                           : std::string("Those that have neither")) +
                      " are left out: the next port of the row takes the place.");
    }
    if (short_rows)
        out.emplace_back(complete
                             ? "A place without a colour of the scale has no port."
                             : "A place without a colour of the scale has no port, or none that is drawn.");
    return out;
}

}  // namespace

Graph heat_map_graph(const std::vector<RunSample>& samples)
{
    Graph out;
    if (samples.empty()) return out;
    const Blocks blocks = blocks_of(samples[0]);
    std::vector<std::pair<std::string, std::string>> order;
    for (const auto& each : blocks) order.push_back(each.first);
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
        return rank_of(a.first, a.second) < rank_of(b.first, b.second);
    });
    for (const auto& key : order) {
        const Block& block = blocks.at(key);
        const bool across = block.widest() < block.owners.size();
        GraphPanel panel;
        panel.title = title_of(key.first, key.second);
        panel.heat = rows_of(block, across);
        if (panel.heat.size() > kMostRows) {
            panel.title += " (first " + std::to_string(kMostRows) + " of " +
                           std::to_string(panel.heat.size()) + " rows)";
            panel.heat.resize(kMostRows);
        }
        panel.height = static_cast<double>(std::max<size_t>(panel.heat.size(), 2));
        thin_names(panel.heat);
        panel.x.label = across ? (key.first == "nic" ? "NIC" : key.first) : "port";
        out.panels.push_back(panel);
    }
    out.heat_label = "utilisation";
    out.notes = {"Share of the run's time in which each link was sending, of " + samples[0].label +
                 (samples[0].seeds.size() > 1 ? ", as a mean over seeds." : ".")};
    for (std::string& note : notes_on_gaps(samples[0].seeds[0], blocks)) out.notes.push_back(std::move(note));
    return out;
}

}  // namespace hpnsim
