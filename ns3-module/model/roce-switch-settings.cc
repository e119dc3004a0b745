// SPDX-License-Identifier: GPL-2.0-only
// The settings of a RoceSwitch as ns-3 Attributes, and marking, whose thresholds may change while
// the switch is in use.
#include "roce-switch-port.h"

#include "marking/derived_curve.hpp"
#include "marking/marking_plan.hpp"

#include "hpnsim/bad_input.hpp"

namespace hpnsim
{

SettingAttributes
RoceSwitch::AttributesOf(FabricSettings& settings)
{
    return SettingAttributes()
        .Add(settings.keys())
        .Add(Keys().add(settings.lb.adaptive), "Adaptive")
        .Add(Keys().add(settings.lb.flowlet), "Flowlet")
        .Add(Keys().add(settings.lb.roundRobin), "RoundRobin");
}

const FabricSettings&
RoceSwitch::Settings() const
{
    return m_settings;
}

void
RoceSwitch::SetSetting(size_t number, const std::string& text)
{
    const std::string type = GetTypeId().GetName();
    if (m_clock == nullptr)
    {
        AttributesOf(m_settings)[number].Read(type, text);
        return;
    }
    FabricSettings changed = m_settings;
    const SettingAttribute setting = AttributesOf(changed)[number];
    const std::string place = type + "::" + setting.Name();
    if (!EcnSettings::IsThreshold(setting.Key()))
    {
        RefuseChange(type, setting);
    }
    const auto* derived = changed.red.target<DerivedCurve>();
    if (changed.red && derived == nullptr)
    {
        throw BadInput(place + " has no effect: FabricSettings::red of this network is a function "
                               "that the program has set");
    }
    if (m_plan == nullptr)
    {
        throw BadInput(place + ": the network of this switch is gone");
    }
    setting.Read(type, text);
    if (derived != nullptr)
    {
        changed.red = DerivedCurve{changed.marking, derived->trimmed};
    }
    changed.markFirst = !changed.marking.Fixed();
    ChangeMarking(changed);
}

/// Throws BadInput, and changes nothing, if kmin exceeds kmax at some port.
void
RoceSwitch::ChangeMarking(const FabricSettings& changed)
{
    const BufferPlan buffer(changed, *m_plan, *m_adjacency, m_index);
    const MarkingPlan marking(changed, buffer, *m_plan, *m_adjacency, m_index);
    const uint32_t node = m_plan->endpoints + m_index;
    const auto end = [&](const Port& port) { return m_adjacency->end(node, port.number); };
    for (const Port& port : m_ports)
    {
        if (end(port).wired)
        {
            marking.Of(m_plan->links[end(port).link].rate);
        }
    }
    m_settings.marking = changed.marking;
    m_marked = changed.marking.marked;
    m_settings.red = changed.red;
    m_settings.markFirst = changed.markFirst;
    for (Port& port : m_ports)
    {
        if (end(port).wired)
        {
            const bool lastHop = end(port).peer < m_plan->endpoints;
            ConfigureMarking(port, m_plan->links[end(port).link], lastHop, marking);
        }
    }
}

void
RoceSwitch::ConfigureMarking(Port& port,
                             const LinkPlan& link,
                             bool lastHop,
                             const MarkingPlan& marking)
{
    if (!m_settings.ecn || (lastHop && !m_settings.ecnLastHop))
    {
        return;
    }
    RedCurve curve = marking.Of(link.rate);
    curve.kmin = ShareOf(link, curve.kmin);
    curve.kmax = ShareOf(link, curve.kmax);
    port.marker.Change(curve, m_settings.marking.at);
}

} // namespace hpnsim
