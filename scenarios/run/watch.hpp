// SPDX-License-Identifier: GPL-2.0-only
// Looks at a running simulation between its events: progress, Ctrl-C, samples, the audit, a stall.
#pragma once

#include "run/goodput_sampler.hpp"
#include "run/peer_files.hpp"
#include "run/sampler.hpp"
#include "run/simulate.hpp"
#include "run/stall.hpp"

#include "helper/network-audit.h"

#include "hpnsim/progress.hpp"

namespace hpnsim
{

/// It has no events of its own: time in which nothing happens costs nothing, and a network that has nothing
/// left to do ends its run.
class Watch : public EventWatcher
{
public:
    /// Lists what a watch looks at; `audit` may be null. All must outlive it.
    struct Subjects {
        RoceNetwork& network;
        NetworkCarrier& carrier;
        const Workload& workload;
        Sampler& sampler;
        PeerFiles& peers;
        GoodputSampler& goodput;
        NetworkAudit* audit;
    };

    /// `label` begins the progress line.
    Watch(const Subjects& subjects, const CommonOptions& options, const std::string& label);
    ~Watch() override;
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    Next Look(const ns3::Scheduler::EventKey& event) override;

    bool interrupted() const { return interrupted_; }
    /// Returns after the last event why the run has ended before its work was done; empty: it has not, or was
    /// told to end.
    std::string stopped() const;

private:
    uint64_t agreed(uint64_t asked) const;
    void audit(Time next);

    Subjects subjects_;
    Progress progress_;
    StallGuard stall_;
    Time audit_at_;         // the next check is before the first event of that time or later
    uint64_t audited_ = 0;  // how many events had run at the last check
    bool interrupted_ = false;
};

}  // namespace hpnsim
