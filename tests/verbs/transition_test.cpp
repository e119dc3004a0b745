// SPDX-License-Identifier: GPL-2.0-only
// Tests the transitions of a QP and their attributes. What is expected is written down here from
// ibv_modify_qp(3) (required attributes) and IBTA table 91 as the Linux kernel's qp_state_table has it (legal
// pairs, optional attributes); nothing is taken from the code under test.
#include "two_hosts.hpp"

#include <gtest/gtest.h>

#include <map>
#include <sstream>

namespace hpnsim::test
{
namespace
{

using namespace verbs;

constexpr QpType kTypes[] = {QpType::rc, QpType::uc, QpType::ud};
const char* const kStates[] = {"RESET", "INIT", "RTR", "RTS", "SQD", "SQE", "ERR"};
/// Rows are the states from which, and columns those to which, in the same order.
const char* const kLegal[] = {
    "xx.....",  // RESET
    "xxx...x",  // INIT
    "x..x..x",  // RTR
    "x..xx.x",  // RTS
    "x..xx.x",  // SQD
    "x..x..x",  // SQE
    "x.....x",  // ERR
};

QpState state_of(int i)
{
    return static_cast<QpState>(i);
}

/// TYPE FROM TO: required | optional. Transitions that are not listed take nothing but the state.
const char* const kTable = R"(
RC RESET INIT: PKEY_INDEX PORT ACCESS_FLAGS |
UC RESET INIT: PKEY_INDEX PORT ACCESS_FLAGS |
UD RESET INIT: PKEY_INDEX PORT QKEY |
RC INIT INIT: | PKEY_INDEX PORT ACCESS_FLAGS
UC INIT INIT: | PKEY_INDEX PORT ACCESS_FLAGS
UD INIT INIT: | PKEY_INDEX PORT QKEY
RC INIT RTR: AV PATH_MTU DEST_QPN RQ_PSN MAX_DEST_RD_ATOMIC MIN_RNR_TIMER | ALT_PATH ACCESS_FLAGS PKEY_INDEX
UC INIT RTR: AV PATH_MTU DEST_QPN RQ_PSN | ALT_PATH ACCESS_FLAGS PKEY_INDEX
UD INIT RTR: | PKEY_INDEX QKEY
RC RTR RTS: SQ_PSN MAX_QP_RD_ATOMIC RETRY_CNT RNR_RETRY TIMEOUT | CUR_STATE ALT_PATH ACCESS_FLAGS MIN_RNR_TIMER PATH_MIG_STATE
UC RTR RTS: SQ_PSN | CUR_STATE ALT_PATH ACCESS_FLAGS PATH_MIG_STATE
UD RTR RTS: SQ_PSN | CUR_STATE QKEY
RC RTS RTS: | CUR_STATE ACCESS_FLAGS ALT_PATH PATH_MIG_STATE MIN_RNR_TIMER
UC RTS RTS: | CUR_STATE ACCESS_FLAGS ALT_PATH PATH_MIG_STATE
UD RTS RTS: | CUR_STATE QKEY
RC RTS SQD: | EN_SQD_ASYNC_NOTIFY
UC RTS SQD: | EN_SQD_ASYNC_NOTIFY
UD RTS SQD: | EN_SQD_ASYNC_NOTIFY
RC SQD RTS: | CUR_STATE ALT_PATH ACCESS_FLAGS MIN_RNR_TIMER PATH_MIG_STATE
UC SQD RTS: | CUR_STATE ALT_PATH ACCESS_FLAGS PATH_MIG_STATE
UD SQD RTS: | CUR_STATE QKEY
RC SQD SQD: | PORT AV TIMEOUT RETRY_CNT RNR_RETRY MAX_QP_RD_ATOMIC MAX_DEST_RD_ATOMIC ALT_PATH ACCESS_FLAGS PKEY_INDEX MIN_RNR_TIMER PATH_MIG_STATE
UC SQD SQD: | AV ALT_PATH ACCESS_FLAGS PKEY_INDEX PATH_MIG_STATE
UD SQD SQD: | PKEY_INDEX QKEY
UC SQE RTS: | CUR_STATE ACCESS_FLAGS
UD SQE RTS: | CUR_STATE QKEY
)";

/// Bits of enum ibv_qp_attr_mask, in their order.
const char* const kBits[] = {"STATE",
                             "CUR_STATE",
                             "EN_SQD_ASYNC_NOTIFY",
                             "ACCESS_FLAGS",
                             "PKEY_INDEX",
                             "PORT",
                             "QKEY",
                             "AV",
                             "PATH_MTU",
                             "TIMEOUT",
                             "RETRY_CNT",
                             "RNR_RETRY",
                             "RQ_PSN",
                             "MAX_QP_RD_ATOMIC",
                             "ALT_PATH",
                             "MIN_RNR_TIMER",
                             "SQ_PSN",
                             "MAX_DEST_RD_ATOMIC",
                             "PATH_MIG_STATE",
                             "CAP",
                             "DEST_QPN"};

struct Needs2 {
    uint32_t required = 0, optional = 0;
};

std::map<std::string, Needs2> read_table()
{
    std::map<std::string, Needs2> table;
    std::istringstream lines(kTable);
    for (std::string line; std::getline(lines, line);) {
        const size_t colon = line.find(':');
        if (colon == std::string::npos) continue;
        Needs2& needs = table[line.substr(0, colon)];
        uint32_t* mask = &needs.required;
        std::istringstream words(line.substr(colon + 1));
        for (std::string word; words >> word;) {
            if (word == "|") mask = &needs.optional;
            for (uint32_t bit = 0; bit < std::size(kBits); ++bit)
                if (word == kBits[bit]) *mask |= 1U << bit;
        }
    }
    return table;
}

bool says(const Outcome& outcome, const std::string& what)
{
    return outcome.error == EINVAL && outcome.why.find(what) != std::string::npos;
}

/// Makes a QP of the type in the state, as a program gets it there; false: it cannot (RC has no SQE).
bool take_to(Side& side, QpState state)
{
    const QpAttr attr = attributes(nullptr, 1);
    const bool beyond = state > QpState::rts;
    if (state == QpState::reset) return true;
    bring_to(side.qp, beyond ? QpState::rts : state, attr);
    if (!beyond) return true;
    if (state == QpState::sqe) {
        if (side.qp.type() == QpType::rc) return false;
        SendWr bad = side.send(100);
        AddressHandle& ah = side.pd.create_ah({});
        bad.ud.ah = &ah;
        side.sge.lkey += 256;
        EXPECT_TRUE(side.post(bad));
        return true;
    }
    QpAttr last = attr;
    last.qp_state = state;
    EXPECT_TRUE(side.qp.modify(last, qp_attr::kState));
    return true;
}

}  // namespace

