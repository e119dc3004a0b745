// SPDX-License-Identifier: GPL-2.0-only
// Lists every option: its name, group, help and range, and where its value goes.
#include "options/option_table.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/contents.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/size_distribution.hpp"
#include "hpnsim/spec.hpp"
#include "hpnsim/switch_lb.hpp"
#include "hpnsim/transport_options.hpp"
#include "hpnsim/unavailable.hpp"

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

/// One of the names; those that this version lacks are refused as such.
template <class Where>
Set one_of(const std::string& option, Where where, const std::vector<std::string>& names)
{
    return [=](Options& options, const std::string& what, const std::string& text) {
        refuse_unavailable(what, option, text);
        if (std::find(names.begin(), names.end(), text) == names.end())
            throw BadInput(what + ": no '" + text + "'; the nearest is '" + nearest(text, names) + "'");
        where(options) = text;
    };
}

Set refused(const std::string& option)
{
    return [option](Options&, const std::string& what, const std::string& text) {
        refuse_unavailable(what, option, text);
    };
}

constexpr int64_t kMaxEndpoints = 1 << 20;

using Table = std::vector<OptionDecl>;

void add_incast(Table& t)
{
    const std::string g = "What happens";
    const auto in = &Options::incast;
    t.push_back({"senders", "N", g, "how many send at once (default 16)",
                 count(at(in, &IncastOptions::senders), 1, kMaxEndpoints)});
    t.push_back({"size", "SIZE", g, "bytes of each sender and round: 4096, 64K, 1M, 2G (default 1M)",
                 size(at(in, &IncastOptions::size))});
    t.push_back({"rounds", "R", g, "repeat R times, each time on an empty network (default 1)",
                 count(at(in, &IncastOptions::rounds), 1, 1'000'000)});
    t.push_back(
        {"placement", "WHERE", g,
         "rail: receiver GPU 0 of host 0, sender i GPU 0 of host i (default); cross-segment: receiver in "
         "segment 0, senders on its rail in the other segments; index: endpoints 0, 1, 2, ...",
         one_of("placement", at(in, &IncastOptions::placement), {"rail", "cross-segment", "index"})});
    t.push_back({"verb", "NAME", g,
                 "write: senders WRITE (default); send: they SEND into posted receives; read: the receiver "
                 "READs from them",
                 one_of("verb", at(in, &IncastOptions::verb), {"write", "send", "read"})});
}

void add_allreduce(Table& t)
{
    const std::string g = "What happens";
    const auto in = &Options::allreduce;
    t.push_back({"ranks", "N", g, "GPUs, filling hosts in order (default 64)",
                 count(at(in, &AllreduceOptions::ranks), 2, kMaxEndpoints)});
    t.push_back({"size", "SIZE", g, "bytes of the buffer that is reduced: 64K, 16M, 1G (default 16M)",
                 size(at(in, &AllreduceOptions::size))});
    t.push_back({"algorithm", "NAME", g,
                 "ring: through all GPUs, a channel per rail, as NCCL builds it (default); hierarchical: "
                 "reduce-scatter in the host, a ring per rail between hosts, all-gather in the host",
                 one_of("algorithm", at(in, &AllreduceOptions::algorithm), {"ring", "hierarchical"})});
    t.push_back(
        {"channels", "C", g,
         "ring: parallel rings (default: GPUs per host, at most 8); hierarchical: chunks under way at once "
         "(default 16)",
         count(at(in, &AllreduceOptions::channels), 1, 1024)});
    t.push_back(
        {"chunk", "SIZE", g,
         "ring: cut each step into pieces that travel on their own (default: one piece); hierarchical: "
         "piece of a shard (default: a 16th, but 16K per host at least)",
         size(at(in, &AllreduceOptions::chunk))});
    t.push_back({"iterations", "K", g, "repeat K times, with a barrier between (default 1)",
                 count(at(in, &AllreduceOptions::iterations), 1, 1'000'000)});
    t.push_back({"messages", "", g, "write a row of flows.csv for every message",
                 flag(at(in, &AllreduceOptions::messages))});
}

void add_alltoall(Table& t)
{
    const std::string g = "What happens";
    const auto in = &Options::alltoall;
    t.push_back({"ranks", "N", g, "GPUs, filling hosts in order (default 64)",
                 count(at(in, &AlltoallOptions::ranks), 2, kMaxEndpoints)});
    t.push_back({"size", "SIZE", g,
                 "bytes of each rank's send buffer, an Nth of it for every rank: 64K, 16M, 1G (default 16M)",
                 size(at(in, &AlltoallOptions::size))});
    t.push_back({"channels", "C", g, "blocks that a rank exchanges at once (default 8)",
                 count(at(in, &AlltoallOptions::channels), 1, kMaxEndpoints)});
    t.push_back({"iterations", "K", g, "repeat K times, with a barrier between (default 1)",
                 count(at(in, &AlltoallOptions::iterations), 1, 1'000'000)});
    t.push_back({"messages", "", g, "write a row of flows.csv for every message",
                 flag(at(in, &AlltoallOptions::messages))});
}

