// SPDX-License-Identifier: GPL-2.0-only
// Puts the pieces of several senders into the order of their arrival.
#include "nvlink/nvlink_receiver.hpp"

#include <algorithm>

namespace hpnsim
{

void NvlinkReceiver::Sort()
{
    std::sort(m_coming.begin(), m_coming.end(), ComesBefore);
    m_sorted = true;
}

}  // namespace hpnsim
