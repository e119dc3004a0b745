// SPDX-License-Identifier: GPL-2.0-only
// A topology declares itself with this: one struct with its name, its doc, its settings and build(), and one
// line of CMake, add_topology(FILE TYPE). Settings are those of settings.hpp, written as topologies always
// were: ranges as lo..hi, and a source for every default.
//
//     struct Star {
//         static constexpr const char* kName = "star";
//         static constexpr const char* kDoc = "hosts around one switch";
//         uint32_t hosts = 2;
//         static const std::vector<Setting>& settings();
//         FabricPlan build(const PlanOptions& options);
//     };
//     HPNSIM_TOPOLOGY(Star)
#pragma once

#include "hpnsim/topologies.hpp"

namespace hpnsim
{

namespace detail
{
/// The setting with its range in the notation of topologies. It refuses what lies outside of it.
Setting with_range(Setting setting, double lo, double hi, bool whole, bool automatic);
Setting with_choices(Setting setting, const std::vector<std::string>& names, bool automatic);
}  // namespace detail

/// A number in `unit`. `source`: of the default; "assumption" where there is none. `automatic`: what the
/// value follows from where nobody gives it, of a std::optional.
template <auto M> Setting number(const char* name, const char* unit, double lo, double hi, const char* doc,
                                 const char* source, const char* automatic = "")
{
    using Of = Member<M>;
    constexpr bool whole = std::is_integral_v<typename Of::T> && sizeof(typename Of::T) < sizeof(Bytes);
    Setting made = detail::with_range(number<M>(name, unit, doc, lo, hi), lo, hi, whole, Of::kOptional);
    made.source = source;
    made.automatic = automatic;
    return made;
}

/// A whole number: of hosts, switches, ports.
template <auto M> Setting whole(const char* name, double lo, double hi, const char* doc, const char* source,
                                const char* automatic = "")
{
    return number<M>(name, "", lo, hi, doc, source, automatic);
}

template <auto M> Setting rate(const char* name, const char* doc, const char* source)
{
    return number<M>(name, "Gb/s", 0.001, 10000, doc, source);
}

/// One of several names, each of which stands for a value.
template <auto M> Setting choice(const char* name, const char* doc, const char* source,
                                 const std::vector<std::pair<std::string, typename Member<M>::T>>& choices,
                                 const char* automatic = "")
{
    std::vector<std::string> names;
    for (const auto& each : choices) names.push_back(each.first);
    Setting made = detail::with_choices(choice<M>(name, doc, choices), names, Member<M>::kOptional);
    made.source = source;
    made.automatic = automatic;
    return made;
}

// The keys that every generated topology has.

template <auto M> Setting link_ns()
{
    return number<M>("link-ns", "ns", 0, 1e9, "one-way delay of a cable",
                     "SimAI's generator (0.0005 ms); HPN section 10: under 100 m");
}

template <auto M> Setting switch_ns()
{
    return number<M>("switch-ns", "ns", 0, 1e6, "pipeline latency of a switch", "assumption");
}

template <auto M> Setting buffer_mb()
{
    return number<M>("buffer-mb", "MiB", 0.001, 65536, "shared packet buffer of each switch",
                     "assumption (a 51.2T chip of 2023; of 32 x 100G, 16 MB)",
                     "165 per 51.2 Tb/s of port capacity; of 32 ports at least, and never below 16");
}

namespace detail
{
/// The struct that a topology's settings are members of: its own, or T::Part, from which it derives.
template <class T, class = void> struct PartOf {
    using type = T;
};
template <class T> struct PartOf<T, std::void_t<typename T::Part>> {
    using type = typename T::Part;
};
}  // namespace detail

/// What a topology's file declares, as data.
template <class T> TopologyInfo declared_topology()
{
    using Part = typename detail::PartOf<T>::type;
    return {T::kName, T::kDoc, T::settings,
            []() -> std::shared_ptr<void> { return std::shared_ptr<Part>(std::make_shared<T>()); },
            [](void* settings, const PlanOptions& options) {
                return static_cast<T*>(static_cast<Part*>(settings))->build(options);
            }};
}

}  // namespace hpnsim

/// Stands in the file of a topology, in namespace hpnsim.
#define HPNSIM_TOPOLOGY(TYPE)                                                                                \
    extern "C" const hpnsim::TopologyInfo* hpnsim_topology_##TYPE();                                         \
    extern "C" const hpnsim::TopologyInfo* hpnsim_topology_##TYPE()                                          \
    {                                                                                                        \
        static const hpnsim::TopologyInfo info = hpnsim::declared_topology<hpnsim::TYPE>();                  \
        return &info;                                                                                        \
    }
