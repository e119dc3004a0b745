// SPDX-License-Identifier: GPL-2.0-only
// Tests declared settings: what each kind reads and writes, what it refuses, and which origin wins.
#include "hpnsim/settings.hpp"

#include "hpnsim/bad_input.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;

namespace
{

enum class Action { drop, forward };

struct Part {
    double alpha = 0.125;
    int code = 8;
    Bytes reserve = 4096, buffer = 1 << 20;
    std::optional<Bytes> headroom;
    Time delay = microseconds(50);
    std::optional<Time> watchdog;
    Rate rate = gbps(100);
    bool adaptive = false;
    Action action = Action::drop;
    uint8_t lossless = 1 << 3;
    Bytes message = 1 << 20;
    std::string file = "none";
    std::map<int64_t, double> kmin;  // by rate in Gb/s

    static const std::vector<Setting>& settings()
    {
        static const std::vector<Setting> list = {
            number<&Part::alpha>("alpha", "", "share of the free buffer", 1e-6, 1024),
            number<&Part::code>("code", "", "timer code", 0, 31),
            number<&Part::reserve>("reserve-kb", "KB", "reserved", 0, 1e6),
            number<&Part::buffer>("buffer-mb", "MB", "shared", 0, 1e6),
            number<&Part::headroom>("headroom", "KB", "PFC headroom", 0, 1e6),
            number<&Part::delay>("delay-us", "us", "delay", 0, 1000),
            number<&Part::watchdog>("watchdog-ms", "ms", "watchdog", 0, 1e6),
            number<&Part::rate>("gbps", "Gb/s", "rate", 1, 1600),
            flag<&Part::adaptive>("adaptive", "adaptive timeouts"),
            choice<&Part::action>("action", "of the watchdog",
                                  {{"drop", Action::drop}, {"forward", Action::forward}}),
            priorities<&Part::lossless>("lossless", "under PFC"),
            size<&Part::message>("size", "of a message"),
            text<&Part::file>("file", "a file", "a name"),
            family(),
        };
        return list;
    }

