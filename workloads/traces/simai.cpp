// SPDX-License-Identifier: GPL-2.0-only
// Reads SimAI's workload files and lays their layers out as SimAI runs them: forward, then backward, with the
// collectives of the weights' gradients in the background. All ranks do the same.
#include "hpnsim/text_input.hpp"
#include "hpnsim/trace_formats.hpp"
#include "traces/parallel_groups.hpp"
#include "traces/simai_text.hpp"
#include "traces/trace_tasks.hpp"

#include <sstream>

namespace hpnsim
{

namespace
{

/// Collectives of each family follow each other; those of different families overlap.
enum Stream : uint8_t { kCompute = 0, kFirstFamily = 1 };

/// Lays out the passes of a file as tasks of one rank.
class SimaiPasses
{
public:
    SimaiPasses(const SimaiFile& file, const ParallelSizes& sizes, const ParallelFamilies& families)
        : file_(file), sizes_(sizes), families_(families), gradients_done_(file.layers.size(), kNone)
    {
    }

    std::shared_ptr<const TaskGraph> lay_out(uint32_t passes)
    {
        for (; passes > 0; --passes) add_pass();
        graph_.finish();
        return std::make_shared<const TaskGraph>(std::move(graph_));
    }

private:
    static constexpr uint32_t kNone = 0xffffffff;

    void add_pass()
    {
        for (size_t i = 0; i < file_.layers.size(); ++i) forward(i);
        if (file_.policy->forward_only) return;
        for (size_t i = file_.layers.size(); i-- > 0;) backward(i);
    }

    void forward(size_t i)
    {
        const SimaiLayer& layer = file_.layers[i];
        wait_for(gradients_done_[i]);
        compute(layer, layer.forward, " forward");
        if (layer.policy->layers_communicate)
            block_on(collective(layer, layer.forward, Parallel::tensor, " forward"));
    }

    void backward(size_t i)
    {
        const SimaiLayer& layer = file_.layers[i];
        const SimaiPolicy& policy = *file_.policy;
        if (layer.initiates) recompute(i);
        if (policy.weights_first) {
            weight_gradient(i);
            if (i > 0) compute(layer, layer.input_gradient, " input gradient");
            return;
        }
        compute(layer, layer.input_gradient, " input gradient");
        uint32_t inputs_done = kNone;
        if (layer.policy->layers_communicate && (policy.inputs_block || i > 0))
            inputs_done = collective(layer, layer.input_gradient, Parallel::tensor, " input gradient");
        if (policy.inputs_block) block_on(inputs_done);
        weight_gradient(i);
        if (!policy.inputs_block) wait_for(inputs_done);
    }

    void weight_gradient(size_t i)
    {
        const SimaiLayer& layer = file_.layers[i];
        compute(layer, layer.weight_gradient, " weight gradient");
        if (layer.policy->gradients_communicate)
            gradients_done_[i] = collective(layer, layer.weight_gradient, Parallel::data, " weight gradient");
    }

    void recompute(size_t i)
    {
        size_t from = i;
        while (!file_.layers[from].checkpoint) --from;
        for (; from < i; ++from) forward(from);
    }

    /// What comes next in the main order waits for this as well.
    void wait_for(uint32_t& task)
    {
        if (task != kNone) next_waits_.push_back(task);
        task = kNone;
    }

    void block_on(uint32_t task)
    {
        if (task != kNone) next_waits_ = {task};
    }

    uint32_t add(Task task, const std::string& label)
    {
        if (graph_.size() >= kMostTraceTasks)
            throw BadInput(file_.place + ": the passes have more than " + std::to_string(kMostTraceTasks) +
                           " tasks a rank");
        task.label = graph_.label(label);
        const uint32_t number = graph_.add(task);
        for (const uint32_t first : next_waits_) graph_.after(number, first);
        return number;
    }

    void compute(const SimaiLayer& layer, const SimaiStep& step, const char* phase)
    {
        if (step.compute_ns == 0) return;
        const Time time = computed_.ns(step.compute_ns, [&] { return file_.place; });
        next_waits_ = {add(Task::compute(time, kCompute), layer.name + phase)};
    }

