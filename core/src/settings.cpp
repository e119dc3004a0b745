// SPDX-License-Identifier: GPL-2.0-only
// Reads and writes declared settings, and makes the sentences for keys and values that do not exist.
#include "hpnsim/settings.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

namespace hpnsim
{

namespace
{

using UnitScale = std::pair<const char*, double>;

template <size_t N> double scale_in(const UnitScale (&units)[N], const std::string& unit)
{
    for (const auto& [name, scale] : units)
        if (unit == name) return scale;
    throw std::logic_error("no setting of this type has the unit '" + unit + "'");
}

std::string with_unit(const std::string& text, const std::string& unit)
{
    return unit.empty() || text == kAuto || text.empty() ? text : text + " " + unit;
}

std::vector<std::string> split_at(const std::string& text, const char* separators)
{
    std::vector<std::string> parts(1);
    for (const char c : text)
        if (std::strchr(separators, c) != nullptr)
            parts.emplace_back();
        else
            parts.back() += c;
    return parts;
}

}  // namespace

namespace detail
{

double bytes_per(const std::string& unit)
{
    if (unit == "KB") return 1000;
    return unit == "MB" || unit == "MiB" ? 1048576
                                         : 1;  // all others are the member's own: packets, codes, bytes
}

double picoseconds_per(const std::string& unit)
{
    return scale_in({{"ns", 1e3}, {"us", 1e6}, {"ms", 1e9}}, unit);
}

double bits_per_second_per(const std::string& unit)
{
    return scale_in({{"Mb/s", 1e6}, {"Gb/s", 1e9}}, unit);
}

bool parse_truth(const std::string& place, const std::string& text)
{
    if (text != "true" && text != "false") throw BadInput(place + ": '" + text + "' is not true or false");
    return text == "true";
}

std::string count_text(int64_t lo, int64_t hi, bool automatic)
{
    return std::to_string(lo) + " to " + std::to_string(hi) + (automatic ? ", or auto" : "");
}

std::string names_text(const std::vector<std::string>& names, bool automatic)
{
    std::string text;
    for (size_t i = 0; i < names.size(); ++i)
        text += (i == 0 ? "" : i + 1 == names.size() && !automatic ? " or " : ", ") + names[i];
    return automatic ? text + " or auto" : text;
}

uint8_t parse_priorities(const std::string& place, const std::string& text)
{
    if (text == "none") return 0;
    unsigned bits = 0;
    for (const std::string& each : split_at(text, "+")) bits |= 1U << parse_count(place, each, 0, 7);
    return static_cast<uint8_t>(bits);
}

}  // namespace detail

std::string range_text(double lo, double hi, const std::string& unit, bool automatic)
{
    return format_number(lo) + " to " + with_unit(format_number(hi), unit) + (automatic ? ", or auto" : "");
}

std::string format_priorities(uint8_t bits)
{
    std::string text;
    for (int p = 0; p < 8; ++p)
        if ((bits >> p & 1) != 0) text += (text.empty() ? "" : "+") + std::to_string(p);
    return text.empty() ? "none" : text;
}

void parse_pairs(const std::string& place, const std::string& text, int64_t first_max, int64_t lo, int64_t hi,
                 const std::function<void(int64_t first, int64_t second)>& take)
{
    for (const std::string& each : split_at(text, "+")) {
        const std::vector<std::string> pair = split_at(each, "=:");
        if (pair.size() != 2)
            throw BadInput(place + ": '" + each + "' is not a pair of numbers; write 26=3+48=6");
        take(parse_count(place, pair[0], 0, first_max), parse_count(place, pair[1], lo, hi));
    }
}

bool Setting::is(const std::string& key) const
{
    return prefix.empty() ? key == name : key.compare(0, prefix.size(), prefix) == 0;
}

Setting Setting::as(const char* text) const
{
    Setting other = *this;
    other.placeholder = text;
    return other;
}

Setting Setting::checked(std::function<void(const std::string&, const std::string&)> check) const
{
    Setting other = *this;
    other.read = [read = read, check = std::move(check)](void* part, const std::string& place,
                                                         const std::string& key, const std::string& text) {
        check(place, text);
        read(part, place, key, text);
    };
    return other;
}

Origin Origins::of(const std::string& key) const
{
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? Origin::standard : found->second;
}

Keys& Keys::add(const std::vector<Setting>& settings, void* part)
{
    for (const Setting& setting : settings) entries_.push_back({&setting, part});
    return *this;
}

void Keys::set(const std::string& what, const std::string& key, const std::string& text) const
{
    for (const auto& [setting, part] : entries_) {
        if (!setting->is(key)) continue;
        setting->read(part, what + ": " + key, key, text);
        return;
    }
    throw BadInput(what + ": no key '" + key + "'" + suggestion(key, names()));
}

void Keys::set(const std::string& what, const KeyTexts& keys, Origin origin, Origins& origins) const
{
    for (const auto& [key, text] : keys) {
        set(what, key, text);
        origins.note(key, origin);
    }
}

KeyTexts Keys::written() const
{
    KeyTexts all;
    for (const auto& [setting, part] : entries_)
        for (auto& pair : setting->write(part)) all.push_back(std::move(pair));
    return all;
}

KeyTexts Keys::shown() const
{
    KeyTexts all;
    for (const auto& [setting, part] : entries_)
        for (auto& [key, text] : setting->write(part)) {
            const bool words = text == kAuto && !setting->automatic.empty();
            all.emplace_back(key,
                             with_unit(words ? "automatic: " + setting->automatic : text, setting->unit));
        }
    return all;
}

std::vector<std::string> Keys::names() const
{
    std::vector<std::string> all;
    for (const Entry& entry : entries_) all.push_back(entry.setting->name);
    return all;
}

}  // namespace hpnsim
