// SPDX-License-Identifier: GPL-2.0-only
// Writes the sentences of endings.hpp.
#include "run/endings.hpp"

#include "hpnsim/statistics.hpp"

#include <algorithm>
#include <iostream>

namespace hpnsim
{

namespace
{

/// "1 flow", "2 flows".
std::string counted(uint64_t number, const std::string& thing)
{
    return std::to_string(number) + " " + thing + (number == 1 ? "" : "s");
}

/// Says what the PFC watchdog found, and at which port first.
std::string storm_sentence(const RunRecord& record)
{
    const auto first = std::find_if(record.ports.begin(), record.ports.end(),
                                    [](const PortRow& port) { return port.pfc_storms > 0; });
    return "the PFC watchdog found " + counted(record.pfc_storms, "pause storm") +
           (first == record.ports.end() ? "" : ", one at " + first->name) + " and dropped " +
           counted(record.pfc_watchdog_drops, "packet") + " (queues.csv: pfc_storms)";
}

std::string unfinished_sentence(const FlowCounts& counts)
{
    if (counts.unfinished == 0)
        return "ended before everything was sent; all " + counted(counts.flows, "flow") +
               " begun are complete";
    return "ended with " + counted(counts.unfinished, "unfinished flow") + " of " +
           std::to_string(counts.flows) + " (named in flows.csv)";
}

}  // namespace

int exit_status(Ending ending)
{
    switch (ending) {
    case Ending::complete:
        return 0;
    case Ending::unfinished:
        return 3;
    case Ending::failed:
        return 4;
    case Ending::interrupted:
        return 130;
    }
    return 4;
}

/// Returns who waits for what in a program, as the end of a sentence.
std::string waiting(const RunRecord& record)
{
    const auto waits = record.extra.find("waits");
    return waits != record.extra.end() && waits->is_string() ? "; " + waits->get<std::string>() : "";
}

void say_ending(const RunRecord& record, const Outcome& outcome)
{
    const Ending ending = outcome.ending;
    if (!outcome.audit.empty()) {
        std::cerr << record.label << ": audit: " << outcome.audit;
        return;
    }
    if (!outcome.complaint.empty()) std::cerr << record.label << ": " << outcome.complaint << "\n";
    const FlowCounts counts = count_flows(record);
    if (ending == Ending::unfinished)
        std::cerr << record.label << ": " << unfinished_sentence(counts) << "\n";
    if (!outcome.stopped.empty())
        std::cerr << record.label << ": " << outcome.stopped << waiting(record) << "\n";
    if (outcome.unacknowledged > 0)
        std::cerr << record.label << ": every flow is complete, but "
                  << counted(outcome.unacknowledged, "message")
                  << " had arrived and not been acknowledged when the run ended\n";
    if (record.pfc_storms > 0) std::cerr << record.label << ": " << storm_sentence(record) << "\n";
    if (!record.deadlock.empty())
        std::cerr << record.label << ": " << record.deadlock << "\n";
    else if (ending == Ending::failed && counts.failed > 0 && record.retries_exhausted.empty())
        std::cerr << record.label << ": " << counted(counts.failed, "flow")
                  << " ended in error (see flows.csv)\n";
    if (!record.retries_exhausted.empty())
        std::cerr << record.label << ": " << record.retries_exhausted << "\n";
    if (ending == Ending::interrupted)
        std::cerr << record.label << ": interrupted; what was recorded so far is kept\n";
}

}  // namespace hpnsim
