// SPDX-License-Identifier: GPL-2.0-only
// Puts one QP under a CC, in virtual time and without a transport: tests hand it events. As in the transport,
// an event for which the CC has no handler passes it by.
#pragma once

#include "hpnsim/registry.hpp"

namespace hpnsim::test
{

struct Qp {
    Flow flow;

    /// `credited` says that the receiver grants credit, as it does for every CC that needs it.
    Qp(const CcOps& ops, std::shared_ptr<void> params, Rate line, Time base_rtt, Bytes mtu = 4096,
       bool credited = false)
        : ops_(&ops), params_(std::move(params)), call_params_(params_.get()),
          state_(::operator new(ops.slot.state_size), [](void* p) { ::operator delete(p); })
    {
        ops.slot.make_state(state_.get());
        flow.line_rate = line;
        flow.base_rtt = base_rtt;
        flow.bdp = bytes_in(base_rtt, line);
        flow.mtu = mtu;
        flow.stream = 1;
        flow.credited = credited || has(ops.slot.info->needs, Needs::credits);
        ops.start(state_.get(), flow, call_params_);
    }
    Qp(const std::string& spec, Rate line, Time base_rtt, Bytes mtu = 4096, bool credited = false)
        : Qp(*choose_cc(spec).ops, choose_cc(spec).params, line, base_rtt, mtu, credited)
    {
    }

    /// Runs due timers, earliest first, and moves the clock.
    void run_to(Time until)
    {
        for (;;) {
            int first = 0;
            for (int i = 1; i < 4; ++i)
                if (flow.due[i] < flow.due[first]) first = i;
            if (flow.due[first] > until) break;
            flow.now = flow.due[first];
            flow.due[first] = Time::max();
            if (ops_->on_timer) ops_->on_timer(state_.get(), flow, call_params_, first);
        }
        flow.now = until;
    }
    void cnp(Time at, uint64_t payload = 0, Time rtt = {})
    {
        run_to(at);
        if (ops_->on_cnp) ops_->on_cnp(state_.get(), flow, call_params_, {Entropy{}, payload, rtt});
    }
    void ack(Time at, const Ack& ack)
    {
        run_to(at);
        if (ops_->on_ack) ops_->on_ack(state_.get(), flow, call_params_, ack);
    }
    void nack(Time at, const Nack& nack)
    {
        run_to(at);
        if (ops_->on_nack) ops_->on_nack(state_.get(), flow, call_params_, nack);
    }
    void timeout(Time at, const Timeout& timeout)
    {
        run_to(at);
        if (ops_->on_timeout) ops_->on_timeout(state_.get(), flow, call_params_, timeout);
    }
    void send(Time at, Bytes size)
    {
        run_to(at);
        if (flow.credited) flow.credit -= size;
        if (ops_->on_send)
            ops_->on_send(state_.get(), flow, call_params_, {flow.next_psn, size, Entropy{}, false});
        ++flow.next_psn;
    }
    void credit(Time at, Bytes granted)
    {
        run_to(at);
        if (ops_->on_credit) ops_->on_credit(state_.get(), flow, call_params_, granted);
    }
    bool idle() const
    {
        for (const Time due : flow.due)
            if (due != Time::max()) return false;
        return true;
    }
    const CcOps& ops() const { return *ops_; }
    void* state() { return state_.get(); }
    const void* params() const { return call_params_; }
    /// From now on calls the CC through other functions, as Nic::tap does.
    void tap(const CcOps& ops, const void* params)
    {
        ops_ = &ops;
        call_params_ = params;
    }

private:
    const CcOps* ops_;
    std::shared_ptr<void> params_;
    const void* call_params_;
    std::shared_ptr<void> state_;
};

/// Makes the default parameters of an algorithm that is not in the registry.
template <class Ops> std::shared_ptr<void> default_params(const Ops& ops)
{
    std::shared_ptr<void> params(::operator new(ops.slot.params_size), [](void* p) { ::operator delete(p); });
    ops.slot.make_params(params.get());
    return params;
}

}  // namespace hpnsim::test
