// SPDX-License-Identifier: GPL-2.0-only
// A part declares its parameters here once: name, unit, meaning, range. The command line, `--help`, `cc
// NAME`, ns-3 Attributes and the header of every result are made from that declaration.
//
//     struct Params {
//         double gain = 0.5;
//         static constexpr auto list()
//         {
//             return params(param<&Params::gain>("gain", "", "EWMA gain (SIGCOMM'10, section 3)", 0, 1));
//         }
//     };
#pragma once

#include "hpnsim/units.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace hpnsim
{

/// One declared parameter. Values cross this border as double, in the declared unit; integers up
/// to 2^53 are exact. A `Time` member is set in microseconds ("us"), a `Rate` member in "Mb/s".
struct Param {
    const char* name;
    const char* unit;
    const char* doc;  ///< meaning and the source of the default
    double lo, hi;    ///< inclusive range, in `unit`
    bool integer;     ///< whole numbers only (bool: 0 or 1)
    double (*get)(const void* params);
    void (*set)(void* params, double value);
};

/// A named set of values that somebody published: "key=value,key=value". Where their author says so, it also
/// names what they presume of the transport, the fabric and the receiver beside the CC.
struct Preset {
    const char* name;
    const char* source;
    const char* values;
    /// Each is NAME[:key=value,...], as the option of that name takes it; empty: nothing is presumed.
    const char* transport = "";
    const char* fabric = "";
    const char* receiver = "";

    /// Returns the same preset, which brings `spec` along as its `slot` ("transport", "fabric" or
    /// "receiver"). What the user says of that slot wins, name and each key by itself. Any other slot does
    /// not compile.
    constexpr Preset with(std::string_view slot, const char* spec) const
    {
        Preset more = *this;
        if (slot == "transport")
            more.transport = spec;
        else if (slot == "fabric")
            more.fabric = spec;
        else if (slot == "receiver")
            more.receiver = spec;
        else
            throw "a preset brings a transport, a fabric or a receiver";
        return more;
    }
};

namespace detail
{
template <class> struct MemberOf;
template <class C, class T> struct MemberOf<T C::*> {
    using owner = C;
    using type = T;
};

template <class T> constexpr double to_number(const T& v)
{
    if constexpr (std::is_same_v<T, Time>)
        return v.us();
    else if constexpr (std::is_same_v<T, Rate>)
        return static_cast<double>(v.bps) / 1e6;
    else
        return static_cast<double>(v);
}

template <class T> T from_number(double v)
{
    if constexpr (std::is_same_v<T, Time>)
        return {static_cast<int64_t>(std::llround(v * 1e6))};
    else if constexpr (std::is_same_v<T, Rate>)
        return {static_cast<int64_t>(std::llround(v * 1e6))};
    else
        return static_cast<T>(v);
}
}  // namespace detail

/// Declares the member `M` of a Params struct.
template <auto M>
constexpr Param param(const char* name, const char* unit, const char* doc, double lo, double hi)
{
    using P = typename detail::MemberOf<decltype(M)>::owner;
    using T = typename detail::MemberOf<decltype(M)>::type;
    return {name,
            unit,
            doc,
            lo,
            hi,
            std::is_integral_v<T>,
            [](const void* p) { return detail::to_number(static_cast<const P*>(p)->*M); },
            [](void* p, double v) { static_cast<P*>(p)->*M = detail::from_number<T>(v); }};
}

template <class... Ps> constexpr std::array<Param, sizeof...(Ps)> params(Ps... ps)
{
    return {ps...};
}

/// Joins two lists: one that several CCs share, and one of a CC's own parameters.
template <size_t A, size_t B>
constexpr std::array<Param, A + B> joined(const std::array<Param, A>& first, const std::array<Param, B>& then)
{
    std::array<Param, A + B> all{};
    for (size_t i = 0; i < A + B; ++i) all[i] = i < A ? first[i] : then[i - A];
    return all;
}

template <class... Ps> constexpr std::array<Preset, sizeof...(Ps)> presets(Ps... ps)
{
    return {ps...};
}

}  // namespace hpnsim
