// SPDX-License-Identifier: GPL-2.0-only
// PfcSettings hold what a user may set of PFC: which priorities it guards, and the times of its frames, in
// both directions.
#pragma once

#include "pfc/pfc_frame.hpp"

#include <vector>

namespace hpnsim
{

struct Setting;

struct PfcSettings {
    PausedPriorities lossless{priority_bit(kDataPriority)};  ///< on a lossless fabric
    uint16_t quanta{kMaxQuanta};                             ///< of a pause that is sent
    double refresh{0.5};  ///< a pause is sent again after this share of its quanta
    Time reaction;        ///< from the arrival of a frame to its effect
    /// Pauses run out and are refreshed. A peer's, which no key sets: they last until they are taken back,
    /// and each change of a priority is a frame of its own.
    bool timed{true};

    static const std::vector<Setting>& settings();
};

}  // namespace hpnsim
