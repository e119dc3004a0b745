// SPDX-License-Identifier: GPL-2.0-only
// Decodes messages of protocol buffers by their wire format, without knowing what they hold. Chakra's traces
// are such messages.
#pragma once

#include "hpnsim/bad_input.hpp"

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace hpnsim
{

/// A file as sentences name it: "FILE, byte N". `bytes` must outlive the object.
class WireFile
{
public:
    WireFile(std::string name, std::string_view bytes) : name_(std::move(name)), bytes_(bytes) {}
    std::string_view bytes() const { return bytes_; }
    std::string place(const char* at) const { return name_ + ", byte " + std::to_string(at - bytes_.data()); }
    [[noreturn]] void fail(const char* at, const std::string& why) const
    {
        throw BadInput(place(at) + ": " + why);
    }

private:
    std::string name_;
    std::string_view bytes_;
};

/// One field of a message. What its value is depends on the wire type.
struct WireField {
    enum Type : uint8_t { varint = 0, eight_bytes = 1, length = 2, four_bytes = 5 };
    const char* at = nullptr;  ///< where its key begins
    uint64_t number = 0;       ///< of the field
    uint8_t type = varint;
    uint64_t value = 0;      ///< of varint, eight_bytes and four_bytes
    std::string_view bytes;  ///< of length
};

/// Walks over the fields of a message, or over numbers that lie one after the other.
class WireReader
{
public:
    WireReader(const WireFile& file, std::string_view message)
        : file_(file), at_(message.data()), end_(message.data() + message.size())
    {
    }
    bool done() const { return at_ == end_; }
    const char* at() const { return at_; }

    uint64_t varint()
    {
        const char* const begin = at_;
        uint64_t value = 0;
        for (unsigned shift = 0; shift < 70; shift += 7) {
            if (at_ == end_) file_.fail(begin, "a number of one or more bytes is expected, and the data end");
            const auto byte = static_cast<uint8_t>(*at_++);
            if (shift == 63 && byte > 1) break;
            value |= static_cast<uint64_t>(byte & 0x7fU) << shift;
            if (byte < 0x80) return value;
        }
        file_.fail(begin, "a number of at most 64 bits is expected; this is no protocol buffer");
    }

    /// Takes a length and so many bytes.
    std::string_view counted(const char* what)
    {
        const char* const begin = at_;
        const uint64_t size = varint();
        if (size > static_cast<uint64_t>(end_ - at_))
            file_.fail(begin, std::string(what) + " of " + std::to_string(size) + " bytes begins, and " +
                                  std::to_string(end_ - at_) + " bytes are left");
        const std::string_view taken(at_, size);
        at_ += size;
        return taken;
    }

    /// False at the end of the message.
    bool next(WireField& field)
    {
        if (done()) return false;
        field.at = at_;
        const uint64_t key = varint();
        field.number = key >> 3U;
        field.type = static_cast<uint8_t>(key & 7U);
        if (field.number == 0) file_.fail(field.at, "a field has the number 0; this is no protocol buffer");
        if (field.type == WireField::varint)
            field.value = varint();
        else if (field.type == WireField::eight_bytes)
            field.value = fixed<uint64_t>(field.at);
        else if (field.type == WireField::four_bytes)
            field.value = fixed<uint32_t>(field.at);
        else if (field.type == WireField::length)
            field.bytes = counted("a field");
        else
            file_.fail(field.at, "a field has the wire type " + std::to_string(field.type) +
                                     "; there are 0, 1, 2 and 5: this is no protocol buffer");
        return true;
    }

private:
    /// Takes a little-endian number.
    template <class Number> Number fixed(const char* begin)
    {
        if (static_cast<size_t>(end_ - at_) < sizeof(Number))
            file_.fail(begin, "a field of " + std::to_string(sizeof(Number)) + " bytes begins, and " +
                                  std::to_string(end_ - at_) + " bytes are left");
        Number value = 0;
        for (size_t i = 0; i < sizeof(Number); ++i)
            value |= static_cast<Number>(static_cast<Number>(static_cast<uint8_t>(at_[i])) << (8 * i));
        at_ += sizeof(Number);
        return value;
    }

    const WireFile& file_;
    const char* at_;
    const char* end_;
};

}  // namespace hpnsim
