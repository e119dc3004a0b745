// SPDX-License-Identifier: GPL-2.0-only
// Checks the keys that a user gave against the declarations of a topology, and fills in the defaults.
#include "generators/keys.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/quantity.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace hpnsim
{

namespace
{

using Kind = TopologyKey::Kind;

std::string plain(double value)
{
    std::ostringstream out;
    out.precision(15);
    out << value;
    return out.str();
}

std::vector<std::string> pieces(const std::string& choices)
{
    std::vector<std::string> list;
    std::istringstream in(choices);
    for (std::string piece; std::getline(in, piece, '|');) list.push_back(piece);
    return list;
}

bool is_one_of(const std::string& value, const std::vector<std::string>& list)
{
    return std::find(list.begin(), list.end(), value) != list.end();
}

std::vector<std::string> key_names(const TopologyInfo& info)
{
    std::vector<std::string> names;
    for (const TopologyKey& key : info.keys) names.emplace_back(key.name);
    return names;
}

}  // namespace

std::string TopologyKey::range() const
{
    if (kind == Kind::choice) return choices;
    if (kind == Kind::text) return "";
    return plain(lo) + ".." + plain(hi);
}

KeyValues::KeyValues(const TopologyInfo& info, const Spec& spec) : info_(info)
{
    for (const TopologyKey& key : info.keys) entries_.push_back({&key, key.fallback, false});
    const std::vector<std::string> names = key_names(info);
    for (const auto& [name, value] : spec.keys) {
        if (!is_one_of(name, names))
            throw BadInput("--topology: '" + std::string(info.name) + "' has no key '" + name +
                           "'; nearest is '" + nearest(name, names) + "'");
        Entry& entry = entries_[position(name)];
        entry.value = value;
        entry.given = true;
        check(entry);
    }
}

void KeyValues::check(const Entry& entry) const
{
    const TopologyKey& key = *entry.key;
    const std::string what = "--topology: '" + std::string(info_.name) + "' key '" + key.name + "'";
    if (key.kind == Kind::choice && !is_one_of(entry.value, pieces(key.choices)))
        throw BadInput(what + ": '" + entry.value + "' is none of " + key.choices + "; nearest is '" +
                       nearest(entry.value, pieces(key.choices)) + "'");
    if (key.kind == Kind::choice || key.kind == Kind::text) return;
    const double value = parse_number(what, entry.value);
    const std::string unit = *key.unit != '\0' ? std::string(" ") + key.unit : "";
    if (value < key.lo || value > key.hi)
        throw BadInput(what + ": " + entry.value + " is outside " + key.range() + unit);
    if (key.kind == Kind::whole && value != std::floor(value))
        throw BadInput(what + ": " + entry.value + " is not a whole number");
}

size_t KeyValues::position(const std::string& key) const
{
    for (size_t i = 0; i < entries_.size(); ++i)
        if (key == entries_[i].key->name) return i;
    throw std::logic_error("undeclared topology key " + key);
}

double KeyValues::number(const std::string& key) const
{
    return parse_number("--topology: key '" + key + "'", at(key).value);
}

Rate KeyValues::rate_gbps(const std::string& key) const
{
    return {std::llround(number(key) * 1e9)};
}

Time KeyValues::time_ns(const std::string& key) const
{
    return {std::llround(number(key) * 1e3)};
}

Bytes KeyValues::mebibytes(const std::string& key) const
{
    return std::llround(number(key) * 1048576.0);
}

void KeyValues::derive(const std::string& key, const std::string& value)
{
    entries_[position(key)].value = value;
}

std::vector<std::pair<std::string, std::string>> KeyValues::in_force() const
{
    std::vector<std::pair<std::string, std::string>> list;
    for (const Entry& entry : entries_) {
        const TopologyKey& key = *entry.key;
        const bool bare = *key.unit == '\0' || entry.value.find(' ') != std::string::npos;
        list.emplace_back(key.name, bare ? entry.value : entry.value + " " + key.unit);
    }
    return list;
}

}  // namespace hpnsim
