// SPDX-License-Identifier: GPL-2.0-only
// Parses numbers with and without units. std::from_chars does the reading, because it depends on no locale
// and accepts nothing but digits.
#include "hpnsim/quantity.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

namespace hpnsim
{

namespace
{

bool all_digits(const std::string& text)
{
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

[[noreturn]] void out_of_range(const std::string& what, const std::string& text, const std::string& lo,
                               const std::string& hi, const std::string& unit)
{
    throw BadInput(what + ": " + text + " is out of range, " + lo + " to " + hi +
                   (unit.empty() ? "" : " " + unit));
}

/// The digits as a number, or -1 when they exceed 63 bits.
int64_t digits_to_int(const std::string& text)
{
    int64_t value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    return result.ec == std::errc() ? value : -1;
}

const Param* find_param(Span<Param> declared, const std::string& key)
{
    for (const Param& param : declared)
        if (key == param.name) return &param;
    return nullptr;
}

/// A number without a sign: its digits without leading zeros, and the power of ten of the last.
struct Decimal {
    std::string digits;
    int64_t power = 0;
};

/// Reads "2.5", ".5", "2.", "1e-05"; nothing if the text is not of that kind.
std::optional<Decimal> read_decimal(const std::string& text)
{
    constexpr int64_t kMostPower = 1000;  // beyond what any number here needs
    const size_t e = text.find_first_of("eE");
    const std::string mantissa = text.substr(0, e),
                      exponent = e == std::string::npos ? "0" : text.substr(e + 1);
    const size_t dot = mantissa.find('.');
    Decimal number;
    number.digits = mantissa.substr(0, dot);
    if (dot != std::string::npos) {
        number.digits += mantissa.substr(dot + 1);
        number.power = -static_cast<int64_t>(mantissa.size() - dot - 1);
    }
    const bool sign = !exponent.empty() && (exponent[0] == '-' || exponent[0] == '+');
    const std::string size = exponent.substr(sign ? 1 : 0);
    if (!all_digits(number.digits) || !all_digits(size)) return std::nullopt;
    const int64_t most = digits_to_int(size);
    const int64_t power = most < 0 ? kMostPower : std::min(most, kMostPower);
    number.power += sign && exponent[0] == '-' ? -power : power;
    number.digits.erase(0, std::min(number.digits.find_first_not_of('0'), number.digits.size()));
    return number;
}

/// Multiplies by ten to the `shift` and rounds to a whole number, halves up; -1 if 63 bits do not hold it.
int64_t scaled(const Decimal& number, int64_t shift)
{
    constexpr int64_t kMostDigits = 19;
    if (number.digits.empty()) return 0;
    const auto count = static_cast<int64_t>(number.digits.size());
    const int64_t zeros = number.power + shift, whole = count + zeros;
    if (whole > kMostDigits) return -1;
    if (zeros >= 0) return digits_to_int(number.digits + std::string(zeros, '0'));
    if (whole < 0) return 0;
    const int64_t kept = whole == 0 ? 0 : digits_to_int(number.digits.substr(0, whole));
    return kept < 0 ? -1 : kept + (number.digits[whole] >= '5' ? 1 : 0);
}

}  // namespace

double parse_number(const std::string& what, const std::string& text)
{
    double value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end || !std::isfinite(value))
        throw BadInput(what + ": '" + text + "' is not a number");
    return value;
}

int64_t parse_count(const std::string& what, const std::string& text, int64_t lo, int64_t hi)
{
    const bool negative = text.size() > 1 && text[0] == '-' && all_digits(text.substr(1));
    if (!negative && !all_digits(text)) throw BadInput(what + ": '" + text + "' is not a whole number");
    const int64_t value = negative ? -1 : digits_to_int(text);
    if (negative || value < lo || value > hi)
        out_of_range(what, text, std::to_string(lo), std::to_string(hi), "");
    return value;
}

Bytes parse_size(const std::string& what, const std::string& text)
{
    const size_t letter = text.find_first_not_of("0123456789");
    const std::string digits = text.substr(0, letter);
    const std::string suffix = letter == std::string::npos ? "" : text.substr(letter);
    const std::string letters = "KMG";
    const size_t power = suffix.empty() ? 0 : letters.find(suffix) + 1;
    if (digits.empty() || suffix.size() > 1 || (!suffix.empty() && power == 0))
        throw BadInput(what + ": '" + text +
                       "' is not a size; write whole bytes, or 64K, 1M, 2G (powers of 1024)");
    const Bytes unit = Bytes{1} << (10 * power);
    const int64_t count = digits_to_int(digits);
    if (count < 0 || count > std::numeric_limits<Bytes>::max() / unit)
        throw BadInput(what + ": " + text + " is more bytes than 63 bits hold");
    if (count == 0) throw BadInput(what + ": a size must be at least 1 byte");
    return count * unit;
}

double parse_range(const std::string& what, const std::string& text, double lo, double hi,
                   const std::string& unit, bool whole)
{
    const double value = parse_number(what, text);
    if (value < lo || value > hi) out_of_range(what, text, format_number(lo), format_number(hi), unit);
    if (whole && value != std::floor(value)) throw BadInput(what + ": '" + text + "' is not a whole number");
    return value;
}

Time parse_seconds(const std::string& what, const std::string& text)
{
    constexpr int64_t kMost = 1'000'000'000'000'000'000;  // 1000000 s, in picoseconds
    const std::optional<Decimal> decimal = read_decimal(text);
    if (!decimal) throw BadInput(what + ": '" + text + "' is not a time in seconds, such as 2.000000962");
    const int64_t ps = scaled(*decimal, 12);
    if (ps < 0 || ps > kMost) throw BadInput(what + ": " + text + " s is beyond 1000000 s");
    return {ps};
}

std::string format_size(Bytes bytes)
{
    const char* suffixes[] = {"", "K", "M", "G"};
    int power = 0;
    while (power < 3 && bytes != 0 && bytes % 1024 == 0) {
        bytes /= 1024;
        ++power;
    }
    return std::to_string(bytes) + suffixes[power];
}

std::string format_number(double value)
{
    char text[32];
    const auto result = std::to_chars(text, text + sizeof text, value);
    std::string shortest(text, result.ptr);
    if (shortest.find('e') == std::string::npos) return shortest;
    const auto plain = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed);
    return plain.ec == std::errc() ? std::string(text, plain.ptr) : shortest;
}

void set_param(const std::string& what, Span<Param> declared, void* object, const std::string& key,
               const std::string& value)
{
    const Param* param = find_param(declared, key);
    if (param == nullptr) {
        std::vector<std::string> names;
        for (const Param& each : declared) names.emplace_back(each.name);
        throw BadInput(what + ": no key '" + key + "'" + suggestion(key, names));
    }
    set_param(what + ": " + key, *param, object, value);
}

void set_param(const std::string& what, const Param& param, void* object, const std::string& value)
{
    param.set(object, parse_range(what, value, param.lo, param.hi, param.unit, param.integer));
}

}  // namespace hpnsim
