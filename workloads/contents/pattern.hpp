// SPDX-License-Identifier: GPL-2.0-only
// Known values for `--verify`: byte i of a stream is a hash of (stream, i), so that any byte can be computed
// on its own. Internal to the contents.
#pragma once

#include "hpnsim/contents.hpp"
#include "hpnsim/random_streams.hpp"

namespace hpnsim
{

/// Returns the key of a stream: what `owner` (a rank, a flow) holds in `epoch` (an iteration, a round).
constexpr uint64_t pattern_key(uint64_t owner, uint64_t epoch)
{
    return stream_of(epoch, StreamKind::contents, owner);
}

/// Bytes 8 w to 8 w + 7 of the stream.
constexpr uint64_t pattern_word(uint64_t key, uint64_t w)
{
    return mix64(key + (w + 1) * 0x9e3779b97f4a7c15U);
}

/// Writes `bytes` bytes of the stream, the first being number `offset`.
void fill_pattern(uint64_t key, uint64_t offset, std::byte* to, Bytes bytes);

/// Adds `bytes` bytes to others, as elements of `width` (1 or 4) bytes modulo 2^(8 width).
void add_elements(std::byte* sum, const std::byte* more, Bytes bytes, int width);

/// Keeps what is wrong so far, and the sentence about it.
class Findings
{
public:
    explicit Findings(int element_bytes) { verdict_.element_bytes = element_bytes; }
    /// Compares `bytes` bytes, the first of which is the start of element `first`; a last element may be
    /// shorter. `where(...)` names the place in a sentence.
    template <class Where>
    void compare(const std::byte* found, const std::byte* expected, Bytes bytes, uint64_t first, Where where)
    {
        verdict_.checked += elements(bytes);
        if (const int64_t at = differences(found, expected, bytes); at >= 0)
            if (place_.empty()) name(where(), found, expected, bytes, first, at);
    }
    Verdict verdict(bool complete) const;
    int width() const { return verdict_.element_bytes; }

private:
    uint64_t elements(Bytes bytes) const;
    /// Counts them; returns the first different element of the range, or -1.
    int64_t differences(const std::byte* found, const std::byte* expected, Bytes bytes);
    void name(const std::string& where, const std::byte* found, const std::byte* expected, Bytes bytes,
              uint64_t first, int64_t at);

    Verdict verdict_;
    std::string place_;
};

/// Adds what one check has found to what others have.
void add_verdict(const Verdict& one, Verdict& all);

/// So many bytes are compared at once: they fit into the first-level cache.
inline constexpr Bytes kPatternBlock = 4096;

}  // namespace hpnsim
