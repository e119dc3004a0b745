// SPDX-License-Identifier: GPL-2.0-only
// Runs a collective of the table, whichever it is, as a scenario.
#include "kit/collective_scenario.hpp"
#include "kit/goal_file.hpp"

#include "hpnsim/as_option.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/size_sweep.hpp"
#include "hpnsim/statistics.hpp"
#include "hpnsim/workloads.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

class CollectiveScenario : public Scenario
{
public:
    CollectiveScenario(const Operation& operation, const Options& asked, FabricPlan fabric)
        : Scenario(asked, std::move(fabric)), own_(asked.own.as<CollectiveOptions>()),
          algorithm_(find_collective("--algorithm", operation, own_.algorithm)),
          sizes_(sizes_of(own_, operation)),
          places_(as_option({"ranks", "members"}, [&] { return places(); })),
          groups_(groups_of(own_, places_.ranks())), shape_(shape_of_groups(places_.host_of, groups_))
    {
        members_ = places_.ranks() / series().front()->groups().count;  // complains now
        if (!own_.write_goal.empty()) write_as_goal();
    }

    Workload& workload(uint64_t seed) override
    {
        workload_ = std::make_unique<CollectiveWorkload>(series(), places_, own_.iterations, jitter(), seed,
                                                         own_.costs());
        return *workload_;
    }

    std::unique_ptr<Contents> contents(uint64_t) const override
    {
        std::vector<Bytes> sizes;
        for (const NcclSize& each : sizes_) sizes.push_back(each.size);
        return make_collective_contents(*algorithm_.info.operation, series(), places_.endpoint_of, sizes,
                                        own_.iterations);
    }

    bool rows_are_messages() const override { return own_.messages; }

    /// Every rank begins as rank 0 does, and what a delivery makes possible takes the place of the delivered
    /// message.
    Footprint footprint() const override
    {
        const double ranks = own_.ranks;
        double codes = 0, rows = 0;
        for (const auto& each : series()) {
            Collective::Codes first;
            each->begin(0, first);
            codes = std::max(codes, static_cast<double>(first.size()));
            rows += own_.messages ? static_cast<double>(each->transfers()) : groups_.count;
        }
        return {groups_.count * algorithm_.pairs(shape_), ranks * codes, rows * own_.iterations};
    }

    std::string name_at(uint32_t endpoint, uint32_t job) const override
    {
        const std::vector<uint32_t>& all = places_.endpoint_of;
        const auto found = std::find(all.begin(), all.end(), endpoint);
        return found == all.end() ? Scenario::name_at(endpoint, job)
                                  : "rank " + std::to_string(found - all.begin());
    }

    void check_times(IdealTimes& ideals) const override
    {
        for (size_t at = 0; at < sizes_.size(); ++at)
            require_representable((sweeps() ? "--max-bytes: " : "--size: ") + format_size(sizes_[at].size) +
                                      " over " + std::to_string(groups_.members) + " ranks",
                                  this->ideals(ideals).at(at).all.total(),
                                  uint64_t{own_.iterations} * sizes_.size());
    }

    std::optional<FlowRow> row_at(IdealTimes& ideals, uint64_t at) const override
    {
        const uint64_t iteration = at / groups_.count;
        if (iteration >= workload_->periods().size() || end_of(at) == Time::max()) return std::nullopt;
        return row_of(at, this->ideals(ideals), {});
    }

    void measure(IdealTimes& ideals, const std::vector<Time>& messages, RunRecord& record) const override;

    void judged(const Verdict& verdict, RunRecord& record) const override
    {
        if (sweeps()) record.extra["wrong_by_size"] = verdict.wrong_of;
    }

private:
    /// Of one size: of the whole, and the bound of each group.
    struct Ideal {
        CollectiveIdeal all;
        std::vector<Time> of_group;
    };
    using Ideals = std::vector<Ideal>;  // by size

