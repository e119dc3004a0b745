// SPDX-License-Identifier: GPL-2.0-only
// Tests every declared key of --fabric and --switch-lb: it is in --help, reads what it writes, and is found
// by those who misspell it.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/fabric_choice.hpp"
#include "hpnsim/options.hpp"
#include "hpnsim/switch_lb.hpp"
#include "other_values.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

/// `kmin-kb-400` for `kmin-kb-R`.
std::string example_of(const std::string& name)
{
    const bool family = name.size() > 2 && name.compare(name.size() - 2, 2, "-R") == 0;
    return family ? name.substr(0, name.size() - 1) + "400" : name;
}

std::string value_in(const KeyTexts& texts, const std::string& key)
{
    for (const auto& [name, text] : texts)
        if (name == key) return text;
    return "";
}

/// Calls `check` with the keys of --fabric and of each --switch-lb, twice over: two objects to compare.
template <class Check> void for_all_keys(Check check)
{
    FabricParts fabric, other_fabric;
    check(fabric.keys(), other_fabric.keys());
    for (const SwitchLb kind : {SwitchLb::ADAPTIVE, SwitchLb::FLOWLET, SwitchLb::ROUND_ROBIN}) {
        SwitchLbSettings lb, other_lb;
        lb.kind = other_lb.kind = kind;
        check(keys_of(lb), keys_of(other_lb));
    }
}

TEST(FabricKeys, AllAreInHelp)
{
    const std::string help = help_text("incast");
    size_t seen = 0;
    for_all_keys([&](const Keys& keys, const Keys&) {
        for (const Keys::Entry& entry : keys.entries()) {
            const size_t at = help.find("\n  " + entry.setting->name + " ");
            ASSERT_NE(at, std::string::npos) << entry.setting->name;
            EXPECT_FALSE(entry.setting->doc.empty() || entry.setting->values.empty()) << entry.setting->name;
            EXPECT_NE(help.find('[', at), std::string::npos) << entry.setting->name;
            ++seen;
        }
    });
    EXPECT_EQ(seen, kOther.size());
}

TEST(FabricKeys, AllReadWhatTheyWrite)
{
    for_all_keys([](const Keys& keys, const Keys& again) {
        for (const std::string& name : keys.names()) {
            const std::string key = example_of(name);
            const std::string& text = kOther.at(name);
            EXPECT_NE(value_in(keys.written(), key), text) << key;
            keys.set("--x", key, text);
            EXPECT_EQ(value_in(keys.written(), key), text) << key;
        }
        for (const auto& [key, text] : keys.written()) again.set("--x", key, text);
        EXPECT_EQ(again.written(), keys.written());
    });
}

/// What --help says of an automatic value, and of the topology's buffer, can be written.
TEST(FabricKeys, DefaultsCanBeWritten)
{
    for_all_keys([](const Keys& keys, const Keys& again) {
        for (const auto& [key, text] : keys.written()) again.set("--x", key, text);
        EXPECT_EQ(again.written(), keys.written());
    });
    FabricParts parts;
    parts.keys().set("--x", "buffer-mb", "8");
    EXPECT_EQ(parts.buffer.size, Bytes{8} << 20);
    parts.keys().set("--x", "buffer-mb", "0");
    EXPECT_FALSE(parts.buffer.size);
}

TEST(FabricKeys, PairsAreOverWhatHoldsAlready)
{
    FabricParts parts;
    const Keys keys = parts.keys();
    keys.set("--x", "dscp-map", "26=4");
    keys.set("--x", "dscp-map", "48=7");
    EXPECT_EQ(value_in(keys.written(), "dscp-map"), "dscp/8+26=4+48=7");
    keys.set("--x", "dscp-map", "dscp/8");
    EXPECT_EQ(value_in(keys.written(), "dscp-map"), "dscp/8");
    EXPECT_EQ(parts.scheduling.Data(), 3);
    EXPECT_THROW(keys.set("--x", "dscp-map", "dscp/8+"), BadInput);
    EXPECT_THROW(keys.set("--x", "dscp-map", "dscp/826=3"), BadInput);
}

TEST(FabricKeys, TheNearestIsNamed)
{
    const std::pair<const char*, const char*> table[] = {
        {"losless", "lossless"}, {"strikt", "strict"},      {"ecn-priority", "ecn-priorities"},
        {"wieghts", "weights"},  {"dscp-mapp", "dscp-map"}, {"watchdog-acton", "watchdog-action"},
        {"ecn-et", "ecn-at"},
    };
    for (const auto& [wrong, right] : table) {
        try {
            parse_fabric("--fabric", std::string("lossless:") + wrong + "=1");
            ADD_FAILURE() << wrong;
        } catch (const BadInput& error) {
            EXPECT_EQ(std::string(error.what()),
                      std::string("--fabric: no key '") + wrong + "'; the nearest is '" + right + "'");
        }
    }
}

}  // namespace
}  // namespace hpnsim
