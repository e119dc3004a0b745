// SPDX-License-Identifier: GPL-2.0-only
// The receiver policy: how arrivals turn into feedback. Two scopes:
// - per QP (`echo`, `cnp`): state of one QP, answers each data packet with a `Reply`;
// - per NIC port (`credit`): one object shared by all QPs that receive on the port; it keeps its own
//   table of senders by `Received::qp` and grants credit from `on_timer`, one grant a call.
//
//     struct MyReceiver {
//         static constexpr Info info{"my-receiver", "what it does", Needs::cnp};   // cnp: it sends CNPs
//         static constexpr Scope scope = Scope::qp;
//         struct Params { ... };
//         Reply on_data(const Params&, const Received&);                     // Scope::qp
//         void on_data(const Params&, ReceivePort&, const Received&);        // Scope::port, with
//         Grant on_timer(const Params&, ReceivePort&);
//     };
//     HPNSIM_RECEIVER(MyReceiver)
#pragma once

#include "hpnsim/events.hpp"
#include "hpnsim/plugin.hpp"

namespace hpnsim
{

/// A data packet, or a trimmed header, arrived at the receiver.
struct Received {
    Time now;
    uint32_t qp = 0;    ///< the receiving QP
    Bytes payload = 0;  ///< of the full packet, also when it was trimmed
    bool ecn = false;   ///< carried CE
    bool trimmed = false;
    bool last_hop = false;  ///< trimmed by the last switch
    Bytes wanted = 0;       ///< the sender's backlog as the packet tells it (UEC: pull target)
};

/// What the transport shall send back beyond what its acknowledgement rules ask for.
struct Reply {
    bool cnp = false;      ///< a congestion notification packet
    bool ack_now = false;  ///< do not coalesce this one
};

/// A credit for one QP, sent to its peer as a control packet.
struct Grant {
    uint32_t qp = 0;
    Bytes bytes = 0;  ///< 0: nothing to grant
};

/// What a per-port policy may know and set of its port.
struct ReceivePort {
    Time now;
    Rate rate;  ///< of this NIC port
    Bytes mtu = 0;
    Time due = Time::max();  ///< OUT: on_timer runs then
};

enum class Scope : uint8_t { qp, port };

/// A receiver policy as the transport calls it. Per-QP policies have `on_data`, per-port ones the rest.
struct ReceiverOps {
    SlotOps slot;
    Scope scope;
    Reply (*on_data)(void* state, const void* params, const Received&);
    void (*on_port_data)(void* state, const void* params, ReceivePort&, const Received&);
    Grant (*on_timer)(void* state, const void* params, ReceivePort&);
};

template <class A> constexpr ReceiverOps receiver_ops()
{
    using P = typename A::Params;
    if constexpr (A::scope == Scope::qp) {
        return {detail::slot_ops<A>(), Scope::qp,
                [](void* state, const void* params, const Received& data) {
                    return static_cast<A*>(state)->on_data(*static_cast<const P*>(params), data);
                },
                nullptr, nullptr};
    } else {
        return {detail::slot_ops<A>(), Scope::port, nullptr,
                [](void* state, const void* params, ReceivePort& port, const Received& data) {
                    static_cast<A*>(state)->on_data(*static_cast<const P*>(params), port, data);
                },
                [](void* state, const void* params, ReceivePort& port) {
                    return static_cast<A*>(state)->on_timer(*static_cast<const P*>(params), port);
                }};
    }
}

}  // namespace hpnsim

/// Makes a receiver policy known: at global scope, once, after the struct.
#define HPNSIM_RECEIVER(TYPE) HPNSIM_ALGORITHM(receiver, ReceiverOps, TYPE)
