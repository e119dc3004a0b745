// SPDX-License-Identifier: GPL-2.0-only
// Lists the topologies by name, with their keys, and builds the one that a user chose.
#include "generators/builders.hpp"
#include "hpnsim/names.hpp"

#include <filesystem>
#include <sstream>

namespace hpnsim
{

namespace
{

std::string names_of(const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

std::vector<std::string> known_names()
{
    std::vector<std::string> names;
    for (const TopologyInfo& info : all_topologies()) names.emplace_back(info.name);
    return names;
}

const TopologyInfo& info_named(const std::string& name)
{
    for (const TopologyInfo& info : all_topologies())
        if (name == info.name) return info;
    const std::vector<std::string> names = known_names();
    std::error_code error;
    if (std::filesystem::exists(name, error))
        throw BadInput("--topology: '" + name + "' is a file; write file:path=" + name);
    throw BadInput("--topology: there is no '" + name + "'; nearest is '" + nearest(name, names) + "' (of " +
                   names_of(names) + ")");
}

FabricPlan build(const std::string& name, KeyValues& keys, const PlanOptions& options)
{
    if (name == "hpn") return make_hpn(keys);
    if (name == "hpn-single-plane") return make_hpn_single_plane(keys);
    if (name == "hpn-single-tor") return make_hpn_single_tor(keys);
    if (name == "dcn+") return make_dcn_plus(keys);
    if (name == "fat-tree") return make_fat_tree(keys);
    if (name == "star") return make_star(keys, options);
    if (name == "dumbbell") return make_dumbbell(keys);
    if (name == "leaf-spine") return make_leaf_spine(keys);
    return make_file(keys, options);
}

}  // namespace

const std::vector<TopologyInfo>& all_topologies()
{
    static const std::vector<TopologyInfo> all{
        dcn_plus_info(),         dumbbell_info(),       fat_tree_info(),   file_info(), hpn_info(),
        hpn_single_plane_info(), hpn_single_tor_info(), leaf_spine_info(), star_info()};
    return all;
}

std::string topology_help()
{
    std::ostringstream out;
    for (const TopologyInfo& info : all_topologies()) {
        out << info.name << "  " << info.doc << "\n";
        for (const TopologyKey& key : info.keys) {
            const std::string range = key.range();
            out << "  " << key.name << "=" << key.fallback;
            if (*key.unit != '\0') out << " " << key.unit;
            if (!range.empty()) out << "  [" << range << "]";
            out << "\n      " << key.doc;
            if (*key.source != '\0') out << ". Source: " << key.source;
            out << "\n";
        }
    }
    return out.str();
}

FabricPlan make_fabric(const std::string& text, const PlanOptions& options)
{
    const Spec spec = parse_spec("--topology", text);
    KeyValues keys(info_named(spec.name), spec);
    FabricPlan plan = build(spec.name, keys, options);
    plan.name = text;
    plan.params = keys.in_force();
    return plan;
}

}  // namespace hpnsim
