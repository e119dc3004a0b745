// SPDX-License-Identifier: GPL-2.0-only
// This plug-in has one thing wrong; the macro on the command line says what.
#include "hpnsim/cc.hpp"

#include <cstdlib>
#include <stdexcept>

using namespace hpnsim;

namespace
{

struct Law {
#ifdef NAME_WITH_COMMA
    static constexpr Info info{"a,b", "a law", Needs::nothing};
#elif defined(NAME_OF_BUILT_IN)
    static constexpr Info info{"fixed", "a law", Needs::nothing};
#elif defined(NO_DOC)
    static constexpr Info info{"broken", nullptr, Needs::nothing};
#else
    static constexpr Info info{"broken", "a law", Needs::nothing};
#endif
    struct Params {
#ifdef DEFAULT_OUT_OF_RANGE
        double gain = 2;
#else
        double gain = 1;
#endif
        static constexpr auto list()
        {
            return params(param<&Params::gain>("gain", "", "a gain", 0, 1));
        }
#ifdef PRESET_OF_NO_KEY
        static constexpr auto presets()
        {
            return hpnsim::presets(Preset{"old", "nobody", "gian=1"});
        }
#endif
    };
    void start(Flow&, const Params&) {}
#ifdef STATE_ABORTS
    Law()
    {
        std::abort();
    }
#endif
};

constexpr CcOps table()
{
    CcOps ops = cc_ops<Law>();
#ifdef NO_START
    ops.start = nullptr;
#elif defined(NO_INFO)
    ops.slot.info = nullptr;
#elif defined(HUGE_STATE)
    ops.slot.state_size = size_t{1} << 40;
#elif defined(ODD_ALIGNMENT)
    ops.slot.state_align = 3;
#elif defined(WILD_POINTER)
    ops.slot.params.size = 5;  // of one
#endif
    return ops;
}

constexpr CcOps kTable = table();

constexpr PluginHeader header()
{
    PluginHeader made = detail::plugin_header<Law>(&kTable);
#ifdef OTHER_ABI
    made.abi = kAbi + 1;
#elif defined(OTHER_MAGIC)
    made.magic[0] = 'H';
#elif defined(OTHER_TABLE)
    made.ops_size += 8;
#elif defined(NO_TABLE)
    made.ops = nullptr;
#endif
    return made;
}

#ifdef ABORTS
__attribute__((constructor)) void at_load()
{
    std::abort();
}
#elif defined(EXITS)
__attribute__((constructor)) void at_load()
{
    std::exit(0);
}
#elif defined(THROWS)
const int kThrown = std::getenv("PATH") != nullptr ? throw std::runtime_error("no") : 0;
#endif

}  // namespace

#ifdef UNDEFINED
namespace elsewhere
{
int missing(int);
}
extern "C" int use_it()
{
    return elsewhere::missing(1);
}
#endif

#ifndef NO_SYMBOL
extern "C" __attribute__((visibility("default"))) const PluginHeader hpnsim_plugin_cc;
const PluginHeader hpnsim_plugin_cc = header();
#endif
