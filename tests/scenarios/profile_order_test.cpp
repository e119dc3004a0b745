// SPDX-License-Identifier: GPL-2.0-only
// Tests that a profile's keys of --fabric lie over a preset's and under the user's, with a CC and a profile
// of the test's own.
#include "hpnsim/runs.hpp"
#include "hpnsim/spec.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

constexpr Preset kPreset =
    Preset{"p", "", ""}.with("fabric", "lossy:alpha=0.5,reserve-kb=2,digest-base=1.01");

FabricChoice planned(const KeyTexts& profile, const std::string& user)
{
    Lookup lookup;
    lookup.cc = [](const std::string&) {
        return Info{"law", "", Needs::ecn, {"gbn", "lossless", "ecmp", "echo"}};
    };
    lookup.path = [](const std::string& text) { return PathTraits{text, false}; };
    lookup.receiver = [](const std::string& text) {
        return ReceiverTraits{parse_spec("--receiver", text).name, Scope::qp, true};
    };
    lookup.preset = [](const std::string&) { return kPreset; };
    lookup.profile_fabric = [profile](const FabricChoice& under, const Spec&) {
        EXPECT_EQ(under.buffer.alpha, 0.5);  // it sees what the preset brings
        return profile;
    };
    CommonOptions options;
    options.cc = {"law"};
    options.fabric = user;
    return resolve_runs(options, lookup).runs.at(0).fabric;
}

TEST(ProfileOrder, TheProfileIsOverThePresetAndUnderTheUser)
{
    const FabricChoice fabric = planned({{"alpha", "0.25"}, {"reserve-kb", "3"}}, "lossy:reserve-kb=4");
    EXPECT_EQ(fabric.feedback.digestBase, 1.01);
    EXPECT_EQ(fabric.buffer.alpha, 0.25);
    EXPECT_EQ(fabric.buffer.reserve, 4000);
    EXPECT_EQ(fabric.origins.of("digest-base"), Origin::preset);
    EXPECT_EQ(fabric.origins.of("alpha"), Origin::profile);
    EXPECT_EQ(fabric.origins.of("reserve-kb"), Origin::given);
}

TEST(ProfileOrder, TheUserNeedNotSayAnything)
{
    EXPECT_EQ(planned({{"alpha", "0.25"}}, "").buffer.alpha, 0.25);
}

/// Any threshold of the user's replaces all of the profile's.
TEST(ProfileOrder, ThresholdsAreOverruledAsOne)
{
    const KeyTexts profile = {{"kmin-kb-100", "1"}, {"kmax-kb-100", "2"}};
    EXPECT_EQ(planned(profile, "lossy:alpha=1").marking.byRate.size(), 1U);
    const FabricChoice fabric = planned(profile, "lossy:pmax=0.5");
    EXPECT_TRUE(fabric.marking.byRate.empty());
    EXPECT_EQ(fabric.origins.of("kmin-kb-100"), Origin::standard);
    EXPECT_EQ(fabric.origins.of("pmax"), Origin::given);
}

}  // namespace
}  // namespace hpnsim
