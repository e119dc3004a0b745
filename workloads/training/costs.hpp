// SPDX-License-Identifier: GPL-2.0-only
// Works out the bytes and times of a layout's parts, each of one rank and one micro-batch. Internal to
// training.
#pragma once

#include "hpnsim/training.hpp"

#include <vector>

namespace hpnsim
{

struct LayerCosts {
    double attention_s = 0, mlp_s = 0, experts_s = 0;  ///< forward
    double scores_s = 0;                               ///< of attention: what meets other tokens' keys
    /// Parameters that a rank holds if data-parallel ranks divide nothing; the first layer has the embedding
    /// as well, the last the logits.
    double dense = 0, experts = 0;
};

struct TrainingCosts {
    explicit TrainingCosts(const TrainingLayout& layout);

    std::vector<LayerCosts> layers;
    double logits_s = 0;
    double embedding = 0;  ///< parameters of its matrix that a rank holds
    Bytes hidden = 0;      ///< the hidden state that a tensor group has together
    Bytes boundary = 0;    ///< of it, what a rank sends to the next stage
    Bytes keys = 0;        ///< keys and values of the whole sequence
    Bytes tokens = 0;      ///< the copies of a rank's tokens that go to experts
    Bytes routed = 0;      ///< those that the ranks of a tensor group have together
    /// Returns how long the optimizer takes for so many parameters.
    double optimizer_s(double parameters) const { return parameters * optimizer_s_; }

    /// Returns what a rank writes of so many parameters: their values, and the optimizer's state.
    double stored(double dense, double experts) const;

private:
    double optimizer_s_ = 0;
    double stored_dense_ = 0, stored_experts_ = 0;  // bytes of a parameter
};

/// Rounds to whole bytes. Throws BadInput for more than 2^62.
Bytes whole_bytes(double bytes);

}  // namespace hpnsim
