// SPDX-License-Identifier: GPL-2.0-only
// Declares the keys of PFC, with range, meaning and source of each: the list of PfcSettings.
#include "pfc/pfc_settings.hpp"

#include "hpnsim/settings.hpp"

namespace hpnsim
{

const std::vector<Setting>& PfcSettings::settings()
{
    using S = PfcSettings;
    static const std::vector<Setting> list = {
        priorities<&S::lossless>("lossless", "priorities under PFC on a lossless fabric (RoCE's usual: 3)"),
        number<&S::quanta>("pfc-quanta", "quanta",
                           "time that a PAUSE asks for; 1 quantum = 512 bit times (IEEE 802.3 31B.2)", 1,
                           kMaxQuanta),
        number<&S::refresh>("pfc-refresh", "",
                            "a PAUSE is repeated after this share of its time (assumption)", 0.01, 0.95),
        number<&S::reaction>("pfc-reaction-us", "us",
                             "delay from a PFC frame's arrival to its effect (assumption: 0; headroom covers "
                             "the maximum of IEEE 802.3 31B.3.7 in any case)",
                             0, 1000)};
    return list;
}

}  // namespace hpnsim
