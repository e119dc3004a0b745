// SPDX-License-Identifier: GPL-2.0-only
// Adds up ports node by node, because a port counts as one that could have been chosen if its node used
// another of its kind.
#include "run/port_census.hpp"

namespace hpnsim
{

void PortCensus::add(const std::string& kind, bool used)
{
    Count& count = node_[kind];
    ++count.all;
    if (used) ++count.used;
}

void PortCensus::end_node()
{
    for (auto& [kind, count] : node_) {
        Count& sum = kinds_[kind];
        sum.all += count.all;
        sum.used += count.used;
        if (count.used > 0) sum.beside_used += count.all;
        count = {};
    }
}

void PortCensus::put(MessageWriter& out) const
{
    out.Put(static_cast<uint64_t>(kinds_.size()));
    for (const auto& [kind, count] : kinds_) {
        out.Put(kind);
        out.Put(count);
    }
}

void PortCensus::add(MessageReader& in)
{
    for (auto kinds = in.Get<uint64_t>(); kinds > 0; --kinds) {
        Count& sum = kinds_[in.Text()];
        const auto more = in.Get<Count>();
        sum.all += more.all;
        sum.used += more.used;
        sum.beside_used += more.beside_used;
    }
}

nlohmann::ordered_json PortCensus::json() const
{
    nlohmann::ordered_json out = nlohmann::ordered_json::object();
    for (const auto& [kind, count] : kinds_)
        out[kind] = {{"all", count.all}, {"used", count.used}, {"beside_used", count.beside_used}};
    return out;
}

}  // namespace hpnsim
