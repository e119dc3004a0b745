// SPDX-License-Identifier: GPL-2.0-only
// Tests how numbers and records are written as text.
#include "hpnsim/format.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{

TEST(Format, nanoseconds_keep_every_picosecond)
{
    EXPECT_EQ(format_ns({0}), "0.000");
    EXPECT_EQ(format_ns({1}), "0.001");
    EXPECT_EQ(format_ns({1'234'567}), "1234.567");
    EXPECT_EQ(format_ns({-1'500}), "-1.500");
    EXPECT_EQ(format_ns(Time::max()), "9223372036854775.807");
    EXPECT_EQ(format_ns({INT64_MIN}), "-9223372036854775.808");
}

TEST(Format, millionths)
{
    EXPECT_EQ(format_millionths(1'500'000), "1.500000");
    EXPECT_EQ(format_millionths(7), "0.000007");
}

TEST(Format, short_numbers_for_people)
{
    EXPECT_EQ(format_short(0), "0");
    EXPECT_EQ(format_short(0.1234), "0.123");
    EXPECT_EQ(format_short(9.999), "10.0");
    EXPECT_EQ(format_short(99.96), "100");
    EXPECT_EQ(format_short(1234567), "1,234,567");
    EXPECT_EQ(format_short(-1234), "-1,234");
}

TEST(Format, json_numbers_print_no_noise)
{
    // Every count of picoseconds as microseconds must read back as the same digits.
    for (int64_t ps : {1LL, 12'000'001LL, 12'345'678LL, 100'000'000LL, 4'503'599'627'370'497LL}) {
        const std::string text = json_text(static_cast<double>(ps) / 1e6, -1);
        std::string digits = format_millionths(ps);
        digits.erase(digits.find_last_not_of('0') + 1);
        if (digits.back() == '.') digits += '0';
        EXPECT_EQ(text, digits);
    }
    EXPECT_EQ(json_text(1e6, -1), "1000000.0");
    EXPECT_EQ(json_text(1e300 * 1e300, -1), "null");
}

TEST(Format, json_layout)
{
    const nlohmann::ordered_json value = {
        {"b", 1}, {"a", {1.5, "x\"y"}}, {"e", nlohmann::ordered_json::object()}};
    EXPECT_EQ(json_text(value), "{\n  \"b\": 1,\n  \"a\": [\n    1.5,\n    \"x\\\"y\"\n  ],\n  \"e\": {}\n}");
    EXPECT_EQ(nlohmann::ordered_json::parse(json_text(value)), value);
}

TEST(Format, flatten_joins_keys)
{
    const auto flat = flatten({{"cc", {{"gain", "0.5"}, {"n", 3}}}, {"mtu", 4096}});
    ASSERT_EQ(flat.size(), 3u);
    EXPECT_EQ(flat[0], std::make_pair(std::string("cc.gain"), std::string("0.5")));
    EXPECT_EQ(flat[1], std::make_pair(std::string("cc.n"), std::string("3")));
    EXPECT_EQ(flat[2].first, "mtu");
    EXPECT_TRUE(flatten(nullptr).empty());
}

TEST(Format, csv_fields)
{
    EXPECT_EQ(csv_field("tor 0 -> agg 1"), "tor 0 -> agg 1");
    EXPECT_EQ(csv_field("a,\"b\""), "\"a,\"\"b\"\"\"");
    EXPECT_EQ(one_line("a\nb\tc"), "a b c");
}

}  // namespace hpnsim
