// SPDX-License-Identifier: GPL-2.0-only
// Chooses how events of a run go: one by one, or window by window in one thread or several.
#include "run/engine_choice.hpp"

#include "run/process_ranks.hpp"

#include <iostream>

namespace hpnsim
{

namespace
{

/// Says why events must run one by one; empty: they need not. Whatever writes down events in their order
/// needs them so.
std::string why_one_by_one(const Workload& workload, const Scenario& scenario)
{
    const CommonOptions& common = scenario.options.common;
    if (common.engine == "events") return "--engine events";
    if (common.fast_forward) return "--fast-forward";
    if (common.audit) return "--audit";
    if (!common.trace.empty()) return "--trace";
    if (!common.timeline.empty()) return "--timeline";
    if (!common.also_write.empty()) return "--also-write";
    if (scenario.verb() == Verb::read) return "--verb read";
    // Only switches then run by windows, which does not always pay (docs/validation/speed-steps.md).
    if (common.engine == "auto" && !workload.acts_by_host()) return "its hosts act in turn; see --engine windows";
    return "";
}

/// Captures of several ports are one observer, whom only one thread may call.
uint32_t threads_of(const CommonOptions& common)
{
    return common.pcap.empty() ? common.threads : 1;
}

}  // namespace

std::string say(OneByOne why)
{
    switch (why) {
    case OneByOne::NOTHING:
        return "";
    case OneByOne::OTHER_ENGINE:
        return "an engine of ns-3's own";
    case OneByOne::WEIGHTED:
        return "--switch-lb weighted";
    case OneByOne::SCHEDULED_ORDER:
        return "--profile hpcc-sim";
    case OneByOne::NO_DELAY:
        return "a link without delay";
    case OneByOne::FEW_RETRIES:
        return "fewer than 2 retries";
    case OneByOne::FAULTS:
        return "a schedule of faults";
    }
    return "";
}

void choose_engine(RoceNetwork& network, const NetworkCarrier& carrier, const Workload& workload,
                   const Scenario& scenario, RunRecord& record)
{
    const CommonOptions& common = scenario.options.common;
    const uint32_t threads = threads_of(common);
    std::string why = why_one_by_one(workload, scenario);
    if (why.empty()) {
        const bool always = common.engine == "windows";
        const auto when = always ? EventKernel::Windows::ALWAYS : EventKernel::Windows::WHEN_DENSE;
        why = say(workload.acts_by_host()
                      ? network.RunByNode(when, threads, [&carrier] { return carrier.acts_by_host(); })
                      : network.RunByNode(
                            when, threads, [&carrier] { return carrier.outlasts_messages(); },
                            RoceNetwork::HostsAct::IN_TURN));
        if (why.empty()) record.threads = threads;
    }
    if (why.empty() && threads < common.threads) why = "--pcap";
    if (record.threads < common.threads && !common.quiet)
        std::cerr << record.label << ": --threads " << common.threads
                  << " has no effect: one thread runs all events (" << why << ")\n";
}

void go_over_ranks(RoceNetwork& network, const NetworkCarrier& carrier, const std::vector<bool>& busy,
                   Ranks& ranks, RunRecord& record)
{
    record.processes = ranks.Count();
    const std::string why = say(network.RunByRank(
        ranks, [&carrier] { return carrier.acts_by_host(); },
        [&carrier] { return carrier.acts_by_host_inside(); }, busy));
    if (!why.empty()) refuse_over_ranks(why, ranks);
}

namespace
{

/// Notes who sends to whom.
class FirstMessages : public Carrier
{
public:
    explicit FirstMessages(std::vector<bool>& busy) : busy_(busy) {}
    Time now() const override { return {}; }
    void send(const Message& message) override { busy_[message.src] = busy_[message.dst] = true; }
    void at(Time, uint64_t) override {}

private:
    std::vector<bool>& busy_;
};

}  // namespace

std::vector<bool> busy_at_start(Workload& workload, uint32_t endpoints)
{
    std::vector<bool> busy(endpoints);
    FirstMessages carrier(busy);
    workload.start(carrier);
    return busy;
}

}  // namespace hpnsim
