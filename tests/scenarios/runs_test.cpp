// SPDX-License-Identifier: GPL-2.0-only
// Tests which runs come of which options, with algorithms of the test's own.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/runs.hpp"
#include "hpnsim/spec.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

Info cc_named(const std::string& text)
{
    const std::string name = parse_spec("--cc", text).name;
    if (name == "dcqcn") return {"dcqcn", "", Needs::cnp, {"gbn", "lossless", "ecmp", "cnp"}};
    if (name == "hpcc") return {"hpcc", "", Needs::telemetry, {"gbn", "lossless", "ecmp", "echo"}};
    if (name == "nscc")
        return {"nscc",
                "",
                Needs::ecn | Needs::rtt | Needs::trimming | Needs::accepts_credits,
                {"rud", "trimming", "spray", "echo"}};
    if (name == "dctcp") return {"dctcp", "", Needs::ecn, {"gbn", "lossless:ecn-step-kb=30", "ecmp", "echo"}};
    if (name == "rccc") return {"rccc", "", Needs::credits, {"rud", "trimming", "spray", "credit"}};
    throw BadInput("--cc: no '" + name + "'");
}

Lookup lookup()
{
    return {cc_named,
            [](const std::string& text) {
                const std::string name = parse_spec("--path", text).name;
                return PathTraits{name, name == "spray"};
            },
            [](const std::string& text) {
                return ReceiverTraits{text, text == "credit" ? Scope::port : Scope::qp, text == "cnp"};
            }};
}

CommonOptions options_of(std::vector<std::string> cc, std::vector<std::string> path = {})
{
    CommonOptions options;
    options.cc = std::move(cc);
    options.path = std::move(path);
    return options;
}

TEST(ResolveRuns, FillsInWhatTheCcDeclares)
{
    const RunList list = resolve_runs(options_of({"dcqcn:g=0.1", "nscc"}), lookup());
    ASSERT_EQ(list.runs.size(), 2U);
    EXPECT_EQ(list.runs[0].path, "ecmp");
    EXPECT_EQ(list.runs[0].receiver, "cnp");
    EXPECT_EQ(list.runs[0].transport.name, "gbn");
    EXPECT_EQ(list.runs[0].label, "dcqcn_g=0.1");
    EXPECT_EQ(list.runs[1].transport.name, "rud");
    EXPECT_EQ(list.runs[1].fabric.name, "trimming");
    EXPECT_EQ(list.runs[1].path, "spray");
    EXPECT_EQ(list.runs[1].label, "nscc");
}

TEST(ResolveRuns, TheHtsimProfileHasOneTransportAndFabric)
{
    CommonOptions options = options_of({"hpcc"});
    options.profile = "htsim";
    const RunPlan run = resolve_runs(options, lookup()).runs.at(0);
    EXPECT_EQ(run.transport.name, "rud");
    EXPECT_EQ(run.fabric.name, "trimming");
    EXPECT_EQ(run.path, "mixed:preset=htsim");
    EXPECT_EQ(run.receiver, "echo");
    options.fabric = "lossless";
    EXPECT_THROW(resolve_runs(options, lookup()), BadInput);
    options.fabric = "lossy";
    EXPECT_EQ(resolve_runs(options, lookup()).runs.at(0).fabric.name, "lossy");
    options.transport = "irn";
    EXPECT_THROW(resolve_runs(options, lookup()), BadInput);
}

TEST(ResolveRuns, RunsTheProductAndRefusesWhatCannotWork)
{
    const RunList list = resolve_runs(options_of({"dcqcn", "hpcc", "nscc"}, {"ecmp", "spray"}), lookup());
    std::vector<std::string> labels;
    for (const RunPlan& run : list.runs) labels.push_back(run.label);
    EXPECT_EQ(labels, (std::vector<std::string>{"dcqcn+ecmp", "hpcc+ecmp", "nscc+ecmp", "nscc+spray"}));
    ASSERT_EQ(list.refused.size(), 2U);
    EXPECT_EQ(list.refused[0].cc, "dcqcn");
    EXPECT_EQ(list.refused[1].cc, "hpcc");
    EXPECT_EQ(list.refused[1].path, "spray");
    EXPECT_EQ(
        list.refused[1].reason,
        "hpcc with --path spray cannot run: it reorders packets, which the transport gbn treats as loss; use "
        "--transport rud or --path ecmp");
}

TEST(ResolveRuns, TheUserOverrules)
{
    CommonOptions options = options_of({"hpcc", "nscc"}, {"spray"});
    options.transport = "rud:sack-bytes=8192";
    options.fabric = "lossy";
    const RunList list = resolve_runs(options, lookup());
    ASSERT_EQ(list.runs.size(), 2U);
    EXPECT_EQ(list.runs[0].transport.acks.bytes, 8192);
    EXPECT_EQ(list.runs[1].fabric.name, "lossy");
    EXPECT_EQ(list.runs[0].label, "hpcc");
}

