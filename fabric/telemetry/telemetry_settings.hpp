// SPDX-License-Identifier: GPL-2.0-only
// TelemetrySettings hold what a user may set of what switches tell senders: INT records, digests, notices.
// The CC's needs decide whether they do.
#pragma once

#include <cstdint>
#include <vector>

namespace hpnsim
{

struct Setting;

enum class IntRecords {
    FULL,      ///< full precision
    HPCC_SIM,  ///< IntFormat::HpccSim
};

struct TelemetrySettings {
    IntRecords records{IntRecords::FULL};
    double digestBase{1.05};  ///< ratio of neighbouring digests
    double noticeFrames{1};   ///< full packets waiting from which senders are told

    /// The base as digests are made: in thousandths.
    uint32_t DigestThousandths() const;

    static const std::vector<Setting>& settings();
};

}  // namespace hpnsim
