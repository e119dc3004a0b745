// SPDX-License-Identifier: GPL-2.0-only
// Declares the keys of the eight priorities of a port, with range, meaning and source of each: the list of
// SchedulingSettings.
#include "queueing/scheduling_settings.hpp"

#include "hpnsim/settings.hpp"

namespace hpnsim
{

namespace
{

/// No std::string: ns-3 asks for the list while programs are still being initialised.
constexpr const char* kClassSelectors = "dscp/8";

std::string PairText(size_t first, int second)
{
    return std::to_string(first) + "=" + std::to_string(second);
}

Setting Weights()
{
    Setting made{"weights",
                 "",
                 "DWRR weights of the priorities that are not strict (assumption: 4 for data's)",
                 "pairs of priority and weight, as in 3=4+4=2, weights 1 to 255",
                 {},
                 {}};
    made.read = [](void* part, const std::string& place, const std::string&, const std::string& text) {
        parse_pairs(place, text, kPriorities - 1, 1, UINT8_MAX, [part](int64_t priority, int64_t weight) {
            static_cast<SchedulingSettings*>(part)->weights.at(static_cast<size_t>(priority)) =
                static_cast<uint8_t>(weight);
        });
    };
    made.write = [](const void* part) -> KeyTexts {
        const auto& weights = static_cast<const SchedulingSettings*>(part)->weights;
        std::string text;
        for (size_t p = 0; p < weights.size(); ++p) {
            text += (p == 0 ? "" : "+") + PairText(p, weights.at(p));
        }
        return {{"weights", text}};
    };
    return made;
}

/// `dscp/8` stands for the class selectors, and what follows it for what differs from them.
Setting Map()
{
    Setting made{"dscp-map",
                 "",
                 "which priority a DSCP means (RFC 2474's class selectors: dscp/8)",
                 "pairs of DSCP and priority, as in 26=3+48=6, after dscp/8+ or over what holds already",
                 {},
                 {}};
    made.read = [](void* part, const std::string& place, const std::string&, const std::string& text) {
        DscpMap& map = static_cast<SchedulingSettings*>(part)->dscpMap;
        const std::string afresh = std::string(kClassSelectors) + "+";
        const bool more = text.compare(0, afresh.size(), afresh) == 0;
        if (more || text == kClassSelectors) {
            map = ClassSelectors();
        }
        if (text == kClassSelectors) {
            return;
        }
        parse_pairs(place, more ? text.substr(afresh.size()) : text, kDscps - 1, 0, kPriorities - 1,
                    [&map](int64_t dscp, int64_t priority) {
                        map.at(static_cast<size_t>(dscp)) = static_cast<Priority>(priority);
                    });
    };
    made.write = [](const void* part) -> KeyTexts {
        const DscpMap& map = static_cast<const SchedulingSettings*>(part)->dscpMap;
        std::string text = kClassSelectors;
        for (size_t dscp = 0; dscp < map.size(); ++dscp) {
            if (map.at(dscp) != ClassSelectors().at(dscp)) {
                text += "+" + PairText(dscp, map.at(dscp));
            }
        }
        return {{"dscp-map", text}};
    };
    return made;
}

}  // namespace

const std::vector<Setting>& SchedulingSettings::settings()
{
    using S = SchedulingSettings;
    static const std::vector<Setting> list = {
        priorities<&S::strict>("strict",
                               "priorities that go before all others, the highest first (assumption: 6)"),
        Weights(),
        Map(),
        number<&S::dscp>("dscp", "", "DSCP of RDMA data, which dscp-map makes a priority (RoCE's usual: 26)",
                         0, kDscps - 1),
        number<&S::controlDscp>("control-dscp", "", "DSCP of ACK, NAK and CNP (NVIDIA's for CNP: 48)", 0,
                                kDscps - 1),
        choice<&S::ackClass>("ack-class",
                             "priority of ACKs at every port: that of control packets or that of data",
                             {{"control", AckClass::CONTROL}, {"data", AckClass::DATA}})};
    return list;
}

}  // namespace hpnsim