void add_permutation(Table& t)
{
    const std::string g = "What happens";
    const auto in = &Options::permutation;
    t.push_back({"ranks", "N", g, "GPUs, filling hosts in order (default 64)",
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
                 "who sends how much to whom and when, a line a flow (HPCC-sim's flow.txt)",
                 text_of(at(in, &FlowsOptions::flow_file))});
    t.push_back({"format", "NAME", g,
                 "of the flow file: hpcc, or htsim, a connection matrix (default: detected)",
                 one_of("format", at(in, &FlowsOptions::format), {"hpcc", "htsim"})});
    t.push_back(
        {"cdf", "NAME or FILE", g,
         "instead of a file of flows: random ones, sizes from this distribution (lines of 'bytes percent'); "
         "built in: " +
             joined(size_distribution_names()),
         text_of(at(in, &FlowsOptions::cdf))});
    t.push_back({"load", "L", g,
                 "with --cdf: payload as a share of what every NIC carries, above 0, to 1 (default 0.3)",
                 number(at(in, &FlowsOptions::load), 1e-6, 1, "")});
    t.push_back({"duration-us", "T", g,
                 "with --cdf: flows start at random (Poisson) for so many microseconds (default 1000)",
                 number(at(in, &FlowsOptions::duration_us), 1e-3, 1e9, "us")});
}

