// SPDX-License-Identifier: GPL-2.0-only
// SimAI's topology files: HPCC-sim's, with servers of GPUs around NVSwitches. The NIC is part of the GPU's
// node. What hangs on an NVSwitch becomes the NVLink of a host.
#include "files/export.hpp"
#include "files/formats.hpp"
#include "files/link_list.hpp"
#include "hpnsim/topologies.hpp"

#include <istream>

namespace hpnsim
{

namespace
{

using Role = LinkList::Role;

constexpr int64_t kMostNvlink = 100'000'000'000'000;  // bits per second, as of any link

class SimaiReader
{
public:
    SimaiReader(std::istream& in, const std::string& file, const PlanOptions& options)
        : list_(in, file, options)
    {
    }

    FabricPlan read()
    {
        read_header();
        list_.begin(nodes_);
        list_.read_ids(nvswitches_, Role::nvswitch, "an NVSwitch");
        list_.read_ids(switches_, Role::network_switch, "a switch");
        list_.number_nodes();
        nvlink_.assign(list_.plan.endpoints, Rate{});
        server_.assign(nodes_, kNoNode);
        for (uint64_t i = 0; i < links_; ++i) read_link();
        set_nvlink();
        return list_.finish(links_);
    }

private:
    Tokens& tokens() { return list_.tokens; }

    void read_header()
    {
        nodes_ = tokens().whole("the number of nodes", 3, LinkList::kMostNodes);
        per_server_ = tokens().whole("the number of GPUs per server", 1, LinkList::kMostNodes);
        nvswitches_ = tokens().whole("the number of NVSwitches", 0, LinkList::kMostNodes);
        switches_ = tokens().whole("the number of switches", 1, LinkList::kMostNodes);
        if (nvswitches_ + switches_ + 2 > nodes_)
            tokens().fail(std::to_string(nvswitches_) + " NVSwitches and " + std::to_string(switches_) +
                          " switches leave fewer than two GPUs of " + std::to_string(nodes_) + " nodes");
        const uint64_t gpus = nodes_ - nvswitches_ - switches_;
        if (gpus % per_server_ != 0)
            tokens().fail(std::to_string(gpus) + " GPUs do not fill servers of " +
                          std::to_string(per_server_) + "; expected a multiple");
        links_ = tokens().whole("the number of links", 1, LinkList::kMostLinks);
        tokens().skip_word("the type of the GPUs");
    }

    void read_link()
    {
        const LinkList::Link link = list_.read_link(false);
        if (list_.role(link.a) == Role::nvswitch)
            add_nvlink(link.b, link.a, link.plan);
        else if (list_.role(link.b) == Role::nvswitch)
            add_nvlink(link.a, link.b, link.plan);
        else
            list_.add(link);
    }

    /// GPUs are counted server by server. Several NVSwitches of a server are one with all their links.
    void add_nvlink(uint64_t gpu, uint64_t nvswitch, const LinkPlan& link)
    {
        const std::string name = "NVSwitch " + std::to_string(nvswitch);
        if (list_.role(gpu) != Role::host)
            tokens().fail(name + " is linked to the switch " + std::to_string(gpu) + "; expected a GPU");
        if (link.loss > 0) tokens().fail(name + " has a link with an error rate; expected 0");
        const uint32_t number = list_.number(gpu);
        const auto server = static_cast<uint32_t>(number / per_server_);
        if (server_[nvswitch] == kNoNode) server_[nvswitch] = server;
        if (server_[nvswitch] != server)
            tokens().fail(name + " has GPUs of servers " + std::to_string(server_[nvswitch]) + " and " +
                          std::to_string(server) + "; expected those of one");
        if (any_nvlink_ && link.delay != list_.plan.nvlink.latency)
            tokens().fail(name + " has a link of another delay than those before; expected the same for all");
        any_nvlink_ = true;
        list_.plan.nvlink.latency = link.delay;
        nvlink_[number] = nvlink_[number] + link.rate;
        if (nvlink_[number].bps > kMostNvlink)
            tokens().fail("GPU " + std::to_string(gpu) + " has more than 100Tbps of NVLink");
    }

    /// Every host has the same NVLink here. Without any NVSwitch each GPU is a host by itself.
    void set_nvlink()
    {
        if (!any_nvlink_) return;
        for (uint32_t gpu = 0; gpu < nvlink_.size(); ++gpu)
            if (nvlink_[gpu] != nvlink_[0])
                tokens().fail("GPU " + std::to_string(list_.plan.id_of(gpu)) + " has " +
                              rate_text(nvlink_[gpu]) + " of NVLink, and GPU " +
                              std::to_string(list_.plan.id_of(0)) + " has " + rate_text(nvlink_[0]) +
                              "; expected the same for all");
        list_.plan.nvlink.rate = nvlink_[0];
        list_.plan.nics_per_host = static_cast<uint32_t>(per_server_);
    }

    LinkList list_;
    uint64_t nodes_ = 0, per_server_ = 0, nvswitches_ = 0, switches_ = 0, links_ = 0;
    std::vector<Rate> nvlink_;      // by GPU, the sum of its links
    std::vector<uint32_t> server_;  // by id, of an NVSwitch that has a GPU
    bool any_nvlink_ = false;
};

bool is_number(const std::string& word)
{
    return word.find_first_not_of("0123456789.eE+-") == std::string::npos;
}

/// `nodes gpus-per-server nvswitches switches links gpu-type`.
Likeness recognise(const std::vector<std::string>& words)
{
    constexpr size_t kWords = 6;
    return words.size() == kWords && is_number(words.front()) && !is_number(words.back()) ? Likeness::certain
                                                                                          : Likeness::none;
}

}  // namespace

FabricPlan read_simai_topology(std::istream& in, const std::string& file, const PlanOptions& options)
{
    return SimaiReader(in, file, options).read();
}

HPNSIM_TOPOLOGY_FORMAT(SimaiFile, "simai", recognise, read_simai_topology, false)

}  // namespace hpnsim
