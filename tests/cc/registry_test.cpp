// SPDX-License-Identifier: GPL-2.0-only
// Tests names, keys, presets and ranges, and the sentences for what is wrong with them.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/describe.hpp"
#include "hpnsim/registry.hpp"

#include <gtest/gtest.h>

#include <functional>

using namespace hpnsim;

namespace
{

std::string error_of(const std::function<void()>& act)
{
    try {
        act();
    } catch (const BadInput& error) {
        return error.what();
    }
    return "no error";
}

std::string cc_error(const std::string& text)
{
    return error_of([&] { choose_cc(text); });
}

std::string value_of(const std::string& spec, const std::string& key)
{
    const Chosen<CcOps> cc = choose_cc(spec);
    for (const auto& [name, value] : describe_params(cc.ops->slot, cc.params.get()))
        if (name == key) return value;
    return "no such key";
}

template <class Ops> void expect_sound(const std::vector<const Ops*>& table)
{
    std::string before;
    for (const Ops* ops : table) {
        const SlotOps& slot = ops->slot;
        EXPECT_LT(before, slot.info->name);  // sorted, no name twice
        before = slot.info->name;
        std::shared_ptr<void> params(::operator new(slot.params_size), [](void* p) { ::operator delete(p); });
        slot.make_params(params.get());
        for (const Param& param : slot.params) {
            const double value = param.get(params.get());
            EXPECT_TRUE(param.lo <= value && value <= param.hi) << before << " " << param.name;
            param.set(params.get(), param.hi);
            EXPECT_DOUBLE_EQ(param.get(params.get()), param.hi) << before << " " << param.name;
        }
    }
}

}  // namespace

TEST(Registry, EveryAlgorithmIsSound)
{
    expect_sound(all_cc());
    expect_sound(all_paths());
    expect_sound(all_receivers());
    EXPECT_GE(all_cc().size(), 4U);
    EXPECT_GE(all_paths().size(), 2U);
    EXPECT_GE(all_receivers().size(), 2U);
}

TEST(Registry, EveryPresetApplies)
{
    for (const CcOps* ops : all_cc())
        for (const Preset& preset : ops->slot.presets)
            EXPECT_EQ(cc_error(std::string(ops->slot.info->name) + ":preset=" + preset.name), "no error");
}

TEST(Registry, EveryDefaultExists)
{
    for (const CcOps* ops : all_cc()) {
        EXPECT_NO_THROW(choose_path(ops->slot.info->defaults.path));
        EXPECT_NO_THROW(choose_receiver(ops->slot.info->defaults.receiver));
    }
}

TEST(Registry, KeysOverridePresetsInAnyOrder)
{
    EXPECT_EQ(value_of("dcqcn:timer-us=77,preset=hpcc-sim", "timer-us"), "77 us");
    EXPECT_EQ(value_of("dcqcn:timer-us=77,preset=hpcc-sim", "rounds"), "1");
    EXPECT_EQ(value_of("dcqcn:timer-us=77", "rounds"), "5");
}

TEST(Registry, ChosenKeepsNameAndLabel)
{
    const Chosen<CcOps> cc = choose_cc("dcqcn:g=0.5");
    EXPECT_EQ(cc.name, "dcqcn");
    EXPECT_EQ(cc.label, "dcqcn:g=0.5");
    EXPECT_EQ(std::string(cc.info().name), "dcqcn");
}

TEST(Registry, TwoChoicesDoNotShareParameters)
{
    const Chosen<CcOps> a = choose_cc("dcqcn:g=0.5"), b = choose_cc("dcqcn");
    EXPECT_EQ(describe_params(a.ops->slot, a.params.get())[1].second, "0.5");
    EXPECT_EQ(describe_params(b.ops->slot, b.params.get())[1].second, "0.00390625");
}

TEST(RegistryErrors, UnknownNames)
{
    EXPECT_EQ(cc_error("dcqn"), "cc: there is no congestion control 'dcqn'; the nearest is 'dcqcn'");
    EXPECT_EQ(error_of([] { choose_path("sprey"); }),
              "path: there is no path policy 'sprey'; the nearest is 'spray'");
    EXPECT_EQ(error_of([] { choose_receiver("cnpp"); }),
              "receiver: there is no receiver policy 'cnpp'; the nearest is 'cnp'");
}

TEST(RegistryErrors, UnknownKeysAndPresets)
{
    EXPECT_EQ(cc_error("dcqcn:timer=5"), "cc: 'dcqcn' has no key 'timer'; the nearest is 'timer-us'");
    EXPECT_EQ(cc_error("hpcc:preset=hpc-sim"),
              "cc: 'hpcc' has no preset 'hpc-sim'; the nearest is 'hpcc-sim'");
    EXPECT_EQ(error_of([] { choose_path("ecmp:preset=x"); }),
              "path: 'ecmp' has no presets, so preset=x means nothing");
    EXPECT_EQ(error_of([] { choose_path("ecmp:a=1"); }), "path: 'ecmp' takes no keys, but was given 'a'");
}

TEST(RegistryErrors, Values)
{
    EXPECT_EQ(cc_error("dcqcn:g=2"), "cc: g of 'dcqcn': 2 is out of range, 0 to 1");
    EXPECT_EQ(cc_error("dcqcn:timer-us=0"), "cc: timer-us of 'dcqcn': 0 is out of range, 0.1 to 10000000 us");
    EXPECT_EQ(cc_error("dcqcn:rounds=1.5"), "cc: rounds of 'dcqcn': '1.5' is not a whole number");
    EXPECT_EQ(cc_error("dcqcn:g=fast"), "cc: g of 'dcqcn': 'fast' is not a number");
    EXPECT_EQ(cc_error("dcqcn:g=nan"), "cc: g of 'dcqcn': 'nan' is not a number");
    EXPECT_EQ(cc_error("dcqcn:g=0.5,g=0.6"), "cc: 'g' is given twice in 'dcqcn'");
    EXPECT_EQ(cc_error("dcqcn:g"), "cc: 'g' in 'dcqcn' is not key=value");
    EXPECT_EQ(cc_error(""), "cc: the name is missing in ''");
}

TEST(Describe, FindsAcrossSlots)
{
    EXPECT_EQ(std::string(find_algorithm("hpcc").info->name), "hpcc");
    EXPECT_EQ(std::string(find_algorithm("spray").info->name), "spray");
    EXPECT_EQ(std::string(find_algorithm("echo").info->name), "echo");
    EXPECT_EQ(error_of([] { find_algorithm("ehco"); }),
              "cc: there is no algorithm 'ehco'; the nearest is 'echo'");
}

TEST(Describe, NamesEveryParameterAndPreset)
{
    const std::string text = describe(find_algorithm("dcqcn"));
    for (const Param& param : find_algorithm("dcqcn").params)
        EXPECT_NE(text.find(std::string("  ") + param.name + " "), std::string::npos) << param.name;
    for (const Preset& preset : find_algorithm("dcqcn").presets)
        EXPECT_NE(text.find(preset.values), std::string::npos) << preset.name;
}
