// SPDX-License-Identifier: GPL-2.0-only
// HPCC-sim's topology.txt, and those of its relatives ns3-rdma and ns3-datacenter, read strictly. The peers
// read them with >>, without any check.
#include "files/formats.hpp"
#include "files/tokens.hpp"
#include "generators/builders.hpp"

#include <algorithm>
#include <istream>

namespace hpnsim
{

namespace
{

constexpr uint64_t kMostNodes = 1 << 20;
constexpr uint64_t kMostPorts = 65535;

class HpccReader
{
public:
    HpccReader(std::istream& in, const std::string& file, const PlanOptions& options)
        : tokens_(in, file), options_(options)
    {
    }

    FabricPlan read()
    {
        read_header();
        read_switches();
        number_nodes();
        for (uint64_t i = 0; i < links_; ++i) read_link();
        finish_ports();
        set_tiers();
        plan_.router = shortest_path_router(plan_, options_.descending_next_hops);
        check_reachable();
        const std::string left_out = tokens_.leave_out_rest("link " + std::to_string(links_) +
                                                            ", the last that the first line announces");
        if (!left_out.empty()) plan_.warnings.push_back(left_out);
        return std::move(plan_);
    }

private:
    /// Reads the header. HPCC-sim's has nodes, switches and links. ns3-datacenter's has the number of ToRs
    /// before that of the links, and in some of its programs two capacities behind it; its switches are known
    /// by their ids all the same.
    void read_header()
    {
        const size_t words = tokens_.words_ahead();
        const bool tors = words == 4 || words == 6;
        nodes_ = tokens_.whole("the number of nodes", 3, kMostNodes);
        switches_ = tokens_.whole("the number of switches", 1, kMostNodes);
        if (switches_ + 2 > nodes_)
            tokens_.fail(std::to_string(switches_) + " switches leave fewer than two hosts of " +
                         std::to_string(nodes_) + " nodes");
        if (tors) tokens_.whole("the number of ToRs", 0, switches_);
        links_ = tokens_.whole("the number of links", 1, 8 << 20);
        for (size_t i = 4; tors && i < words; ++i) tokens_.skip_number("a capacity in the first line");
    }

    void read_switches()
    {
        is_switch_.assign(nodes_, false);
        for (uint64_t i = 0; i < switches_; ++i) {
            const uint64_t id = node("a switch");
            if (is_switch_[id]) tokens_.fail("switch " + std::to_string(id) + " is listed twice");
            is_switch_[id] = true;
        }
    }

    uint64_t node(const char* what) { return tokens_.whole(std::string("the id of ") + what, 0, nodes_ - 1); }

    /// Endpoints get the lower numbers and switches the rest, each in ascending order of ids.
    void number_nodes()
    {
        plan_.endpoints = static_cast<uint32_t>(nodes_ - switches_);
        uint32_t host = 0, sw = plan_.endpoints;
        for (uint64_t id = 0; id < nodes_; ++id) number_.push_back(is_switch_[id] ? sw++ : host++);
        plan_.ids.resize(nodes_);
        for (uint64_t id = 0; id < nodes_; ++id) plan_.ids[number_[id]] = static_cast<uint32_t>(id);
        plan_.switches.resize(switches_);
        for (SwitchPlan& it : plan_.switches) it.buffer = options_.file_buffer;
        used_ports_.assign(nodes_, 0);
    }

    uint16_t new_port(uint64_t id)
    {
        const uint64_t most = is_switch_[id] ? kMostPorts : 8;
        if (used_ports_[id] == most)
            tokens_.fail("node " + std::to_string(id) + " has more than " + std::to_string(most) + " links");
        return static_cast<uint16_t>(used_ports_[id]++);
    }

