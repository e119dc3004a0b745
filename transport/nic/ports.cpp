// SPDX-License-Identifier: GPL-2.0-only
// Decides which NIC ports a QP may use: those that are up here, and lead to a port of the peer that is up
// there. Port i of one NIC reaches port i of another (a plane of the fabric); a one-port peer is reached by
// all.
#include "credit/credits.hpp"
#include "hpnsim/nic.hpp"
#include "nic/port_set.hpp"
#include "qp/qp.hpp"

namespace hpnsim
{

namespace
{

/// Adds up the rates of the ports of the set.
Rate rate_of_ports(const NicConfig& config, uint8_t set)
{
    Rate sum;
    for (uint8_t port = 0; port < config.ports; ++port)
        if ((set >> port & 1) != 0) sum = sum + config.rate_of(port);
    return sum;
}

}  // namespace

/// Chooses the ports of a QP. With no port left, the QP keeps those it had: its packets wait, and its retries
/// run out. The QPs of a port that is lost spread over those that are left.
void Nic::choose_ports(Qp& qp)
{
    Flow& flow = qp.flow;
    const auto all = static_cast<uint8_t>((1U << config_.ports) - 1);
    auto usable = static_cast<uint8_t>(live_ports_ & qp.peer_ports & all);
    if (usable == 0) usable = live_ports_ != 0 ? live_ports_ : all;
    const int count = __builtin_popcount(usable);
    flow.live_ports = usable;
    const bool sprays = config_.path.ops->sprays;
    qp.anywhere = sprays && count > 1;
    if (qp.anywhere && usable != all) scheduler_.restrict();
    const bool own_usable = (usable >> qp.own_port & 1) != 0;
    flow.home_port = own_usable ? qp.own_port : nth_port(usable, qp.index / config_.ports);
    const bool unpaced = flow.rate >= flow.line_rate;
    flow.line_rate = sprays ? rate_of_ports(config_, usable) : config_.rate_of(flow.home_port);
    flow.bdp = qp.bdp > 0 ? qp.bdp : bytes_in(flow.base_rtt, flow.line_rate);
    if (unpaced || flow.rate > flow.line_rate) flow.rate = flow.line_rate;
}

/// Lets every QP choose anew, and stand in the list of a port that can serve it.
void Nic::requeue(Time now)
{
    scheduler_.clear();
    for (Qp* qp : qps_) {
        qp->is_ready = false;
        choose_ports(*qp);
        consider(*qp, now);
    }
}

void Nic::set_port_state(uint8_t port, bool up, Time now)
{
    const auto bit = static_cast<uint8_t>(1U << port);
    const bool was_up = (live_ports_ & bit) != 0;
    if (was_up != up) tell(up ? NicEvent::Kind::port_up : NicEvent::Kind::port_down, port);
    live_ports_ = static_cast<uint8_t>(up ? live_ports_ | bit : live_ports_ & ~bit);
    if (!up && live_ports_ != 0)
        scheduler_.move_control(port, static_cast<uint8_t>(__builtin_ctz(live_ports_)));
    if (!up && credits_ != nullptr) hand_over_demands(port, now);
    requeue(now);
}

void Nic::set_peer_ports(uint32_t peer, uint8_t ports, Time now)
{
    for (Qp* qp : qps_)
        if (qp->peer == peer) qp->peer_ports = ports;
    requeue(now);
}

void Nic::set_ports_of_new(uint32_t number, uint8_t ports)
{
    Qp& qp = qp_of(number);
    qp.peer_ports = ports;
    choose_ports(qp);
}

}  // namespace hpnsim
