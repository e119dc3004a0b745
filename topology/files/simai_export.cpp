// SPDX-License-Identifier: GPL-2.0-only
// Writes a plan as SimAI's topology file, for `topology NAME --export FILE --export-format simai`.
#include "files/export.hpp"
#include "hpnsim/topologies.hpp"

#include <algorithm>
#include <cctype>
#include <ostream>

namespace hpnsim
{

namespace
{

/// The plan's own, "H100" or "H800"; SimAI takes a type that it does not know for none.
std::string gpu_type(const FabricPlan& plan)
{
    for (const auto& [key, value] : plan.params) {
        if (key != "gpu") continue;
        std::string type = value;
        for (char& c : type) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        return type;
    }
    return "NONE";
}

}  // namespace

/// A GPU's NVLink comes before its links to ToRs, as SimAI's generator has them.
void write_simai_topology(std::ostream& out, const FabricPlan& plan)
{
    const bool nvlink = plan.nvlink.rate.bps > 0;
    const uint32_t nvswitches = nvlink ? plan.endpoints / plan.nics_per_host : 0;
    const size_t nodes = plan.endpoints + nvswitches + plan.switches.size();
    out << nodes << " " << plan.nics_per_host << " " << nvswitches << " " << plan.switches.size() << " "
        << plan.links.size() + (nvlink ? plan.endpoints : 0) << " " << gpu_type(plan) << "\n";
    for (size_t id = plan.endpoints; id < nodes; ++id) out << id << (id + 1 < nodes ? " " : "\n");
    const auto id_of = [&](uint32_t node) { return node < plan.endpoints ? node : node + nvswitches; };
    std::vector<bool> has_nvlink(plan.endpoints, !nvlink);
    for (const LinkPlan& link : plan.links) {
        const uint32_t gpu = std::min(link.a, link.b);
        if (gpu < plan.endpoints && !has_nvlink[gpu]) {
            has_nvlink[gpu] = true;
            out << gpu << " " << plan.endpoints + plan.host_of(gpu) << " "
                << link_text(plan.nvlink.rate, plan.nvlink.latency, 0);
        }
        out << id_of(link.a) << " " << id_of(link.b) << " "
            << link_text(link.rate, delay_with_switches(plan, link), link.loss);
    }
}

}  // namespace hpnsim
