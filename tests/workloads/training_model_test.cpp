// SPDX-License-Identifier: GPL-2.0-only
// Checks parameters and operations of models against published counts and formulas.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/training_model.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

TrainingModel model_of(const std::string& text)
{
    return parse_training_model("--model", text);
}

TEST(TrainingModel, HasAsManyParametersAsPublished)
{
    // Llama's own counts (6,738,415,616, 13,015,864,320, 405,853,388,800) without their norms, 2 h of a layer
    // and h at the end.
    EXPECT_EQ(model_of("llama-7b").parameters(), 6'738'415'616 - 65 * 4096);
    EXPECT_EQ(model_of("llama-13b").parameters(), 13'015'864'320 - 81 * 5120);
    EXPECT_EQ(model_of("llama3-405b").parameters(), 405'853'388'800 - 253 * 16'384);
    // Narayanan et al.: 12 l h^2 (1 + 13 / 12 h + (V + s) / 12 l h), here without biases and positions.
    EXPECT_EQ(model_of("gpt3-175b").parameters(), 12.0 * 96 * 12'288 * 12'288 + 51'200.0 * 12'288);
    EXPECT_NEAR(model_of("deepseek-v3").parameters(), 671.03e9, 0.02e9);
}

TEST(TrainingModel, OfExpertsHasThemInItsLaterLayersAlone)
{
    const TrainingModel model = model_of("deepseek-v3");
    EXPECT_EQ(model.expert_parameters(2), 0);
    EXPECT_EQ(model.expert_parameters(3), 256.0 * 3 * 7168 * 2048);
    EXPECT_EQ(model.mlp_parameters(2), 3.0 * 7168 * 18'432);
    EXPECT_EQ(model.mlp_parameters(3), 3.0 * 7168 * 2048 + 7168 * 256);
    EXPECT_EQ(model.expert_flops(3), 2.0 * 8 * 3 * 7168 * 2048);
    // Latent attention: 187.1 M parameters a layer.
    EXPECT_EQ(model.attention_parameters(),
              7168.0 * 1536 + 1536 * 128 * 192 + 7168 * 576 + 512 * 128 * 256 + 128.0 * 128 * 7168);
    // 36.6e9 parameters meet a token, the embedding not counted (37e9 with it, as published).
    double active = model.embedding_parameters();
    for (uint32_t layer = 0; layer < model.layers; ++layer)
        active += model.attention_parameters() + model.mlp_parameters(layer) + model.expert_flops(layer) / 2;
    EXPECT_NEAR(active, 36.6e9, 0.1e9);
}

TEST(TrainingModel, NeedsTheOperationsOfNarayanansFormula)
{
    // Without recomputation: 72 B s l h^2 (1 + s / 6 h + V / 12 l h), B = 1536, V = 51,200.
    const double b = 1536, s = 2048, l = 96, h = 12'288, v = 51'200;
    const double flops = 72 * b * s * l * h * h * (1 + s / (6 * h) + v / (12 * l * h));
    EXPECT_NEAR(model_of("gpt3-175b").training_flops(b * s), flops, flops * 1e-12);
    EXPECT_NEAR(flops, 3.39e18, 0.01e18);
}

TEST(TrainingModel, KeysChangeAPreset)
{
    const TrainingModel model = model_of("gpt3-175b:layers=8,vocabulary=1000");
    EXPECT_EQ(model.layers, 8U);
    EXPECT_EQ(model.vocabulary, 1000U);
    EXPECT_EQ(model.hidden, 12'288U);
}

TEST(TrainingModel, SentencesNameTheNearest)
{
    const auto sentence = [](const std::string& text) -> std::string {
        try {
            model_of(text);
        } catch (const BadInput& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(sentence("gpt-175b"), "--model: no model 'gpt-175b'; the nearest is 'gpt3-175b'");
    EXPECT_EQ(sentence("llama-7b:layer=3"), "--model: no key 'layer'; the nearest is 'layers'");
    EXPECT_EQ(sentence("deepseek-v3:experts=4"), "--model: top-k=8 of 4 experts; a token has 1 to 4");
    EXPECT_EQ(sentence("llama-7b:experts=8,top-k=2"),
              "--model: experts need expert-ffn=, the width inside one");
}

}  // namespace
}  // namespace hpnsim
