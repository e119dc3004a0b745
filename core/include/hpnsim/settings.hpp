// SPDX-License-Identifier: GPL-2.0-only
// Settings declare themselves: a part's settings are one struct with a list that says of each its key, unit,
// meaning and range, and how it is read and written. The list serves parsing, `--help`, the nearest key,
// presets, profiles and the report of a run, so that none of them can forget a key.
//
//     struct BufferSettings {
//         double alpha = 0.125;
//         std::optional<Bytes> headroom;  // automatic unless somebody sets it
//         static const std::vector<Setting>& settings()
//         {
//             using S = BufferSettings;
//             static const std::vector<Setting> list = {
//                 number<&S::alpha>("alpha", "", "share of the free buffer (HPCC-sim: 1/8)", 1e-6, 1024),
//                 number<&S::headroom>("headroom", "KB", "PFC headroom (IEEE 802.1Q)", 0, 1e6)};
//             return list;
//         }
//     };
//
// The Params of algorithms (params.hpp) are the same idea for plug-ins: plain data, without std::function.
#pragma once

#include "hpnsim/names.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/units.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace hpnsim
{

/// (key, value) pairs in declared order.
using KeyTexts = std::vector<std::pair<std::string, std::string>>;

/// The word that leaves a setting to hpnsim; a std::optional member is then empty.
inline constexpr const char* kAuto = "auto";

/// One declared setting of a part.
struct Setting {
    std::string name;    ///< the key; of a family with the varying end in capitals, as in kmin-kb-R
    std::string unit;    ///< empty: none
    std::string doc;     ///< meaning, default where it is automatic, and the source of the default
    std::string values;  ///< what it takes, in words: "0 to 31", "drop or forward"
    /// Reads `text`, which stands behind `key`, into the part. Throws BadInput that begins with `place`.
    std::function<void(void* part, const std::string& place, const std::string& key, const std::string& text)>
        read;
    /// What is in force, as one would write it (units apart); of a family any number of keys.
    std::function<KeyTexts(const void* part)> write;
    std::string prefix = {};       ///< of a family: how its keys begin; else empty
    std::string placeholder = {};  ///< what the help of an option writes for its value; empty: it has none
    bool repeatable = false;       ///< each reading adds one more to those before
    std::string source = {};       ///< of the default, where `doc` does not say it
    std::string automatic = {};    ///< what a value that nobody sets follows from, in words; empty: auto

    bool is(const std::string& key) const;
    /// The same with another placeholder.
    Setting as(const char* text) const;
    /// The same, for texts alone with which `check(place, text)` does not throw.
    Setting checked(std::function<void(const std::string& place, const std::string& text)> check) const;
};

/// Where the value of a key comes from. Later ones win over earlier ones.
enum class Origin : uint8_t {
    standard,  ///< the declared default, or found automatically
    preset,    ///< what a congestion control or one of its presets brings along
    profile,   ///< what a profile sets
    given,     ///< the user
};

/// The origin of each key that somebody has set.
class Origins
{
public:
    Origin of(const std::string& key) const;
    bool given(const std::string& key) const { return of(key) == Origin::given; }
    void note(const std::string& key, Origin origin) { by_key_[key] = origin; }

private:
    std::map<std::string, Origin> by_key_;
};

/// The settings of one or several parts behind one option, such as all keys of a fabric.
class Keys
{
public:
    template <class Part> Keys& add(Part& part) { return add(std::decay_t<Part>::settings(), &part); }
    Keys& add(const std::vector<Setting>& settings, void* part);
    /// For reading alone.
    template <class Part> Keys& add(const Part& part)
    {
        return add(Part::settings(), const_cast<Part*>(&part));
    }

    /// Sets one key. Throws BadInput that begins with `what` and names the nearest key, or what the key
    /// takes.
    void set(const std::string& what, const std::string& key, const std::string& text) const;
    /// The same for many, of one origin.
    void set(const std::string& what, const KeyTexts& keys, Origin origin, Origins& origins) const;

    /// Every key and its value as one would write it.
    KeyTexts written() const;
    /// The same with units, for people.
    KeyTexts shown() const;
    std::vector<std::string> names() const;

    struct Entry {
        const Setting* setting;
        void* part;
    };
    const std::vector<Entry>& entries() const { return entries_; }

private:
    std::vector<Entry> entries_;
};

namespace detail
{
template <class T> struct ValueOf {
    using type = T;
    static constexpr bool optional = false;
};
template <class T> struct ValueOf<std::optional<T>> {
    using type = T;
    static constexpr bool optional = true;
};

/// How many of the member's own units (bytes, picoseconds, bits per second) one `unit` is. Throws
/// std::logic_error on a unit that no member of this type has.
double bytes_per(const std::string& unit);
double picoseconds_per(const std::string& unit);
double bits_per_second_per(const std::string& unit);

template <class T> double scale_of(const std::string& unit)
{
    if constexpr (std::is_same_v<T, Time>)
        return picoseconds_per(unit);
    else if constexpr (std::is_same_v<T, Rate>)
        return bits_per_second_per(unit);
    else if constexpr (std::is_integral_v<T>)
        return bytes_per(unit);
    else
        return 1;
}

/// `value` units as a member, to the nearest whole one.
template <class T> T scaled_to(double value, double scale)
{
    if constexpr (std::is_same_v<T, Time> || std::is_same_v<T, Rate>)
        return {std::llround(value * scale)};
    else if constexpr (std::is_integral_v<T>)
        return static_cast<T>(std::llround(value * scale));
    else
        return static_cast<T>(value);
}

template <class T> double scaled_from(const T& member, double scale)
{
    if constexpr (std::is_same_v<T, Time>)
        return static_cast<double>(member.ps) / scale;
    else if constexpr (std::is_same_v<T, Rate>)
        return static_cast<double>(member.bps) / scale;
    else
        return static_cast<double>(member) / scale;
}

bool parse_truth(const std::string& place, const std::string& text);
/// The declared range in words.
std::string count_text(int64_t lo, int64_t hi, bool automatic);
}  // namespace detail

/// The range of a number in words: "0 to 31 us, or auto".
std::string range_text(double lo, double hi, const std::string& unit, bool automatic);

/// The member M of a settings struct, as a setting reaches it: `T` is its type without the std::optional of a
/// value that may be found automatically.
template <auto M> struct Member {
    using Part = typename detail::MemberOf<decltype(M)>::owner;
    using Stored = typename detail::MemberOf<decltype(M)>::type;
    using T = typename detail::ValueOf<Stored>::type;
    static constexpr bool kOptional = detail::ValueOf<Stored>::optional;
    static Stored& in(void* part) { return static_cast<Part*>(part)->*M; }
    static const Stored& in(const void* part) { return static_cast<const Part*>(part)->*M; }
};

/// A setting of one key whose text the caller's own `read(place, text)` makes a value of, and `write(value)`
/// text again. `values` says what the text may be.
template <auto M, class Read, class Write> Setting setting_of(const char* name, const std::string& unit,
                                                              const char* doc, std::string values, Read read,
                                                              Write write)
{
    using Of = Member<M>;
    Setting made{name, unit, doc, std::move(values), {}, {}};
    made.read = [read](void* part, const std::string& place, const std::string&, const std::string& text) {
        if constexpr (Of::kOptional) {
            if (text == kAuto) {
                Of::in(part).reset();
                return;
            }
        }
        Of::in(part) = read(place, text);
    };
    made.write = [name = std::string(name), write](const void* part) -> KeyTexts {
        if constexpr (Of::kOptional) {
            const auto& member = Of::in(part);
            return {{name, member ? write(*member) : std::string(kAuto)}};
        } else {
            return {{name, write(Of::in(part))}};
        }
    };
    return made;
}

/// A number in `unit`, from `lo` to `hi`. The member is an arithmetic type, Bytes ("bytes", "KB" of 1000,
/// "MB" of 1048576), Time ("ns", "us", "ms") or Rate ("Mb/s", "Gb/s"), or a std::optional of one: `auto`
/// empties it. An integer in units of its own takes whole numbers only.
template <auto M> Setting number(const char* name, const char* unit, const char* doc, double lo, double hi)
{
    using T = typename Member<M>::T;
    const double scale = detail::scale_of<T>(unit);
    const bool whole = std::is_integral_v<T> && scale == 1;
    return setting_of<M>(
        name, unit, doc, range_text(lo, hi, unit, Member<M>::kOptional),
        [=, unit = std::string(unit)](const std::string& place, const std::string& text) {
            return detail::scaled_to<T>(parse_range(place, text, lo, hi, unit, whole), scale);
        },
        [scale](const T& value) { return format_number(detail::scaled_from(value, scale)); });
}

/// A whole number in decimal digits, from `lo` to `hi`.
template <auto M> Setting count(const char* name, const char* doc, int64_t lo, int64_t hi)
{
    using T = typename Member<M>::T;
    return setting_of<M>(
               name, "", doc, detail::count_text(lo, hi, Member<M>::kOptional),
               [=](const std::string& place, const std::string& text) {
                   return static_cast<T>(parse_count(place, text, lo, hi));
               },
               [](const T& value) { return std::to_string(value); })
        .as("N");
}

/// True or false. As an option it stands alone and says true.
template <auto M> Setting toggle(const char* name, const char* doc)
{
    return setting_of<M>(name, "", doc, "true or false", detail::parse_truth,
                         [](bool value) { return std::string(value ? "true" : "false"); });
}

/// 0 or 1.
template <auto M> Setting flag(const char* name, const char* doc)
{
    return setting_of<M>(
        name, "", doc, "0 or 1",
        [](const std::string& place, const std::string& text) {
            return parse_range(place, text, 0, 1, "", true) != 0;
        },
        [](bool value) { return std::string(value ? "1" : "0"); });
}

namespace detail
{
std::string names_text(const std::vector<std::string>& names, bool automatic);
}  // namespace detail

/// One of several names, each of which stands for a value.
template <auto M> Setting choice(const char* name, const char* doc,
                                 const std::vector<std::pair<std::string, typename Member<M>::T>>& choices)
{
    using T = typename Member<M>::T;
    std::vector<std::string> names;
    for (const auto& each : choices) names.push_back(each.first);
    return setting_of<M>(
               name, "", doc, detail::names_text(names, Member<M>::kOptional),
               [choices, names](const std::string& place, const std::string& text) {
                   return choices[parse_name(place, text, names)].second;
               },
               [choices](const T& value) -> std::string {
                   for (const auto& [text, stands_for] : choices)
                       if (stands_for == value) return text;
                   return "?";
               })
        .as("NAME");
}

/// One of several names, kept as it is written.
template <auto M> Setting one_of(const char* name, const char* doc, const std::vector<std::string>& names)
{
    std::vector<std::pair<std::string, std::string>> choices;
    for (const std::string& each : names) choices.emplace_back(each, each);
    Setting made = choice<M>(name, doc, choices);
    made.write = [name = std::string(name)](const void* part) -> KeyTexts {
        return {{name, Member<M>::in(part)}};
    };
    return made;
}

/// A set of the priorities 0 to 7 in the bits of a byte: `3+4`, or `none`.
template <auto M> Setting priorities(const char* name, const char* doc);

/// Bytes, at least 1, with K, M or G for powers of 1024.
template <auto M> Setting size(const char* name, const char* doc)
{
    return setting_of<M>(
               name, "", doc, "bytes, or 64K, 1M, 2G",
               [](const std::string& place, const std::string& text) { return parse_size(place, text); },
               [](Bytes value) { return format_size(value); })
        .as("SIZE");
}

/// Any text; an empty one is nobody's wish.
template <auto M> Setting text(const char* name, const char* doc, const char* values)
{
    return setting_of<M>(
               name, "", doc, values, [](const std::string&, const std::string& text) { return text; },
               [](const std::string& value) { return value; })
        .as(values);
}

/// Any number of texts, a reading each.
template <auto M> Setting texts(const char* name, const char* doc, const char* values)
{
    Setting made{name, "", doc, values, {}, {}, {}, values, true};
    made.read = [](void* part, const std::string&, const std::string&, const std::string& text) {
        Member<M>::in(part).push_back(text);
    };
    made.write = [name = std::string(name)](const void* part) {
        KeyTexts all;
        for (const std::string& each : Member<M>::in(part)) all.emplace_back(name, each);
        return all;
    };
    return made;
}

namespace detail
{
uint8_t parse_priorities(const std::string& place, const std::string& text);
}  // namespace detail
std::string format_priorities(uint8_t bits);

template <auto M> Setting priorities(const char* name, const char* doc)
{
    return setting_of<M>(name, "", doc, "priorities 0 to 7, as in 3+4, or none", detail::parse_priorities,
                         format_priorities);
}

/// Pairs of small whole numbers, such as `26=3+48=6` (or, with an escaped colon, `26\:3`); each is handed to
/// `take`.
void parse_pairs(const std::string& place, const std::string& text, int64_t first_max, int64_t lo, int64_t hi,
                 const std::function<void(int64_t first, int64_t second)>& take);

}  // namespace hpnsim
