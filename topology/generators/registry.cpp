// SPDX-License-Identifier: GPL-2.0-only
// Topologies by name: looks them up, reads their keys, lists them.
#include "generators/tables.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/spec.hpp"
#include "hpnsim/text.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>

namespace hpnsim
{

namespace
{

const TopologyInfo& info_named(const std::string& name)
{
    std::vector<std::string> names;
    for (const TopologyInfo& info : all_topologies()) {
        if (name == info.name) return info;
        names.emplace_back(info.name);
    }
    std::error_code error;
    if (std::filesystem::exists(name, error))
        throw BadInput("'" + name + "' is a file; write file:path=" + name);
    throw BadInput("there is no '" + name + "'" + suggestion_of_all(name, names));
}

const Setting& setting_named(const TopologyInfo& info, const std::string& key)
{
    std::vector<std::string> names;
    for (const Setting& setting : info.settings()) {
        if (setting.is(key)) return setting;
        names.push_back(setting.name);
    }
    throw BadInput("'" + std::string(info.name) + "' has no key '" + key + "'" + suggestion(key, names));
}

FabricPlan build(const Spec& spec, const PlanOptions& options)
{
    const TopologyInfo& info = info_named(spec.name);
    const std::shared_ptr<void> part = info.defaults();
    Origins origins;
    for (const auto& [key, text] : spec.keys) {
        const std::string place = "'" + spec.name + "' key '" + key + "'";
        setting_named(info, key).read(part.get(), place, key, text);
        origins.note(key, Origin::given);
    }
    FabricPlan plan = info.build(part.get(), options);
    plan.params = Keys().add(info.settings(), part.get()).shown();
    plan.origins = std::move(origins);
    return plan;
}

}  // namespace

std::string TopologyInfo::fallback(const Setting& setting) const
{
    const std::string text = setting.write(defaults().get()).at(0).second;
    return text == kAuto && !setting.automatic.empty() ? setting.automatic : text;
}

const std::vector<TopologyInfo>& all_topologies()
{
    static const std::vector<TopologyInfo> all = [] {
        std::vector<TopologyInfo> infos;
        for (const TopologyInfo* info : built_in::topologies()) infos.push_back(*info);
        std::sort(infos.begin(), infos.end(),
                  [](const TopologyInfo& a, const TopologyInfo& b) { return std::string(a.name) < b.name; });
        return infos;
    }();
    return all;
}

std::string topology_help()
{
    std::ostringstream out;
    for (const TopologyInfo& info : all_topologies()) {
        out << info.name << "  " << info.doc << "\n";
        for (const Setting& key : info.settings()) {
            out << "  " << key.name << "=" << info.fallback(key);
            if (!key.unit.empty()) out << " " << key.unit;
            if (!key.values.empty()) out << "  [" << key.values << "]";
            out << "\n      " << key.doc;
            if (!key.source.empty()) out << ". Source: " << key.source;
            out << "\n";
        }
    }
    return out.str();
}

FabricPlan make_fabric(const std::string& text, const PlanOptions& options)
{
    const Spec spec = parse_spec(options.what, text);
    try {
        FabricPlan plan = build(spec, options);
        plan.name = text;
        if (!plan.variant.empty() && !plan.given(plan.variant.substr(0, plan.variant.find('='))))
            plan.name += (spec.keys.empty() ? ":" : ",") + plan.variant;
        return plan;
    } catch (const BadLine&) {
        throw;
    } catch (const BadInput& error) {
        throw BadInput(options.what + ": " + error.what());
    }
}

}  // namespace hpnsim
