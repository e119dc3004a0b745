// SPDX-License-Identifier: GPL-2.0-only
// Writes csv files as their columns say, heads and rows as text, and reads them row by row.
#pragma once

#include "hpnsim/columns.hpp"
#include "hpnsim/text_input.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace hpnsim
{

/// Adds a cell to a row: control characters become blanks, so that a row is a line, and what holds a comma or
/// a quote is quoted.
void append_cell(std::string& row, const std::string& cell);

template <class Row> std::string csv_head(const std::vector<Column<Row>>& columns)
{
    std::string out;
    for (const Column<Row>& column : columns) out += (out.empty() ? "" : ",") + std::string(column.name);
    return out + "\n";
}

template <class Row> std::string csv_row(const std::vector<Column<Row>>& columns, const Row& row)
{
    std::string out;
    for (const Column<Row>& column : columns) {
        if (&column != &columns.front()) out += ',';
        append_cell(out, column.get(row));
    }
    return out + "\n";
}

/// The cells of a csv file, row by row. Throws BadInput that begins with FILE:LINE.
class CsvFile
{
public:
    /// Reads the `#` lines and the head, which must have the columns `names`, in any order. It may have
    /// others, which are skipped.
    CsvFile(const std::filesystem::path& path, const std::vector<std::string>& names);

    /// The cells of the next row, in the order of `names`; null at the end.
    const std::vector<std::string>* next();
    /// The last row was cut off, as a kill or a full disk cuts it; it is left out.
    bool cut() const { return cut_; }
    /// The `#` lines, without "# ".
    const std::vector<std::string>& comments() const { return comments_; }
    [[noreturn]] void fail(const std::string& why) const;

private:
    bool next_line();
    void read_head(const std::vector<std::string>& names);
    std::vector<std::string> split() const;

    std::string name_, line_;
    TextInput in_;
    uint64_t number_ = 0;
    size_t columns_ = 0;
    std::vector<size_t> places_;  // of `names` in a line
    std::vector<std::string> cells_, comments_;
    bool cut_ = false;
};

/// Calls `take` with each row of the file. False: the last row was cut off.
template <class Row> bool read_csv(const std::filesystem::path& path, const std::vector<Column<Row>>& columns,
                                   const std::function<void(const Row&)>& take)
{
    std::vector<std::string> names;
    for (const Column<Row>& column : columns) names.emplace_back(column.name);
    CsvFile file(path, names);
    while (const auto* cells = file.next()) {
        Row row;
        for (size_t i = 0; i < columns.size(); ++i) {
            if (!columns[i].set) continue;
            try {
                columns[i].set(row, (*cells)[i]);
            } catch (const BadCell& bad) {
                file.fail("the column " + names[i] + " has '" + (*cells)[i] + "', which is not " +
                          bad.expected);
            }
        }
        take(row);
    }
    return !file.cut();
}

}  // namespace hpnsim
