// SPDX-License-Identifier: GPL-2.0-only
// A Context makes and destroys its objects, and takes completions and events to their owners.
#include "hpnsim/headers.hpp"
#include "hpnsim/verbs.hpp"
#include "verbs/errors.hpp"

#include <algorithm>

namespace hpnsim::verbs
{

namespace
{

template <class T> void erase(std::vector<std::unique_ptr<T>>& owned, const T& one)
{
    owned.erase(std::find_if(owned.begin(), owned.end(),
                             [&](const std::unique_ptr<T>& p) { return p.get() == &one; }));
}

/// Keeps the events for which `wanted` is true.
template <class T, class Wanted> void filter(Ring<T>& ring, Wanted wanted)
{
    for (size_t left = ring.size(); left > 0; --left) {
        const T event = ring.front();
        ring.pop_front();
        if (wanted(event)) ring.push_back(event);
    }
}

}  // namespace

Context::Context(Nic& nic, Host host) : nic_(nic), host_(std::move(host))
{
    if (query_port(1).active_mtu == Mtu::none)
        throw VerbsError(EINVAL, "ibv_open_device: the NIC's MTU of " + std::to_string(nic.config().mtu) +
                                     " bytes is below the least of InfiniBand, 256");
    nic_.watch();
}

Context::~Context()
{
    while (!qps_.empty()) destroy_qp(*qps_.back());
    while (!regions_.empty()) dereg_mr(*regions_.back());
}

DeviceAttr Context::query_device() const
{
    DeviceAttr attr;
    attr.phys_port_cnt = nic_.config().ports;
    attr.max_qp_rd_atom = nic_.config().reads.outstanding;
    return attr;
}

PortAttr Context::query_port(uint8_t port_num) const
{
    if (port_num < 1 || port_num > nic_.config().ports)
        throw VerbsError(EINVAL, "ibv_query_port: port " + std::to_string(port_num) + " of 1 to " +
                                     std::to_string(nic_.config().ports));
    PortAttr attr;
    attr.active = (nic_.live_ports() >> (port_num - 1) & 1) != 0;
    attr.active_rate = nic_.config().rate_of(static_cast<uint8_t>(port_num - 1));
    for (int mtu = 1; mtu <= static_cast<int>(Mtu::mtu_4096); ++mtu)
        if (bytes_of(static_cast<Mtu>(mtu)) <= nic_.config().mtu) attr.active_mtu = static_cast<Mtu>(mtu);
    return attr;
}

ProtectionDomain& Context::alloc_pd()
{
    pds_.push_back(std::make_unique<ProtectionDomain>(*this, ++domains_));
    return *pds_.back();
}

CompletionQueue& Context::create_cq(int cqe)
{
    const int most = query_device().max_cqe;
    if (cqe < 1 || cqe > most)
        throw VerbsError(EINVAL, "ibv_create_cq: cqe " + std::to_string(cqe) + " is outside of 1 to " +
                                     std::to_string(most));
    cqs_.push_back(std::make_unique<CompletionQueue>(*this, cqe));
    return *cqs_.back();
}

bool Context::uses(const ProtectionDomain& pd) const
{
    const auto in = [&](const auto& owned, auto domain_of) {
        return std::any_of(owned.begin(), owned.end(),
                           [&](const auto& one) { return domain_of(*one) == &pd; });
    };
    return in(regions_, [](const MemoryRegion& r) { return r.pd; }) ||
           in(handles_, [](const AddressHandle& h) { return h.pd; }) ||
           in(srqs_, [](const SharedReceiveQueue& q) { return &q.pd_; }) ||
           in(qps_, [](const QueuePair& q) { return &q.pd_; });
}

Outcome Context::dealloc_pd(ProtectionDomain& pd)
{
    if (uses(pd)) return {EBUSY, "ibv_dealloc_pd: regions, queues or address handles still belong to it"};
    erase(pds_, pd);
    return {};
}

Outcome Context::destroy_cq(CompletionQueue& cq)
{
    if (cq.users_ > 0) return {EBUSY, "ibv_destroy_cq: QPs still complete to it"};
    filter(events_, [&](const AsyncEvent& event) { return event.cq != &cq; });
    filter(cq_events_, [&](const CompletionQueue* event) { return event != &cq; });
    erase(cqs_, cq);
    return {};
}

Outcome Context::destroy_srq(SharedReceiveQueue& srq)
{
    if (srq.users_ > 0) return {EBUSY, "ibv_destroy_srq: QPs still receive from it"};
    filter(events_, [&](const AsyncEvent& event) { return event.srq != &srq; });
    erase(srqs_, srq);
    return {};
}

void Context::destroy_qp(QueuePair& qp)
{
    drain();
    gather_events();
    nic_.modify_qp(qp.number_, QpState::reset, now());
    qp.forget_work();
    filter(events_, [&](const AsyncEvent& event) { return event.qp != &qp; });
    --qp.init_.send_cq->users_;
    --qp.init_.recv_cq->users_;
    if (qp.init_.srq != nullptr) --qp.init_.srq->users_;
    by_number_[qp.number_] = nullptr;
    erase(qps_, qp);
    ring();
}

void Context::destroy_ah(AddressHandle& ah)
{
    erase(handles_, ah);
}

void Context::dereg_mr(MemoryRegion& mr)
{
    nic_.memory().remove(mr.lkey);
    erase(regions_, mr);
}

void Context::ring() const
{
    if (host_.doorbell) host_.doorbell();
}

QueuePair* Context::find(uint32_t number) const
{
    return number < by_number_.size() ? by_number_[number] : nullptr;
}

/// Takes addresses that nobody else gets: whole pages of 4 KiB, with one free after each range.
uint64_t Context::take_addresses(uint64_t length)
{
    constexpr uint64_t kPage = 4096;
    const uint64_t first = next_addr_;
    next_addr_ += (length + kPage - 1) / kPage * kPage + kPage;
    return first;
}

// ---- completions and events ----

void Context::deliver(const Completion& done)
{
    QueuePair* qp = find(done.qp);
    if (qp == nullptr) return;
    if (done.kind == Completion::Kind::sent) qp->on_sent(done);
    if (done.kind == Completion::Kind::received) qp->on_received(done);
}

/// Hands out completions. A queue that overflows meanwhile appends more of them.
void Context::drain()
{
    if (!host_.reads_completions) return;
    for (size_t i = 0; i < nic_.completions().size(); ++i) {
        const Completion done = nic_.completions()[i];
        deliver(done);
    }
    nic_.clear_completions();
}

void Context::tell(EventType type, QueuePair& qp)
{
    AsyncEvent event;
    event.event_type = type;
    event.qp = &qp;
    tell(event);
}

/// The queue is in error, and so are the QPs whose completions it should have taken (IBTA 11.6.3.1).
void Context::overrun(CompletionQueue& cq)
{
    if (cq.overrun_) return;
    cq.overrun_ = true;
    AsyncEvent event;
    event.event_type = EventType::cq_err;
    event.cq = &cq;
    tell(event);
    for (const auto& qp : qps_) {
        if (qp->init_.send_cq != &cq && qp->init_.recv_cq != &cq) continue;
        if (qp->state() == QpState::reset || qp->state() == QpState::err) continue;
        nic_.modify_qp(qp->number_, QpState::err, now());
        tell(EventType::qp_fatal, *qp);
    }
}

void Context::gather(const NicEvent& event)
{
    const bool port = event.kind == NicEvent::Kind::port_down || event.kind == NicEvent::Kind::port_up;
    if (port) {
        AsyncEvent told;
        told.event_type =
            event.kind == NicEvent::Kind::port_up ? EventType::port_active : EventType::port_err;
        told.port_num = static_cast<uint8_t>(event.subject + 1);
        tell(told);
        return;
    }
    QueuePair* qp = find(event.subject);
    if (qp == nullptr) return;
    tell(event.kind == NicEvent::Kind::request_error  ? EventType::qp_req_err
         : event.kind == NicEvent::Kind::access_error ? EventType::qp_access_err
                                                      : EventType::qp_last_wqe_reached,
         *qp);
}

void Context::gather_events()
{
    for (const NicEvent& event : nic_.events()) gather(event);
    nic_.clear_events();
    for (const auto& qp : qps_) {
        const bool drained = qp->notify_drained_ && nic_.send_queue_drained(qp->number_);
        if (!drained || qp->state() != QpState::sqd) continue;
        qp->notify_drained_ = false;
        tell(EventType::sq_drained, *qp);
    }
}

bool Context::get_async_event(AsyncEvent& event)
{
    drain();
    gather_events();
    if (events_.empty()) return false;
    event = events_.front();
    events_.pop_front();
    return true;
}

CompletionQueue* Context::get_cq_event()
{
    drain();
    if (cq_events_.empty()) return nullptr;
    CompletionQueue* cq = cq_events_.front();
    cq_events_.pop_front();
    return cq;
}

}  // namespace hpnsim::verbs
