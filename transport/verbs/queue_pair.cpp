// SPDX-License-Identifier: GPL-2.0-only
// Makes, modifies and queries queue pairs.
#include "hpnsim/headers.hpp"
#include "hpnsim/verbs.hpp"
#include "verbs/errors.hpp"

namespace hpnsim::verbs
{

namespace
{

constexpr uint32_t kLowestQpn = 2, kHighestQpn = 0xffffff, kHighestPsn = 0xffffff;
constexpr uint32_t kRemoteRights = access::kRemoteWrite | access::kRemoteRead | access::kRemoteAtomic;
const char* const kCall = "ibv_modify_qp";

/// Computes the UDP source port as rdma-core does: rdma_flow_label_to_udp_sport over its
/// rdma_calc_flow_label.
uint16_t source_port_of(uint32_t local_qpn, uint32_t remote_qpn)
{
    uint64_t label = uint64_t{local_qpn} * remote_qpn;
    label ^= label >> 20;
    label ^= label >> 40;
    return static_cast<uint16_t>(((label & 0x3fff) ^ ((label & 0xfc000) >> 14)) | 0xC000);
}

QpConfig initial(const QpInitAttr& attr, uint32_t domain, uint32_t srq)
{
    QpConfig config;
    config.service = attr.qp_type;
    config.state = QpState::reset;
    config.domain = domain;
    config.srq = srq;
    return config;
}

uint32_t make_qp(Nic& nic, const QpInitAttr& attr, uint32_t domain, uint32_t srq, Time now)
{
    return nic.create_qp(initial(attr, domain, srq), now);
}

}  // namespace

QueuePair::QueuePair(Context& context, ProtectionDomain& domain, const QpInitAttr& attr)
    : qp_num(wire_qp(make_qp(context.nic_, attr, domain.number(),
                             attr.srq != nullptr ? attr.srq->number_ : kNoSrq, context.now()))),
      context_(context), pd_(domain), init_(attr), number_(qp_of_wire(qp_num)),
      slots_(attr.cap.max_send_wr > 0 ? attr.cap.max_send_wr : 1)
{
    ++init_.send_cq->users_;
    ++init_.recv_cq->users_;
    if (init_.srq != nullptr) ++init_.srq->users_;
    attr_.cap = init_.cap;
    if (init_.cap.max_inline_data == 0) return;
    inline_bytes_.resize(slots_.size() * init_.cap.max_inline_data);
    inline_addr_ = context.take_addresses(inline_bytes_.size());
    inline_key_ = context.nic_.memory().add(
        {inline_addr_, inline_bytes_.size(), 0, inline_bytes_.data(), domain.number()});
}

QueuePair::~QueuePair()
{
    if (inline_key_ != 0) context_.nic_.memory().remove(inline_key_);
}

QpState QueuePair::state() const
{
    return context_.nic_.state(number_);
}

Outcome QueuePair::modify(const QpAttr& attr, uint32_t mask)
{
    const QpState from = state();
    const QpState to = (mask & qp_attr::kState) != 0 ? attr.qp_state : from;
    Outcome fault = check_transition(init_.qp_type, from, to, mask);
    if (fault && (mask & qp_attr::kCurState) != 0 && attr.cur_qp_state != from)
        fault = invalid(kCall, std::string("cur_qp_state says ") + qp_state_str(attr.cur_qp_state) +
                                   ", and the QP is in " + qp_state_str(from));
    if (fault) fault = check_values(attr, mask);
    if (fault) fault = check_path(attr, mask);
    if (!fault) return fault;
    context_.drain();
    take(attr, mask);
    QpConfig next = config();
    next.state = to;
    context_.nic_.modify_qp(number_, next, context_.now());
    if (to == QpState::reset) forget_work();
    if (to != QpState::sqd)
        notify_drained_ = false;
    else if (from != to)
        notify_drained_ = (mask & qp_attr::kEnSqdAsyncNotify) != 0 && attr.en_sqd_async_notify;
    context_.ring();
    return fault;
}

/// Checks the path, and who may use it.
Outcome QueuePair::check_path(const QpAttr& attr, uint32_t mask) const
{
    const int ports = context_.query_device().phys_port_cnt;
    const auto port_fault = [&](const char* name, int port) {
        return port >= 1 && port <= ports
                   ? Outcome()
                   : invalid(kCall, std::string(name) + " = " + std::to_string(port) +
                                        ", the NIC has ports 1 to " + std::to_string(ports));
    };
    if ((mask & (qp_attr::kAltPath | qp_attr::kPathMigState)) != 0)
        return {ENOTSUP, std::string(kCall) + ": automatic path migration is left out"};
    if ((mask & qp_attr::kPort) != 0)
        if (Outcome fault = port_fault("port_num", attr.port_num); !fault) return fault;
    if ((mask & qp_attr::kAv) != 0) {
        if (Outcome fault = port_fault("ah_attr.port_num", attr.ah_attr.port_num); !fault) return fault;
        if (attr.ah_attr.sl >= kPriorities && attr.ah_attr.sl != AhAttr::kNicsOwn)
            return at_most(kCall, "ah_attr.sl", attr.ah_attr.sl, kPriorities - 1);
    }
    if ((mask & qp_attr::kPkeyIndex) != 0 && attr.pkey_index != 0)
        return at_most(kCall, "pkey_index", attr.pkey_index, 0);
    if ((mask & qp_attr::kPathMtu) != 0) {
        const Mtu most = context_.query_port(attr_.port_num).active_mtu;
        if (attr.path_mtu == Mtu::none || attr.path_mtu > most)
            return invalid(kCall, "path_mtu of " + std::to_string(bytes_of(attr.path_mtu)) +
                                      " bytes, the port has 256 to " + std::to_string(bytes_of(most)));
    }
    const bool foreign_rights = (attr.qp_access_flags & ~(kRemoteRights | access::kLocalWrite)) != 0;
    if ((mask & qp_attr::kAccessFlags) != 0 && foreign_rights)
        return invalid(kCall, "qp_access_flags other than local write, remote write, read and atomic");
    return {};
}

Outcome QueuePair::check_values(const QpAttr& attr, uint32_t mask) const
{
    const auto most_rd = static_cast<uint64_t>(context_.query_device().max_qp_rd_atom);
    const struct {
        uint32_t bit;
        const char* name;
        uint64_t value, most;
    } kLimits[] = {{qp_attr::kTimeout, "timeout", attr.timeout, 31},
                   {qp_attr::kRetryCnt, "retry_cnt", attr.retry_cnt, 7},
                   {qp_attr::kRnrRetry, "rnr_retry", attr.rnr_retry, 7},
                   {qp_attr::kMinRnrTimer, "min_rnr_timer", attr.min_rnr_timer, 31},
                   {qp_attr::kRqPsn, "rq_psn", attr.rq_psn, kHighestPsn},
                   {qp_attr::kSqPsn, "sq_psn", attr.sq_psn, kHighestPsn},
                   {qp_attr::kMaxQpRdAtomic, "max_rd_atomic", attr.max_rd_atomic, most_rd},
                   {qp_attr::kMaxDestRdAtomic, "max_dest_rd_atomic", attr.max_dest_rd_atomic, most_rd},
                   {qp_attr::kDestQpn, "dest_qp_num", attr.dest_qp_num, kHighestQpn}};
    for (const auto& limit : kLimits) {
        if ((mask & limit.bit) == 0) continue;
        if (Outcome fault = at_most(kCall, limit.name, limit.value, limit.most); !fault) return fault;
    }
    if ((mask & qp_attr::kDestQpn) != 0 && attr.dest_qp_num < kLowestQpn)
        return invalid(kCall, "dest_qp_num " + std::to_string(attr.dest_qp_num) +
                                  " belongs to management; QPs begin at 2");
    return {};
}

void QueuePair::take(const QpAttr& attr, uint32_t mask)
{
    if ((mask & qp_attr::kAccessFlags) != 0) attr_.qp_access_flags = attr.qp_access_flags;
    if ((mask & qp_attr::kPort) != 0) attr_.port_num = attr.port_num;
    if ((mask & qp_attr::kQkey) != 0) attr_.qkey = attr.qkey;
    if ((mask & qp_attr::kAv) != 0) attr_.ah_attr = attr.ah_attr;
    if ((mask & qp_attr::kPathMtu) != 0) attr_.path_mtu = attr.path_mtu;
    if ((mask & qp_attr::kDestQpn) != 0) attr_.dest_qp_num = attr.dest_qp_num;
    if ((mask & qp_attr::kRqPsn) != 0) attr_.rq_psn = attr.rq_psn;
    if ((mask & qp_attr::kSqPsn) != 0) attr_.sq_psn = attr.sq_psn;
    take_retries(attr, mask);
}

void QueuePair::take_retries(const QpAttr& attr, uint32_t mask)
{
    if ((mask & qp_attr::kTimeout) != 0) attr_.timeout = attr.timeout;
    if ((mask & qp_attr::kRetryCnt) != 0) attr_.retry_cnt = attr.retry_cnt;
    if ((mask & qp_attr::kRnrRetry) != 0) attr_.rnr_retry = attr.rnr_retry;
    if ((mask & qp_attr::kMinRnrTimer) != 0) attr_.min_rnr_timer = attr.min_rnr_timer;
    if ((mask & qp_attr::kMaxQpRdAtomic) != 0) attr_.max_rd_atomic = attr.max_rd_atomic;
    if ((mask & qp_attr::kMaxDestRdAtomic) != 0) attr_.max_dest_rd_atomic = attr.max_dest_rd_atomic;
}

QpAttr QueuePair::query() const
{
    QpAttr attr = attr_;
    attr.qp_state = attr.cur_qp_state = state();
    attr.sq_draining = attr.qp_state == QpState::sqd && !context_.nic_.send_queue_drained(number_);
    attr.en_sqd_async_notify = notify_drained_;
    return attr;
}

/// Returns everything known of the QP, as the engine wants it.
QpConfig QueuePair::config() const
{
    const AhAttr& path = attr_.ah_attr;
    const bool datagram = init_.qp_type == QpType::ud;
    QpConfig config = initial(init_, pd_.number(), init_.srq != nullptr ? init_.srq->number_ : kNoSrq);
    config.peer = path.dest;
    config.peer_qp = qp_of_wire(attr_.dest_qp_num);
    config.source_port =
        path.udp_sport != 0 ? path.udp_sport : source_port_of(qp_num, datagram ? 1 : attr_.dest_qp_num);
    const int port = datagram ? attr_.port_num : path.port_num;
    config.home_port = static_cast<uint8_t>(port > 0 ? port - 1 : 0);
    config.base_rtt = path.base_rtt.ps > 0 ? path.base_rtt : context_.host_.base_rtt;
    config.stream_id = uint64_t{1} << 63 | uint64_t{context_.nic_.endpoint()} << 32 | number_;
    config.send_psn = attr_.sq_psn;
    config.recv_psn = attr_.rq_psn;
    if (path.sl != AhAttr::kNicsOwn) {
        config.priority = path.sl;
        config.dscp = static_cast<uint8_t>(path.traffic_class >> 2);
    }
    config.mtu = bytes_of(datagram ? context_.query_port(1).active_mtu : attr_.path_mtu);
    config.retries = attr_.retry_cnt;
    config.rnr_retries = attr_.rnr_retry;
    config.rnr_timer = attr_.min_rnr_timer;
    config.ack_timeout_code = attr_.timeout;
    config.max_rd_atomic = attr_.max_rd_atomic;
    config.max_dest_rd_atomic = attr_.max_dest_rd_atomic;
    config.rights = attr_.qp_access_flags;
    config.qkey = attr_.qkey;
    return config;
}

/// Forgets all that was posted, and its completions.
void QueuePair::forget_work()
{
    init_.send_cq->forget(*this);
    init_.recv_cq->forget(*this);
    posted_ = retired_ = 0;
    epoch_ = (epoch_ + 1) & 0xffff;
    receives_ = 0;
    notify_drained_ = false;
}

}  // namespace hpnsim::verbs
