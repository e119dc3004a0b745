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
#include "collectives/pieces.hpp"
#include "hpnsim/collective_table.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

class PxnAlltoall : public Collective
{
public:
    explicit PxnAlltoall(const CollectiveCall& call)
        : shape_(call.shape), size_(call.size), channels_(call.channels),
          blocks_(uint64_t{call.shape.ranks} * call.shape.ranks),
          filled_(static_cast<uint32_t>(filled_parts(call.size, call.shape.ranks)))
    {
    }

    uint64_t code_limit() const override { return blocks_ + uint64_t{shape_.ranks} * shape_.hosts; }

    /// The send buffer, behind it a block from every rank, then the blocks that are collected for each host.
    Bytes memory_bytes(uint32_t rank) const override
    {
        const Bytes collected = shape_.gpus > 1 ? largest() * shape_.gpus * shape_.hosts : 0;
        return collection(rank) + collected;
    }

    /// Every filled block is collected or sent inside its host, or is the proxy's own; it comes to the same.
    uint64_t transfers() const override { return uint64_t{filled_} * (shape_.ranks - 1); }
    uint64_t share(uint32_t rank) const override;
    Transfer transfer(uint64_t code) const override;

    /// Blocks inside the host come last, for nothing waits for them. A rank whose own block is empty receives
    /// nothing, so nothing holds it back.
    void begin(uint32_t rank, Codes& out) const override
    {
        const uint32_t last = rank < filled_ ? std::min(channels_, shape_.hosts - 1) : shape_.hosts - 1;
        for (uint32_t step = 1; step <= last; ++step) launch(rank, step, out);
        const uint32_t first = rank - rank % shape_.gpus;
        for (uint32_t away = 1; away < shape_.gpus; ++away) {
            const uint32_t target = first + (rank + away) % shape_.gpus;
            if (target < filled_) out.push_back(block_code(rank, target));
        }
    }

    void enables(uint64_t code, Codes& out) const override
    {
        if (code < blocks_) {
            const auto rank = static_cast<uint32_t>(code / shape_.ranks);
            const auto target = static_cast<uint32_t>(code % shape_.ranks);
            if (host_of(rank) != host_of(target)) out.push_back(send_code(host_of(rank), target));
            return;
        }
        const Transfer t = transfer(code);
        const uint32_t step = (host_of(t.dst) + shape_.hosts - host_of(t.src)) % shape_.hosts;
        if (step + channels_ < shape_.hosts) launch(t.dst, step + channels_, out);
    }

    /// A message waits for the blocks of all GPUs of its host.
    uint64_t waits(uint64_t code) const override { return code < blocks_ ? 1 : shape_.gpus; }

private:
    /// The block of a rank for a target: collected if that is on another host.
    uint64_t block_code(uint32_t rank, uint32_t target) const
    {
        return uint64_t{rank} * shape_.ranks + target;
    }
    /// What a host sends to a target.
    uint64_t send_code(uint32_t host, uint32_t target) const
    {
        return blocks_ + uint64_t{host} * shape_.ranks + target;
    }
    uint32_t host_of(uint32_t rank) const { return rank / shape_.gpus; }
    Cut block(uint32_t rank) const { return cut(size_, shape_.ranks, rank); }
    Bytes largest() const { return block(0).bytes; }
    /// Returns where the blocks begin that a rank collects.
    Bytes collection(uint32_t rank) const { return size_ + block(rank).bytes * shape_.ranks; }
    Bytes collected(uint32_t proxy, uint32_t target) const
    {
        return collection(proxy) + largest() * shape_.gpus * host_of(target);
    }
    /// Counts the ranks with a block that have this number in their host.
    uint32_t filled_on_rail(uint32_t gpu) const
    {
        return filled_ > gpu ? (filled_ - gpu - 1) / shape_.gpus + 1 : 0;
    }
    uint32_t filled_in_host(uint32_t host) const
    {
        const uint32_t before = host * shape_.gpus;
        return filled_ > before ? std::min(filled_ - before, shape_.gpus) : 0;
    }
    void launch(uint32_t rank, uint32_t step, Codes& out) const;

