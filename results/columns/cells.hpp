// SPDX-License-Identifier: GPL-2.0-only
// Writes values as cells of csv files and reads them back, and makes columns from members of their row.
#pragma once

#include "hpnsim/columns.hpp"
#include "hpnsim/format.hpp"

#include <charconv>

namespace hpnsim
{

inline std::string cell_text(const std::string& value)
{
    return value;
}
inline std::string cell_text(Time value)
{
    return format_ns(value);
}
template <class Number, class = std::enable_if_t<std::is_integral_v<Number>>>
std::string cell_text(Number value)
{
    return std::to_string(value);
}

/// The inverses. They throw BadCell.
inline void read_cell(const std::string& text, std::string& value)
{
    value = text;
}
void read_cell(const std::string& text, Time& value);
void read_cell(const std::string& text, double& value);
template <class Number, class = std::enable_if_t<std::is_integral_v<Number>>>
void read_cell(const std::string& text, Number& value)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        throw BadCell{std::is_signed_v<Number> ? "a whole number" : "a whole number of 0 or more"};
}

/// A column that is a member of its row: a text, a whole number or a time.
template <class Row, class Field> Column<Row> column(const char* name, const char* unit, const char* meaning,
                                                     Field Row::*field, Pool pool = Pool::each)
{
    return {name,
            unit,
            meaning,
            pool,
            [field](const Row& row) { return cell_text(row.*field); },
            [field](Row& row, const std::string& text) { read_cell(text, row.*field); }};
}

/// A number with `decimals` digits after the point.
template <class Row> Column<Row> decimal_column(const char* name, const char* unit, const char* meaning,
                                                double Row::*field, int decimals, Pool pool = Pool::each)
{
    return {name,
            unit,
            meaning,
            pool,
            [field, decimals](const Row& row) { return format_fixed(row.*field, decimals); },
            [field](Row& row, const std::string& text) { read_cell(text, row.*field); }};
}

/// Rates are written in Gb/s with `decimals` digits after the point.
inline std::string gbps_text(Rate rate, int decimals)
{
    return format_fixed(rate.gbps(), decimals);
}
Rate read_gbps(const std::string& text);

}  // namespace hpnsim
