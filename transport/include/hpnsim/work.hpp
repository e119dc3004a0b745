// SPDX-License-Identifier: GPL-2.0-only
// Says what a NIC is told of a queue pair, what is posted to it, and what it completes.
#pragma once

#include "hpnsim/memory.hpp"
#include "hpnsim/units.hpp"

#include <cstdint>

namespace hpnsim
{

/// The service of a queue pair: reliable connection, unreliable connection, unreliable datagram.
enum class Service : uint8_t { rc, uc, ud };

/// The states of a queue pair (IBTA 10.3.1).
enum class QpState : uint8_t { reset, init, rtr, rts, sqd, sqe, err };
/// Whether a QP of any service may be moved so (IBTA table 91, as libibverbs' users meet it: RESET leads to
/// INIT alone). A QP may always be told to stay in INIT, RTS or SQD, or to go to RESET or ERR. Only the NIC
/// moves one to SQE.
bool legal_transition(QpState from, QpState to);

inline constexpr uint32_t kNoSrq = ~uint32_t{0};

struct QpConfig {
    uint32_t peer = 0;     ///< endpoint (RC, UC)
    uint32_t peer_qp = 0;  ///< QP number there (RC, UC)
    uint16_t source_port = 0xC000;
    uint16_t dest_port = 4791;
    uint8_t home_port = 0;  ///< used when the path policy does not spray
    Time base_rtt;
    Bytes bdp = 0;           ///< 0: base_rtt x line rate
    uint8_t hops = 0;        ///< switches on the path: Flow::hops
    uint64_t stream_id = 0;  ///< names this QP's random stream: unique in the run
    uint32_t send_psn = 0;   ///< first PSN sent, 24 bits (ibv_modify_qp: sq_psn)
    uint32_t recv_psn = 0;   ///< first PSN expected: the peer's send_psn (rq_psn)
    Service service = Service::rc;
    QpState state = QpState::rts;
    int priority = -1;  ///< 0-7; -1: the NIC's, and `dscp` is then the NIC's too
    uint8_t dscp = 26;
    Bytes mtu = 0;              ///< path MTU; 0: the NIC's
    int retries = -1;           ///< retry_cnt; -1: the NIC's, as for all that follows
    int rnr_retries = -1;       ///< rnr_retry
    int rnr_timer = -1;         ///< min_rnr_timer
    int ack_timeout_code = -1;  ///< timeout: 4.096 us x 2^code, 0: never
    int max_rd_atomic = -1;
    int max_dest_rd_atomic = -1;
    uint32_t domain = 0;             ///< protection domain: of the regions that peers may name
    uint32_t rights = access::kAll;  ///< what peers may do through this QP (qp_access_flags)
    uint32_t qkey = 0;               ///< UD
    uint32_t srq = kNoSrq;           ///< shared receive queue
};

enum class Verb : uint8_t { write, send, read, compare_swap, fetch_add };

/// A send work request. A key of 0 is not checked, and moves no data.
struct WorkRequest {
    Verb verb = Verb::write;
    Bytes bytes = 0;      ///< 0 .. 2^31; UD: up to the path MTU; atomics: 8
    uint64_t cookie = 0;  ///< wr_id; `placed` and `received` completions of the peer show it too
    uint64_t local = 0;   ///< virtual address here: source, or where READs and atomics put what they bring
    uint32_t lkey = 0;
    uint32_t rkey = 0;
    uint64_t remote = 0;          ///< virtual address there
    bool with_immediate = false;  ///< WRITE, SEND
    bool invalidate = false;      ///< SEND: `immediate` is an rkey to invalidate at the peer
    bool signaled = true;         ///< false: only an error gives a completion
    bool fence = false;           ///< wait for earlier READs and atomics
    bool solicited = false;       ///< asks for an event at the peer (BTH: SE)
    uint32_t immediate = 0;
    uint64_t compare = 0;
    uint64_t swap_add = 0;                         ///< the value to swap in, or to add
    uint32_t ud_peer = 0, ud_qp = 0, ud_qkey = 0;  ///< UD: where to (address handle, remote_qpn, remote_qkey)
};

/// A receive work request.
struct ReceiveRequest {
    uint64_t wr_id = 0;
    uint64_t address = 0;
    uint32_t length = 0xffffffff;
    uint32_t lkey = 0;
};

/// How a work request ended: ibv_wc_status.
enum class Status : uint8_t {
    success,
    local_length,        ///< a message longer than its receive
    local_qp_operation,  ///< the request does not fit the QP
    local_protection,    ///< lkey, range or rights
    flushed,
    remote_invalid_request,
    remote_access,
    remote_operation,
    retry_exceeded,
    rnr_retry_exceeded,
};
/// Returns the ibv_wc_status name: IBV_WC_SUCCESS, ...
const char* status_name(Status status);

struct Completion {
    enum class Kind : uint8_t {
        sent,      ///< the sender's: acknowledged to the last byte, or in error
        received,  ///< the receiver's: a receive work request is used up
        placed,    ///< the receiver's memory holds all bytes of a WRITE (what polling memory would see)
    };
    Kind kind = Kind::sent;
    Status status = Status::success;
    uint32_t qp = 0;
    Bytes bytes = 0;
    Bytes retransmitted = 0;  ///< sent: payload bytes of this request that went out more than once;
                              ///< what a READ brought again the peer counts (NicCounters)
    uint64_t cookie = 0;      ///< the sender's WorkRequest::cookie
    Verb verb = Verb::write;
    bool has_immediate = false;
    bool invalidated = false;  ///< received: `immediate` is the rkey that was invalidated
    bool solicited = false;    ///< received: the sender asked for an event
    uint32_t immediate = 0;
    uint64_t wr_id = 0;   ///< received: of the receive work request
    uint32_t src_qp = 0;  ///< received: the sender's QP
};

}  // namespace hpnsim
