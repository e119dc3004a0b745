// SPDX-License-Identifier: GPL-2.0-only
// Writes big-endian numbers into byte buffers and reads them back. Every encoder and decoder of headers is
// made of these.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace hpnsim
{

/// Writes network byte order. The caller has made room.
class ByteWriter
{
public:
    explicit ByteWriter(uint8_t* at) : at_(at) {}

    void u8(uint64_t value) { *at_++ = static_cast<uint8_t>(value); }
    void u16(uint64_t value) { number<2>(value); }
    void u24(uint64_t value) { number<3>(value); }
    void u32(uint64_t value) { number<4>(value); }
    void u64(uint64_t value) { number<8>(value); }
    void zeros(size_t count)
    {
        std::memset(at_, 0, count);
        at_ += count;
    }
    void bytes(const void* from, size_t count)
    {
        std::memcpy(at_, from, count);
        at_ += count;
    }
    uint8_t* at() const { return at_; }

private:
    template <int size> void number(uint64_t value)
    {
        for (int i = size - 1; i >= 0; --i) u8(value >> 8 * i);
    }

    uint8_t* at_;
};

/// Reads network byte order. Beyond the end it reads zeros, and `ok()` is false from then on.
class ByteReader
{
public:
    ByteReader(const uint8_t* at, size_t size) : at_(at), left_(size) {}

    uint8_t u8() { return static_cast<uint8_t>(number<1>()); }
    uint16_t u16() { return static_cast<uint16_t>(number<2>()); }
    uint32_t u24() { return static_cast<uint32_t>(number<3>()); }
    uint32_t u32() { return static_cast<uint32_t>(number<4>()); }
    uint64_t u64() { return number<8>(); }
    void bytes(void* to, size_t count)
    {
        if (!take(count)) {
            std::memset(to, 0, count);
            return;
        }
        std::memcpy(to, at_ - count, count);
    }
    void skip(size_t count) { take(count); }

    bool ok() const { return ok_; }
    size_t left() const { return left_; }
    const uint8_t* at() const { return at_; }

private:
    bool take(size_t count)
    {
        ok_ = ok_ && count <= left_;
        if (!ok_) return false;
        at_ += count;
        left_ -= count;
        return true;
    }
    template <size_t size> uint64_t number()
    {
        if (!take(size)) return 0;
        uint64_t value = 0;
        const uint8_t* from = at_ - size;
        for (size_t i = 0; i < size; ++i) value = value << 8 | from[i];
        return value;
    }

    const uint8_t* at_;
    size_t left_;
    bool ok_ = true;
};

}  // namespace hpnsim
