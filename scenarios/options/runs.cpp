// SPDX-License-Identifier: GPL-2.0-only
// Makes the list of runs from the options, and refuses what cannot work.
#include "hpnsim/runs.hpp"

#include "hpnsim/bad_input.hpp"
#include "options/surroundings.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

// A file name may have 255 bytes; a label is also read by people, and "-2" may follow it.
constexpr size_t kLongestLabel = 120;

/// Returns eight digits that tell long texts apart which begin alike: FNV-1a, 32 bits.
std::string digest_of(const std::string& text)
{
    uint32_t hash = 2166136261U;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    std::string digits;
    for (int shift = 28; shift >= 0; shift -= 4) digits += "0123456789abcdef"[hash >> shift & 15U];
    return digits;
}

/// Returns what a CC runs with unless the user says otherwise. uet-htsim has one transport, one kind of
/// fabric and one default path policy for all.
Defaults defaults_of(const CommonOptions& options, const Info& cc)
{
    if (options.profile != "htsim") return cc.defaults;
    return {"rud", "trimming", "mixed:preset=htsim", cc.defaults.receiver};
}

/// Says why the profile does not fit the run; empty if it does.
std::string check_profile(const std::string& profile, const std::string& transport, const std::string& fabric)
{
    if (profile != "htsim") return "";
    if (transport != "rud")
        return "--profile htsim imitates a transport that repairs single packets, so --transport " +
               transport + " cannot run under it; use --transport rud";
    if (fabric == "lossless")
        return "--profile htsim imitates switches without PFC, so --fabric lossless cannot run under it; use "
               "--fabric trimming or --fabric lossy";
    return "";
}

RunPlan plan_of(const CommonOptions& options, const Lookup& lookup, const Info& cc,
                const std::string& cc_text, const std::string& path)
{
    const Defaults defaults = defaults_of(options, cc);
    RunPlan run;
    run.cc = cc_text;
    run.path = path.empty() ? defaults.path : path;
    const Preset preset = lookup.preset ? lookup.preset(cc_text) : Preset{"", "", ""};
    Surroundings beside = surroundings_of(options, defaults, preset, lookup.profile_fabric);
    run.receiver = std::move(beside.receiver);
    run.transport = std::move(beside.transport);
    run.fabric = std::move(beside.fabric);
    run.switch_lb = parse_switch_lb("--switch-lb", options.switch_lb);
    run.label = label_of(cc_text + (options.path.size() > 1 ? "+" + path : ""));
    return run;
}

void make_unique(std::vector<RunPlan>& runs)
{
    std::vector<std::string> taken;
    for (RunPlan& run : runs) {
        std::string label = run.label;
        for (int copy = 2; std::find(taken.begin(), taken.end(), label) != taken.end(); ++copy)
            label = run.label + "-" + std::to_string(copy);
        run.label = label;
        taken.push_back(label);
    }
}

void add_pair(RunList& list, const CommonOptions& options, const Lookup& lookup, const std::string& cc_text,
              const std::string& path_text)
{
    const Info cc = lookup.cc(cc_text);
    RunPlan run = plan_of(options, lookup, cc, cc_text, path_text);
    std::string reason = check_profile(options.profile, run.transport.name, run.fabric.name);
    ReceiverTraits receiver = lookup.receiver(run.receiver);
    if (options.profile == "hpcc-sim") receiver.sends_cnps = true;  // an ACK with a mark is its CNP
    if (reason.empty())
        reason = check_pair(cc, lookup.path(run.path), run.transport.name, run.fabric.name, receiver);
    if (reason.empty()) reason = check_switch_lb(cc.name, run.switch_lb.kind, run.transport.name);
    if (reason.empty())
        list.runs.push_back(std::move(run));
    else
        list.refused.push_back({cc_text, run.path, reason});
}

}  // namespace

std::string check_pair(const Info& cc, const PathTraits& path, const std::string& transport,
                       const std::string& fabric, const ReceiverTraits& receiver)
{
    const std::string name = cc.name;
    if (path.sprays && transport != "rud")
        return name + " with --path " + path.name + " cannot run: it reorders packets, which the transport " +
               transport + " treats as loss; use --transport rud or --path ecmp";
    if (fabric == "trimming" && transport == "gbn")
        return name + " cannot run on --fabric trimming with the transport gbn, which does not understand "
                      "trimmed packets; use "
                      "--transport rud or --fabric lossless";
    if (has(cc.needs, Needs::credits) && receiver.scope != Scope::port)
        return name + " sends on credit, which --receiver " + receiver.name +
               " never grants; use --receiver credit";
    if (!has(cc.needs, Needs::credits | Needs::accepts_credits) && receiver.scope == Scope::port)
        return name + " does not use credit, so --receiver " + receiver.name +
               " has no effect on it; use --receiver " + cc.defaults.receiver;
    if (receiver.scope == Scope::port && transport != "rud")
        return name + " with --receiver " + receiver.name + " cannot run on the transport " + transport +
               ", whose headers have no room to ask for credit; use --transport rud";
    if (has(cc.needs, Needs::cnp) && !receiver.sends_cnps)
        return name + " reacts to CNPs, which --receiver " + receiver.name +
               " never sends; use --receiver cnp";
    return "";
}

RunList resolve_runs(const CommonOptions& options, const Lookup& lookup)
{
    const std::vector<std::string> paths = options.path.empty() ? std::vector<std::string>{""} : options.path;
    RunList list;
    for (const std::string& cc : options.cc)
        for (const std::string& path : paths) add_pair(list, options, lookup, cc, path);
    if (list.runs.empty() && !list.refused.empty()) {
        const size_t more = list.refused.size() - 1;
        const std::string count = more == 0 ? ""
                                  : more == 1
                                      ? " (and one more pair cannot run either)"
                                      : " (and " + std::to_string(more) + " more pairs cannot run either)";
        throw BadInput(list.refused.front().reason + count);
    }
    make_unique(list.runs);
    return list;
}

std::string label_of(const std::string& text)
{
    std::string label = text;
    for (char& c : label) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && std::string(".-=+").find(c) == std::string::npos) c = '_';
    }
    if (label.empty() || label[0] == '.') label = "_" + label;
    if (label.size() <= kLongestLabel) return label;
    return label.substr(0, kLongestLabel - 9) + "-" + digest_of(text);
}

}  // namespace hpnsim
