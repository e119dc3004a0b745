// SPDX-License-Identifier: GPL-2.0-only
// Holds the files in other simulators' forms of one run (`--also-write`).
#pragma once

#include "run/flow_monitor_file.hpp"
#include "run/hpcc_sim_files.hpp"

#include "hpnsim/options.hpp"

namespace hpnsim
{

/// Writes what the options name, of the first seed of a run. If they name nothing, nothing is made, and
/// nothing slows the network down. It must be destroyed before the network.
class PeerFiles
{
public:
    /// `folder`: of the run. Throws BadInput.
    PeerFiles(RoceNetwork& network, const CommonOptions& options, const std::filesystem::path& folder,
              uint64_t seed);

    bool want_flows() const { return hpcc_sim_ != nullptr; }
    void flow_ended(const MessageEnd& end, Time ideal) { hpcc_sim_->flow_ended(end, ideal); }
    /// As of Sampler: queues are looked at after all that happens at due().
    Time due() const { return hpcc_sim_ != nullptr ? hpcc_sim_->due() : Time::max(); }
    void catch_up(Time next)
    {
        if (hpcc_sim_ != nullptr) hpcc_sim_->catch_up(next);
    }
    /// Writes everything out. Throws BadInput.
    void finish();

private:
    std::unique_ptr<HpccSimFiles> hpcc_sim_;
    std::unique_ptr<FlowMonitorFile> flowmon_;
};

}  // namespace hpnsim
