// SPDX-License-Identifier: GPL-2.0-only
// Checks work requests, hands them to the engine, and turns what it reports into completions.
#include "hpnsim/headers.hpp"
#include "hpnsim/verbs.hpp"
#include "verbs/errors.hpp"

#include <cstring>

namespace hpnsim::verbs
{

namespace
{

const char* const kCall = "ibv_post_send";

/// Lists what libibverbs' opcodes are to the engine, by WrOpcode.
constexpr struct {
    const char* name;
    Verb verb;
    bool immediate, invalidate;
    WcOpcode completes;
    bool inlines;       ///< its bytes go out
    unsigned services;  ///< bit set of QpType
} kOpcodes[] = {
    {"RDMA_WRITE", Verb::write, false, false, WcOpcode::rdma_write, true, 3},
    {"RDMA_WRITE_WITH_IMM", Verb::write, true, false, WcOpcode::rdma_write, true, 3},
    {"SEND", Verb::send, false, false, WcOpcode::send, true, 7},
    {"SEND_WITH_IMM", Verb::send, true, false, WcOpcode::send, true, 7},
    {"RDMA_READ", Verb::read, false, false, WcOpcode::rdma_read, false, 1},
    {"ATOMIC_CMP_AND_SWP", Verb::compare_swap, false, false, WcOpcode::comp_swap, false, 1},
    {"ATOMIC_FETCH_AND_ADD", Verb::fetch_add, false, false, WcOpcode::fetch_add, false, 1},
    {"SEND_WITH_INV", Verb::send, false, true, WcOpcode::send, true, 1},
};

const auto& row_of(WrOpcode opcode)
{
    return kOpcodes[static_cast<size_t>(opcode)];
}

/// Returns the only scatter/gather entry, or an empty one.
Sge sge_of(const Sge* list, int count)
{
    return count > 0 ? list[0] : Sge();
}

Outcome check_sges(const char* call, const Sge* list, int count, uint32_t most)
{
    if (count >= 0 && count <= static_cast<int>(most) && (count == 0 || list != nullptr)) return {};
    return invalid(call, "num_sge = " + std::to_string(count) + (list == nullptr ? " without a list" : "") +
                             ", the queue takes up to " + std::to_string(most));
}

}  // namespace

Outcome QueuePair::check_send(const SendWr& wr) const
{
    const auto& row = row_of(wr.opcode);
    if (state() < QpState::rts)
        return invalid(kCall, "QP " + std::to_string(qp_num) + " is in " + qp_state_str(state()) +
                                  ", it takes sends from RTS on");
    if (Outcome fault = check_sges(kCall, wr.sg_list, wr.num_sge, init_.cap.max_send_sge); !fault)
        return fault;
    if ((row.services >> static_cast<int>(init_.qp_type) & 1) == 0)
        return invalid(kCall, std::string(row.name) + " is nothing that QPs of type " +
                                  qp_type_str(init_.qp_type) + " can do");
    if ((wr.send_flags & ~send_flags::kAll) != 0)
        return invalid(kCall, "send_flags other than fence, signaled, solicited and inline");
    if (init_.qp_type == QpType::ud && (wr.ud.ah == nullptr || wr.ud.ah->pd != &pd_))
        return invalid(kCall, "a UD send needs an address handle of the QP's protection domain");
    if ((wr.send_flags & send_flags::kInline) != 0) {
        if (!row.inlines) return invalid(kCall, std::string(row.name) + " has no data that could be inline");
        const uint32_t length = sge_of(wr.sg_list, wr.num_sge).length;
        if (Outcome fault = at_most(kCall, "inline data", length, init_.cap.max_inline_data); !fault)
            return fault;
    }
    if (posted_ - retired_ >= init_.cap.max_send_wr)
        return {ENOMEM, std::string(kCall) + ": all " + std::to_string(init_.cap.max_send_wr) +
                            " entries of QP " + std::to_string(qp_num) + " are taken: poll its completions"};
    return {};
}

void QueuePair::set_remote(WorkRequest& request, const SendWr& wr) const
{
    const bool atomic = request.verb == Verb::compare_swap || request.verb == Verb::fetch_add;
    if (atomic) {
        const bool swaps = request.verb == Verb::compare_swap;
        request.remote = wr.atomic.remote_addr;
        request.rkey = checked_key(wr.atomic.rkey, 8);
        request.compare = wr.atomic.compare_add;
        request.swap_add = swaps ? wr.atomic.swap : wr.atomic.compare_add;
    } else if (request.verb != Verb::send) {
        request.remote = wr.rdma.remote_addr;
        request.rkey = checked_key(wr.rdma.rkey, static_cast<uint64_t>(request.bytes));
    }
    if (init_.qp_type != QpType::ud) return;
    constexpr uint32_t kOwnKey = 1U << 31;
    request.ud_peer = wr.ud.ah->attr().dest;
    request.ud_qp = qp_of_wire(wr.ud.remote_qpn);
    request.ud_qkey = (wr.ud.remote_qkey & kOwnKey) != 0 ? attr_.qkey : wr.ud.remote_qkey;
}

WorkRequest QueuePair::request_of(const SendWr& wr) const
{
    const auto& row = row_of(wr.opcode);
    const Sge sge = sge_of(wr.sg_list, wr.num_sge);
    WorkRequest request;
    request.verb = row.verb;
    request.bytes = sge.length;
    request.cookie = epoch_ << 48 | posted_;
    request.local = sge.addr;
    request.lkey = checked_key(sge.lkey, sge.length);
    request.with_immediate = row.immediate;
    request.invalidate = row.invalidate;
    request.immediate = row.invalidate ? wr.invalidate_rkey : wr.imm_data;
    request.signaled = init_.sq_sig_all || (wr.send_flags & send_flags::kSignaled) != 0;
    request.fence = (wr.send_flags & send_flags::kFence) != 0;
    request.solicited = (wr.send_flags & send_flags::kSolicited) != 0;
    set_remote(request, wr);
    return request;
}

/// Copies inline data now: the program may use its buffer again at once, and needs no lkey.
Outcome QueuePair::copy_inline(const SendWr& wr, WorkRequest& request)
{
    const Sge sge = sge_of(wr.sg_list, wr.num_sge);
    if (sge.length == 0) return {};
    const hpnsim::MemoryRegion* region = context_.nic_.memory().check(sge.lkey, sge.addr, sge.length, 0);
    for (size_t i = 0; i < context_.regions_.size() && region == nullptr; ++i)
        region = context_.nic_.memory().check(context_.regions_[i]->lkey, sge.addr, sge.length, 0);
    if (region == nullptr)
        return invalid(kCall,
                       "no registered region holds the inline data at address " + std::to_string(sge.addr));
    const size_t at = posted_ % slots_.size() * init_.cap.max_inline_data;
    if (region->bytes != nullptr) std::memcpy(&inline_bytes_[at], region->at(sge.addr), sge.length);
    request.local = inline_addr_ + at;
    request.lkey = inline_key_;
    return {};
}

Outcome QueuePair::post_one(const SendWr& wr)
{
    Outcome fault = check_send(wr);
    if (!fault) return fault;
    WorkRequest request = request_of(wr);
    if ((wr.send_flags & send_flags::kInline) != 0) fault = copy_inline(wr, request);
    if (!fault) return fault;
    slots_[posted_ % slots_.size()] = {wr.wr_id, wr.opcode};
    ++posted_;
    context_.nic_.post_send(number_, request, context_.now());
    return fault;
}

Outcome QueuePair::post_send(const SendWr& list, const SendWr** bad_wr)
{
    context_.drain();
    Outcome fault;
    const SendWr* wr = &list;
    for (; wr != nullptr; wr = wr->next) {
        fault = post_one(*wr);
        if (!fault) break;
    }
    if (!fault && bad_wr != nullptr) *bad_wr = wr;
    if (wr != &list) context_.ring();
    return fault;
}

Outcome QueuePair::check_recv(const RecvWr& wr) const
{
    const char* const call = "ibv_post_recv";
    if (init_.srq != nullptr) return invalid(call, "the QP receives from an SRQ: post there");
    if (state() == QpState::reset)
        return invalid(call, "QP " + std::to_string(qp_num) + " is in RESET, it takes receives from INIT on");
    if (Outcome fault = check_sges(call, wr.sg_list, wr.num_sge, init_.cap.max_recv_sge); !fault)
        return fault;
    if (receives_ >= init_.cap.max_recv_wr)
        return {ENOMEM, std::string(call) + ": all " + std::to_string(init_.cap.max_recv_wr) +
                            " entries of QP " + std::to_string(qp_num) + " are taken: poll its completions"};
    return {};
}

Outcome QueuePair::post_recv(const RecvWr& list, const RecvWr** bad_wr)
{
    context_.drain();
    for (const RecvWr* wr = &list; wr != nullptr; wr = wr->next) {
        Outcome fault = check_recv(*wr);
        if (!fault) {
            if (bad_wr != nullptr) *bad_wr = wr;
            return fault;
        }
        ++receives_;
        const Sge sge = sge_of(wr->sg_list, wr->num_sge);
        context_.nic_.post_receive(number_,
                                   {wr->wr_id, sge.addr, sge.length, checked_key(sge.lkey, sge.length)});
    }
    return {};
}

void QueuePair::on_sent(const Completion& done)
{
    if (done.cookie >> 48 != epoch_) return;  // it is from before the last RESET
    const uint64_t number = done.cookie & 0xffff'ffff'ffff;
    const Slot& slot = slots_[number % slots_.size()];
    CompletionQueue::Entry entry;
    entry.qp = this;
    entry.retires = number + 1;
    entry.completion.wr_id = slot.wr_id;
    entry.completion.status = done.status;
    entry.completion.opcode = row_of(slot.opcode).completes;
    entry.completion.byte_len = static_cast<uint32_t>(done.bytes);
    entry.completion.qp_num = qp_num;
    if (!init_.send_cq->push(entry, false)) context_.overrun(*init_.send_cq);
}

void QueuePair::on_received(const Completion& done)
{
    if (init_.srq == nullptr && receives_ == 0) return;  // it is from before the last RESET
    CompletionQueue::Entry entry;
    entry.qp = this;
    entry.receive = true;
    WorkCompletion& wc = entry.completion;
    wc.wr_id = done.wr_id;
    wc.status = done.status;
    wc.opcode = done.verb == Verb::write ? WcOpcode::recv_rdma_with_imm : WcOpcode::recv;
    wc.byte_len = static_cast<uint32_t>(done.bytes);
    wc.qp_num = qp_num;
    wc.src_qp = wire_qp(done.src_qp);
    if (init_.qp_type == QpType::ud) wc.wc_flags |= wc_flags::kGrh;
    if (done.has_immediate) {
        wc.wc_flags |= wc_flags::kWithImm;
        wc.imm_data = done.immediate;
    }
    if (done.invalidated) {
        wc.wc_flags |= wc_flags::kWithInv;
        wc.invalidated_rkey = done.immediate;
    }
    if (init_.srq != nullptr) {
        ++receives_;  // the poll will subtract it
        init_.srq->used();
    }
    if (!init_.recv_cq->push(entry, done.solicited)) context_.overrun(*init_.recv_cq);
}

}  // namespace hpnsim::verbs
