// SPDX-License-Identifier: GPL-2.0-only
// Reads the text of a SimAI workload: a policy and keys, a count, and a line a layer.
#include "traces/simai_text.hpp"

#include "hpnsim/names.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/text.hpp"
#include "traces/trace_tasks.hpp"

#include <algorithm>
#include <array>

namespace hpnsim
{

namespace
{

using Words = std::vector<std::string>;

constexpr size_t kMostLayers = 10'000'000;
/// Smaller collectives of the forward pass are made so large, as SimAI does.
constexpr Bytes kLeastForward = 4096;

constexpr const char* kDimensions =
    "its collectives are over dimensions of a logical topology, which the file does not give";
constexpr const char* kDlrm = "its embedding layers overlap with others in a way that is not modelled";

const std::vector<SimaiPolicy>& policies()
{
    static const std::vector<SimaiPolicy> all = [] {
        std::vector<SimaiPolicy> made(11);
        made[0].name = "HYBRID_TRANSFORMER_FWD_IN_BCKWD";
        made[0].recomputes = true;
        made[1].name = "HYBRID_TRANSFORMER";
        made[2].name = "DATA";
        made[2].weights_first = made[2].over_all_ranks = true;
        made[2].layers_communicate = false;
        made[3].name = "MODEL";
        made[3].inputs_block = made[3].gradients_communicate = false;
        made[3].over_all_ranks = true;
        made[4].name = "DISTRIBUTED_INFERENCE";
        made[4].forward_only = made[4].over_all_ranks = true;
        made[5].name = "HYBRID_CUSTOMIZED";
        made[5].a_policy_a_layer = true;
        made[5].inputs_block = false;
        made[6] = {"HYBRID_DATA_MODEL", kDimensions};
        made[7] = {"HYBRID_MODEL_DATA", kDimensions};
        made[8] = {"HYBRID_DLRM", kDlrm};
        made[9] = {"HYBRID_DLRM_ENHANCED", kDlrm};
        made[10] = {"MICRO", "it repeats one collective, which `collective` does"};
        return made;
    }();
    return all;
}

const SimaiPolicy* find_policy(const std::string& name)
{
    for (const SimaiPolicy& policy : policies())
        if (name == policy.name) return &policy;
    return nullptr;
}

/// Returns the policies that can be run.
Words runnable()
{
    Words names;
    for (const SimaiPolicy& policy : policies())
        if (policy.refusal == nullptr) names.emplace_back(policy.name);
    return names;
}

class SimaiReader
{
public:
    explicit SimaiReader(TextLines& lines) : lines_(lines) {}

    SimaiFile read()
    {
        Words words;
        if (!lines_.next(words))
            throw BadInput(lines_.name() + ":1: the file is empty; it should begin with a policy, such as "
                                           "HYBRID_TRANSFORMER_FWD_IN_BCKWD");
        file_.place = lines_.place();
        file_.policy = &policy_of(words[0]);
        for (size_t at = 1; at < words.size();) read_key(words, at);
        const size_t count = read_count();
        while (file_.layers.size() < count && lines_.next(words)) read_layer(words);
        if (file_.layers.size() < count)
            fail("the file ends after " + std::to_string(file_.layers.size()) + " of the " +
                 std::to_string(count) + " layers that its second line announces");
        if (lines_.next(words))
            fail("a line follows the " + std::to_string(count) + " layers that the second line announces");
        mark_checkpoints();
        return std::move(file_);
    }

private:
    [[noreturn]] void fail(const std::string& why) const { throw BadInput(lines_.place() + ": " + why); }

    const SimaiPolicy& policy_of(const std::string& name) const
    {
        const SimaiPolicy* found = find_policy(name);
        if (found == nullptr) fail("there is no policy '" + name + "'" + suggestion(name, runnable()));
        if (found->refusal != nullptr)
            fail("the policy " + name + " cannot be run: " + found->refusal + "; those that can are " +
                 listed_texts(runnable()));
        return *found;
    }

    static std::string without_colon(const std::string& key)
    {
        return key.size() > 1 && key.back() == ':' ? key.substr(0, key.size() - 1) : key;
    }

    int64_t number(const std::string& what, const std::string& word, int64_t least, int64_t most) const
    {
        return parse_count(lines_.place() + ": " + what, word, least, most);
    }

    /// Returns the value after the key at `at`, and moves on behind it.
    int64_t value(const Words& words, size_t& at, int64_t least, int64_t most) const
    {
        const std::string& key = words[at++];
        if (at >= words.size()) fail("'" + key + "' has no value");
        return number(without_colon(key), words[at++], least, most);
    }

    void read_key(const Words& words, size_t& at)
    {
        static const Words keys = {"model_parallel_NPU_group",
                                   "ep",
                                   "pp",
                                   "vpp",
                                   "ga",
                                   "all_gpus",
                                   "pp_comm",
                                   "checkpoints",
                                   "checkpoint_initiates",
                                   "DLRM_LAST_BOTTOM_LAYER"};
        const std::string key = without_colon(words[at]);
        const auto size = [&] { return static_cast<uint32_t>(value(words, at, 1, kMostTraceRanks)); };
        if (key == "model_parallel_NPU_group")
            file_.tensor = size();
        else if (key == "ep")
            file_.expert = size();
        else if (key == "pp")
            file_.pipeline = size();
        else if (key == "all_gpus")
            file_.ranks = size();
        else if (key == "checkpoints" || key == "checkpoint_initiates")
            read_layer_numbers(words, at, key == "checkpoints" ? checkpoints_ : initiates_);
        else if (std::find(keys.begin(), keys.end(), key) == keys.end())
            fail("there is no key '" + key + "'" + suggestion(key, keys));
        else
            value(words, at, 0, kMostTraceBytes);
    }

