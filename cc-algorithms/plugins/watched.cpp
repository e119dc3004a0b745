// SPDX-License-Identifier: GPL-2.0-only
// Makes copies of plug-ins' tables whose functions note themselves before they call the plug-in's own.
#include "plugins/watched.hpp"

#include "hpnsim/plugin_files.hpp"
#include "hpnsim/plugin_runs.hpp"
#include "hpnsim/tool_main.hpp"

#include <array>
#include <cstdlib>
#include <cxxabi.h>
#include <utility>

namespace hpnsim
{

namespace
{

constexpr size_t kTables = 32;  // of each kind; an assumption, far above what one comparison loads

// Handlers are called without a context, so they can only note themselves in a global place.
// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
Running own_place;
Running* place = &own_place;

template <class Ops> struct Tables {
    std::array<const Ops*, kTables> inner{};  // the plug-in's own tables
    std::array<Ops, kTables> outer{};
    size_t used = 0;
};
template <class Ops> Tables<Ops> tables;
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

/// Takes the time from the first argument that knows it.
template <class First, class... Rest> Time now_of(const First& first, const Rest&... rest)
{
    if constexpr (std::is_same_v<First, Flow> || std::is_same_v<First, ReceivePort> ||
                  std::is_same_v<First, Received>)
        return first.now;
    else
        return now_of(rest...);
}

[[noreturn]] void failed(const WatchedHandler& handler, const std::string& what)
{
    place->busy = false;
    throw PluginFailure(described(handler) + " threw out of " + handler.name + what);
}

/// Names the exception that is being handled; call it within a catch.
[[noreturn]] void rethrow(const WatchedHandler& handler)
{
    try {
        throw;
    } catch (const std::exception& error) {
        failed(handler, ": " + shortened(error.what()));
    } catch (...) {
        failed(handler, " what is no std::exception");
    }
}

/// Stands in for one function of the I-th table: Member of Ops.
template <size_t I, auto Member> struct Thunk;
template <size_t I, class Ops, class Result, class... Args, Result (*Ops::*Member)(Args...)>
struct Thunk<I, Member> {
    // Global as the tables are, and for their reason.
    // NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
    static inline WatchedHandler handler;

    static Result call(Args... args)
    {
        place->at = now_of(args...);
        ++place->calls;
        place->handler = &handler;
        place->busy = true;
        try {
            if constexpr (std::is_void_v<Result>) {
                (tables<Ops>.inner[I]->*Member)(args...);
                place->busy = false;
            } else {
                const Result result = (tables<Ops>.inner[I]->*Member)(args...);
                place->busy = false;
                return result;
            }
        } catch (const abi::__forced_unwind&) {
            std::abort();  // pthread_exit: the run's only thread cannot end, and this must not be caught
        } catch (...) {
            rethrow(handler);
        }
    }
};

template <size_t I, auto Member, class Ops> void wrap(const char* kind, const char* name)
{
    Ops& outer = tables<Ops>.outer[I];
    if (outer.*Member == nullptr) return;
    Thunk<I, Member>::handler = {&outer.slot, kind, name};
    outer.*Member = Thunk<I, Member>::call;
}

template <size_t I> void wrap_all(const CcOps&)
{
    constexpr const char* kKind = "CC";
    wrap<I, &CcOps::start, CcOps>(kKind, "start");
    wrap<I, &CcOps::on_ack, CcOps>(kKind, "on_ack");
    wrap<I, &CcOps::on_cnp, CcOps>(kKind, "on_cnp");
    wrap<I, &CcOps::on_nack, CcOps>(kKind, "on_nack");
    wrap<I, &CcOps::on_timeout, CcOps>(kKind, "on_timeout");
    wrap<I, &CcOps::on_send, CcOps>(kKind, "on_send");
    wrap<I, &CcOps::on_credit, CcOps>(kKind, "on_credit");
    wrap<I, &CcOps::on_timer, CcOps>(kKind, "on_timer");
    wrap<I, &CcOps::unfit, CcOps>(kKind, "unfit");
}

template <size_t I> void wrap_all(const PathOps&)
{
    constexpr const char* kKind = "path policy";
    wrap<I, &PathOps::start, PathOps>(kKind, "start");
    wrap<I, &PathOps::pick, PathOps>(kKind, "pick");
    wrap<I, &PathOps::feedback, PathOps>(kKind, "feedback");
}

template <size_t I> void wrap_all(const ReceiverOps&)
{
    constexpr const char* kKind = "receiver policy";
    wrap<I, &ReceiverOps::on_data, ReceiverOps>(kKind, "on_data");
    wrap<I, &ReceiverOps::on_port_data, ReceiverOps>(kKind, "on_data");
    wrap<I, &ReceiverOps::on_timer, ReceiverOps>(kKind, "on_timer");
}

template <class Ops, size_t... I> void wrap_at(size_t at, std::index_sequence<I...>)
{
    const Ops none{};
    ((I == at ? wrap_all<I>(none) : void()), ...);
}

template <class Ops> const Ops* table_for(const Ops& ops)
{
    Tables<Ops>& all = tables<Ops>;
    if (all.used == kTables) return &ops;
    const size_t at = all.used++;
    all.inner[at] = &ops;
    all.outer[at] = ops;
    wrap_at<Ops>(at, std::make_index_sequence<kTables>());
    return &all.outer[at];
}

}  // namespace

void note_calls_in(Running* where)
{
    place = where;
}

Running& running()
{
    return *place;
}

std::string described(const WatchedHandler& handler)
{
    const PluginFile* file = plugin_of(*handler.slot);
    return std::string("the ") + handler.kind + " '" + handler.slot->info->name + "' of the plug-in '" +
           (file != nullptr ? file->path : "") + "'";
}

const CcOps* watched(const CcOps& ops)
{
    return table_for(ops);
}

const PathOps* watched(const PathOps& ops)
{
    return table_for(ops);
}

const ReceiverOps* watched(const ReceiverOps& ops)
{
    return table_for(ops);
}

}  // namespace hpnsim
