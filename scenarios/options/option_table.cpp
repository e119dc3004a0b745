// SPDX-License-Identifier: GPL-2.0-only
// Lists every option: its name, group, help and range, and where its value goes.
#include "options/option_table.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/collective_table.hpp"
#include "hpnsim/contents.hpp"
#include "hpnsim/fabric_choice.hpp"
#include "hpnsim/flow_formats.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/size_distribution.hpp"
#include "hpnsim/spec.hpp"
#include "hpnsim/switch_lb.hpp"
#include "hpnsim/transport_options.hpp"

#include <algorithm>
#include <limits>
#include <type_traits>

namespace hpnsim
{

namespace
{

using Set = decltype(OptionDecl::set);

/// A path to a member of Options, such as at(&Options::incast, &IncastOptions::senders).
template <class Part, class T> auto at(Part Options::*part, T Part::*member)
{
    return [part, member](Options& options) -> T& { return options.*part.*member; };
}

template <class Where> Set count(Where where, int64_t lo, int64_t hi)
{
    return [=](Options& options, const std::string& what, const std::string& text) {
        auto& target = where(options);
        target = static_cast<std::remove_reference_t<decltype(target)>>(parse_count(what, text, lo, hi));
    };
}

template <class Where> Set size(Where where)
{
    return [=](Options& options, const std::string& what, const std::string& text) {
        where(options) = parse_size(what, text);
    };
}

template <class Where> Set number(Where where, double lo, double hi, const char* unit)
{
    return [=](Options& options, const std::string& what, const std::string& text) {
        where(options) = parse_range(what, text, lo, hi, unit);
    };
}

template <class Where> Set text_of(Where where)
{
    return [=](Options& options, const std::string&, const std::string& text) { where(options) = text; };
}

/// One more word of a list.
template <class Where> Set words_of(Where where)
{
    return [=](Options& options, const std::string&, const std::string& text) {
        where(options).push_back(text);
    };
}

/// A text that must read as NAME[:key=value,...]; the names are checked where they are known.
template <class Where> Set spec_of(Where where)
{
    return [=](Options& options, const std::string& what, const std::string& text) {
        parse_spec(what, text);
        auto& target = where(options);
        if constexpr (std::is_same_v<std::remove_reference_t<decltype(target)>, std::string>)
            target = text;
        else
            target.push_back(text);
    };
}

template <class Where> Set flag(Where where)
{
    return [=](Options& options, const std::string& what, const std::string& text) {
        if (text != "true" && text != "false") throw BadInput(what + ": '" + text + "' is not true or false");
        where(options) = text == "true";
    };
}

/// One of the names.
template <class Where> Set one_of(Where where, const std::vector<std::string>& names)
{
    return [=](Options& options, const std::string& what, const std::string& text) {
        if (std::find(names.begin(), names.end(), text) == names.end())
            throw BadInput(what + ": no '" + text + "'; the nearest is '" + nearest(text, names) + "'");
        where(options) = text;
    };
}

constexpr int64_t kMaxEndpoints = 1 << 20;

using Table = std::vector<OptionDecl>;

void add_incast(Table& t)
{
    const std::string g = "What happens";
    const auto in = &Options::incast;
    t.push_back({"senders", "N", g, "number of senders, which all send at once (default 16)",
                 count(at(in, &IncastOptions::senders), 1, kMaxEndpoints)});
    t.push_back({"size", "SIZE", g,
                 "bytes that each sender sends in each round: 4096, 64K, 1M, 2G (default 1M)",
                 size(at(in, &IncastOptions::size))});
    t.push_back({"rounds", "R", g, "repeat R times, each time on an empty network (default 1)",
                 count(at(in, &IncastOptions::rounds), 1, 1'000'000)});
    t.push_back({"placement", "WHERE", g,
                 "rail: the receiver is GPU 0 of host 0, sender i is GPU 0 of host i (default); "
                 "cross-segment: the receiver is in segment 0, the senders are on its rail in the other "
                 "segments; index: endpoints 0, 1, 2, ...",
                 one_of(at(in, &IncastOptions::placement), {"rail", "cross-segment", "index"})});
    t.push_back({"verb", "NAME", g,
                 "write: senders WRITE (default); send: they SEND into posted receives; read: the receiver "
                 "READs from them",
                 one_of(at(in, &IncastOptions::verb), {"write", "send", "read"})});
}

/// Writes "ring: TEXT; hierarchical: TEXT" for those that have one; TEXT alone where there is no choice.
std::string help_of(const Operation& operation, const char* CollectiveInfo::*text)
{
    const std::vector<const CollectiveOps*> all = collectives_of(operation);
    std::string help;
    for (const CollectiveOps* ops : all) {
        if (*(ops->info.*text) == '\0') continue;
        if (!help.empty()) help += "; ";
        if (all.size() > 1) help += std::string(ops->info.name) + ": ";
        help += ops->info.*text;
        if (text == &CollectiveInfo::doc && ops == all.front()) help += " (default)";
    }
    return help;
}

/// Adds an option for the choice, but none where there is only one.
template <class Where>
void add_algorithm(Table& t, const std::string& group, const Operation& operation, Where where)
{
    if (collectives_of(operation).size() < 2) return;
    t.push_back({"algorithm", "NAME", group, help_of(operation, &CollectiveInfo::doc),
                 [where, &operation](Options& options, const std::string& what, const std::string& text) {
                     where(options) = find_collective(what, operation, text).info.name;
                 }});
}

void add_channels(Table& t, const std::string& group, const Operation& operation, const Set& set)
{
    const std::string help = help_of(operation, &CollectiveInfo::channels);
    if (!help.empty()) t.push_back({"channels", "C", group, help, set});
}

void add_chunk(Table& t, const std::string& group, const Operation& operation, const Set& set)
{
    const std::string help = help_of(operation, &CollectiveInfo::chunk);
    if (!help.empty()) t.push_back({"chunk", "SIZE", group, help, set});
}

void add_allreduce(Table& t)
{
    const std::string g = "What happens";
    const auto in = &Options::allreduce;
    t.push_back({"ranks", "N", g, "number of GPUs, which fill hosts in order (default 64)",
                 count(at(in, &AllreduceOptions::ranks), 2, kMaxEndpoints)});
    t.push_back({"size", "SIZE", g, "bytes of the buffer that is reduced: 64K, 16M, 1G (default 16M)",
                 size(at(in, &AllreduceOptions::size))});
    add_algorithm(t, g, kAllReduce, at(in, &AllreduceOptions::algorithm));
    add_channels(t, g, kAllReduce, count(at(in, &AllreduceOptions::channels), 1, 1024));
    add_chunk(t, g, kAllReduce, size(at(in, &AllreduceOptions::chunk)));
    t.push_back({"iterations", "K", g, "repeat K times, with a barrier between iterations (default 1)",
                 count(at(in, &AllreduceOptions::iterations), 1, 1'000'000)});
    t.push_back({"messages", "", g, "write a row of flows.csv for every message",
                 flag(at(in, &AllreduceOptions::messages))});
}

void add_alltoall(Table& t)
{
    const std::string g = "What happens";
    const auto in = &Options::alltoall;
    t.push_back({"ranks", "N", g, "number of GPUs, which fill hosts in order (default 64)",
                 count(at(in, &AlltoallOptions::ranks), 2, kMaxEndpoints)});
    t.push_back(
        {"size", "SIZE", g,
         "bytes of each rank's send buffer, of which every rank gets an Nth: 64K, 16M, 1G (default 16M)",
         size(at(in, &AlltoallOptions::size))});
    add_algorithm(t, g, kAllToAll, at(in, &AlltoallOptions::algorithm));
    add_channels(t, g, kAllToAll, count(at(in, &AlltoallOptions::channels), 1, kMaxEndpoints));
    add_chunk(t, g, kAllToAll, size(at(in, &AlltoallOptions::chunk)));
    t.push_back({"iterations", "K", g, "repeat K times, with a barrier between iterations (default 1)",
                 count(at(in, &AlltoallOptions::iterations), 1, 1'000'000)});
    t.push_back({"messages", "", g, "write a row of flows.csv for every message",
                 flag(at(in, &AlltoallOptions::messages))});
}

void add_permutation(Table& t)
{
    const std::string g = "What happens";
    const auto in = &Options::permutation;
    t.push_back({"ranks", "N", g, "number of GPUs, which fill hosts in order (default 64)",
                 count(at(in, &PermutationOptions::ranks), 2, kMaxEndpoints)});
    t.push_back({"size", "SIZE", g, "bytes that each rank sends: 64K, 2M, 1G (default 2M)",
                 size(at(in, &PermutationOptions::size))});
}

std::string joined(const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

void add_flows(Table& t)
{
    const std::string g = "What happens";
    const auto in = &Options::flows;
    t.push_back({"flow-file", "FILE", g,
                 "file with one flow per line: who sends how much to whom, and when (HPCC-sim's flow.txt)",
                 text_of(at(in, &FlowsOptions::flow_file))});
    std::string formats;
    for (const FlowFormat* format : all_flow_formats())
        formats += "; " + std::string(format->name) + ": " + format->doc;
    t.push_back({"format", "NAME", g, "of the flow file (default: detected)" + formats,
                 [](Options& options, const std::string& what, const std::string& text) {
                     options.flows.format = find_flow_format(what, text).name;
                 }});
    t.push_back(
        {"load", "L", g,
         "with --cdf: payload as a share of what every NIC can carry, above 0 and up to 1 (default 0.3)",
         number(at(in, &FlowsOptions::load), 1e-6, 1, "")});
    t.push_back(
        {"duration-us", "T", g,
         "with --cdf: flows start at random times (Poisson) for this many microseconds (default 1000)",
         number(at(in, &FlowsOptions::duration_us), 1e-3, 1e9, "us")});
}

void add_who(Table& t)
{
    const std::string g = "What runs, and over what";
    const auto in = &Options::common;
    t.push_back({"topology", "NAME[:key=value,...]", g,
                 "the fabric (default hpn); `topology --list` shows the names, `topology NAME` the keys",
                 spec_of(at(in, &CommonOptions::topology))});
    t.push_back(
        {"cc", "NAME[:key=value,...]", g,
         "congestion control (default dcqcn), repeatable; `cc --list` shows the names, `cc NAME` the keys",
         spec_of(at(in, &CommonOptions::cc)), true});
    t.push_back({"path", "NAME[:key=value,...]", g,
                 "path policy, which chooses each packet's path (default: what the CC declares), repeatable; "
                 "every --cc runs with every --path",
                 spec_of(at(in, &CommonOptions::path)), true});
    t.push_back({"receiver", "NAME[:key=value,...]", g,
                 "receiver policy: echo, cnp, credit (default: what the CC declares)",
                 spec_of(at(in, &CommonOptions::receiver))});
    t.push_back({"transport", "NAME[:key=value,...]", g,
                 "gbn, irn or rud (default: what the CC declares); keys below",
                 [](Options& options, const std::string& what, const std::string& text) {
                     parse_transport(what, text);
                     options.common.transport = text;
                 }});
    t.push_back({"fabric", "NAME[:key=value,...]", g,
                 "lossless, lossy or trimming (default: what the CC declares); keys below",
                 [](Options& options, const std::string& what, const std::string& text) {
                     parse_fabric(what, text);
                     options.common.fabric = text;
                 }});
}

void add_plugins(Table& t)
{
    const std::string g = "What runs, and over what";
    const auto in = &Options::common;
    t.push_back({"plugin", "FILE.so", g,
                 "load algorithms for --cc, --path or --receiver, repeatable (docs/add-a-cc.md)",
                 words_of(at(in, &CommonOptions::plugins)), true});
    t.push_back({"plugin-path", "DIR", g,
                 "folder in which to look for a NAME that is not built in, as NAME.so or libNAME.so, "
                 "repeatable; after it come the folders of HPNSIM_PLUGIN_PATH, separated by colons",
                 words_of(at(in, &CommonOptions::plugin_path)), true});
}

void add_wiring(Table& t)
{
    const std::string g = "Packets and paths";
    const auto in = &Options::common;
    t.push_back({"wire", "NAME", g,
                 "framing: roce, real headers with preamble, FCS and gap (default); hpcc-sim or htsim, the "
                 "packet sizes of these simulators",
                 one_of(at(in, &CommonOptions::wire), {"roce", "hpcc-sim", "htsim"})});
    t.push_back({"profile", "NAME", g,
                 "imitate another simulator's switches, NICs, timing and definitions: hpcc-sim or htsim "
                 "(default: none); it also sets --wire, and hpcc-sim --mtu, unless they are given",
                 one_of(at(in, &CommonOptions::profile), {"hpcc-sim", "htsim"})});
    t.push_back({"mtu", "N", g,
                 "payload bytes per packet, 64 to 9216 (default 4096; --profile hpcc-sim: 1000)",
                 count(at(in, &CommonOptions::mtu), 64, 9216)});
    t.push_back({"qps", "N", g, "QPs per peer, 1 to 256 (default: one per NIC port)",
                 count(at(in, &CommonOptions::qps), 1, 256)});
    t.push_back({"qp-select", "NAME", g,
                 "which QP a message takes: round-robin (default), or least-wqe, the one with the fewest "
                 "unfinished bytes",
                 one_of("qp-select", at(in, &CommonOptions::qp_select), {"round-robin", "least-wqe"})});
    t.push_back({"qp-select", "NAME", g,
                 "which QP a message takes: round-robin (default), or least-wqe, the one with the fewest "
                 "unfinished bytes",
                 one_of(at(in, &CommonOptions::qp_select), {"round-robin", "least-wqe"})});
    t.push_back(
        {"sport", "NAME", g,
         "how QPs get NIC ports and source ports: ports: QPs and connections take the NIC ports in turn, "
         "with random source ports (default); hash: the bond's hash chooses the NIC port; disjoint: as "
         "ports, but with source ports whose paths share no link, computed from the switches' hash",
         one_of(at(in, &CommonOptions::sport), {"ports", "hash", "disjoint"})});
    t.push_back(
        {"switch-lb", "NAME[:key=value,...]", g,
         "how switches choose among equal next hops: ecmp: by hash (default); adaptive: the least loaded one "
         "for each data packet; flowlet: a random one for each burst of a flow; keys below",
         [](Options& options, const std::string& what, const std::string& text) {
             parse_switch_lb(what, text);
             options.common.switch_lb = text;
         }});
}

/// Adds the options that end a run which does not end by itself.
void add_limits(Table& t, const std::string& g)
{
    const auto in = &Options::common;
    t.push_back({"stop-us", "T", g,
                 "stop at T microseconds of simulated time (default: when all flows are done)",
                 number(at(in, &CommonOptions::stop_us), 1e-6, 1e12, "us")});
    t.push_back(
        {"stall-ms", "T", g,
         "end with status 3 when nothing has been delivered for T ms of simulated time, and no pending "
         "timer, start or fault can change that; 0: never (default: 1000, or longer for long round trips)",
         number(at(in, &CommonOptions::stall_ms), 0, 1e12, "ms")});
    t.push_back({"stall-events", "N", g,
                 "end with status 3 when nothing has been delivered during N events of the simulator; 0: "
                 "never (default: 20 million plus 5000 per QP)",
                 number(at(in, &CommonOptions::stall_events), 0, 1e15, "events")});
}

void add_run(Table& t)
{
    const std::string g = "The run";
    const auto in = &Options::common;
    t.push_back({"seed", "N", g, "seed of every random stream (default 1)",
                 count(at(in, &CommonOptions::seed), 0, std::numeric_limits<int64_t>::max())});
    t.push_back({"seeds", "K", g,
                 "run K consecutive seeds; results are pooled, and their spread is shown (default 1)",
                 count(at(in, &CommonOptions::seeds), 1, 10'000)});
    t.push_back({"loss", "RATE", g, "probability that a link loses a packet, on every link (default 0)",
                 number(at(in, &CommonOptions::loss), 0, 1, "")});
    t.push_back({"faults", "FILE", g,
                 "schedule of faults, one event per line: losses, cut and flapping links, dead switches, ...",
                 text_of(at(in, &CommonOptions::faults))});
    t.push_back({"audit", "", g,
                 "check packets, buffers and PSNs during the run; at the first violation, stop with status 4 "
                 "and show the packet's history",
                 flag(at(in, &CommonOptions::audit))});
    t.push_back({"jitter-ns", "J", g, "random start jitter, uniform in 0 to J nanoseconds (default 0)",
                 number(at(in, &CommonOptions::jitter_ns), 0, 1e12, "ns")});
    add_limits(t, g);
    t.push_back({"verify", "", g,
                 "move real bytes and check every one of them; exit status 4 if one is wrong",
                 flag(at(in, &CommonOptions::verify))});
    t.push_back(
        {"inject", "HOW", g,
         "corrupt one message on purpose, to see that --verify finds it: flip (a bit), offset (a packet is "
         "written one packet too far), lost, swapped (two messages), reduce-twice (default: none)",
         [](Options& options, const std::string& what, const std::string& text) {
             injection_named(what, text);
             options.common.inject = text;
         }});
    t.push_back({"out", "DIR", g, "output folder (default out/SCENARIO); replaced only if hpnsim wrote it",
                 text_of(at(in, &CommonOptions::out))});
    t.push_back({"config", "FILE", g,
                 "INI file with the same options, as in `cc = dcqcn`; the command line wins",
                 text_of(at(in, &CommonOptions::config))});
    t.push_back(
        {"pcap", "LIST", g,
         "capture ports in both directions into DIR/runs/LABEL/pcap: nic0, nic0:1 (endpoint and port), tor "
         "0:5 (switch and port, by the names of `topology`), all-nics, all-nics:0; separated by commas",
         text_of(at(in, &CommonOptions::pcap))});
    t.push_back({"trace", "LIST", g,
                 "record every event that the CC of a QP receives, and its answer, into DIR/runs/LABEL/trace "
                 "(read by `cc NAME --replay`): nic3 (what it sends), 3-0 (from endpoint 3 to 0), qp1, "
                 "3-0:qp1, all; separated by commas",
                 text_of(at(in, &CommonOptions::trace))});
    t.push_back({"series-us", "T", g,
                 "sample every T microseconds each QP's rate, window, in-flight bytes and goodput, and each "
                 "port's queue and pauses, into DIR/runs/LABEL/series.csv (default: never)",
                 number(at(in, &CommonOptions::series_us), 1e-3, 1e9, "us")});
    t.push_back({"series-only", "LIST", g, "sample only these NICs and switch ports, named as for --pcap",
                 text_of(at(in, &CommonOptions::series_only))});
    t.push_back({"series-rows", "N", g,
                 "end sampling, with a warning, after this many rows of series.csv; a million rows take "
                 "about 60 MB of memory and as much disk space (default: 5000000)",
                 count(at(in, &CommonOptions::series_rows), 1000, 1'000'000'000)});
    t.push_back({"no-plots", "", g, "write only numbers, no plots", flag(at(in, &CommonOptions::no_plots))});
    t.push_back({"quiet", "", g, "no progress line, no table", flag(at(in, &CommonOptions::quiet))});
}

}  // namespace

std::vector<OptionDecl> option_table(const std::string& scenario)
{
    Table table;
    if (scenario == "incast") add_incast(table);
    if (scenario == "allreduce") add_allreduce(table);
    if (scenario == "alltoall") add_alltoall(table);
    if (scenario == "permutation") add_permutation(table);
    if (scenario == "flows") add_flows(table);
    add_who(table);
    add_plugins(table);
    add_wiring(table);
    add_run(table);
    return table;
}

const OptionDecl* find_option(const std::vector<OptionDecl>& table, const std::string& name)
{
    for (const OptionDecl& option : table)
        if (option.name == name) return &option;
    return nullptr;
}

std::vector<std::string> option_names(const std::vector<OptionDecl>& table)
{
    std::vector<std::string> names = {"help", "version"};
    for (const OptionDecl& option : table) names.push_back(option.name);
    return names;
}

}  // namespace hpnsim
