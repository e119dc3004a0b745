// SPDX-License-Identifier: GPL-2.0-only
// Tests what presets bring along, from the words of a command line to what NICs and switches are told.
#include "run_helper.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/registry.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;

namespace
{

std::vector<std::string> incast(const std::string& cc)
{
    return {"incast", "--topology", "star", "--senders", "2", "--cc", cc};
}

RunPlan planned(const std::string& cc, const std::vector<std::string>& more = {})
{
    std::vector<std::string> words = incast(cc);
    words.insert(words.end(), more.begin(), more.end());
    return first_run(*scenario_of(words));
}

double interval_us(const RunPlan& run)
{
    const ChosenParts parts = choose_parts(run);
    const double receiver = parts.receiver.ops->slot.params.data[0].get(parts.receiver.params.get());
    EXPECT_DOUBLE_EQ(run.transport.cnp.interval.us(), receiver) << run.cc;  // what is reported is in force
    return receiver;
}

}  // namespace

/// Names and keys that a preset brings exist, and a network can be built of them.
TEST(PresetSurroundings, EveryPresetOfEveryLawBuilds)
{
    for (const CcOps* cc : all_cc())
        for (const Preset& preset : cc->slot.presets) {
            const std::string text = std::string(cc->slot.info->name) + ":preset=" + preset.name;
            const std::unique_ptr<Scenario> scenario = scenario_of(incast(text));
            const RunPlan run = first_run(*scenario);
            EXPECT_NO_THROW(RoceNetwork(
                scenario->plan, network_config(scenario->options, run, choose_parts(run), scenario->plan, 1)))
                << text;
            const auto named = [](const std::string& spec) { return spec.substr(0, spec.find(':')); };
            const auto expect = [&](const char* brought, const std::string& found) {
                if (*brought != '\0') {
                    EXPECT_EQ(named(brought), named(found)) << text;
                }
            };
            expect(preset.fabric, run.fabric.name);
            expect(preset.transport, run.transport.name);
            expect(preset.receiver, run.receiver);
            for (const std::string& key : run.transport.keys().names())
                EXPECT_FALSE(run.transport.origins.given(key)) << text << " " << key;
            for (const std::string& key : run.fabric.keys().names())
                EXPECT_FALSE(run.fabric.origins.given(key)) << text << " " << key;
        }
}

TEST(PresetSurroundings, CnpIntervalIsThePresetsUnlessTheUserSaysOne)
{
    EXPECT_EQ(interval_us(planned("dcqcn")), 50);
    EXPECT_EQ(interval_us(planned("dcqcn:preset=paper")), 50);
    EXPECT_EQ(interval_us(planned("dcqcn:preset=vendor")), 4);
    EXPECT_EQ(interval_us(planned("dcqcn:preset=hpcc-sim")), 0);
    EXPECT_EQ(interval_us(planned("dcqcn:preset=vendor", {"--receiver", "cnp"})), 4);
    EXPECT_EQ(interval_us(planned("dcqcn:preset=vendor", {"--receiver", "cnp:interval-us=7.5"})), 7.5);
    EXPECT_EQ(interval_us(planned("dcqcn:preset=vendor", {"--transport", "gbn:cnp-interval-us=50"})), 50);
    EXPECT_EQ(interval_us(planned("dcqcn:preset=vendor", {"--transport", "gbn:retry=3"})), 4);
    EXPECT_THROW(
        planned("dcqcn", {"--receiver", "cnp:interval-us=4", "--transport", "gbn:cnp-interval-us=50"}),
        BadInput);
}

TEST(PresetSurroundings, FabricKeysOverruleOneByOne)
{
    EXPECT_EQ(planned("hpcc-pint:preset=hpcc-sim").fabric.feedback.digestBase, 1.01);
    EXPECT_EQ(
        planned("hpcc-pint:preset=hpcc-sim", {"--fabric", "lossless:alpha=0.5"}).fabric.feedback.digestBase,
        1.01);
    EXPECT_EQ(planned("hpcc-pint:preset=hpcc-sim", {"--fabric", "lossy:digest-base=1.02"})
                  .fabric.feedback.digestBase,
              1.02);
    EXPECT_EQ(planned("nscc:preset=no-trimming").fabric.name, "lossy");
    EXPECT_EQ(planned("nscc:preset=no-trimming", {"--fabric", "lossless"}).fabric.name, "lossless");
    EXPECT_EQ(planned("dctcp:preset=hpcc-sim").fabric.marking.stepKb, 30);
    EXPECT_EQ(planned("dctcp:preset=hpcc-sim", {"--fabric", "lossless:ecn-step-kb=0"}).fabric.marking.stepKb,
              0);
    EXPECT_EQ(planned("dctcp:preset=htsim").transport.name, "rud");
    EXPECT_EQ(planned("dctcp:preset=htsim", {"--transport", "gbn", "--fabric", "lossless"}).transport.name,
              "gbn");
}

