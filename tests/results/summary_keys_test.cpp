// SPDX-License-Identifier: GPL-2.0-only
// Tests the keys of summary.json: each is pooled over seeds as it says, and read back as it was written.
#include "hpnsim/summary_keys.hpp"

#include "contract/contract.hpp"
#include "hpnsim/pooling.hpp"
#include "hpnsim/writers.hpp"
#include "samples.hpp"

#include <gtest/gtest.h>

#include <set>

namespace hpnsim
{

namespace
{

using Json = nlohmann::ordered_json;

/// Values of two seeds, and what the pool makes of them.
struct Sample {
    Json a, b, pooled;
};

/// Numbers that any numeric key takes, texts for those that are texts.
Sample sample_of(const SummaryKey& key)
{
    const std::string unit = key.unit;
    const bool text = unit == "text";
    const Json three = text ? Json("three") : Json(3), five = text ? Json("five") : Json(5);
    switch (key.pool) {
    case Pool::sum:
        if (key.name == std::string("audit"))
            return {{{"checks", 3}, {"passed", true}},
                    {{"checks", 5}, {"passed", false}},
                    {{"checks", 8}, {"passed", false}}};
        if (unit == "object") return {{{"x", 3}}, {{"x", 5}, {"y", 1}}, {{"x", 8}, {"y", 1}}};
        return {3, 5, 8};
    case Pool::mean:
        return {3, 5, 4};
    case Pool::largest:
        return {3, 5, 5};
    case Pool::first:
        return {three, five, three};
    case Pool::any_true:
        return {false, true, true};
    case Pool::all_true:
        return {true, false, false};
    case Pool::same:
        return {three, five, nullptr};
    default:
        return {};
    }
}

RunRecord of_seed(uint64_t seed)
{
    RunRecord run = test::small_run();
    run.seed = seed;
    run.extra = Json::object();
    run.events = seed;  // no two seeds are alike
    return run;
}

Json pooled_value(const SummaryKey& key, const Json& a, const Json& b)
{
    RunRecord first = of_seed(1), second = of_seed(2);
    key.set(first, a);
    key.set(second, b);
    SeedPool pool;
    pool.add(std::move(first));
    pool.add(std::move(second));
    return key.get(pool.finish());
}

}  // namespace

TEST(SummaryKeys, ArePooledAsTheySay)
{
    for (const auto* keys : {&summary_keys(), &extra_keys(), &host_keys()})
        for (const SummaryKey& key : *keys) {
            const std::string name = key.name;
            const bool own =
                key.pool == Pool::anew || key.pool == Pool::each || key.unit == std::string("object");
            if (name == "seed" || name == "seeds_note" || (own && key.pool != Pool::sum)) continue;
            const Sample sample = sample_of(key);
            EXPECT_EQ(pooled_value(key, sample.a, sample.b), sample.pooled) << name;
            if (key.pool == Pool::same) {
                EXPECT_EQ(pooled_value(key, sample.a, sample.a), sample.a) << name;
            }
            if (key.pool == Pool::mean) {
                EXPECT_EQ(pooled_value(key, sample.a, nullptr), nullptr) << name;
            }
        }
}

TEST(SummaryKeys, OfFlowsAreComputedFromTheFlowsOfAllSeeds)
{
    SeedPool pool;
    pool.add(of_seed(1));
    pool.add(of_seed(2));
    const RunRecord all = pool.finish();
    const auto value = [&](const char* name) { return find_summary_key(name)->get(all); };
    EXPECT_EQ(value("flows"), 8);
    EXPECT_EQ(value("completed"), 4);
    EXPECT_EQ(value("failed"), 2);
    EXPECT_EQ(value("unfinished"), 2);
    EXPECT_EQ(value("fct_us")["n"], 4);
    EXPECT_EQ(value("slowdown")["max"], 1.5);
    EXPECT_EQ(value("seed"), 1);
}

TEST(SummaryKeys, AreDescribedNamedOnceAndThosePromised)
{
    std::set<std::string> names;
    std::vector<std::string> always, host;
    for (const auto* keys : {&summary_keys(), &extra_keys()})
        for (const SummaryKey& key : *keys) {
            EXPECT_TRUE(names.insert(key.name).second) << key.name << " is there twice";
            EXPECT_NE(std::string(key.unit), "") << key.name;
            EXPECT_NE(std::string(key.meaning), "") << key.name;
            if (!key.optional) always.emplace_back(key.name);
        }
    for (const SummaryKey& key : host_keys()) host.emplace_back(key.name);
    EXPECT_EQ(always, test::summary_keys());
    EXPECT_EQ(host, test::host_keys());
    for (const std::string& name : test::collective_keys()) EXPECT_EQ(names.count(name), 1u) << name;
    EXPECT_EQ(find_summary_key("no such key"), nullptr);
}

}  // namespace hpnsim
