// SPDX-License-Identifier: GPL-2.0-only
// Computes figures of fairness.
#include "store/flow_figures.hpp"

#include "hpnsim/fairness.hpp"

namespace hpnsim
{

Figures flow_figures(const RunRecord& run)
{
    Figures all;
    if (const auto index = jain_index(run)) all.emplace_back("jain_index", *index);
    if (const auto time = convergence_time(run)) all.emplace_back("convergence_us", time->us());
    return all;
}

}  // namespace hpnsim
