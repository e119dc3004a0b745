// SPDX-License-Identifier: GPL-2.0-only
// AllToAll by NCCL's PXN ("PCI x NVLink": NCCL 2.12, and the NVIDIA blog "Doubling all2all Performance with
// NVIDIA Collective Communication Library 2.12"). No message between hosts leaves its rail, and there is one
// for what all GPUs of a host have for a rank:
//   collect  the block of a GPU for rank (host d, GPU j) goes over NVLink to GPU j of its own host, which
//   puts
//            it beside those of the other GPUs;
//   send     GPU j sends all of them to (d, j) as one message over rail j.
// Blocks inside the host go straight to their ranks. Compared with a pairwise exchange a NIC carries as many
// bytes in an Gth of the messages (G GPUs in a host), and NVLink carries nearly all bytes once more.
// The hosts follow each other as in the pairwise exchange: in step k the host k further is served, and C
// channels are steps under way at once: a rank that has received the message of step k begins step k + C.
// Simplified: NCCL's proxies have a few small buffers for each connection and fill them again and again; here
// there is room for all blocks, so that nobody waits for a buffer.
#include "collectives/hosted_alltoall.hpp"

namespace hpnsim
{

namespace
{

class PxnAlltoall : public HostedAlltoall
{
public:
    explicit PxnAlltoall(const CollectiveCall& call) : HostedAlltoall(call) {}

    uint64_t code_limit() const override { return blocks() + uint64_t{shape_.ranks} * shape_.hosts; }
    bool names_all() const override { return true; }

    /// Behind what the operation knows are the blocks that are collected for each host.
    Bytes memory_bytes(uint32_t rank) const override
    {
        return known_memory(rank) + (shape_.gpus > 1 ? largest() * shape_.gpus * shape_.hosts : 0);
    }

    /// Every filled block is collected or sent inside its host, or is the proxy's own; it comes to the same.
    uint64_t transfers() const override { return uint64_t{filled_} * (shape_.ranks - 1); }
    uint64_t share(uint32_t rank) const override;
    Transfer transfer(uint64_t code) const override;

    void enables(uint64_t code, Codes& out) const override
    {
        if (code < blocks()) {
            const uint32_t from = host_of(rank_of(code)), target = target_of(code);
            if (from != host_of(target)) out.push_back(send_code(from, target));
            return;
        }
        const Transfer t = transfer(code);
        go_on(t.dst, step_of(host_of(t.src), host_of(t.dst)), out);
    }

    /// A message waits for the blocks of all GPUs of its host.
    uint64_t waits(uint64_t code) const override { return code < blocks() ? 1 : shape_.gpus; }

private:
    /// What a host sends to a target.
    uint64_t send_code(uint32_t host, uint32_t target) const
    {
        return blocks() + uint64_t{host} * shape_.ranks + target;
    }
    /// Returns where the blocks begin that a proxy collects for a target.
    Bytes collected(uint32_t proxy, uint32_t target) const
    {
        return known_memory(proxy) + largest() * shape_.gpus * host_of(target);
    }
    /// Counts the ranks with a block that have this number in their host.
    uint32_t filled_on_rail(uint32_t gpu) const
    {
        return filled_ > gpu ? (filled_ - gpu - 1) / shape_.gpus + 1 : 0;
    }
    void launch(uint32_t rank, uint32_t step, Codes& out) const override;
};

uint64_t PxnAlltoall::share(uint32_t rank) const
{
    const uint32_t gpu = rank % shape_.gpus, others = shape_.gpus - 1, away = shape_.hosts - 1;
    const uint64_t own = rank < filled_ ? 1 : 0;
    const uint64_t on_rail = filled_on_rail(gpu) - own;  // on other hosts
    const uint64_t off_rail = filled_ - filled_in_host(host_of(rank)) - on_rail;
    return share_inside(rank) + off_rail + on_rail * others + on_rail + own * away;
}

Transfer PxnAlltoall::transfer(uint64_t code) const
{
    Transfer t;
    if (code >= blocks()) {
        const uint64_t number = code - blocks();
        t.dst = static_cast<uint32_t>(number % shape_.ranks);
        const uint32_t first = first_of(static_cast<uint32_t>(number / shape_.ranks));
        t.src = first + t.dst % shape_.gpus;
        const Cut one = block(t.dst);
        t.bytes = one.bytes * shape_.gpus;
        t.offset = shape_.gpus > 1 ? collected(t.src, t.dst) : one.offset;
        t.landing = t.result = size_ + one.bytes * first;
        t.channel = step_of(host_of(t.src), host_of(t.dst)) % channels_;
        return t;
    }
    t.src = rank_of(code);
    const uint32_t target = target_of(code);
    const Cut one = block(target);
    const bool inside = host_of(t.src) == host_of(target);
    t.dst = inside ? target : first_of(host_of(t.src)) + target % shape_.gpus;
    t.offset = one.offset;
    t.bytes = one.bytes;
    t.landing =
        inside ? size_ + one.bytes * t.src : collected(t.dst, target) + one.bytes * (t.src % shape_.gpus);
    t.result = t.landing;
    return t;
}

/// A rank alone in its host has nobody to hand its blocks to.
void PxnAlltoall::launch(uint32_t rank, uint32_t step, Codes& out) const
{
    const uint32_t first = first_of((host_of(rank) + step) % shape_.hosts);
    for (uint32_t turn = 0; turn < shape_.gpus; ++turn) {
        const uint32_t target = first + (rank + turn) % shape_.gpus;
        if (!filled(target)) continue;
        out.push_back(shape_.gpus > 1 ? block_code(rank, target) : send_code(host_of(rank), target));
    }
}

struct Pxn {
    static constexpr CollectiveInfo info{
        "pxn", &kAllToAll,
        "blocks for another host first over NVLink to the GPU of their rail, which sends those of its whole "
        "host as one message, as NCCL does",
        "number of hosts that a rank exchanges with at once (default 8)", ""};

    /// As many as pairwise has: while one host's blocks are not there, seven others' are sent.
    static uint32_t channels(CollectiveShape) { return 8; }
    static Bytes chunk(CollectiveShape, Bytes) { return 0; }

    /// A NIC sends to the same rail of every other host.
    static double pairs(CollectiveShape shape)
    {
        return static_cast<double>(shape.ranks) * (shape.hosts - 1);
    }

    static std::unique_ptr<Collective> make(const CollectiveCall& call)
    {
        return std::make_unique<PxnAlltoall>(call);
    }
};

}  // namespace

HPNSIM_COLLECTIVE(Pxn)

}  // namespace hpnsim
