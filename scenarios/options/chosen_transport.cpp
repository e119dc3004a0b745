// SPDX-License-Identifier: GPL-2.0-only
// Lays the layers of a run's transport over each other.
#include "hpnsim/chosen_transport.hpp"

#include "hpnsim/names.hpp"
#include "hpnsim/spec.hpp"

namespace hpnsim
{

void ChosenTransport::lay(const std::string& what, const std::string& text, Origin origin)
{
    const Spec spec = parse_spec(what, text);
    parse_name(what, spec.name, {"gbn", "irn", "rud"});
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

KeyTexts describe(const ChosenTransport& transport)
{
    return transport.keys().shown();
}

}  // namespace hpnsim
