// SPDX-License-Identifier: GPL-2.0-only
// PFC frames (IEEE 802.1Qbb, 802.3 annex 31D) that pause or resume.
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

}  // namespace hpnsim
