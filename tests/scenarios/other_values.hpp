// SPDX-License-Identifier: GPL-2.0-only
// A value of every declared key that is not its default, for tests that set all of them: of --fabric and
// --switch-lb, and of --transport.
#pragma once

#include <map>
#include <string>

namespace hpnsim
{

/// As they are written back. A key that is missing here fails the tests that walk the lists.
inline const std::map<std::string, std::string> kOther = {
    {"buffer-mb", "82.5"},
    {"alpha", "0.25"},
    {"reserve-kb", "5.5"},
    {"headroom", "34.567"},
    {"kmin-kb", "10"},
    {"kmax-kb", "20"},
    {"pmax", "0.5"},
    {"kmin-kb-R", "11"},
    {"kmax-kb-R", "21"},
    {"pmax-R", "0.25"},
    {"ecn-step-kb", "30"},
    {"phantom", "0.95"},
    {"ecn-at", "enqueue"},
    {"ecn-priorities", "3+4"},
    {"ecn-min-bdp", "0.25"},
    {"ecn-max-bdp", "0.75"},
    {"trim-bdp", "2"},
    {"trim-last-bdp", "3"},
    {"lossless", "3+4"},
    {"pfc-quanta", "1000"},
    {"pfc-refresh", "0.25"},
    {"pfc-reaction-us", "1.5"},
    {"watchdog-ms", "20"},
    {"restore-ms", "30"},
    {"watchdog-action", "forward"},
    {"deadlock-ms", "0"},
    {"strict", "7"},
    {"weights", "0=1+1=2+2=3+3=4+4=5+5=6+6=7+7=255"},
    {"dscp-map", "dscp/8+26=4+48=7"},
    {"dscp", "34"},
    {"control-dscp", "40"},
    {"ack-class", "data"},
    {"int", "hpcc-sim"},
    {"digest-base", "1.01"},
    {"notice-frames", "2"},
    {"levels", "4"},
    {"step-kb", "1.5"},
    {"step-percent", "5"},
    {"gap-us", "7.5"},
    {"entries", "64"},
    {"reshuffle", "5"},
};

inline const std::map<std::string, std::string> kOtherOfTransport = {
    {"ack-timeout", "14"},      {"retry", "5"},           {"adaptive", "1"},         {"rto-us", "65.42"},
    {"rto-low-us", "30"},       {"rto-low-packets", "5"}, {"rnr-timer", "3"},        {"rnr-retry", "2"},
    {"cnp-interval-us", "4.5"}, {"cnp-delay-us", "55"},   {"ack-every", "4"},        {"sack-bytes", "8192"},
    {"ack-delay-us", "0.5"},    {"reorder-rtts", "0.7"},  {"window-packets", "256"}, {"sleek", "1"},
    {"max-rd-atomic", "128"}};

}  // namespace hpnsim
