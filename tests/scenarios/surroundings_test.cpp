// SPDX-License-Identifier: GPL-2.0-only
// Tests what a CC declares, under what its preset brings, under what the user says, with a CC of the test's
// own.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/runs.hpp"
#include "hpnsim/spec.hpp"
#include "hpnsim/timers.hpp"

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
                const std::string& receiver = "", const std::string& profile = "")
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
    options.profile = profile;
    return resolve_runs(options, lookup).runs.at(0);
}

TEST(Surroundings, ThePresetIsOverTheLaw)
{
    const RunPlan run = planned();
    EXPECT_EQ(run.transport.name, "irn");
    EXPECT_EQ(run.transport.retry.rto, microseconds(99));
    EXPECT_EQ(run.fabric.name, "lossy");
    EXPECT_EQ(run.fabric.marking.kmin, 7000);
    EXPECT_EQ(run.fabric.marking.stepKb, 0);  // the preset has thresholds of its own
    EXPECT_EQ(run.receiver, "cnp:interval-us=4");
    EXPECT_EQ(run.transport.origins.of("rto-us"), Origin::preset);
    EXPECT_EQ(run.fabric.origins.of("alpha"), Origin::preset);
    EXPECT_EQ(run.fabric.origins.of("ecn-step-kb"), Origin::standard);  // the preset's have replaced it
}

TEST(Surroundings, TheUserIsOverThePresetKeyByKey)
{
    const RunPlan run = planned("gbn:retry=5", "lossless:reserve-kb=1", "cnp");
    EXPECT_EQ(run.transport.name, "gbn");
    EXPECT_EQ(run.transport.retry.retries, 5);
    EXPECT_EQ(run.transport.retry.rto, microseconds(99));
    EXPECT_TRUE(run.transport.origins.given("retry"));
    EXPECT_EQ(run.transport.origins.of("rto-us"), Origin::preset);
    EXPECT_EQ(run.fabric.name, "lossless");
    EXPECT_EQ(run.fabric.buffer.alpha, 0.5);
    EXPECT_EQ(run.fabric.marking.kmax, 9000);
    EXPECT_TRUE(run.fabric.origins.given("reserve-kb"));
    EXPECT_FALSE(run.fabric.origins.given("alpha"));
    EXPECT_EQ(run.receiver, "cnp:interval-us=4");
    EXPECT_EQ(run.transport.cnp.interval, microseconds(4));
}

TEST(Surroundings, TheProfileIsOverThePresetAndUnderTheUser)
{
    const ChosenTransport htsim = planned("rud", "", "echo", "htsim").transport;
    EXPECT_EQ(htsim.retry.retries, 1000);
    EXPECT_EQ(htsim.origins.of("retry"), Origin::profile);
    EXPECT_EQ(htsim.acks.delay, Time{});
    const ChosenTransport own = planned("rud:retry=7", "", "echo", "htsim").transport;
    EXPECT_EQ(own.retry.retries, 7);
    EXPECT_TRUE(own.origins.given("retry"));
    EXPECT_EQ(planned("gbn", "", "", "hpcc-sim").transport.retry.ack_timeout, Time::max());
    EXPECT_EQ(planned("gbn:ack-timeout=12", "", "", "hpcc-sim").transport.retry.ack_timeout, ack_timeout(12));
    EXPECT_FALSE(planned("gbn:ack-timeout=auto", "", "", "hpcc-sim").transport.retry.ack_timeout.has_value());
}

TEST(Surroundings, ThresholdsAreOverruledAsOne)
{
    EXPECT_FALSE(planned("", "lossy:kmin-kb=3").fabric.marking.kmax);
    EXPECT_FALSE(planned("", "lossy:pmax=0.5").fabric.marking.kmin);
    EXPECT_FALSE(planned("", "lossy:kmax-kb-400=3").fabric.marking.kmin);
    EXPECT_FALSE(planned("", "trimming", "echo").fabric.marking.kmin);
}

TEST(Surroundings, AnotherReceiverTakesNoKeysOfThePresets)
{
    EXPECT_EQ(planned("", "", "echo").receiver, "echo");
    EXPECT_EQ(planned("", "", "cnp:interval-us=8").receiver, "cnp:interval-us=8");
    EXPECT_EQ(planned("gbn:cnp-interval-us=9", "", "cnp").receiver, "cnp");
    EXPECT_EQ(planned("gbn:cnp-interval-us=9").receiver, "cnp");
    EXPECT_EQ(planned("gbn:cnp-interval-us=9").transport.cnp.interval, microseconds(9));
    EXPECT_THROW(planned("gbn:cnp-interval-us=9", "", "cnp:interval-us=8"), BadInput);
}

TEST(Surroundings, AutoIsTakenWhereAKeyHasIt)
{
    EXPECT_FALSE(parse_fabric("--fabric", "lossy:kmin-kb=auto,pmax=auto,headroom=auto").marking.pmax);
    EXPECT_EQ(parse_fabric("--fabric", "lossy:pmax=0").marking.pmax, 0);
    EXPECT_FALSE(parse_transport("--transport", "rud:reorder-rtts=auto").selective.reorder.has_value());
    EXPECT_THROW(parse_fabric("--fabric", "lossy:alpha=auto"), BadInput);
    EXPECT_THROW(parse_transport("--transport", "gbn:retry=auto"), BadInput);
    EXPECT_THROW(parse_fabric("--fabric", "lossy:kmin-kb=-1"), BadInput);
}

}  // namespace
}  // namespace hpnsim
