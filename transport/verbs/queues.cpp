// SPDX-License-Identifier: GPL-2.0-only
// Implements completion queues and shared receive queues.
#include "hpnsim/verbs.hpp"
#include "verbs/errors.hpp"

namespace hpnsim::verbs
{

CompletionQueue::CompletionQueue(Context& context, int capacity)
    : context_(context), entries_(static_cast<size_t>(capacity))
{
}

int CompletionQueue::poll(int count, WorkCompletion* completions)
{
    context_.drain();
    int polled = 0;
    for (; polled < count && size_ > 0; ++polled) {
        const Entry& entry = entries_[head_];
        completions[polled] = entry.completion;
        if (entry.receive)
            --entry.qp->receives_;
        else
            entry.qp->retired_ = entry.retires;
        head_ = head_ + 1 == entries_.size() ? 0 : head_ + 1;
        --size_;
    }
    return polled;
}

void CompletionQueue::req_notify(bool solicited_only)
{
    if (armed_ != Armed::any) armed_ = solicited_only ? Armed::solicited : Armed::any;
}

/// Returns false if there is no room.
bool CompletionQueue::push(const Entry& entry, bool solicited)
{
    if (overrun_ || size_ == entries_.size()) return false;
    const size_t at = head_ + size_;
    entries_[at < entries_.size() ? at : at - entries_.size()] = entry;
    ++size_;
    const bool wakes = solicited || entry.completion.status != Status::success;
    if (armed_ == Armed::any || (armed_ == Armed::solicited && wakes)) {
        armed_ = Armed::no;
        context_.cq_events_.push_back(this);
    }
    return true;
}

/// Removes the completions of a QP.
void CompletionQueue::forget(const QueuePair& qp)
{
    const size_t before = size_;
    size_t from = head_;
    size_ = 0;
    for (size_t i = 0; i < before; ++i) {
        const Entry entry = entries_[from];
        from = from + 1 == entries_.size() ? 0 : from + 1;
        if (entry.qp == &qp) continue;
        entries_[(head_ + size_) % entries_.size()] = entry;
        ++size_;
    }
}

SharedReceiveQueue::SharedReceiveQueue(Context& context, ProtectionDomain& domain, const SrqAttr& attr)
    : context_(context), pd_(domain), attr_(attr), number_(context.nic_.create_srq())
{
    attr_.srq_limit = 0;  // ibv_create_srq ignores it
}

Outcome SharedReceiveQueue::post_recv(const RecvWr& list, const RecvWr** bad_wr)
{
    const std::string call = "ibv_post_srq_recv";
    for (const RecvWr* wr = &list; wr != nullptr; wr = wr->next) {
        Outcome fault;
        if (wr->num_sge < 0 || wr->num_sge > static_cast<int>(attr_.max_sge))
            fault = invalid(call, "num_sge = " + std::to_string(wr->num_sge) + ", the queue takes up to " +
                                      std::to_string(attr_.max_sge));
        else if (outstanding_ == attr_.max_wr)
            fault = {ENOMEM, call + ": all " + std::to_string(attr_.max_wr) + " entries are posted"};
        if (!fault) {
            if (bad_wr != nullptr) *bad_wr = wr;
            return fault;
        }
        const Sge sge = wr->num_sge > 0 ? wr->sg_list[0] : Sge();
        context_.nic_.post_srq_receive(number_,
                                       {wr->wr_id, sge.addr, sge.length, checked_key(sge.lkey, sge.length)});
        ++outstanding_;
    }
    return {};
}

Outcome SharedReceiveQueue::set_limit(uint32_t srq_limit)
{
    Outcome fault = at_most("ibv_modify_srq", "srq_limit", srq_limit, attr_.max_wr);
    if (fault) attr_.srq_limit = srq_limit;
    return fault;
}

/// Below the limit there is one event, and none again until it is set anew (IBTA 11.6.3.2).
void SharedReceiveQueue::used()
{
    --outstanding_;
    if (outstanding_ >= attr_.srq_limit) return;
    attr_.srq_limit = 0;
    AsyncEvent event;
    event.event_type = EventType::srq_limit_reached;
    event.srq = this;
    context_.tell(event);
}

}  // namespace hpnsim::verbs
