// SPDX-License-Identifier: GPL-2.0-only
// Tests `--transport`: what its keys read and write, what it refuses, and that the help names every key.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/chosen_transport.hpp"
#include "hpnsim/options.hpp"
#include "hpnsim/timers.hpp"
#include "other_values.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace hpnsim
{
namespace
{

ChosenTransport parsed(const std::string& text)
{
    return parse_transport("--x", text);
}

/// Every key, in declared order.
KeyTexts all_keys()
{
    KeyTexts all;
    for (const std::string& key : TransportSettings().keys().names())
        all.emplace_back(key, kOtherOfTransport.at(key));
    return all;
}

std::string text_of(const KeyTexts& keys)
{
    std::string text = "rud";
    for (const auto& [key, value] : keys) text += (text == "rud" ? ":" : ",") + key + "=" + value;
    return text;
}

TEST(ChosenTransport, ReadsItsKeys)
{
    const ChosenTransport t = parsed(text_of(all_keys()));
    EXPECT_EQ(t.name, "rud");
    EXPECT_EQ(t.retry.ack_timeout, ack_timeout(14));
    EXPECT_EQ(t.retry.retries, 5);
    EXPECT_TRUE(t.retry.adaptive);
    EXPECT_EQ(t.retry.rto, nanoseconds(65420));
    EXPECT_EQ(t.retry.rto_low, microseconds(30));
    EXPECT_EQ(t.retry.rto_low_packets, 5U);
    EXPECT_EQ(t.rnr.timer, 3);
    EXPECT_EQ(t.rnr.retries, 2);
    EXPECT_EQ(t.cnp.interval, nanoseconds(4500));
    EXPECT_EQ(t.cnp.delay, microseconds(55));
    EXPECT_EQ(t.acks.every, 4U);
    EXPECT_EQ(t.acks.bytes, 8192);
    EXPECT_EQ(t.acks.delay, nanoseconds(500));
    EXPECT_EQ(t.selective.reorder, 0.7);
    EXPECT_EQ(t.selective.window, 256U);
    EXPECT_TRUE(t.selective.sleek);
    EXPECT_EQ(t.reads.outstanding, 128);
}

TEST(ChosenTransport, WritesWhatItReads)
{
    EXPECT_EQ(parsed(text_of(all_keys())).keys().written(), all_keys());
    const KeyTexts usual = ChosenTransport().keys().written();
    EXPECT_EQ(parsed(text_of(usual)).keys().written(), usual);
    for (int code = 0; code <= 31; ++code) {
        const std::string text = std::to_string(code);
        EXPECT_EQ(parsed("gbn:ack-timeout=" + text).keys().written().front().second, text);
    }
}

/// Of timeouts in microseconds 0 has always meant this; of ack-timeout it is InfiniBand's word for never.
TEST(ChosenTransport, ZeroMicrosecondsAreAutomaticAndCodeZeroIsNever)
{
    const ChosenTransport zero = parsed("irn:rto-us=0,rto-low-us=0.0,ack-timeout=0,reorder-rtts=0");
    EXPECT_FALSE(zero.retry.rto.has_value());
    EXPECT_FALSE(zero.retry.rto_low.has_value());
    EXPECT_EQ(zero.retry.ack_timeout, Time::max());
    EXPECT_EQ(zero.selective.reorder, 0.0);
    const ChosenTransport automatic =
        parsed("irn:rto-us=auto,rto-low-us=auto,ack-timeout=auto,reorder-rtts=auto");
    EXPECT_FALSE(automatic.retry.rto.has_value());
    EXPECT_FALSE(automatic.retry.rto_low.has_value());
    EXPECT_FALSE(automatic.retry.ack_timeout.has_value());
    EXPECT_FALSE(automatic.selective.reorder.has_value());
}

TEST(ChosenTransport, DescribesWithUnits)
{
    const KeyTexts shown = describe(parsed("gbn:rto-us=9"));
    const auto has = [&shown](const char* key, const char* text) {
        return std::find(shown.begin(), shown.end(), std::make_pair(std::string(key), std::string(text))) !=
               shown.end();
    };
    EXPECT_TRUE(has("cnp-interval-us", "50 us"));
    EXPECT_TRUE(has("rto-us", "9 us"));
    EXPECT_TRUE(has("ack-timeout", "auto"));
    EXPECT_TRUE(has("sack-bytes", "16384 bytes"));
    EXPECT_TRUE(has("retry", "7"));
    EXPECT_TRUE(has("adaptive", "0"));
}

TEST(ChosenTransport, LayersAreToldApart)
{
    ChosenTransport transport;
    transport.lay("preset", "irn:retry=2,rto-us=99", Origin::preset);
    transport.lay("--profile", KeyTexts{{"retry", "1000"}, {"ack-timeout", "0"}}, Origin::profile);
    transport.lay("--transport", "rud:ack-timeout=9", Origin::given);
    EXPECT_EQ(transport.name, "rud");
    EXPECT_EQ(transport.retry.retries, 1000);
    EXPECT_EQ(transport.retry.ack_timeout, ack_timeout(9));
    EXPECT_EQ(transport.origins.of("rto-us"), Origin::preset);
    EXPECT_EQ(transport.origins.of("retry"), Origin::profile);
    EXPECT_EQ(transport.origins.of("ack-timeout"), Origin::given);
    EXPECT_EQ(transport.origins.of("sleek"), Origin::standard);
}

TEST(ChosenTransport, RefusesInOneSentence)
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
        {"gbn:retry=auto", "--x: retry: 'auto' is not a number"},
        {"gbn:adaptive=2", "--x: adaptive: 2 is out of range, 0 to 1"},
        {"gbn:cnp-interval-us=-1", "--x: cnp-interval-us: -1 is out of range, 0 to 1000000 us"},
        {"gbn:cnp-interval-us=50us", "--x: cnp-interval-us: '50us' is not a number"},
        {"gbn:retry=1,retry=2", "--x: 'retry' is given twice in 'gbn'"},
        {"gbn:retry", "--x: 'retry' in 'gbn' is not key=value"},
        {"gbn:retry=nan", "--x: retry: 'nan' is not a number"},
    };
    for (const auto& row : table) {
        try {
            parsed(row.text);
            ADD_FAILURE() << row.text;
        } catch (const BadInput& error) {
            EXPECT_STREQ(error.what(), row.sentence);
        }
    }
}

