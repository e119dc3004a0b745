// SPDX-License-Identifier: GPL-2.0-only
// A path policy chooses the source port (the entropy) of each packet. It is a plain struct whose members are
// the state of one QP:
//
//     struct MyPath {
//         static constexpr Info info{"my-path", "what it does"};
//         static constexpr bool sprays = true;   // may change path within a QP; such QPs use every live port
//         struct Params { ... };
//         void start(Flow&, const Params&);
//         uint16_t pick(Flow&, const Params&, Psn, uint8_t port);     // source port for a packet on `port`
//         void feedback(Flow&, const Params&, Entropy, PathEvent);    // optional
//     };
//     HPNSIM_PATH(MyPath)
//
// A NIC port that falls idle pulls the next packet, so it is the pull that chooses the port (the plane)
// and the policy that chooses the entropy within it: one QP keeps both ports of a dual-port NIC busy.
#pragma once

#include "hpnsim/events.hpp"
#include "hpnsim/plugin.hpp"

namespace hpnsim
{

/// What happened to a packet that took a path.
enum class PathEvent : uint8_t { good, ecn, nack, timeout };

/// A path policy as the transport calls it.
struct PathOps {
    SlotOps slot;
    bool sprays;
    void (*start)(void* path, Flow&, const void* params);
    uint16_t (*pick)(void* path, Flow&, const void* params, Psn, uint8_t port);
    void (*feedback)(void* path, Flow&, const void* params, Entropy, PathEvent);  ///< null: ignored
};

namespace detail
{
template <class A, class = void> inline constexpr bool names_feedback = false;
template <class A> inline constexpr bool names_feedback<A, std::void_t<decltype(&A::feedback)>> = true;

template <class A> constexpr auto call_feedback() -> void (*)(void*, Flow&, const void*, Entropy, PathEvent)
{
    if constexpr (names_feedback<A>) {
        static_assert(!takes_copy<Flow, decltype(&A::feedback)>,
                      "feedback takes Flow& by reference: what it writes into a copy is lost");
        return [](void* path, Flow& flow, const void* params, Entropy entropy, PathEvent event) {
            static_cast<A*>(path)->feedback(flow, *static_cast<const typename A::Params*>(params), entropy,
                                            event);
        };
    } else {
        return nullptr;
    }
}
}  // namespace detail

template <class A> constexpr PathOps path_ops()
{
    static_assert(!detail::takes_copy<Flow, decltype(&A::start)> &&
                      !detail::takes_copy<Flow, decltype(&A::pick)>,
                  "start and pick take Flow& by reference: what they write into a copy is lost");
    return {detail::slot_ops<A>(), A::sprays,
            [](void* path, Flow& flow, const void* params) {
                static_cast<A*>(path)->start(flow, *static_cast<const typename A::Params*>(params));
            },
            [](void* path, Flow& flow, const void* params, Psn psn, uint8_t port) {
                return static_cast<A*>(path)->pick(flow, *static_cast<const typename A::Params*>(params), psn,
                                                   port);
            },
            detail::call_feedback<A>()};
}

}  // namespace hpnsim

/// Makes a path policy known. Write it at global scope, once, after the struct.
#define HPNSIM_PATH(TYPE) HPNSIM_ALGORITHM(path, PathOps, TYPE)
