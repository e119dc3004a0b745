// SPDX-License-Identifier: GPL-2.0-only
// KeyValues holds the keys of one topology as the user gave them, checked against their declarations.
// Builders read their values from it.
#pragma once

#include "hpnsim/bad_input.hpp"
#include "hpnsim/spec.hpp"
#include "hpnsim/topologies.hpp"

namespace hpnsim
{

class KeyValues
{
public:
    /// Checks every given key and value; throws BadInput.
    KeyValues(const TopologyInfo& info, const Spec& spec);

    bool given(const std::string& key) const { return at(key).given; }
    uint32_t whole(const std::string& key) const { return static_cast<uint32_t>(number(key)); }
    Rate rate_gbps(const std::string& key) const;
    Time time_ns(const std::string& key) const;
    Bytes mebibytes(const std::string& key) const;
    const std::string& text(const std::string& key) const { return at(key).value; }

    /// Sets the value of a key whose default follows from others.
    void derive(const std::string& key, const std::string& value);
    /// Returns (key, value with unit) for every key, in declared order.
    std::vector<std::pair<std::string, std::string>> in_force() const;

private:
    struct Entry {
        const TopologyKey* key;
        std::string value;
        bool given;
    };
    const Entry& at(const std::string& key) const { return entries_[position(key)]; }
    size_t position(const std::string& key) const;
    double number(const std::string& key) const;
    void check(const Entry& entry) const;

    const TopologyInfo& info_;
    std::vector<Entry> entries_;
};

}  // namespace hpnsim
