// SPDX-License-Identifier: GPL-2.0-only
// Tests which counts, sizes and times are understood, and the sentences about the others.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/quantity.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

TEST(ParseSize, TakesBytesAndPowersOf1024)
{
    EXPECT_EQ(parse_size("--size", "1"), 1);
    EXPECT_EQ(parse_size("--size", "64K"), 65536);
    EXPECT_EQ(parse_size("--size", "1M"), 1048576);
    EXPECT_EQ(parse_size("--size", "2G"), 2147483648);
    EXPECT_EQ(parse_size("--size", "8589934591G"), 8589934591LL << 30);
    EXPECT_EQ(parse_size("--size", "9223372036854775807"), 9223372036854775807LL);
}

TEST(ParseSize, RefusesEverythingElse)
{
    for (const char* text : {"",
                             "K",
                             "0",
                             "0K",
                             "-1",
                             "-1M",
                             "+1M",
                             "1.5M",
                             "1e6",
                             "1 M",
                             "1MB",
                             "1m",
                             "1T",
                             "0x10",
                             "1KK",
                             " 1",
                             "1 ",
                             "nan",
                             "8589934592G",
                             "9223372036854775808",
                             "99999999999999999999K"})
        EXPECT_THROW(parse_size("--size", text), BadInput) << text;
}

TEST(ParseSeconds, IsExactToThePicosecond)
{
    EXPECT_EQ(parse_seconds("x", "2.000000962").ps, 2'000'000'962'000);
    EXPECT_EQ(parse_seconds("x", "0.000000000001").ps, 1);
    EXPECT_EQ(parse_seconds("x", "0.0000000000015").ps, 2);
    EXPECT_EQ(parse_seconds("x", "0.00000000000149").ps, 1);
    EXPECT_EQ(parse_seconds("x", "3").ps, 3'000'000'000'000);
    for (const char* text : {"",
                             ".",
                             "-1",
                             "+1",
                             "1,5",
                             "inf",
                             "nan",
                             "1.5s",
                             "1000001",
                             "1e",
                             "e3",
                             ".e3",
                             "1e3.",
                             "1e6.5",
                             "1e7",
                             "1e99999999999999999999",
                             "99999999999999999999",
                             "0x10",
                             "1e+-3",
                             "1 "})
        EXPECT_THROW(parse_seconds("x", text), BadInput) << text;
}

/// Python's str() and repr() write floats so, and so do other programs.
TEST(ParseSeconds, ReadsExponentsAndBareDots)
{
    const struct {
        const char* text;
        int64_t ps;
    } table[] = {{"1e-05", 10'000'000},
                 {".5", 500'000'000'000},
                 {"2.", 2'000'000'000'000},
                 {"1e-12", 1},
                 {"4.9e-13", 0},
                 {"5e-13", 1},
                 {"1e-300", 0},
                 {"0e99999999999999999999", 0},
                 {"2.000000962e+00", 2'000'000'962'000},
                 {"1.5E3", 1'500'000'000'000'000},
                 {"0", 0},
                 {"0.", 0},
                 {"000002.50", 2'500'000'000'000},
                 {"1e6", 1'000'000'000'000'000'000},
                 {"123456.789012345678", 123'456'789'012'345'678},
                 {"1234567890123e-12", 1'234'567'890'123}};
    for (const auto& row : table) EXPECT_EQ(parse_seconds("x", row.text).ps, row.ps) << row.text;
}

TEST(ParseCount, StaysInItsRange)
{
    EXPECT_EQ(parse_count("x", "64", 64, 9216), 64);
    EXPECT_EQ(parse_count("x", "9216", 64, 9216), 9216);
    for (const char* text : {"63", "9217", "-64", "64.0", "6 4", "", "0x40", "1K", "99999999999999999999"})
        EXPECT_THROW(parse_count("x", text, 64, 9216), BadInput) << text;
}

TEST(Format, ReadsAsAPersonWritesIt)
{
    EXPECT_EQ(format_size(1 << 20), "1M");
    EXPECT_EQ(format_size(1500), "1500");
    EXPECT_EQ(format_size(Bytes{4} << 30), "4G");
    EXPECT_EQ(format_size(Bytes{2048} << 30), "2048G");
    EXPECT_EQ(format_number(0.125), "0.125");
    EXPECT_EQ(format_number(1e6), "1000000");
    EXPECT_EQ(format_number(50), "50");
    EXPECT_EQ(format_number(1e-6), "0.000001");
    EXPECT_EQ(format_number(1e18), "1000000000000000000");
}

}  // namespace
}  // namespace hpnsim
