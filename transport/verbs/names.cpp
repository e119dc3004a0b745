// SPDX-License-Identifier: GPL-2.0-only
// Gives states, statuses and operations the names that libibverbs prints.
#include "hpnsim/verbs_types.hpp"

namespace hpnsim::verbs
{

const char* qp_type_str(QpType type)
{
    constexpr const char* kNames[] = {"RC", "UC", "UD"};
    return kNames[static_cast<int>(type)];
}

const char* qp_state_str(QpState state)
{
    constexpr const char* kNames[] = {"RESET", "INIT", "RTR", "RTS", "SQD", "SQE", "ERR"};
    return kNames[static_cast<int>(state)];
}

std::string attribute_str(uint32_t bit)
{
    constexpr const char* kNames[qp_attr::kCount] = {"qp_state (IBV_QP_STATE)",
                                                     "cur_qp_state (IBV_QP_CUR_STATE)",
                                                     "en_sqd_async_notify (IBV_QP_EN_SQD_ASYNC_NOTIFY)",
                                                     "qp_access_flags (IBV_QP_ACCESS_FLAGS)",
                                                     "pkey_index (IBV_QP_PKEY_INDEX)",
                                                     "port_num (IBV_QP_PORT)",
                                                     "qkey (IBV_QP_QKEY)",
                                                     "ah_attr (IBV_QP_AV)",
                                                     "path_mtu (IBV_QP_PATH_MTU)",
                                                     "timeout (IBV_QP_TIMEOUT)",
                                                     "retry_cnt (IBV_QP_RETRY_CNT)",
                                                     "rnr_retry (IBV_QP_RNR_RETRY)",
                                                     "rq_psn (IBV_QP_RQ_PSN)",
                                                     "max_rd_atomic (IBV_QP_MAX_QP_RD_ATOMIC)",
                                                     "alt_ah_attr (IBV_QP_ALT_PATH)",
                                                     "min_rnr_timer (IBV_QP_MIN_RNR_TIMER)",
                                                     "sq_psn (IBV_QP_SQ_PSN)",
                                                     "max_dest_rd_atomic (IBV_QP_MAX_DEST_RD_ATOMIC)",
                                                     "path_mig_state (IBV_QP_PATH_MIG_STATE)",
                                                     "cap (IBV_QP_CAP)",
                                                     "dest_qp_num (IBV_QP_DEST_QPN)"};
    for (int i = 0; i < qp_attr::kCount; ++i)
        if (bit == 1U << i) return kNames[i];
    return "an attribute that does not exist";
}

const char* wc_status_str(Status status)
{
    switch (status) {
    case Status::success:
        return "success";
    case Status::local_length:
        return "local length error";
    case Status::local_qp_operation:
        return "local QP operation error";
    case Status::local_protection:
        return "local protection error";
    case Status::flushed:
        return "Work Request Flushed Error";
    case Status::remote_invalid_request:
        return "remote invalid request error";
    case Status::remote_access:
        return "remote access error";
    case Status::remote_operation:
        return "remote operation error";
    case Status::retry_exceeded:
        return "transport retry counter exceeded";
    case Status::rnr_retry_exceeded:
        return "RNR retry counter exceeded";
    }
    return "unknown";
}

const char* event_type_str(EventType type)
{
    switch (type) {
    case EventType::cq_err:
        return "CQ error";
    case EventType::qp_fatal:
        return "local work queue catastrophic error";
    case EventType::qp_req_err:
        return "invalid request local work queue error";
    case EventType::qp_access_err:
        return "local access violation work queue error";
    case EventType::sq_drained:
        return "send queue drained";
    case EventType::port_active:
        return "port active";
    case EventType::port_err:
        return "port error";
    case EventType::srq_limit_reached:
        return "SRQ limit reached";
    case EventType::qp_last_wqe_reached:
        return "last WQE reached";
    }
    return "unknown";
}

}  // namespace hpnsim::verbs
