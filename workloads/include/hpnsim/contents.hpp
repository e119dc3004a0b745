// SPDX-License-Identifier: GPL-2.0-only
// Messages move real bytes, and this checks that every one of them arrived where it belongs. A run that does
// not verify has none of this.
#pragma once

#include "hpnsim/collective.hpp"
#include "hpnsim/flow_file.hpp"
#include "hpnsim/workload.hpp"
#include "hpnsim/workloads.hpp"

#include <cstddef>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace hpnsim
{

struct Operation;
struct Program;
struct ProgramSetting;
class ProgramWorkload;

/// Real memory of endpoints. Each endpoint has a range of virtual addresses of its own, so that an address
/// that went to the wrong endpoint does not exist there.
class EndpointMemory
{
public:
    struct Area {
        uint32_t endpoint = 0;
        Bytes bytes = 0;
        std::byte* data = nullptr;
    };
    /// A range of another memory.
    struct Room {
        uint32_t endpoint = 0;
        Bytes at = 0, bytes = 0;
    };

    static constexpr uint64_t base(uint32_t endpoint) { return (uint64_t{endpoint} + 1) << 40; }

    /// Sets so many more bytes aside, and returns the offset of the first. Nothing is allocated yet.
    Bytes reserve(uint32_t endpoint, Bytes bytes);
    Bytes total() const;
    /// Allocates all areas, full of zeros. Throws BadInput if the machine refuses.
    void allocate();
    /// Lets each area lie in the room of its endpoint in another memory, which is allocated and outlives it,
    /// instead of in one of its own; full of zeros. Throws std::logic_error if it is too small.
    void lie_in(EndpointMemory& other, const std::map<uint32_t, Room>& rooms);
    /// Returns `bytes` bytes at a virtual address; throws std::logic_error if they are not all there.
    std::byte* at(uint32_t endpoint, uint64_t address, Bytes bytes);
    const std::vector<Area>& areas() const { return areas_; }

private:
    std::vector<Area> areas_;                                            // in the order of reserving
    std::vector<std::unique_ptr<std::byte, decltype(&std::free)>> own_;  // what `allocate` has allocated
    std::vector<uint32_t> number_;  // by endpoint: index of its area + 1; 0: none
};

/// Says which bytes a message moves, and where they are and go, as virtual addresses.
struct Route {
    uint64_t from = 0;    ///< at the sender
    uint64_t to = 0;      ///< at the receiver
    uint64_t result = 0;  ///< at the receiver: `to`, or what is increased by the bytes at `to`
    Bytes bytes = 0;      ///< those of the message, but where NVLink carries others (Transfer::up)
};

struct Verdict {
    uint64_t checked = 0, wrong = 0;  ///< elements
    int element_bytes = 4;
    bool complete = false;           ///< nothing is left that should have arrived
    std::string first;               ///< one sentence about the first wrong element and how many there are
    std::vector<uint64_t> wrong_of;  ///< of each collective of a series, elements
    bool verified() const { return complete && wrong == 0; }
};

/// What the messages of a workload carry. Its carrier tells it of every message and moves the bytes.
class Contents
{
public:
    virtual ~Contents() = default;
    virtual EndpointMemory& memory() = 0;
    /// The message is about to be sent: its bytes are at `from` when this returns.
    virtual void depart(const Message&) = 0;
    virtual Route route(const Message&) const = 0;
    /// All bytes are at `to`, and the workload has not heard of it yet.
    virtual void arrive(const Message&) = 0;
    /// Checks what is left. `complete`: the workload is done and no message failed.
    virtual Verdict finish(bool complete) = 0;
};

/// Moves the bytes of a message that has arrived, for NVLink and for tests without NICs.
void copy_bytes(Contents& contents, const Message& message);

/// Does what an endpoint does inside its own memory: copies bytes, or adds them up.
void work_on_bytes(Contents& contents, const Message& message);

/// Element i of what rank r is given in iteration t is a hash of (r, i, t), and what the operation wants must
/// be there in the end. Sums are of uint32, modulo 2^32; where the size or a cut of the collective is not a
/// multiple of 4, they are of bytes, modulo 256, so that no transfer ever holds half an element.
std::unique_ptr<Contents> make_collective_contents(const Operation& operation,
                                                   std::unique_ptr<Collective> collective, uint32_t ranks,
                                                   Bytes size);
/// The same for a series with their sizes, between ranks on these endpoints, each of `iterations` iterations,
/// one after the other in the same memory.
std::unique_ptr<Contents> make_collective_contents(const Operation& operation, const CollectiveSeries& series,
                                                   std::vector<uint32_t> endpoint_of,
                                                   const std::vector<Bytes>& sizes, uint32_t iterations);
/// Element i of a flow is a hash of (flow, i); a receiver has room for every sender, used again each round.
std::unique_ptr<Contents> make_incast_contents(const IncastGroup& group, Bytes size);
/// Every flow has room of its own at both ends.
std::unique_ptr<Contents> make_flows_contents(const std::vector<FlowSpec>& flows);

/// Returns the workload that runs the program; asked once it has begun.
using RunningProgram = std::function<const ProgramWorkload&()>;
/// Element i of a send is a hash of (rank, task, i); collectives have theirs as above, the how many-th of the
/// program being the iteration. Everything has room of its own. That a receive is too small for its message,
/// or that no receive takes one, is found too. Throws BadInput if nothing moves.
std::unique_ptr<Contents> make_program_contents(std::shared_ptr<const Program> program,
                                                ProgramSetting setting, RunningProgram running);

/// Ways to spoil one message behind the back of the transport (`--inject`), so that it can be seen that
/// the check finds it.
enum class Injection {
    none,
    flip,          ///< a bit of a byte changes after the ICRC was checked
    offset,        ///< a packet is written one packet further than it should be
    lost,          ///< the bytes of a message are never written
    swapped,       ///< two messages under way to one endpoint land in each other's place
    reduce_twice,  ///< what arrived is added twice
};
/// Reads "flip", "offset", "lost", "swapped", "reduce-twice"; throws BadInput.
Injection injection_named(const std::string& what, const std::string& name);
std::vector<std::string> injection_names();

/// Returns the same contents, but spoils the first message that can be spoiled. `mtu` is that of a packet.
std::unique_ptr<Contents> inject(std::unique_ptr<Contents> contents, Injection injection, Bytes mtu);

/// Says how many bytes a new process can use without driving the machine or its container out of memory;
/// nothing if this cannot be found out.
struct MemoryLimits {
    std::string meminfo = "/proc/meminfo", group = "/sys/fs/cgroup";
};
Bytes available_memory(const MemoryLimits& where = {});
/// Throws BadInput if `needed` exceeds `available` (0: unknown).
void require_memory(Bytes needed, Bytes available);

}  // namespace hpnsim
