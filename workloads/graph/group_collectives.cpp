// SPDX-License-Identifier: GPL-2.0-only
// Begins the collectives of groups, and makes each kind and size of them once.
#include "graph/group_collectives.hpp"

#include "hpnsim/bad_input.hpp"

namespace hpnsim
{

const Operation* operation_of(CollectiveKind kind)
{
    switch (kind) {
    case CollectiveKind::all_reduce:
        return &kAllReduce;
    case CollectiveKind::reduce_scatter:
        return &kReduceScatter;
    case CollectiveKind::all_gather:
        return &kAllGather;
    case CollectiveKind::broadcast:
        return &kBroadcast;
    case CollectiveKind::reduce:
        return &kReduce;
    case CollectiveKind::all_to_all:
        return &kAllToAll;
    case CollectiveKind::barrier:
        return nullptr;
    }
    return nullptr;
}

namespace
{

const CollectiveOps& chosen(const ProgramSetting& setting, CollectiveKind kind)
{
    const auto at = static_cast<size_t>(kind);
    if (at < setting.collectives.size() && setting.collectives[at] != nullptr)
        return *setting.collectives[at];
    return find_collective("algorithm", *operation_of(kind), "");
}

}  // namespace

GroupCollectives::GroupCollectives(const Program& program, const ProgramSetting& setting)
    : program_(program), setting_(setting)
{
}

uint32_t GroupCollectives::join(uint32_t rank, uint32_t number, uint32_t turn)
{
    const Task& task = program_.graph(rank).task(number);
    const Membership here = program_.groups.of(task.family, rank);
    const CollectiveTurn key{task.family, here.group, turn};
    const auto [found, made] = known_.emplace(key, 0);
    if (made) {
        if (free_.empty()) {
            free_.push_back(static_cast<uint32_t>(open_.size()));
            open_.emplace_back();
            keys_.emplace_back();
        }
        found->second = free_.back();
        free_.pop_back();
        open_[found->second] = begin(rank, task);
        keys_[found->second] = key;
    }
    GroupCollective& it = *open_[found->second];
    it.tasks[here.position] = number;
    ++it.came;
    return found->second;
}

std::unique_ptr<GroupCollective> GroupCollectives::begin(uint32_t rank, const Task& task)
{
    auto it = std::make_unique<GroupCollective>();
    it->members = &program_.groups.group_of(task.family, rank);
    const auto size = static_cast<uint32_t>(it->members->size());
    it->tasks.assign(size, GroupCollective::kAbsent);
    if (auto collective = collective_of(rank, task))
        it->running = std::make_unique<RunningCollective>(std::move(collective), size, setting_.costs);
    return it;
}

std::shared_ptr<const Collective> GroupCollectives::collective_of(uint32_t rank, const Task& task)
{
    const std::vector<uint32_t>& members = program_.groups.group_of(task.family, rank);
    if (task.collective == CollectiveKind::barrier || task.bytes == 0 || members.size() < 2) return nullptr;
    return made(task.collective, shape_of(members), task.bytes);
}

std::shared_ptr<const Collective> GroupCollectives::made(CollectiveKind kind, CollectiveShape shape,
                                                         Bytes bytes)
{
    std::shared_ptr<const Collective>& known = made_[{kind, shape.ranks, shape.gpus, bytes}];
    if (known != nullptr) return known;
    const CollectiveOps& ops = chosen(setting_, kind);
    CollectiveCall call;
    call.shape = shape;
    call.size = bytes;
    const auto at = static_cast<size_t>(kind);
    if (at < setting_.arguments.size()) call.argument = setting_.arguments[at];
    if (*ops.info.channels != '\0') call.channels = setting_.channels;
    if (*ops.info.chunk != '\0') call.chunk = setting_.chunk;
    known = make_collective(ops, call);
    if (known->groups().count > 1)
        throw BadInput("algorithm: '" + std::string(ops.info.name) +
                       "' is several collectives at once, and a task of a program is one");
    return known;
}

CollectiveShape GroupCollectives::shape_of(const std::vector<uint32_t>& members) const
{
    std::vector<uint32_t> host_of;
    host_of.reserve(members.size());
    for (const uint32_t member : members) host_of.push_back(setting_.host_of[member]);
    return group_shape(host_of);
}

void GroupCollectives::close(uint32_t index)
{
    known_.erase(keys_[index]);
    open_[index].reset();
    free_.push_back(index);
}

size_t GroupCollectives::memory_bytes() const
{
    size_t bytes = 0;
    for (const auto& it : open_) {
        if (it == nullptr) continue;
        bytes += sizeof(GroupCollective) + it->tasks.size() * sizeof(uint32_t);
        if (it->running != nullptr) bytes += it->running->memory_bytes();
    }
    return bytes;
}

}  // namespace hpnsim
