// SPDX-License-Identifier: GPL-2.0-only
// Implements the scenarios that run programs: where ranks are, what is measured.
#include "kit/goal_file.hpp"
#include "kit/task_timeline.hpp"
#include "workload.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/quantity.hpp"

#include <algorithm>
#include <sstream>

namespace hpnsim
{

namespace
{

constexpr size_t kKinds = static_cast<size_t>(CollectiveKind::barrier);

std::vector<std::string> operation_names()
{
    std::vector<std::string> names;
    for (size_t kind = 0; kind < kKinds; ++kind)
        names.emplace_back(name_of(static_cast<CollectiveKind>(kind)));
    return names;
}

/// Reads OP=ALGORITHM,OP=ALGORITHM,...
void read_algorithms(const std::string& text, ProgramSetting& setting)
{
    const std::string what = "--algorithms";
    const std::vector<std::string> names = operation_names();
    setting.collectives.assign(kKinds, nullptr);
    setting.arguments.assign(kKinds, "");
    std::istringstream in(text);
    for (std::string each; std::getline(in, each, ',');) {
        const size_t equals = each.find('=');
        if (equals == std::string::npos)
            throw BadInput(what + ": '" + each + "' is not OPERATION=ALGORITHM, such as all_reduce=tree");
        const std::string operation = each.substr(0, equals);
        const auto found = std::find(names.begin(), names.end(), operation);
        if (found == names.end())
            throw BadInput(what + ": no operation '" + operation + "'" + suggestion(operation, names));
        const auto kind = static_cast<size_t>(found - names.begin());
        const std::string where = what + ": " + operation, name = each.substr(equals + 1);
        const CollectiveOps& ops =
            find_collective(where, *operation_of(static_cast<CollectiveKind>(kind)), name);
        setting.collectives[kind] = &ops;
        setting.arguments[kind] = argument_of_collective(where, ops, name);
    }
}

ProgramSetting make_setting(const FabricPlan& plan, const ProgramOptions& how, uint32_t ranks,
                            uint32_t at_end)
{
    if (ranks > plan.endpoints)
        throw BadInput("the workload has " + std::to_string(ranks) + " ranks, and '" + plan.name + "' has " +
                       std::to_string(plan.endpoints) + " GPUs");
    ProgramSetting setting;
    const uint32_t gpus = plan.nvlink.rate.bps == 0 ? 1 : std::max(plan.nics_per_host, 1U);
    for (uint32_t rank = 0; rank < ranks; ++rank) {
        const uint32_t endpoint = rank + at_end < ranks ? rank : rank + plan.endpoints - ranks;
        setting.endpoint_of.push_back(endpoint);
        setting.host_of.push_back(endpoint / gpus);
    }
    read_algorithms(how.algorithms, setting);
    setting.channels = how.channels.value_or(0);
    setting.chunk = how.chunk.value_or(0);
    setting.costs = how.costs();
    return setting;
}

/// What all ranks together say.
struct Totals {
    Time last, computing, exposed, exposed_sum;
    uint32_t unfinished = 0;
};

Totals totals_of_ranks(const ProgramWorkload& workload, uint32_t ranks, Time now)
{
    Totals totals;
    for (uint32_t rank = 0; rank < ranks; ++rank) {
        const RankSummary each = workload.summary(rank, now);
        totals.computing = std::max(totals.computing, each.computing);
        totals.exposed = std::max(totals.exposed, each.exposed);
        totals.exposed_sum += each.exposed;
        if (each.end == Time::max())
            ++totals.unfinished;
        else
            totals.last = std::max(totals.last, each.end);
    }
    return totals;
}

}  // namespace

const std::vector<Setting>& ProgramOptions::settings()
{
    using O = ProgramOptions;
    static const std::vector<Setting> list = [] {
        std::vector<Setting> made = {
            text<&O::algorithms>(
                "algorithms",
                "which collective does which operation: all_reduce=tree,all_to_all=pxn (default: "
                "the first that `collective --help` lists of each operation)",
                "OP=ALGORITHM,..."),
            count<&O::channels>("channels", "channels of every collective that has any (default: its own)", 1,
                                1024)
                .as("C"),
            size<&O::chunk>("chunk", "chunk of every collective that cuts its data (default: its own)"),
            write_goal_setting<&O::write_goal>(),
        };
        for (const Setting& each : StepCostOptions::settings()) made.push_back(each);
        return made;
    }();
    return list;
}

ProgramScenario::ProgramScenario(const Options& asked, FabricPlan fabric, const ProgramOptions& how,
                                 std::shared_ptr<const Program> program, uint32_t at_end)
    : Scenario(asked, std::move(fabric)), program_(std::move(program)),
      setting_(make_setting(plan, how, program_->ranks, at_end))
{
    write_goal_file(*program_, setting_, how.write_goal);
}

Workload& ProgramScenario::workload(uint64_t seed)
{
    ProgramSetting setting = setting_;
    if (jitter() > Time{}) setting.starts = jittered_starts(program_->ranks, jitter(), seed);
    workload_ = std::make_unique<ProgramWorkload>(program_, std::move(setting));
    return *workload_;
}

std::unique_ptr<Contents> ProgramScenario::contents(uint64_t) const
{
    try {
        return make_program_contents(program_, setting_,
                                     [this]() -> const ProgramWorkload& { return *workload_; });
    } catch (const BadInput& error) {
        throw BadInput("--verify: " + std::string(error.what()));
    }
}

void ProgramScenario::draw(TimelinePart& timeline)
{
    draw_tasks(*workload_, setting_.endpoint_of, timeline);
}

Footprint ProgramScenario::footprint() const
{
    const ProgramTotals totals = totals_of(*program_);
    const double ranks = program_->ranks;
    return {std::min(ranks * ranks, static_cast<double>(totals.sends) + 16 * ranks), 16 * ranks,
            static_cast<double>(totals.sends)};
}

const ProgramIdeal& ProgramScenario::ideal(IdealTimes& ideals) const
{
    if (framing_ != ideals.terms().wire) {
        framing_ = ideals.terms().wire;
        ideal_ = program_ideal(program_, setting_, collective_limits(plan, ideals));
    }
    return ideal_;
}

void ProgramScenario::check_times(IdealTimes& ideals) const
{
    require_representable("the workload", ideal(ideals).total());
}

void ProgramScenario::measure(IdealTimes& ideals, const std::vector<Time>&, RunRecord& record) const
{
    const ProgramIdeal& least = ideal(ideals);
    const uint32_t ranks = program_->ranks;
    const Totals totals = totals_of_ranks(*workload_, ranks, record.sim_time);
    const ProgramTotals asked = totals_of(*program_);
    auto& extra = record.extra;
    extra["format"] = program_->format;
    extra["ranks"] = ranks;
    extra["tasks"] = asked.tasks;
    extra["messages"] = least.messages;
    extra["network_bytes"] = least.network_bytes;
    extra["nvlink_bytes"] = least.nvlink_bytes;
    extra["time_us"] = totals.unfinished == 0 ? nlohmann::ordered_json(totals.last.us()) : nullptr;
    extra["computing_us"] = totals.computing.us();
    extra["exposed_us"] = totals.exposed.us();
    extra["mean_exposed_us"] = ranks > 0 ? (totals.exposed_sum / ranks).us() : 0;
    extra["ideal_us"] = least.total().us();
    extra["efficiency"] = nullptr;
    if (totals.unfinished == 0 && totals.last > Time{})
        extra["efficiency"] = least.total().us() / totals.last.us();
    extra["ideal_chain_us"] = least.chain.us();
    extra["ideal_nic_us"] = least.nic.us();
    extra["ideal_nvlink_us"] = least.nvlink.us();
    if (totals.unfinished > 0) extra["waits"] = workload_->stuck();
}

}  // namespace hpnsim
