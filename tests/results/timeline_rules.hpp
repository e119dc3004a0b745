// SPDX-License-Identifier: GPL-2.0-only
// Checks a timeline as viewers read it: slices of a row nest, every arrow has both ends and stands on slices,
// and every process and row has a name.
#pragma once

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace hpnsim::test
{

struct ShownSlice {
    std::string process, row, name, category;
    int64_t start = 0, end = 0;  ///< ns
    nlohmann::json args;
};

/// What a viewer would show of a timeline.
struct ShownTimeline {
    std::vector<std::string> faults;  ///< what breaks the rules; empty: nothing
    std::vector<ShownSlice> slices;
    std::vector<std::pair<ShownSlice, ShownSlice>> arrows;

    size_t count(const std::string& row, const std::string& process = "") const
    {
        return static_cast<size_t>(std::count_if(slices.begin(), slices.end(), [&](const ShownSlice& it) {
            return it.row == row && (process.empty() || it.process == process);
        }));
    }
};

class TimelineReading
{
public:
    explicit TimelineReading(const nlohmann::json& file)
    {
        for (const auto& event : file.at("traceEvents")) take(event);
        for (auto& [row, slices] : rows_) check_row(row, slices);
        for (const auto& [id, ends] : ends_) join(ends);
    }
    ShownTimeline result() { return std::move(out_); }

private:
    using Row = std::pair<int64_t, int64_t>;
    struct End {
        Row row;
        int64_t at = 0;
        int count = 0;
    };
    using Ends = std::pair<End, End>;

    static int64_t ns(const nlohmann::json& us) { return std::llround(us.get<double>() * 1000); }

    void take(const nlohmann::json& event)
    {
        const Row row{event.at("pid"), event.value("tid", int64_t{-1})};
        const std::string phase = event.at("ph"), name = event.at("name");
        if (phase == "M") {
            if (name == "process_name") processes_[row.first] = event["args"]["name"];
            if (name == "thread_name") threads_[row] = event["args"]["name"];
        } else if (phase == "X") {
            const int64_t start = ns(event.at("ts"));
            rows_[row].push_back(
                {"", "", name, event.at("cat"), start, start + ns(event.at("dur")), event.at("args")});
        } else if (phase == "s" || phase == "f") {
            Ends& ends = ends_[{event.at("id").dump(), event.at("cat"), name}];
            End& end = phase == "s" ? ends.first : ends.second;
            end = {row, ns(event.at("ts")), end.count + 1};
            if (phase == "f" && event.at("bp") != "e") fault("an arrow that ends at the next slice", row);
        } else {
            fault("an event of another phase: " + phase, row);
        }
    }

    void check_row(Row row, std::vector<ShownSlice>& slices)
    {
        if (processes_.count(row.first) == 0 || threads_.count(row) == 0) fault("no name", row);
        if (processes_.count(row.second) != 0 || !numbers_.insert(row.second).second)
            fault("the number of another row or process", row);
        std::stable_sort(slices.begin(), slices.end(), [](const ShownSlice& a, const ShownSlice& b) {
            return std::make_tuple(a.start, -a.end) < std::make_tuple(b.start, -b.end);
        });
        std::vector<int64_t> open;
        for (ShownSlice& slice : slices) {
            slice.process = processes_[row.first];
            slice.row = threads_[row];
            if (slice.end < slice.start) fault(slice.name + " ends before it begins", row);
            while (!open.empty() && open.back() <= slice.start) open.pop_back();
            if (!open.empty() && open.back() < slice.end) fault(slice.name + " does not nest", row);
            open.push_back(slice.end);
            out_.slices.push_back(slice);
        }
    }

    const ShownSlice* slice_at(const End& end)
    {
        for (const ShownSlice& slice : rows_[end.row])
            if (slice.start <= end.at && end.at < slice.end) return &slice;
        fault("an arrow without a slice", end.row);
        return nullptr;
    }

    void join(const Ends& ends)
    {
        const auto& [from, to] = ends;
        if (from.count != 1 || to.count != 1) return fault("an arrow without two ends", from.row);
        if (to.at < from.at) fault("an arrow into the past", from.row);
        const ShownSlice *begin = slice_at(from), *end = slice_at(to);
        if (begin != nullptr && end != nullptr) out_.arrows.emplace_back(*begin, *end);
    }

    void fault(const std::string& what, Row row)
    {
        out_.faults.push_back(what + " in " + std::to_string(row.first) + ":" + std::to_string(row.second));
    }

    std::map<int64_t, std::string> processes_;
    std::set<int64_t> numbers_;
    std::map<Row, std::string> threads_;
    std::map<Row, std::vector<ShownSlice>> rows_;
    std::map<std::tuple<std::string, std::string, std::string>, Ends> ends_;
    ShownTimeline out_;
};

inline ShownTimeline shown(const std::string& text)
{
    return TimelineReading(nlohmann::json::parse(text)).result();
}

}  // namespace hpnsim::test
