// SPDX-License-Identifier: GPL-2.0-only
// Computes ln x from additions, multiplications and divisions alone, which IEEE 754 makes the same on every
// machine. A C library's log differs between processors, and with it every flow drawn after the first one.
#pragma once

#include <cstdint>
#include <cstring>

namespace hpnsim
{

/// `x` must be positive, finite and normal. The result is within 1e-15 of ln x, relative beyond 1 and
/// absolute below.
inline double natural_log(double x)
{
    constexpr double kLn2 = 0.693147180559945309417, kSqrt2 = 1.41421356237309504880;
    constexpr uint64_t kMantissa = (uint64_t{1} << 52) - 1, kExponentOfOne = uint64_t{1023} << 52;
    uint64_t bits = 0;
    std::memcpy(&bits, &x, sizeof bits);
    int exponent = static_cast<int>(bits >> 52) - 1023;
    bits = (bits & kMantissa) | kExponentOfOne;
    double m = 0;  // x = m 2^exponent
    std::memcpy(&m, &bits, sizeof m);
    if (m > kSqrt2) {
        m /= 2;
        ++exponent;
    }
    // ln m = 2 artanh s with s = (m - 1) / (m + 1), |s| < 0.172: the 13th term is below 1e-19.
    const double s = (m - 1) / (m + 1), square = s * s;
    double sum = 0;
    for (int k = 12; k >= 0; --k) sum = sum * square + 1.0 / (2 * k + 1);
    return exponent * kLn2 + 2 * s * sum;
}

}  // namespace hpnsim
