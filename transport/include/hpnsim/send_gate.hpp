// SPDX-License-Identifier: GPL-2.0-only
// SendGate says whether a queue pair may send, and from when on: by its work, its window and its credit, its
// rate, and the pauses that its peer has asked for. It knows nothing of ports.
#pragma once

#include "hpnsim/nic_config.hpp"
#include "hpnsim/units.hpp"

#include <cstdint>

namespace hpnsim
{

struct Qp;

class SendGate
{
public:
    /// `psn_window`: most PSNs outstanding.
    SendGate(const NicConfig& config, uint32_t psn_window)
        : psn_window_(psn_window), pacing_(config.quirks.pacing)
    {
    }
    uint32_t psn_window() const { return psn_window_; }

    // These are asked several times for every packet, and so are compiled into whoever asks (nic/turns.hpp).
    /// Tells whether the QP has a packet of a request that it may send as far as PSNs go.
    bool has_work(const Qp& qp) const;
    /// The same as far as windows and credit go, too.
    bool may_send_request(const Qp& qp) const;
    /// The same of any packet: answers to READs are paced, but no window limits them, because nobody
    /// acknowledges them.
    bool may_send(const Qp& qp) const;
    /// Returns when pacing lets the next packet go; it may be in the past.
    Time release_time(const Qp& qp) const;

private:
    bool repairs_or_ends(const Qp& qp) const;
    Time whole_ns_release(const Qp& qp) const;

    uint32_t psn_window_;
    Pacing pacing_;
};

}  // namespace hpnsim
