// SPDX-License-Identifier: GPL-2.0-only
// Reads uet-htsim's connection matrix (.cm): a header of counts, then connections, triggers and failures,
// each a line of `key value` pairs. Starts are microseconds of which the peer keeps the whole ones.
#include "formats/flow_lines.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/flow_formats.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/quantity.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

namespace hpnsim
{

namespace
{

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr double kLatestUs = 1e12;
constexpr Time kAbsurd = microseconds(1'000'000);  // no flow of a connection matrix starts a second late

using Words = std::vector<std::string>;

bool names_connection(const std::string& word)
{
    return word.find("->") != std::string::npos;
}

const Words& header_keys()
{
    static const Words keys{"Nodes", "Connections", "Triggers", "Failures"};
    return keys;
}

class MatrixReader
{
public:
    MatrixReader(TextLines& lines, const FlowNodes& nodes) : lines_(lines), nodes_(nodes) {}

    FlowFile read()
    {
        for (Words words; lines_.next(words);) {
            place_ = lines_.place();
            read_line(words);
        }
        check_counts();
        for (size_t i = 0; i < file_.flows.size(); ++i) link(i);
        check_firings();
        return std::move(file_);
    }

private:
    /// Holds what a connection says of triggers, by the numbers of the file.
    struct Named {
        int64_t starts_on = -1, on_sent = -1, on_received = -1;
        std::string place;
    };
    struct Definition {
        FlowTrigger trigger;
        std::string place;
        uint32_t position = 0, firings = 0;
    };

    [[noreturn]] void fail(const std::string& why) const { throw BadInput(place_ + ": " + why); }

    void read_line(const Words& words)
    {
        if (names_connection(words[0]))
            read_connection(words);
        else if (words[0] == "trigger")
            read_trigger(words);
        else if (words[0] == "failure")
            fail(
                "a failure cuts a link for the whole run, which is not available here; take the line out and "
                "name the link in a faults file");
        else
            read_header(words);
    }

    void read_header(const Words& words)
    {
        const Words& keys = header_keys();
        if (std::find(keys.begin(), keys.end(), words[0]) == keys.end()) {
            Words all = keys;
            all.insert(all.end(), {"trigger", "failure"});
            fail("a line begins with S->D, " + std::string("trigger, failure or a count; there is no '") +
                 words[0] + "'" + suggestion(words[0], all));
        }
        if (words.size() != 2) fail(words[0] + " takes one number");
        if (!counts_.emplace(words[0], number(words[0], words[1], 0)).second)
            fail(words[0] + " is given twice");
        if (words[0] != "Nodes") return;
        if (counts_["Nodes"] > nodes_.endpoints)
            fail("Nodes " + words[1] + " are more than the " + std::to_string(nodes_.endpoints) +
                 " endpoints of the fabric");
        file_.nodes = static_cast<uint32_t>(counts_["Nodes"]);
    }

    int64_t number(const std::string& key, const std::string& text, int64_t least) const
    {
        return parse_count(place_ + ": " + key, text, least, kMax);
    }

    /// Returns the value after the word at `at`.
    const std::string& value(const Words& words, size_t at) const
    {
        if (at + 1 >= words.size()) fail("'" + words[at] + "' has no value");
        return words[at + 1];
    }

    void read_connection(const Words& words)
    {
        FlowSpec flow;
        Named named;
        named.place = place_;
        read_ends(words[0], flow);
        std::set<std::string> seen;
        for (size_t at = 1; at < words.size(); at += 2) {
            if (!seen.insert(words[at]).second) fail("'" + words[at] + "' is given twice");
            set(flow, named, words[at], words, at);
        }
        if (flow.bytes == 0) fail("the connection has no size");
        const bool waits = seen.count("trigger") != 0;
        if (waits == (seen.count("start") != 0))
            fail(waits ? "a connection starts at a time or on a trigger, not both"
                       : "the connection has neither start nor trigger: it would never begin");
        file_.flows.push_back(flow);
        named_.push_back(named);
    }