void add_who(Table& t)
{
    const std::string g = "What runs, and over what";
    const auto in = &Options::common;
    t.push_back({"topology", "NAME[:key=value,...]", g,
                 "the fabric (default hpn); `topology --list` shows the names, `topology NAME` the keys",
                 spec_of(at(in, &CommonOptions::topology))});
    t.push_back({"cc", "NAME[:key=value,...]", g,
                 "rate law (default dcqcn), repeatable; `cc --list` shows the names, `cc NAME` the keys",
                 spec_of(at(in, &CommonOptions::cc)), true});
    t.push_back(
        {"path", "NAME[:key=value,...]", g,
         "per-packet path choice (default: what the CC declares), repeatable; every --cc runs with every "
         "--path",
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
    t.push_back(
        {"plugin-path", "DIR", g,
         "where a NAME that is not built in is looked for, as NAME.so or libNAME.so, repeatable; then in "
         "the folders of HPNSIM_PLUGIN_PATH, separated by colons",
         words_of(at(in, &CommonOptions::plugin_path)), true});
}

void add_wiring(Table& t)
{
    const std::string g = "Packets and paths";
    const auto in = &Options::common;
    t.push_back({"wire", "NAME", g,
                 "framing: roce, true headers with preamble, FCS and gap (default); hpcc-sim, htsim: the "
                 "peers' sizes",
                 one_of("wire", at(in, &CommonOptions::wire), {"roce", "hpcc-sim", "htsim"})});
    t.push_back({"profile", "NAME", g,
                 "a peer simulator's switches and NICs, timing and definitions: hpcc-sim, htsim (default: "
                 "none); hpcc-sim sets --wire and --mtu too unless they are given",
                 one_of("profile", at(in, &CommonOptions::profile), {"hpcc-sim", "htsim"})});
    t.push_back({"mtu", "N", g,
                 "payload bytes per packet, 64 to 9216 (default 4096; --profile hpcc-sim: 1000)",
                 count(at(in, &CommonOptions::mtu), 64, 9216)});
    t.push_back({"qps", "N", g, "QPs per peer, 1 to 256 (default: one per NIC port)",
                 count(at(in, &CommonOptions::qps), 1, 256)});
    t.push_back(
        {"qp-select", "NAME", g,
         "which QP a message takes: round-robin (default), or least-wqe, with the fewest bytes unfinished",
         one_of("qp-select", at(in, &CommonOptions::qp_select), {"round-robin", "least-wqe"})});
    t.push_back({"sport", "NAME", g,
                 "how QPs find ports and paths: ports, a peer's QPs and a NIC's peers on its ports in turn, "
                 "source port random (default); hash, left to the bond's hash; disjoint, as ports, on paths "
                 "that share no link, computed from the switches' hash",
                 one_of("sport", at(in, &CommonOptions::sport), {"ports", "hash", "disjoint"})});
    t.push_back(
        {"switch-lb", "NAME[:key=value,...]", g,
         "the switch's choice among equal next hops: ecmp, by hash (default); adaptive, each data packet "
         "to the least loaded; flowlet, each burst of a flow at random; keys below",
         [](Options& options, const std::string& what, const std::string& text) {
             parse_switch_lb(what, text);
             options.common.switch_lb = text;
         }});
}

/// When a run ends that does not end by itself.
void add_limits(Table& t, const std::string& g)
{
    const auto in = &Options::common;
    t.push_back({"stop-us", "T", g, "stop at T microseconds of simulated time (default: when all is done)",
                 number(at(in, &CommonOptions::stop_us), 1e-6, 1e12, "us")});
    t.push_back(
        {"stall-ms", "T", g,
         "end with status 3 when nothing was delivered for T ms of simulated time, and no timer, start "
         "or fault that is due will change it; 0: never (default: 1000, longer where round trips are)",
         number(at(in, &CommonOptions::stall_ms), 0, 1e12, "ms")});
    t.push_back({"stall-events", "N", g,
                 "end with status 3 when nothing was delivered in N events of the simulator; 0: never "
                 "(default: 20 million, and 5000 more a QP)",
                 number(at(in, &CommonOptions::stall_events), 0, 1e15, "events")});
}

void add_run(Table& t)
{
    const std::string g = "The run";
    const auto in = &Options::common;
    t.push_back({"seed", "N", g, "seed of every random stream (default 1)",
                 count(at(in, &CommonOptions::seed), 0, std::numeric_limits<int64_t>::max())});
    t.push_back({"seeds", "K", g, "run K consecutive seeds, pooled and with their spread (default 1)",
                 count(at(in, &CommonOptions::seeds), 1, 10'000)});
    t.push_back({"loss", "RATE", g, "probability that a link loses a packet, on every link (default 0)",
                 number(at(in, &CommonOptions::loss), 0, 1, "")});
    t.push_back({"faults", "FILE", g,
                 "a schedule of faults, an event a line: losses, cut and flapping links, dead switches, ...",
                 text_of(at(in, &CommonOptions::faults))});
    t.push_back({"audit", "", g,
                 "check packets, buffers and PSNs while running; stop with status 4 and the packet's history",
                 flag(at(in, &CommonOptions::audit))});
    t.push_back({"jitter-ns", "J", g, "random start jitter, uniform in 0 to J nanoseconds (default 0)",
                 number(at(in, &CommonOptions::jitter_ns), 0, 1e12, "ns")});
    add_limits(t, g);
    t.push_back({"verify", "", g,
                 "move real bytes and check every one of them; exit status 4 if one is wrong",
                 flag(at(in, &CommonOptions::verify))});
    t.push_back(
        {"inject", "HOW", g,
         "spoil one message on purpose, to see --verify find it: flip a bit, write a packet one packet "
         "further (offset), lost, two messages swapped, reduce-twice (default: none)",
         [](Options& options, const std::string& what, const std::string& text) {
             injection_named(what, text);
             options.common.inject = text;
         }});
    t.push_back({"out", "DIR", g, "output folder (default out/SCENARIO); replaced only if hpnsim wrote it",
                 text_of(at(in, &CommonOptions::out))});
    t.push_back({"config", "FILE", g, "an INI file of the same keys, `cc = dcqcn`; the command line wins",
                 text_of(at(in, &CommonOptions::config))});
    t.push_back(
        {"pcap", "LIST", g,
         "capture ports, both directions, into DIR/runs/LABEL/pcap: nic0, nic0:1 (endpoint and port), "
         "a switch as `topology` calls it and its port (tor 0:5), all-nics, all-nics:0; separated by commas",
         text_of(at(in, &CommonOptions::pcap))});
    t.push_back(
        {"trace", "LIST", g,
         "record all that the rate laws of QPs see and answer, into DIR/runs/LABEL/trace (read by `cc "
         "NAME --replay`): nic3 (what it sends), 3-0 (from endpoint 3 to 0), qp1, 3-0:qp1, all; "
         "separated by commas",
         text_of(at(in, &CommonOptions::trace))});
    t.push_back({"series-us", "T", g,
                 "sample every T microseconds each QP's rate, window, in-flight bytes and goodput, and each "
                 "port's queue and pauses, into DIR/runs/LABEL/series.csv (default: never)",
                 number(at(in, &CommonOptions::series_us), 1e-3, 1e9, "us")});
    t.push_back({"series-only", "LIST", g, "sample these NICs and switch ports alone, named as for --pcap",
                 text_of(at(in, &CommonOptions::series_only))});
    t.push_back({"series-rows", "N", g,
                 "end sampling, with a word, after so many rows of series.csv: a million take about 60 MB of "
                 "memory and as much of the disk (default: 5000000)",
                 count(at(in, &CommonOptions::series_rows), 1000, 1'000'000'000)});
    t.push_back({"no-plots", "", g, "write the numbers only", flag(at(in, &CommonOptions::no_plots))});
    t.push_back({"quiet", "", g, "no progress line, no table", flag(at(in, &CommonOptions::quiet))});
}

/// Common options that the contract names and that this version refuses whatever their value.
void add_refused(Table& t)
{
    for (const Unavailable& each : unavailable()) {
        const bool own = find_option(t, each.option) != nullptr;
        const std::string name = each.option;
        if (each.value[0] == '\0' && !own) t.push_back({name, "X", "", "", refused(name), true});
    }
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
    add_refused(table);
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
    for (const OptionDecl& option : table)
        if (!option.group.empty()) names.push_back(option.name);
    return names;
}

}  // namespace hpnsim
