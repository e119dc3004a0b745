// SPDX-License-Identifier: GPL-2.0-only
// Computes the bytes of a stream, adds up elements, and describes the bytes that are not as expected.
#include "contents/pattern.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace hpnsim
{

namespace
{

/// Reads an element as a number, its first byte the lowest; bytes beyond `bytes` count as 0.
uint32_t value(const std::byte* from, Bytes bytes)
{
    uint32_t v = 0;
    for (Bytes i = 0; i < bytes; ++i) v |= static_cast<uint32_t>(from[i]) << (8 * i);
    return v;
}

/// Returns the word whose memory image has the lowest byte first.
uint64_t lowest_first(uint64_t word)
{
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? word : __builtin_bswap64(word);
}

std::byte pattern_byte(uint64_t key, uint64_t i)
{
    return static_cast<std::byte>(pattern_word(key, i / 8) >> (8 * (i % 8)));
}

}  // namespace

void fill_pattern(uint64_t key, uint64_t offset, std::byte* to, Bytes bytes)
{
    for (; bytes > 0 && offset % 8 != 0; ++offset, --bytes) *to++ = pattern_byte(key, offset);
    for (; bytes >= 8; offset += 8, bytes -= 8, to += 8) {
        const uint64_t word = lowest_first(pattern_word(key, offset / 8));
        std::memcpy(to, &word, 8);
    }
    for (; bytes > 0; ++offset, --bytes) *to++ = pattern_byte(key, offset);
}

void add_elements(std::byte* sum, const std::byte* more, Bytes bytes, int width)
{
    if (width == 1) {
        for (Bytes i = 0; i < bytes; ++i)
            sum[i] = static_cast<std::byte>(static_cast<unsigned>(sum[i]) + static_cast<unsigned>(more[i]));
        return;
    }
    for (Bytes i = 0; i + 4 <= bytes; i += 4) {
        uint32_t a = 0, b = 0;  // in the machine's byte order: every rank adds alike, and so does the check
        std::memcpy(&a, sum + i, 4);
        std::memcpy(&b, more + i, 4);
        a += b;
        std::memcpy(sum + i, &a, 4);
    }
}

uint64_t Findings::elements(Bytes bytes) const
{
    return static_cast<uint64_t>((bytes + width() - 1) / width());
}

int64_t Findings::differences(const std::byte* found, const std::byte* expected, Bytes bytes)
{
    if (bytes == 0 || std::memcmp(found, expected, static_cast<size_t>(bytes)) == 0) return -1;
    int64_t first = -1;
    for (Bytes i = 0; i < bytes; i += width()) {
        const auto n = static_cast<size_t>(std::min<Bytes>(width(), bytes - i));
        if (std::memcmp(found + i, expected + i, n) == 0) continue;
        ++verdict_.wrong;
        if (first < 0) first = i / width();
    }
    return first;
}

void Findings::name(const std::string& where, const std::byte* found, const std::byte* expected, Bytes bytes,
                    uint64_t first, int64_t at)
{
    const Bytes from = at * width(), n = std::min<Bytes>(width(), bytes - from);
    const unsigned long long element = first + static_cast<uint64_t>(at);
    char text[96];
    std::snprintf(text, sizeof text, ", element %llu: expected 0x%0*x, found 0x%0*x", element,
                  static_cast<int>(2 * n), value(expected + from, n), static_cast<int>(2 * n),
                  value(found + from, n));
    place_ = where + text;
}

Verdict Findings::verdict(bool complete) const
{
    Verdict verdict = verdict_;
    verdict.complete = complete;
    if (verdict.wrong > 0)
        verdict.first = place_ + "; " + std::to_string(verdict.wrong) + " of " +
                        std::to_string(verdict.checked) + " elements differ";
    return verdict;
}

void add_verdict(const Verdict& one, Verdict& all)
{
    all.checked += one.checked;
    all.wrong += one.wrong;
    all.element_bytes = std::min(all.element_bytes, one.element_bytes);
    if (all.first.empty()) all.first = one.first;
}

}  // namespace hpnsim
