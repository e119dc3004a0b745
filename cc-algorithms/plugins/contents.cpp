// SPDX-License-Identifier: GPL-2.0-only
// Checks that what a file calls a plug-in is one that this host can call, before any of its code runs as an
// algorithm.
#include "plugins/contents.hpp"

#include "hpnsim/choose.hpp"

#include <cstring>

namespace hpnsim
{

namespace
{

constexpr size_t kMostBytes = size_t{1} << 20;  // of a state, of parameters
constexpr size_t kMostItems = 10'000;           // parameters, presets

std::string hex(uint64_t value)
{
    std::string text;
    for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[value >> shift & 15];
    return text;
}

/// Checks the header before anything that it points to. It begins with the same words in every version of the
/// interface.
void check_header(const std::string& subject, const PluginHeader& header, size_t ops_size)
{
    if (std::memcmp(header.magic, kPluginMagic.data(), kPluginMagic.size()) != 0)
        throw BadInput(subject + " has a symbol of hpnsim's plug-ins that HPNSIM_CC, HPNSIM_PATH or "
                                 "HPNSIM_RECEIVER did not make");
    if (header.abi != kAbi)
        throw BadInput(subject + " was built for ABI " + std::to_string(header.abi) +
                       " of hpnsim, this one has " + std::to_string(kAbi) +
                       ": see docs/add-a-cc.md, then build it again");
    if (header.build != kInterface || header.ops_size != ops_size)
        throw BadInput(subject + " was built against other headers of hpnsim (interface " +
                       hex(header.build) + ", here " + hex(kInterface) + "): build it again");
    if (header.ops == nullptr) throw BadInput(subject + " is broken: it has no table of functions");
}

bool is_name(const char* name)
{
    const size_t length = std::strlen(name);
    const char* const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    return length > 0 && length <= 64 && std::strspn(name, allowed) == length;
}

bool power_of_two(size_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

bool fits(size_t size, size_t align, size_t most_align)
{
    return size > 0 && size <= kMostBytes && power_of_two(align) && align <= most_align;
}

void check_texts(const std::string& subject, const SlotOps& slot)
{
    const Info& info = *slot.info;
    bool whole = info.doc != nullptr && info.defaults.transport != nullptr &&
                 info.defaults.fabric != nullptr && info.defaults.path != nullptr &&
                 info.defaults.receiver != nullptr;
    for (const Param& param : slot.params)
        whole = whole && param.name != nullptr && param.unit != nullptr && param.doc != nullptr &&
                param.get != nullptr && param.set != nullptr;
    for (const Preset& preset : slot.presets)
        whole = whole && preset.name != nullptr && preset.source != nullptr && preset.values != nullptr &&
                preset.transport != nullptr && preset.fabric != nullptr && preset.receiver != nullptr;
    if (!whole) throw BadInput(subject + " is broken: it declares a text or function that is missing");
}

/// Checks that every preset consists of keys and values that the algorithm has.
void check_presets(const std::string& subject, const SlotOps& slot)
{
    for (const Preset& preset : slot.presets) {
        make_params(subject, slot, {slot.info->name, {{"preset", preset.name}}});
        for (const char* beside : {preset.transport, preset.fabric, preset.receiver})
            if (*beside != '\0') parse_spec(subject + ": preset '" + preset.name + "'", beside);
    }
}

/// Checks that a parameter's default is within its own range; otherwise the user could not write what is in
/// force.
void check_defaults(const std::string& subject, const SlotOps& slot)
{
    const auto align = static_cast<std::align_val_t>(slot.params_align);
    const std::shared_ptr<void> params(::operator new(slot.params_size, align),
                                       [align](void* p) { ::operator delete(p, align); });
    slot.make_params(params.get());
    for (const Param& param : slot.params) {
        const double value = param.get(params.get());
        if (!(value >= param.lo && value <= param.hi))
            throw BadInput(subject + " declares the parameter '" + param.name +
                           "' with a default outside its own range");
    }
}

/// Makes a new state. What matters is that the call returns.
void try_state(size_t size, size_t align, void (*make)(void*))
{
    const auto alignment = static_cast<std::align_val_t>(align);
    const std::shared_ptr<void> state(::operator new(size, alignment),
                                      [alignment](void* p) { ::operator delete(p, alignment); });
    make(state.get());
}

void check_slot(const std::string& subject, const SlotOps& slot)
{
    if (slot.info == nullptr || slot.info->name == nullptr || slot.make_params == nullptr ||
        slot.make_state == nullptr || slot.params.size > kMostItems || slot.presets.size > kMostItems)
        throw BadInput(subject + " is broken: its table of functions has gaps");
    if (!is_name(slot.info->name))
        throw BadInput(subject + " calls its algorithm '" + slot.info->name +
                       "': a name has letters, digits, '.', '-' and '_'");
    if (!fits(slot.state_size, slot.state_align, kStateAlign) ||
        !fits(slot.params_size, slot.params_align, kMostBytes))
        throw BadInput(subject + " asks for a state or parameters of a size or alignment beyond all measure");
    check_texts(subject, slot);
    try_state(slot.state_size, slot.state_align, slot.make_state);
    check_defaults(subject, slot);
    check_presets(subject, slot);
}

bool complete(const CcOps& ops)
{
    return ops.start != nullptr;
}

bool complete(const PathOps& ops)
{
    return ops.start != nullptr && ops.pick != nullptr;
}

bool complete(const ReceiverOps& ops)
{
    return ops.scope == Scope::qp
               ? ops.on_data != nullptr
               : ops.on_port_data != nullptr && ops.on_timer != nullptr && ops.make_sender != nullptr;
}

/// Returns the table behind `symbol`; null if the file has no such symbol.
template <class Ops>
const Ops* ops_of(const std::string& subject, const boost::dll::shared_library& library, const char* symbol)
{
    if (!library.has(symbol)) return nullptr;
    const auto& header = library.get<const PluginHeader>(symbol);
    check_header(subject, header, sizeof(Ops));
    const Ops* ops = static_cast<const Ops*>(header.ops);
    check_slot(subject, ops->slot);
    if (!complete(*ops)) throw BadInput(subject + " is broken: its table of functions has gaps");
    return ops;
}

}  // namespace

PluginContents contents_of(const std::string& subject, const boost::dll::shared_library& library)
{
    PluginContents contents;
    contents.cc = ops_of<CcOps>(subject, library, "hpnsim_plugin_cc");
    contents.path = ops_of<PathOps>(subject, library, "hpnsim_plugin_path");
    contents.receiver = ops_of<ReceiverOps>(subject, library, "hpnsim_plugin_receiver");
    if (contents.cc == nullptr && contents.path == nullptr && contents.receiver == nullptr)
        throw BadInput(subject + " is no plug-in: its source has no line HPNSIM_CC(...), HPNSIM_PATH(...) or "
                                 "HPNSIM_RECEIVER(...)");
    return contents;
}

}  // namespace hpnsim
