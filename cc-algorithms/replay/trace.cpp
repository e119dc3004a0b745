// SPDX-License-Identifier: GPL-2.0-only
// Reads traces of events: first the header, which names the columns, then the rows.
#include "hpnsim/names.hpp"
#include "hpnsim/replay.hpp"
#include "replay/trace_columns.hpp"

#include <algorithm>
#include <charconv>
#include <istream>

namespace hpnsim
{

namespace
{

constexpr const char* kEvents[] = {"send", "ack", "nack", "cnp", "timeout", "timer", "credit"};
constexpr const char* kLosses[] = {"out_of_order", "trimmed", "trimmed_last_hop"};  // in the order of Loss
constexpr int64_t kMost = int64_t{1} << 60;

std::vector<std::string> split(const std::string& text, char mark)
{
    std::vector<std::string> pieces(1);
    for (const char c : text) {
        if (c == mark)
            pieces.emplace_back();
        else
            pieces.back() += c;
    }
    return pieces;
}

bool starts_with(const std::string& text, const std::string& prefix)
{
    return text.compare(0, prefix.size(), prefix) == 0;
}

}  // namespace

const char* name_of(TraceEvent event)
{
    return kEvents[static_cast<int>(event)];
}

const char* name_of(Loss why)
{
    return kLosses[static_cast<int>(why)];
}

TraceReader::TraceReader(std::istream& in, std::string name) : in_(in), name_(std::move(name))
{
    read_header();
    finish_header();
}

bool TraceReader::read_line(std::string& line)
{
    while (std::getline(in_, line)) {
        ++line_;
        if (!line.empty() && line.back() == '\r') line.pop_back();
        if (line.find_first_not_of(" \t") != std::string::npos) return true;
    }
    return false;
}

std::string TraceReader::where() const
{
    return name_ + ":" + std::to_string(line_);
}

void TraceReader::fail(const std::string& what) const
{
    throw BadInput(where() + ": " + what);
}

int64_t TraceReader::whole(const std::string& what, const std::string& text, int64_t least) const
{
    int64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end) fail(what + " '" + text + "' is not a whole number");
    if (value < least || value > kMost)
        fail(what + " " + text + " is outside its range " + std::to_string(least) + " to 2^60");
    return value;
}

void TraceReader::read_header()
{
    std::string line;
    while (read_line(line)) {
        if (line[0] == '#') {
            read_key(line);
        } else {
            read_columns(line);
            return;
        }
    }
    throw BadInput(name_ + ":" + std::to_string(line_ + 1) +
                   ": the file ends before its line of column names (time_ps,event,...)");
}

void TraceReader::read_key(const std::string& line)
{
    const size_t begin = line.find_first_not_of("# ");
    const size_t equals = line.find('=');
    if (begin == std::string::npos || equals == std::string::npos || equals < begin) return;  // a remark
    header_.keys[line.substr(begin, equals - begin)] = line.substr(equals + 1);
}

void TraceReader::read_columns(const std::string& line)
{
    const std::vector<std::string> names = split(line, ',');
    column_count_ = names.size();
    for (const char* name : kTraceColumnNames) {
        const auto found = std::find(names.begin(), names.end(), name);
        at_.push_back(found == names.end() ? -1 : static_cast<int>(found - names.begin()));
    }
    for (const TraceColumn column : {kTime, kEvent})
        if (at_[column] < 0)
            fail(std::string("the column '") + kTraceColumnNames[column] +
                 "' is missing from the line of column names");
}

int64_t TraceReader::positive(const std::string& key, bool required) const
{
    const auto found = header_.keys.find(key);
    if (found == header_.keys.end() || found->second.empty()) {
        if (required) fail("the header has no '# " + key + "=' line, which a replay needs");
        return 0;
    }
    const int64_t value = whole("the header's " + key, found->second);
    if (required && value == 0) fail("the header's " + key + " must be above 0");
    return value;
}

void TraceReader::finish_header()
{
    header_.line_rate.bps = positive("line_rate_bps", true);
    header_.base_rtt.ps = positive("base_rtt_ps", true);
    header_.payload = positive("payload_bytes", true);
    header_.header = positive("header_bytes", false);
    header_.bdp = positive("bdp_bytes", false);
    if (header_.bdp == 0) header_.bdp = std::max<Bytes>(1, bytes_in(header_.base_rtt, header_.line_rate));
    header_.wire_bytes = starts_with(header_.keys["bytes_unit"], "wire");
    header_.psn_is_offset = header_.keys["psn_unit"].find("offset") != std::string::npos;
    if (header_.keys.count("start_ps") != 0) header_.start = picoseconds(positive("start_ps", false));
    if (header_.keys.count("live_ports") != 0)
        header_.live_ports = static_cast<uint8_t>(positive("live_ports", true));
    header_.home_port = static_cast<uint8_t>(positive("home_port", false));
    header_.source_port = static_cast<uint16_t>(positive("source_port", false));
    header_.path_hops = static_cast<uint8_t>(positive("path_hops", false));
    header_.credited = positive("credited", false) != 0;
    header_.int_wrap = {{positive("int_wrap_ps", false)}, positive("int_wrap_bytes", false)};
    if (header_.keys.count("stream") != 0)
        header_.stream = any_number("the header's stream", header_.keys["stream"]);
}

