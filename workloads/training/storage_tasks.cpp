// SPDX-License-Identifier: GPL-2.0-only
// Adds to a stage's graph what its ranks load from storage and write to it.
#include "hpnsim/bad_input.hpp"
#include "training/stage_graph.hpp"
#include "training/storage_graph.hpp"

#include <algorithm>
#include <cmath>

namespace hpnsim
{

/// A micro-batch waits for its data. Those of the next one are asked for at the same time.
void StageGraph::await_data()
{
    if (!layout_.storage.data_bytes) return;
    const uint32_t here = position();
    if (loading_ == kNone) loading_ = load(here);
    awaited_.push_back(loading_);
    const uint64_t all = uint64_t{layout_.micro_batches} * layout_.iterations;
    loading_ = loads_ < all ? load(here) : kNone;
}

/// The ranks of a replica's first stage load equal parts.
uint32_t StageGraph::load(uint32_t after)
{
    const uint64_t parts = uint64_t{layout_.tensor} * layout_.context;
    const Bytes bytes =
        static_cast<Bytes>((static_cast<uint64_t>(*layout_.storage.data_bytes) + parts - 1) / parts);
    const uint32_t number = loads_++;
    loaded += bytes;
    if (!layout_.storage.shared) return store_elsewhere(bytes, parts * layout_.data, after, kLoads);
    Task request = Task::send(0, kStorageRequest, tag_of_load(number));
    Task data = Task::receive(0, bytes, tag_of_load(number), kLoads);
    request.family = data.family = storage_;
    const uint32_t asked = add(request, Spent::storage, "ask for data");
    const uint32_t got = add(data, Spent::storage, "wait for data");
    for (const uint32_t task : {asked, got})
        if (after != kNone) graph.after(task, after);
    return got;
}

Bytes StageGraph::checkpoint_bytes() const
{
    if (layout_.storage.checkpoint_bytes) return *layout_.storage.checkpoint_bytes;
    const Bucket all = held();
    return std::max<Bytes>(whole_bytes(costs_.stored(all.dense, all.experts)), 1);
}

/// Writes the rank's state after the optimizer's step; `last_` is that step. Over the fabric it is a message
/// for each NIC port, because a message takes one of them.
void StageGraph::checkpoint()
{
    const TrainingStorage& storage = layout_.storage;
    if (storage.checkpoint_every == 0 || ++iterations_ % storage.checkpoint_every != 0) return;
    if (!storing_.empty()) {
        awaited_.insert(awaited_.end(), storing_.begin(), storing_.end());
        storing_.clear();
        join("checkpoint before");
    }
    const uint32_t here = position();
    const Bytes bytes = checkpoint_bytes();
    written += bytes;
    if (storage.shared) {
        const auto parts = static_cast<Bytes>(storage.ports);
        for (Bytes part = 0; part < parts; ++part) {
            const Bytes size = bytes / parts + (part < bytes % parts ? 1 : 0);
            if (size == 0) continue;
            Task task = Task::send(0, size, tag_of_checkpoint(writes_++));
            task.family = storage_;
            storing_.push_back(add(task, Spent::storage, "checkpoint"));
            if (here != kNone) graph.after(storing_.back(), here);
        }
    } else {
        storing_.push_back(store_elsewhere(bytes, layout_.ranks(), here, kCheckpoints));
    }
    if (storage.background) return;
    awaited_.insert(awaited_.end(), storing_.begin(), storing_.end());
    storing_.clear();
}

/// Storage with links of its own takes the time that a rank's even share of them needs.
uint32_t StageGraph::store_elsewhere(Bytes bytes, uint64_t ranks, uint32_t after, Stream stream)
{
    const double bytes_per_s = layout_.storage.gbps / 8 * 1e9 * layout_.storage.hosts;
    const double seconds = static_cast<double>(bytes) * static_cast<double>(ranks) / bytes_per_s;
    if (seconds > kLongest_s)
        throw BadInput("storage-gbps: a transfer would last more than 4000000 s; the storage is too slow");
    const Task task = Task::delay(Time{std::llround(seconds * 1e12)}, stream);
    const uint32_t number = add(task, Spent::storage, stream == kLoads ? "wait for data" : "checkpoint");
    if (after != kNone) graph.after(number, after);
    return number;
}

}  // namespace hpnsim