/// Every pair of states, each type of QP, for real.
TEST(Transitions, EveryPairOfStates)
{
    const auto table = read_table();
    for (QpType type : kTypes)
        for (int from = 0; from < 7; ++from)
            for (int to = 0; to < 7; ++to) {
                const std::string name =
                    std::string(qp_type_str(type)) + " " + kStates[from] + " " + kStates[to];
                TwoHosts hosts;
                Side side(hosts.context(0), init_of(type));
                if (!take_to(side, state_of(from))) continue;
                ASSERT_EQ(side.qp.state(), state_of(from)) << name;
                QpAttr attr = attributes(nullptr, 1);
                attr.qp_state = state_of(to);
                const auto found = table.find(name);
                const uint32_t mask = found != table.end() ? found->second.required : 0;
                const Outcome outcome = side.qp.modify(attr, mask | qp_attr::kState);
                const bool legal = kLegal[from][to] == 'x';
                EXPECT_EQ(outcome.error, legal ? 0 : EINVAL) << name << ": " << outcome.why;
                EXPECT_EQ(side.qp.state(), state_of(legal ? to : from)) << name;
                EXPECT_TRUE(legal || says(outcome, std::string(kStates[from]) + " to " + kStates[to]))
                    << outcome.why;
            }
}

/// Tries each transition without one of the required attributes, with each optional one, and with each of the
/// others.
TEST(Transitions, EveryAttribute)
{
    const auto table = read_table();
    int checked = 0;
    for (QpType type : kTypes)
        for (int from = 0; from < 7; ++from)
            for (int to = 0; to < 7; ++to) {
                if (kLegal[from][to] != 'x') continue;
                const std::string name =
                    std::string(qp_type_str(type)) + " " + kStates[from] + " " + kStates[to];
                const auto found = table.find(name);
                const Needs2 needs = found != table.end() ? found->second : Needs2();
                const uint32_t least = needs.required | qp_attr::kState;
                for (uint32_t bit = 1; bit < std::size(kBits); ++bit) {
                    const uint32_t one = 1U << bit;
                    const bool required = (needs.required & one) != 0;
                    const bool taken = required || (needs.optional & one) != 0;
                    const Outcome without =
                        check_transition(type, state_of(from), state_of(to), least & ~one);
                    const Outcome with = check_transition(type, state_of(from), state_of(to), least | one);
                    EXPECT_EQ(without.error, required ? EINVAL : 0) << name << " " << kBits[bit];
                    EXPECT_EQ(with.error, taken ? 0 : EINVAL) << name << " " << kBits[bit];
                    const std::string word = std::string("IBV_QP_") + kBits[bit] + ")";
                    EXPECT_TRUE(!required || says(without, word)) << without.why;
                    EXPECT_TRUE(taken || says(with, word)) << with.why;
                    ++checked;
                }
            }
    EXPECT_EQ(checked, 3 * 22 * 20) << "22 legal pairs, 20 attributes besides the state";
}

