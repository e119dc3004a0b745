// SPDX-License-Identifier: GPL-2.0-only
// A verbs program hands these in and gets them back: the structs, flags and enumerations of libibverbs, by
// the same names without `ibv_`. docs/verbs.md has the map, and what is left out.
#pragma once

#include "hpnsim/bad_input.hpp"
#include "hpnsim/nic.hpp"

#include <cerrno>
#include <cstdint>
#include <string>

namespace hpnsim::verbs
{

class CompletionQueue;
class SharedReceiveQueue;
class QueuePair;
class AddressHandle;

/// How a call ended: 0, or an errno value as libibverbs returns it, and one sentence that says what is wrong.
struct Outcome {
    int error = 0;
    std::string why;

    explicit operator bool() const { return error == 0; }
};

/// Thrown by the calls that make an object, where libibverbs would return a null pointer and set errno.
struct VerbsError : BadInput {
    VerbsError(int code, const std::string& why) : BadInput(why), error(code) {}
    int error;
};

using QpType = Service;  ///< IBV_QPT_RC, IBV_QPT_UC, IBV_QPT_UD
const char* qp_type_str(QpType type);
const char* qp_state_str(QpState state);  ///< RESET, INIT, RTR, RTS, SQD, SQE, ERR

/// enum ibv_mtu.
enum class Mtu : uint8_t { none, mtu_256, mtu_512, mtu_1024, mtu_2048, mtu_4096 };
constexpr Bytes bytes_of(Mtu mtu)
{
    return mtu == Mtu::none ? 0 : Bytes{128} << static_cast<int>(mtu);
}

/// enum ibv_send_flags.
namespace send_flags
{
inline constexpr uint32_t kFence = 1, kSignaled = 2, kSolicited = 4, kInline = 8, kAll = 15;
}  // namespace send_flags

/// enum ibv_wc_flags.
namespace wc_flags
{
inline constexpr uint32_t kGrh = 1, kWithImm = 2, kWithInv = 8;
}  // namespace wc_flags

/// enum ibv_qp_attr_mask.
namespace qp_attr
{
inline constexpr uint32_t kState = 1 << 0, kCurState = 1 << 1, kEnSqdAsyncNotify = 1 << 2,
                          kAccessFlags = 1 << 3, kPkeyIndex = 1 << 4, kPort = 1 << 5, kQkey = 1 << 6,
                          kAv = 1 << 7, kPathMtu = 1 << 8, kTimeout = 1 << 9, kRetryCnt = 1 << 10,
                          kRnrRetry = 1 << 11, kRqPsn = 1 << 12, kMaxQpRdAtomic = 1 << 13, kAltPath = 1 << 14,
                          kMinRnrTimer = 1 << 15, kSqPsn = 1 << 16, kMaxDestRdAtomic = 1 << 17,
                          kPathMigState = 1 << 18, kCap = 1 << 19, kDestQpn = 1 << 20;
inline constexpr int kCount = 21;
}  // namespace qp_attr
/// Returns the field's name for one bit of the mask, with libibverbs' own: "sq_psn (IBV_QP_SQ_PSN)".
std::string attribute_str(uint32_t bit);

/// struct ibv_sge.
struct Sge {
    uint64_t addr = 0;  ///< in the region of `lkey`: MemoryRegion::addr + offset
    uint32_t length = 0;
    uint32_t lkey = 0;
};

/// enum ibv_wr_opcode.
enum class WrOpcode : uint8_t {
    rdma_write,
    rdma_write_with_imm,
    send,
    send_with_imm,
    rdma_read,
    atomic_cmp_and_swp,
    atomic_fetch_and_add,
    send_with_inv
};

/// Stands for struct ibv_send_wr. Immediates are numbers: nobody swaps their bytes.
struct SendWr {
    struct Rdma {
        uint64_t remote_addr = 0;
        uint32_t rkey = 0;
    };
    struct Atomic {
        uint64_t remote_addr = 0;
        uint64_t compare_add = 0;
        uint64_t swap = 0;
        uint32_t rkey = 0;
    };
    struct Ud {
        const AddressHandle* ah = nullptr;
        uint32_t remote_qpn = 0;
        uint32_t remote_qkey = 0;  ///< the highest bit set: the QP's own (IBTA 10.2.5)
    };
    uint64_t wr_id = 0;
    const SendWr* next = nullptr;
    const Sge* sg_list = nullptr;
    int num_sge = 0;
    WrOpcode opcode = WrOpcode::send;
    uint32_t send_flags = 0;
    uint32_t imm_data = 0;
    uint32_t invalidate_rkey = 0;
    Rdma rdma;
    Atomic atomic;
    Ud ud;
};

/// struct ibv_recv_wr.
struct RecvWr {
    uint64_t wr_id = 0;
    const RecvWr* next = nullptr;
    const Sge* sg_list = nullptr;
    int num_sge = 0;
};

/// Returns the string of ibv_wc_status_str; `status_name` returns the name of the constant.
const char* wc_status_str(Status status);

/// enum ibv_wc_opcode.
enum class WcOpcode : uint8_t { send, rdma_write, rdma_read, comp_swap, fetch_add, recv, recv_rdma_with_imm };

/// Stands for struct ibv_wc. With a status other than success only wr_id, status and qp_num mean anything.
struct WorkCompletion {
    uint64_t wr_id = 0;
    Status status = Status::success;
    WcOpcode opcode = WcOpcode::send;
    uint32_t byte_len = 0;  ///< of what was received (UD: with the 40 bytes before it), or asked for
    uint32_t imm_data = 0;
    uint32_t invalidated_rkey = 0;
    uint32_t qp_num = 0;  ///< of this side
    uint32_t src_qp = 0;  ///< receives: of the sender
    uint32_t wc_flags = 0;
};

/// Stands for struct ibv_ah_attr, with an endpoint number for the GID.
struct AhAttr {
    static constexpr uint8_t kNicsOwn = 0xff;

