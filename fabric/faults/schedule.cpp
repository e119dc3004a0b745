// SPDX-License-Identifier: GPL-2.0-only
// Keeps one table of the actions of a fault schedule: what each takes, and what it becomes.
#include "faults/schedule.hpp"

#include "faults/fault_words.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/text_input.hpp"

#include <algorithm>
#include <sstream>

namespace hpnsim
{

namespace
{

using Act = Fault::Act;
using What = Impairment::What;

constexpr int64_t kMostFlaps = 1'000'000;
constexpr double kMostSeconds = 1e6;

/// One line: it names a time, an action and a place.
struct Line {
    std::string what;  ///< begins the sentence of a BadInput: FILE:LINE and the action
    Fault fault;       ///< time, place
    const FaultKeys& keys;
    const FabricPlan& fabric;
};

struct Action {
    const char* name;
    std::vector<std::string> needs, takes;  ///< keys
    const char* help;
    void (*make)(const Line&, std::vector<Fault>&);
};

Fault act(const Line& line, Act what)
{
    Fault fault = line.fault;
    fault.act = what;
    if (line.keys.has("detect")) fault.detect = line.keys.span("detect");
    if (line.keys.has("converge")) fault.converge = line.keys.span("converge");
    if (line.keys.has("failback")) fault.failback = line.keys.span("failback");
    return fault;
}

void need_one_link(const Line& line, const std::string& action)
{
    if (line.fault.node == Fault::kEveryLink)
        throw BadInput(line.what + ": " + action + " needs one node or port, not all");
}

void need_nic(const Line& line)
{
    need_one_link(line, "slow");
    if (line.fault.node >= line.fabric.endpoints)
        throw BadInput(line.what + ": " + fault_name(line.fabric, line.fault.node) +
                       " is a switch, and only a NIC can be a slow receiver; name one as in nic0");
}

void need_node(const Line& line)
{
    need_one_link(line, "this");
    if (line.fault.port != Fault::kEveryPort)
        throw BadInput(line.what + ": a whole node dies; name '" + fault_name(line.fabric, line.fault.node) +
                       "' without a port, or use down");
}

void make_down(const Line& line, std::vector<Fault>& out)
{
    need_one_link(line, "down");
    out.push_back(act(line, Act::down));
}

void make_up(const Line& line, std::vector<Fault>& out)
{
    need_one_link(line, "up");
    out.push_back(act(line, Act::up));
}

void make_kill(const Line& line, std::vector<Fault>& out)
{
    need_node(line);
    out.push_back(act(line, Act::kill));
}

void make_revive(const Line& line, std::vector<Fault>& out)
{
    need_node(line);
    out.push_back(act(line, Act::revive));
}

void make_flap(const Line& line, std::vector<Fault>& out)
{
    need_one_link(line, "flap");
    const Time down = line.keys.span("down"), up = line.keys.span("up");
    const int64_t count = line.keys.count("count", 1, kMostFlaps);
    if ((down + up).s() * static_cast<double>(count) > kMostSeconds)
        throw BadInput(line.keys.what("count") + ": the last flap would end beyond 1000000 s");
    for (int64_t i = 0; i < count; ++i) {
        out.push_back(act(line, Act::down));
        out.back().at += (down + up) * i;
        out.push_back(act(line, Act::up));
        out.back().at += (down + up) * i + down;
    }
}

Direction direction_of(const FaultKeys& keys)
{
    if (!keys.has("dir")) return Direction::both;
    const std::vector<std::string> names = {"both", "out", "in"};
    return static_cast<Direction>(parse_name(keys.what("dir"), keys.text("dir"), names));
}

Fault impair(const Line& line, What what)
{
    Fault fault = act(line, Act::impair);
    fault.direction = direction_of(line.keys);
    fault.impairment.what = what;
    if (line.keys.has("kind"))
        fault.impairment.of = parse_packets(line.keys.what("kind"), line.keys.text("kind"));
    fault.impairment.rate = line.keys.share("rate", 0);
    if (line.keys.has("by")) fault.impairment.delay = line.keys.span("by");
    return fault;
}

void make_loss(const Line& line, std::vector<Fault>& out)
{
    out.push_back(impair(line, What::loss));
}

void make_corrupt(const Line& line, std::vector<Fault>& out)
{
    out.push_back(impair(line, What::corrupt));
}

void make_duplicate(const Line& line, std::vector<Fault>& out)
{
    out.push_back(impair(line, What::duplicate));
}

void make_reorder(const Line& line, std::vector<Fault>& out)
{
    out.push_back(impair(line, What::reorder));
}

void make_burst(const Line& line, std::vector<Fault>& out)
{
    Fault fault = impair(line, What::burst);
    fault.impairment.to_bad = line.keys.share("to-bad", 0);
    fault.impairment.to_good = line.keys.share("to-good", 1);
    fault.impairment.loss_bad = line.keys.share("loss-bad", 1);
    fault.impairment.loss_good = line.keys.share("loss-good", 0);
    out.push_back(fault);
}

void make_every(const Line& line, std::vector<Fault>& out)
{
    Fault fault = impair(line, What::every);
    fault.impairment.period = static_cast<uint64_t>(line.keys.count("n", 1, int64_t{1} << 60));
    out.push_back(fault);
}

void make_jitter(const Line& line, std::vector<Fault>& out)
{
    Fault fault = impair(line, What::jitter);
    const std::string order = line.keys.has("order") ? line.keys.text("order") : "free";
    fault.impairment.keep_order = parse_name(line.keys.what("order"), order, {"keep", "free"}) == 0;
    out.push_back(fault);
}

void make_clear(const Line& line, std::vector<Fault>& out)
{
    out.push_back(act(line, Act::clear));
    out.back().direction = direction_of(line.keys);
}

void make_slow(const Line& line, std::vector<Fault>& out)
{
    need_nic(line);
    Fault fault = act(line, Act::slow);
    fault.rate = {static_cast<int64_t>(line.keys.number("gbps", 0.001, 1e6, "Gb/s") * 1e9)};
    if (line.keys.has("buffer"))
        fault.buffer = parse_size(line.keys.what("buffer"), line.keys.text("buffer"));
    out.push_back(fault);
}

void make_degrade(const Line& line, std::vector<Fault>& out)
{
    need_one_link(line, "degrade");
    constexpr double kLeast = 1e-3;  // a link must go on, and its rate be a rate
    Fault fault = act(line, Act::degrade);
    fault.share = line.keys.number("share", kLeast, 1, "");
    out.push_back(fault);
}

void make_storm(const Line& line, std::vector<Fault>& out)
{
    need_one_link(line, "storm");
    Fault fault = act(line, Act::storm);
    fault.duration = line.keys.span("for");
    if (line.keys.has("priority"))
        fault.priority = static_cast<Priority>(line.keys.count("priority", 0, kPriorities - 1));
    out.push_back(fault);
}

const std::vector<Action>& actions()
{
    // How fast the fabric reacts to this event, where `set` says something else of the others.
    static const std::vector<std::string> kReaction = {"detect", "converge"};
    static const std::vector<std::string> kRepair = {"detect", "converge", "failback"};
    static const std::vector<Action> all = {
        {"down", {}, kReaction, "cut the link at a port, or all links of a node", make_down},
        {"up", {}, kRepair, "mend what `down` has cut", make_up},
        {"flap",
         {"down", "up", "count"},
         kRepair,
         "cut the link and mend it, `count` times: it is down for `down`, then up for `up`",
         make_flap},
        {"kill", {}, kReaction, "a switch or NIC dies with all its links", make_kill},
        {"revive", {}, kRepair, "the switch or NIC works again", make_revive},
        {"loss", {"rate"}, {"kind", "dir"}, "lose packets at random", make_loss},
        {"burst",
         {"to-bad", "to-good"},
         {"loss-bad", "loss-good", "kind", "dir"},
         "lose packets in bursts (Gilbert-Elliott): probabilities of changing state, and of loss in each",
         make_burst},
        {"every", {"n"}, {"kind", "dir"}, "lose every n-th packet", make_every},
        {"corrupt", {"rate"}, {"kind", "dir"}, "spoil the ICRC: the NIC drops the packet", make_corrupt},
        {"reorder",
         {"rate", "by"},
         {"kind", "dir"},
         "hold packets back while others overtake them",
         make_reorder},
        {"duplicate", {"rate"}, {"kind", "dir"}, "deliver packets twice", make_duplicate},
        {"jitter",
         {"by"},
         {"order", "kind", "dir"},
         "add a random delay of 0 to `by`; with order=keep, packets wait for those before them",
         make_jitter},
        {"clear", {}, {"dir"}, "end the seven impairments above", make_clear},
        {"degrade",
         {"share"},
         {},
         "a link keeps only this share of its rate, in both directions; share=1 gives it back",
         make_degrade},
        {"slow", {"gbps"}, {"buffer"}, "a NIC's host takes data at only so many Gb/s per port", make_slow},
        {"storm", {"for"}, {"priority"}, "a port sends PAUSE continuously", make_storm},
    };
    return all;
}

const Action& action_named(const std::string& place, const std::string& name)
{
    std::vector<std::string> names = {"set"};
    for (const Action& action : actions()) {
        if (name == action.name) return action;
        names.emplace_back(action.name);
    }
    throw BadInput(place + ": no action '" + name + "'" + suggestion(name, names));
}

/// Reads `set detect=10us converge=1ms failback=1s`: how fast fabric and hosts react.
void read_settings(const std::string& place, const std::vector<std::string>& words, FaultPlan& plan)
{
    const FaultKeys keys(place + ": set", {words.begin() + 1, words.end()},
                         {"detect", "converge", "failback"});
    if (keys.has("detect")) plan.detect = keys.span("detect");
    if (keys.has("converge")) plan.converge = keys.span("converge");
    if (keys.has("failback")) plan.failback = keys.span("failback");
}

void read_event(const std::string& place, const std::vector<std::string>& words, const Places& places,
                FaultPlan& plan)
{
    const Time at = parse_span(place, words[0]);
    if (words.size() < 3)
        throw BadInput(place + ": an event is TIME ACTION PLACE [key=value ...], as in 100us down nic5:1");
    const Action& action = action_named(place, words[1]);
    std::vector<std::string> known = action.needs;
    known.insert(known.end(), action.takes.begin(), action.takes.end());
    const std::string what = place + ": " + action.name;
    const FaultKeys keys(what, {words.begin() + 3, words.end()}, known);
    keys.need(action.needs);
    const Places::Place where = places.find(place, words[2]);
    Fault fault;
    fault.at = at;
    fault.node = where.node;
    fault.port = where.port;
    action.make({what, fault, keys, places.fabric()}, plan.faults);
}

}  // namespace

std::string fault_name(const FabricPlan& fabric, uint32_t node)
{
    return fabric.word_name(node);
}

FaultPlan read_faults(std::istream& in, const std::string& file, const FabricPlan& fabric)
{
    const Places places(fabric);
    FaultPlan plan;
    TextLines lines(in, file);
    std::vector<std::string> words;
    while (lines.next(words)) {
        if (words[0] == "set")
            read_settings(lines.place(), words, plan);
        else
            read_event(lines.place(), words, places, plan);
    }
    std::stable_sort(plan.faults.begin(), plan.faults.end(),
                     [](const Fault& a, const Fault& b) { return a.at < b.at; });
    return plan;
}

std::string read_fault_text(const std::string& what, const std::string& path)
{
    std::string text = read_text(what, path);
    if (text.empty()) throw BadInput(what + ": '" + path + "' is empty");
    return text;
}

std::string fault_help()
{
    std::ostringstream out;
    for (const Action& action : actions()) {
        out << "  TIME " << action.name << " PLACE";
        for (const std::string& key : action.needs) out << " " << key << "=";
        for (const std::string& key : action.takes) out << " [" << key << "=]";
        out << "\n      " << action.help << "\n";
    }
    return out.str();
}

}  // namespace hpnsim
