// SPDX-License-Identifier: GPL-2.0-only
// What the ranks of one operation hold at first and must hold in the end. What is wanted comes from hashes
// alone: neither the collective nor what any memory held has a part in it. Internal to the contents.
#pragma once

#include "contents/pattern.hpp"
#include "hpnsim/collective_table.hpp"

namespace hpnsim
{

/// One operation that is done once.
struct OperationRun {
    const Operation& operation;
    Bytes size;
    uint64_t epoch;  ///< of its known values: no other run has it
};

/// The ranks that do it together, numbered from 0.
class OperationMembers
{
public:
    virtual ~OperationMembers() = default;
    virtual uint32_t count() const = 0;
    /// Says whose known values a member is given.
    virtual uint32_t rank_of(uint32_t member) const = 0;
    /// Returns where a member's memory has this part, which is not empty.
    virtual std::byte* place(uint32_t member, const HeldPart& part) = 0;
    /// How a sentence names the run and the member.
    virtual std::string name(uint32_t member) const = 0;
};

/// Returns how many bytes an element has that the collective moves: 4, or 1 where members add up and a
/// transfer begins or ends inside an element.
int element_width(const Operation& operation, const Collective& collective, Bytes size);

/// Writes what the members hold before it begins.
void give_operation(const OperationRun& run, OperationMembers& members);

/// Compares what they hold with what they must hold when it has ended.
void check_operation(const OperationRun& run, OperationMembers& members, Findings& findings);

}  // namespace hpnsim
