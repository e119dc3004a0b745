// SPDX-License-Identifier: GPL-2.0-only
// Compares names digit run by digit run.
#include "graphs/natural_order.hpp"

namespace hpnsim
{

bool natural_before(const std::string& a, const std::string& b)
{
    size_t i = 0, k = 0;
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    while (i < a.size() && k < b.size()) {
        if (digit(a[i]) && digit(b[k])) {
            size_t end_a = i, end_b = k;
            while (end_a < a.size() && digit(a[end_a])) ++end_a;
            while (end_b < b.size() && digit(b[end_b])) ++end_b;
            if (end_a - i != end_b - k) return end_a - i < end_b - k;
            if (const int order = a.compare(i, end_a - i, b, k, end_b - k); order != 0) return order < 0;
            i = end_a;
            k = end_b;
        } else if (a[i] != b[k]) {
            return a[i] < b[k];
        } else {
            ++i;
            ++k;
        }
    }
    return a.size() - i < b.size() - k;
}

}  // namespace hpnsim
