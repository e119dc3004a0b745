// SPDX-License-Identifier: GPL-2.0-only
// FastForward skips time in which a network only repeats itself (`--fast-forward`).
#pragma once

#include "run/network_carrier.hpp"
#include "run/skipped_traffic.hpp"
#include "run/steady.hpp"

#include "hpnsim/options.hpp"
#include "hpnsim/scenario.hpp"

#include <array>
#include <unordered_map>
#include <vector>

namespace hpnsim
{

/**
 * There are two clocks. The network has one that never jumps: its packets, queues, timers and algorithms
 * notice nothing. The world outside (the workload, faults, the end of the run, all records) has true time,
 * the network's plus what has been skipped.
 *
 * It looks at all QPs that have work, at moments of its own. When each has kept its rate (SteadyTest) it
 * skips: every message that is being sent becomes shorter by what its QP would have sent, these bytes count
 * as delivered, ports and NICs are credited with their traffic, and what waits outside comes nearer. A skip
 * ends before the first event outside, before any message is so short that its last packets could meet
 * those on the way, and before a time that grows with the time for which rates have been steady.
 */
class FastForward
{
public:
    /// Needs EventKernel. `delivery` is what NICs count into. All must outlive it.
    FastForward(RoceNetwork& network, NetworkCarrier& carrier, PerLane<DeliveryBins>& delivery,
                const CommonOptions& options);
    ~FastForward();
    FastForward(const FastForward&) = delete;
    FastForward& operator=(const FastForward&) = delete;

    /// Brings a record of the network's own counters into true time, and tells what was skipped.
    void finish(RunRecord& record);

private:
    struct Step {
        Bytes bytes = 0;
        uint32_t packets = 0;
    };

    void changed(Time base_rtt);
    void arm(Time at);
    void wake(uint64_t generation);
    void look();
    void note_timers(const std::vector<BusyQp>& qps);
    FlowsSeen flows_now(const std::vector<BusyQp>& qps) const;
    Time longest_skip(const std::vector<BusyQp>& qps, const Steady& steady) const;
    void skip(const std::vector<BusyQp>& qps, const std::vector<double>& rates, Time span);
    Bytes advance(const BusyQp& qp, double rate, Time span);
    Nic& nic_of(const BusyQp& qp) const { return network_.Device(qp.src).NicOf(qp.qp); }

    RoceNetwork& network_;
    NetworkCarrier& carrier_;
    EventKernel& kernel_;
    Foresight foresight_;
    SteadyTest steady_;
    SkippedTraffic traffic_;
    TrueDelivery delivery_;
    SkippedTraffic::Counts nothing_;                // counted before the run
    std::array<SkippedTraffic::Counts, 3> counts_;  // of the last looks, the latest last
    std::array<Time, 3> looked_at_;
    std::unordered_map<uint64_t, double> rests_;  // parts of packets that skips owe; looked up, never walked
    double settle_;                               // base RTTs after a change
    Time law_;                                    // how far ahead timers of CCs have been set
    Time rtt_;                                    // the largest base RTT of QPs
    Time step_;                                   // between looks
    Time ready_at_;                               // rates count from there on
    Time due_ = Time::max();                      // of the event that looks
    uint64_t generation_ = 0;                     // of that event; others are out of date
    uint64_t looks_ = 0, skips_ = 0;
    bool changed_ = true;
};

/// Throws BadInput if skipping has no meaning beside the other options of the run.
void check_fast_forward(const Scenario& scenario, const NetworkConfig& config);

}  // namespace hpnsim
