// SPDX-License-Identifier: GPL-2.0-only
// Declares LinkList, which reads what the files of HPCC-sim and of SimAI have in common: the ids of switches,
// then a line for each link. It makes a plan of them. Internal to the readers.
#pragma once

#include "files/tokens.hpp"
#include "hpnsim/fabric.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace hpnsim
{

class LinkList
{
public:
    static constexpr uint64_t kMostNodes = 1 << 20, kMostLinks = 8 << 20;

    /// What a node of the file is. NVSwitches are no nodes of the plan.
    enum class Role : uint8_t { host, network_switch, nvswitch };

    /// A link between nodes by their ids; the rest of `plan` is as it will be in the plan.
    struct Link {
        uint64_t a = 0, b = 0;
        LinkPlan plan;
    };

    LinkList(std::istream& in, const std::string& file, const PlanOptions& options)
        : tokens(in, file), options_(options)
    {
    }

    /// Begins with so many nodes, all of them hosts.
    void begin(uint64_t nodes);
    /// Reads the ids of `count` nodes that have this role.
    void read_ids(uint64_t count, Role role, const char* what);
    /// Numbers the nodes, once the roles are known. Hosts get the lower numbers and switches the rest, each
    /// in ascending order of ids.
    void number_nodes();
    /// Reads the next link. `may_lack_loss`: ns3-rdma's have no error rate, no link of the file or all.
    Link read_link(bool may_lack_loss);
    /// Adds a link of hosts and switches to the plan.
    void add(const Link& link);
    /// Takes the plan, once all `links` have been added. Throws BadLine if not every host reaches every
    /// other.
    FabricPlan finish(uint64_t links);

    Role role(uint64_t id) const { return roles_[id]; }
    /// The number in the plan of a host or switch.
    uint32_t number(uint64_t id) const { return number_[id]; }

    Tokens tokens;
    FabricPlan plan;

private:
    uint64_t id_of(const std::string& what);
    uint16_t new_port(uint64_t id);
    void finish_ports();
    void set_tiers();
    void check_reachable() const;

    const PlanOptions& options_;
    std::vector<Role> roles_;           ///< by id
    std::vector<uint32_t> number_;      ///< by id
    std::vector<uint32_t> used_ports_;  ///< by id
    bool any_link_ = false, without_loss_ = false;
};

}  // namespace hpnsim