    void read_layer_numbers(const Words& words, size_t& at, std::vector<size_t>& layers) const
    {
        const std::string& key = words[at];
        int64_t left = value(words, at, 0, kMostLayers);
        for (; left > 0; --left) {
            if (at >= words.size())
                fail("'" + key + "' announces " + std::to_string(left) + " more layers than follow it");
            layers.push_back(static_cast<size_t>(number(key, words[at++], 0, kMostLayers - 1)));
        }
    }

    size_t read_count()
    {
        Words words;
        if (!lines_.next(words))
            fail("the file ends after its first line; the second has the number of layers");
        if (words.size() != 1)
            fail("the second line must be the number of layers alone, and is '" + words[0] + " ...'");
        return static_cast<size_t>(number("number of layers", words[0], 1, kMostLayers));
    }

    void read_layer(const Words& words)
    {
        const bool own_policy = file_.policy->a_policy_a_layer;
        const size_t columns = own_policy ? 13 : 12;
        if (words.size() != columns)
            fail("a layer of the policy " + std::string(file_.policy->name) + " has " +
                 std::to_string(columns) +
                 " columns, name, dependency, three times time, collective and bytes, update time" +
                 (own_policy ? ", policy" : "") + "; this line has " + std::to_string(words.size()));
        SimaiLayer layer;
        layer.name = words[0];
        layer.policy = own_policy ? &layer_policy(words[12]) : file_.policy;
        layer.forward = step("forward", words, 2);
        layer.input_gradient = step("input gradient", words, 5);
        layer.weight_gradient = step("weight gradient", words, 8);
        layer.update_ns = static_cast<uint64_t>(number("update time", words[11], 0, kMostTraceNs));
        Bytes& bytes = layer.forward.bytes;
        if (bytes > 0) bytes = std::max(bytes, kLeastForward);
        file_.layers.push_back(std::move(layer));
    }

    const SimaiPolicy& layer_policy(const std::string& name) const
    {
        const SimaiPolicy& policy = policy_of(name);
        if (policy.a_policy_a_layer) fail("a layer cannot have the policy " + name);
        return policy;
    }

    SimaiStep step(const std::string& what, const Words& words, size_t column) const
    {
        SimaiStep made;
        made.compute_ns = static_cast<uint64_t>(number(what + " time", words[column], 0, kMostTraceNs));
        made.collective = collective_of(words[column + 1], made.groups);
        made.bytes = number(what + " bytes", words[column + 2], 0, kMostTraceBytes);
        return made;
    }

    std::optional<CollectiveKind> collective_of(const std::string& word, SimaiGroups& groups) const
    {
        struct Named {
            const char* name;
            CollectiveKind kind;
        };
        static constexpr std::array<Named, 4> all = {{{"ALLREDUCE", CollectiveKind::all_reduce},
                                                      {"ALLGATHER", CollectiveKind::all_gather},
                                                      {"REDUCESCATTER", CollectiveKind::reduce_scatter},
                                                      {"ALLTOALL", CollectiveKind::all_to_all}}};
        if (word == "NONE") return std::nullopt;
        const std::string base = word.substr(0, word.find('_'));
        const std::string suffix = word.substr(base.size());
        groups = suffix == "_EP"      ? SimaiGroups::expert
                 : suffix == "_DP_EP" ? SimaiGroups::expert_data
                                      : SimaiGroups::usual;
        const bool known_suffix = suffix.empty() || groups != SimaiGroups::usual;
        for (const Named& named : all)
            if (base == named.name && known_suffix) return named.kind;
        fail("there is no collective '" + word +
             "'; there are NONE, ALLREDUCE, ALLGATHER, REDUCESCATTER and ALLTOALL, the last four also with "
             "_EP "
             "or _DP_EP behind");
    }

    void mark_checkpoints()
    {
        if (!file_.policy->recomputes) return;
        const size_t layers = file_.layers.size();
        for (const std::vector<size_t>* marked : {&checkpoints_, &initiates_})
            for (const size_t layer : *marked) {
                if (layer >= layers)
                    throw BadInput(file_.place + ": there is no layer " + std::to_string(layer) +
                                   "; there are " + std::to_string(layers) + ", counted from 0");
                (marked == &checkpoints_ ? file_.layers[layer].checkpoint : file_.layers[layer].initiates) =
                    true;
            }
        const size_t first =
            checkpoints_.empty() ? layers : *std::min_element(checkpoints_.begin(), checkpoints_.end());
        for (const size_t layer : initiates_)
            if (first > layer)
                throw BadInput(
                    file_.place + ": layer " + std::to_string(layer) +
                    " initiates that layers are computed again, and there is no checkpoint before it");
    }

    TextLines& lines_;
    SimaiFile file_;
    std::vector<size_t> checkpoints_, initiates_;
};

}  // namespace

bool is_simai_policy(const std::string& word)
{
    return find_policy(word) != nullptr;
}

SimaiFile read_simai_text(TextLines& lines)
{
    return SimaiReader(lines).read();
}

}  // namespace hpnsim