    void read_ends(const std::string& word, FlowSpec& flow)
    {
        const size_t arrow = word.find("->");
        flow.src = read_flow_node(place_, "source", word.substr(0, arrow), nodes());
        flow.dst = read_flow_node(place_, "destination", word.substr(arrow + 2), nodes());
        if (flow.src == flow.dst) fail("node " + word.substr(0, arrow) + " sends to itself");
    }

    /// Returns the fabric's nodes, or fewer by the file's own header; a topology file's by their ids there.
    FlowNodes nodes() const
    {
        const bool named = nodes_.plan != nullptr && nodes_.plan->own_ids();
        return file_.nodes == 0 || named ? nodes_ : FlowNodes(file_.nodes);
    }

    void set(FlowSpec& flow, Named& named, const std::string& key, const Words& words, size_t at)
    {
        static const Words keys{"id",   "start", "size", "trigger", "send_done_trigger", "recv_done_trigger",
                                "prio", "msg"};
        if (key == "msg")
            fail("several messages over one connection (msg) are not available; give each a line of its own");
        if (std::find(keys.begin(), keys.end(), key) == keys.end())
            fail("a connection has no '" + key + "'" + suggestion(key, keys));
        const std::string& text = value(words, at);
        if (key == "id")
            set_id(text);
        else if (key == "start")
            set_start(flow, text);
        else if (key == "size")
            flow.bytes = number(key, text, 1);
        else if (key == "trigger")
            named.starts_on = number(key, text, 1);
        else if (key == "send_done_trigger")
            named.on_sent = number(key, text, 1);
        else if (key == "recv_done_trigger")
            named.on_received = number(key, text, 1);
        else
            number(key, text, 0);  // prio: the peer's UEC transport does not use it either
    }

    void set_id(const std::string& text)
    {
        if (!ids_.insert(number("id", text, 1)).second) fail("id " + text + " is given to two connections");
    }

    void set_start(FlowSpec& flow, const std::string& text)
    {
        const double us = parse_range(place_ + ": start", text, 0, kLatestUs, "us");
        flow.start = microseconds(static_cast<int64_t>(us));
        if (flow.start < kAbsurd || !file_.warning.empty()) return;
        file_.warning =
            place_ + ": a flow starts at " + format_number(us) +
            " us; uet-htsim's gen_incast and gen_permutation write picoseconds where the simulator "
            "reads microseconds: if this is one of theirs, divide its starts by 10^6";
    }

    void read_trigger(const Words& words)
    {
        Definition definition;
        definition.place = place_;
        int64_t id = 0;
        bool kind = false, counted = false;
        for (size_t at = 1; at < words.size(); ++at) {
            if (words[at] == "id") {
                id = number("id", value(words, at++), 1);
            } else if (words[at] == "count") {
                definition.trigger.count =
                    static_cast<uint32_t>(parse_count(place_ + ": count", value(words, at++), 1, 1 << 30));
                counted = true;
            } else {
                definition.trigger.kind = kind_named(words[at]);
                kind = true;
            }
        }
        if (id == 0) fail("the trigger has no id");
        if (!kind) fail("a trigger is oneshot, multishot or barrier; this one says none of them");
        if (counted != (definition.trigger.kind == FlowTrigger::Kind::barrier))
            fail(counted ? "count is for a barrier" : "a barrier needs a count of firings");
        if (!triggers_.emplace(id, definition).second)
            fail("trigger " + std::to_string(id) + " is defined twice");
    }

    FlowTrigger::Kind kind_named(const std::string& word) const
    {
        if (word == "oneshot") return FlowTrigger::Kind::oneshot;
        if (word == "multishot") return FlowTrigger::Kind::multishot;
        if (word == "barrier") return FlowTrigger::Kind::barrier;
        fail("a trigger has no '" + word + "'" +
             suggestion(word, {"id", "oneshot", "multishot", "barrier", "count"}));
    }

