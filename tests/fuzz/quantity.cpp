// SPDX-License-Identifier: GPL-2.0-only
// Fuzzes counts, sizes, ranges and times. What is understood lies in its range, and a size survives its own
// format.
#include "fuzz.hpp"

#include "hpnsim/quantity.hpp"

#include <cmath>

using namespace hpnsim;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::string text = fuzz::text_of(data, size);
    fuzz::expect_sentences([&] {
        const int64_t count = parse_count("--count", text, -5, 1'000'000);
        if (count < -5 || count > 1'000'000) fuzz::fail("a count out of its range");
    });
    fuzz::expect_sentences([&] {
        const hpnsim::Bytes bytes = parse_size("--size", text);
        if (bytes <= 0) fuzz::fail("a size that is none");
        if (parse_size("again", format_size(bytes)) != bytes) fuzz::fail("a size that its format changes");
    });
    fuzz::expect_sentences([&] {
        if (parse_seconds("--time", text).ps < 0) fuzz::fail("a time before the start");
    });
    fuzz::expect_sentences([&] {
        if (!std::isfinite(parse_number("--number", text))) fuzz::fail("a number that is none");
    });
    return 0;
}
