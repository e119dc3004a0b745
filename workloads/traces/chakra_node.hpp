// SPDX-License-Identifier: GPL-2.0-only
// Declares a node of a Chakra trace as it stands in the file, before it becomes a task.
#pragma once

#include "traces/protobuf_wire.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hpnsim
{

/// Chakra's numbers.
enum class ChakraType : uint8_t { invalid, metadata, mem_load, mem_store, comp, send, recv, coll };

struct ChakraNode {
    const char* at = nullptr;  ///< where it begins in the file
    uint64_t id = 0, micros = 0;
    ChakraType type = ChakraType::invalid;
    std::string_view name, inputs, group;
    std::vector<uint64_t> waits_for;  ///< ids, of data and control alike
    std::optional<int64_t> comm_type, comm_size, comm_src, comm_dst, comm_tag;
    bool on_cpu = false;

    /// "node 7 'name'", for sentences.
    std::string title() const;
};

/// Decodes a Node message. `node` is made anew, but keeps its memory.
void read_chakra_node(const WireFile& file, std::string_view message, ChakraNode& node);

/// Throws BadInput unless the message, the file's GlobalMetadata, is a sound one.
void check_chakra_header(const WireFile& file, std::string_view message);

}  // namespace hpnsim
