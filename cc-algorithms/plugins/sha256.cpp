// SPDX-License-Identifier: GPL-2.0-only
// Computes SHA-256 by the steps of FIPS 180-4. The build links no cryptographic library for the one hash that
// it needs.
#include "plugins/sha256.hpp"

#include <array>
#include <cstdint>

namespace hpnsim
{

namespace
{

using Words = std::array<uint32_t, 8>;

constexpr uint32_t kRound[64] = {  // FIPS 180-4, section 4.2.2
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

uint32_t rotated(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

/// The message schedule of one block (section 6.2.2, step 1).
std::array<uint32_t, 64> schedule(const unsigned char* block)
{
    std::array<uint32_t, 64> w;
    for (size_t t = 0; t < 16; ++t) {
        w[t] = 0;
        for (size_t i = 0; i < 4; ++i) w[t] = w[t] << 8 | block[4 * t + i];
    }
    for (size_t t = 16; t < 64; ++t) {
        const uint32_t a = rotated(w[t - 15], 7) ^ rotated(w[t - 15], 18) ^ w[t - 15] >> 3;
        const uint32_t b = rotated(w[t - 2], 17) ^ rotated(w[t - 2], 19) ^ w[t - 2] >> 10;
        w[t] = w[t - 16] + a + w[t - 7] + b;
    }
    return w;
}

void take_block(Words& hash, const unsigned char* block)
{
    const std::array<uint32_t, 64> w = schedule(block);
    Words v = hash;
    auto& [a, b, c, d, e, f, g, h] = v;
    for (size_t t = 0; t < 64; ++t) {
        const uint32_t sum1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
        const uint32_t one = h + sum1 + ((e & f) ^ (~e & g)) + kRound[t] + w[t];
        const uint32_t sum0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
        const uint32_t two = sum0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + one, d = c, c = b, b = a, a = one + two;
    }
    for (size_t i = 0; i < hash.size(); ++i) hash[i] += v[i];
}

/// Pads the message with a one, zeros and its length in bits, up to a whole block.
std::string padded_tail(const std::string& bytes)
{
    std::string tail = bytes.substr(bytes.size() / 64 * 64);
    tail += '\x80';
    tail.append((64 + 56 - tail.size() % 64) % 64, '\0');
    const uint64_t bits = static_cast<uint64_t>(bytes.size()) * 8;
    for (int shift = 56; shift >= 0; shift -= 8) tail += static_cast<char>(bits >> shift);
    return tail;
}

void take_blocks(Words& hash, const std::string& bytes)
{
    for (size_t at = 0; at + 64 <= bytes.size(); at += 64)
        take_block(hash, reinterpret_cast<const unsigned char*>(bytes.data()) + at);
}

}  // namespace

std::string sha256(const std::string& bytes)
{
    Words hash = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    take_blocks(hash, bytes);
    take_blocks(hash, padded_tail(bytes));
    std::string text;
    for (const uint32_t word : hash)
        for (int shift = 28; shift >= 0; shift -= 4) text += "0123456789abcdef"[word >> shift & 15];
    return text;
}

}  // namespace hpnsim
