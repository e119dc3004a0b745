// SPDX-License-Identifier: GPL-2.0-only
// Lets the memories of all jobs lie in those of the network's endpoints, and asks each job's contents about
// its own messages.
#include "hpnsim/composite_contents.hpp"

#include "contents/pattern.hpp"

#include <stdexcept>

namespace hpnsim
{

namespace
{

using Rooms = std::map<uint32_t, Bytes>;  // by endpoint

Rooms rooms_of(Contents& contents)
{
    Rooms rooms;
    for (const EndpointMemory::Area& area : contents.memory().areas()) rooms[area.endpoint] = area.bytes;
    return rooms;
}

}  // namespace

bool same_room(Contents& a, Contents& b)
{
    return rooms_of(a) == rooms_of(b);
}

struct CompositeContents::Job {
    Part part;
    std::map<uint32_t, EndpointMemory::Room> rooms;  // by its own endpoints
    std::map<uint32_t, uint32_t> own_of;             // its own endpoint, by the network's
    uint64_t first_id = 0, turns = 0;                // of this turn; of turns that have ended
    bool open = false;
    Verdict verdict;

    uint32_t endpoint(uint32_t own) const
    {
        return part.endpoint_of.empty() ? own : part.endpoint_of.at(own);
    }
    Message inward(Message message) const
    {
        message.id -= first_id;
        message.job = 0;
        message.src = own_of.at(message.src);
        message.dst = own_of.at(message.dst);
        return message;
    }
    /// Returns an address of the job as the network has it.
    uint64_t outward(uint32_t own, uint64_t address) const
    {
        return address - EndpointMemory::base(own) + EndpointMemory::base(endpoint(own)) +
               static_cast<uint64_t>(rooms.at(own).at);
    }
};

CompositeContents::CompositeContents(std::vector<Part> parts)
{
    for (Part& part : parts) {
        auto job = std::make_unique<Job>();
        job->part = std::move(part);
        job->verdict.complete = true;
        for (const auto& [own, bytes] : rooms_of(*job->part.contents)) {
            const uint32_t endpoint = job->endpoint(own);
            job->rooms[own] = {endpoint, memory_.reserve(endpoint, bytes), bytes};
            job->own_of[endpoint] = own;
        }
        jobs_.push_back(std::move(job));
    }
}

CompositeContents::~CompositeContents() = default;

void CompositeContents::begin(uint32_t number, uint64_t first_id, std::unique_ptr<Contents> contents)
{
    Job& job = *jobs_.at(number);
    if (contents != nullptr) job.part.contents = std::move(contents);
    job.part.contents->memory().lie_in(memory_, job.rooms);
    job.first_id = first_id;
    job.open = true;
}

void CompositeContents::end(uint32_t number, bool whole)
{
    Job& job = *jobs_.at(number);
    if (!job.open) return;
    job.open = false;
    Verdict found = job.part.contents->finish(whole);
    if (!found.first.empty())
        found.first = "job " + job.part.name +
                      (job.turns > 0 ? ", repetition " + std::to_string(job.turns) : "") + ": " + found.first;
    if (job.turns++ == 0) job.verdict.element_bytes = found.element_bytes;
    job.verdict.complete &= found.complete;
    add_verdict(found, job.verdict);
}

const Verdict& CompositeContents::verdict(uint32_t job) const
{
    return jobs_.at(job)->verdict;
}

CompositeContents::Job* CompositeContents::present(const Message& message) const
{
    Job& job = *jobs_.at(message.job);
    return job.open && message.id >= job.first_id ? &job : nullptr;
}

void CompositeContents::depart(const Message& message)
{
    if (Job* job = present(message)) job->part.contents->depart(job->inward(message));
}

Route CompositeContents::route(const Message& message) const
{
    const Job* job = present(message);
    if (job == nullptr) {
        const uint64_t to = EndpointMemory::base(message.dst);
        return {EndpointMemory::base(message.src), to, to, 0};
    }
    const Message own = job->inward(message);
    const Route route = job->part.contents->route(own);
    return {job->outward(own.src, route.from), job->outward(own.dst, route.to),
            job->outward(own.dst, route.result), route.bytes};
}

void CompositeContents::arrive(const Message& message)
{
    if (Job* job = present(message)) job->part.contents->arrive(job->inward(message));
}

Verdict CompositeContents::finish(bool complete)
{
    Verdict all;
    all.complete = complete;
    for (uint32_t number = 0; number < jobs_.size(); ++number) {
        Job& job = *jobs_[number];
        const bool before = job.verdict.complete;
        end(number, complete && job.part.awaited);
        if (!job.part.awaited) job.verdict.complete = before;
        all.complete = all.complete && job.verdict.complete;
        add_verdict(job.verdict, all);
    }
    return all;
}

}  // namespace hpnsim