/// Under a peer's profile switches are the peer's; a preset's keys hold.
TEST(PresetSurroundings, ProfilesKeepTheirFabric)
{
    const RunPlan run = planned("hpcc-pint:preset=hpcc-sim", {"--profile", "htsim"});
    EXPECT_EQ(run.fabric.name, "trimming");
    EXPECT_EQ(run.fabric.feedback.digestBase, 1.01);
    EXPECT_EQ(planned("dcqcn:preset=hpcc-sim", {"--profile", "hpcc-sim"}).receiver, "echo");
}

/// Zero is a wish where zero means something; "auto", or nothing, leaves the choice to hpnsim.
TEST(Automatic, ZeroIsNotAutomatic)
{
    const auto config = [](const std::string& cc, const std::vector<std::string>& more) {
        std::vector<std::string> words = incast(cc);
        words.insert(words.end(), more.begin(), more.end());
        const std::unique_ptr<Scenario> scenario = scenario_of(words);
        const RunPlan run = first_run(*scenario);
        return network_config(scenario->options, run, choose_parts(run), scenario->plan, 1);
    };
    const auto curve = [&](const std::string& fabric) {
        return config("dcqcn", {"--fabric", fabric}).fabric.red(gbps(400));
    };
    EXPECT_EQ(curve("lossless:pmax=0").pmax, 0);
    EXPECT_EQ(curve("lossless:pmax-400=0").pmax, 0);
    EXPECT_EQ(curve("lossless:pmax=auto").pmax, 0.2);
    EXPECT_EQ(curve("lossless:kmin-kb=0").kmin, 0);
    EXPECT_EQ(curve("lossless:kmin-kb=0").kmax, 3'200'000);
    EXPECT_EQ(curve("lossless:kmin-kb=0,kmax-kb=0").kmax, 0);
    EXPECT_EQ(curve("lossless:kmin-kb=auto").kmin, 800'000);
    EXPECT_EQ(config("nscc", {"--fabric", "trimming:pmax=0"}).fabric.red(gbps(400)).pmax, 0);
    EXPECT_EQ(config("nscc", {"--path", "ecmp"}).nic.selective.reorder, 0.5);
    EXPECT_EQ(
        config("nscc", {"--path", "ecmp", "--transport", "rud:reorder-rtts=auto"}).nic.selective.reorder,
        0.5);
    EXPECT_EQ(config("nscc", {"--path", "ecmp", "--transport", "rud:reorder-rtts=0"}).nic.selective.reorder,
              0);
    EXPECT_EQ(config("dcqcn", {"--switch-lb", "flowlet:gap-us=0"}).fabric.lb.flowlet.gap->ps, 0);
    EXPECT_GT(config("dcqcn", {"--switch-lb", "flowlet"}).fabric.lb.flowlet.gap->ps, 0);
    EXPECT_GT(config("dcqcn", {"--switch-lb", "flowlet:gap-us=auto"}).fabric.lb.flowlet.gap->ps, 0);
}

/// The parts that the keys are read into are those that the NIC has.
TEST(TransportKeys, AreTheNics)
{
    const std::string text =
        "irn:ack-timeout=14,retry=5,adaptive=1,rto-us=65,rto-low-us=30,rto-low-packets=5,rnr-timer=3,"
        "rnr-retry=2,cnp-interval-us=4,cnp-delay-us=55,ack-every=4,sack-bytes=8192,ack-delay-us=2,"
        "reorder-rtts=0.7,window-packets=256,sleek=1,max-rd-atomic=128";
    std::vector<std::string> words = incast("hpcc");
    words.insert(words.end(), {"--fabric", "lossy", "--transport", text});
    const std::unique_ptr<Scenario> scenario = scenario_of(words);
    const RunPlan run = first_run(*scenario);
    const NicConfig nic = network_config(scenario->options, run, choose_parts(run), scenario->plan, 1).nic;
    EXPECT_EQ(nic.reliability, Reliability::irn);
    std::string held;
    for (const auto& [key, value] : nic.keys().written())
        held += (held.empty() ? "irn:" : ",") + key + "=" + value;
    EXPECT_EQ(held, text);
}

TEST(Automatic, KeysOfRatesThatNoLinkHasAreRefused)
{
    const auto refusal = [](const std::string& fabric) -> std::string {
        const std::unique_ptr<Scenario> scenario = scenario_of(
            {"incast", "--topology", "hpn:segments=1,hosts=4", "--senders", "2", "--fabric", fabric});
        const RunPlan run = first_run(*scenario);
        try {
            network_config(scenario->options, run, choose_parts(run), scenario->plan, 1);
        } catch (const BadInput& error) {
            return error.what();
        }
        return "";
    };
    const std::string rest = " has no effect on 'hpn:segments=1,hosts=4', whose links have 200 and 400 Gb/s";
    EXPECT_EQ(refusal("lossless:kmin-kb-100=400"), "--fabric: kmin-kb-100" + rest);
    EXPECT_EQ(refusal("lossless:kmin-kb-200=300,pmax-800=0"), "--fabric: pmax-800" + rest);
    EXPECT_EQ(refusal("lossless:kmin-kb-200=300,kmax-kb-400=3200"), "");
}
