// SPDX-License-Identifier: GPL-2.0-only
// Runs a collective of the table, whichever it is, as a scenario.
#include "collective.hpp"

#include "kit/as_option.hpp"

#include "hpnsim/quantity.hpp"
#include "hpnsim/settings.hpp"
#include "hpnsim/statistics.hpp"
#include "hpnsim/workloads.hpp"

#include <algorithm>
#include <list>

namespace hpnsim
{

namespace
{

/// Writes "ring: TEXT; hierarchical: TEXT" for those that have one; TEXT alone where there is no choice.
std::string help_of(const Operation& operation, const char* CollectiveInfo::*text)
{
    const std::vector<const CollectiveOps*> all = collectives_of(operation);
    std::string help;
    for (const CollectiveOps* ops : all) {
        if (*(ops->info.*text) == '\0') continue;
        if (!help.empty()) help += "; ";
        if (all.size() > 1) help += std::string(ops->info.name) + ": ";
        help += ops->info.*text;
    }
    return help;
}

/// Takes a name of the operation's collectives; the sentence for another one lists them all.
Setting algorithm_of(const Operation& operation)
{
    Setting made = text<&CollectiveOptions::algorithm>(
        "algorithm", help_of(operation, &CollectiveInfo::doc).c_str(), "NAME");
    made.read = [&operation](void* part, const std::string& place, const std::string&,
                             const std::string& name) {
        const CollectiveOps& found = find_collective(place, operation, name);
        file_of_collective(place, found, name);
        static_cast<CollectiveOptions*>(part)->algorithm = name.empty() ? found.info.name : name;
    };
    return made;
}

std::vector<Setting> settings_of(const Operation& operation, const char* size_doc, int64_t most_channels)
{
    using O = CollectiveOptions;
    std::vector<Setting> list = {
        count<&O::ranks>("ranks", "number of GPUs, which fill hosts in order", 2, kMaxEndpoints),
        size<&O::size>("size", size_doc)};
    if (collectives_of(operation).size() > 1) list.push_back(algorithm_of(operation));
    const std::string channels = help_of(operation, &CollectiveInfo::channels);
    const std::string chunk = help_of(operation, &CollectiveInfo::chunk);
    if (!channels.empty())
        list.push_back(count<&O::channels>("channels", channels.c_str(), 1, most_channels).as("C"));
    if (!chunk.empty()) list.push_back(size<&O::chunk>("chunk", chunk.c_str()));
    list.push_back(
        count<&O::iterations>("iterations", "repeat K times, with a barrier between iterations", 1, 1'000'000)
            .as("K"));
    list.push_back(toggle<&O::messages>("messages", "write a row of flows.csv for every message"));
    return list;
}

class CollectiveScenario : public Scenario
{
public:
    CollectiveScenario(const Operation& operation, const Options& asked, FabricPlan fabric)
        : Scenario(asked, std::move(fabric)), own_(asked.own.as<CollectiveOptions>()),
          algorithm_(find_collective("--algorithm", operation, own_.algorithm))
    {
        call_.shape = as_option({"ranks"}, [&] { return collective_shape(plan, own_.ranks); });
        call_.size = own_.size;
        call_.channels = own_.channels.value_or(0);
        call_.chunk = own_.chunk.value_or(0);
        call_.file = file_of_collective("--algorithm", algorithm_, own_.algorithm);
        collective();  // complains now
    }

    Workload& workload(uint64_t seed) override
    {
        workload_ =
            std::make_unique<CollectiveWorkload>(collective(), call_.shape, own_.iterations, jitter(), seed);
        return *workload_;
    }

    std::unique_ptr<Contents> contents(uint64_t) const override
    {
        return make_collective_contents(*algorithm_.info.operation, collective(), own_.ranks, own_.size);
    }

    bool rows_are_messages() const override { return own_.messages; }

    /// Every rank begins as rank 0 does, and what a delivery makes possible takes the place of the delivered
    /// message.
    Footprint footprint() const override
    {
        const std::unique_ptr<Collective> made = collective();
        Collective::Codes first;
        made->begin(0, first);
        const double ranks = own_.ranks, codes = static_cast<double>(first.size());
        const double rows = own_.messages ? static_cast<double>(made->transfers()) : 1;
        return {algorithm_.pairs(call_.shape), ranks * codes, rows * own_.iterations};
    }

    void check_times(IdealTimes& ideals) const override
    {
        require_representable("--size: " + format_size(own_.size) + " over " + std::to_string(own_.ranks) +
                                  " ranks",
                              ideal(ideals).total(), own_.iterations);
    }

    std::optional<FlowRow> row_at(IdealTimes& ideals, uint64_t at) const override
    {
        const std::vector<Period>& periods = workload_->periods();
        if (at >= periods.size() || periods[at].end == Time::max()) return std::nullopt;
        return row_of(periods[at], at, ideal(ideals).total(), {});
    }

