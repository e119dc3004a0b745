// SPDX-License-Identifier: GPL-2.0-only
// Lays the layers of a run's transport over each other.
#include "hpnsim/chosen_transport.hpp"

#include "hpnsim/names.hpp"
#include "hpnsim/spec.hpp"

#include <array>

namespace hpnsim
{

namespace
{

constexpr std::array<const char*, 3> kTransports = {"gbn", "irn", "rud"};

}  // namespace

void ChosenTransport::lay(const std::string& what, const std::string& text, Origin origin)
{
    const Spec spec = parse_spec(what, text);
    parse_name(what, spec.name, {kTransports.begin(), kTransports.end()});
    name = spec.name;
    lay(what, spec.keys, origin);
}

void ChosenTransport::lay(const std::string& what, const KeyTexts& texts, Origin origin)
{
    keys().set(what, texts, origin, origins);
}

ChosenTransport parse_transport(const std::string& what, const std::string& text)
{
    ChosenTransport transport;
    transport.lay(what, text, Origin::given);
    return transport;
}

namespace
{

/// The transports that read a key, where its words begin with them ("irn, rud: ..."); empty: all do.
std::string readers(const Setting& setting)
{
    const std::string doc = setting.doc;
    const size_t end = doc.find(": ");
    const std::string names = doc.substr(0, end == std::string::npos ? 0 : end);
    for (const char* name : kTransports)
        if (names.rfind(name, 0) == 0) return names;
    return "";
}

}  // namespace

std::vector<std::string> keys_without_effect(const ChosenTransport& transport)
{
    std::vector<std::string> all;
    const Keys keys = transport.keys();
    for (const Keys::Entry& entry : keys.entries()) {
        const std::string names = readers(*entry.setting);
        if (names.empty() || names.find(transport.name) != std::string::npos) continue;
        if (!transport.origins.given(entry.setting->name)) continue;
        all.push_back("--transport " + transport.name + ": " + entry.setting->name +
                      " has no effect; it is read by " + names);
    }
    return all;
}

KeyTexts describe(const ChosenTransport& transport)
{
    return transport.keys().shown();
}

}  // namespace hpnsim
