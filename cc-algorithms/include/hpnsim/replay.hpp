// SPDX-License-Identifier: GPL-2.0-only
// Recorded events of one QP, and an algorithm's answer to them.
//
// A trace is CSV: `# key=value` lines, a line of column names, then a row per event. Columns are found
// by name; `time_ps` and `event` must be there, unknown ones are ignored, an empty field means 0.
#pragma once

#include "hpnsim/registry.hpp"

#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hpnsim
{

/// The `# key=value` lines that a replay needs.
struct TraceHeader {
    Rate line_rate;
    Time base_rtt;
    Bytes payload = 0;           ///< of a full packet
    Bytes header = 0;            ///< wire bytes of a full packet beyond its payload
    Bytes bdp = 0;               ///< default: base_rtt x line_rate
    bool wire_bytes = false;     ///< byte counts hold headers too: bytes_unit=wire_bytes_...
    bool psn_is_offset = false;  ///< psn counts payload bytes, and an ACK names the next one expected;
                                 ///< the algorithm sees packet numbers
    std::map<std::string, std::string> keys;  ///< every line, as it stands
};

enum class TraceEvent { send, ack, nack, cnp, timeout, timer };

/// One row. Sizes and PSNs in the units of the header.
struct TraceRow {
    Time time;
    TraceEvent event = TraceEvent::send;
    std::string why;  ///< nack: trimmed, trimmed_last_hop, out_of_order; timer: which; send: rtx
    Psn psn = 0, next_psn = 0;
    Bytes acked = 0, size = 0, in_flight = 0;
    Time rtt;
    bool rtt_valid = false, ecn = false;
    Entropy path;
    std::vector<IntHop> hops;
    std::optional<int64_t> expect_rate_bps, expect_window_bytes;  ///< what the recording algorithm said
};

const char* name_of(TraceEvent event);

/// Reads a trace row by row. Throws BadInput that begins with "name:line:".
class TraceReader
{
public:
    TraceReader(std::istream& in, std::string name);
    const TraceHeader& header() const { return header_; }
    bool next(TraceRow& row);  ///< false at the end; rows in order of time

private:
    enum Column {
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
        kColumns
    };
    bool read_line(std::string& line);
    void read_header();
    void read_key(const std::string& line);
    void read_columns(const std::string& line);
    void finish_header();
    std::string where() const;
    [[noreturn]] void fail(const std::string& what) const;
    int64_t whole(const std::string& what, const std::string& text) const;
    int64_t positive(const std::string& key, bool required) const;
    int64_t number(Column column) const;
    std::optional<int64_t> maybe(Column column) const;
    const std::string& field(Column column) const;
    TraceEvent event() const;
    std::vector<IntHop> hops() const;

    std::istream& in_;
    std::string name_;
    int line_ = 0;
    TraceHeader header_;
    int at_[kColumns];  // index of each column in a row; -1: absent
    size_t column_count_ = 0;
    std::vector<std::string> fields_;
    Time last_;
};

/// A QP whose events come from a trace.
class Replay
{
public:
    Replay(const Chosen<CcOps>& cc, const TraceHeader& header);
    /// Runs the algorithm's own timers that are due before the row (at a `timer` row: at its time too),
    /// then feeds the event.
    const Flow& feed(const TraceRow& row);

private:
    void run_timers(Time until);
    void deliver(const TraceRow& row);
    void on_ack(const TraceRow& row);
    void on_nack(const TraceRow& row);
    Psn first_psn(const TraceRow& row) const;

    const CcOps& ops_;
    std::shared_ptr<void> params_;
    std::shared_ptr<void> state_;
    bool psn_is_offset_;
    Psn payload_;  // of a full packet: turns offsets into packet numbers, which algorithms count in
    bool started_ = false;
    int in_a_row_ = 0;  // timeouts without an ACK between
    Flow flow_;
};

/// Replays a whole trace: a line `time_ps,event,rate_bps,window_bytes` per row, below their names.
void replay(const Chosen<CcOps>& cc, std::istream& in, const std::string& name, std::ostream& out);

}  // namespace hpnsim
