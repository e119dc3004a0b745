// SPDX-License-Identifier: GPL-2.0-only
// Checks what the messages of a program carry: every send's bytes where its receiver has them, and the memory
// of every rank after each collective of its groups. Everything has a place of its own for the whole run, and
// is looked at when all is over, so that a write that went astray later is found too.
#include "contents/operation_check.hpp"
#include "graph/group_collectives.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/contents.hpp"
#include "hpnsim/program_workload.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace hpnsim
{

namespace
{

/// What a send carries is of this epoch; collectives count theirs from 0.
constexpr uint64_t kSends = ~uint64_t{0};

uint64_t ticket_of(uint32_t rank, uint32_t task)
{
    return uint64_t{rank} << 32 | task;
}

/// A collective over one group, with the memories of its members.
class GroupContents : public OperationMembers
{
public:
    GroupContents(const Task& task, std::shared_ptr<const Collective> collective,
                  const std::vector<uint32_t>& members, const std::vector<uint32_t>& endpoint_of,
                  EndpointMemory& memory, uint64_t number)
        : operation_(*operation_of(task.collective)), bytes_(task.bytes), collective_(std::move(collective)),
          members_(members), endpoint_of_(endpoint_of), memory_(memory), number_(number),
          base_(members.size())
    {
        for (uint32_t member = 0; member < members.size(); ++member)
            base_[member] =
                EndpointMemory::base(endpoint(member)) +
                static_cast<uint64_t>(memory.reserve(endpoint(member), collective_->memory_bytes(member)));
    }

    void begin()
    {
        if (begun_) return;
        begun_ = true;
        give_operation({operation_, bytes_, number_}, *this);
    }
    Route route(uint64_t code) const
    {
        const Transfer t = collective_->transfer(code);
        return {base_[t.src] + static_cast<uint64_t>(t.offset),
                base_[t.dst] + static_cast<uint64_t>(t.landing),
                base_[t.dst] + static_cast<uint64_t>(t.result), t.bytes};
    }
    void arrive(uint64_t code)
    {
        const Transfer t = collective_->transfer(code);
        if (!t.reduce) return;
        const Route at = route(code);
        add_elements(memory_.at(endpoint(t.dst), at.result, t.bytes),
                     memory_.at(endpoint(t.dst), at.to, t.bytes), t.bytes, width());
    }
    void check(Findings& findings) { check_operation({operation_, bytes_, number_}, *this, findings); }
    /// Of its elements.
    int width()
    {
        if (width_ == 0) width_ = element_width(operation_, *collective_, bytes_);
        return width_;
    }

    uint32_t count() const override { return static_cast<uint32_t>(members_.size()); }
    uint32_t rank_of(uint32_t member) const override { return members_[member]; }
    std::byte* place(uint32_t member, const HeldPart& part) override
    {
        return memory_.at(endpoint(member), base_[member] + static_cast<uint64_t>(part.at), part.bytes);
    }
    std::string name(uint32_t member) const override
    {
        return std::string(operation_.name) + " of " + std::to_string(bytes_) +
               " B, the program's collective " + std::to_string(number_) + ", rank " +
               std::to_string(members_[member]);
    }

private:
    uint32_t endpoint(uint32_t member) const { return endpoint_of_[members_[member]]; }

    const Operation& operation_;
    Bytes bytes_;
    std::shared_ptr<const Collective> collective_;
    const std::vector<uint32_t>& members_;
    const std::vector<uint32_t>& endpoint_of_;
    EndpointMemory& memory_;
    uint64_t number_;
    std::vector<uint64_t> base_;  // address of each member's memory
    bool begun_ = false;
    int width_ = 0;  // 0: not looked at yet
};

class ProgramContents : public Contents
{
public:
    ProgramContents(std::shared_ptr<const Program> program, ProgramSetting setting, RunningProgram running)
        : program_(std::move(program)), setting_(std::move(setting)), running_(std::move(running)),
          collectives_(*program_, setting_)
    {
        for (uint32_t rank = 0; rank < program_->ranks; ++rank)
            for (uint32_t task = 0; task < program_->graph(rank).size(); ++task) reserve(rank, task);
        if (sends_.empty() && groups_.empty())
            throw BadInput("the workload moves no bytes: no rank sends another anything");
    }

    EndpointMemory& memory() override { return memory_; }

    void depart(const Message& message) override
    {
        const MessageOrigin it = running_().origin_of(message);
        if (it.collective) return group(it).begin();
        const Route at = route_of(it);
        fill_pattern(key_of(it), 0, memory_.at(message.src, at.from, at.bytes), at.bytes);
    }
    Route route(const Message& message) const override
    {
        const MessageOrigin it = running_().origin_of(message);
        return it.collective ? group(it).route(it.code) : route_of(it);
    }
    void arrive(const Message& message) override
    {
        const MessageOrigin it = running_().origin_of(message);
        if (it.collective)
            group(it).arrive(it.code);
        else
            arrived_.push_back(it);
    }
    Verdict finish(bool complete) override;

private:
    struct Way {
        uint64_t from, to;
        Bytes bytes;
    };

    void reserve(uint32_t rank, uint32_t number);
    void reserve_send(uint32_t rank, uint32_t number, const Task& task);
    GroupContents& group(const MessageOrigin& it) const
    {
        return *groups_[group_of_.at({it.family, it.group, it.turn})];
    }
    Route route_of(const MessageOrigin& it) const
    {
        const Way& way = sends_.at(ticket_of(it.rank, it.task));
        return {way.from, way.to, way.to, way.bytes};
    }
    static uint64_t key_of(const MessageOrigin& it)
    {
        return pattern_key(ticket_of(it.rank, it.task), kSends);
    }
    void check_send(const MessageOrigin& it, Findings& findings);

    std::shared_ptr<const Program> program_;
    ProgramSetting setting_;
    RunningProgram running_;
    GroupCollectives collectives_;
    EndpointMemory memory_;
    std::vector<std::unique_ptr<GroupContents>> groups_;
    std::map<CollectiveTurn, size_t> group_of_;
    std::unordered_map<uint64_t, Way> sends_;  // by rank and task; looked up, never walked
    std::vector<MessageOrigin> arrived_;       // sends
};

void ProgramContents::reserve(uint32_t rank, uint32_t number)
{
    const TaskGraph& graph = program_->graph(rank);
    const Task& task = graph.task(number);
    if (task.kind == Task::Kind::send) return reserve_send(rank, number, task);
    if (task.kind != Task::Kind::collective) return;
    const CollectiveTurn turn{task.family, program_->groups.of(task.family, rank).group, graph.turn(number)};
    if (group_of_.count(turn) > 0) return;
    const auto collective = collectives_.collective_of(rank, task);
    if (collective == nullptr) return;
    group_of_[turn] = groups_.size();
    groups_.push_back(std::make_unique<GroupContents>(task, collective,
                                                      program_->groups.group_of(task.family, rank),
                                                      setting_.endpoint_of, memory_, groups_.size()));
}

/// A message of no bytes has one.
void ProgramContents::reserve_send(uint32_t rank, uint32_t number, const Task& task)
{
    const uint32_t peer = program_->groups.rank_at(task.family, rank, task.peer);
    if (peer == rank) return;
    const Bytes bytes = std::max<Bytes>(task.bytes, 1);
    const auto place = [&](uint32_t endpoint) {
        return EndpointMemory::base(endpoint) + static_cast<uint64_t>(memory_.reserve(endpoint, bytes));
    };
    const uint64_t from = place(setting_.endpoint_of[rank]), to = place(setting_.endpoint_of[peer]);
    sends_.emplace(ticket_of(rank, number), Way{from, to, bytes});
}

void ProgramContents::check_send(const MessageOrigin& it, Findings& findings)
{
    const Route at = route_of(it);
    const std::byte* found = memory_.at(setting_.endpoint_of[it.dst], at.to, at.bytes);
    std::array<std::byte, kPatternBlock> expected;
    for (Bytes from = 0; from < at.bytes; from += kPatternBlock) {
        const Bytes bytes = std::min(kPatternBlock, at.bytes - from);
        const auto first = static_cast<uint64_t>(from);
        fill_pattern(key_of(it), first, expected.data(), bytes);
        findings.compare(found + from, expected.data(), bytes,
                         first / static_cast<unsigned>(findings.width()), [&] {
                             return "the message of rank " + std::to_string(it.rank) + ", task " +
                                    std::to_string(it.task) + ", at rank " + std::to_string(it.dst);
                         });
    }
}

/// Collectives of a run that was cut off are not checked: their memories are as they are.
Verdict ProgramContents::finish(bool complete)
{
    Findings words{4}, bytes{1};
    for (const MessageOrigin& each : arrived_) check_send(each, words);
    for (const auto& each : groups_)
        if (complete) each->check(each->width() == 4 ? words : bytes);
    Verdict all = words.verdict(complete);
    if (const Verdict more = bytes.verdict(complete); more.checked > 0) add_verdict(more, all);
    if (!complete || all.wrong > 0) return all;
    all.first = running_().mismatch();
    all.complete = all.first.empty();
    return all;
}

}  // namespace

std::unique_ptr<Contents> make_program_contents(std::shared_ptr<const Program> program,
                                                ProgramSetting setting, RunningProgram running)
{
    return std::make_unique<ProgramContents>(std::move(program), std::move(setting), std::move(running));
}

}  // namespace hpnsim
