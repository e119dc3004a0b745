// SPDX-License-Identifier: GPL-2.0-only
// Collective algorithms as pure logic: graphs of steps, each of which is a number (code) from which
// everything about it is computed, so that no list of them exists.
#pragma once

#include "hpnsim/fabric.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hpnsim
{

/// How a collective sees its ranks: rank r is GPU r % gpus of host r / gpus of those that take part.
struct CollectiveShape {
    uint32_t ranks = 0, gpus = 1, hosts = 1;
};

/// Where the ranks of a collective are. Those of one host reach each other over NVLink.
struct RankPlaces {
    std::vector<uint32_t> endpoint_of, host_of;  ///< by rank
    uint32_t ranks() const { return static_cast<uint32_t>(endpoint_of.size()); }
};

/// Ranks fill hosts in order: rank r is endpoint r. Without NVLink every endpoint counts as a host of its
/// own. Throws BadInput, "ranks: ...", if the fabric is too small.
RankPlaces places_in_order(const FabricPlan& plan, uint32_t ranks);
/// Rank r is endpoint members[r]. Throws BadInput, "members: ...", if one does not exist or comes twice.
RankPlaces places_of(const FabricPlan& plan, std::vector<uint32_t> members);
/// Rank r is endpoint r of hosts as the shape has them.
RankPlaces places_of(CollectiveShape shape);

/// Where ranks fill hosts in order and equally, their collective can make use of it. Else it counts every
/// rank as a host of its own, and it is NVLink that some of its steps then go over.
CollectiveShape group_shape(const std::vector<uint32_t>& host_of);

/// What one run of a collective is asked to do.
struct CollectiveCall {
    CollectiveShape shape;
    Bytes size = 0;          ///< of the buffer of each rank
    uint32_t channels = 0;   ///< 0: the collective's default
    Bytes chunk = 0;         ///< 0: the collective's default
    std::string argument{};  ///< for a collective with a key: its value; empty: the default
};

/// How ranks form groups of equal size: of `members * stride` ranks that follow each other, every stride-th
/// is in the same group. By default all ranks are one.
struct RankGroups {
    uint32_t count = 1, members = 0xffffffff, stride = 1;

    uint32_t group_of(uint32_t rank) const
    {
        return static_cast<uint32_t>(rank / block()) * stride + rank % stride;
    }
    uint32_t member_of(uint32_t rank) const { return static_cast<uint32_t>(rank % block()) / stride; }
    uint32_t rank_of(uint32_t group, uint32_t member) const
    {
        return static_cast<uint32_t>(group / stride * block()) + member * stride + group % stride;
    }

private:
    uint64_t block() const { return uint64_t{members} * stride; }
};

/// One of `parts` nearly equal pieces of `total` bytes: the first total % parts are a byte longer.
struct Cut {
    Bytes offset = 0, bytes = 0;
};
constexpr Cut cut(Bytes total, int64_t parts, int64_t i)
{
    const Bytes each = total / parts, rest = total % parts;
    return {each * i + (i < rest ? i : rest), each + (i < rest ? 1 : 0)};
}

/// A step of a collective: bytes that one rank sends another, or work that a rank does by itself
/// (src == dst).
struct Transfer {
    uint32_t src = 0, dst = 0;
    /// The range of the sender's memory that it carries; bytes >= 1. Of local work: what is added up or
    /// copied; bytes 0 only joins what it waits for.
    Bytes offset = 0, bytes = 0;
    /// Where in the receiver's memory the bytes land: in their place, or behind the buffer if the receiver
    /// has still to add them up or has a buffer of its own for what it receives. No two transfers that are
    /// under way to a rank at once overlap there. Of local work: where a copy goes; what is added up stays at
    /// `offset`.
    Bytes landing = 0;
    Bytes result = 0;  ///< where the bytes, or the sum of which they are a part, are when the step has ended
    bool reduce = false;  ///< the receiver adds what landed to what is at `result`
    uint32_t channel = 0;
    /// Bytes that pass for it over the NVLink of the sender, and over that of the receiver, where NVSwitch
    /// adds up or copies on their way; 0: all of them.
    Bytes up = 0, down = 0;

    bool by_switch() const { return up > 0; }
    Bytes sent() const { return up > 0 ? up : bytes; }
    Bytes received() const { return down > 0 ? down : bytes; }
    bool local() const { return src == dst; }
};

/// A collective as a graph of steps that exists only as numbers: everything about a step is computed from its
/// code, and nothing is remembered here. A step takes place when what it waits for has taken place.
class Collective
{
public:
    using Codes = std::vector<uint64_t>;
    static constexpr uint64_t kNoGate = ~uint64_t{0};
    /// A transfer of a row, its gate, and what it enables beside the next of the row, or kNoGate: one step at
    /// most.
    struct RowStep {
        Transfer transfer;
        uint64_t gate = kNoGate, joins = kNoGate;
    };
    using Row = std::vector<RowStep>;

    virtual ~Collective() = default;
    /// Says in which groups the ranks do the operation, each for itself and all at the same time.
    virtual RankGroups groups() const { return {}; }
    /// Returns a bound that all codes lie below.
    virtual uint64_t code_limit() const = 0;
    /// `code` may be any below the limit; those that nothing names may be empty.
    virtual Transfer transfer(uint64_t code) const = 0;
    /// Returns the memory of a rank that transfers read and write: its buffer and what lies behind it.
    virtual Bytes memory_bytes(uint32_t rank) const = 0;
    /// Counts the transfers, none of which is empty. Local work does not count.
    virtual uint64_t transfers() const = 0;
    /// Counts the transfers that the rank sends or receives: when all have ended, so has its part.
    virtual uint64_t share(uint32_t rank) const = 0;

    /// Appends the steps of `rank` that wait for its beginning. Every rank begins once.
    virtual void begin(uint32_t rank, Codes& out) const = 0;
    /// Appends the steps that wait for this one. They are steps of the rank that has received it.
    virtual void enables(uint64_t code, Codes& out) const = 0;
    /// Counts what the step waits for: so often do begin() and enables() name it, and its gate does not
    /// count.
    virtual uint64_t waits(uint64_t /*code*/) const { return 1; }
    /// Returns local work of 0 bytes of the same rank that must have taken place too, or kNoGate. A gate that
    /// many steps have costs no memory for each of them, as naming them in enables() would.
    virtual uint64_t gate(uint64_t /*code*/) const { return kNoGate; }
    /// True if the step may be the gate of others.
    virtual bool is_gate(uint64_t /*code*/) const { return false; }

    // What a collective may say besides, so that the largest cost little. Nothing depends on it but time.

    /// True: something names every code below the limit whose transfer has bytes for another rank, so that
    /// there are as many of these as transfers(). False: that is not known.
    virtual bool names_all() const { return false; }
    /// Appends the transfer `code` and those that follow it in a row, `most` (at least 1) in all: the code of
    /// each is one more than that of the one before, which is all that it waits for but for its gate. It only
    /// says again what the functions above say of each. Nothing: no row begins with the code.
    virtual void row(uint64_t /*code*/, size_t /*most*/, Row& /*out*/) const {}
};

}  // namespace hpnsim
