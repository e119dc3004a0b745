// SPDX-License-Identifier: GPL-2.0-only
// A tap stands between the transport and the CC of one QP. It hands every event on, and reports it with what
// the CC answered. The transport calls it like the CC itself (Nic::tap), so that a QP without a tap pays
// nothing.
#pragma once

#include "hpnsim/replay.hpp"

#include <functional>

namespace hpnsim
{

class CcTap
{
public:
    using Sink = std::function<void(const TraceRow&)>;

    /// `law` with its `params` is what the QP runs; `flow` is the QP's, as the CC's start() left it.
    CcTap(const CcOps& law, const void* params, const Flow& flow, Sink sink);
    CcTap(const CcTap&) = delete;
    CcTap& operator=(const CcTap&) = delete;

    /// The transport calls these functions instead of the CC's, on the CC's state and with this object as
    /// parameters.
    const CcOps& ops() const { return ops_; }

private:
    template <auto Handler, class Event>
    static void pass(void* state, Flow& flow, const void* tap, Event event);
    static void start(void* state, Flow& flow, const void* tap);

    TraceRow row_of(const Ack& ack) const;
    TraceRow row_of(const Cnp& cnp) const;
    TraceRow row_of(const Nack& nack) const;
    TraceRow row_of(const Timeout& timeout) const;
    TraceRow row_of(const Sent& sent) const;
    TraceRow row_of(Bytes granted) const;
    TraceRow row_of(int timer) const;
    void note_flow(const Flow& flow, TraceRow& row) const;
    void report(const Flow& flow, TraceRow& row);

    const CcOps& law_;
    const void* params_;
    CcOps ops_;
    Flow seen_;  // as the last handler left it
    Sink sink_;
};

}  // namespace hpnsim
