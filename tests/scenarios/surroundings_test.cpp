// SPDX-License-Identifier: GPL-2.0-only
// Tests what a CC declares, under what its preset brings, under what the user says, with a CC of the test's
// own.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/runs.hpp"
#include "hpnsim/spec.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

constexpr Preset kPreset = Preset{"p", "", ""}
                               .with("transport", "irn:rto-us=99,retry=2")
                               .with("fabric", "lossy:alpha=0.5,kmin-kb=7,kmax-kb=9")
                               .with("receiver", "cnp:interval-us=4");

RunPlan planned(const std::string& transport = "", const std::string& fabric = "",
                const std::string& receiver = "")
{
    Lookup lookup;
    lookup.cc = [](const std::string&) {
        return Info{"law", "", Needs::ecn, {"gbn", "lossless:ecn-step-kb=30", "ecmp", "echo"}};
    };
    lookup.path = [](const std::string& text) { return PathTraits{text, false}; };
    lookup.receiver = [](const std::string& text) {
        return ReceiverTraits{parse_spec("--receiver", text).name, Scope::qp, true};
    };
    lookup.preset = [](const std::string&) { return kPreset; };
    CommonOptions options;
    options.cc = {"law"};
    options.transport = transport;
    options.fabric = fabric;
    options.receiver = receiver;
    return resolve_runs(options, lookup).runs.at(0);
}

TEST(Surroundings, ThePresetIsOverTheLaw)
{
    const RunPlan run = planned();
    EXPECT_EQ(run.transport.name, "irn");
    EXPECT_EQ(run.transport.rto, microseconds(99));
    EXPECT_EQ(run.fabric.name, "lossy");
    EXPECT_EQ(run.fabric.kmin_kb, 7);
    EXPECT_EQ(run.fabric.ecn_step_kb, 0);  // the preset has thresholds of its own
    EXPECT_EQ(run.receiver, "cnp:interval-us=4");
    EXPECT_TRUE(run.transport.given.empty());
    EXPECT_TRUE(run.fabric.given.empty());
}

TEST(Surroundings, TheUserIsOverThePresetKeyByKey)
{
    const RunPlan run = planned("gbn:retry=5", "lossless:reserve-kb=1", "cnp");
    EXPECT_EQ(run.transport.name, "gbn");
    EXPECT_EQ(run.transport.retry, 5);
    EXPECT_EQ(run.transport.rto, microseconds(99));
    EXPECT_EQ(run.transport.given, (std::set<std::string>{"retry"}));
    EXPECT_EQ(run.fabric.name, "lossless");
    EXPECT_EQ(run.fabric.alpha, 0.5);
    EXPECT_EQ(run.fabric.kmax_kb, 9);
    EXPECT_EQ(run.fabric.given, (std::set<std::string>{"reserve-kb"}));
    EXPECT_EQ(run.receiver, "cnp:interval-us=4");
    EXPECT_EQ(run.transport.cnp_interval, microseconds(4));
}

TEST(Surroundings, ThresholdsAreOverruledAsOne)
{
    EXPECT_LT(planned("", "lossy:kmin-kb=3").fabric.kmax_kb, 0);
    EXPECT_LT(planned("", "lossy:pmax=0.5").fabric.kmin_kb, 0);
    EXPECT_LT(planned("", "lossy:kmax-kb-400=3").fabric.kmin_kb, 0);
    EXPECT_LT(planned("", "trimming", "echo").fabric.kmin_kb, 0);
}

TEST(Surroundings, AnotherReceiverTakesNoKeysOfThePresets)
{
    EXPECT_EQ(planned("", "", "echo").receiver, "echo");
    EXPECT_EQ(planned("", "", "cnp:interval-us=8").receiver, "cnp:interval-us=8");
    EXPECT_EQ(planned("gbn:cnp-interval-us=9", "", "cnp").receiver, "cnp");
    EXPECT_EQ(planned("gbn:cnp-interval-us=9").receiver, "cnp");
    EXPECT_EQ(planned("gbn:cnp-interval-us=9").transport.cnp_interval, microseconds(9));
    EXPECT_THROW(planned("gbn:cnp-interval-us=9", "", "cnp:interval-us=8"), BadInput);
}

TEST(Surroundings, AutoIsTakenWhereAKeyHasIt)
{
    EXPECT_LT(parse_fabric("--fabric", "lossy:kmin-kb=auto,pmax=auto,headroom=auto").pmax, 0);
    EXPECT_EQ(parse_fabric("--fabric", "lossy:pmax=0").pmax, 0);
    EXPECT_LT(parse_transport("--transport", "rud:reorder-rtts=auto").reorder, 0);
    EXPECT_THROW(parse_fabric("--fabric", "lossy:alpha=auto"), BadInput);
    EXPECT_THROW(parse_transport("--transport", "gbn:retry=auto"), BadInput);
    EXPECT_THROW(parse_fabric("--fabric", "lossy:kmin-kb=-1"), BadInput);
}

}  // namespace
}  // namespace hpnsim
