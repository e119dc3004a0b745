// SPDX-License-Identifier: GPL-2.0-only
// The scenario `training`: iterations of a training job, from its model and its parallel layout.
#include "hpnsim/as_option.hpp"
#include "hpnsim/critical_path.hpp"
#include "hpnsim/training_meter.hpp"
#include "workload.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

struct TrainingOptions : ProgramOptions {
    std::string model = "llama-7b";
    std::optional<uint32_t> micro_batches;
    std::optional<uint64_t> global_batch;
    TrainingLayout layout;
    /// Laid out once, though the topology may need the number of ranks first.
    std::shared_ptr<const TrainingPlan> plan;

    TrainingOptions()
    {
        layout.tensor = 8;
        layout.data = 2;
    }
    static const std::vector<Setting>& settings();
};

const char* model_doc()
{
    static const std::string text = [] {
        std::string doc = "model to train; keys change its shape";
        for (const TrainingPreset& each : training_presets())
            doc += "; " + std::string(each.name) + ": " + each.source;
        doc += ". Keys:";
        for (const Setting& key : TrainingModel::settings()) doc += " " + key.name;
        return doc;
    }();
    return text.c_str();
}

/// The same setting, of a part of the options, to which `find` leads.
template <class Find> Setting of_part(const Setting& setting, Find find)
{
    Setting made = setting;
    made.read = [read = setting.read, find](void* part, const std::string& place, const std::string& key,
                                            const std::string& text) {
        read(&find(*static_cast<TrainingOptions*>(part)), place, key, text);
    };
    made.write = [write = setting.write, find](const void* part) {
        return write(&find(*static_cast<const TrainingOptions*>(part)));
    };
    return made;
}

const std::vector<Setting>& TrainingOptions::settings()
{
    using O = TrainingOptions;
    static const std::vector<Setting> list = [] {
        std::vector<Setting> made = {
            text<&O::model>("model", model_doc(), "NAME[:key=value,...]")
                .checked([](const std::string& place, const std::string& text) {
                    parse_training_model(place, text);
                }),
            count<&O::micro_batches>(
                "micro-batches", "micro-batches of a replica in an iteration (default: as many as stages)", 1,
                1'000'000),
            count<&O::global_batch>("global-batch", "the same as sequences of all replicas together", 1,
                                    int64_t{1} << 50),
        };
        for (const Setting& each : TrainingLayout::settings())
            made.push_back(of_part(
                each, [](auto& own) -> auto& { return own.layout; }));
        for (const Setting& each : TrainingStorage::settings())
            made.push_back(of_part(
                each, [](auto& own) -> auto& { return own.layout.storage; }));
        for (const Setting& each : ProgramOptions::settings()) made.push_back(each);
        return made;
    }();
    return list;
}

/// Returns how many micro-batches of a replica the global batch is.
uint32_t divided_batch(const TrainingOptions& own)
{
    const uint64_t whole = *own.global_batch, part = uint64_t{own.layout.micro_batch} * own.layout.data;
    const uint64_t count = whole / part;
    if (own.micro_batches && *own.micro_batches * part != whole)
        throw BadInput("--global-batch: " + std::to_string(whole) + " sequences are not --micro-batches " +
                       std::to_string(*own.micro_batches) + " of " + std::to_string(part) +
                       " in all replicas; leave one of the two out");
    if (whole % part != 0 || count > 1'000'000)
        throw BadInput("--global-batch: " + std::to_string(whole) +
                       " sequences do not divide into micro-batches of " + std::to_string(part) +
                       " in all replicas, at most 1000000; the nearest are " +
                       std::to_string(std::clamp<uint64_t>(count, 1, 1'000'000) * part) + " and " +
                       std::to_string(std::clamp<uint64_t>(count + 1, 1, 1'000'000) * part));
    return static_cast<uint32_t>(count);
}

