// SPDX-License-Identifier: GPL-2.0-only
// The scenario `training`: iterations of a training job, from its model and its parallel layout.
#include "hpnsim/training_meter.hpp"
#include "hpnsim/as_option.hpp"
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

/// The same setting, of the layout within the options.
Setting of_layout(const Setting& setting)
{
    Setting made = setting;
    made.read = [read = setting.read](void* part, const std::string& place, const std::string& key,
                                      const std::string& text) {
        read(&static_cast<TrainingOptions*>(part)->layout, place, key, text);
    };
    made.write = [write = setting.write](const void* part) {
        return write(&static_cast<const TrainingOptions*>(part)->layout);
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
        for (const Setting& each : TrainingLayout::settings()) made.push_back(of_layout(each));
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

void complete(Options& asked)
{
    auto& own = asked.own.as<TrainingOptions>();
    TrainingLayout& layout = own.layout;
    layout.model = parse_training_model("--model", own.model);
    layout.micro_batches =
        own.global_batch ? divided_batch(own) : own.micro_batches.value_or(layout.pipeline);
    own.plan = as_option({"tp", "pp", "dp", "ep", "cp", "placement", "micro-batch", "micro-batches",
                          "virtual", "sequence-parallel", "tflops"},
                         [&layout] {
                             check_layout(layout);
                             return std::make_shared<const TrainingPlan>(plan_training(layout));
                         });
}

/// Writes a rank's or a mean rank's times of an iteration.
void write_times(const std::array<double, kSpents>& us, nlohmann::ordered_json& out)
{
    static constexpr std::array<const char*, kSpents> kKeys = {
        "compute_us",    "exposed_tp_us", "exposed_pp_us", "exposed_dp_us",
        "exposed_ep_us", "exposed_cp_us", "bubble_us"};
    for (size_t i = 0; i < kSpents; ++i) out[kKeys.at(i)] = us.at(i);
}

class Training : public ProgramScenario
{
public:
    Training(const Options& asked, FabricPlan fabric, const TrainingOptions& own)
        : ProgramScenario(asked, std::move(fabric), own,
                          std::shared_ptr<const Program>(own.plan, &own.plan->program)),
          layout_(own.layout), plan_(own.plan)
    {
    }

    Workload& workload(uint64_t seed) override
    {
        auto& made = dynamic_cast<ProgramWorkload&>(ProgramScenario::workload(seed));
        meter_ = std::make_unique<TrainingMeter>(*plan_);
        made.on_task = [this, also = made.on_task](uint32_t rank, uint32_t task, Time start, Time end) {
            if (also) also(rank, task, start, end);
            meter_->on_task(rank, task, start, end);
        };
        made.on_message = [this, also = made.on_message](uint64_t id, uint32_t src, uint32_t task,
                                                         uint32_t dst, Time sent, Time arrived) {
            if (also) also(id, src, task, dst, sent, arrived);
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
        for (uint32_t rank = 0; rank < plan_->program.ranks; ++rank) {
            const TrainingMeter::Times times = meter_->spent(rank);
            auto& stage = stages[plan_->program.graph_of[rank]];
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

    TrainingLayout layout_;
    std::shared_ptr<const TrainingPlan> plan_;
    std::unique_ptr<TrainingMeter> meter_;
};

struct TrainingJob {
    static ScenarioInfo info()
    {
        return {"training",
                "Iterations of a training job: pipeline stages run 1F1B, and what tensor, data, expert and "
                "context parallelism exchange goes over NVLink and NICs.",
                {"training --model llama-7b:layers=4 --tp 8 --dp 4 --cc dcqcn --cc hpcc",
                 "training --model gpt3-175b:layers=8,sequence=512,vocabulary=8000 --pp 4 --micro-batches 8 "
                 "--channels 2",
                 "training --model deepseek-v3:layers=2,dense-layers=1,hidden=1024 --tp 1 --dp 16 --ep 16 "
                 "--zero 3"},
                OwnOptions::of<TrainingOptions>(),
                [](const Options& asked) { return asked.own.as<TrainingOptions>().plan->program.ranks; },
                [](const Options& asked, FabricPlan plan) -> std::unique_ptr<Scenario> {
                    return std::make_unique<Training>(asked, std::move(plan),
                                                      asked.own.as<TrainingOptions>());
                },
                complete};
    }
};

}  // namespace

HPNSIM_SCENARIO(TrainingJob)

}  // namespace hpnsim
