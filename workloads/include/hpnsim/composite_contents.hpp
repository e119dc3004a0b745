// SPDX-License-Identifier: GPL-2.0-only
// What the messages of several workloads at once carry: each has bytes of its own, which are checked when its
// turn ends, or when the run does.
#pragma once

#include "hpnsim/contents.hpp"

#include <map>

namespace hpnsim
{

/// The counterpart of CompositeWorkload, whose message ids and endpoints it translates. A job's turns follow
/// each other in the same memory.
class CompositeContents : public Contents
{
public:
    struct Part {
        std::string name;                     ///< of the job, in sentences
        std::unique_ptr<Contents> contents;   ///< of its first turn, in the job's own numbers
        std::vector<uint32_t> endpoint_of{};  ///< as in JobPlan
        bool awaited = true;                  ///< a run is complete only when all of its turns have ended
    };
    explicit CompositeContents(std::vector<Part> parts);
    ~CompositeContents() override;

    /// A turn begins, and its ids here. `contents` are its own; null: they are those of the first. Throws
    /// std::logic_error if their memory is larger than that of the first.
    void begin(uint32_t job, uint64_t first_id, std::unique_ptr<Contents> contents);
    /// The turn has ended. `whole`: its workload is done, and no message failed.
    void end(uint32_t job, bool whole);
    /// What has been found in all turns of a job that have ended.
    const Verdict& verdict(uint32_t job) const;

    // As Contents. Messages of earlier turns that come late mean nothing.
    EndpointMemory& memory() override { return memory_; }
    void depart(const Message& message) override;
    Route route(const Message& message) const override;
    void arrive(const Message& message) override;
    /// Ends the turns that are open. One of a job that nobody awaits may be unfinished.
    Verdict finish(bool complete) override;

private:
    struct Job;
    /// Returns the job whose present turn the message belongs to; null: it is of an earlier one.
    Job* present(const Message& message) const;

    EndpointMemory memory_;
    std::vector<std::unique_ptr<Job>> jobs_;
};

/// Says whether both set aside as many bytes at the same endpoints.
bool same_room(Contents& a, Contents& b);

}  // namespace hpnsim
