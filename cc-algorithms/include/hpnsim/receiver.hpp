// SPDX-License-Identifier: GPL-2.0-only
// A receiver policy turns arrivals into feedback. It has one of two scopes:
// - per QP (`echo`, `cnp`): it is the state of one QP, and answers each data packet with a `Reply`;
// - per NIC port (`credit`): it is one object that all QPs which receive on the port share, with a `Sender`
//   of its own for each of them; it answers data packets too, and grants credit from `on_timer`, one grant a
//   call.
//
//     struct MyReceiver {
//         static constexpr Info info{"my-receiver", "what it does", Needs::cnp};   // cnp: it sends CNPs
//         static constexpr Scope scope = Scope::qp;
//         struct Params { ... };
//         Reply on_data(const Params&, const Received&);                      // Scope::qp
//         struct Sender { ... };                                              // Scope::port: of each QP, and
//         Reply on_data(const Params&, ReceivePort&, const Received&);        // port.sender<Sender>(data.qp)
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
    Bytes wanted = 0;       ///< what the sender has asked for beyond what it was granted (UEC: pull target);
                            ///< below 0: granted ahead. A policy per port finds the latest in ReceivePort
    Bytes bdp = 0;          ///< base RTT of the QP x what its ports carry
    Time base_rtt;          ///< of the QP
};

/// Tells the transport what to send back beyond what its own rules of acknowledgement ask for.
struct Reply {
    bool cnp = false;      ///< a congestion notification packet
    bool ack_now = false;  ///< do not coalesce this one
};

/// A credit for one QP, sent to its peer as a control packet.
struct Grant {
    uint32_t qp = 0;
    Bytes bytes = 0;  ///< 0: nothing to grant
};

/// Shows a per-port policy what it may know and set of its port.
struct ReceivePort {
    Time now;
    Rate rate;  ///< of this NIC port
    Bytes mtu = 0;
    Bytes wire_mtu = 0;             ///< what a full packet occupies on the link
    Time due = Time::max();         ///< OUT: on_timer runs then
    const Bytes* wanted = nullptr;  ///< by QP: Received::wanted as of now, other ports' grants included
    void* senders = nullptr;        ///< by QP: the policy's own `Sender`
    uint64_t stream = 0;            ///< the port's own random stream (random.hpp)

    template <class Sender> Sender& sender(uint32_t qp) { return static_cast<Sender*>(senders)[qp]; }
};

enum class Scope : uint8_t { qp, port };

/// A receiver policy as the transport calls it. Per-QP policies have `on_data`, per-port ones the rest.
struct ReceiverOps {
    SlotOps slot;
    Scope scope;
    Reply (*on_data)(void* state, const void* params, const Received&);
    Reply (*on_port_data)(void* state, const void* params, ReceivePort&, const Received&);
    Grant (*on_timer)(void* state, const void* params, ReceivePort&);
    size_t sender_size;  ///< per-port policies: size of the state of each QP that receives on the port
    void (*make_sender)(void* sender);
};

template <class A> constexpr ReceiverOps receiver_ops()
{
    using P = typename A::Params;
    if constexpr (A::scope == Scope::qp) {
        return {detail::slot_ops<A>(),
                Scope::qp,
                [](void* state, const void* params, const Received& data) {
                    return static_cast<A*>(state)->on_data(*static_cast<const P*>(params), data);
                },
                nullptr,
                nullptr,
                0,
                nullptr};
    } else {
        using Sender = typename A::Sender;
        static_assert(
            !detail::takes_copy<ReceivePort, decltype(&A::on_data)> &&
                !detail::takes_copy<ReceivePort, decltype(&A::on_timer)>,
            "on_data and on_timer take ReceivePort& by reference: what they write into a copy is lost");
        static_assert(std::is_trivially_destructible_v<Sender> && alignof(Sender) <= alignof(uint64_t),
                      "a policy's Sender is plain data");
        return {detail::slot_ops<A>(),
                Scope::port,
                nullptr,
                [](void* state, const void* params, ReceivePort& port, const Received& data) {
                    return static_cast<A*>(state)->on_data(*static_cast<const P*>(params), port, data);
                },
                [](void* state, const void* params, ReceivePort& port) {
                    return static_cast<A*>(state)->on_timer(*static_cast<const P*>(params), port);
                },
                sizeof(Sender),
                [](void* sender) { ::new (sender) Sender(); }};
    }
}

}  // namespace hpnsim

/// Makes a receiver policy known. Write it at global scope, once, after the struct.
#define HPNSIM_RECEIVER(TYPE) HPNSIM_ALGORITHM(receiver, ReceiverOps, TYPE)
