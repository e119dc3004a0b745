// SPDX-License-Identifier: GPL-2.0-only
// libibverbs as C++ over one NIC of the simulation: open a Context on a Nic, then go on as verbs programs do.
// Whoever runs the simulation must move time on between a post and its completion; docs/verbs.md has a whole
// program. Objects belong to their Context and live until they are destroyed there, or with it.
#pragma once

#include "hpnsim/ring.hpp"
#include "hpnsim/verbs_types.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace hpnsim::verbs
{

class Context;
class ProtectionDomain;

/// Stands for struct ibv_mr.
struct MemoryRegion {
    const ProtectionDomain* pd = nullptr;
    uint64_t addr = 0;  ///< virtual address of its first byte: what Sge::addr and remote_addr count from
    uint64_t length = 0;
    uint32_t lkey = 0;
    uint32_t rkey = 0;
};

/// Stands for struct ibv_ah.
class AddressHandle
{
public:
    AddressHandle(const ProtectionDomain& domain, const AhAttr& attr) : pd(&domain), attr_(attr) {}
    const AhAttr& attr() const { return attr_; }
    const ProtectionDomain* pd;

private:
    AhAttr attr_;
};

/// Stands for struct ibv_pd.
class ProtectionDomain
{
public:
    ProtectionDomain(Context& context, uint32_t number) : context_(context), number_(number) {}

    /// Does as ibv_reg_mr, at an address that the Context chooses, the same in every run. Without `bytes` the
    /// region is virtual: everything is checked, nothing is moved. The bytes stay the caller's.
    MemoryRegion& reg_mr(void* bytes, uint64_t length, uint32_t access_flags);
    /// Does as ibv_reg_mr_iova, at an address of the caller's.
    MemoryRegion& reg_mr_iova(void* bytes, uint64_t length, uint64_t iova, uint32_t access_flags);
    AddressHandle& create_ah(const AhAttr& attr);
    SharedReceiveQueue& create_srq(const SrqAttr& attr);
    QueuePair& create_qp(const QpInitAttr& attr);

    uint32_t number() const { return number_; }

private:
    Context& context_;
    uint32_t number_;
};

/// Stands for struct ibv_cq. A completion that finds no room is lost, and ends the queue and its QPs
/// (IBV_EVENT_CQ_ERR).
class CompletionQueue
{
public:
    CompletionQueue(Context& context, int capacity);

    /// Does as ibv_poll_cq: gives up to `count` completions, oldest first, and returns how many.
    int poll(int count, WorkCompletion* completions);
    /// Does as ibv_req_notify_cq: the next completion (or the next solicited or failed one) makes an event.
    void req_notify(bool solicited_only);
    int cqe() const { return static_cast<int>(entries_.size()); }
    bool overrun() const { return overrun_; }

private:
    friend class Context;
    friend class QueuePair;
    struct Entry {
        WorkCompletion completion;
        QueuePair* qp = nullptr;
        uint64_t retires = 0;  ///< sends: entries of the send queue that are free when this is polled
        bool receive = false;
    };
    enum class Armed : uint8_t { no, solicited, any };

    bool push(const Entry& entry, bool solicited);
    void forget(const QueuePair& qp);

    Context& context_;
    std::vector<Entry> entries_;
    size_t head_ = 0, size_ = 0;
    int users_ = 0;
    bool overrun_ = false;
    Armed armed_ = Armed::no;
};

/// Stands for struct ibv_srq.
class SharedReceiveQueue
{
public:
    SharedReceiveQueue(Context& context, ProtectionDomain& domain, const SrqAttr& attr);

    Outcome post_recv(const RecvWr& wr, const RecvWr** bad_wr = nullptr);
    /// Does as ibv_modify_srq with IBV_SRQ_LIMIT.
    Outcome set_limit(uint32_t srq_limit);
    SrqAttr query() const { return attr_; }
    /// Counts the receives that are posted and not yet used.
    uint32_t outstanding() const { return outstanding_; }

private:
    friend class Context;
    friend class QueuePair;
    friend class ProtectionDomain;
    void used();

    Context& context_;
    ProtectionDomain& pd_;
    SrqAttr attr_;
    uint32_t number_;  ///< of the NIC
    uint32_t outstanding_ = 0;
    int users_ = 0;
};

/// Stands for struct ibv_qp.
class QueuePair
{
public:
    QueuePair(Context& context, ProtectionDomain& domain, const QpInitAttr& attr);
    ~QueuePair();
    QueuePair(const QueuePair&) = delete;
    QueuePair& operator=(const QueuePair&) = delete;

    const uint32_t qp_num;  ///< as captures show it
    QpState state() const;
    QpType type() const { return init_.qp_type; }

    /// Does as ibv_modify_qp. EINVAL names the transition and the attribute, and then nothing has been
    /// changed.
    Outcome modify(const QpAttr& attr, uint32_t attr_mask);
    /// Does as ibv_query_qp.
    QpAttr query() const;
    const QpInitAttr& init_attr() const { return init_; }

    /// Posts a list up to the first bad request, which `bad_wr` names: EINVAL, or ENOMEM when the queue is
    /// full (an entry is free again when its completion, or a later one, has been polled).
    Outcome post_send(const SendWr& wr, const SendWr** bad_wr = nullptr);
    Outcome post_recv(const RecvWr& wr, const RecvWr** bad_wr = nullptr);

private:
    friend class Context;
    friend class CompletionQueue;
    friend class ProtectionDomain;
    struct Slot {
        uint64_t wr_id = 0;
        WrOpcode opcode = WrOpcode::send;
    };

    Outcome check_values(const QpAttr& attr, uint32_t mask) const;
    Outcome check_path(const QpAttr& attr, uint32_t mask) const;
    void take(const QpAttr& attr, uint32_t mask);
    void take_retries(const QpAttr& attr, uint32_t mask);
    QpConfig config() const;
    void forget_work();
    Outcome check_send(const SendWr& wr) const;
    Outcome check_recv(const RecvWr& wr) const;
    WorkRequest request_of(const SendWr& wr) const;
    void set_remote(WorkRequest& request, const SendWr& wr) const;
    Outcome copy_inline(const SendWr& wr, WorkRequest& request);
    Outcome post_one(const SendWr& wr);
    void on_sent(const Completion& done);
    void on_received(const Completion& done);

    Context& context_;
    ProtectionDomain& pd_;
    QpInitAttr init_;
    QpAttr attr_;
    uint32_t number_;  ///< of the NIC
    bool notify_drained_ = false;
    std::vector<Slot> slots_;              ///< the send queue: request n is in slot n mod size
    uint64_t posted_ = 0, retired_ = 0;    ///< sends since the last RESET
    uint64_t epoch_ = 0;                   ///< counts RESETs, in 16 bits: an old completion is known by it
    uint32_t receives_ = 0;                ///< posted, and not yet polled
    std::vector<std::byte> inline_bytes_;  ///< max_inline_data for each slot
    uint64_t inline_addr_ = 0;
    uint32_t inline_key_ = 0;
};

/// What the verbs API asks of the simulation around its NIC.
struct Host {
    std::function<Time()> now;
    /// Rung when the NIC has something new to do: then pull its packets and look at its next deadline. It is
    /// not rung from inside `Context::deliver`. May be empty.
    std::function<void()> doorbell;
    Time base_rtt = microseconds(10);  ///< of paths that do not say (AhAttr)
    /// Polling reads all of the NIC's completions. False: somebody else does, and hands them to
    /// `Context::deliver` (a NIC that serves other owners too, or is an ns-3 device).
    bool reads_completions = true;
};

/// Stands for struct ibv_context.
class Context
{
public:
    Context(Nic& nic, Host host);
    ~Context();
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    DeviceAttr query_device() const;
    PortAttr query_port(uint8_t port_num) const;

    ProtectionDomain& alloc_pd();
    CompletionQueue& create_cq(int cqe);

    /// Returns EBUSY if something still needs it.
    Outcome dealloc_pd(ProtectionDomain& pd);
    Outcome destroy_cq(CompletionQueue& cq);
    Outcome destroy_srq(SharedReceiveQueue& srq);
    /// Destroys a QP. Its completions go with it, as do packets on their way to it.
    void destroy_qp(QueuePair& qp);
    void destroy_ah(AddressHandle& ah);
    void dereg_mr(MemoryRegion& mr);

    /// Does as ibv_get_async_event, without waiting: returns false if there is none.
    bool get_async_event(AsyncEvent& event);
    /// Does as ibv_get_cq_event, without waiting: returns null if there is none.
    CompletionQueue* get_cq_event();

    /// Takes a completion of the NIC to its queue. Completions of QPs that are not this Context's are
    /// ignored.
    void deliver(const Completion& done);

    Nic& nic() { return nic_; }

private:
    friend class ProtectionDomain;
    friend class CompletionQueue;
    friend class SharedReceiveQueue;
    friend class QueuePair;

    Time now() const { return host_.now(); }
    void ring() const;
    void drain();
    QueuePair* find(uint32_t number) const;
    uint64_t take_addresses(uint64_t length);
    void tell(const AsyncEvent& event) { events_.push_back(event); }
    void tell(EventType type, QueuePair& qp);
    void overrun(CompletionQueue& cq);
    void gather_events();
    void gather(const NicEvent& event);
    bool uses(const ProtectionDomain& pd) const;

    Nic& nic_;
    Host host_;
    uint32_t domains_ = 0;          ///< protection domains made so far
    uint64_t next_addr_ = 1 << 16;  ///< of regions that do not choose
    std::vector<std::unique_ptr<ProtectionDomain>> pds_;
    std::vector<std::unique_ptr<MemoryRegion>> regions_;
    std::vector<std::unique_ptr<AddressHandle>> handles_;
    std::vector<std::unique_ptr<CompletionQueue>> cqs_;
    std::vector<std::unique_ptr<SharedReceiveQueue>> srqs_;
    std::vector<std::unique_ptr<QueuePair>> qps_;
    std::vector<QueuePair*> by_number_;  ///< by the NIC's number; null: not of this Context
    Ring<AsyncEvent> events_;
    Ring<CompletionQueue*> cq_events_;
};

}  // namespace hpnsim::verbs
