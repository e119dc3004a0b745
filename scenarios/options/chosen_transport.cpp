// SPDX-License-Identifier: GPL-2.0-only
// Lays the layers of a run's transport over each other.
#include "hpnsim/chosen_transport.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/spec.hpp"

#include <algorithm>

namespace hpnsim
{

void ChosenTransport::lay(const std::string& what, const std::string& text, Origin origin)
{
    const Spec spec = parse_spec(what, text);
    const std::vector<std::string> names = {"gbn", "irn", "rud"};
    if (std::find(names.begin(), names.end(), spec.name) == names.end())
        throw BadInput(what + ": no '" + spec.name + "'; the nearest is '" + nearest(spec.name, names) + "'");
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
