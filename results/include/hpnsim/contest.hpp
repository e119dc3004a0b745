// SPDX-License-Identifier: GPL-2.0-only
// Says in a sentence which of several contenders did best, by how much, and whether that is more than chance.
#pragma once

#include "hpnsim/bootstrap.hpp"

#include <string>
#include <vector>

namespace hpnsim
{

/// What contenders are compared by.
struct Measure {
    std::string words;  ///< "mean flow completion time"
    std::string unit;   ///< "us"; empty: none
    bool lower_is_better = true;
};

/// The values of one contender. Those at the same place of several contenders are pairs: of one seed, or of
/// one seed and the same settings.
struct Contender {
    std::string label;
    std::vector<double> values;
};

/// How the values of a contender become one figure.
enum class Averaging : uint8_t {
    mean,      ///< of seeds
    geometric  ///< of values of different size, of which only ratios can be averaged; all are positive
};

/// Relative difference of b from a, over pairs.
Estimate change_of(const Contender& a, const Contender& b, Averaging averaging);

/// Contenders in the order of their success.
std::vector<Contender> ranked(const Measure& measure, std::vector<Contender> contenders, Averaging averaging);

/// "hpcc won: its p99 FCT of 12.0 us is 18 % below that of dcqcn (95 % interval 11 to 24 %, over 10 seeds)."
/// `pairs` says what the pairs are: "seeds". At least two contenders with as many values each.
std::string contest_sentence(const Measure& measure, const std::vector<Contender>& contenders,
                             Averaging averaging, const std::string& pairs);

/// "66.6 us (95 % interval 66.4 to 66.8 over 10 seeds)"; the part in parentheses only where there is an
/// interval.
std::string estimate_text(const std::vector<double>& values, const Measure& measure, const std::string& of);

}  // namespace hpnsim
