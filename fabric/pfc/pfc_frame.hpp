// SPDX-License-Identifier: GPL-2.0-only
// Declares what a PFC frame says (IEEE 802.1Qbb, 802.3 annex 31D), and the settings that govern PFC.
#pragma once

#include "hpnsim/headers.hpp"
#include "hpnsim/packet.hpp"
#include "hpnsim/units.hpp"

namespace hpnsim
{

constexpr uint16_t kMaxQuanta = 65535;

/// One quantum is 512 bit times of the port (IEEE 802.3 31B.2).
inline Time QuantaTime(uint16_t quanta, Rate rate)
{
    return transmit_time(Bytes{quanta} * 64, rate);
}

inline PfcFrame SinglePfcFrame(Priority priority, uint16_t quanta)
{
    PfcFrame frame;
    frame.enabled = priority_bit(priority);
    frame.quanta[priority] = quanta;
    return frame;
}

/// Makes the frame that ends every pause.
inline PfcFrame ResumeEverything()
{
    PfcFrame frame;
    frame.enabled = 0xff;
    return frame;
}

enum class WatchdogAction {
    DROP,     ///< drop what waits in a stormed queue, and what comes
    FORWARD,  ///< ignore pauses
};

/// Settings of both directions of PFC.
struct PfcSettings {
    uint16_t quanta{kMaxQuanta};  ///< of a pause that is sent
    double refresh{0.5};          ///< a pause is sent again after this share of its quanta
    Time reaction;                ///< time from the arrival of a frame to its effect
    Time watchdog;                ///< a priority paused for so long is a storm; 0: never
    Time restore;                 ///< a storm is over after so long without pause
    WatchdogAction action{WatchdogAction::DROP};
    bool timed{true};  ///< pauses run out and are refreshed; false: they last until they are taken
                       ///< back, and each change of a priority is a frame of its own
    Time deadlock;     ///< after so long a pause, and again, its cause is looked for; 0: never
};

}  // namespace hpnsim
