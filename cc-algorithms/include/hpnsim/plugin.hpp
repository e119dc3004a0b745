// SPDX-License-Identifier: GPL-2.0-only
// What every plug-in slot shares: how an algorithm names itself, and its type-erased parameters.
#pragma once

#include "hpnsim/params.hpp"

#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>

namespace hpnsim
{

/// Raised whenever a struct of events.hpp, cc.hpp, path.hpp or receiver.hpp changes. 0: not frozen yet.
inline constexpr uint32_t kAbi = 0;

/// What an algorithm wants from NICs and switches; the glue switches it on or refuses.
enum class Needs : uint32_t {
    nothing = 0,
    ecn = 1,               ///< switches mark CE and ACKs echo it: Ack::ecn, Ack::marked
    cnp = 2,               ///< switches mark CE and the receiver answers with CNPs: on_cnp
    rtt = 4,               ///< Ack::rtt
    telemetry = 8,         ///< switches stamp INT records: Ack::hops
    trimming = 16,         ///< switches trim instead of dropping: on_nack
    credits = 32,          ///< a credit receiver: on_credit
    accepts_credits = 64,  ///< the same where the user wants one: Flow::credited says so
};
constexpr Needs operator|(Needs a, Needs b)
{
    return static_cast<Needs>(static_cast<uint32_t>(a) | static_cast<uint32_t>(b));
}
constexpr bool has(Needs set, Needs one)
{
    return (static_cast<uint32_t>(set) & static_cast<uint32_t>(one)) != 0;
}

/// What runs beside an algorithm unless the user says otherwise.
struct Defaults {
    const char* transport = "gbn";
    const char* fabric = "lossless";
    const char* path = "ecmp";
    const char* receiver = "echo";
};

/// How an algorithm presents itself.
struct Info {
    const char* name;
    const char* doc;  ///< what it does, and the paper
    Needs needs = Needs::nothing;
    Defaults defaults = {};
};

/// A borrowed array; what std::span is in C++20.
template <class T> struct Span {
    const T* data = nullptr;
    size_t size = 0;
    constexpr const T* begin() const { return data; }
    constexpr const T* end() const { return data + size; }
};

/// The part of a function table that every slot has.
struct SlotOps {
    uint32_t abi;
    const Info* info;
    size_t state_size, state_align;     ///< of the per-QP (or per-port) state, trivially destructible
    size_t params_size, params_align;   ///< of the shared Params
    void (*make_params)(void* params);  ///< writes the defaults
    Span<Param> params;
    Span<Preset> presets;
    void (*make_state)(void* state);
};

namespace detail
{
template <class A, class = void> inline constexpr bool has_presets = false;
template <class A> inline constexpr bool has_presets<A, std::void_t<decltype(A::Params::presets())>> = true;

template <class A> struct Lists {
    static constexpr auto params = A::Params::list();
    static constexpr Span<Param> span_params() { return {params.data(), params.size()}; }
};
template <class A> struct PresetList {
    static constexpr auto presets = A::Params::presets();
};
template <class A> constexpr Span<Preset> preset_span()
{
    if constexpr (has_presets<A>)
        return {PresetList<A>::presets.data(), PresetList<A>::presets.size()};
    else
        return {};
}

template <class A> constexpr SlotOps slot_ops()
{
    static_assert(std::is_trivially_destructible_v<A> && std::is_trivially_destructible_v<typename A::Params>,
                  "an algorithm's state and parameters are plain data");
    return {kAbi,
            &A::info,
            sizeof(A),
            alignof(A),
            sizeof(typename A::Params),
            alignof(typename A::Params),
            [](void* p) { ::new (p) typename A::Params(); },
            Lists<A>::span_params(),
            preset_span<A>(),
            [](void* s) { ::new (s) A(); }};
}
}  // namespace detail

}  // namespace hpnsim