TEST(ChosenTransport, SaysWhichKeysItDoesNotRead)
{
    using Sentences = std::vector<std::string>;
    EXPECT_EQ(keys_without_effect(parsed("gbn:ack-timeout=14,ack-every=2,adaptive=1,retry=3")), Sentences());
    EXPECT_EQ(keys_without_effect(parsed("rud:sleek=1,sack-bytes=4096,rto-us=9,retry=3")), Sentences());
    EXPECT_EQ(keys_without_effect(parsed("gbn:sleek=1")),
              Sentences{"--transport gbn: sleek has no effect; it is read by rud"});
    EXPECT_EQ(keys_without_effect(parsed("rud:ack-timeout=14,rto-low-us=9")),
              (Sentences{"--transport rud: ack-timeout has no effect; it is read by gbn",
                         "--transport rud: rto-low-us has no effect; it is read by irn"}));
    EXPECT_EQ(keys_without_effect(parsed("gbn:window-packets=9")),
              Sentences{"--transport gbn: window-packets has no effect; it is read by irn, rud"});
    ChosenTransport declared;
    declared.lay("--x", "rud:ack-timeout=14", Origin::standard);
    EXPECT_EQ(keys_without_effect(declared), Sentences()) << "nobody has asked for it";
}

TEST(ChosenTransport, TheHelpNamesEveryKey)
{
    const std::string help = help_text("incast");
    for (const auto& [key, text] : ChosenTransport().keys().written())
        EXPECT_NE(help.find("\n  " + key + " "), std::string::npos) << key;
}

}  // namespace
}  // namespace hpnsim
