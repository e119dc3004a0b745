// SPDX-License-Identifier: GPL-2.0-only
// Builds graphs of tasks: sorts their edges, and refuses circles.
#include "hpnsim/task_graph.hpp"

#include "hpnsim/bad_input.hpp"

#include <algorithm>
#include <array>

namespace hpnsim
{

const char* name_of(CollectiveKind kind)
{
    static constexpr std::array names = {"all_reduce", "reduce_scatter", "all_gather", "broadcast",
                                         "reduce",     "all_to_all",     "barrier"};
    return names.at(static_cast<size_t>(kind));
}

Task Task::compute(Time time, uint8_t stream)
{
    Task task;
    task.time = time;
    task.stream = stream;
    return task;
}

Task Task::delay(Time time, uint8_t stream)
{
    Task task = compute(time, stream);
    task.elsewhere = true;
    return task;
}

Task Task::send(uint32_t peer, Bytes bytes, uint32_t tag, uint8_t stream)
{
    Task task;
    task.kind = Kind::send;
    task.peer = peer;
    task.bytes = bytes;
    task.tag = tag;
    task.stream = stream;
    return task;
}

Task Task::receive(uint32_t peer, Bytes bytes, uint32_t tag, uint8_t stream)
{
    Task task = send(peer, bytes, tag, stream);
    task.kind = Kind::receive;
    return task;
}

Task Task::with_group(CollectiveKind kind, uint16_t family, Bytes bytes, uint8_t stream)
{
    Task task;
    task.kind = Kind::collective;
    task.collective = kind;
    task.family = family;
    task.bytes = bytes;
    task.stream = stream;
    return task;
}

uint32_t TaskGraph::add(const Task& task)
{
    tasks_.push_back(task);
    waits_.push_back(0);
    return size() - 1;
}

void TaskGraph::after(uint32_t task, uint32_t first)
{
    ends_.added.emplace_back(first, task);
    ++waits_[task];
}

void TaskGraph::after_start(uint32_t task, uint32_t first)
{
    starts_.added.emplace_back(first, task);
    ++waits_[task];
}

uint32_t TaskGraph::label(const std::string& text)
{
    if (text.empty()) return 0;
    const auto [found, made] = known_labels_.emplace(text, static_cast<uint32_t>(labels_.size()));
    if (made) labels_.push_back(text);
    return found->second;
}

void TaskGraph::Edges::sort(uint32_t count)
{
    std::stable_sort(added.begin(), added.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    begins.assign(size_t{count} + 1, 0);
    tasks.reserve(added.size());
    for (const auto& [first, task] : added) {
        ++begins[first + 1];
        tasks.push_back(task);
    }
    for (uint32_t i = 0; i < count; ++i) begins[i + 1] += begins[i];
    added = {};
}

void TaskGraph::finish()
{
    ends_.sort(size());
    starts_.sort(size());
    std::vector<uint32_t> seen;
    turns_.assign(size(), 0);
    for (uint32_t i = 0; i < size(); ++i) {
        if (waits_[i] == 0) roots_.push_back(i);
        if (tasks_[i].kind != Task::Kind::collective) continue;
        if (tasks_[i].family >= seen.size()) seen.resize(size_t{tasks_[i].family} + 1, 0);
        turns_[i] = seen[tasks_[i].family]++;
    }
    known_labels_ = {};
    refuse_circles();
}

/// Walks the tasks in an order of their dependencies; what is never reached waits for itself.
void TaskGraph::refuse_circles() const
{
    std::vector<uint32_t> left = waits_, ready = roots_;
    size_t reached = 0;
    while (!ready.empty()) {
        const uint32_t number = ready.back();
        ready.pop_back();
        ++reached;
        for (const Numbers& next : {on_end(number), on_start(number)})
            for (const uint32_t task : next)
                if (--left[task] == 0) ready.push_back(task);
    }
    if (reached == tasks_.size()) return;
    const auto stuck = std::find_if(left.begin(), left.end(), [](uint32_t waits) { return waits > 0; });
    throw BadInput("task " + std::to_string(stuck - left.begin()) +
                   " waits for itself: its dependencies go round in a circle");
}

Bytes TaskGraph::memory_bytes() const
{
    const auto edges = [](const Edges& e) { return (e.begins.size() + e.tasks.size()) * sizeof(uint32_t); };
    return static_cast<Bytes>(tasks_.size() * (sizeof(Task) + 2 * sizeof(uint32_t)) + edges(ends_) +
                              edges(starts_));
}

}  // namespace hpnsim
