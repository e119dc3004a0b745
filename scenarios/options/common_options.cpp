// SPDX-License-Identifier: GPL-2.0-only
// Declares the options that every scenario takes, by the groups of the help.
#include "hpnsim/chosen_transport.hpp"
#include "hpnsim/contents.hpp"
#include "hpnsim/fabric_choice.hpp"
#include "hpnsim/lane.hpp"
#include "hpnsim/options.hpp"
#include "hpnsim/peer_forms.hpp"
#include "hpnsim/spec.hpp"
#include "hpnsim/switch_lb.hpp"

namespace hpnsim
{

namespace
{

using C = CommonOptions;
constexpr const char* kSpec = "NAME[:key=value,...]";

/// Takes a text that must read as NAME[:key=value,...]; the names are checked where they are known.
void check_spec(const std::string& place, const std::string& text)
{
    parse_spec(place, text);
}

std::vector<Setting> algorithms()
{
    return {
        text<&C::topology>("topology",
                           "the fabric; `topology --list` shows the names, `topology NAME` the keys", kSpec)
            .checked(check_spec),
        texts<&C::cc>(
            "cc",
            "congestion control (default dcqcn), repeatable; `cc --list` shows the names, `cc NAME` the keys",
            kSpec)
            .checked(check_spec),
        texts<&C::path>("path",
                        "path policy, which chooses each packet's path (default: what the CC declares), "
                        "repeatable; every --cc runs with every --path",
                        kSpec)
            .checked(check_spec),
        text<&C::receiver>("receiver", "receiver policy: echo, cnp, credit (default: what the CC declares)",
                           kSpec)
            .checked(check_spec),
        text<&C::transport>("transport", "gbn, irn or rud (default: what the CC declares); keys below", kSpec)
            .checked([](const std::string& place, const std::string& text) { parse_transport(place, text); }),
        text<&C::fabric>("fabric", "lossless, lossy or trimming (default: what the CC declares); keys below",
                         kSpec)
            .checked([](const std::string& place, const std::string& text) { parse_fabric(place, text); }),
        texts<&C::plugins>("plugin",
                           "load algorithms for --cc, --path or --receiver, repeatable (docs/add-a-cc.md)",
                           "FILE.so"),
        texts<&C::plugin_path>(
            "plugin-path",
            "folder in which to look for a NAME that is not built in, as NAME.so or libNAME.so, repeatable; "
            "after it come the folders of HPNSIM_PLUGIN_PATH, separated by colons",
            "DIR"),
    };
}

std::vector<Setting> wiring()
{
    return {
        one_of<&C::wire>("wire",
                         "framing: roce, real headers with preamble, FCS and gap; hpcc-sim or htsim, the "
                         "packet sizes of these simulators",
                         {"roce", "hpcc-sim", "htsim"}),
        one_of<&C::profile>(
            "profile",
            "imitate another simulator's switches, NICs, timing and definitions: hpcc-sim or htsim (default: "
            "none); it also sets --wire, and hpcc-sim --mtu, unless they are given",
            {"hpcc-sim", "htsim"}),
        count<&C::mtu>("mtu", "payload bytes per packet, 64 to 9216; --profile hpcc-sim has 1000", 64, 9216),
        count<&C::qps>("qps", "QPs per peer, 1 to 256 (default: one per NIC port)", 1, 256),
        one_of<&C::qp_select>(
            "qp-select",
            "which QP a message takes: round-robin, or least-wqe, the one with the fewest unfinished bytes",
            {"round-robin", "least-wqe"}),
        one_of<&C::sport>(
            "sport",
            "how QPs get NIC ports and source ports: ports: QPs and connections take the NIC ports in turn, "
            "with random source ports; hash: the bond's hash chooses the NIC port; disjoint: as ports, but "
            "with source ports whose paths share no link, computed from the switches' hash",
            {"ports", "hash", "disjoint"}),
        text<&C::switch_lb>(
            "switch-lb",
            "how switches choose among equal next hops: ecmp: by hash; adaptive: the least loaded one for "
            "each data packet; flowlet: a random one for each burst of a flow; rotation: each in turn for "
            "the packets to one ToR (in Aggs: to one pod); round-robin: each in turn for all packets; "
            "weighted: by hash, in proportion to the capacity that is left behind each; keys below",
            kSpec)
            .checked([](const std::string& place, const std::string& text) { parse_switch_lb(place, text); }),
    };
}

/// Adds chance, faults, and when a run ends that does not end by itself.
std::vector<Setting> course()
{
    return {
        count<&C::seed>("seed", "seed of every random stream", 0, INT64_MAX),
        count<&C::seeds>("seeds", "run K consecutive seeds; results are pooled, and their spread is shown", 1,
                         10'000)
            .as("K"),
        number<&C::loss>("loss", "", "probability that a link loses a packet, on every link", 0, 1)
            .as("RATE"),
        text<&C::faults>(
            "faults",
            "schedule of faults, one event per line: losses, cut and flapping links, dead switches, ...",
            "FILE"),
        toggle<&C::audit>("audit", "check packets, buffers and PSNs during the run; at the first violation, "
                                   "stop with status 4 and show the packet's history"),
        number<&C::jitter_ns>("jitter-ns", "ns", "random start jitter, uniform in 0 to J nanoseconds", 0,
                              1e12)
            .as("J"),
        number<&C::stop_us>("stop-us", "us",
                            "stop at T microseconds of simulated time (default: when all flows are done)",
                            1e-6, 1e12)
            .as("T"),
        number<&C::stall_ms>(
            "stall-ms", "ms",
            "end with status 3 when nothing has been delivered for T ms of simulated time, and no pending "
            "timer, start or fault can change that; 0: never (default: 1000, or longer for long round trips)",
            0, 1e12)
            .as("T"),
        number<&C::stall_events>("stall-events", "events",
                                 "end with status 3 when nothing has been delivered during N events of the "
                                 "simulator; 0: never (default: 20 million plus 5000 per QP)",
                                 0, 1e15)
            .as("N"),
        toggle<&C::verify>("verify",
                           "move real bytes and check every one of them; exit status 4 if one is wrong"),
        text<&C::inject>(
            "inject",
            "corrupt one message on purpose, to see that --verify finds it: flip (a bit), offset (a packet "
            "is written one packet too far), lost, swapped (two messages), reduce-twice (default: none)",
            "HOW")
            .checked([](const std::string& place, const std::string& text) { injection_named(place, text); }),
    };
}

/// How the simulator itself runs, which no result depends on.
std::vector<Setting> machinery()
{
    return {
        one_of<&C::engine>(
            "engine",
            "how events run: windows: node by node within the delay of the shortest link, where the run "
            "allows it; events: one by one; auto: by windows while there are many events, which large "
            "fabrics gain by. Results are the same",
            {"auto", "windows", "events"}),
        count<&C::threads>(
            "threads",
            "run different nodes of one run in N threads, while events run by windows (--engine); "
            "results are the same for every N. Pays on large fabrics. `mpirun -np N` before the command does "
            "it in N processes instead",
            1, kMaxLanes),
        toggle<&C::fast_forward>(
            "fast-forward",
            "skip time in which every flow keeps its rate; results are estimates then, and are marked as "
            "such (docs/scenarios.md says how good they are)"),
        number<&C::fast_forward_band>("fast-forward-band", "",
                                      "by which share a rate may change and still be steady", 1e-4, 0.5)
            .as("SHARE"),
        number<&C::fast_forward_settle>(
            "fast-forward-settle", "",
            "base RTTs that the network gets to settle after a flow has started or ended", 0.5, 1e6)
            .as("RTTS"),
        toggle<&C::fast_forward_check>(
            "fast-forward-check",
            "run everything in full, too, and say how far the results with --fast-forward are off"),
    };
}

std::vector<Setting> files()
{
    return {
        text<&C::out>("out", "output folder (default out/SCENARIO); replaced only if hpnsim wrote it", "DIR"),
        text<&C::config>("config",
                         "INI file with the same options, as in `cc = dcqcn`; the command line wins", "FILE"),
        text<&C::pcap>("pcap",
                       "capture ports in both directions into DIR/runs/LABEL/pcap: nic0, nic0:1 (endpoint "
                       "and port), tor 0:5 (switch and port, by the names of `topology`), all-nics, "
                       "all-nics:0; separated by commas",
                       "LIST"),
        text<&C::trace>("trace",
                        "record every event that the CC of a QP receives, and its answer, into "
                        "DIR/runs/LABEL/trace (read by `cc NAME --replay`): nic3 (what it sends), 3-0 (from "
                        "endpoint 3 to 0), qp1, 3-0:qp1, all; separated by commas",
                        "LIST"),
        number<&C::series_us>(
            "series-us", "us",
            "sample every T microseconds each QP's rate, window, in-flight bytes and goodput, and each "
            "port's queue, pauses and load, into DIR/runs/LABEL/series.csv; of jobs also the goodput of "
            "each, "
            "into job_goodput.csv (default: never)",
            1e-3, 1e9)
            .as("T"),
        text<&C::series_only>("series-only", "sample only these NICs and switch ports, named as for --pcap",
                              "LIST"),
        count<&C::series_rows>("series-rows",
                               "end sampling, with a warning, after this many rows of series.csv; a million "
                               "rows take about 60 MB of memory and as much disk space",
                               1000, 1'000'000'000),
        text<&C::timeline>("timeline",
                           "write what each rank did when, in the first seed of a run, in Chrome's trace "
                           "format, which ui.perfetto.dev and chrome://tracing open; with several runs, "
                           "each has its own, F-LABEL.json",
                           "F.json"),
        text<&C::timeline_ranks>("timeline-ranks",
                                 "show only these ranks or endpoints on the timeline, as in 0-15,64", "LIST"),
        count<&C::timeline_events>("timeline-events",
                                   "end the timeline, with a warning, after this many slices and ends of "
                                   "arrows; a message takes four; a million take about 150 MB of disk space",
                                   1000, 1'000'000'000),
        text<&C::also_write>("also-write",
                             "also write what the first seed did in other simulators' forms into "
                             "DIR/runs/LABEL: hpcc-sim (fct.txt, pfc.txt, qlen.txt), flowmon (flowmon.xml of "
                             "ns-3's FlowMonitor); separated by commas",
                             "LIST")
            .checked(
                [](const std::string& place, const std::string& text) { parse_peer_forms(place, text); }),
        toggle<&C::idle_ports>("idle-ports", "give ports that sent nothing rows in queues.csv, too"),
        toggle<&C::no_plots>("no-plots", "write only numbers, no plots"),
        toggle<&C::quiet>("quiet", "no progress line, no table but that of nccl-tests"),
    };
}

}  // namespace

const std::vector<OptionGroup>& CommonOptions::groups()
{
    static const std::vector<OptionGroup> all = [] {
        std::vector<Setting> run = course();
        for (const auto& more : {machinery(), files()}) run.insert(run.end(), more.begin(), more.end());
        return std::vector<OptionGroup>{
            {"What runs, and over what", algorithms()}, {"Packets and paths", wiring()}, {"The run", run}};
    }();
    return all;
}

}  // namespace hpnsim