    RankPlaces places() const
    {
        return own_.members.empty() ? places_in_order(plan, own_.ranks)
                                    : places_of(plan, members_of("--members", own_.members));
    }
    bool sweeps() const { return own_.min_bytes.has_value(); }
    CollectiveCall call(Bytes size) const
    {
        CollectiveCall asked{shape_, size, own_.channels.value_or(0), own_.chunk.value_or(0)};
        asked.argument = argument_of_collective("--algorithm", algorithm_, own_.algorithm);
        return asked;
    }
    /// Returns those of all sizes; hpnsim's own definition under any profile.
    const Ideals& ideals(IdealTimes& ideals) const
    {
        if (framing_ == ideals.terms().wire) return ideals_;
        framing_ = ideals.terms().wire;
        ideals_.clear();
        for (const NcclSize& each : sizes_) ideals_.push_back(ideal_of(ideals, each.size));
        return ideals_;
    }
    CollectiveSeries series() const
    {
        CollectiveSeries made;
        for (const NcclSize& each : sizes_)
            made.push_back(as_option({"algorithm", "ranks", "size", "channels", "chunk"},
                                     [&] { return made_in_groups(each.size); }));
        return made;
    }
    std::unique_ptr<Collective> made_in_groups(Bytes size) const
    {
        std::unique_ptr<Collective> one = make_collective(algorithm_, call(size));
        if (!own_.group_size) return one;
        if (one->groups().count > 1)
            throw BadInput("algorithm: '" + std::string(algorithm_.info.name) +
                           "' makes groups of its own; leave out --group-size, or take ring");
        return in_groups(std::move(one), groups_);
    }
    void write_as_goal() const;
    Ideal ideal_of(IdealTimes& ideals, Bytes size) const;
    /// Returns the end of a row, Time::max() if it has none.
    Time end_of(uint64_t row) const
    {
        const uint64_t iteration = row / groups_.count;
        return own_.group_size ? workload_->group_ends(iteration)[row % groups_.count]
                               : workload_->periods()[iteration].end;
    }
    /// Returns the mean time of the iterations of a size; nothing: one of them has not ended.
    std::optional<Time> mean_time(size_t size) const;
    SizeRow size_row(size_t size, Time mean, Time ideal) const;
    FlowRow row_of(uint64_t id, const Ideals& ideals, Time now) const;
    void add_rows(const Ideals& ideals, RunRecord& record) const;
    void add_bandwidths(const Ideals& ideals, RunRecord& record) const;
    void add_sweep(const Ideals& ideals, RunRecord& record) const;

    const CollectiveOptions own_;
    const CollectiveOps& algorithm_;
    const std::vector<NcclSize> sizes_;
    const RankPlaces places_;
    const RankGroups groups_;                // of --group-size
    const CollectiveShape shape_;            // of each of them
    uint32_t members_ = 0;                   // ranks that do one operation together
    mutable const Wire* framing_ = nullptr;  // runs differ in their terms by it alone
    mutable Ideals ideals_;                  // with this framing
    std::unique_ptr<CollectiveWorkload> workload_;
};

void CollectiveScenario::write_as_goal() const
{
    GoalCollective job;
    job.ops = &algorithm_;
    job.call = call(sizes_.front().size);
    job.places = places_;
    job.groups = groups_;
    job.starts = jittered_starts(places_.ranks(), jitter(), options.common.seed);
    if (own_.iterations * sizes_.size() > 1)
        throw BadInput(
            "--write-goal: an iteration begins when the one before has ended everywhere, and ranks "
            "of GOAL learn of others by messages alone; write one iteration of one size");
    if (!own_.costs().none())
        throw BadInput(
            "--write-goal: messages of GOAL cost nothing beside the network; leave out the costs of "
            "steps");
    write_goal_file(job, plan.endpoints, own_.write_goal);
}

/// Groups have no rank in common, so that a bound of each is one, and the greatest is one of all.
CollectiveScenario::Ideal CollectiveScenario::ideal_of(IdealTimes& ideals, Bytes size) const
{
    Ideal made;
    for (uint32_t group = 0; group < groups_.count; ++group) {
        const RankPlaces places = places_of_group(places_, groups_, group);
        CollectiveLimits limits = collective_limits(plan, ideals, places.endpoint_of);
        limits.costs = own_.costs();
        const CollectiveIdeal one = collective_ideal(algorithm_, call(size), places.host_of, limits);
        made.of_group.push_back(one.total());
        made.all.nic = std::max(made.all.nic, one.nic);
        made.all.nvlink = std::max(made.all.nvlink, one.nvlink);
        made.all.chain = std::max(made.all.chain, one.chain);
    }
    return made;
}

/// A row is an iteration, or one of a group; `now` is its end if it has not ended by itself.
FlowRow CollectiveScenario::row_of(uint64_t id, const Ideals& ideals, Time now) const
{
    const uint64_t iteration = id / groups_.count;
    const auto group = static_cast<uint32_t>(id % groups_.count);
    const size_t size = iteration / own_.iterations;
    const Time end = end_of(id);
    FlowRow row;
    row.id = id;
    row.src = places_.endpoint_of[groups_.rank_of(group, 0)];
    row.dst = places_.endpoint_of[groups_.rank_of(group, groups_.members - 1)];
    row.bytes = sizes_.at(size).size;
    row.start = workload_->periods()[iteration].start;
    row.end = end == Time::max() ? now : end;
    row.ideal = ideals.at(size).of_group[group];
    if (end == Time::max()) row.status = FlowStatus::unfinished;
    return row;
}

std::optional<Time> CollectiveScenario::mean_time(size_t size) const
{
    const std::vector<Period>& periods = workload_->periods();
    const size_t first = size * own_.iterations;
    if (periods.size() < first + own_.iterations) return std::nullopt;
    int64_t sum = 0;
    for (size_t at = first; at < first + own_.iterations; ++at) {
        if (periods[at].end == Time::max()) return std::nullopt;
        sum += (periods[at].end - periods[at].start).ps;
    }
    if (own_.iterations == 0 || sum < own_.iterations) return std::nullopt;
    return Time{sum / own_.iterations};
}

