// SPDX-License-Identifier: GPL-2.0-only
// Lists the columns of a trace, for both its reader and its writer.
#pragma once

namespace hpnsim
{

enum TraceColumn {
    kTime,
    kEvent,
    kPsn,
    kAcked,
    kRtt,
    kRttValid,
    kEcn,
    kPath,
    kSize,
    kWhy,
    kInFlight,
    kNextPsn,
    kHops,
    kExpectRate,
    kExpectWindow,
    // The next columns are hpnsim's own.
    kPort,
    kCumulative,
    kMarked,
    kHostDelay,
    kOutOfOrder,
    kPenalty,
    kPayload,
    kInARow,
    kBacklog,
    kCredit,
    kLineRate,
    kBdp,
    kRateSet,
    kLivePorts,
    kHomePort,
    kStream,
    kProbeAck,
    kTraceColumns
};

inline constexpr const char* kTraceColumnNames[kTraceColumns] = {"time_ps",
                                                                 "event",
                                                                 "psn",
                                                                 "acked_bytes",
                                                                 "rtt_ps",
                                                                 "rtt_valid",
                                                                 "ecn",
                                                                 "path",
                                                                 "size_bytes",
                                                                 "why",
                                                                 "in_flight_bytes",
                                                                 "next_psn",
                                                                 "hops",
                                                                 "expect_rate_bps",
                                                                 "expect_window_bytes",
                                                                 "port",
                                                                 "cumulative_bytes",
                                                                 "marked_bytes",
                                                                 "host_delay_ps",
                                                                 "out_of_order",
                                                                 "penalty",
                                                                 "payload",
                                                                 "in_a_row",
                                                                 "backlog_bytes",
                                                                 "credit_bytes",
                                                                 "line_rate_bps",
                                                                 "bdp_bytes",
                                                                 "rate_set_bps",
                                                                 "live_ports",
                                                                 "home_port",
                                                                 "stream",
                                                                 "probe_ack"};

}  // namespace hpnsim
