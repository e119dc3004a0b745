// SPDX-License-Identifier: GPL-2.0-only
// Declares the keys of what switches tell senders, with range, meaning and source of each: the list of
// TelemetrySettings.
#include "telemetry/telemetry_settings.hpp"

#include "hpnsim/settings.hpp"

namespace hpnsim
{

uint32_t TelemetrySettings::DigestThousandths() const
{
    return static_cast<uint32_t>(std::lround(digestBase * 1000));
}

const std::vector<Setting>& TelemetrySettings::settings()
{
    using S = TelemetrySettings;
    static const std::vector<Setting> list = {
        choice<&S::records>("int", "INT records: full precision, or HPCC-sim's 64 bits a hop",
                            {{"full", IntRecords::FULL}, {"hpcc-sim", IntRecords::HPCC_SIM}}),
        number<&S::digestBase>("digest-base", "",
                               "digests: the ratio of the utilisations that neighbouring codes stand for "
                               "(PINT, SIGCOMM'20: 1.05, a byte; HPCC-sim's run.py: 1.01, two bytes)",
                               1.001, 2),
        number<&S::noticeFrames>(
            "notice-frames", "packets",
            "notices: switches notify senders when this many full packets wait (Bolt, NSDI'23: 1)", 0.001,
            1e6)};
    return list;
}

}  // namespace hpnsim
