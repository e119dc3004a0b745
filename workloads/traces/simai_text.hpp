// SPDX-License-Identifier: GPL-2.0-only
// Declares what a workload file of SimAI says, before it becomes tasks: a policy with sizes of groups, and
// layers with what each computes and communicates.
#pragma once

#include "hpnsim/task_graph.hpp"
#include "hpnsim/text_input.hpp"

#include <optional>
#include <string>
#include <vector>

namespace hpnsim
{

/// How a policy of the first line is run.
struct SimaiPolicy {
    const char* name;
    const char* refusal = nullptr;  ///< why it cannot be run
    bool forward_only = false;
    bool weights_first = false;         ///< the gradients of the weights come before those of the input
    bool inputs_block = true;           ///< the collective after the gradients of the input is waited for
    bool recomputes = false;            ///< repeats forward layers from checkpoints
    bool a_policy_a_layer = false;      ///< a 13th column has one for each
    bool layers_communicate = true;     ///< columns 4 and 7
    bool gradients_communicate = true;  ///< column 10
    bool over_all_ranks = false;        ///< words without a suffix mean all ranks
};

/// Which groups a collective is of, as the suffix of its word says. `usual` depends on the column.
enum class SimaiGroups : uint8_t { usual, expert, expert_data };

struct SimaiStep {
    uint64_t compute_ns = 0;
    std::optional<CollectiveKind> collective;  ///< none: NONE
    SimaiGroups groups = SimaiGroups::usual;
    Bytes bytes = 0;
};

struct SimaiLayer {
    std::string name;
    SimaiStep forward, input_gradient, weight_gradient;
    uint64_t update_ns = 0;
    const SimaiPolicy* policy = nullptr;
    bool checkpoint = false;  ///< its input is kept, so that later layers can be computed again from here
    bool initiates = false;  ///< before its backward pass, the layers since the checkpoint are computed again
};

struct SimaiFile {
    const SimaiPolicy* policy = nullptr;
    std::string place;  ///< of the first line
    std::optional<uint32_t> ranks, tensor, pipeline, expert;
    std::vector<SimaiLayer> layers;
};

/// True for the policies that a first line can begin with, those that cannot be run too.
bool is_simai_policy(const std::string& word);

/// Throws BadInput that begins with file:line.
SimaiFile read_simai_text(TextLines& lines);

}  // namespace hpnsim
