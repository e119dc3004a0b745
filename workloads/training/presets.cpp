// SPDX-License-Identifier: GPL-2.0-only
// Holds the models that have names, and reads NAME[:key=value,...].
#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/spec.hpp"
#include "hpnsim/training_model.hpp"

namespace hpnsim
{

namespace
{

TrainingModel gpt3()
{
    TrainingModel model;
    model.layers = 96;
    model.hidden = 12'288;
    model.heads = model.kv_heads = 96;
    model.head_size = 128;
    model.ffn = 4 * 12'288;
    model.gated = false;
    model.vocabulary = 51'200;
    model.tied = true;
    model.sequence = 2048;
    return model;
}

TrainingModel llama(uint32_t layers, uint32_t heads, uint32_t ffn)
{
    TrainingModel model;
    model.layers = layers;
    model.hidden = 128 * heads;
    model.heads = model.kv_heads = heads;
    model.head_size = 128;
    model.ffn = ffn;
    model.vocabulary = 32'000;
    model.sequence = 2048;
    return model;
}

TrainingModel llama3()
{
    TrainingModel model = llama(126, 128, 53'248);
    model.kv_heads = 8;
    model.vocabulary = 128'256;
    model.sequence = 8192;
    return model;
}

TrainingModel deepseek()
{
    TrainingModel model = llama(61, 128, 18'432);
    model.hidden = 7168;
    model.vocabulary = 129'280;
    model.sequence = 4096;
    model.query_rank = 1536;
    model.kv_rank = 512;
    model.rope = 64;
    model.experts = 256;
    model.top_k = 8;
    model.expert_ffn = 2048;
    model.shared_experts = 1;
    model.dense_layers = 3;
    return model;
}

void check(const std::string& what, const TrainingModel& model)
{
    if (model.experts == 0) return;
    if (model.top_k == 0 || model.top_k > model.experts)
        throw BadInput(what + ": top-k=" + std::to_string(model.top_k) + " of " +
                       std::to_string(model.experts) + " experts; a token has 1 to " +
                       std::to_string(model.experts));
    if (model.expert_ffn == 0) throw BadInput(what + ": experts need expert-ffn=, the width inside one");
}

}  // namespace

const std::vector<TrainingPreset>& training_presets()
{
    static const std::vector<TrainingPreset> list = {
        {"gpt3-175b", "Brown et al. 2020, table 2.1; vocabulary of Narayanan et al., SC'21", gpt3()},
        {"llama-7b", "Touvron et al. 2023, table 2", llama(32, 32, 11'008)},
        {"llama-13b", "Touvron et al. 2023, table 2", llama(40, 40, 13'824)},
        {"llama3-405b", "Llama team 2024, table 3", llama3()},
        {"deepseek-v3", "DeepSeek-AI 2024, section 4.2, without multi-token prediction", deepseek()},
    };
    return list;
}

TrainingModel parse_training_model(const std::string& what, const std::string& text)
{
    const Spec spec = parse_spec(what, text);
    std::vector<std::string> names;
    for (const TrainingPreset& each : training_presets()) {
        names.emplace_back(each.name);
        if (spec.name != each.name) continue;
        TrainingModel model = each.model;
        for (const auto& [key, value] : spec.keys) Keys().add(model).set(what, key, value);
        check(what, model);
        return model;
    }
    throw BadInput(what + ": no model '" + spec.name + "'; the nearest is '" + nearest(spec.name, names) +
                   "'");
}

}  // namespace hpnsim
