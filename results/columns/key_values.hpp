// SPDX-License-Identifier: GPL-2.0-only
// Writes values as JSON values of summary.json and reads them back. Times are in microseconds there.
#pragma once

#include "hpnsim/columns.hpp"

#include <cmath>

namespace hpnsim
{

template <class Field> nlohmann::ordered_json key_value(const Field& field)
{
    if constexpr (std::is_same_v<Field, Time>)
        return field.us();
    else
        return field;
}

/// The value as `Field`: a number, text or truth. Throws BadCell.
template <class Field> Field value_as(const nlohmann::ordered_json& value)
{
    if constexpr (std::is_same_v<Field, std::string>) {
        if (!value.is_string()) throw BadCell{"a text"};
    } else if constexpr (std::is_same_v<Field, bool>) {
        if (!value.is_boolean()) throw BadCell{"true or false"};
    } else if constexpr (std::is_integral_v<Field>) {
        const bool whole = value.is_number_integer();
        if (!whole || (std::is_unsigned_v<Field> && !value.is_number_unsigned() && value.get<int64_t>() < 0))
            throw BadCell{"a whole number"};
    } else if (!value.is_number()) {
        throw BadCell{"a number"};
    }
    return value.get<Field>();
}

template <class Field> void read_value(const nlohmann::ordered_json& value, Field& field)
{
    if constexpr (std::is_same_v<Field, Time>) {
        const auto us = value_as<double>(value);
        if (!(std::fabs(us) < 9e12)) throw BadCell{"a time in us"};
        field.ps = std::llround(us * 1e6);
    } else if constexpr (std::is_same_v<Field, nlohmann::ordered_json>) {
        if (!value.is_object()) throw BadCell{"an object"};
        field = value;
    } else {
        field = value_as<Field>(value);
    }
}

}  // namespace hpnsim
