// SPDX-License-Identifier: GPL-2.0-only
// Lists which attributes each transition of a QP needs and which it takes, per service: IBTA table 91 as
// ibv_modify_qp(3) and the kernel's drivers check it.
#include "hpnsim/text.hpp"
#include "hpnsim/verbs_types.hpp"

namespace hpnsim::verbs
{

namespace
{

namespace a = qp_attr;

/// Holds one transition, for RC, UC and UD.
struct Row {
    QpState from, to;
    uint32_t required[3];
    uint32_t optional[3];
};

constexpr uint32_t kConnectedInit = a::kPkeyIndex | a::kPort | a::kAccessFlags;
constexpr uint32_t kDatagramInit = a::kPkeyIndex | a::kPort | a::kQkey;
constexpr uint32_t kPath = a::kAv | a::kPathMtu | a::kDestQpn | a::kRqPsn;
constexpr uint32_t kMigration = a::kAltPath | a::kPathMigState;
/// Lists what a running QP may be told at any time.
constexpr uint32_t kRunningUc = a::kCurState | a::kAccessFlags | kMigration;
constexpr uint32_t kRunning[3] = {kRunningUc | a::kMinRnrTimer, kRunningUc, a::kCurState | a::kQkey};
constexpr uint32_t kRetries = a::kTimeout | a::kRetryCnt | a::kRnrRetry | a::kMaxQpRdAtomic;
constexpr uint32_t kDrainedUc = a::kAv | a::kAccessFlags | a::kPkeyIndex | kMigration;

constexpr Row kRows[] = {
    {QpState::reset, QpState::init, {kConnectedInit, kConnectedInit, kDatagramInit}, {}},
    {QpState::init, QpState::init, {}, {kConnectedInit, kConnectedInit, kDatagramInit}},
    {QpState::init,
     QpState::rtr,
     {kPath | a::kMaxDestRdAtomic | a::kMinRnrTimer, kPath, 0},
     {a::kAltPath | a::kAccessFlags | a::kPkeyIndex, a::kAltPath | a::kAccessFlags | a::kPkeyIndex,
      a::kPkeyIndex | a::kQkey}},
    {QpState::rtr,
     QpState::rts,
     {kRetries | a::kSqPsn, a::kSqPsn, a::kSqPsn},
     {kRunning[0], kRunning[1], kRunning[2]}},
    {QpState::rts, QpState::rts, {}, {kRunning[0], kRunning[1], kRunning[2]}},
    {QpState::rts, QpState::sqd, {}, {a::kEnSqdAsyncNotify, a::kEnSqdAsyncNotify, a::kEnSqdAsyncNotify}},
    {QpState::sqd, QpState::rts, {}, {kRunning[0], kRunning[1], kRunning[2]}},
    {QpState::sqd,
     QpState::sqd,
     {},
     {kDrainedUc | kRetries | a::kPort | a::kMaxDestRdAtomic | a::kMinRnrTimer, kDrainedUc,
      a::kPkeyIndex | a::kQkey}},
    {QpState::sqe, QpState::rts, {}, {0, a::kCurState | a::kAccessFlags, a::kCurState | a::kQkey}},
};

std::string transition_str(QpType type, QpState from, QpState to)
{
    return std::string(qp_state_str(from)) + " to " + qp_state_str(to) +
           (type == QpType::rc ? " of an " : " of a ") + qp_type_str(type) + " QP";
}

std::string next_states(QpState from)
{
    std::vector<std::string> states;
    for (int i = 0; i <= static_cast<int>(QpState::err); ++i) {
        const auto to = static_cast<QpState>(i);
        if (!legal_transition(from, to)) continue;
        states.emplace_back(qp_state_str(to));
    }
    return joined_texts(states);
}

uint32_t lowest_bit(uint32_t mask)
{
    return mask & (~mask + 1);
}

}  // namespace

Outcome check_transition(QpType type, QpState from, QpState to, uint32_t mask)
{
    const std::string what = transition_str(type, from, to);
    if (!legal_transition(from, to))
        return {EINVAL, "ibv_modify_qp: " + what + " is no legal transition: from " + qp_state_str(from) +
                            " a QP can be taken to " + next_states(from)};
    uint32_t required = 0, optional = 0;
    for (const Row& row : kRows) {
        if (row.from != from || row.to != to) continue;
        required = row.required[static_cast<int>(type)];
        optional = row.optional[static_cast<int>(type)];
    }
    if (const uint32_t missing = required & ~mask; missing != 0)
        return {EINVAL, "ibv_modify_qp: " + what + " needs " + attribute_str(lowest_bit(missing))};
    if (const uint32_t extra = mask & ~(required | optional | a::kState); extra != 0)
        return {EINVAL, "ibv_modify_qp: " + what + " does not take " + attribute_str(lowest_bit(extra))};
    return {};
}

}  // namespace hpnsim::verbs
