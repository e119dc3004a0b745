// SPDX-License-Identifier: GPL-2.0-only
// Implements the program of a list of flows.
#include "hpnsim/flow_program.hpp"

#include "hpnsim/bad_input.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// Lets the sends of a rank begin at their times: a line of computations, of which each takes the time from
/// one start to the next.
class Starts
{
public:
    explicit Starts(TaskGraph& graph) : graph_(graph) {}

    /// Calls come in the order of their starts.
    void begin(uint32_t task, Time start)
    {
        const Time whole{(start.ps + 999) / 1000 * 1000};
        if (whole > last_) {
            const uint32_t wait = graph_.add(Task::compute(whole - last_));
            if (waits_) graph_.after(wait, waiting_);
            waiting_ = wait;
            waits_ = true;
            last_ = whole;
        }
        if (waits_) graph_.after(task, waiting_);
    }

private:
    TaskGraph& graph_;
    Time last_;
    uint32_t waiting_ = 0;
    bool waits_ = false;
};

}  // namespace

Program program_of_flows(const std::vector<FlowSpec>& flows, uint32_t ranks)
{
    std::vector<uint32_t> order(flows.size());
    for (uint32_t i = 0; i < order.size(); ++i) {
        if (flows[i].links.starts_on != kNoTrigger)
            throw BadInput("flows: some wait for a trigger that another rank fires, and a rank of GOAL waits "
                           "for its own sends and receives alone");
        order[i] = i;
    }
    std::stable_sort(order.begin(), order.end(),
                     [&flows](uint32_t a, uint32_t b) { return flows[a].start < flows[b].start; });
    std::vector<std::shared_ptr<TaskGraph>> graphs;
    std::vector<Starts> starts;
    for (uint32_t rank = 0; rank < ranks; ++rank) {
        graphs.push_back(std::make_shared<TaskGraph>());
        starts.emplace_back(*graphs.back());
    }
    for (const uint32_t i : order) {
        const FlowSpec& flow = flows[i];
        const uint32_t send = graphs[flow.src]->add(Task::send(flow.dst, flow.bytes, i));
        graphs[flow.dst]->add(Task::receive(flow.src, flow.bytes, i));
        starts[flow.src].begin(send, flow.start);
    }
    Program program(ranks);
    program.format = "flows";
    for (uint32_t rank = 0; rank < ranks; ++rank) {
        graphs[rank]->finish();
        program.graphs.push_back(graphs[rank]);
        program.graph_of[rank] = rank;
    }
    return program;
}

}  // namespace hpnsim
