// SPDX-License-Identifier: GPL-2.0-only
// Writes traces as text, for TraceReader (replay.hpp) to read back. There is one field for each thing that a
// CC can see, so that a replay repeats the run's answers exactly.
//
// Columns, beyond those that other simulators' traces have (after `expect_window_bytes`):
// - port: NIC port of `path`
// - cumulative_bytes (ack): newly acknowledged cumulatively; `acked_bytes` is what newly arrived, in any
// order
// - marked_bytes (ack): of `acked_bytes`, how much carried CE
// - host_delay_ps, out_of_order, penalty, payload, in_a_row: the fields of Ack, Cnp and Timeout (events.hpp)
// and, where the transport has changed them in Flow since the row before, else empty:
// - backlog_bytes, credit_bytes, line_rate_bps, bdp_bytes, live_ports, home_port, stream
// - rate_set_bps: Flow::rate, when a NIC port went or came back
#pragma once

#include "hpnsim/replay.hpp"

#include <string>

namespace hpnsim
{

/// Writes the header and the line of column names. `flow` must be as the algorithm's start() left it, before
/// anything was sent; a CC that draws from `Flow::stream` in start() draws other numbers in a replay.
/// `header` counts the wire bytes of a full packet beyond its payload. `wrap` belongs to the INT records.
std::string trace_head(const Chosen<CcOps>& cc, const Flow& flow, Bytes header, const IntWrap& wrap = {});

/// Writes a row with its line end.
std::string trace_line(const TraceRow& row);

}  // namespace hpnsim