    CollectiveShape shape_;
    Bytes size_;
    uint32_t channels_;
    uint64_t blocks_;
    uint32_t filled_;  ///< ranks whose block is not empty: the first
};

uint64_t PxnAlltoall::share(uint32_t rank) const
{
    const uint32_t gpu = rank % shape_.gpus, others = shape_.gpus - 1, away = shape_.hosts - 1;
    const uint64_t own = rank < filled_ ? 1 : 0;
    const uint64_t on_rail = filled_on_rail(gpu) - own;  // on other hosts
    const uint64_t off_rail = filled_ - filled_in_host(host_of(rank)) - on_rail;
    const uint64_t inside = filled_in_host(host_of(rank)) - own + own * others;
    return inside + off_rail + on_rail * others + on_rail + own * away;
}

Transfer PxnAlltoall::transfer(uint64_t code) const
{
    Transfer t;
    if (code >= blocks_) {
        const uint64_t number = code - blocks_;
        t.dst = static_cast<uint32_t>(number % shape_.ranks);
        const uint32_t first = static_cast<uint32_t>(number / shape_.ranks) * shape_.gpus;
        t.src = first + t.dst % shape_.gpus;
        const Cut one = block(t.dst);
        t.bytes = one.bytes * shape_.gpus;
        t.offset = shape_.gpus > 1 ? collected(t.src, t.dst) : one.offset;
        t.landing = t.result = size_ + one.bytes * first;
        t.channel = (host_of(t.dst) + shape_.hosts - host_of(t.src)) % shape_.hosts % channels_;
        return t;
    }
    t.src = static_cast<uint32_t>(code / shape_.ranks);
    const auto target = static_cast<uint32_t>(code % shape_.ranks);
    const Cut one = block(target);
    const bool inside = host_of(t.src) == host_of(target);
    t.dst = inside ? target : t.src - t.src % shape_.gpus + target % shape_.gpus;
    t.offset = one.offset;
    t.bytes = one.bytes;
    t.landing =
        inside ? size_ + one.bytes * t.src : collected(t.dst, target) + one.bytes * (t.src % shape_.gpus);
    t.result = t.landing;
    return t;
}

/// Makes a rank hand over its blocks for the host that a step serves. A rank alone in its host has nobody to
/// hand them to.
void PxnAlltoall::launch(uint32_t rank, uint32_t step, Codes& out) const
{
    const uint32_t first = (host_of(rank) + step) % shape_.hosts * shape_.gpus;
    for (uint32_t turn = 0; turn < shape_.gpus; ++turn) {
        const uint32_t target = first + (rank + turn) % shape_.gpus;
        if (target >= filled_) continue;
        out.push_back(shape_.gpus > 1 ? block_code(rank, target) : send_code(host_of(rank), target));
    }
}

struct Pxn {
    static constexpr CollectiveInfo info{
        "pxn", &kAllToAll,
        "blocks for another host first over NVLink to the GPU of their rail, which sends those of its whole "
        "host as one message, as NCCL does",
        "number of hosts that a rank exchanges with at once (default 8)", ""};

    /// As many as pairwise has: a NIC that waits for one host's blocks has those of seven others to send.
    static uint32_t channels(CollectiveShape) { return 8; }
    static Bytes chunk(CollectiveShape, Bytes) { return 0; }
    /// A NIC sends to the same rail of every other host.
    static double pairs(CollectiveShape shape)
    {
        return static_cast<double>(shape.ranks) * (shape.hosts - 1);
    }

    static std::unique_ptr<Collective> make(const CollectiveCall& call)
    {
        CollectiveCall bounded = call;
        bounded.channels = std::clamp(call.channels, 1U, std::max(call.shape.hosts - 1, 1U));
        return std::make_unique<PxnAlltoall>(bounded);
    }
};

}  // namespace

HPNSIM_COLLECTIVE(Pxn)

}  // namespace hpnsim
