// SPDX-License-Identifier: GPL-2.0-only
// Counts the traffic of time that was skipped: what each port and NIC would have counted at its rates of the
// time before. It is kept apart from the network's own counters, which algorithms read (telemetry).
#pragma once

#include "hpnsim/delivery_bins.hpp"
#include "hpnsim/results.hpp"

#include "helper/roce-network.h"

#include <map>
#include <string>
#include <vector>

namespace hpnsim
{

class SkippedTraffic
{
public:
    /// What the network has counted until a moment.
    struct Counts {
        struct Port {
            double packets = 0, bytes = 0, busy_ps = 0, area = 0;  ///< area: queue, byte-ps
            double marks = 0, pauses = 0, paused_ps = 0;
        };
        std::vector<Port> ports;  ///< of endpoints, then of switches
        double data_packets = 0, cnps = 0;
        std::map<Bytes, double> depths;
    };

    explicit SkippedTraffic(RoceNetwork& network) : network_(network) {}

    Counts count();
    /// Adds what was counted from `from` to `to`, times `times`.
    void add(const Counts& from, const Counts& to, double times);
    /// Adds all of it to a record of the network's own counters, which were taken at `network_time`; the run
    /// ended at `true_time`.
    void put_into(RunRecord& record, Time network_time, Time true_time);

private:
    RoceNetwork& network_;
    Counts sum_;
};

/// Returns the bins that hold something, and those before them.
Throughput throughput_of(const DeliveryBins& delivery);

/// The payload that has arrived over true time: network time is shorter by what has been skipped.
class TrueDelivery
{
public:
    /// `bins` are the network's own, in network time.
    explicit TrueDelivery(PerLane<DeliveryBins>& bins) : bins_(bins) {}

    /// At `now` of the network, `skipped` of time behind, `span` more is skipped, in which `bytes` arrive.
    void skip(Time now, Time skipped, Time span, Bytes bytes);
    DeliveryBins finish(Time skipped);

private:
    PerLane<DeliveryBins>& bins_;
    DeliveryBins sum_;
};

}  // namespace hpnsim
