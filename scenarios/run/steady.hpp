// SPDX-License-Identifier: GPL-2.0-only
// Tells from three looks at the flows of a network whether they are steady, and at which rates.
#pragma once

#include "hpnsim/units.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace hpnsim
{

/// How far one flow has come.
struct FlowCount {
    uint64_t key = 0;   ///< names the flow
    uint64_t sent = 0;  ///< full packets, ever, without repeated ones
    Time last_sent;     ///< when the last of them left
    Bytes in_flight = 0;
};

/// What steady flows will do.
struct Steady {
    std::vector<double> rates;  ///< full packets per ps, of each flow
    Time reach;                 ///< so long, if rates go on changing as they did, they stay within the band
};

struct FlowsSeen {
    Time at;
    uint64_t repairs = 0;  ///< timeouts and losses of all flows so far
    std::vector<FlowCount> flows;
};

/**
 * Flows are steady if from the first look to the second and from there to the third
 *  - they are the same, and none of them repaired a loss;
 *  - rates were the same within the band on average, each within four times the band, and each flow had
 * enough packets to tell;
 *  - and what is in flight of all did not grow nor shrink by more than that band of what was sent.
 * A rate is that between the moments at which packets left, so that a regular flow has its exact rate
 * wherever the looks fall; less what has only lengthened queues, if that is more than chance.
 */
class SteadyTest
{
public:
    /// `mtu` are the payload bytes of a full packet.
    SteadyTest(double band, Bytes mtu) : band_(band), mtu_(mtu) {}
    void forget() { looks_ = 0; }
    /// Takes the latest look; only the last three count.
    void add(FlowsSeen seen);
    bool complete() const { return looks_ == 3; }
    /// Nothing: the flows of the last look are not steady, or there have not been three looks.
    std::optional<Steady> judge() const;

    static constexpr uint64_t kLeastPackets = 16;  ///< of a flow between two looks

private:
    bool same_flows() const;
    bool balanced(const FlowsSeen& from, const FlowsSeen& to) const;
    double rate_of(size_t flow) const;

    double band_;
    Bytes mtu_;
    int looks_ = 0;
    std::array<FlowsSeen, 3> seen_;
};

}  // namespace hpnsim