    void read_link()
    {
        const uint64_t a = node("a link's first node");
        const bool four = tokens_.words_on_line() == 4;
        const uint64_t b = node("a link's second node");
        if (a == b) tokens_.fail("node " + std::to_string(a) + " is linked to itself");
        if (!is_switch_[a] && !is_switch_[b])
            tokens_.fail("hosts " + std::to_string(a) + " and " + std::to_string(b) +
                         " are linked to each other; one end must be a switch");
        LinkPlan link;
        link.rate = tokens_.rate();
        link.delay = tokens_.delay();
        if (plan_.links.empty()) without_loss_ = four;
        if (!without_loss_) link.loss = tokens_.fraction("the error rate");
        if (without_loss_ && !tokens_.line_done())
            tokens_.fail("the first link has no error rate, and this one has; give all of them one, or none");
        link.a = number_[a];
        link.b = number_[b];
        link.a_port = new_port(a);
        link.b_port = new_port(b);
        plan_.links.push_back(link);
    }

    void finish_ports()
    {
        uint32_t most = 1;
        for (uint64_t id = 0; id < nodes_; ++id) {
            if (is_switch_[id])
                plan_.switches[number_[id] - plan_.endpoints].ports = static_cast<uint16_t>(used_ports_[id]);
            else if (used_ports_[id] == 0)
                tokens_.fail("host " + std::to_string(id) + " has no link");
            else
                most = std::max(most, used_ports_[id]);
        }
        plan_.ports_per_nic = static_cast<uint8_t>(most);
    }

    /// A switch with hosts is a ToR, its neighbours are Aggs, and theirs are cores; a switch farther away has
    /// no tier.
    void set_tiers()
    {
        const uint32_t first = plan_.endpoints;
        std::vector<int> level(plan_.switches.size(), 3);
        for (int round = 0; round < 3; ++round)
            for (const LinkPlan& link : plan_.links)
                for (const auto& [node, peer] : {std::pair(link.a, link.b), std::pair(link.b, link.a)}) {
                    const int below = peer < first ? -1 : level[peer - first];
                    if (node >= first && below == round - 1)
                        level[node - first] = std::min(level[node - first], round);
                }
        uint32_t count[4] = {0, 0, 0, 0};
        for (uint32_t i = 0; i < level.size(); ++i) {
            plan_.switches[i].tier = static_cast<Tier>(level[i]);
            plan_.switches[i].index = count[level[i]]++;
        }
    }

    /// Checks that every host reaches every other host, whichever port it sends from.
    void check_reachable() const
    {
        std::vector<bool> has_host(plan_.switches.size(), false);
        for (const LinkPlan& link : plan_.links) {
            if (link.a < plan_.endpoints) has_host[link.b - plan_.endpoints] = true;
            if (link.b < plan_.endpoints) has_host[link.a - plan_.endpoints] = true;
        }
        for (uint32_t sw = 0; sw < plan_.switches.size(); ++sw)
            for (uint32_t host = 0; has_host[sw] && host < plan_.endpoints; ++host)
                if (plan_.router->next(sw, host).count == 0)
                    tokens_.fail("host " + std::to_string(plan_.id_of(host)) +
                                 " cannot be reached from switch " +
                                 std::to_string(plan_.id_of(plan_.endpoints + sw)) + ", which has hosts");
    }

    Tokens tokens_;
    const PlanOptions& options_;
    FabricPlan plan_;
    uint64_t nodes_ = 0, switches_ = 0, links_ = 0;
    bool without_loss_ = false;  ///< true for ns3-rdma, whose links have no such column
    std::vector<bool> is_switch_;
    std::vector<uint32_t> number_;      ///< node of the plan, by file id
    std::vector<uint32_t> used_ports_;  ///< by file id
};

}  // namespace

FabricPlan read_hpcc_topology(std::istream& in, const std::string& file, const PlanOptions& options)
{
    return HpccReader(in, file, options).read();
}

namespace
{

/// Numbers alone are no mark of any format, and a file that is none is best told what it lacks of this one.
Likeness recognise(const std::vector<std::string>&)
{
    return Likeness::possible;
}

}  // namespace

HPNSIM_TOPOLOGY_FORMAT(HpccFile, "hpcc", recognise, read_hpcc_topology, false)

}  // namespace hpnsim