TEST(ResolveRuns, TheCcsMarkingThresholdHoldsOnOtherFabricsToo)
{
    const auto step = [](const std::string& fabric) {
        CommonOptions options = options_of({"dctcp"});
        options.fabric = fabric;
        return resolve_runs(options, lookup()).runs[0].fabric.marking.stepKb;
    };
    EXPECT_EQ(step(""), 30);
    EXPECT_EQ(step("lossy"), 30);
    EXPECT_EQ(step("lossless:alpha=0.5"), 30);
    EXPECT_EQ(step("lossy:ecn-step-kb=7"), 7);
    EXPECT_EQ(step("lossy:kmin-kb=10,kmax-kb=20"), 0);  // thresholds of the user's own
    EXPECT_EQ(step("lossy:kmin-kb-400=10"), 0);
}

TEST(ResolveRuns, NothingLeftIsBadInput)
{
    try {
        resolve_runs(options_of({"dcqcn", "hpcc"}, {"spray"}), lookup());
        FAIL();
    } catch (const BadInput& error) {
        EXPECT_EQ(std::string(error.what()).find("dcqcn with --path spray cannot run"), 0U);
        EXPECT_NE(std::string(error.what()).find("(and one more pair cannot run either)"), std::string::npos);
    }
}

TEST(ResolveRuns, AdaptiveSwitchesReorder)
{
    CommonOptions options = options_of({"dcqcn", "nscc"});
    options.switch_lb = "adaptive:levels=4";
    const RunList list = resolve_runs(options, lookup());
    ASSERT_EQ(list.runs.size(), 1U);
    EXPECT_EQ(list.runs[0].cc, "nscc");
    EXPECT_EQ(list.runs[0].switch_lb.adaptive.levels, 4);
    EXPECT_EQ(
        list.refused.at(0).reason,
        "dcqcn with --switch-lb adaptive cannot run: it reorders packets, which the transport gbn treats as "
        "loss; use --transport rud or --switch-lb flowlet");
    options.transport = "irn";
    EXPECT_THROW(resolve_runs(options, lookup()), BadInput);
    options.transport = "";
    options.switch_lb = "flowlet";
    EXPECT_EQ(resolve_runs(options, lookup()).runs.size(), 2U);
}

TEST(ResolveRuns, LabelsAreUniqueAndSafeFolderNames)
{
    const RunList list =
        resolve_runs(options_of({"dcqcn", "dcqcn", "dcqcn:a=1,b=2", "dcqcn:a=1_b=2"}), lookup());
    EXPECT_EQ(list.runs[1].label, "dcqcn-2");
    EXPECT_EQ(list.runs[2].label, "dcqcn_a=1_b=2");
    EXPECT_EQ(list.runs[3].label, "dcqcn_a=1_b=2-2");
    EXPECT_EQ(label_of("../x/y"), "_.._x_y");
}

/// A file name has at most 255 bytes. Texts that differ only beyond the cut get different names.
TEST(ResolveRuns, LongLabelsAreCutAndStayApart)
{
    const std::string long_text = "dcqcn:" + std::string(400, 'a');
    EXPECT_EQ(label_of(long_text + "=1").size(), 120U);
    EXPECT_EQ(label_of(long_text + "=1").substr(0, 8), "dcqcn_aa");
    EXPECT_NE(label_of(long_text + "=1"), label_of(long_text + "=2"));
    EXPECT_EQ(label_of(std::string(120, 'b')), std::string(120, 'b'));
}

TEST(CheckPair, KnowsWhatCannotWork)
{
    const PathTraits ecmp{"ecmp", false}, spray{"spray", true};
    const ReceiverTraits echo{"echo", Scope::qp}, cnp{"cnp", Scope::qp, true}, credit{"credit", Scope::port};
    const struct {
        const char* cc;
        PathTraits path;
        const char *transport, *fabric;
        ReceiverTraits receiver;
        bool works;
    } table[] = {
        {"dcqcn", ecmp, "gbn", "lossless", cnp, true},     {"dcqcn", ecmp, "gbn", "lossy", cnp, true},
        {"dcqcn", spray, "gbn", "lossless", cnp, false},   {"dcqcn", spray, "rud", "lossless", cnp, true},
        {"dcqcn", ecmp, "gbn", "trimming", cnp, false},    {"dcqcn", ecmp, "gbn", "lossless", echo, false},
        {"dcqcn", ecmp, "gbn", "lossless", credit, false}, {"hpcc", ecmp, "gbn", "lossless", echo, true},
        {"nscc", spray, "rud", "trimming", echo, true},    {"nscc", spray, "rud", "lossless", echo, true},
        {"nscc", ecmp, "gbn", "lossless", echo, true},     {"nscc", spray, "gbn", "lossless", echo, false},
        {"rccc", spray, "rud", "trimming", credit, true},  {"rccc", spray, "rud", "trimming", echo, false},
        {"nscc", spray, "rud", "trimming", credit, true},  {"nscc", ecmp, "gbn", "lossless", credit, false},
    };
    for (const auto& row : table)
        EXPECT_EQ(check_pair(cc_named(row.cc), row.path, row.transport, row.fabric, row.receiver).empty(),
                  row.works)
            << row.cc << " " << row.path.name << " " << row.transport << " " << row.fabric << " "
            << row.receiver.name;
}

}  // namespace
}  // namespace hpnsim
