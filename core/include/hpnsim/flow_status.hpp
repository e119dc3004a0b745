// SPDX-License-Identifier: GPL-2.0-only
// FlowStatus says how a flow or message ended: workloads ask whether it went well, and flows.csv has its
// text.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hpnsim
{

enum class FlowStatus : uint8_t {
    ok,
    unfinished,  ///< the run ended first
    // The verbs completion errors (ibv_wc_status).
    local_length,
    local_qp_operation,
    local_protection,
    flushed,
    remote_invalid_request,
    remote_access,
    remote_operation,
    retry_exceeded,
    rnr_retry_exceeded,
};

/// The texts, in the order of the enumerators.
inline constexpr const char* kFlowStatusTexts[] = {"ok",
                                                   "unfinished",
                                                   "IBV_WC_LOC_LEN_ERR",
                                                   "IBV_WC_LOC_QP_OP_ERR",
                                                   "IBV_WC_LOC_PROT_ERR",
                                                   "IBV_WC_WR_FLUSH_ERR",
                                                   "IBV_WC_REM_INV_REQ_ERR",
                                                   "IBV_WC_REM_ACCESS_ERR",
                                                   "IBV_WC_REM_OP_ERR",
                                                   "IBV_WC_RETRY_EXC_ERR",
                                                   "IBV_WC_RNR_RETRY_EXC_ERR"};
static_assert(sizeof kFlowStatusTexts / sizeof *kFlowStatusTexts ==
                  static_cast<size_t>(FlowStatus::rnr_retry_exceeded) + 1,
              "every status has a text");

constexpr const char* status_text(FlowStatus status)
{
    return kFlowStatusTexts[static_cast<size_t>(status)];
}

}  // namespace hpnsim