std::shared_ptr<const TrainingPlan> laid_out(const TrainingLayout& layout)
{
    return as_option({"tp", "pp", "dp", "ep", "cp", "placement", "micro-batch", "micro-batches", "virtual",
                      "sequence-parallel", "tflops", "bucket-bytes", "cp-exchange", "checkpoint-every",
                      "checkpoint-bytes", "checkpoint-async", "storage", "storage-gbps"},
                     [&layout] {
                         check_layout(layout);
                         return std::make_shared<const TrainingPlan>(plan_training(layout));
                     });
}

void complete(Options& asked)
{
    auto& own = asked.own.as<TrainingOptions>();
    TrainingLayout& layout = own.layout;
    layout.model = parse_training_model("--model", own.model);
    layout.micro_batches =
        own.global_batch ? divided_batch(own) : own.micro_batches.value_or(layout.pipeline);
    own.plan = laid_out(layout);
}

void require_room(const TrainingLayout& layout, const FabricPlan& fabric)
{
    if (layout.ranks() <= fabric.endpoints) return;
    const uint64_t replica = layout.ranks() / layout.data;
    const uint64_t fit = fabric.endpoints / replica;
    throw BadInput("--dp: tp " + std::to_string(layout.tensor) + " x pp " + std::to_string(layout.pipeline) +
                   " x dp " + std::to_string(layout.data) + " x cp " + std::to_string(layout.context) +
                   " are " + std::to_string(layout.ranks()) + " ranks, and '" + fabric.name + "' has " +
                   std::to_string(fabric.endpoints) + " GPUs; " +
                   (fit > 0
                        ? "the nearest is --dp " + std::to_string(fit)
                        : "a replica alone has " + std::to_string(replica) + ": use a larger --topology"));
}

/// Lays the job out again where storage is on the fabric: it has as many NICs as a host of the fabric.
std::shared_ptr<const TrainingPlan> planned(const TrainingOptions& own, const FabricPlan& fabric)
{
    TrainingLayout layout = own.layout;
    require_room(layout, fabric);
    if (layout.storage.ranks() == 0) return own.plan;
    layout.storage.nics = std::max(fabric.nics_per_host, 1U);
    layout.storage.ports = fabric.ports_per_nic;
    const uint64_t left = fabric.endpoints - std::min<uint64_t>(fabric.endpoints, layout.ranks());
    const uint64_t hosts = left / layout.storage.nics;
    if (layout.storage.hosts > hosts)
        throw BadInput("--storage-hosts: beside " + std::to_string(layout.ranks()) + " ranks '" +
                       fabric.name + "' has room for " + std::to_string(hosts) + " hosts of " +
                       std::to_string(layout.storage.nics) + " NICs, not " +
                       std::to_string(layout.storage.hosts) +
                       (hosts > 0 ? "; the nearest is " + std::to_string(hosts)
                                  : "; use a larger --topology, or --storage separate"));
    return laid_out(layout);
}

/// Writes a rank's or a mean rank's times of an iteration.
void write_times(const std::array<double, kSpents>& us, nlohmann::ordered_json& out)
{
    static constexpr std::array<const char*, kSpents> kKeys = {
        "compute_us",    "exposed_tp_us", "exposed_pp_us",      "exposed_dp_us",
        "exposed_ep_us", "exposed_cp_us", "exposed_storage_us", "bubble_us"};
    for (size_t i = 0; i < kSpents; ++i) out[kKeys.at(i)] = us.at(i);
}

class Training : public ProgramScenario
{
public:
    Training(const Options& asked, FabricPlan fabric, const TrainingOptions& own,
             std::shared_ptr<const TrainingPlan> laid)
        : ProgramScenario(asked, std::move(fabric), own, std::shared_ptr<const Program>(laid, &laid->program),
                          laid->program.ranks - laid->trainers),
          layout_(own.layout), plan_(std::move(laid))
    {
    }

