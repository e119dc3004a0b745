// SPDX-License-Identifier: GPL-2.0-only
// Keeps the table of kinds of failures: the keys of each, and what it does to a fabric.
#include "kit/failure_story.hpp"

#include "faults/fault_words.hpp"
#include "faults/schedule.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/spec.hpp"

#include <algorithm>
#include <sstream>

namespace hpnsim
{

namespace
{

constexpr const char* kFlapping = "flapping";

/// A story on its way into a fabric.
struct Placing {
    std::string what;
    const FailureStory& story;
    const FabricPlan& plan;
    Places places;
    FabricIndex index;
    Failure made;
};

struct Kind {
    const char* name;
    std::vector<std::string> keys;  ///< beside at-us
    const char* help;
    void (*place)(Placing&);
};

// ---- what is meant ----

std::string span_text(Time time)
{
    return std::to_string(time.ps) + "ps";
}

Places::Place find(const Placing& placing, const std::string& key, const std::string& text)
{
    return placing.places.find(placing.what + ": " + key, text);
}

uint32_t nic_of(const Placing& placing)
{
    if (placing.story.nic.empty()) return 0;
    const Places::Place place = find(placing, "nic", placing.story.nic);
    if (place.port != Fault::kEveryPort || place.node >= placing.plan.endpoints)
        throw BadInput(placing.what + ": nic: '" + placing.story.nic +
                       "' is not a NIC; name one as in h0-g0 or nic0");
    return place.node;
}

/// Returns the port, which is wired.
uint16_t port_of(const Placing& placing, uint32_t nic)
{
    const std::string text = fault_name(placing.plan, nic) + ":" + std::to_string(placing.story.port);
    return find(placing, "port", text).port;
}

/// Returns the switch that is named, or the one behind the NIC's port.
uint32_t tor_of(const Placing& placing)
{
    if (placing.story.tor.empty()) {
        const uint32_t nic = nic_of(placing);
        return placing.index.end(nic, port_of(placing, nic)).peer;
    }
    const Places::Place place = find(placing, "tor", placing.story.tor);
    if (place.port != Fault::kEveryPort || place.node < placing.plan.endpoints ||
        place.node == Fault::kEveryLink)
        throw BadInput(placing.what + ": tor: '" + placing.story.tor + "' is not a switch; the nearest is '" +
                       fault_name(placing.plan, placing.plan.endpoints) + "'");
    return place.node;
}

/// Returns the port of `tor` that leads to the Agg that is named, or to the first switch of any.
uint16_t uplink_of(const Placing& placing, uint32_t tor)
{
    if (!placing.story.agg.empty())
        return find(placing, "agg", fault_name(placing.plan, tor) + ":" + placing.story.agg).port;
    for (uint16_t port = 0; port < placing.index.ports(tor); ++port) {
        const FabricIndex::End& end = placing.index.end(tor, port);
        if (end.wired && end.peer >= placing.plan.endpoints) return port;
    }
    throw BadInput(placing.what + ": '" + placing.plan.name + "' has no switch behind " +
                   fault_name(placing.plan, tor) + "; use another kind, such as tor");
}

// ---- what it does ----

/// Adds what begins at the failure and what ends it: two lines of the schedule.
void add_lines(Placing& placing, const std::string& begin, const std::string& end)
{
    std::ostringstream out;
    out << span_text(placing.story.at) << " " << begin << "\n";
    if (placing.story.repair) out << span_text(*placing.story.repair) << " " << end << "\n";
    placing.made.schedule = out.str();
}

/// How fast the failure, or its repair, is reacted to.
std::string reaction(const FailureStory& story, bool repaired)
{
    std::string text;
    if (story.detect) text += " detect=" + span_text(*story.detect);
    if (story.converge) text += " converge=" + span_text(*story.converge);
    if (repaired && story.failback) text += " failback=" + span_text(*story.failback);
    return text;
}

/// Adds the lines of something that goes down, and comes up again.
void add_outage(Placing& placing, const std::string& begin, const std::string& end)
{
    add_lines(placing, begin + " " + placing.made.place + reaction(placing.story, false),
              end + " " + placing.made.place + reaction(placing.story, true));
}

void cut(Placing& placing)
{
    add_outage(placing, "down", "up");
}

/// Names the NIC's port, and notes what is left of it.
void take_nic_port(Placing& placing, double share)
{
    const uint32_t nic = nic_of(placing);
    const uint16_t port = port_of(placing, nic);
    placing.made.place = fault_name(placing.plan, nic) + ":" + std::to_string(port);
    placing.made.ports.push_back({nic, port, share});
}

void place_nic_port(Placing& placing)
{
    take_nic_port(placing, 0);
    cut(placing);
}

/// Names the same cable from the ToR.
void place_nic_link(Placing& placing)
{
    const uint32_t nic = nic_of(placing);
    const uint16_t port = port_of(placing, nic);
    placing.made.place =
        fault_name(placing.plan, placing.index.end(nic, port).peer) + ":" + fault_name(placing.plan, nic);
    placing.made.ports.push_back({nic, port, 0});
    cut(placing);
}

/// A link that is up half of the time permits what it permits when it is up.
void place_flapping(Placing& placing)
{
    const FailureStory& story = placing.story;
    take_nic_port(placing, 1);
    const Time down{std::llround(static_cast<double>(story.period.ps) * story.duty)};
    std::ostringstream out;
    out << span_text(story.at) << " flap " << placing.made.place << " down=" << span_text(down)
        << " up=" << span_text(story.period - down) << " count=" << story.count << reaction(story, true)
        << "\n";
    placing.made.schedule = out.str();
    placing.made.last = story.at + story.period * (static_cast<int64_t>(story.count) - 1);
    placing.made.repair = placing.made.last + down;
}

void place_tor(Placing& placing)
{
    const uint32_t tor = tor_of(placing);
    placing.made.place = fault_name(placing.plan, tor);
    for (uint32_t port = 0; port < placing.index.ports(tor); ++port) {
        const FabricIndex::End& end = placing.index.end(tor, port);
        if (end.wired && end.peer < placing.plan.endpoints)
            placing.made.ports.push_back({end.peer, end.peer_port, 0});
    }
    add_outage(placing, "kill", "revive");
}

void place_agg_link(Placing& placing)
{
    const uint32_t tor = tor_of(placing);
    const uint16_t port = uplink_of(placing, tor);
    placing.made.place = fault_name(placing.plan, tor) + ":" + std::to_string(port);
    cut(placing);
}

void place_agg(Placing& placing)
{
    uint32_t agg = 0;
    if (placing.story.agg.empty()) {
        const uint32_t tor = tor_of(placing);
        agg = placing.index.end(tor, uplink_of(placing, tor)).peer;
    } else {
        const Places::Place place = find(placing, "agg", placing.story.agg);
        if (place.port != Fault::kEveryPort || place.node < placing.plan.endpoints ||
            place.node == Fault::kEveryLink)
            throw BadInput(placing.what + ": agg: '" + placing.story.agg + "' is not a switch");
        agg = place.node;
    }
    placing.made.place = fault_name(placing.plan, agg);
    add_outage(placing, "kill", "revive");
}

/// Slows the NIC's link, or a ToR's to an Agg if one is named.
void place_degraded(Placing& placing)
{
    const FailureStory& story = placing.story;
    if (story.tor.empty() && story.agg.empty()) {
        take_nic_port(placing, story.share);
    } else {
        const uint32_t tor = tor_of(placing);
        placing.made.place = fault_name(placing.plan, tor) + ":" + std::to_string(uplink_of(placing, tor));
    }
    std::ostringstream degrade;
    degrade.precision(17);
    degrade << "degrade " << placing.made.place << " share=";
    const std::string whole = degrade.str() + "1";
    degrade << story.share;
    add_lines(placing, degrade.str(), whole);
}

void place_slow_gpu(Placing& placing)
{
    const FailureStory& story = placing.story;
    if (story.rank >= placing.plan.endpoints)
        throw BadInput(placing.what + ": rank: '" + placing.plan.name + "' has GPUs 0 to " +
                       std::to_string(placing.plan.endpoints - 1) + ", and no " + std::to_string(story.rank));
    placing.made.place = "rank " + std::to_string(story.rank);
    placing.made.slow = SlowSpell{{story.rank, story.step}, story.at, story.repair.value_or(Time::max())};
}

const std::vector<Kind>& kinds()
{
    static const std::vector<Kind> all = {
        {"nic-port",
         {"nic", "port", "repair-us", "detect-us", "converge-us", "failback-us"},
         "a port of a NIC dies",
         place_nic_port},
        {"nic-link",
         {"nic", "port", "repair-us", "detect-us", "converge-us", "failback-us"},
         "the cable between a NIC and its ToR is cut; it does the same",
         place_nic_link},
        {kFlapping,
         {"nic", "port", "period-us", "duty", "count", "detect-us", "converge-us", "failback-us"},
         "that cable goes down and comes up again, several times",
         place_flapping},
        {"tor",
         {"tor", "nic", "port", "repair-us", "detect-us", "converge-us", "failback-us"},
         "a ToR dies",
         place_tor},
        {"agg-link",
         {"tor", "agg", "nic", "port", "repair-us", "detect-us", "converge-us", "failback-us"},
         "the cable between a ToR and an Agg is cut",
         place_agg_link},
        {"agg",
         {"agg", "tor", "nic", "port", "repair-us", "detect-us", "converge-us", "failback-us"},
         "an Agg dies",
         place_agg},
        {"degraded",
         {"nic", "port", "tor", "agg", "share", "repair-us"},
         "a NIC's link, or with tor or agg one of these, keeps a share of its rate",
         place_degraded},
        {"slow-gpu",
         {"rank", "step-us", "repair-us"},
         "a GPU takes longer for every step that ends at it",
         place_slow_gpu},
    };
    return all;
}

const std::vector<Setting>& settings()
{
    using S = FailureStory;
    constexpr double kMost = 1e9;  // us
    static const std::vector<Setting> list = {
        number<&S::at>("at-us", "us", "when it happens", 0, kMost),
        number<&S::repair>("repair-us", "us", "when it is repaired; auto: never", 0, kMost),
        number<&S::detect>("detect-us", "us", "until its neighbours notice; auto: 10, or that of --faults", 0,
                           kMost),
        number<&S::converge>(
            "converge-us", "us",
            "from there until routes everywhere are changed; auto: 1000, or that of --faults", 0, kMost),
        number<&S::failback>(
            "failback-us", "us",
            "from the repair's detection until a NIC's bond takes its port back; auto: 0, or "
            "that of --faults",
            0, kMost),
        text<&S::nic>("nic", "the NIC, as --faults names it; default: the first", "NAME"),
        count<&S::port>("port", "its port", 0, 7),
        text<&S::tor>("tor", "the ToR; default: the one behind that port", "NAME"),
        text<&S::agg>("agg", "the Agg; default: the first that the ToR has a link to", "NAME"),
        number<&S::share>("share", "", "what is left of the rate", 0.001, 1),
        number<&S::period>("period-us", "us", "from one flap to the next", 0.001, kMost),
        number<&S::duty>("duty", "", "share of the period in which it is down", 0.001, 0.999),
        count<&S::count>("count", "flaps", 1, 100'000),
        count<&S::rank>("rank", "the GPU", 0, 1 << 20),
        number<&S::step>("step-us", "us", "what it takes longer", 0.001, kMost),
    };
    return list;
}

std::vector<Setting> settings_of(const Kind& kind)
{
    std::vector<Setting> own;
    for (const Setting& each : settings())
        if (each.name == "at-us" ||
            std::find(kind.keys.begin(), kind.keys.end(), each.name) != kind.keys.end())
            own.push_back(each);
    return own;
}

const Kind& kind_named(const std::string& what, const std::string& name)
{
    std::vector<std::string> names;
    for (const Kind& kind : kinds()) {
        if (name == kind.name) return kind;
        names.emplace_back(kind.name);
    }
    throw BadInput(what + ": no failure '" + name + "'; the nearest is '" + nearest(name, names) + "'");
}

}  // namespace

FailureStory parse_failure(const std::string& what, const std::string& text)
{
    const Spec spec = parse_spec(what, text);
    FailureStory story;
    const Kind& kind = kind_named(what, spec.name);
    story.kind = kind.name;
    const std::vector<Setting> own = settings_of(kind);
    Keys keys;
    keys.add(own, &story);
    for (const auto& [key, value] : spec.keys) keys.set(what + " " + spec.name, key, value);
    if (story.repair && *story.repair <= story.at)
        throw BadInput(what + " " + spec.name + ": repair-us is not after at-us, which is " +
                       format_number(story.at.us()));
    if (story.failback && !story.repair && story.kind != kFlapping)
        throw BadInput(what + " " + spec.name + ": failback-us has no effect without repair-us");
    return story;
}

std::string failure_help()
{
    FailureStory standard;
    std::string help;
    for (const Kind& kind : kinds()) {
        if (!help.empty()) help += "; ";
        help += std::string(kind.name) + ": " + kind.help + " (";
        for (const Setting& setting : settings_of(kind)) {
            const std::string value = setting.write(&standard)[0].second;
            if (setting.name != "at-us") help += ", ";
            help += setting.name;
            if (!value.empty() && value != kAuto) help += "=" + value;
        }
        help += ")";
    }
    help += ". Keys:";
    for (const Setting& setting : settings()) {
        if (setting.name != settings().front().name) help += ";";
        help += " " + setting.name + ": " + setting.doc;
    }
    return help;
}

Failure place_failure(const std::string& what, const FailureStory& story, const FabricPlan& plan)
{
    Placing placing{what + " " + story.kind, story, plan, Places(plan), FabricIndex(plan), {}};
    placing.made.kind = story.kind;
    placing.made.at = placing.made.last = story.at;
    placing.made.repair = story.repair;
    kind_named(what, story.kind).place(placing);
    return placing.made;
}

}  // namespace hpnsim