TEST(Transitions, TheEngineRefusesToo)
{
    TwoHosts hosts;
    Side side(hosts.context(0), init_of(QpType::rc));
    Nic& nic = hosts.rig().nic(0);
    QpConfig config;
    EXPECT_FALSE(nic.modify_qp(0, config, hosts.rig().now())) << "RESET to RTS";
    EXPECT_FALSE(nic.modify_qp(0, QpState::rtr, hosts.rig().now()));
    EXPECT_FALSE(nic.post_send(0, WorkRequest(), hosts.rig().now()));
    EXPECT_EQ(nic.state(0), QpState::reset);
}

/// "If any of the modify attributes or the modify mask are invalid, none of the attributes will be modified".
TEST(Transitions, ABadValueChangesNothing)
{
    TwoHosts hosts;
    Side side(hosts.context(0), init_of(QpType::rc));
    const QpAttr good = attributes(nullptr, 1);
    bring_to(side.qp, QpState::init, good);
    const auto refused = [&](QpAttr attr, const char* word) {
        attr.qp_state = QpState::rtr;
        const Outcome outcome = side.qp.modify(attr, mask_to(QpType::rc, QpState::rtr));
        EXPECT_TRUE(says(outcome, word)) << word << ": " << outcome.why;
        EXPECT_EQ(side.qp.state(), QpState::init);
        EXPECT_EQ(side.qp.query().path_mtu, Mtu::none);
    };
    QpAttr attr = good;
    attr.rq_psn = 1 << 24;
    refused(attr, "rq_psn");
    attr = good;
    attr.path_mtu = Mtu::mtu_2048;  // the NIC's MTU is 1024
    refused(attr, "path_mtu");
    attr.path_mtu = Mtu::none;
    refused(attr, "path_mtu");
    attr = good;
    attr.dest_qp_num = 1;
    refused(attr, "dest_qp_num");
    attr = good;
    attr.min_rnr_timer = 32;
    refused(attr, "min_rnr_timer");
    attr = good;
    attr.max_dest_rd_atomic = 17;
    refused(attr, "max_dest_rd_atomic");
    attr = good;
    attr.ah_attr.port_num = 2;
    refused(attr, "ah_attr.port_num");
    attr = good;
    attr.ah_attr.sl = 8;
    refused(attr, "ah_attr.sl");
}

TEST(Transitions, OtherBadValues)
{
    TwoHosts hosts;
    Side side(hosts.context(0), init_of(QpType::rc));
    QpAttr attr = attributes(nullptr, 1);
    attr.qp_state = QpState::init;
    const uint32_t to_init = mask_to(QpType::rc, QpState::init), to_rts = mask_to(QpType::rc, QpState::rts);
    attr.port_num = 0;
    EXPECT_TRUE(says(side.qp.modify(attr, to_init), "port_num"));
    attr.port_num = 1;
    attr.pkey_index = 1;
    EXPECT_TRUE(says(side.qp.modify(attr, to_init), "pkey_index"));
    attr.pkey_index = 0;
    attr.qp_access_flags = 16;
    EXPECT_TRUE(says(side.qp.modify(attr, to_init), "qp_access_flags"));
    bring_to(side.qp, QpState::rtr, attributes(nullptr, 1));
    attr = attributes(nullptr, 1);
    attr.qp_state = QpState::rts;
    attr.retry_cnt = 8;
    EXPECT_TRUE(says(side.qp.modify(attr, to_rts), "retry_cnt"));
    attr.retry_cnt = 7;
    attr.timeout = 32;
    EXPECT_TRUE(says(side.qp.modify(attr, to_rts), "timeout"));
    attr.timeout = 31;
    attr.cur_qp_state = QpState::rts;
    EXPECT_TRUE(says(side.qp.modify(attr, to_rts | qp_attr::kCurState), "cur_qp_state says RTS"));
    EXPECT_EQ(side.qp.modify(attr, to_rts | qp_attr::kAltPath).error, ENOTSUP);
    attr.cur_qp_state = QpState::rtr;
    EXPECT_TRUE(side.qp.modify(attr, to_rts | qp_attr::kCurState));
    EXPECT_EQ(side.qp.query().timeout, 31);
    EXPECT_EQ(side.qp.query().qp_state, QpState::rts);
    EXPECT_EQ(side.qp.query().sq_psn, 100u);
}

}  // namespace hpnsim::test
