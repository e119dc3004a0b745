// SPDX-License-Identifier: GPL-2.0-only
// Keeps a sweep over sizes in the `extra` of a record and reads it back, from a file perhaps.
#include "hpnsim/size_sweep.hpp"

namespace hpnsim
{

namespace
{

using Json = nlohmann::ordered_json;

double number_at(const Json& from, const char* name)
{
    const auto found = from.find(name);
    return found != from.end() && found->is_number() ? found->get<double>() : 0;
}

std::string text_at(const Json& from, const char* name)
{
    const auto found = from.find(name);
    return found != from.end() && found->is_string() ? found->get<std::string>() : "";
}

SizeRow row_of(const Json& from)
{
    SizeRow row;
    row.size = static_cast<Bytes>(number_at(from, "size"));
    row.count = static_cast<uint64_t>(number_at(from, "count"));
    row.time_us = number_at(from, "time_us");
    row.algbw_GBps = number_at(from, "algbw_GBps");
    row.busbw_GBps = number_at(from, "busbw_GBps");
    row.ideal_busbw_GBps = number_at(from, "ideal_busbw_GBps");
    return row;
}

}  // namespace

void set_size_sweep(const SizeSweep& sweep, RunRecord& record)
{
    Json sizes = Json::array();
    for (const SizeRow& row : sweep.rows)
        sizes.push_back({{"size", row.size},
                         {"count", row.count},
                         {"time_us", row.time_us},
                         {"algbw_GBps", row.algbw_GBps},
                         {"busbw_GBps", row.busbw_GBps},
                         {"ideal_busbw_GBps", row.ideal_busbw_GBps}});
    record.extra["sweep"] = {{"operation", sweep.operation},
                             {"program", sweep.program},
                             {"redop", sweep.redop},
                             {"root", sweep.root},
                             {"sizes", std::move(sizes)}};
}

std::optional<SizeSweep> size_sweep(const RunRecord& record)
{
    if (!record.extra.is_object()) return std::nullopt;
    const auto found = record.extra.find("sweep");
    if (found == record.extra.end() || !found->is_object()) return std::nullopt;
    SizeSweep sweep;
    sweep.operation = text_at(*found, "operation");
    sweep.program = text_at(*found, "program");
    sweep.redop = text_at(*found, "redop");
    sweep.root = static_cast<int>(number_at(*found, "root"));
    const Json wrong = record.extra.value("wrong_by_size", Json::array());
    const Json sizes = found->value("sizes", Json::array());
    for (size_t at = 0; at < sizes.size(); ++at) {
        if (!sizes[at].is_object()) continue;
        sweep.rows.push_back(row_of(sizes[at]));
        if (wrong.is_array() && at < wrong.size() && wrong[at].is_number())
            sweep.rows.back().wrong = wrong[at].get<double>();
    }
    return sweep;
}

}  // namespace hpnsim
