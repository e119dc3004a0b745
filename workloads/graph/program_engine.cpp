// SPDX-License-Identifier: GPL-2.0-only
// Implements the engine that runs programs. What has ended is worked off in order, so that long chains of
// tasks without duration need no deep recursion.
#include "graph/program_engine.hpp"

#include <algorithm>

namespace hpnsim
{

ProgramWorkload::Engine::Engine(ProgramWorkload& owner, std::shared_ptr<const Program> program,
                                ProgramSetting setting)
    : owner_(owner), program_(std::move(program)), setting_(std::move(setting)), groups_(*program_, setting_),
      ranks_(program_->ranks), mail_(program_->ranks, Mailbox(program_->rules.match))
{
    for (uint32_t rank = 0; rank < program_->ranks; ++rank) {
        ranks_[rank].left = program_->graph(rank).size();
        left_ += ranks_[rank].left;
    }
    total_ = left_;
}

void ProgramWorkload::Engine::start(Carrier& carrier)
{
    for (uint32_t rank = 0; rank < program_->ranks; ++rank) {
        const Time late = setting_.starts.empty() ? Time{} : setting_.starts[rank];
        if (late > Time{})
            set_timer(carrier, carrier.now() + late, {Timer::Kind::begin, rank, 0});
        else
            begin_rank(carrier, rank);
    }
    work_off(carrier);
}

void ProgramWorkload::Engine::begin_rank(Carrier& carrier, uint32_t rank)
{
    ranks_[rank].end = carrier.now();
    for (const uint32_t root : program_->graph(rank).roots()) ready({rank, root});
}

/// One of the things that a task waits for has come.
void ProgramWorkload::Engine::arrive(Job job)
{
    if (joins_.arrive(ticket_of(job), program_->graph(job.rank).waits(job.task))) ready(job);
}

void ProgramWorkload::Engine::ready(Job job)
{
    const uint8_t number = task(job).stream;
    if (number == kNoStream) {
        to_begin_.push_back(job);
        return;
    }
    stream(job.rank, number).ready.push(job.task);
    to_begin_.push_back({job.rank, GroupCollective::kAbsent - number});  // look at the stream in its turn
}

ProgramWorkload::Engine::Stream& ProgramWorkload::Engine::stream(uint32_t rank, uint8_t number)
{
    std::vector<Stream>& streams = ranks_[rank].streams;
    for (Stream& each : streams)
        if (each.number == number) return each;
    streams.emplace_back();
    streams.back().number = number;
    return streams.back();
}

/// Begins what is ready until nothing is. An entry beyond the last task number stands for a stream.
void ProgramWorkload::Engine::work_off(Carrier& carrier)
{
    while (!to_begin_.empty() && !failed_) {
        Job job = to_begin_.front();
        to_begin_.pop_front();
        if (job.task > GroupCollective::kAbsent - 0x100) {
            Stream& its = stream(job.rank, static_cast<uint8_t>(GroupCollective::kAbsent - job.task));
            if (its.busy || its.ready.empty()) continue;
            its.busy = true;
            job.task = its.ready.top();
            its.ready.pop();
        }
        begin(carrier, job);
    }
}

void ProgramWorkload::Engine::begin(Carrier& carrier, Job job)
{
    const auto slot = static_cast<uint32_t>(begun_.put({job, carrier.now()}));
    if (owner_.on_begin) owner_.on_begin(job.rank, job.task, carrier.now());
    Rank& rank = ranks_[job.rank];
    if (task(job).computes())
        rank.clock.begin_computing(carrier.now());
    else
        rank.clock.begin_communicating(carrier.now());
    for (const uint32_t next : program_->graph(job.rank).on_start(job.task)) arrive({job.rank, next});
    begin_kind(carrier, job, slot);
}

void ProgramWorkload::Engine::begin_kind(Carrier& carrier, Job job, uint32_t slot)
{
    const Task& it = task(job);
    switch (it.kind) {
    case Task::Kind::compute:
        if (it.time > Time{})
            set_timer(carrier, carrier.now() + it.time, {Timer::Kind::compute, slot, 0});
        else
            end(carrier, slot);
        return;
    case Task::Kind::send:
        return send(carrier, job, slot);
    case Task::Kind::receive: {
        slot_of_[ticket_of(job)] = slot;
        const uint32_t src =
            it.peer == kAnyRank ? kAnyRank : program_->groups.rank_at(it.family, job.rank, it.peer);
        mail_[job.rank].post(src, it.tag, it.bytes, ticket_of(job), matches_);
        return matched(carrier);
    }
    case Task::Kind::collective:
        slot_of_[ticket_of(job)] = slot;
        return join(carrier, job);
    }
}

void ProgramWorkload::Engine::send(Carrier& carrier, Job job, uint32_t slot)
{
    const Task& it = task(job);
    const uint32_t dst = program_->groups.rank_at(it.family, job.rank, it.peer);
    if (dst != job.rank) {
        Flight flight;
        flight.at = slot;
        flight.task = job.task;
        flight.sent = carrier.now();
        Transfer whole;
        whole.src = job.rank;
        whole.dst = dst;
        whole.bytes = std::max<Bytes>(it.bytes, 1);
        return transmit(carrier, whole, flight);
    }
    const bool wait = program_->rules.send_end == ProgramRules::SendEnd::matched;
    slot_of_[ticket_of(job)] = slot;
    mail_[dst].arrive(job.rank, it.tag, it.bytes, wait ? ticket_of(job) : Mailbox::kNobody, matches_);
    matched(carrier);
    if (!wait) end_of(carrier, job);
}

/// The transfer's ranks are the program's.
void ProgramWorkload::Engine::transmit(Carrier& carrier, const Transfer& transfer, Flight flight)
{
    Message message;
    message.id = next_id_++;
    message.src = setting_.endpoint_of[transfer.src];
    message.dst = setting_.endpoint_of[transfer.dst];
    message.bytes = transfer.sent();
    message.down = transfer.down;
    message.nvlink = setting_.host_of[transfer.src] == setting_.host_of[transfer.dst];
    message.channel = transfer.channel;
    message.context = flights_.put(flight);
    ++outstanding_;
    carrier.send(message);
}

/// Ends the receives that have what they asked for, and the sends that waited for that.
void ProgramWorkload::Engine::matched(Carrier& carrier)
{
    for (const Mailbox::Match& match : matches_) {
        if (match.send != Mailbox::kNobody) end_of(carrier, job_of(match.send));
        end_of(carrier, job_of(match.receive));
    }
    matches_.clear();
}

void ProgramWorkload::Engine::join(Carrier& carrier, Job job)
{
    const Task& it = task(job);
    const uint32_t index = groups_.join(job.rank, job.task, program_->graph(job.rank).turn(job.task));
    GroupCollective& group = groups_.at(index);
    if (group.running == nullptr) return pass_barrier(carrier, index);
    group.running->begin(program_->groups.of(it.family, job.rank).position, carrier.now(), out_);
    follow(carrier, index);
}

/// Lets everybody go on once all have come.
void ProgramWorkload::Engine::pass_barrier(Carrier& carrier, uint32_t index)
{
    const GroupCollective& group = groups_.at(index);
    if (group.came < group.members->size()) return;
    for (size_t position = 0; position < group.members->size(); ++position)
        end_of(carrier, {(*group.members)[position], group.tasks[position]});
    groups_.close(index);
}

/// Does what has become possible in a collective.
void ProgramWorkload::Engine::follow(Carrier& carrier, uint32_t index)
{
    for (const RunningCollective::Later& later : out_.later)
        set_timer(carrier, carrier.now() + later.delay, {Timer::Kind::step, index, later.code});
    for (const RunningCollective::Send& each : out_.work) work(carrier, index, each);
    for (const RunningCollective::Send& each : out_.sends) emit(carrier, index, each);
    out_.clear();
    const GroupCollective& group = groups_.at(index);
    group.running->settle(out_);
    std::vector<uint32_t> over;
    over.swap(out_.done);
    for (const uint32_t position : over) end_of(carrier, {(*group.members)[position], group.tasks[position]});
    close_if_over(index);
}

void ProgramWorkload::Engine::emit(Carrier& carrier, uint32_t index, const RunningCollective::Send& send)
{
    if (failed_) return;
    GroupCollective& group = groups_.at(index);
    ++group.in_flight;
    Flight flight;
    flight.collective = true;
    flight.at = index;
    flight.code = send.code;
    Transfer transfer = send.transfer;
    transfer.src = (*group.members)[transfer.src];
    transfer.dst = (*group.members)[transfer.dst];
    transmit(carrier, transfer, flight);
}

/// A member copies or adds up inside its memory: no message, but told to the carrier as one.
void ProgramWorkload::Engine::work(Carrier& carrier, uint32_t index, const RunningCollective::Send& step)
{
    if (failed_) return;
    Flight flight;
    flight.collective = true;
    flight.at = index;
    flight.code = step.code;
    Message message;
    message.id = ~uint64_t{0};
    message.src = message.dst = setting_.endpoint_of[(*groups_.at(index).members)[step.transfer.src]];
    message.bytes = step.transfer.bytes;
    message.context = flights_.put(flight);
    carrier.work(message);
    flights_.take(message.context);
}

void ProgramWorkload::Engine::close_if_over(uint32_t index)
{
    const GroupCollective& group = groups_.at(index);
    if (group.running->over() && group.in_flight == 0) groups_.close(index);
}

/// The task has ended: what waits for it may begin, and the next of its stream.
void ProgramWorkload::Engine::end(Carrier& carrier, uint32_t slot)
{
    const Begun begun = begun_.take(slot);
    const Job job = begun.job;
    Rank& rank = ranks_[job.rank];
    const Time now = carrier.now();
    const Task& it = task(job);
    if (it.computes())
        rank.clock.end_computing(now);
    else
        rank.clock.end_communicating(now);
    slot_of_.erase(ticket_of(job));
    rank.end = now;
    --rank.left;
    --left_;
    if (owner_.on_task) owner_.on_task(job.rank, job.task, begun.start, now);
    for (const uint32_t next : program_->graph(job.rank).on_end(job.task)) arrive({job.rank, next});
    if (it.stream == kNoStream) return;
    stream(job.rank, it.stream).busy = false;
    to_begin_.push_back({job.rank, GroupCollective::kAbsent - it.stream});
}

void ProgramWorkload::Engine::delivered(Carrier& carrier, const Message& message)
{
    Flight& flight = flights_.at(message.context);
    flight.delivered = true;
    if (flight.collective) {
        groups_.at(flight.at).running->delivered(flight.code, carrier.now(), out_);
        follow(carrier, flight.at);
        return work_off(carrier);
    }
    const uint32_t slot = flight.at;
    const Job job = begun_.at(slot).job;
    const Task& it = task(job);
    const uint32_t dst = program_->groups.rank_at(it.family, job.rank, it.peer);
    if (owner_.on_message) owner_.on_message(message.id, job.rank, job.task, dst, flight.sent, carrier.now());
    const auto ends = program_->rules.send_end;
    const bool wait = ends == ProgramRules::SendEnd::matched;
    if (wait) slot_of_[ticket_of(job)] = slot;
    if (ends == ProgramRules::SendEnd::delivered) end(carrier, slot);
    mail_[dst].arrive(job.rank, it.tag, it.bytes, wait ? ticket_of(job) : Mailbox::kNobody, matches_);
    matched(carrier);
    work_off(carrier);
}

void ProgramWorkload::Engine::completed(Carrier& carrier, const Message& message, FlowStatus status)
{
    --outstanding_;
    const Flight flight = flights_.at(message.context);
    if (status != FlowStatus::ok) {
        failed_ = true;
        return;  // it may still be delivered: the slot is not used again
    }
    flights_.take(message.context);
    if (flight.collective) {
        --groups_.at(flight.at).in_flight;
        return close_if_over(flight.at);
    }
    if (program_->rules.send_end == ProgramRules::SendEnd::acknowledged) end(carrier, flight.at);
    work_off(carrier);
}

void ProgramWorkload::Engine::timer(Carrier& carrier, uint64_t token)
{
    const Timer timer = timers_.take(token);
    switch (timer.kind) {
    case Timer::Kind::begin:
        begin_rank(carrier, timer.at);
        break;
    case Timer::Kind::compute:
        end(carrier, timer.at);
        break;
    case Timer::Kind::step:
        groups_.at(timer.at).running->ended(timer.code, carrier.now(), out_);
        follow(carrier, timer.at);
        break;
    }
    work_off(carrier);
}

double ProgramWorkload::Engine::progress() const
{
    return total_ == 0 ? 1 : 1 - static_cast<double>(left_) / static_cast<double>(total_);
}

RankSummary ProgramWorkload::Engine::summary(uint32_t rank, Time now) const
{
    const Rank& it = ranks_[rank];
    const RankClock::Times times = it.clock.until(now);
    return {it.left == 0 ? it.end : Time::max(), times.computing, times.communicating, times.exposed,
            it.left};
}

/// The lowest rank's lowest task that waits for others tells most.
std::string ProgramWorkload::Engine::stuck() const
{
    if (left_ == 0) return "";
    uint64_t first = Mailbox::kNobody;
    for (const auto& [ticket, slot] : slot_of_) first = std::min(first, ticket);  // in any order
    std::string left = std::to_string(left_) + " of " + std::to_string(total_) + " tasks have not ended";
    if (first == Mailbox::kNobody) return left;
    const Job job = job_of(first);
    const Task& it = task(job);
    std::string what = "rank " + std::to_string(job.rank) + " waits in task " + std::to_string(job.task);
    if (it.kind == Task::Kind::receive) what += ", a receive from " + sender_of(job);
    if (it.kind == Task::Kind::collective)
        what += std::string(", ") + name_of(it.collective) + " in its group '" +
                program_->groups.family(it.family).name + "'";
    return what + "; " + left;
}

std::string ProgramWorkload::Engine::mismatch() const
{
    for (uint32_t rank = 0; rank < program_->ranks; ++rank)
        if (const std::string what = mail_[rank].mismatch(); !what.empty())
            return "rank " + std::to_string(rank) + ": " + what;
    return "";
}

MessageOrigin ProgramWorkload::Engine::origin_of(const Message& message) const
{
    const Flight& flight = flights_.at(message.context);
    MessageOrigin it;
    it.collective = flight.collective;
    it.code = flight.code;
    if (flight.collective) {
        std::tie(it.family, it.group, it.turn) = groups_.turn_of(flight.at);
        return it;
    }
    const Job job = begun_.at(flight.at).job;
    it.rank = job.rank;
    it.task = job.task;
    it.dst = program_->groups.rank_at(task(job).family, job.rank, task(job).peer);
    return it;
}

std::string ProgramWorkload::Engine::sender_of(Job receive) const
{
    const Task& it = task(receive);
    const std::string from =
        it.peer == kAnyRank
            ? "any rank"
            : "rank " + std::to_string(program_->groups.rank_at(it.family, receive.rank, it.peer));
    return from + (it.tag == kAnyTag ? "" : " under tag " + std::to_string(it.tag));
}

size_t ProgramWorkload::Engine::memory_bytes() const
{
    return joins_.memory_bytes() + groups_.memory_bytes() + begun_.memory_bytes() + timers_.memory_bytes() +
           flights_.memory_bytes() + ranks_.size() * (sizeof(Rank) + sizeof(Mailbox)) +
           slot_of_.size() * 4 * sizeof(void*);
}

}  // namespace hpnsim
