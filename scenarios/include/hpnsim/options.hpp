// SPDX-License-Identifier: GPL-2.0-only
// Reads the command line of every scenario from declared settings: parsing, `--config` files, `--help`, and
// what to write to repeat a run.
#pragma once

#include "hpnsim/settings.hpp"
#include "hpnsim/units.hpp"

#include <any>
#include <cstdint>
#include <iosfwd>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace hpnsim
{

/// Settings that stand together in the help.
struct OptionGroup {
    std::string title;
    std::vector<Setting> settings;
};

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
    std::string profile;          ///< a peer simulator whose switches and NICs to imitate; empty: none
    std::optional<uint32_t> qps;  ///< per peer; automatic: one per NIC port
    std::string qp_select = "round-robin", sport = "ports", switch_lb = "ecmp";
    uint64_t seed = 1;
    uint32_t seeds = 1;  ///< consecutive seeds, pooled
    double jitter_ns = 0;
    double loss = 0;                     ///< probability per link and packet
    std::string faults;                  ///< schedule file; empty: nothing goes wrong by plan
    std::string faults_text;             ///< what it holds, and what a scenario adds
    std::string engine = "auto";         ///< how events run (RoceNetwork::RunByNode)
    uint32_t threads = 1;                ///< that run nodes at the same time (the same)
    bool fast_forward = false;           ///< skip time in which rates are steady (FastForward)
    double fast_forward_band = 0.02;     ///< by how much a steady rate may change
    double fast_forward_settle = 2;      ///< base RTTs after a change before rates count
    bool fast_forward_check = false;     ///< run in full, too, and compare
    bool audit = false;                  ///< check the simulator itself while it runs
    Bytes mtu = 4096;                    ///< payload bytes per packet
    std::optional<double> stop_us;       ///< automatic: no limit
    std::optional<double> stall_ms;      ///< nothing delivered for so long ends the run; 0: never
    std::optional<double> stall_events;  ///< the same, in events
    std::string out;                     ///< empty: out/SCENARIO (out_folder)
    std::string config;
    bool verify = false;                   ///< move real bytes, and check them
    std::string inject;                    ///< how one message is spoiled (contents.hpp); empty: none
    std::string pcap;                      ///< ports to capture (capture_list.hpp); empty: none
    std::string trace;                     ///< QPs to trace (trace_list.hpp); empty: none
    std::optional<double> series_us;       ///< sample rates, windows and queues so often; automatic: never
    uint64_t series_rows = 5'000'000;      ///< sampling ends when there are so many samples
    std::string series_only;               ///< NICs and ports that are sampled (capture_list.hpp); empty: all
    std::string timeline;                  ///< file of what each rank did when; empty: none
    std::string timeline_ranks;            ///< whom it shows (rank_list.hpp); empty: all
    uint64_t timeline_events = 2'000'000;  ///< it ends when there are so many events
    std::string also_write;                ///< forms of other simulators (peer_forms.hpp); empty: none
    bool idle_ports = false;               ///< ports that sent nothing have rows, too
    bool quiet = false, no_plots = false;

    static const std::vector<OptionGroup>& groups();
};

/// The most ranks, senders or hosts that an option takes.
inline constexpr int64_t kMaxEndpoints = 1 << 20;

/// The options of one scenario alone: a struct with the list of its settings, whichever it is.
class OwnOptions
{
public:
    OwnOptions() = default;
    template <class T> static OwnOptions of() { return of(T(), T::settings()); }
    /// Does the same with a list that outlives them all.
    template <class T> static OwnOptions of(const T& standard, const std::vector<Setting>& settings)
    {
        OwnOptions made;
        made.values_ = standard;
        made.settings_ = &settings;
        made.part_ = [](std::any& values) -> void* { return std::any_cast<T>(&values); };
        return made;
    }

    template <class T> const T& as() const { return std::any_cast<const T&>(values_); }
    template <class T> T& as() { return std::any_cast<T&>(values_); }
    const std::vector<Setting>& settings() const { return *settings_; }
    /// Returns what the settings read into and write from.
    void* part() { return part_(values_); }

private:
    std::any values_;
    const std::vector<Setting>* settings_ = nullptr;
    void* (*part_)(std::any&) = nullptr;
};

struct Options {
    std::string scenario;
    std::string command;  ///< the exact command line, quoted so that a shell repeats it
    CommonOptions common;
    OwnOptions own;
    Origins origins;                            ///< of the values of options
    std::map<std::string, std::string> places;  ///< option -> "FILE:LINE: ", of those that --config set
    std::set<std::string> idle;                 ///< options that mean nothing beside those that are given
};

/// A line `name = value` of a file.
struct ConfigLine {
    std::string place;  ///< "FILE:LINE: "
    std::string name, value;
};

/// The lines that follow a line [name], up to the next such line.
struct ConfigSection {
    std::string place;
    std::string name;
    std::vector<ConfigLine> lines;
};

/// A text, and what sentences call it: its file.
struct NamedText {
    std::string name, text;
};

/// Holds the value of an option, as one would write it.
struct WrittenOption {
    std::string name, text;
    Origin origin;
};

/// Lists all options of a run with their values, the scenario's own first, in the order of the help. Those
/// that somebody has set, a line `name = text` each, are a --config file that repeats the run. A text is
/// empty when nobody has set the option and it has no default, or it means nothing in this run. A repeatable
/// option has one entry each time.
std::vector<WrittenOption> written(const Options& options);

/// Reads argv and the `--config` file that it names (the command line wins). Nothing when `--help` or
/// `--version` was asked for and printed on `out`. Throws BadInput: one sentence, names the nearest option.
std::optional<Options> parse_command_line(const std::string& scenario, int argc, const char* const* argv,
                                          std::ostream& out);
std::optional<Options> parse_command_line(const std::string& scenario, int argc, const char* const* argv);

/// The folder that a run writes into: --out, or out/SCENARIO.
std::string out_folder(const Options& options);

/// `sentence` as it is, or with the line of the config file that set the option at its beginning ("--cc:
/// ...").
std::string with_place(const Options& options, const std::string& sentence);

/// The page that `--help` prints.
std::string help_text(const std::string& scenario);

/// Quotes the words for a POSIX shell where they need it.
std::string quote_command(int argc, const char* const* argv);

/// Returns how many hosts a `star` needs that does not say: the scenario's endpoints.
uint32_t hosts_needed(const Options& options);

}  // namespace hpnsim
