// SPDX-License-Identifier: GPL-2.0-only
// What a user may say of what switches tell senders: INT records, digests, notices. Whether they do is the
// rate law's need.
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
