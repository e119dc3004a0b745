// SPDX-License-Identifier: GPL-2.0-only
// Tests the keys of `--transport` and `--fabric`.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/transport_options.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

TEST(Transport, ReadsItsKeys)
{
    const TransportOptions t =
        parse_transport("--transport", "rud:ack-timeout=14,cnp-interval-us=4.5,sack-bytes=8192,rto-us=65.42");
    EXPECT_EQ(t.name, "rud");
    EXPECT_EQ(t.ack_timeout, 14);
    EXPECT_EQ(t.cnp_interval, nanoseconds(4500));
    EXPECT_EQ(t.sack_bytes, 8192);
    EXPECT_EQ(t.rto, nanoseconds(65420));
    EXPECT_EQ(t.retry, 7);
}

template <class Parse> std::string sentence_of(Parse parse, const char* text)
{
    try {
        parse("--x", text);
    } catch (const BadInput& error) {
        return error.what();
    }
    return "";
}

TEST(Transport, DescribesWhatIsInForce)
{
    EXPECT_EQ(describe(TransportOptions())[3].second, "50 us");
}

TEST(Transport, RefusesInOneSentence)
{
    const struct {
        const char* text;
        const char* sentence;
    } table[] = {
        {"gnb", "--x: no 'gnb'; the nearest is 'gbn'"},
        {"irm", "--x: no 'irm'; the nearest is 'irn'"},
        {"gbn:ack-timout=3", "--x: no key 'ack-timout'; the nearest is 'ack-timeout'"},
        {"gbn:ack-timeout=32", "--x: ack-timeout: 32 is out of range, 0 to 31"},
        {"gbn:ack-timeout=1.5", "--x: ack-timeout: '1.5' is not a whole number"},
        {"gbn:retry=many", "--x: retry: 'many' is not a number"},
        {"gbn:cnp-interval-us=-1", "--x: cnp-interval-us: -1 is out of range, 0 to 1000000 us"},
        {"gbn:cnp-interval-us=50us", "--x: cnp-interval-us: '50us' is not a number"},
        {"gbn:retry=1,retry=2", "--x: 'retry' is given twice in 'gbn'"},
        {"gbn:retry", "--x: 'retry' in 'gbn' is not key=value"},
        {"gbn:retry=nan", "--x: retry: 'nan' is not a number"},
    };
    const auto parse = [](const char* what, const char* text) { return parse_transport(what, text); };
    for (const auto& row : table) EXPECT_EQ(sentence_of(parse, row.text), row.sentence);
}

}  // namespace
}  // namespace hpnsim
