// SPDX-License-Identifier: GPL-2.0-only
// A congestion control (CC) is a plain struct whose members are the state of one QP. It reads an event and
// `Flow`, and writes `Flow`'s rate, window and timer deadlines. It defines only the handlers that it needs:
//
//     struct MyCc {
//         static constexpr Info info{"my-cc", "what it does, and the paper", Needs::ecn,
//                                    {"gbn", "lossless", "ecmp", "echo"}};
//         struct Params { ... static constexpr auto list() { ... } };
//         void start(Flow&, const Params&);                  // once, before anything else
//         void on_ack(Flow&, const Params&, const Ack&);     // any subset of on_ack, on_cnp, on_nack,
//         void on_timer(Flow&, const Params&, int which);    // on_timeout, on_send, on_credit, on_timer
//     };
//     HPNSIM_CC(MyCc)
//
// A CC whose parameters hold for some paths only says so: `static const char* unfit(const Flow&, const
// Params&)` returns null, or a clause that names the parameter and what to set, for a path of Flow's base
// RTT, BDP and hops. A run warns of it once.
#pragma once

#include "hpnsim/events.hpp"
#include "hpnsim/plugin.hpp"

namespace hpnsim
{

/// A CC as the transport calls it. A null handler means that the algorithm does not want the event.
struct CcOps {
    SlotOps slot;
    void (*start)(void* cc, Flow&, const void* params);
    void (*on_ack)(void* cc, Flow&, const void* params, const Ack&);
    void (*on_cnp)(void* cc, Flow&, const void* params, const Cnp&);
    void (*on_nack)(void* cc, Flow&, const void* params, const Nack&);
    void (*on_timeout)(void* cc, Flow&, const void* params, const Timeout&);
    void (*on_send)(void* cc, Flow&, const void* params, const Sent&);
    void (*on_credit)(void* cc, Flow&, const void* params, Bytes granted);
    void (*on_timer)(void* cc, Flow&, const void* params, int which);
    const char* (*unfit)(const Flow&, const void* params);
};

namespace detail
{
// For each handler: does the struct name it, and if so, can it be called as documented?
#define HPNSIM_HANDLER(NAME, EVENT)                                                                          \
    template <class A, class = void> inline constexpr bool names_##NAME = false;                             \
    template <class A> inline constexpr bool names_##NAME<A, std::void_t<decltype(&A::NAME)>> = true;        \
    template <class A> constexpr auto call_##NAME()->void (*)(void*, Flow&, const void*, EVENT)              \
    {                                                                                                        \
        if constexpr (names_##NAME<A>) {                                                                     \
            static_assert(                                                                                   \
                std::is_invocable_v<decltype(&A::NAME), A&, Flow&, const typename A::Params&, EVENT>,        \
                #NAME " takes (Flow&, const Params&, " #EVENT ")");                                          \
            static_assert(!takes_copy<Flow, decltype(&A::NAME)>,                                             \
                          #NAME " takes Flow& by reference: what it writes into a copy is lost");            \
            return [](void* cc, Flow& flow, const void* params, EVENT event) {                               \
                static_cast<A*>(cc)->NAME(flow, *static_cast<const typename A::Params*>(params), event);     \
            };                                                                                               \
        } else {                                                                                             \
            return nullptr;                                                                                  \
        }                                                                                                    \
    }
HPNSIM_HANDLER(on_ack, const Ack&)
HPNSIM_HANDLER(on_cnp, const Cnp&)
HPNSIM_HANDLER(on_nack, const Nack&)
HPNSIM_HANDLER(on_timeout, const Timeout&)
HPNSIM_HANDLER(on_send, const Sent&)
HPNSIM_HANDLER(on_credit, Bytes)
HPNSIM_HANDLER(on_timer, int)
#undef HPNSIM_HANDLER

template <class A, class = void> inline constexpr bool names_unfit = false;
template <class A> inline constexpr bool names_unfit<A, std::void_t<decltype(&A::unfit)>> = true;
template <class A> constexpr auto call_unfit() -> const char* (*)(const Flow&, const void*)
{
    if constexpr (names_unfit<A>)
        return [](const Flow& flow, const void* params) -> const char* {
            return A::unfit(flow, *static_cast<const typename A::Params*>(params));
        };
    else
        return nullptr;
}

// No Needs stands for on_send, on_timeout and on_timer, so nobody notices when they are missing. C++17 cannot
// list a struct's members, but it can look for the names that people write by mistake.
#define HPNSIM_NOT_A_HANDLER(NAME, RIGHT)                                                                    \
    template <class A, class = void> inline constexpr bool names_##NAME = false;                             \
    template <class A> inline constexpr bool names_##NAME<A, std::void_t<decltype(&A::NAME)>> = true;        \
    template <class A> constexpr void refuse_##NAME()                                                        \
    {                                                                                                        \
        static_assert(!names_##NAME<A>, #NAME " is never called; the handler is " #RIGHT);                   \
    }
HPNSIM_NOT_A_HANDLER(on_sent, on_send)
HPNSIM_NOT_A_HANDLER(on_time_out, on_timeout)
HPNSIM_NOT_A_HANDLER(on_rto, on_timeout)
HPNSIM_NOT_A_HANDLER(on_timers, on_timer)
HPNSIM_NOT_A_HANDLER(on_tick, on_timer)
HPNSIM_NOT_A_HANDLER(on_nak, on_nack)
HPNSIM_NOT_A_HANDLER(on_credits, on_credit)
#undef HPNSIM_NOT_A_HANDLER

template <class A> constexpr void check_names()
{
    refuse_on_sent<A>();
    refuse_on_time_out<A>();
    refuse_on_rto<A>();
    refuse_on_timers<A>();
    refuse_on_tick<A>();
    refuse_on_nak<A>();
    refuse_on_credits<A>();
}

template <class A> constexpr void check_needs()
{
    constexpr Needs needs = A::info.needs;
    static_assert(names_on_ack<A> || !(has(needs, Needs::ecn) || has(needs, Needs::rtt) ||
                                       has(needs, Needs::telemetry) || has(needs, Needs::digest)),
                  "Needs::ecn, rtt, telemetry and digest arrive in on_ack, which is missing or misspelt");
    static_assert(names_on_cnp<A> || !(has(needs, Needs::cnp) || has(needs, Needs::notices)),
                  "Needs::cnp, as Needs::notices, arrives in on_cnp, which is missing or misspelt");
    static_assert(names_on_nack<A> || !has(needs, Needs::trimming),
                  "Needs::trimming arrives in on_nack, which is missing or misspelt");
    static_assert(names_on_credit<A> || !has(needs, Needs::credits | Needs::accepts_credits),
                  "Needs::credits and accepts_credits arrive in on_credit, which is missing or misspelt");
}
}  // namespace detail

/// Builds the function table of an algorithm; what is missing or misspelt fails to compile.
template <class A> constexpr CcOps cc_ops()
{
    detail::check_needs<A>();
    detail::check_names<A>();
    static_assert(!detail::takes_copy<Flow, decltype(&A::start)>,
                  "start takes Flow& by reference: what it writes into a copy is lost");
    return {detail::slot_ops<A>(),
            [](void* cc, Flow& flow, const void* params) {
                static_cast<A*>(cc)->start(flow, *static_cast<const typename A::Params*>(params));
            },
            detail::call_on_ack<A>(),
            detail::call_on_cnp<A>(),
            detail::call_on_nack<A>(),
            detail::call_on_timeout<A>(),
            detail::call_on_send<A>(),
            detail::call_on_credit<A>(),
            detail::call_on_timer<A>(),
            detail::call_unfit<A>()};
}

}  // namespace hpnsim

/// Makes a CC known. Write it at global scope, once, after the struct.
#define HPNSIM_CC(TYPE) HPNSIM_ALGORITHM(cc, CcOps, TYPE)