SizeRow CollectiveScenario::size_row(size_t size, Time mean, Time ideal) const
{
    const Operation& operation = *algorithm_.info.operation;
    const NcclSize& of = sizes_.at(size);
    SizeRow row;
    row.size = of.size;
    row.count = static_cast<uint64_t>(of.count);
    row.time_us = mean.us();
    row.algbw_GBps = algbw_GBps(of.size, mean);
    row.busbw_GBps = busbw_GBps(operation, of.size, mean, members_);
    if (ideal.ps > 0) row.ideal_busbw_GBps = busbw_GBps(operation, of.size, ideal, members_);
    return row;
}

/// Rows are in the order in which they ended, as those of flows are.
void CollectiveScenario::add_rows(const Ideals& ideals, RunRecord& record) const
{
    for (uint64_t id = 0; id < workload_->periods().size() * groups_.count; ++id)
        record.flows.push_back(row_of(id, ideals, record.sim_time));
    std::stable_sort(record.flows.begin(), record.flows.end(),
                     [](const FlowRow& a, const FlowRow& b) { return a.end < b.end; });
}

/// Adds means over the iterations, but none if one was cut short or a message of one failed.
void CollectiveScenario::add_bandwidths(const Ideals& ideals, RunRecord& record) const
{
    const std::optional<Time> mean = mean_time(0);
    if (!mean || count_flows(record).completed != record.flows.size()) return;
    const Time ideal = ideals.front().all.total();
    const SizeRow row = size_row(0, *mean, ideal);
    nlohmann::ordered_json& extra = record.extra;
    extra["algbw_GBps"] = row.algbw_GBps;
    extra["busbw_GBps"] = row.busbw_GBps;
    if (ideal.ps > 0) extra["ideal_busbw_GBps"] = row.ideal_busbw_GBps;
    extra["efficiency"] = static_cast<double>(ideal.ps) / static_cast<double>(mean->ps);
    extra["mean_us"] = mean->us();
}

/// Adds the sizes that were completed, and as nccl-tests does the mean of their bus bandwidths once all were.
void CollectiveScenario::add_sweep(const Ideals& ideals, RunRecord& record) const
{
    const Operation& operation = *algorithm_.info.operation;
    SizeSweep sweep{
        operation.name, operation.test.program, operation.sums ? "sum" : "none", operation.test.root, {}};
    double busbw = 0, ideal_busbw = 0;
    for (size_t size = 0; size < sizes_.size(); ++size) {
        const std::optional<Time> mean = mean_time(size);
        if (!mean) break;
        sweep.rows.push_back(size_row(size, *mean, ideals.at(size).all.total()));
        busbw += sweep.rows.back().busbw_GBps;
        ideal_busbw += sweep.rows.back().ideal_busbw_GBps;
    }
    if (sweep.rows.size() == sizes_.size() && count_flows(record).completed == record.flows.size()) {
        record.extra["busbw_GBps"] = busbw / static_cast<double>(sizes_.size());
        record.extra["ideal_busbw_GBps"] = ideal_busbw / static_cast<double>(sizes_.size());
    }
    set_size_sweep(sweep, record);
}

std::vector<int64_t> in_ps(const std::vector<Time>& times)
{
    std::vector<int64_t> all;
    all.reserve(times.size());
    for (const Time time : times) all.push_back(time.ps);
    return all;
}

void CollectiveScenario::measure(IdealTimes& ideals, const std::vector<Time>& messages,
                                 RunRecord& record) const
{
    const Ideals& least = this->ideals(ideals);
    if (!own_.messages) add_rows(least, record);
    auto& extra = record.extra;
    if (!own_.op.empty()) extra["operation"] = own_.op;
    extra["algorithm"] = algorithm_.info.name;
    if (own_.group_size) extra["groups"] = groups_.count;
    extra["algbw_GBps"] = nullptr;
    extra["busbw_GBps"] = nullptr;
    if (!sweeps()) {
        extra["ideal_us"] = least.front().all.total().us();
        extra["efficiency"] = nullptr;
    }
    extra["verified"] = nullptr;  // without --verify data is moved by length only
    if (sweeps()) {
        add_sweep(least, record);
    } else {
        extra["ideal_nic_us"] = least.front().all.nic.us();
        extra["ideal_nvlink_us"] = least.front().all.nvlink.us();
        extra["ideal_chain_us"] = least.front().all.chain.us();
        add_bandwidths(least, record);
    }
    // There may be tens of millions: the copy that is sorted is gone before the next one is made.
    extra["message_fct_us"] = to_json(summarise(in_ps(messages)));
    record.message_fcts = in_ps(messages);
}

}  // namespace

std::unique_ptr<Scenario> make_collective_scenario(const Operation& operation, const Options& asked,
                                                   FabricPlan plan)
{
    return std::make_unique<CollectiveScenario>(operation, asked, std::move(plan));
}

}  // namespace hpnsim