    Workload& workload(uint64_t seed) override
    {
        auto& made = dynamic_cast<ProgramWorkload&>(ProgramScenario::workload(seed));
        meter_ = std::make_unique<TrainingMeter>(*plan_);
        path_ = std::make_unique<CriticalPath>(*plan_);
        made.on_begin = [this](uint32_t rank, uint32_t task, Time now) {
            path_->on_begin(rank, task, now);
            meter_->on_begin(rank, task, now);
        };
        made.on_task = [this, also = made.on_task](uint32_t rank, uint32_t task, Time start, Time end) {
            if (also) also(rank, task, start, end);
            path_->on_task(rank, task, start, end);
            meter_->on_task(rank, task, start, end);
        };
        made.on_message = [this, also = made.on_message](uint64_t id, uint32_t src, uint32_t task,
                                                         uint32_t dst, Time sent, Time arrived) {
            if (also) also(id, src, task, dst, sent, arrived);
            path_->on_message(src, task, dst, sent, arrived);
            meter_->on_message(dst, sent);
        };
        return made;
    }

    std::vector<std::string> warnings() const override
    {
        const GroupTable& groups = plan_->program.groups;
        const std::vector<uint32_t>& host_of = setting().host_of;
        for (const std::vector<uint32_t>& group : groups.family(1).groups)
            for (const uint32_t rank : group)
                if (host_of[rank] != host_of[group.front()]) return {tensor_sentence()};
        return {};
    }

    void measure(IdealTimes& ideals, const std::vector<Time>& messages, RunRecord& record) const override
    {
        ProgramScenario::measure(ideals, messages, record);
        auto& extra = record.extra;
        extra["ranks"] = plan_->trainers;
        const std::vector<Time>& ends = meter_->ends();
        for (const char* key : {"iteration_us", "first_iteration_us", "tokens_per_s", "achieved_mfu"})
            extra[key] = nullptr;
        if (ends.empty()) return;
        const size_t count = ends.size();
        const Time first = ends.front();
        const Time steady = count > 1 ? (ends.back() - first) / static_cast<int64_t>(count - 1) : first;
        const double tokens = static_cast<double>(layout_.sequences()) * layout_.model.sequence;
        extra["iteration_us"] = steady.us();
        extra["first_iteration_us"] = first.us();
        extra["tokens_per_s"] = tokens / steady.s();
        extra["achieved_mfu"] = layout_.model.training_flops(tokens) / steady.s() /
                                (static_cast<double>(layout_.ranks()) * layout_.tflops * 1e12);
        if (record.extra["time_us"].is_null()) return;  // the ranks have not all done the same
        extra["critical_rank"] = meter_->critical_rank();
        add_times(extra);
        add_path(extra);
        add_storage(extra);
        for (uint32_t rank = 0; rank < plan_->trainers; ++rank) record.ranks.push_back(row_of(rank));
    }

private:
    std::string tensor_sentence() const
    {
        const uint32_t gpus = std::max(plan.nics_per_host, 1U);
        return "tensor-parallel groups of " + std::to_string(layout_.tensor) +
               " do not lie within hosts of " + std::to_string(gpus) +
               " GPUs: what they exchange in every layer goes over the network" +
               (layout_.tensor > gpus ? "; the nearest is --tp " + std::to_string(gpus)
                                      : "; a --placement that begins with tp, or a --tp that divides " +
                                            std::to_string(gpus) + ", avoids it");
    }

    /// Adds the means over the ranks, of the job and of each stage.
    void add_times(nlohmann::ordered_json& extra) const
    {
        std::vector<std::array<double, kSpents>> stages(layout_.pipeline);
        const double samples = static_cast<double>(layout_.ranks()) / layout_.pipeline *
                               static_cast<double>(meter_->ends().size());
        for (uint32_t rank = 0; rank < plan_->trainers; ++rank) {
            const TrainingMeter::Times times = meter_->spent(rank);
            auto& stage = stages[plan_->stage_of(rank)];
            for (size_t i = 0; i < kSpents; ++i) stage.at(i) += times.at(i).us() / samples;
        }
        std::array<double, kSpents> mean{};
        for (const auto& stage : stages)
            for (size_t i = 0; i < kSpents; ++i) mean.at(i) += stage.at(i) / layout_.pipeline;
        write_times(mean, extra);
        for (const auto& stage : stages) {
            extra["stages"].push_back(nlohmann::ordered_json::object());
            write_times(stage, extra["stages"].back());
        }
    }

