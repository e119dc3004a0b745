// SPDX-License-Identifier: GPL-2.0-only
// A FabricPlan says which nodes there are, what is wired to what, and which next hops are equal. It is pure
// data: the ns-3 module builds it, the `topology` tool prints it, tests walk it.
#pragma once

#include "hpnsim/settings.hpp"
#include "hpnsim/units.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hpnsim
{

/// One full-duplex link. Nodes are endpoints (NICs) 0..E-1, then switches E..E+S-1.
struct LinkPlan {
    uint32_t a = 0, b = 0;
    uint16_t a_port = 0, b_port = 0;  ///< port number at that node; a NIC's port is its plane
    Rate rate;
    Time delay;        ///< one way, the cable only
    double loss = 0;   ///< random loss rate of the link, as an input file gives it
    double share = 1;  ///< what a degraded link keeps of its rate, and of the switch queues before it
};

enum class Tier : uint8_t { tor, agg, core, other };
const char* tier_name(Tier tier);  ///< "tor", "agg", "core"; "switch" for what has no tier

struct SwitchPlan {
    Tier tier = Tier::tor;
    uint16_t ports = 0;
    uint16_t plane = 0, segment = 0, rail = 0;  ///< where they mean something
    uint32_t index = 0;                         ///< number within its tier (and plane)
    Time latency;                               ///< pipeline, charged once a packet at this switch
    Bytes buffer = 0;                           ///< shared packet buffer (FabricPlan::buffer_given)
    /// Of so many equal next hops a packet takes the one with the number of the port that it came in by,
    /// modulo so many; of another number, and if this is 0, the hash decides (HPN section 7).
    uint16_t by_port = 0;
};

/// Equal-cost next hops of a packet at a switch are the ports first..first+count-1, or the listed ones.
struct NextHops {
    uint16_t first = 0, count = 0;  ///< count 0: no route
    const uint16_t* list = nullptr;
    uint16_t port(uint32_t i) const { return list != nullptr ? list[i] : static_cast<uint16_t>(first + i); }
    bool has(uint16_t port) const
    {
        if (list == nullptr) return port >= first && port - first < count;
        for (uint32_t i = 0; i < count; ++i)
            if (list[i] == port) return true;
        return false;
    }
};

/// Knows the routes of the whole fabric; algebraic where the topology allows.
class Router
{
public:
    virtual ~Router() = default;
    /// Returns the next hops at switch number `sw` (0..S-1) toward endpoint `dst`.
    virtual NextHops next(uint32_t sw, uint32_t dst) const = 0;
};

struct NvlinkPlan {
    Rate rate;     ///< per GPU and direction; 0: no NVLink
    Time latency;  ///< GPU to NVSwitch, and again NVSwitch to GPU
};

inline constexpr uint32_t kNoNode = UINT32_MAX;

struct FabricPlan {
    std::string name;            ///< as the user wrote it
    uint32_t endpoints = 0;      ///< NICs; on HPN one per GPU, numbered host by host
    uint32_t nics_per_host = 1;  ///< endpoint / nics_per_host is the host
    uint8_t ports_per_nic = 1;   ///< the most that any has, up to kMaxNicPorts; its own: FabricIndex::ports
    bool buffer_given = false;   ///< the user chose the switches' buffers; else they may grow (BufferPlan)
    uint32_t hosts_per_segment = 0;    ///< 0: no segments
    uint32_t backups_per_segment = 0;  ///< hosts that come after all others and stand by
    uint32_t segments_per_pod = 0;     ///< 0: one pod, or none
    bool rails_apart = false;          ///< nothing in the network joins rails
    bool detours = false;              ///< some routes are longer than the shortest ones
    std::string variant;  ///< what a label has to say beyond what the user wrote: key=value, or nothing
    NvlinkPlan nvlink;
    std::vector<SwitchPlan> switches;
    std::vector<LinkPlan> links;
    std::shared_ptr<const Router> router;
    /// In files, this is each node's id, ascending among the endpoints and among the switches; if empty, a
    /// node's id is its number.
    std::vector<uint32_t> ids;
    std::vector<std::string> names;     ///< part_of(): the nodes' names in the whole; empty: it is a whole
    std::vector<std::string> warnings;  ///< sentences about what a file holds and this plan leaves out
    uint32_t oversubscription = 0;      ///< htsim files: what they state, of all tiers; 0: nobody says
    KeyTexts params;                    ///< the values in force, with units: for result headers
    Origins origins;                    ///< who has set each of them

    /// The user gave this key of the topology.
    bool given(const std::string& key) const { return origins.given(key); }
    uint32_t segment_of(uint32_t endpoint) const;  ///< of a plan with segments
    uint32_t host_of(uint32_t endpoint) const { return endpoint / nics_per_host; }
    uint32_t rail_of(uint32_t endpoint) const { return endpoint % nics_per_host; }
    uint32_t id_of(uint32_t node) const { return ids.empty() ? node : ids[node]; }
    /// Returns the node that has this id; kNoNode if there is none.
    uint32_t node_of(uint64_t id) const;
    /// True for a file in which hosts do not come first: its ids differ from the numbers of the nodes.
    bool own_ids() const { return !ids.empty() && ids[endpoints - 1] != endpoints - 1; }
    std::string host_ids() const;  ///< of a plan with ids: "1 to 3, 7"; at most eight ranges are written out
    std::string switch_ids() const;  ///< the same of the switches
    /// Returns "tor s0 r3 p1" or "agg p1 4"; with own_ids() the number is the id.
    std::string switch_name(uint32_t sw) const;
    std::string node_name(uint32_t node) const;  ///< a switch's name, or "h12 g3" for an endpoint
    std::string word_name(uint32_t node) const;  ///< the same without blanks: "h12-g3", as options write it
};

/// What a run knows, and the topology's own keys may override.
struct PlanOptions {
    std::string what = "topology";  ///< how sentences about a bad topology begin: say, the option's name
    uint32_t hosts_needed = 0;      ///< sizes a `star` that does not say
    bool descending_next_hops =
        false;                     ///< files: order of equal next hops, by node id (HPCC-sim: descending)
    Bytes file_buffer = 32 << 20;  ///< files: buffer of each switch (HPCC-sim's BUFFER_SIZE at 100G)
    uint32_t failed = 0;           ///< htsim files: how many links, or spines of two tiers, are degraded
};

/// Parses NAME[:key=value,...] and builds the plan. Throws BadInput, or BadLine of a topology file.
FabricPlan make_fabric(const std::string& text, const PlanOptions& options);
inline FabricPlan make_fabric(const std::string& text, uint32_t hosts_needed)
{
    PlanOptions options;
    options.hosts_needed = hosts_needed;
    return make_fabric(text, options);
}

/// One store-and-forward stage of a path: a link, and the pipeline latency of the switch at its end.
struct HopPlan {
    Rate rate;
    Time delay;         ///< cable
    Time latency;       ///< of the switch that it leads into; 0 at a NIC
    uint32_t ways = 1;  ///< parallel links that a sprayed message may use here at most; 1: this one
};

/// Shows a plan as adjacency. It is made once, for walking paths and for building the simulation.
class FabricIndex
{
public:
    explicit FabricIndex(const FabricPlan& plan);
    struct End {
        uint32_t link = 0;
        uint32_t peer = 0;  ///< node
        uint16_t peer_port = 0;
        bool wired = false;
        bool parallel = false;  ///< another link leads from here to the same node
    };
    /// Returns the far end of a port of a node.
    const End& end(uint32_t node, uint32_t port) const { return ends_[first_[node] + port]; }
    uint32_t ports(uint32_t node) const { return first_[node + 1] - first_[node]; }
    /// Names the direction of a link that leaves a wired port: "tor 0 -> h1". Where several links join the
    /// two nodes, it names the ports too: "tor 0:4 -> agg 1:0".
    std::string port_name(uint32_t node, uint32_t port) const;
    /// Returns the hops from `src` port `plane` to `dst`, by the first and fastest of equal next hops. Empty:
    /// there is no route.
    std::vector<HopPlan> path(uint32_t src, uint32_t dst, uint8_t plane) const;

private:
    uint32_t fastest(uint32_t node, const NextHops& next) const;
    void mark_parallel();
    const FabricPlan& plan_;
    Rate highest_;  // the highest rate of any link
    std::vector<uint32_t> first_;
    std::vector<End> ends_;
};

}  // namespace hpnsim
