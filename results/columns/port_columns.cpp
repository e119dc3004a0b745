// SPDX-License-Identifier: GPL-2.0-only
// Declares the columns of queues.csv.
#include "columns/cells.hpp"

namespace hpnsim
{

const std::vector<Column<PortRow>>& port_columns()
{
    static const std::vector<Column<PortRow>> kColumns = {
        column("port", "text",
               "the port, named by both ends of its link, as in `tor 0 -> h3`; with port numbers, as in `tor "
               "0:4 -> tor 1:4`, where several links join the two",
               &PortRow::name),
        column("tier", "text", "what kind of node owns the queue: `nic`, `tor`, `agg`, ...", &PortRow::tier),
        column("role", "text", "where the port leads: `up`, `down`, or from a switch to a `host`",
               &PortRow::role),
        column("plane", "number", "plane of the switch; towards a NIC and at one, the number of its port",
               &PortRow::plane),
        {"rate_gbps", "Gb/s", "rate of the link", Pool::each,
         [](const PortRow& port) { return gbps_text(port.rate, 3); },
         [](PortRow& port, const std::string& text) { port.rate = read_gbps(text); }},
        column("peak_queue_bytes", "bytes",
               "wire bytes in the deepest queue of one priority, with the packet that is being sent",
               &PortRow::peak_queue),
        decimal_column("mean_queue_bytes", "bytes",
                       "mean over time of the wire bytes that wait, all priorities", &PortRow::mean_queue, 3),
        column("ecn_marks", "count", "packets marked", &PortRow::ecn_marks),
        column("drops", "count", "packets dropped", &PortRow::drops),
        column("trims", "count", "packets trimmed to headers", &PortRow::trims),
        column("pfc_pauses", "count", "pause frames obeyed", &PortRow::pfc_pauses),
        column("pfc_paused_ns", "ns", "time for which the port was paused", &PortRow::pfc_paused),
        column("bytes", "bytes", "wire bytes that have left", &PortRow::bytes),
        decimal_column("utilisation", "1", "share of the run in which the port was sending",
                       &PortRow::utilisation, 6),
        column("pfc_storms", "count", "PFC storms that the watchdog found", &PortRow::pfc_storms),
        column("seed", "number", "seed of the row's run", &PortRow::seed)};
    return kColumns;
}

}  // namespace hpnsim
