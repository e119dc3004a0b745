// SPDX-License-Identifier: GPL-2.0-only
// Reads the command line of every scenario from one table: parsing, `--config` files, `--help`.
#pragma once

#include "hpnsim/units.hpp"

#include <cstdint>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hpnsim
{

/// This value of a bound lets the run find it by itself.
inline constexpr double kOwnBound = -1;

/// Every scenario takes these. NAME[:key=value,...] texts are kept as written, because their owners read
/// them.
struct CommonOptions {
    std::string topology = "hpn";
    std::vector<std::string> cc;                    ///< empty: dcqcn
    std::vector<std::string> path;                  ///< empty: what each CC declares
    std::string receiver;                           ///< empty: what each CC declares
    std::string transport, fabric;                  ///< empty: what each CC declares
    std::vector<std::string> plugins, plugin_path;  ///< files to load; folders to look in
    std::string wire = "roce";
    std::string profile;  ///< a peer simulator whose switches and NICs to imitate; empty: none
    uint32_t qps = 0;     ///< per peer; 0: one per NIC port
    std::string qp_select = "round-robin", sport = "ports", switch_lb = "ecmp";
    uint64_t seed = 1;
    uint32_t seeds = 1;  ///< consecutive seeds, pooled
    double jitter_ns = 0;
    double loss = 0;                  ///< probability per link and packet
    std::string faults;               ///< schedule file; empty: no faults are planned
    std::string faults_text;          ///< what the schedule file holds
    bool audit = false;               ///< check the simulator itself while it runs
    Bytes mtu = 4096;                 ///< payload bytes per packet
    double stop_us = 0;               ///< 0: no limit
    double stall_ms = kOwnBound;      ///< nothing delivered for so long ends the run; 0: never
    double stall_events = kOwnBound;  ///< likewise in events
    std::string out;                  ///< empty on the command line: out/SCENARIO
    std::string config;
    bool verify = false;               ///< move real bytes, and check them
    std::string inject;                ///< how one message is spoiled (contents.hpp); empty: none
    std::string pcap;                  ///< ports to capture (capture_list.hpp); empty: none
    std::string trace;                 ///< QPs to trace (trace_list.hpp); empty: none
    double series_us = 0;              ///< sample rates, windows and queues so often; 0: never
    uint64_t series_rows = 5'000'000;  ///< sampling ends when there are so many samples
    std::string series_only;           ///< NICs and ports that are sampled (capture_list.hpp); empty: all
    bool quiet = false, no_plots = false;
};

struct IncastOptions {
    uint32_t senders = 16;
    Bytes size = 1 << 20;
    uint32_t rounds = 1;
    std::string placement = "rail";  ///< `rail`, `cross-segment`, `index`
    std::string verb = "write";      ///< `write`, `send`, `read`
};

struct AllreduceOptions {
    uint32_t ranks = 64;
    Bytes size = 16 << 20;
    std::string algorithm;  ///< empty: the first of all_reduce
    uint32_t channels = 0;  ///< 0: default of the algorithm
    Bytes chunk = 0;        ///< 0: default of the algorithm
    uint32_t iterations = 1;
    bool messages = false;  ///< true: every message is a row of flows.csv
};

struct AlltoallOptions {
    uint32_t ranks = 64;
    Bytes size = 16 << 20;  ///< the whole send buffer of a rank
    std::string algorithm;  ///< empty: the first of all_to_all
    uint32_t channels = 0;  ///< 0: default of the algorithm
    Bytes chunk = 0;        ///< 0: default of the algorithm
    uint32_t iterations = 1;
    bool messages = false;
};

struct PermutationOptions {
    uint32_t ranks = 64;
    Bytes size = 2 << 20;  ///< of each flow
};

struct FlowsOptions {
    std::string flow_file;
    std::string format;  ///< empty: detected
    std::string cdf;     ///< sizes: a name or a file, instead of a flow file
    double load = 0.3;   ///< payload, as a share of what NICs carry
    double duration_us = 1000;
};

struct Options {
    std::string scenario;
    std::string command;  ///< the exact command line, quoted so that a shell repeats it
    CommonOptions common;
    IncastOptions incast;
    AllreduceOptions allreduce;
    AlltoallOptions alltoall;
    PermutationOptions permutation;
    FlowsOptions flows;
    std::map<std::string, std::string> places;  ///< option -> "FILE:LINE: ", of those that --config set
};

/// Reads argv and the `--config` file that it names (the command line wins). Nothing when `--help` or
/// `--version` was asked for and printed on `out`. Throws BadInput: one sentence, names the nearest option.
std::optional<Options> parse_command_line(const std::string& scenario, int argc, const char* const* argv,
                                          std::ostream& out);
std::optional<Options> parse_command_line(const std::string& scenario, int argc, const char* const* argv);

/// Returns `sentence` as it is, or with the line of the config file that set the option at its beginning
/// ("--cc: ...").
std::string with_place(const Options& options, const std::string& sentence);

/// The page that `--help` prints.
std::string help_text(const std::string& scenario);

/// Quotes the words for a POSIX shell where they need it.
std::string quote_command(int argc, const char* const* argv);

/// Returns how many hosts a `star` needs that does not say: the scenario's endpoints (flows: 16 with --cdf,
/// else 0, and the file decides).
uint32_t hosts_needed(const Options& options);

}  // namespace hpnsim