const std::string& TraceReader::field(int column) const
{
    static const std::string nothing;
    const int at = at_[static_cast<size_t>(column)];
    return at < 0 ? nothing : fields_[static_cast<size_t>(at)];
}

std::optional<int64_t> TraceReader::maybe(int column) const
{
    if (field(column).empty()) return std::nullopt;
    return whole(kTraceColumnNames[column], field(column));
}

int64_t TraceReader::number(int column) const
{
    return maybe(column).value_or(0);
}

template <class T> void TraceReader::read(int column, std::optional<T>& into) const
{
    if (const std::optional<int64_t> value = maybe(column)) into = static_cast<T>(*value);
}

/// Reads a number of all 64 bits.
uint64_t TraceReader::any_number(const std::string& what, const std::string& text) const
{
    uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end) fail(what + " '" + text + "' is not a whole number of 64 bits");
    return value;
}

TraceEvent TraceReader::event() const
{
    const auto found = std::find(std::begin(kEvents), std::end(kEvents), field(kEvent));
    if (found == std::end(kEvents))
        fail("there is no event '" + field(kEvent) + "'" +
             suggestion(field(kEvent), {std::begin(kEvents), std::end(kEvents)}));
    return static_cast<TraceEvent>(found - std::begin(kEvents));
}

std::vector<IntHop> TraceReader::hops() const
{
    std::vector<IntHop> all;
    if (field(kHops).empty()) return all;
    for (const std::string& text : split(field(kHops), '|')) {
        const std::vector<std::string> parts = split(text, ':');
        if (parts.size() != 5) fail("the hop '" + text + "' is not port:ts_ps:tx_bytes:queue_bytes:link_bps");
        const auto part = [&](size_t i) { return whole("the hop's number", parts[i]); };
        if (part(0) > UINT32_MAX) fail("the hop's port " + parts[0] + " is above 4294967295");
        if (part(4) == 0) fail("the hop '" + text + "' has a link of 0 b/s");
        all.push_back({static_cast<uint32_t>(part(0)), {part(1)}, part(2), part(3), {part(4)}});
    }
    if (all.size() > 255) fail("a row has more than 255 hops");
    return all;
}

/// Reads the columns that only hpnsim's own traces have.
void TraceReader::read_more(TraceRow& row) const
{
    read(kCumulative, row.cumulative);
    read(kMarked, row.marked);
    row.host_delay.ps = number(kHostDelay);
    row.out_of_order = static_cast<uint32_t>(number(kOutOfOrder));
    row.penalty = static_cast<uint8_t>(maybe(kPenalty).value_or(255));
    if (!field(kPayload).empty()) row.payload = any_number("payload", field(kPayload));
    read(kInARow, row.in_a_row);
    read(kBacklog, row.backlog);
    if (!field(kCredit).empty())  // a sender may overdraw by a packet
        row.credit = whole(kTraceColumnNames[kCredit], field(kCredit), -INT32_MAX);
    read(kLineRate, row.line_rate_bps);
    read(kBdp, row.bdp);
    read(kRateSet, row.rate_set_bps);
    read(kLivePorts, row.live_ports);
    read(kHomePort, row.home_port);
    if (!field(kStream).empty()) row.stream = any_number("stream", field(kStream));
    const int64_t answers = number(kProbeAck);
    if (answers > static_cast<int64_t>(Answers::rts))
        fail("probe_ack is " + field(kProbeAck) + "; it is 0 (answers data), 1 (a probe) or 2 (an RTS)");
    row.answers = static_cast<Answers>(answers);
}

bool TraceReader::next(TraceRow& row)
{
    std::string line;
    do {
        if (!read_line(line)) return false;
    } while (line[0] == '#');
    fields_ = split(line, ',');
    if (fields_.size() != column_count_)
        fail("the row has " + std::to_string(fields_.size()) + " fields, not " +
             std::to_string(column_count_));
    if (field(kTime).empty()) fail("time_ps is empty");
    row = {};
    row.time.ps = number(kTime);
    if (row.time < last_) fail("time_ps goes back from " + std::to_string(last_.ps));
    last_ = row.time;
    row.event = event();
    row.why = field(kWhy);
    row.psn = static_cast<Psn>(number(kPsn));
    row.next_psn = static_cast<Psn>(number(kNextPsn));
    row.acked = number(kAcked);
    row.size = number(kSize);
    row.in_flight = number(kInFlight);
    row.rtt.ps = number(kRtt);
    row.rtt_valid = number(kRttValid) != 0;
    row.ecn = number(kEcn) != 0;
    row.path = {static_cast<uint16_t>(number(kPath)), static_cast<uint8_t>(number(kPort))};
    row.hops = hops();
    row.expect_rate_bps = maybe(kExpectRate);
    row.expect_window_bytes = maybe(kExpectWindow);
    read_more(row);
    if (row.event == TraceEvent::nack &&
        std::find(std::begin(kLosses), std::end(kLosses), row.why) == std::end(kLosses))
        fail("a nack cannot be '" + row.why + "'" +
             suggestion(row.why, {std::begin(kLosses), std::end(kLosses)}));
    return true;
}

}  // namespace hpnsim
