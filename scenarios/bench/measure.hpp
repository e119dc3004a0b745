// SPDX-License-Identifier: GPL-2.0-only
// Measures one run of a case: how much it did, how long that took and how much memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace hpnsim
{

/// What one run did, and what that cost. Set-up is everything before the workload begins: the plan of the
/// fabric, the workload, switches, NICs and links. Memory is resident, in MB of 2^20.
struct Measured {
    uint64_t gpus = 0, ports = 0;  ///< ports at both ends of the links
    uint64_t packet_hops = 0, nvlink_hops = 0, events = 0;
    double setup_s = 0, setup_cpu_s = 0, run_s = 0, run_cpu_s = 0;
    double program_mb = 0;  ///< before any of it
    double setup_mb = 0;    ///< the most until the workload began
    double peak_mb = 0;     ///< the most at all

    uint64_t hops() const { return packet_hops + nvlink_hops; }
};

void to_json(nlohmann::json& json, const Measured& measured);
void from_json(const nlohmann::json& json, Measured& measured);

/// Simulates the command, the first word of which is the scenario, in this process. Nothing is written.
Measured measure(const std::vector<std::string>& words);

/// The same in a process of its own, so that an earlier run leaves neither memory nor a warm heap behind.
/// Throws std::runtime_error if that process fails; it has said why.
Measured measure_apart(const std::vector<std::string>& words);

}  // namespace hpnsim
