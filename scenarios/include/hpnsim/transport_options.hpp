// SPDX-License-Identifier: GPL-2.0-only
// `--transport NAME[:key=value,...]`, read and checked. One declaration of each key serves parsing, `--help`
// and the header of every result.
#pragma once

#include "hpnsim/plugin.hpp"
#include "hpnsim/units.hpp"

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace hpnsim
{

/// The endpoints' transport. Sources: InfiniBand architecture (IBTA) through facts of rdma-core's manual
/// pages, RoCEv2 annex A17.9.3, and the open UEC simulator uet-htsim.
struct TransportOptions {
    std::string name = "gbn";              ///< `gbn` (RoCEv2 RC, go-back-N), `irn` or `rud` (UEC-style)
    int ack_timeout = -1;                  ///< code t: 4.096 us x 2^t; 0 never times out; -1: by the path
    int retry = 7;                         ///< timeouts in a row before the QP fails
    int rnr_timer = 12;                    ///< IB code of the wait after a receiver-not-ready NAK
    Time cnp_interval = microseconds(50);  ///< least time between two CNPs of one QP
    Time cnp_delay;                        ///< from a marked packet to its CNP
    int ack_every = 1;                     ///< in-order packets per ACK
    Bytes sack_bytes = 16384;              ///< rud: accepted bytes per ACK
    Time ack_delay = microseconds(4);      ///< a coalesced ACK waits no longer than this
    Time rto;                              ///< irn, rud: retransmission timeout; 0: by path and queues
    Time rto_low;                          ///< irn: with few packets in flight; 0: by path and queues
    int rto_low_packets = 3;               ///< irn: how few
    double reorder = -1;         ///< rud: base RTTs by which paths may differ; 0: any; -1: by the path policy
    int adaptive = 0;            ///< gbn: timeouts that begin short and double
    int rnr_retry = 7;           ///< receiver-not-ready NAKs in a row; 7: for ever
    int max_rd_atomic = 16;      ///< READs and atomics outstanding per QP
    int window_packets = 16384;  ///< rud: PSNs outstanding beyond the cumulative ACK
    int sleek = 0;               ///< rud: losses are inferred from counts and probes (sleek.cpp)

    std::set<std::string> given;  ///< the keys that the user wrote; a profile leaves those alone

    static Span<Param> list();
};

/// Reads NAME[:key=value,...] over what is in force already (`under`), whose values hold where `text` does
/// not give the key. `given` becomes the keys of `text`. Throws BadInput; `what` begins the sentence.
TransportOptions parse_transport(const std::string& what, const std::string& text,
                                 const TransportOptions& under = {});

/// Lists "key=value unit" in declared order, for result headers.
std::vector<std::pair<std::string, std::string>> describe(const TransportOptions& options);

}  // namespace hpnsim
