// SPDX-License-Identifier: GPL-2.0-only
// Tests that each key of --fabric that a profile sets gives way to the user's.
#include "run_helper.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;

namespace
{

/// Another value than any profile's.
std::string other_value(const std::string& key)
{
    const std::pair<const char*, const char*> table[] = {
        {"ack-class", "control"}, {"int", "full"}, {"lossless", "3"},     {"strict", "6"},
        {"ecn-priorities", "3"},  {"pmax", "0.5"}, {"kmax-kb", "123456"},
    };
    for (const auto& [name, value] : table)
        if (key.compare(0, std::string(name).size(), name) == 0) return value;
    return "3";
}

std::string value_in(const RunPlan& run, const std::string& key)
{
    for (const auto& [name, text] : run.fabric.keys().written())
        if (name == key) return text;
    return "";
}

RunPlan planned(const std::string& profile, const std::string& cc, const std::string& fabric)
{
    std::vector<std::string> words = {"incast", "--topology", "star",      "--senders", "2",
                                      "--cc",   cc,           "--profile", profile};
    if (!fabric.empty()) words.insert(words.end(), {"--fabric", fabric});
    return first_run(*scenario_of(words));
}

/// How many keys the profile sets.
size_t check_keys(const std::string& profile, const std::string& cc)
{
    const RunPlan plain = planned(profile, cc, "");
    size_t count = 0;
    for (const auto& [key, text] : plain.fabric.keys().written()) {
        if (plain.fabric.origins.of(key) != Origin::profile) continue;
        const std::string other = other_value(key);
        EXPECT_NE(text, other) << key;
        const RunPlan run = planned(profile, cc, plain.fabric.name + ":" + key + "=" + other);
        EXPECT_EQ(value_in(run, key), other) << profile << " " << key;
        EXPECT_TRUE(run.fabric.origins.given(key)) << profile << " " << key;
        ++count;
    }
    return count;
}

}  // namespace

TEST(ProfileKeys, TheUserAlwaysWins)
{
    EXPECT_EQ(check_keys("hpcc-sim", "dcqcn"), 11U);  // 8, and the thresholds of one rate
    EXPECT_EQ(check_keys("htsim", "nscc"), 3U);
}

TEST(ProfileKeys, ThresholdsOfALawStayUnderHpccSim)
{
    const RunPlan run = planned("hpcc-sim", "dctcp", "");
    EXPECT_GT(run.fabric.marking.stepKb, 0);
    EXPECT_TRUE(run.fabric.marking.byRate.empty());
}

/// Under htsim the last hop's queue is as long as the others unless the user says otherwise.
TEST(ProfileKeys, OneQueueLimitUnderHtsim)
{
    EXPECT_EQ(planned("htsim", "nscc", "").fabric.trimming.limitLastHop, 1);
    EXPECT_EQ(planned("htsim", "nscc", "lossy").fabric.trimming.limitLastHop, 5);
    EXPECT_EQ(planned("htsim", "nscc", "trimming:trim-bdp=2").fabric.trimming.limitLastHop, 2);
    EXPECT_EQ(planned("htsim", "nscc", "trimming:trim-last-bdp=2").fabric.trimming.limit, 1);
}