    /// Adds what the critical path is made of, as a mean over the iterations.
    void add_path(nlohmann::ordered_json& extra) const
    {
        const auto iterations = static_cast<double>(meter_->ends().size());
        std::array<double, kSpents> us{};
        for (size_t i = 0; i < kSpents; ++i) us.at(i) = path_->times().at(i).us() / iterations;
        nlohmann::ordered_json& path = extra["critical_path"];
        write_times(us, path);
        path["waiting_us"] = path["bubble_us"];
        path.erase("bubble_us");
        path["stages_us"] = nlohmann::ordered_json::array();
        for (uint32_t stage = 0; stage < layout_.pipeline; ++stage)
            path["stages_us"].push_back(path_->stages()[stage].us() / iterations);
    }

    void add_storage(nlohmann::ordered_json& extra) const
    {
        if (!layout_.storage.used()) return;
        extra["loaded_bytes"] = plan_->loaded;
        extra["checkpoint_bytes"] = plan_->written;
        const double busy_s = meter_->storage_busy().s();
        extra["storage_gbps"] = nullptr;
        if (busy_s > 0)
            extra["storage_gbps"] = static_cast<double>(plan_->loaded + plan_->written) * 8e-9 / busy_s;
        if (layout_.storage.checkpoint_every == 0) return;
        // Of a checkpoint in the background the next iteration feels more than its own.
        const std::vector<Time>& ends = meter_->ends();
        Time with, without;
        int64_t count = 0;
        for (size_t i = 1; i < ends.size(); ++i) {
            const bool writes = (i + 1) % layout_.storage.checkpoint_every == 0;
            (writes ? with : without) += ends[i] - ends[i - 1];
            count += writes ? 1 : 0;
        }
        const auto others = static_cast<int64_t>(ends.size()) - 1 - count;
        extra["checkpoint_iteration_us"] = nullptr;
        extra["other_iteration_us"] = nullptr;
        if (count > 0) extra["checkpoint_iteration_us"] = with.us() / static_cast<double>(count);
        if (others > 0) extra["other_iteration_us"] = without.us() / static_cast<double>(others);
    }

    RankRow row_of(uint32_t rank) const
    {
        const SpentTimes spent = meter_->spent(rank);
        const auto of = [&spent](Spent what) { return spent.at(static_cast<size_t>(what)); };
        RankRow row;
        row.rank = rank;
        row.stage = plan_->stage_of(rank);
        row.compute = of(Spent::compute);
        row.tensor = of(Spent::tensor);
        row.pipeline = of(Spent::pipeline);
        row.data = of(Spent::data);
        row.expert = of(Spent::expert);
        row.context = of(Spent::context);
        row.storage = of(Spent::storage);
        row.bubble = of(Spent::bubble);
        return row;
    }

    TrainingLayout layout_;
    std::shared_ptr<const TrainingPlan> plan_;
    std::unique_ptr<TrainingMeter> meter_;
    std::unique_ptr<CriticalPath> path_;
};

struct TrainingJob {
    static ScenarioInfo info()
    {
        return {"training",
                "Iterations of a training job, from its model and how it is spread over GPUs.",
                {"training --model llama-7b:layers=4 --tp 8 --dp 4 --cc dcqcn --cc hpcc",
                 "training --model gpt3-175b:layers=8,sequence=512,vocabulary=8000 --pp 4 --micro-batches 8 "
                 "--channels 2",
                 "training --model deepseek-v3:layers=2,dense-layers=1,hidden=1024 --tp 1 --dp 16 --ep 16 "
                 "--zero 3"},
                OwnOptions::of<TrainingOptions>(),
                [](const Options& asked) { return asked.own.as<TrainingOptions>().plan->program.ranks; },
                [](const Options& asked, FabricPlan plan) -> std::unique_ptr<Scenario> {
                    const auto& own = asked.own.as<TrainingOptions>();
                    auto laid = planned(own, plan);
                    return std::make_unique<Training>(asked, std::move(plan), own, std::move(laid));
                },
                complete,
                true};
    }
};

}  // namespace

HPNSIM_SCENARIO(TrainingJob)

}  // namespace hpnsim
