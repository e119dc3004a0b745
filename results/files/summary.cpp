// SPDX-License-Identifier: GPL-2.0-only
// Writes summary.json, key by key. The order of its keys is part of the promise to readers.
#include "hpnsim/summary_keys.hpp"
#include "hpnsim/writers.hpp"

namespace hpnsim
{

nlohmann::ordered_json summary_json(const RunRecord& run)
{
    nlohmann::ordered_json out;
    for (const SummaryKey& key : summary_keys())
        if (auto value = key.get(run); !key.optional || !value.is_null()) out[key.name] = std::move(value);
    for (const auto& item : run.extra.items())
        if (!out.contains(item.key()) && item.key() != "host") out[item.key()] = item.value();
    nlohmann::ordered_json& host = out["host"];
    for (const SummaryKey& key : host_keys()) host[key.name] = key.get(run);
    return out;
}

}  // namespace hpnsim
