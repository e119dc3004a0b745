// SPDX-License-Identifier: GPL-2.0-only
// Reads recorded events of one QP, feeds them to an algorithm and compares its answers with the recorded
// ones.
//
// A trace is CSV: `# key=value` lines, a line of column names, then a row per event. Columns are found
// by name; `time_ps` and `event` must be there, unknown ones are ignored, an empty field means 0. Columns
// that say what else the transport changed in `Flow` (trace_writer.hpp) may be empty: nothing changed.
#pragma once

#include "hpnsim/bad_input.hpp"
#include "hpnsim/registry.hpp"

#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hpnsim
{

/// Holds those `# key=value` lines that a replay needs.
struct TraceHeader {
    Rate line_rate;
    Time base_rtt;
    Bytes payload = 0;           ///< of a full packet
    Bytes header = 0;            ///< wire bytes of a full packet beyond its payload
    Bytes bdp = 0;               ///< default: base_rtt x line_rate
    bool wire_bytes = false;     ///< byte counts hold headers too: bytes_unit=wire_bytes_...
    bool psn_is_offset = false;  ///< psn counts payload bytes, and an ACK names the next one expected;
                                 ///< the algorithm sees packet numbers
    std::optional<Time> start;   ///< when the algorithm was started; without: at the first row
    uint64_t stream = 1;         ///< Flow::stream
    uint16_t source_port = 0;    ///< this and the next fields of Flow never change, or seldom
    uint8_t home_port = 0, live_ports = 1, path_hops = 0;
    bool credited = false;                    ///< Flow::credited
    IntWrap int_wrap;                         ///< Ack::int_wrap
    std::map<std::string, std::string> keys;  ///< every line, as it stands
};

enum class TraceEvent { send, ack, nack, cnp, timeout, timer, credit };

/// One row. Sizes and PSNs in the units of the header.
struct TraceRow {
    Time time;
    TraceEvent event = TraceEvent::send;
    std::string why;  ///< nack: trimmed, trimmed_last_hop, out_of_order; timer: which; send: rtx
                      ///< a timer called `0` to `3` is that one alone
    Psn psn = 0, next_psn = 0;
    Bytes acked = 0, size = 0, in_flight = 0;
    Time rtt;
    bool rtt_valid = false, ecn = false;
    Entropy path;
    std::vector<IntHop> hops;
    std::optional<int64_t> expect_rate_bps, expect_window_bytes;  ///< what the recording algorithm said

    // These fields go beyond other simulators' traces. What an ACK's do not say follows from the fields
    // above.
    std::optional<Bytes> cumulative, marked;
    Time host_delay;
    uint32_t out_of_order = 0;
    uint8_t penalty = 255;
    uint64_t payload = 0;             ///< of ACKs and CNPs
    Answers answers = Answers::data;  ///< an ACK's, column probe_ack: 0 data, 1 a probe, 2 an RTS
    std::optional<int> in_a_row;      ///< timeout; else counted from the rows
    // What the transport has changed in Flow since the row before.
    std::optional<int64_t> rate_set_bps, line_rate_bps;
    std::optional<Bytes> bdp, backlog, credit;
    std::optional<uint8_t> live_ports, home_port;
    std::optional<uint64_t> stream;
};

const char* name_of(TraceEvent event);
/// Returns the name that a trace has for a loss: trimmed, trimmed_last_hop, out_of_order.
const char* name_of(Loss why);

/// Reads a trace row by row. Throws BadInput that begins with "name:line:".
class TraceReader
{
public:
    TraceReader(std::istream& in, std::string name);
    const TraceHeader& header() const { return header_; }
    bool next(TraceRow& row);  ///< false at the end; rows in order of time

private:
    bool read_line(std::string& line);
    void read_header();
    void read_key(const std::string& line);
    void read_columns(const std::string& line);
    void finish_header();
    std::string where() const;
    [[noreturn]] void fail(const std::string& what) const;
    int64_t whole(const std::string& what, const std::string& text, int64_t least = 0) const;
    int64_t positive(const std::string& key, bool required) const;
    int64_t number(int column) const;
    std::optional<int64_t> maybe(int column) const;
    template <class T> void read(int column, std::optional<T>& into) const;
    uint64_t any_number(const std::string& what, const std::string& text) const;
    const std::string& field(int column) const;
    void read_more(TraceRow& row) const;
    TraceEvent event() const;
    std::vector<IntHop> hops() const;

    std::istream& in_;
    std::string name_;
    int line_ = 0;
    TraceHeader header_;
    std::vector<int> at_;  // index of each column in a row; -1: absent
    size_t column_count_ = 0;
    std::vector<std::string> fields_;
    Time last_;
};

/// Runs a QP whose events come from a trace.
class Replay
{
public:
    Replay(const Chosen<CcOps>& cc, const TraceHeader& header);
    /// Runs the algorithm's own timers that are due before the row (at a `timer` row: at its time too),
    /// then feeds the event.
    const Flow& feed(const TraceRow& row);

private:
    void start(Time when);
    void run_timers(Time until);
    void run_timer(int which);
    void take_over(const TraceRow& row);
    void deliver(const TraceRow& row);
    void on_ack(const TraceRow& row);
    void on_timeout(const TraceRow& row);
    void on_nack(const TraceRow& row);
    Psn first_psn(const TraceRow& row) const;

    const CcOps& ops_;
    std::shared_ptr<void> params_;
    std::shared_ptr<void> state_;
    bool psn_is_offset_;
    Psn payload_;  // of a full packet: it turns offsets into the packet numbers in which algorithms count
    IntWrap int_wrap_;
    std::optional<Time> start_;
    bool started_ = false;
    int in_a_row_ = 0;  // timeouts since the last ACK
    Flow flow_;
};

/// Replays a whole trace: a line `time_ps,event,rate_bps,window_bytes` per row, below their names.
void replay(const Chosen<CcOps>& cc, std::istream& in, const std::string& name, std::ostream& out);

}  // namespace hpnsim
