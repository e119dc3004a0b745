// SPDX-License-Identifier: GPL-2.0-only
// Reads a key of `extra`, and gives nothing where it is absent or of another type.
#include "hpnsim/record_extra.hpp"

namespace hpnsim
{

std::optional<double> extra_number(const RunRecord& run, const std::string& key)
{
    if (!run.extra.is_object() || !run.extra.contains(key) || !run.extra[key].is_number())
        return std::nullopt;
    return run.extra[key].get<double>();
}

std::optional<BusBandwidth> bus_bandwidth(const RunRecord& run)
{
    const auto busbw = extra_number(run, "busbw_GBps");
    if (!busbw) return std::nullopt;
    BusBandwidth out{*busbw, extra_number(run, "ideal_busbw_GBps"), extra_number(run, "efficiency")};
    if (!out.ideal && out.efficiency && *out.efficiency > 0) out.ideal = *busbw / *out.efficiency;
    if (!out.efficiency && out.ideal && *out.ideal > 0) out.efficiency = *busbw / *out.ideal;
    return out;
}

}  // namespace hpnsim
