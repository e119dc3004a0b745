// SPDX-License-Identifier: GPL-2.0-only
// Tests where ranks are, which groups they form, and the sentences about layouts that cannot be.
#include "training_rig.hpp"

namespace hpnsim
{
namespace
{

using Groups = std::vector<std::vector<uint32_t>>;

TrainingLayout eight_ranks(const std::string& placement)
{
    TrainingLayout layout = small_layout();
    layout.tensor = layout.pipeline = layout.data = 2;
    layout.placement = placement;
    return layout;
}

Groups groups_of(const TrainingPlan& plan, const std::string& name)
{
    for (uint16_t i = 0; i < plan.program.groups.families(); ++i)
        if (plan.program.groups.family(i).name == name) return plan.program.groups.family(i).groups;
    return {};
}

TEST(TrainingPlaces, FollowTheOrderOfTheDimensions)
{
    const TrainingPlan near = checked_plan(eight_ranks("tp-cp-ep-dp-pp"));
    EXPECT_EQ(groups_of(near, "tp"), (Groups{{0, 1}, {2, 3}, {4, 5}, {6, 7}}));
    EXPECT_EQ(groups_of(near, "dp"), (Groups{{0, 2}, {1, 3}, {4, 6}, {5, 7}}));
    EXPECT_EQ(groups_of(near, "pp"), (Groups{{0, 4}, {1, 5}, {2, 6}, {3, 7}}));
    EXPECT_EQ(near.program.graph_of, (std::vector<uint32_t>{0, 0, 0, 0, 1, 1, 1, 1}));
    const TrainingPlan far = checked_plan(eight_ranks("pp-dp-cp-ep-tp"));
    EXPECT_EQ(groups_of(far, "tp"), (Groups{{0, 4}, {1, 5}, {2, 6}, {3, 7}}));
    EXPECT_EQ(groups_of(far, "dp"), (Groups{{0, 2}, {1, 3}, {4, 6}, {5, 7}}));
    EXPECT_EQ(groups_of(far, "pp"), (Groups{{0, 1}, {2, 3}, {4, 5}, {6, 7}}));
    EXPECT_EQ(far.program.graph_of, (std::vector<uint32_t>{0, 1, 0, 1, 0, 1, 0, 1}));
}

TEST(TrainingPlaces, ExpertsArePartsOfTheReplicas)
{
    TrainingLayout layout = small_layout();
    layout.model.experts = 4;
    layout.model.top_k = 1;
    layout.model.expert_ffn = 16;
    layout.data = 4;
    layout.expert = 2;
    layout.context = 2;
    const TrainingPlan plan = checked_plan(layout);
    EXPECT_EQ(plan.program.ranks, 8U);
    EXPECT_EQ(groups_of(plan, "cp"), (Groups{{0, 1}, {2, 3}, {4, 5}, {6, 7}}));
    EXPECT_EQ(groups_of(plan, "ep"), (Groups{{0, 2}, {1, 3}, {4, 6}, {5, 7}}));
    EXPECT_EQ(groups_of(plan, "dp"), (Groups{{0, 1, 2, 3, 4, 5, 6, 7}}));
    EXPECT_EQ(groups_of(plan, "dp_ep"), (Groups{{0, 1, 4, 5}, {2, 3, 6, 7}}));
}

TEST(TrainingLayout, SentencesNameTheNearest)
{
    const auto changed = [](auto change) {
        TrainingLayout layout = small_layout();
        change(layout);
        return sentence_about(layout);
    };
    using L = TrainingLayout;
    EXPECT_EQ(changed([](L& l) { l.tensor = 3; }),
              "tp: 3 does not divide 8 attention heads; the nearest are 2 and 4");
    EXPECT_EQ(changed([](L& l) { l.context = 64; }),
              "cp: 64 does not divide 32 tokens of a sequence; the nearest is 32");
    EXPECT_EQ(changed([](L& l) { l.context = 16, l.tensor = 4; }),
              "tp: 4 does not divide 2 tokens of a rank's sequence; the nearest is 2");
    EXPECT_EQ(changed([](L& l) { l.pipeline = 5; }),
              "pp: 5 parts need a layer each, and the model has 4; the nearest is 4");
    EXPECT_EQ(changed([](L& l) { l.pipeline = 2, l.chunks = 3; }),
              "virtual: 6 parts need a layer each, and the model has 4; the nearest is 2");
    EXPECT_EQ(changed([](L& l) { l.chunks = 2; }),
              "virtual: one pipeline stage has nothing to interleave; use 1, or more stages");
    EXPECT_EQ(changed([](L& l) { l.pipeline = 2, l.chunks = 2, l.micro_batches = 5; }),
              "micro-batches: interleaved stages take them in groups of 2; the nearest of 5 is 6 or 4");
    EXPECT_EQ(changed([](L& l) { l.expert = 2, l.data = 2; }),
              "ep: the model has no experts; the nearest is 1");
    EXPECT_EQ(changed([](L& l) { l.data = 1 << 20, l.pipeline = 2; }),
              "dp: 2097152 ranks are more than 1048576");
    EXPECT_EQ(changed([](L& l) { l.pipeline = 4, l.iterations = 1'000'000; }),
              "micro-batches: the stages would have more than 4194304 tasks; use fewer of them, fewer "
              "iterations or fewer layers");
    for (const char* order : {"tp-pp", "tp-cp-ep-dp-pp-tp", "tp-cp-ep-dp-dp", "tp-cp-ep-dp-pp-", "", "a-b"})
        EXPECT_EQ(changed([order](L& l) { l.placement = order; }),
                  "placement: '" + std::string(order) +
                      "' is no order of tp, cp, ep, dp and pp, each once; the usual one is tp-cp-ep-dp-pp");
}

TEST(TrainingLayout, SentencesAboutExperts)
{
    TrainingLayout layout = small_layout();
    layout.model.experts = 6;
    layout.model.top_k = 2;
    layout.model.expert_ffn = 16;
    layout.data = 12;
    layout.expert = 5;
    EXPECT_EQ(sentence_about(layout), "ep: 5 does not divide 12 data-parallel ranks (dp), of which the "
                                      "expert groups are parts; the nearest are 4 and 6");
    layout.expert = 4;
    EXPECT_EQ(sentence_about(layout), "ep: 4 does not divide 6 experts; the nearest are 3 and 6");
    layout.expert = 3;
    EXPECT_EQ(sentence_about(layout), "");
    layout.tensor = 2;
    layout.sequence_parallel = false;
    EXPECT_EQ(sentence_about(layout), "sequence-parallel: 0 does not go with experts and tensor parallelism, "
                                      "as in Megatron-LM; use 1, or tp 1");
}

TEST(TrainingLayout, DividesLayersUnevenlyWhereItMust)
{
    TrainingLayout layout = small_layout();
    layout.model.layers = 61;
    layout.pipeline = 16;
    uint32_t next = 0;
    for (uint32_t stage = 0; stage < 16; ++stage) {
        const auto [first, end] = layout.layers_of(stage, 0);
        EXPECT_EQ(first, next);
        EXPECT_TRUE(end - first == 3 || end - first == 4) << stage;
        next = end;
    }
    EXPECT_EQ(next, 61U);
}

}  // namespace
}  // namespace hpnsim
