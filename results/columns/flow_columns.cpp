// SPDX-License-Identifier: GPL-2.0-only
// Declares the columns of flows.csv.
#include "columns/cells.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/statistics.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

FlowStatus status_of(const std::string& text)
{
    const auto found = std::find(std::begin(kFlowStatusTexts), std::end(kFlowStatusTexts), text);
    if (found != std::end(kFlowStatusTexts)) return static_cast<FlowStatus>(found - kFlowStatusTexts);
    throw BadCell{"a status" + suggestion(text, {std::begin(kFlowStatusTexts), std::end(kFlowStatusTexts)})};
}

/// A flow that has not finished has no end.
std::string end_text(const FlowRow& flow)
{
    return flow.unfinished() ? "" : format_ns(flow.end);
}

void read_end(FlowRow& flow, const std::string& text)
{
    if (!text.empty()) read_cell(text, flow.end);
}

/// Only a completed flow has an FCT; a failed one has the time of its error.
std::string fct_text(const FlowRow& flow)
{
    return flow.completed() ? format_ns(flow.fct()) : "";
}

std::string slowdown_text(const FlowRow& flow)
{
    const auto slowdown = slowdown_millionths(flow);
    return flow.completed() && slowdown ? format_millionths(*slowdown) : "";
}

/// The slowdown follows from the times; what it tells besides is that a value below 1 was raised to 1.
void read_slowdown(FlowRow& flow, const std::string& text)
{
    if (text.empty()) return;
    double value = 0;
    read_cell(text, value);
    flow.at_least_one = value == 1 && flow.fct() < flow.ideal;
}

}  // namespace

const std::vector<Column<FlowRow>>& flow_columns()
{
    static const std::vector<Column<FlowRow>> kColumns = {
        column("id", "number", "number of the flow, from 0", &FlowRow::id),
        column("src", "number", "endpoint that sends, by its id in a topology file", &FlowRow::src),
        column("dst", "number", "endpoint that receives", &FlowRow::dst),
        column("qp", "number", "queue pair, as the sender numbers it", &FlowRow::qp),
        column("bytes", "bytes", "payload", &FlowRow::bytes),
        column("start_ns", "ns", "when the work request was posted", &FlowRow::start),
        {"end_ns", "ns",
         "when the sender had its completion, which is its last ACK, or its error; empty if it had neither",
         Pool::each, end_text, read_end},
        {"fct_ns", "ns", "`end_ns` - `start_ns`; empty unless the flow completed", Pool::each, fct_text, {}},
        column("ideal_fct_ns", "ns", "the least time that the empty network needs for the flow",
               &FlowRow::ideal),
        {"slowdown", "1", "`fct_ns` / `ideal_fct_ns`; empty unless the flow completed", Pool::each,
         slowdown_text, read_slowdown},
        column("retransmitted_bytes", "bytes", "payload that was sent more than once",
               &FlowRow::retransmitted),
        {"status", "text", "`ok`, `unfinished`, or the verbs completion error, as `IBV_WC_RETRY_EXC_ERR`",
         Pool::each, [](const FlowRow& flow) { return std::string(status_text(flow.status)); },
         [](FlowRow& flow, const std::string& text) { flow.status = status_of(text); }},
        column("seed", "number", "seed of the flow's run", &FlowRow::seed)};
    return kColumns;
}

const std::vector<Column<FlowRow>>& measured_columns()
{
    static const std::vector<Column<FlowRow>> kColumns = {
        {"measured", "0 or 1",
         "1 if the flow is in the figures of completion times, 0 if it is there as load alone: it starts "
         "before or "
         "after what is measured, or belongs to an incast beside random flows",
         Pool::each, [](const FlowRow& flow) { return std::string(flow.measured ? "1" : "0"); },
         [](FlowRow& flow, const std::string& text) {
             if (text != "0" && text != "1") throw BadCell{"0 or 1"};
             flow.measured = text == "1";
         }}};
    return kColumns;
}

std::vector<Column<FlowRow>> flow_columns(const RunRecord& run)
{
    std::vector<Column<FlowRow>> all = flow_columns();
    if (!run.jobs.empty())
        for (Column<FlowRow>& each : job_columns(run.jobs)) all.push_back(std::move(each));
    if (measures_some(run)) all.insert(all.end(), measured_columns().begin(), measured_columns().end());
    return all;
}

}  // namespace hpnsim
