// SPDX-License-Identifier: GPL-2.0-only
// An algorithm that is written as an MSCCL XML file, as it is after reading. Internal to the collectives.
#pragma once

#include "hpnsim/collective.hpp"

#include <string>
#include <vector>

namespace hpnsim::msccl
{

enum class Buffer : uint8_t { input, output, scratch };

/// Chunks of a buffer of the step's own GPU.
struct Place {
    Buffer buffer = Buffer::input;
    uint32_t first = 0;
    bool operator==(const Place& other) const { return buffer == other.buffer && first == other.first; }
};

/// What a type of step does, and which of its two places it uses.
struct Kind {
    const char* name;
    bool receives, sends, source, destination;
};
extern const Kind kSend, kReceive, kReceiveReduceCopy, kReceiveReduceSend, kReceiveCopySend,
    kReceiveReduceCopySend, kCopy, kReduce, kNothing;

struct Step {
    static constexpr uint32_t kNone = 0xffffffff;
    const Kind* kind = &kNothing;
    uint32_t gpu = 0, block = 0, number = 0;  ///< the thread block among all, and the step's number in it
    Place source, destination;
    uint32_t count = 0;  ///< chunks
    uint32_t line = 0;
    int64_t after_block = -1, after_step = -1;  ///< as the file has them: -1: it waits for no other block
    // Numbers of steps, which linking finds:
    uint32_t after = kNone;  ///< it waits for this step of another block
    uint32_t next = kNone;   ///< of its block
    uint32_t peer = kNone;   ///< of a step that sends: the one that receives it
};

/// The steps of a thread block follow each other in the list.
struct Block {
    uint32_t gpu = 0;
    int64_t id = 0, send = -1, receive = -1, channel = -1;
    uint32_t first = 0, steps = 0;
    uint32_t line = 0;
};

struct Program {
    std::string file;
    uint32_t line = 1;       ///< of <algo>
    std::string collective;  ///< "allreduce", "allgather", "reducescatter", "alltoall"
    std::string protocol;    ///< "Simple", "LL", "LL128"
    uint32_t gpus = 0, chunks = 0;
    bool in_place = false;
    std::vector<uint32_t> scratch;  ///< chunks of each GPU
    std::vector<Block> blocks;      ///< in the order of the file
    std::vector<Step> steps;        ///< the same

    /// Returns the number of chunks that a buffer of a GPU has.
    uint32_t size_of(Buffer buffer, uint32_t gpu) const;
    /// Returns the bytes on the wire of so many bytes of data. LL sends 8 bytes of data in 16, LL128 120 in
    /// 128.
    Bytes on_wire(Bytes data) const;
};

/// Reads and links the file. Throws BadLine.
Program read(const std::string& path);

/// Finds out what each step waits for and sends to. Throws BadLine if that is not there, or if steps wait for
/// each other.
void link(Program& program);

}  // namespace hpnsim::msccl
