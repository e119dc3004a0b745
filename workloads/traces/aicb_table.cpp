// SPDX-License-Identifier: GPL-2.0-only
// Reads AICB's workload tables: CSV with a header by which columns are found, in any order.
#include "traces/aicb_table.hpp"

#include "hpnsim/names.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/text.hpp"
#include "traces/trace_tasks.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>

namespace hpnsim
{

namespace
{

using Cells = std::vector<std::string>;

constexpr size_t kMostRows = 50'000'000;
constexpr size_t kNoColumn = static_cast<size_t>(-1);

std::string trimmed(const std::string& text)
{
    const size_t begin = text.find_first_not_of(" \t\r");
    return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

/// Cuts a line at its commas, except those in quotes, and those in brackets: AICB writes shapes of tensors
/// without quotes.
Cells cells_of(const std::string& line)
{
    Cells cells(1);
    bool quoted = false;
    int depth = 0;
    for (const char c : line) {
        if (c == '"') quoted = !quoted;
        if (c == '(' || c == '[') ++depth;
        if (c == ')' || c == ']') --depth;
        if (c == ',' && !quoted && depth <= 0)
            cells.emplace_back();
        else if (c != '"')
            cells.back() += c;
    }
    for (std::string& cell : cells) cell = trimmed(cell);
    return cells;
}

/// Python and pandas write what is missing in several ways.
bool missing(const std::string& cell)
{
    static constexpr std::array ways = {"", "None", "nan", "NaN", "-1", "-1.0"};
    return std::any_of(ways.begin(), ways.end(), [&](const char* way) { return cell == way; });
}

/// Returns what stands behind "CommType." or "CommGroup.", if that is there.
std::string without_class(const std::string& cell)
{
    const size_t dot = cell.find('.');
    return dot == std::string::npos ? cell : cell.substr(dot + 1);
}

struct NamedType {
    const char* name;
    AicbRow::Kind kind;
    CollectiveKind collective = CollectiveKind::barrier;
};
constexpr std::array<NamedType, 13> kTypes = {{
    {"all_reduce", AicbRow::Kind::collective, CollectiveKind::all_reduce},
    {"reduce_scatter", AicbRow::Kind::collective, CollectiveKind::reduce_scatter},
    {"reduce_scatter_tensor", AicbRow::Kind::collective, CollectiveKind::reduce_scatter},
    {"all_gather", AicbRow::Kind::collective, CollectiveKind::all_gather},
    {"all_gather_into_tensor", AicbRow::Kind::collective, CollectiveKind::all_gather},
    {"broadcast", AicbRow::Kind::collective, CollectiveKind::broadcast},
    {"reduce", AicbRow::Kind::collective, CollectiveKind::reduce},
    {"all_to_all", AicbRow::Kind::collective, CollectiveKind::all_to_all},
    {"barrier", AicbRow::Kind::collective, CollectiveKind::barrier},
    {"isend", AicbRow::Kind::send},
    {"irecv", AicbRow::Kind::receive},
    {"computation", AicbRow::Kind::computation},
    {"epoch_end", AicbRow::Kind::epoch_end},
}};

struct NamedGroup {
    const char* name;
    std::optional<Parallel> group;
};
constexpr std::array<NamedGroup, 9> kGroups = {{
    {"tp_group", Parallel::tensor},
    {"dp_group", Parallel::data},
    {"pp_group", Parallel::pipeline},
    {"ep_group", Parallel::expert},
    {"ep_dp_group", Parallel::expert_data},
    {"ep_tp_group", Parallel::expert_tensor},
    {"embedding_group", Parallel::embedding},
    {"all", std::nullopt},
    {"all_nodes", std::nullopt},
}};

template <class Table> std::vector<std::string> names_of(const Table& table)
{
    std::vector<std::string> names;
    for (const auto& each : table) names.emplace_back(each.name);
    return names;
}

/// Reads "[rank0 ~ rank127]": 128. Nothing if the line is another.
std::optional<uint32_t> rank_line(const std::string& line)
{
    uint32_t first = 0, last = 0;
    char end = 0;
    const bool read = std::sscanf(line.c_str(), " [rank%9u ~ rank%9u%c", &first, &last, &end) == 3;
    if (!read || end != ']' || first != 0 || last >= kMostTraceRanks) return std::nullopt;
    return last + 1;
}

bool is_header(const std::string& line)
{
    const Cells cells = cells_of(line);
    return std::find(cells.begin(), cells.end(), "comm_type") != cells.end();
}

class TableReader
{
public:
    TableReader(std::istream& in, const std::string& name) : in_(in) { table_.name = name; }

    AicbTable read()
    {
        read_header();
        while (next_line()) {
            if (table_.rows.size() == kMostRows)
                fail("there are more than " + std::to_string(kMostRows) + " rows");
            read_row(cells_of(line_));
        }
        if (table_.rows.empty()) fail("the table has no rows");
        return std::move(table_);
    }

private:
    [[noreturn]] void fail(const std::string& why) const { throw BadInput(place() + ": " + why); }
    std::string place() const { return table_.name + ":" + std::to_string(std::max(number_, 1U)); }

    bool next_line()
    {
        while (std::getline(in_, line_)) {
            ++number_;
            if (!trimmed(line_).empty()) return true;
        }
        return false;
    }

    void read_header()
    {
        const std::string expected =
            "a header of AICB's columns, comm_type, comm_group, msg_size and others, is expected";
        if (!next_line()) fail("the file is empty; " + expected);
        if (trimmed(line_)[0] == '[') {
            table_.ranks = rank_line(line_);
            if (!table_.ranks)
                fail("'" + line_ + "' is not of the form [rank0 ~ rank127], with at most " +
                     std::to_string(kMostTraceRanks) + " ranks");
            if (!next_line()) fail("the file ends; " + expected);
        }
        if (!is_header(line_)) fail(expected + ", and there is '" + line_ + "'");
        const Cells names = cells_of(line_);
        const auto find = [&](const char* name) {
            const auto found = std::find(names.begin(), names.end(), name);
            return found == names.end() ? kNoColumn : static_cast<size_t>(found - names.begin());
        };
        columns_ = names.size();
        type_ = find("comm_type");
        group_ = find("comm_group");
        size_ = find("comm_group_size");
        bytes_ = find("msg_size");
        stage_ = find("stage");
        additional_ = find("additional");
        elapsed_ = find("_elapsed_time");
        count_ = find("count");
        for (const auto& [column, name] : {std::make_pair(group_, "comm_group"), {bytes_, "msg_size"}})
            if (column == kNoColumn) fail(std::string("the header has no column ") + name);
    }

    static std::string cell(const Cells& cells, size_t column)
    {
        return column < cells.size() ? cells[column] : "";
    }

    void read_row(const Cells& cells)
    {
        if (cells.size() != columns_)
            fail("the header has " + std::to_string(columns_) + " columns, and this row has " +
                 std::to_string(cells.size()));
        AicbRow row;
        row.line = number_;
        const NamedType& type = type_of(without_class(cells[type_]));
        row.kind = type.kind;
        row.collective = type.collective;
        const std::string stage = cell(cells, stage_);
        row.label = stage.empty() || stage == "None" ? type.name : stage + " " + type.name;
        if (!missing(cell(cells, elapsed_))) row.elapsed = elapsed_of(cell(cells, elapsed_));
        const bool communicates =
            type.kind != AicbRow::Kind::computation && type.kind != AicbRow::Kind::epoch_end;
        if (communicates) read_communication(cells, row);
        refuse_counts(cell(cells, count_));
        table_.rows.push_back(std::move(row));
    }

    const NamedType& type_of(const std::string& name) const
    {
        for (const NamedType& type : kTypes)
            if (name == type.name) return type;
        fail("there is no comm_type '" + name + "'" + suggestion(name, names_of(kTypes)));
    }

    void read_communication(const Cells& cells, AicbRow& row)
    {
        const bool barrier =
            row.kind == AicbRow::Kind::collective && row.collective == CollectiveKind::barrier;
        if (!barrier) row.bytes = bytes_of(cells[bytes_]);
        if (row.kind != AicbRow::Kind::collective) {
            row.group = Parallel::pipeline;
            row.next = neighbour_of(row, cell(cells, additional_));
            return;  // the size that AICB writes into these rows is 1
        }
        if (!(barrier && missing(cells[group_]))) row.group = group_of(without_class(cells[group_]));
        const std::string size = cell(cells, size_);
        if (!missing(size))
            row.group_size = static_cast<uint32_t>(whole("comm_group_size", size, 1, kMostTraceRanks));
    }

    std::optional<Parallel> group_of(const std::string& name) const
    {
        for (const NamedGroup& group : kGroups)
            if (name == group.name || name + "_group" == group.name) return group.group;
        fail("there is no comm_group '" + name + "'" + suggestion(name, names_of(kGroups)));
    }

    bool neighbour_of(const AicbRow& row, const std::string& word) const
    {
        const std::string verb = row.kind == AicbRow::Kind::send ? "send" : "recv";
        if (word == verb + "_next") return true;
        if (word == verb + "_prev") return false;
        fail("the column additional of an i" + verb + " must be " + verb + "_next or " + verb +
             "_prev, and is '" + word + "'");
    }

    /// pandas writes whole numbers as 4096.0 where others are missing.
    int64_t whole(const std::string& what, std::string text, int64_t least, int64_t most) const
    {
        const size_t dot = text.find('.');
        if (dot != std::string::npos && dot > 0 && text.find_first_not_of('0', dot + 1) == std::string::npos)
            text.erase(dot);
        return parse_count(place() + ": " + what, text, least, most);
    }

    Bytes bytes_of(const std::string& text) const { return whole("msg_size", text, 0, kMostTraceBytes); }

    double elapsed_of(const std::string& text) const
    {
        const double time = parse_number(place() + ": _elapsed_time", text);
        if (time < 0) fail("_elapsed_time is negative");
        return time;
    }

    void refuse_counts(const std::string& text) const
    {
        if (!missing(text) && whole("count", text, 0, kMostTraceBytes) != 1)
            fail("the row stands for " + text + " calls; a program has a row for each, with the count 1");
    }

    std::istream& in_;
    std::string line_;
    uint32_t number_ = 0;
    AicbTable table_;
    size_t columns_ = 0;
    size_t type_ = kNoColumn, group_ = kNoColumn, size_ = kNoColumn, bytes_ = kNoColumn;
    size_t stage_ = kNoColumn, additional_ = kNoColumn, elapsed_ = kNoColumn, count_ = kNoColumn;
};

}  // namespace

AicbTable read_aicb_table(std::istream& in, const std::string& name)
{
    return TableReader(in, name).read();
}

bool begins_aicb_table(const std::string& head)
{
    std::istringstream in(head);
    std::string line;
    for (int lines = 0; lines < 2 && std::getline(in, line); ++lines)
        if (is_header(line) || line.rfind("[rank", 0) == 0) return true;
    return false;
}

}  // namespace hpnsim
