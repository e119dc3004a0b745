// SPDX-License-Identifier: GPL-2.0-only
// Declares the keys of the queues of a trimming fabric, the list of TrimSettings, and computes what they come
// to at a port.
#include "trimming/trim_settings.hpp"

#include "marking/ecn_settings.hpp"

#include "hpnsim/settings.hpp"

namespace hpnsim
{

namespace
{

Bytes InBytes(double bdps, Rate rate, Time rtt)
{
    return static_cast<Bytes>(bdps * static_cast<double>(bytes_in(rtt, rate)));
}

}  // namespace

Bytes TrimSettings::Limit(Rate rate, bool lastHop, Time rtt) const
{
    return InBytes(lastHop ? limitLastHop : limit, rate, rtt);
}

RedCurve TrimSettings::Curve(const EcnSettings& ecn, Rate rate, Time rtt) const
{
    if (ecn.OwnThresholds() || ecn.pmax == 0) {
        return ecn.At(rate);
    }
    return {InBytes(markFrom, rate, rtt), InBytes(markAll, rate, rtt), ecn.pmax.value_or(1)};
}

const std::vector<Setting>& TrimSettings::settings()
{
    using S = TrimSettings;
    static const std::vector<Setting> list = {
        number<&S::markFrom>("ecn-min-bdp", "BDP",
                             "trimming: queue at which ECN begins (uet-htsim: 0.2 plane BDP)", 0, 100),
        number<&S::markAll>("ecn-max-bdp", "BDP",
                            "trimming: queue above which every packet is marked (uet-htsim: 0.8)", 0, 100),
        number<&S::limit>("trim-bdp", "BDP", "trimming: queue limit inside the fabric (uet-htsim: 1.0)", 0.01,
                          100),
        number<&S::limitLastHop>("trim-last-bdp", "BDP",
                                 "trimming: queue limit at the last hop (UEC tuning: 1.5)", 0.01, 100)};
    return list;
}

}  // namespace hpnsim