    uint32_t dest = 0;          ///< endpoint: 10.x.y.z of captures, in place of grh.dgid
    uint8_t port_num = 1;       ///< of this NIC, from 1
    uint8_t sl = kNicsOwn;      ///< service level: the priority, 0-7
    uint8_t traffic_class = 0;  ///< its upper six bits are the DSCP; used when `sl` is given
    uint16_t udp_sport = 0;     ///< mlx5dv_modify_qp_udp_sport; 0: of the two QP numbers, as rdma-core does
    Time base_rtt;              ///< what congestion control believes of this path; 0: the Context's
};

/// struct ibv_qp_cap.
struct QpCap {
    uint32_t max_send_wr = 1;
    uint32_t max_recv_wr = 1;  ///< of no meaning with an SRQ
    uint32_t max_send_sge = 1;
    uint32_t max_recv_sge = 1;
    uint32_t max_inline_data = 0;
};

/// struct ibv_qp_init_attr.
struct QpInitAttr {
    CompletionQueue* send_cq = nullptr;
    CompletionQueue* recv_cq = nullptr;
    SharedReceiveQueue* srq = nullptr;
    QpCap cap;
    QpType qp_type = QpType::rc;
    bool sq_sig_all = false;
};

/// struct ibv_qp_attr.
struct QpAttr {
    QpState qp_state = QpState::reset;
    QpState cur_qp_state = QpState::reset;
    Mtu path_mtu = Mtu::none;
    uint32_t qkey = 0;
    uint32_t rq_psn = 0;
    uint32_t sq_psn = 0;
    uint32_t dest_qp_num = 0;
    uint32_t qp_access_flags = 0;  ///< access::kRemoteWrite, kRemoteRead, kRemoteAtomic
    QpCap cap;
    AhAttr ah_attr;
    uint16_t pkey_index = 0;
    bool en_sqd_async_notify = false;
    bool sq_draining = false;
    uint8_t max_rd_atomic = 0;
    uint8_t max_dest_rd_atomic = 0;
    uint8_t min_rnr_timer = 0;  ///< IBTA code, 0-31
    uint8_t port_num = 0;       ///< from 1
    uint8_t timeout = 0;        ///< 4.096 us x 2^timeout, 0: for ever
    uint8_t retry_cnt = 0;
    uint8_t rnr_retry = 0;  ///< 7: for ever
};

/// struct ibv_srq_init_attr and ibv_srq_attr.
struct SrqAttr {
    uint32_t max_wr = 1;
    uint32_t max_sge = 1;
    uint32_t srq_limit = 0;  ///< fewer receives than this: one event; 0: none
};

/// Stands for struct ibv_device_attr, with those fields that mean something here.
struct DeviceAttr {
    int phys_port_cnt = 1;
    int max_sge = 1;
    int max_qp_rd_atom = 0;
    uint64_t max_msg_sz = uint64_t{1} << 31;
    uint32_t max_qp_wr = 1U << 20;
    int max_cqe = 1 << 24;
    uint32_t max_inline_data = 1024;
};

/// Stands for struct ibv_port_attr, likewise.
struct PortAttr {
    bool active = true;  ///< IBV_PORT_ACTIVE, else IBV_PORT_DOWN
    Mtu max_mtu = Mtu::mtu_4096;
    Mtu active_mtu = Mtu::none;
    Rate active_rate;
};

/// Stands for enum ibv_event_type, with those events that can happen here.
enum class EventType : uint8_t {
    cq_err,
    qp_fatal,
    qp_req_err,
    qp_access_err,
    sq_drained,
    port_active,
    port_err,
    srq_limit_reached,
    qp_last_wqe_reached
};
/// Returns the string of ibv_event_type_str.
const char* event_type_str(EventType type);

/// Stands for struct ibv_async_event. The object that it is about is set, the others are null or 0.
struct AsyncEvent {
    EventType event_type = EventType::cq_err;
    CompletionQueue* cq = nullptr;
    QueuePair* qp = nullptr;
    SharedReceiveQueue* srq = nullptr;
    uint8_t port_num = 0;
};

/// Tells whether ibv_modify_qp with this mask may take a QP from one state to another: the pair must be
/// legal, every required attribute named, and none that this transition does not take (IBTA table 91;
/// ibv_modify_qp(3)).
Outcome check_transition(QpType type, QpState from, QpState to, uint32_t mask);

}  // namespace hpnsim::verbs
