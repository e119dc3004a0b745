// SPDX-License-Identifier: GPL-2.0-only
// Computes lower bounds between the endpoints of a fabric, and the sentence for a run that cannot be
// represented.
#pragma once

#include "hpnsim/collective_ideal.hpp"
#include "hpnsim/flow_file.hpp"
#include "hpnsim/ideal.hpp"

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

namespace hpnsim
{

/// A peer's own ideal FCT.
struct IdealRule {
    std::function<Time(const std::vector<HopPlan>& path, Bytes bytes)> fct;  ///< null: hpnsim's (ideal_fct)
    bool at_least_one = false;  ///< a slowdown below 1 counts as 1
};

/// Bounds between endpoints of one run. Not for several threads.
class IdealTimes
{
public:
    /// `rule` is a peer's own definition of the ideal FCT of a flow; the other bounds are always ours.
    IdealTimes(const FabricPlan& plan, const Terms& terms, IdealRule rule = {});
    /// Returns the ideal FCT of a message, and remembers it.
    Time of(uint32_t src, uint32_t dst, Bytes bytes);
    /// The same by our own definition under any rule; not remembered.
    Time own(uint32_t src, uint32_t dst, Bytes bytes);
    /// Until the last byte is there.
    Time delivery(uint32_t src, uint32_t dst, Bytes bytes);
    /// Returns the time of cables and switches on the quickest path; Time::max() without one.
    Time latency(uint32_t src, uint32_t dst);
    /// Returns the ideal of the last of several flows.
    Time incast(const std::vector<uint32_t>& senders, uint32_t receiver, Bytes bytes);
    /// Returns for how many seconds the NIC of an endpoint sends; see CollectiveLimits.
    double sending_s(uint32_t endpoint, double bytes, double messages) const;
    const IdealRule& rule() const { return rule_; }
    const Terms& terms() const { return terms_; }

private:
    struct Known {
        uint32_t dst = UINT32_MAX;
        Bytes bytes = 0;
        Time ideal;
    };
    /// What is known between endpoints of two kinds.
    struct Between {
        Paths out;
        Time latency;
        Bytes bytes = 0;  ///< of `delivery`, the size asked for last
        Time delivery;
    };
    Between& between(uint32_t src, uint32_t dst);

    const FabricPlan& plan_;
    FabricIndex adjacency_;
    PathBounds bounds_;
    Terms terms_;
    IdealRule rule_;
    std::vector<std::vector<Rate>> ports_;  // per endpoint
    std::vector<Known> last_;               // the latest, per source
    std::vector<uint32_t> kind_;            // per endpoint: alike are those whose ports have the same cables
                                            // to the same switches
    std::unordered_map<uint64_t, Between> between_;  // by kinds; looked up, never walked
};

/// Makes the limits of a collective over the fabric of `ideals`, which must outlive them. Rank r is endpoint
/// r, or endpoint_of[r].
CollectiveLimits collective_limits(const FabricPlan& plan, IdealTimes& ideals,
                                   std::vector<uint32_t> endpoint_of = {});

/// Throws BadInput if `ideal`, `times` in a row, goes beyond what simulated time can hold. `what` is the
/// option that asks for so much, and its value: "--size: 1024G".
void require_representable(const std::string& what, Time ideal, uint64_t times = 1);

/// Does the same for flows with starts of their own; `what` names where they come from.
void require_representable(const std::string& what, const FabricPlan& plan,
                           const std::vector<FlowSpec>& flows, IdealTimes& ideals);

}  // namespace hpnsim
