// SPDX-License-Identifier: GPL-2.0-only
// Writes numbers by integer arithmetic and std::to_chars, which depend on no locale.
#include "hpnsim/format.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>

namespace hpnsim
{

namespace
{

// A signed fixed-point number with `digits` decimals.
std::string fixed_point(int64_t value, int digits)
{
    const bool negative = value < 0;
    uint64_t rest = negative ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
    std::string fraction(static_cast<size_t>(digits), '0');
    for (size_t i = fraction.size(); i-- > 0; rest /= 10) fraction[i] = static_cast<char>('0' + rest % 10);
    return (negative ? "-" : "") + std::to_string(rest) + "." + fraction;
}

std::string with_thousands(std::string digits)
{
    const size_t stop = digits[0] == '-' ? 1 : 0;
    for (size_t i = digits.size(); i > stop + 3;) digits.insert(i -= 3, ",");
    return digits;
}

std::string json_number(double value)
{
    if (!std::isfinite(value)) return "null";
    char text[64];
    const double size = std::fabs(value);
    const bool plain = value == 0 || (size >= 1e-9 && size < 1e15);
    const auto end = plain ? std::to_chars(text, text + sizeof text, value, std::chars_format::fixed).ptr
                           : std::to_chars(text, text + sizeof text, value).ptr;
    std::string out(text, end);
    if (out.find_first_of(".e") == std::string::npos) out += ".0";
    return out;
}

std::string json_string(const std::string& text)
{
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void write_json(const nlohmann::ordered_json& value, int indent, int depth, std::string& out);

void new_line(int indent, int depth, std::string& out)
{
    if (indent < 0) return;
    out += '\n';
    out.append(static_cast<size_t>(indent) * static_cast<size_t>(depth), ' ');
}

void write_members(const nlohmann::ordered_json& value, int indent, int depth, std::string& out)
{
    const bool object = value.is_object();
    out += object ? '{' : '[';
    bool first = true;
    for (auto it = value.begin(); it != value.end(); ++it) {
        if (!first) out += indent < 0 ? ", " : ",";
        first = false;
        new_line(indent, depth + 1, out);
        if (object) out += json_string(it.key()) + ": ";
        write_json(*it, indent, depth + 1, out);
    }
    if (!first) new_line(indent, depth, out);
    out += object ? '}' : ']';
}

void write_json(const nlohmann::ordered_json& value, int indent, int depth, std::string& out)
{
    if (value.is_structured())
        write_members(value, indent, depth, out);
    else if (value.is_number_float())
        out += json_number(value.get<double>());
    else if (value.is_string())
        out += json_string(value.get_ref<const std::string&>());
    else
        out += value.dump();
}

void flatten_into(const std::string& prefix, const nlohmann::ordered_json& value,
                  std::vector<std::pair<std::string, std::string>>& out)
{
    if (!value.is_object()) {
        out.emplace_back(prefix, value.is_string() ? value.get<std::string>() : json_text(value, -1));
        return;
    }
    for (auto it = value.begin(); it != value.end(); ++it)
        flatten_into(prefix.empty() ? it.key() : prefix + "." + it.key(), *it, out);
}

}  // namespace

std::string format_ns(Time t)
{
    return fixed_point(t.ps, 3);
}

std::string format_millionths(int64_t millionths)
{
    return fixed_point(millionths, 6);
}

std::string format_fixed(double value, int decimals)
{
    char text[400];
    const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, decimals).ptr;
    return std::string(text, end);
}

std::string format_short(double value)
{
    const double size = std::fabs(value);
    if (!std::isfinite(value)) return "-";
    if (size >= 1e15) return json_number(value);
    if (size >= 99.95 || value == 0) return with_thousands(format_fixed(value, 0));
    if (size >= 9.995) return format_fixed(value, 1);
    return format_fixed(value, size >= 0.9995 ? 2 : 3);
}

std::string json_text(const nlohmann::ordered_json& value, int indent)
{
    std::string out;
    write_json(value, indent, 0, out);
    return out;
}

std::vector<std::pair<std::string, std::string>> flatten(const nlohmann::ordered_json& value)
{
    std::vector<std::pair<std::string, std::string>> out;
    if (!value.is_null()) flatten_into("", value, out);
    return out;
}

std::string csv_field(const std::string& text)
{
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string out = "\"";
    for (char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
    return out + "\"";
}

std::string one_line(const std::string& text)
{
    std::string out = text;
    for (char& c : out)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return out;
}

}  // namespace hpnsim
