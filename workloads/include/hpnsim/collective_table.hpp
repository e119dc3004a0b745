// SPDX-License-Identifier: GPL-2.0-only
// Declares what a collective says about itself, and the table of collectives. A file in collectives/ joins it
// by its HPNSIM_COLLECTIVE line and an add_collective line in CMake. Names, help, bounds and checks come from
// here.
#pragma once

#include "hpnsim/collective_ideal.hpp"

#include <memory>
#include <string>
#include <vector>

namespace hpnsim
{

/// A range of a rank's memory, and whose values it holds: byte i of the range is byte number + i of the
/// values of rank `of`, or of the sum over all ranks. Ranks are those of a group, numbered from 0.
struct HeldPart {
    static constexpr uint32_t kSum = 0xffffffff;
    Bytes at = 0, bytes = 0;
    uint32_t of = kSum;
    Bytes number = 0;
};
using HeldParts = std::vector<HeldPart>;

/// How nccl-tests measures an operation.
struct NcclTest {
    const char* program;
    /// True: it counts the elements of a block, of which there is one a rank, in whole units of 16 bytes.
    bool blocks;
    int root;  ///< as it prints it; -1: there is none
};

/// Says what is asked for, whichever collective does it: nccl-tests' word, bus bandwidth and correct result.
/// Ranks are those of a group (see Collective::groups), as if there were no others.
struct Operation {
    const char* name;
    /// Returns the busbw of an algbw (nccl-tests PERFORMANCE.md).
    double (*busbw)(double algbw, uint32_t ranks);
    /// True: receivers add up, all elements being of 4 bytes where the size and every step of the collective
    /// are multiples of that, else of one.
    bool sums;
    /// What a rank's memory holds at the beginning, and what it must hold at the end.
    HeldParts (*given)(uint32_t rank, uint32_t ranks, Bytes size);
    HeldParts (*wanted)(uint32_t rank, uint32_t ranks, Bytes size);
    const char* counted;  ///< whose bytes the size counts: a phrase of the help
    const char* factor;   ///< what `busbw` multiplies with; n: ranks
    NcclTest test;
};
extern const Operation kAllReduce, kReduceScatter, kAllGather, kBroadcast, kReduce, kAllToAll, kSendRecv;

/// All of them, in the order of nccl-tests' programs.
const std::vector<const Operation*>& all_operations();

/// Size and count of elements (floats) that nccl-tests makes of a size that it is asked for: no element is
/// left over. The size may become 0.
struct NcclSize {
    Bytes size = 0, count = 0;
};
NcclSize nccl_size(const Operation& operation, Bytes asked, uint32_t ranks);

/// `time` > 0.
double busbw_GBps(const Operation& operation, Bytes size, Time time, uint32_t ranks);

struct CollectiveInfo {
    const char* name;  ///< as --algorithm knows it
    const Operation* operation;
    const char* doc;        ///< how it does it, and by whom: a phrase of the help
    const char* channels;   ///< what channels are, and how many by default; empty: it has none
    const char* chunk;      ///< what is cut into chunks, and the default; empty: nothing is
    const char* file = "";  ///< what the file holds that it needs; empty: it takes none
    const char* key = "";   ///< another key that it takes, as in NAME:key=value; empty: none
};

struct CollectiveOps {
    CollectiveInfo info;
    uint32_t (*channels)(CollectiveShape);   ///< by default
    Bytes (*chunk)(CollectiveShape, Bytes);  ///< by default; 0: uncut
    double (*pairs)(CollectiveShape);        ///< pairs of NICs that talk to each other, in one direction
    std::unique_ptr<Collective> (*make)(const CollectiveCall&);
};

/// Lists the operation's collectives in the order of the build's list: the first is the default.
std::vector<const CollectiveOps*> collectives_of(const Operation& operation);
std::vector<const CollectiveOps*> all_collectives();

/// Finds an operation that a collective of the build does. Throws BadInput that begins with `what`.
const Operation& find_operation(const std::string& what, const std::string& name);

/// Finds a collective by NAME[:key=value]; an empty `name` means the default. Throws BadInput that begins
/// with `what`.
const CollectiveOps& find_collective(const std::string& what, const Operation& operation,
                                     const std::string& name);

/// Returns the value of NAME:key=value; empty where there is none. Throws BadInput that begins with `what` if
/// the collective needs a file.
std::string argument_of_collective(const std::string& what, const CollectiveOps& ops,
                                   const std::string& name);

/// These complete the call with the collective's defaults. They throw BadInput that begins with "ranks: ",
/// "size: ", "channels: ", "chunk: " or "algorithm: ", and BadLine about its file.
std::unique_ptr<Collective> make_collective(const CollectiveOps& ops, const CollectiveCall& call);
CollectiveIdeal collective_ideal(const CollectiveOps& ops, const CollectiveCall& call,
                                 const CollectiveLimits& limits);
/// The same of ranks in other places than the shape says.
CollectiveIdeal collective_ideal(const CollectiveOps& ops, const CollectiveCall& call,
                                 const std::vector<uint32_t>& host_of, const CollectiveLimits& limits);

template <class T> constexpr CollectiveOps collective_ops()
{
    return {T::info, T::channels, T::chunk, T::pairs, T::make};
}

}  // namespace hpnsim

/// Declares a collective: a type with `info` and a static function for each member of CollectiveOps.
#define HPNSIM_COLLECTIVE(Type)                                                                              \
    extern "C" const hpnsim::CollectiveOps* hpnsim_collective_##Type()                                       \
    {                                                                                                        \
        static constexpr hpnsim::CollectiveOps ops = hpnsim::collective_ops<Type>();                         \
        return &ops;                                                                                         \
    }