    static Setting family()
    {
        Setting made{"kmin-kb-R", "KB", "at R Gb/s", "0 to 1e6", {}, {}, "kmin-kb-"};
        made.read = [](void* part, const std::string& place, const std::string& key,
                       const std::string& text) {
            const int64_t rate = parse_count(place, key.substr(8), 1, 1600);
            static_cast<Part*>(part)->kmin[rate] = parse_range(place, text, 0, 1e6, "KB");
        };
        made.write = [](const void* part) {
            KeyTexts all;
            for (const auto& [rate, kb] : static_cast<const Part*>(part)->kmin)
                all.emplace_back("kmin-kb-" + std::to_string(rate), format_number(kb));
            return all;
        };
        return made;
    }
};

std::string sentence_of(const std::string& key, const std::string& text)
{
    Part part;
    try {
        Keys().add(part).set("--part", key, text);
    } catch (const BadInput& error) {
        return error.what();
    }
    return "";
}

TEST(Settings, EveryKindReadsWhatItWrites)
{
    Part part;
    const Keys keys = Keys().add(part);
    const KeyTexts given = {{"alpha", "0.25"},      {"code", "14"},         {"reserve-kb", "5.5"},
                            {"buffer-mb", "82.5"},  {"headroom", "34.567"}, {"delay-us", "0.5"},
                            {"watchdog-ms", "200"}, {"gbps", "400"},        {"adaptive", "1"},
                            {"action", "forward"},  {"lossless", "3+4"},    {"size", "64K"},
                            {"file", "a,b"},        {"kmin-kb-400", "800"}};
    for (const auto& [key, text] : given) keys.set("--part", key, text);
    EXPECT_EQ(keys.written(), given);
    EXPECT_EQ(part.reserve, 5500);
    EXPECT_EQ(part.buffer, 82 * 1048576 + 524288);
    EXPECT_EQ(part.headroom, 34567);
    EXPECT_EQ(part.delay, Time{500'000});
    EXPECT_EQ(part.watchdog, milliseconds(200));
    EXPECT_EQ(part.rate, gbps(400));
    EXPECT_EQ(part.action, Action::forward);
    EXPECT_EQ(part.lossless, 0x18);
    EXPECT_EQ(part.message, 65536);
    EXPECT_EQ(part.kmin.at(400), 800);
}

TEST(Settings, WholeMembersComeBackExactly)
{
    for (const Bytes bytes : {1LL, 999LL, 4096LL, 34567LL, 86'507'521LL, 999'999'999LL}) {
        Part part, again;
        part.reserve = part.buffer = bytes;
        part.delay = Time{bytes};
        for (const auto& [key, text] : Keys().add(part).written())
            if (key == "reserve-kb" || key == "buffer-mb" || key == "delay-us")
                Keys().add(again).set("", key, text);
        EXPECT_EQ(again.reserve, bytes);
        EXPECT_EQ(again.buffer, bytes);
        EXPECT_EQ(again.delay, Time{bytes});
    }
}

TEST(Settings, AutomaticIsNoNumber)
{
    Part part;
    const Keys keys = Keys().add(part);
    keys.set("--part", "headroom", "0");
    EXPECT_EQ(part.headroom, 0);
    keys.set("--part", "headroom", "auto");
    EXPECT_FALSE(part.headroom.has_value());
    for (const auto& [key, text] : keys.shown())
        if (key == "headroom" || key == "watchdog-ms") {
            EXPECT_EQ(text, "auto");
        }
    EXPECT_EQ(sentence_of("alpha", "auto"), "--part: alpha: 'auto' is not a number");
}

TEST(Settings, ShowsUnits)
{
    Part part;
    const KeyTexts shown = Keys().add(part).shown();
    EXPECT_EQ(shown.at(2), std::make_pair(std::string("reserve-kb"), std::string("4.096 KB")));
    EXPECT_EQ(shown.at(10), std::make_pair(std::string("lossless"), std::string("3")));
    part.lossless = 0;
    EXPECT_EQ(Keys().add(part).shown().at(10).second, "none");
}

TEST(Settings, SentencesNameWhatIsPossible)
{
    EXPECT_EQ(sentence_of("alfa", "1"), "--part: no key 'alfa'; the nearest is 'alpha'");
    EXPECT_EQ(sentence_of("losless", "1"), "--part: no key 'losless'; the nearest is 'lossless'");
    EXPECT_EQ(sentence_of("code", "1.5"), "--part: code: '1.5' is not a whole number");
    EXPECT_NE(sentence_of("code", "32").find("0 to 31"), std::string::npos);
    EXPECT_NE(sentence_of("delay-us", "1001").find("us"), std::string::npos);
    EXPECT_EQ(sentence_of("action", "dropp"), "--part: action: no 'dropp'; the nearest is 'drop'");
    EXPECT_NE(sentence_of("lossless", "8"), "");
    EXPECT_NE(sentence_of("adaptive", "yes"), "");
    EXPECT_NE(sentence_of("size", "0"), "");
    EXPECT_NE(sentence_of("kmin-kb-x", "1"), "");
}

TEST(Settings, TheLastOriginIsKept)
{
    Part part;
    const Keys keys = Keys().add(part);
    Origins origins;
    EXPECT_EQ(origins.of("alpha"), Origin::standard);
    keys.set("preset", {{"alpha", "0.5"}, {"code", "9"}}, Origin::preset, origins);
    keys.set("--profile", {{"alpha", "1"}}, Origin::profile, origins);
    keys.set("--part", {{"code", "10"}}, Origin::given, origins);
    EXPECT_EQ(origins.of("alpha"), Origin::profile);
    EXPECT_TRUE(origins.given("code"));
    EXPECT_FALSE(origins.given("alpha"));
    EXPECT_EQ(part.alpha, 1);
    EXPECT_EQ(part.code, 10);
}

struct Asked {
    uint64_t seed = 1;
    std::optional<uint32_t> channels;
    bool aloud = false;
    std::string place = "rail";
    std::vector<std::string> words;

    static const std::vector<Setting>& settings()
    {
        static const std::vector<Setting> list = {
            count<&Asked::seed>("seed", "of all", 0, INT64_MAX),
            count<&Asked::channels>("channels", "at once", 1, 8).as("C"),
            toggle<&Asked::aloud>("aloud", "says more"),
            one_of<&Asked::place>("place", "where", {"rail", "index"}),
            texts<&Asked::words>("word", "any", "WORD")
                .checked([](const std::string& at, const std::string& text) {
                    if (text == "no") throw BadInput(at + ": not this one");
                }),
        };
        return list;
    }
};

// What options are made of: exact whole numbers, a word that stands alone, lists that grow.
TEST(Settings, OptionsReadWhatTheyWrite)
{
    Asked asked;
    const Keys keys = Keys().add(asked);
    const KeyTexts standard = {{"seed", "1"}, {"channels", "auto"}, {"aloud", "false"}, {"place", "rail"}};
    EXPECT_EQ(keys.written(), standard);
    const KeyTexts given = {{"seed", "9223372036854775807"},
                            {"channels", "8"},
                            {"aloud", "true"},
                            {"place", "index"},
                            {"word", "a"},
                            {"word", "b"}};
    for (const auto& [key, text] : given) keys.set("--asked", key, text);
    EXPECT_EQ(keys.written(), given);
    EXPECT_EQ(asked.seed, 9223372036854775807U);
    EXPECT_EQ(asked.words.size(), 2U);
    const auto refusal = [&](const std::string& key, const std::string& text) -> std::string {
        try {
            keys.set("--asked", key, text);
        } catch (const BadInput& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(refusal("channels", "9"), "--asked: channels: 9 is out of range, 1 to 8");
    EXPECT_EQ(refusal("channels", "1.0"), "--asked: channels: '1.0' is not a whole number");
    EXPECT_EQ(refusal("aloud", "1"), "--asked: aloud: '1' is not true or false");
    EXPECT_EQ(refusal("place", "rails"), "--asked: place: no 'rails'; the nearest is 'rail'");
    EXPECT_EQ(refusal("word", "no"), "--asked: word: not this one");
    EXPECT_EQ(asked.words.size(), 2U);
}

TEST(Settings, OptionsHavePlaceholders)
{
    std::vector<std::string> shown;
    for (const Setting& setting : Asked::settings()) shown.push_back(setting.placeholder);
    EXPECT_EQ(shown, (std::vector<std::string>{"N", "C", "", "NAME", "WORD"}));
}

TEST(Settings, PairsAreReadOneByOne)
{
    std::vector<std::pair<int64_t, int64_t>> seen;
    parse_pairs("--part", "26=3+48:6", 63, 0, 7, [&](int64_t a, int64_t b) { seen.emplace_back(a, b); });
    EXPECT_EQ(seen, (std::vector<std::pair<int64_t, int64_t>>{{26, 3}, {48, 6}}));
    EXPECT_THROW(parse_pairs("--part", "26", 63, 0, 7, [](int64_t, int64_t) {}), BadInput);
    EXPECT_THROW(parse_pairs("--part", "64=1", 63, 0, 7, [](int64_t, int64_t) {}), BadInput);
}

}  // namespace
