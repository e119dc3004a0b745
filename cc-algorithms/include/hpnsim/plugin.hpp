// SPDX-License-Identifier: GPL-2.0-only
// All three kinds of plug-ins share what is declared here: how an algorithm names itself, its type-erased
// parameters, and how a compiled file shows what it was built for.
#pragma once

#include "hpnsim/interface_digest.hpp"  // generated: kInterface
#include "hpnsim/params.hpp"
#include "hpnsim/span.hpp"

#include <cstddef>
#include <cstdint>
#include <new>
#include <string_view>
#include <type_traits>

namespace hpnsim
{

/// Raise this number when the source of a plug-in may need a change: when a field, handler or unit goes away
/// or means something else, or `PluginHeader` changes. Any other change of the interface (a new field, event
/// or `Needs`) alters `kInterface` by itself, and then a plug-in only needs a new build.
inline constexpr uint32_t kAbi = 1;

/// What a CC wants from NICs and switches. The network switches it on or refuses. In a receiver policy, cnp
/// says that it sends CNPs.
enum class Needs : uint32_t {
    nothing = 0,
    ecn = 1,        ///< switches mark CE and ACKs echo it: Ack::ecn, Ack::marked
    cnp = 2,        ///< switches mark CE and the receiver answers with CNPs: on_cnp
    rtt = 4,        ///< Ack::rtt
    telemetry = 8,  ///< switches stamp INT records: Ack::hops
    trimming = 16,  ///< switches trim instead of dropping: on_nack
    credits = 32,   ///< a credit receiver: on_credit
    digest = 64,    ///< switches write the path's greatest utilisation into data: Ack::payload (digest.hpp)
    notices = 128,  ///< congested switches answer senders, others grant growth: on_cnp (notice.hpp)
    accepts_credits = 256,  ///< a credit receiver where the user wants one: Flow::credited says so
};
constexpr Needs operator|(Needs a, Needs b)
{
    return static_cast<Needs>(static_cast<uint32_t>(a) | static_cast<uint32_t>(b));
}
constexpr bool has(Needs set, Needs one)
{
    return (static_cast<uint32_t>(set) & static_cast<uint32_t>(one)) != 0;
}

/// Names what runs beside an algorithm unless the user says otherwise.
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

/// The greatest alignment that a state may ask for.
inline constexpr size_t kStateAlign = 64;

/// Every kind of function table begins with this part.
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
    static_assert(alignof(A) <= kStateAlign, "an algorithm's state lies in a slab aligned to 64 bytes");
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
/// True if a handler takes a T by value. What it writes is then lost with its copy.
template <class T, class Handler> inline constexpr bool takes_copy = false;
template <class T, class R, class C, class... Args>
inline constexpr bool takes_copy<T, R (C::*)(Args...)> = (std::is_same_v<T, Args> || ...);
template <class T, class R, class C, class... Args>
inline constexpr bool takes_copy<T, R (C::*)(Args...) const> = takes_copy<T, R (C::*)(Args...)>;
template <class T, class R, class C, class... Args>
inline constexpr bool takes_copy<T, R (C::*)(Args...) noexcept> = takes_copy<T, R (C::*)(Args...)>;
template <class T, class R, class C, class... Args>
inline constexpr bool takes_copy<T, R (C::*)(Args...) const noexcept> = takes_copy<T, R (C::*)(Args...)>;

/// True for a type that no other file can mean by the same name.
template <class A> constexpr bool is_local()
{
    return std::string_view(__PRETTY_FUNCTION__).find("anonymous") != std::string_view::npos;
}
}  // namespace detail

/// A host reads this of a plug-in file before it trusts the rest. It is the symbol hpnsim_plugin_cc,
/// hpnsim_plugin_path or hpnsim_plugin_receiver; a file has at least one of them, and each at most once.
struct PluginHeader {
    char magic[8];      ///< kPluginMagic
    uint32_t abi;       ///< kAbi at its build
    uint32_t ops_size;  ///< of the table below
    uint64_t build;     ///< kInterface at its build
    const void* ops;    ///< CcOps, PathOps or ReceiverOps
};
inline constexpr std::string_view kPluginMagic = "hpnsim-p";

namespace detail
{
template <class A, class Ops> constexpr PluginHeader plugin_header(const Ops* ops)
{
    static_assert(is_local<A>(), "a plug-in's struct belongs into an anonymous namespace: two plug-ins whose "
                                 "structs have one name would share what is static in them");
    PluginHeader header{{}, kAbi, sizeof(Ops), kInterface, ops};
    for (size_t i = 0; i < sizeof(header.magic); ++i) header.magic[i] = kPluginMagic[i];
    return header;
}
}  // namespace detail

}  // namespace hpnsim

// One line of the user's source has two uses. Within hpnsim (HPNSIM_BUILT_IN) it defines the function that
// the generated table calls; anywhere else it defines the symbol that makes a shared library a plug-in.
#ifdef HPNSIM_BUILT_IN
#define HPNSIM_ALGORITHM(SLOT, OPS, TYPE)                                                                    \
    extern "C" const ::hpnsim::OPS* hpnsim_##SLOT##_##TYPE()                                                 \
    {                                                                                                        \
        static constexpr ::hpnsim::OPS ops = ::hpnsim::SLOT##_ops<TYPE>();                                   \
        return &ops;                                                                                         \
    }
#else
#define HPNSIM_ALGORITHM(SLOT, OPS, TYPE)                                                                    \
    static constexpr ::hpnsim::OPS hpnsim_ops_of_##SLOT = ::hpnsim::SLOT##_ops<TYPE>();                      \
    extern "C" __attribute__((visibility("default"))) const ::hpnsim::PluginHeader hpnsim_plugin_##SLOT;     \
    const ::hpnsim::PluginHeader hpnsim_plugin_##SLOT =                                                      \
        ::hpnsim::detail::plugin_header<TYPE>(&hpnsim_ops_of_##SLOT);
#endif
