// SPDX-License-Identifier: GPL-2.0-only
// Writes Chakra traces for tests: messages of protocol buffers, field by field.
#pragma once

#include <cstdint>
#include <string>

namespace hpnsim::et
{

inline std::string varint(uint64_t value)
{
    std::string bytes;
    for (; value >= 0x80; value >>= 7U) bytes += static_cast<char>(0x80U | (value & 0x7fU));
    return bytes + static_cast<char>(value);
}

inline std::string number(uint64_t field, uint64_t value)
{
    return varint(field << 3U) + varint(value);
}

inline std::string text(uint64_t field, const std::string& value)
{
    return varint(field << 3U | 2U) + varint(value.size()) + value;
}

/// Little-endian, of 4 or 8 bytes.
inline std::string fixed(uint64_t field, uint64_t value, unsigned size)
{
    std::string bytes = varint(field << 3U | (size == 4 ? 5U : 1U));
    for (unsigned i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i));
    return bytes;
}

inline std::string message(const std::string& fields)
{
    return varint(fields.size()) + fields;
}

/// An attribute whose value is in the field `kind`: 7 int32, 9 int64, 29 a string...
inline std::string attribute(const std::string& name, uint64_t kind, int64_t value)
{
    return text(10, text(1, name) + number(kind, static_cast<uint64_t>(value)));
}

inline std::string attribute(const std::string& name, const std::string& value)
{
    return text(10, text(1, name) + text(29, value));
}

inline std::string header()
{
    return message(text(1, "0.0.4"));
}

enum Type { invalid, metadata, mem_load, mem_store, comp, send, recv, coll };

/// A node with what else it has.
inline std::string node(uint64_t id, Type type, const std::string& rest = "")
{
    return message(number(1, id) + text(2, "n" + std::to_string(id)) + number(3, type) + rest);
}

inline std::string after(uint64_t id)
{
    return number(5, id);
}

inline std::string micros(uint64_t time)
{
    return number(7, time);
}

inline std::string collective(uint64_t id, int64_t type, int64_t bytes, const std::string& group = "")
{
    return node(id, coll,
                attribute("comm_type", 9, type) + attribute("comm_size", 9, bytes) +
                    (group.empty() ? "" : attribute("pg_name", group)));
}

}  // namespace hpnsim::et