    void measure(IdealTimes& ideals, const std::vector<Time>& messages, RunRecord& record) const override;

private:
    /// Uses hpnsim's own definition under any profile.
    CollectiveIdeal ideal(IdealTimes& ideals) const
    {
        if (framing_ != ideals.terms().wire) {
            framing_ = ideals.terms().wire;
            ideal_ = collective_ideal(algorithm_, call_, collective_limits(plan, ideals));
        }
        return ideal_;
    }
    std::unique_ptr<Collective> collective() const
    {
        return as_option({"ranks", "size", "channels", "chunk"}, [this] { return make_collective(algorithm_, call_); });
    }
    /// Returns the bus bandwidth of one iteration that takes so long.
    double busbw(Time time) const
    {
        return busbw_GBps(*algorithm_.info.operation, own_.size, time, own_.ranks);
    }
    FlowRow row_of(const Period& period, uint64_t id, Time ideal, Time now) const;
    void add_bandwidths(Time ideal, RunRecord& record) const;

    const CollectiveOptions own_;
    const CollectiveOps& algorithm_;
    CollectiveCall call_;
    mutable const Wire* framing_ = nullptr;  // runs differ in their terms by it alone
    mutable CollectiveIdeal ideal_;          // with this framing
    std::unique_ptr<CollectiveWorkload> workload_;
};

/// `now` is the end of an iteration that has not ended by itself.
FlowRow CollectiveScenario::row_of(const Period& period, uint64_t id, Time ideal, Time now) const
{
    FlowRow row;
    row.id = id;
    row.dst = own_.ranks - 1;
    row.bytes = own_.size;
    row.start = period.start;
    row.end = period.end == Time::max() ? now : period.end;
    row.ideal = ideal;
    if (period.end == Time::max()) row.status = FlowStatus::unfinished;
    return row;
}

/// Adds means over the iterations, but none if one was cut short or a message of one failed.
void CollectiveScenario::add_bandwidths(Time ideal, RunRecord& record) const
{
    const std::vector<Period>& periods = workload_->periods();
    int64_t sum = 0;
    for (const Period& period : periods) {
        if (period.end == Time::max()) return;
        sum += (period.end - period.start).ps;
    }
    const bool complete =
        periods.size() == own_.iterations && count_flows(record).completed == record.flows.size();
    if (!complete || own_.iterations == 0 || sum < own_.iterations) return;
    const Time mean{sum / own_.iterations};
    nlohmann::ordered_json& extra = record.extra;
    extra["algbw_GBps"] = algbw_GBps(own_.size, mean);
    extra["busbw_GBps"] = busbw(mean);
    if (ideal.ps > 0) extra["ideal_busbw_GBps"] = busbw(ideal);
    extra["efficiency"] = static_cast<double>(ideal.ps) / static_cast<double>(mean.ps);
    extra["mean_us"] = mean.us();
}

void CollectiveScenario::measure(IdealTimes& ideals, const std::vector<Time>& messages,
                                 RunRecord& record) const
{
    const CollectiveIdeal least = ideal(ideals);
    uint64_t id = 0;
    if (!own_.messages)
        for (const Period& period : workload_->periods())
            record.flows.push_back(row_of(period, id++, least.total(), record.sim_time));
    auto& extra = record.extra;
    extra["algorithm"] = algorithm_.info.name;
    extra["algbw_GBps"] = nullptr;
    extra["busbw_GBps"] = nullptr;
    extra["ideal_us"] = least.total().us();
    extra["efficiency"] = nullptr;
    extra["verified"] = nullptr;  // without --verify data is moved by length only
    extra["ideal_nic_us"] = least.nic.us();
    extra["ideal_nvlink_us"] = least.nvlink.us();
    extra["ideal_chain_us"] = least.chain.us();
    add_bandwidths(least.total(), record);
    std::vector<int64_t> fcts;
    for (const Time fct : messages) fcts.push_back(fct.ps);
    record.message_fcts = fcts;
    extra["message_fct_us"] = to_json(summarise(std::move(fcts)));
}

}  // namespace

OwnOptions collective_options(const Operation& operation, const char* size_doc, int64_t most_channels)
{
    static std::list<std::vector<Setting>> kept;  // the options point into it as long as the program runs
    CollectiveOptions standard;
    standard.algorithm = collectives_of(operation).front()->info.name;
    return OwnOptions::of(standard, kept.emplace_back(settings_of(operation, size_doc, most_channels)));
}

std::unique_ptr<Scenario> make_collective_scenario(const Operation& operation, const Options& asked,
                                                   FabricPlan plan)
{
    return std::make_unique<CollectiveScenario>(operation, asked, std::move(plan));
}

}  // namespace hpnsim
