// SPDX-License-Identifier: GPL-2.0-only
// Lists nodes with their ports, and the paths between two endpoints.
#include "hpnsim/list_fabric.hpp"

#include "hpnsim/describe_fabric.hpp"

#include <ostream>
#include <vector>

namespace hpnsim
{

namespace
{

std::string place(const FabricPlan& plan, uint32_t node, uint32_t port)
{
    return plan.word_name(node) + ":" + std::to_string(port);
}

/// Writes all paths from one port, depth first.
class PathList
{
public:
    PathList(std::ostream& out, const FabricPlan& plan, uint32_t dst, uint64_t most)
        : out_(out), plan_(plan), index_(plan), dst_(dst), most_(most)
    {
    }

    const FabricIndex& index() const { return index_; }

    void from(uint32_t node, uint32_t port)
    {
        if (written_ == most_ || places_.size() > plan_.switches.size()) return;
        if (port >= index_.ports(node) || !index_.end(node, port).wired) return;
        const FabricIndex::End& far = index_.end(node, port);
        places_.push_back(place(plan_, node, port));
        if (far.peer == dst_) write();
        if (far.peer >= plan_.endpoints) {
            const NextHops next = next_hops(plan_, far.peer - plan_.endpoints, far.peer_port, dst_);
            for (uint32_t i = 0; i < next.count; ++i) from(far.peer, next.port(i));
        }
        places_.pop_back();
    }

    uint64_t written() const { return written_; }

private:
    void write()
    {
        ++written_;
        out_ << "path       ";
        for (const std::string& each : places_) out_ << each << " > ";
        out_ << plan_.word_name(dst_) << "\n";
    }

    std::ostream& out_;
    const FabricPlan& plan_;
    FabricIndex index_;
    uint32_t dst_;
    uint64_t most_, written_ = 0;
    std::vector<std::string> places_;
};

}  // namespace

void list_nodes(std::ostream& out, const FabricPlan& plan)
{
    const FabricIndex index(plan);
    for (uint32_t node = 0; node < plan.endpoints + plan.switches.size(); ++node) {
        out << plan.word_name(node);
        if (node < plan.endpoints) out << " nic" << plan.id_of(node);
        for (uint32_t port = 0; port < index.ports(node); ++port) {
            const FabricIndex::End& end = index.end(node, port);
            if (end.wired) out << " " << port << ">" << place(plan, end.peer, end.peer_port);
        }
        out << "\n";
    }
}

void list_paths(std::ostream& out, const FabricPlan& plan, uint32_t src, uint32_t dst, uint64_t most)
{
    PathList list(out, plan, dst, most);
    uint64_t ways = 0;
    for (uint32_t port = 0; port < list.index().ports(src); ++port) {
        ways += between(plan, list.index(), src, dst, static_cast<uint8_t>(port)).ways;
        list.from(src, port);
    }
    const std::string pair = plan.word_name(src) + " to " + plan.word_name(dst);
    if (ways == 0)
        out << "paths      " << pair << ": none in the network"
            << (plan.rails_apart ? "; rails are joined by NVLink alone" : "") << "\n";
    else
        out << "paths      " << pair << ": " << ways << (list.written() < ways ? ", the first " : "")
            << (list.written() < ways ? std::to_string(list.written()) + " are listed" : "") << "\n";
}

}  // namespace hpnsim
