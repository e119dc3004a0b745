// SPDX-License-Identifier: GPL-2.0-only
// Declares the options of `flows`, and its second half: random flows instead of those of a file.
#pragma once

#include "hpnsim/poisson_traffic.hpp"
#include "hpnsim/scenario.hpp"
#include "hpnsim/settings.hpp"

namespace hpnsim
{

struct FlowsOptions {
    std::string flow_file;
    std::string format;  ///< empty: detected
    std::string cdf;     ///< sizes: a name or a file, instead of a flow file
    double load = 0.3;   ///< payload, as a share of what NICs carry
    double duration_us = 1000;
    uint32_t incast_senders = 0;  ///< of RandomIncasts, as the rest
    Bytes incast_size = RandomIncasts().bytes;
    double incast_load = RandomIncasts().load;
    double warmup_us = 0;
    std::optional<double> measure_us;  ///< none: until arrivals end
    std::string write_goal;            ///< a file
    /// What flow_file holds, once somebody has read it: a pipe gives it once.
    std::shared_ptr<std::optional<std::string>> held;

    static const std::vector<Setting>& settings();
};

/// Makes the scenario of random flows, with --cdf.
std::unique_ptr<Scenario> make_random_flows(const Options& asked, FabricPlan plan);

}  // namespace hpnsim