    void check_counts()
    {
        const auto check = [this](const char* key, size_t found, const char* noun, bool needed) {
            const auto given = counts_.find(key);
            if (given == counts_.end() && needed)
                fail(std::string("the header line ") + key + " N is missing");
            const int64_t announced = given == counts_.end() ? 0 : given->second;
            if (announced != static_cast<int64_t>(found))
                fail("the file has " + std::to_string(found) + " " + noun + ", and its header announces " +
                     std::to_string(announced));
        };
        check("Connections", file_.flows.size(), "connections", true);
        check("Triggers", triggers_.size(), "triggers", false);
        check("Failures", 0, "failures", false);
        if (counts_.count("Nodes") == 0) fail("the header line Nodes N is missing");
        if (file_.flows.empty()) fail("the file holds no connections");
        for (auto& [id, definition] : triggers_) {
            definition.position = static_cast<uint32_t>(file_.triggers.size());
            file_.triggers.push_back(definition.trigger);
        }
    }

    Definition* defined(int64_t id)
    {
        if (id < 0) return nullptr;
        const auto found = triggers_.find(id);
        if (found == triggers_.end()) fail("trigger " + std::to_string(id) + " is not defined");
        return &found->second;
    }

    void link(size_t flow)
    {
        const Named& named = named_[flow];
        FlowLinks& links = file_.flows[flow].links;
        place_ = named.place;
        if (const Definition* it = defined(named.starts_on)) {
            links.starts_on = it->position;
            file_.triggers[it->position].targets.push_back(static_cast<uint32_t>(flow));
        }
        for (const auto& [id, link] :
             {std::pair(named.on_sent, &links.on_sent), std::pair(named.on_received, &links.on_received)})
            if (Definition* it = defined(id)) {
                *link = it->position;
                ++it->firings;
            }
    }

    /// Plays the whole file through without time, to check that every flow starts.
    void check_firings()
    {
        TriggerBoard board(file_.triggers);
        std::vector<uint32_t> ready;
        std::vector<bool> started(file_.flows.size());
        for (uint32_t i = 0; i < file_.flows.size(); ++i)
            if (file_.flows[i].links.starts_on == kNoTrigger) ready.push_back(i);
        while (!ready.empty()) {
            const uint32_t flow = ready.back();
            ready.pop_back();
            started[flow] = true;
            for (const uint32_t trigger :
                 {file_.flows[flow].links.on_sent, file_.flows[flow].links.on_received})
                board.fire(trigger, [&ready](uint32_t target) { ready.push_back(target); });
        }
        for (const auto& [id, definition] : triggers_) check_firings_of(id, definition);
        for (size_t i = 0; i < started.size(); ++i)
            if (!started[i])
                throw BadInput(named_[i].place + ": the connection waits for trigger " +
                               std::to_string(named_[i].starts_on) +
                               ", which never fires often enough to start it");
    }

    static void check_firings_of(int64_t id, const Definition& definition)
    {
        const FlowTrigger& trigger = definition.trigger;
        const bool once = trigger.kind == FlowTrigger::Kind::oneshot;
        if (once && definition.firings > 1)
            throw BadInput(definition.place + ": trigger " + std::to_string(id) +
                           " is oneshot and is fired " + std::to_string(definition.firings) +
                           " times; a barrier or multishot takes several");
    }

    TextLines& lines_;
    FlowNodes nodes_;
    std::string place_;
    FlowFile file_;
    std::map<std::string, int64_t> counts_;
    std::vector<Named> named_;
    std::map<int64_t, Definition> triggers_;
    std::set<int64_t> ids_;
};

struct ConnectionMatrix {
    static constexpr const char* name = "htsim";
    static constexpr const char* doc = "uet-htsim's connection matrix (.cm)";

    static bool recognises(const FirstLines& lines)
    {
        const std::string& word = lines[0][0];
        const Words& keys = header_keys();
        return names_connection(word) || word == "trigger" || word == "failure" ||
               std::find(keys.begin(), keys.end(), word) != keys.end();
    }

    static FlowFile read(TextLines& lines, const FlowNodes& nodes)
    {
        return MatrixReader(lines, nodes).read();
    }
};

}  // namespace

HPNSIM_FLOW_FORMAT(ConnectionMatrix)

}  // namespace hpnsim
