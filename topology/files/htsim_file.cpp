// SPDX-License-Identifier: GPL-2.0-only
// uet-htsim's .topo files: `key value` lines, a header and a section per tier. A Clos fabric of two or three
// tiers follows from the radixes. The peer ignores header keys that it does not know; here they are refused,
// for a misspelt key would silently build another fabric.
#include "files/formats.hpp"
#include "files/htsim_tiers.hpp"
#include "generators/builders.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/text_input.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace hpnsim
{

namespace
{

constexpr uint64_t kMost = 1 << 20;

std::string lower(std::string text)
{
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

const std::vector<std::string>& header_keys()
{
    static const std::vector<std::string> keys{"Nodes", "Tiers", "Podsize", "Tier"};
    return keys;
}

const std::vector<std::string>& tier_keys()
{
    static const std::vector<std::string> keys{"Downlink_Speed_Gbps",
                                               "Radix_Down",
                                               "Radix_Up",
                                               "Downlink_Latency_ns",
                                               "Switch_Latency_ns",
                                               "Oversubscribed",
                                               "Bundle",
                                               "Queue_Down",
                                               "Queue_Up",
                                               "Tier"};
    return keys;
}

class HtsimReader
{
public:
    HtsimReader(std::istream& in, const std::string& file) : lines_(in, file) {}

    HtsimTiers read()
    {
        std::vector<std::string> words;
        while (lines_.next(words)) read_line(words);
        finish();
        return tiers_;
    }

private:
    [[noreturn]] void fail(const std::string& why) const
    {
        throw BadLine(lines_.name() + ":" + std::to_string(std::max(lines_.number(), 1U)) + ": " + why);
    }

    void read_line(const std::vector<std::string>& words)
    {
        const std::string& key = words[0];
        if (words.size() < 2) fail("'" + key + "' has no value");
        if (words.size() > 2)
            fail("'" + words[2] + "' follows after '" + key + " " + words[1] +
                 "'; a line is a key and its value");
        set(known(key), words[1]);
    }

    /// Returns the key as it is declared; keys are read without regard to case.
    std::string known(const std::string& key) const
    {
        const std::vector<std::string>& keys = tier_ < 0 ? header_keys() : tier_keys();
        for (const std::string& each : keys)
            if (lower(each) == lower(key)) return each;
        fail("no key '" + key + "' " + (tier_ < 0 ? "before the first Tier" : "in a Tier") +
             suggestion(key, keys));
    }

    uint64_t whole(const std::string& key, const std::string& text, uint64_t lo, uint64_t hi) const
    {
        uint64_t value = 0;
        const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error == std::errc::invalid_argument || stop != text.data() + text.size())
            fail(key + " is '" + text + "', which is not a whole number");
        if (error != std::errc() || value < lo || value > hi)
            fail(key + " is " + text + ", outside " + std::to_string(lo) + ".." + std::to_string(hi));
        return value;
    }

    void set(const std::string& key, const std::string& text)
    {
        if (key == "Nodes")
            tiers_.nodes = number(key, text, 2, kMost);
        else if (key == "Tiers")
            tiers_.count = number(key, text, 2, 3);
        else if (key == "Podsize")
            tiers_.podsize = number(key, text, 1, kMost);
        else if (key == "Tier")
            begin_tier(text);
        else
            set_in_tier(tiers_.tier[tier_], key, text);
    }

    uint32_t number(const std::string& key, const std::string& text, uint64_t lo, uint64_t hi) const
    {
        return static_cast<uint32_t>(whole(key, text, lo, hi));
    }

    void begin_tier(const std::string& text)
    {
        if (tier_ < 0) check_header();
        const int next = static_cast<int>(whole("Tier", text, 0, tiers_.count - 1));
        if (seen_[next]) fail("Tier " + text + " is described twice");
        seen_[next] = true;
        tier_ = next;
    }

    void set_in_tier(HtsimTier& tier, const std::string& key, const std::string& text)
    {
        if (key == "Downlink_Speed_Gbps")
            tier.rate = gbps(static_cast<int64_t>(whole(key, text, 1, 100'000)));
        else if (key == "Radix_Down")
            tier.down = number(key, text, 1, 65535);
        else if (key == "Radix_Up")
            set_up(tier, key, text);
        else if (key == "Downlink_Latency_ns")
            tier.delay = nanoseconds(static_cast<int64_t>(whole(key, text, 1, 1'000'000'000)));
        else if (key == "Switch_Latency_ns")
            tier.latency = nanoseconds(static_cast<int64_t>(whole(key, text, 0, 1'000'000'000)));
        else if (key == "Oversubscribed")
            tier.oversubscribed = number(key, text, 1, 65535);
        else if (key == "Bundle")
            set_bundle(tier, key, text);
        else
            whole(key, text, 0, UINT64_MAX);  // Queue_*: the peer reads it, but sizes its queues otherwise
    }

    void set_up(HtsimTier& tier, const std::string& key, const std::string& text)
    {
        if (tier_ + 1 == static_cast<int>(tiers_.count))
            fail("Radix_Up is given for tier " + std::to_string(tier_) + ", the top one");
        tier.up = number(key, text, 1, 65535);
    }

    void set_bundle(HtsimTier& tier, const std::string& key, const std::string& text)
    {
        tier.bundle = number(key, text, 1, 65535);
        if (tier_ == 0 && tier.bundle != 1) fail("Bundle of tier 0 is " + text + ", and a host has one link");
    }

    void check_header()
    {
        if (tiers_.nodes == 0) fail("Nodes is missing before the first Tier");
        if (tiers_.count == 0) fail("Tiers is missing before the first Tier");
        if (tiers_.podsize == 0) fail("Podsize is missing before the first Tier");
        if (tiers_.nodes % tiers_.podsize != 0)
            fail("Podsize " + std::to_string(tiers_.podsize) + " does not divide Nodes " +
                 std::to_string(tiers_.nodes));
        if (tiers_.count == 2 && tiers_.podsize != tiers_.nodes)
            fail("Podsize " + std::to_string(tiers_.podsize) + " differs from Nodes " +
                 std::to_string(tiers_.nodes) + ": two tiers are one pod");
    }

    void finish()
    {
        if (tier_ < 0) {
            check_header();
            fail("the file ends before its first Tier");
        }
        for (uint32_t t = 0; t < tiers_.count; ++t) check_tier(t);
        const std::string why = tiers_.derive();
        if (!why.empty()) fail(why);
    }

    void check_tier(uint32_t t) const
    {
        const HtsimTier& tier = tiers_.tier[t];
        const std::string name = "tier " + std::to_string(t);
        if (!seen_[t]) fail("the section Tier " + std::to_string(t) + " is missing");
        const auto need = [&](bool given, const char* key) {
            if (!given) fail(std::string(key) + " of " + name + " is missing");
        };
        need(tier.rate.bps > 0, "Downlink_Speed_Gbps");
        need(tier.down > 0, "Radix_Down");
        need(tier.delay.ps > 0, "Downlink_Latency_ns");
        if (t + 1 == tiers_.count) return;
        need(tier.up > 0, "Radix_Up");
        const uint32_t ratio = std::max(tier.down / tier.up, 1U);
        if (ratio != tier.oversubscribed)
            fail("Radix_Down " + std::to_string(tier.down) + " over Radix_Up " + std::to_string(tier.up) +
                 " of " + name + " makes it oversubscribed " + std::to_string(ratio) +
                 ":1; say so with 'Oversubscribed " + std::to_string(ratio) + "'");
    }

    TextLines lines_;
    int tier_ = -1;
    bool seen_[3] = {};
    HtsimTiers tiers_;
};

}  // namespace

FabricPlan read_htsim_topology(std::istream& in, const std::string& file, const PlanOptions& options)
{
    const HtsimTiers tiers = HtsimReader(in, file).read();
    check_size(tiers.nodes, tiers.link_count());
    return build_htsim(tiers, options);
}

namespace
{

/// Its files open with a keyword.
Likeness recognise(const std::vector<std::string>& words)
{
    const bool keyword = !words.empty() && std::isalpha(static_cast<unsigned char>(words[0][0])) != 0;
    return keyword ? Likeness::certain : Likeness::none;
}

}  // namespace

HPNSIM_TOPOLOGY_FORMAT(HtsimFile, "htsim", recognise, read_htsim_topology, true)

}  // namespace hpnsim
