// SPDX-License-Identifier: GPL-2.0-only
// Declares what users can set of a transport, in parts. `--transport` reads these parts, and a NIC holds the
// same ones. An empty std::optional is automatic: timeouts then follow the path (timeouts_for in
// nic_config.hpp).
#pragma once

#include "hpnsim/units.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace hpnsim
{

struct Setting;
class Keys;

/// When a packet that nobody acknowledges is sent again, and how often that is tried.
struct RetrySettings {
    std::optional<Time> ack_timeout;  ///< gbn; max: never
    int retries = 7;                  ///< timeouts in a row before the work request fails
    std::optional<Time> rto;       ///< irn, rud: age of the packet sent longest ago; rud doubles it per retry
    std::optional<Time> rto_low;   ///< irn: instead of `rto` when few packets are in flight
    uint32_t rto_low_packets = 3;  ///< irn: how few (IRN: N = 3)
    bool adaptive = false;         ///< gbn: begin shorter, double up to `ack_timeout` (NVIDIA NICs)

    static const std::vector<Setting>& settings();
};

/// What happens when a receiver has no receive request.
struct RnrSettings {
    uint8_t timer = 12;  ///< IBTA code that this side's RNR NAKs ask to wait (12: 0.64 ms)
    int retries = 7;     ///< receiver-not-ready NAKs in a row; 7: for ever (IBTA)

    static const std::vector<Setting>& settings();
};

/// When a receiver acknowledges.
struct AckSettings {
    uint32_t every = 1;            ///< gbn, irn: after every n-th packet (and whenever asked)
    Bytes bytes = 16384;           ///< rud: after this much payload (uec.md, section 6)
    Time delay = microseconds(4);  ///< a coalesced ACK waits no longer than this

    static const std::vector<Setting>& settings();
};

/// When a receiver tells of marks by CNPs.
struct CnpSettings {
    /// Least time between two CNPs of one QP. The receiver policy `cnp` keeps it.
    Time interval = microseconds(50);
    Time delay;  ///< from the marked packet's arrival to its CNP

    static const std::vector<Setting>& settings();
};

/// How transports that repair single packets find which ones are lost, and how far ahead they send.
struct SelectiveSettings {
    std::optional<double> reorder;  ///< rud: base RTTs; a packet is lost that left so long before one that
                                    ///< has arrived; 0, and in a NIC empty: only timeouts and NAKs tell
    uint32_t window = 16384;        ///< irn, rud: PSNs outstanding at most (UEC: MP_RANGE)
    bool sleek = false;             ///< rud: losses are inferred from what the receiver holds out of order,
                                    ///< and by probes (sleek.cpp; uet-htsim's -sleek)

    static const std::vector<Setting>& settings();
};

/// READs and atomics.
struct ReadAtomicSettings {
    uint8_t outstanding = 16;  ///< at most, for each QP, on either side

    static const std::vector<Setting>& settings();
};

/// All parts.
struct TransportSettings {
    RetrySettings retry;
    RnrSettings rnr;
    CnpSettings cnp;
    AckSettings acks;
    SelectiveSettings selective;
    ReadAtomicSettings reads;

    Keys keys();
    Keys keys() const;  ///< for reading alone
};

}  // namespace hpnsim