    /// Returns the task whose end is that of the collective, update time included; kNone: there is nothing.
    uint32_t collective(const SimaiLayer& layer, const SimaiStep& step, Parallel usual, const char* phase)
    {
        if (!step.collective || step.bytes == 0) return kNone;
        const bool all =
            step.groups == SimaiGroups::usual && layer.policy->over_all_ranks && !narrowed(layer);
        const Parallel parallel = step.groups == SimaiGroups::expert        ? Parallel::expert
                                  : step.groups == SimaiGroups::expert_data ? Parallel::expert_data
                                                                            : usual;
        const uint16_t family = all ? kWorld : families_.at(static_cast<size_t>(parallel));
        const uint32_t ranks = all ? sizes_.ranks : sizes_.size_of(parallel);
        const auto stream = static_cast<uint8_t>(kFirstFamily + family);
        const std::string label = layer.name + phase + " " + name_of(*step.collective);
        const uint32_t done =
            add(collective_task(*step.collective, family, ranks, step.bytes, stream), label);
        return layer.update_ns == 0 ? done : update(layer, done);
    }

    /// Inference can be over tensor groups: then the first line says how large they are.
    bool narrowed(const SimaiLayer& layer) const { return layer.policy->forward_only && file_.tensor; }

    uint32_t update(const SimaiLayer& layer, uint32_t collective)
    {
        const Time time = computed_.ns(layer.update_ns, [&] { return file_.place; });
        Task task = Task::compute(time);
        task.label = graph_.label(layer.name + " update");
        const uint32_t number = graph_.add(task);
        graph_.after(number, collective);
        return number;
    }

    const SimaiFile& file_;
    ParallelSizes sizes_;
    ParallelFamilies families_;
    TaskGraph graph_;
    ComputedTime computed_;
    std::vector<uint32_t> next_waits_;      // what the next task of the main order waits for
    std::vector<uint32_t> gradients_done_;  // by layer: what ends the collective of the pass before
};

ParallelSizes sizes_of(const SimaiFile& file, const TraceAsked& asked)
{
    ParallelSizes sizes;
    const uint32_t given = asked.ranks != 0 ? asked.ranks : file.ranks.value_or(0);
    if (given == 0)
        throw BadInput(file.place + ": the first line has no all_gpus; say how many ranks there are");
    if (given > kMostTraceRanks)
        throw BadInput(file.place + ": " + std::to_string(given) + " ranks are more than " +
                       std::to_string(kMostTraceRanks));
    sizes.ranks = given;
    sizes.tensor = asked.tensor.value_or(file.tensor.value_or(1));
    sizes.pipeline = asked.pipeline.value_or(file.pipeline.value_or(1));
    sizes.expert = asked.expert.value_or(file.expert.value_or(1));
    sizes.stages_outermost = false;
    for (const uint32_t size : {sizes.tensor, sizes.pipeline, sizes.expert})
        if (size == 0)
            throw BadInput(file.place + ": a group of tensor, pipeline or expert parallelism has 0 ranks");
    return sizes;
}

struct Simai {
    static constexpr const char* name = "simai";
    static constexpr const char* doc =
        "SimAI's workload text, which AICB writes: a policy with sizes of groups, then a line a layer";

    static bool recognises(const TraceHead& head)
    {
        std::istringstream in(head.bytes);
        std::string word;
        return in >> word && is_simai_policy(word);
    }

    static Program read(const TraceAsked& asked)
    {
        if (!asked.groups.empty())
            throw BadInput(
                "'" + asked.file +
                "': the groups of a SimAI workload follow from its first line; a file of groups is "
                "not for it");
        TextInput in("", asked.file);
        TextLines lines(in, asked.file);
        SimaiFile file = read_simai_text(lines);
        if (asked.tensor) file.tensor = asked.tensor;
        const ParallelSizes sizes = sizes_of(file, asked);
        Program program(sizes.ranks);
        const ParallelFamilies families = add_parallel_groups(file.place, sizes, program.groups);
        program.graphs.push_back(SimaiPasses(file, sizes, families).lay_out(asked.passes));
        return program;
    }
};

}  // namespace

HPNSIM_TRACE_FORMAT(Simai)

}  // namespace hpnsim
