// SPDX-License-Identifier: GPL-2.0-only
// AllReduce with NVLink SHARP: NVSwitch adds up what the GPUs of a host have, and copies results to all of
// them. The steps are those of `hierarchical`: GPU j gathers shard j of its host, a ring per rail reduces it
// over the hosts, and GPU j spreads it. What differs is the load of NVLink. One multimem load of GPU j makes
// NVSwitch fetch the shard from all g GPUs and hand j their sum; one multimem store makes it copy j's result
// to all g. So of a buffer of S bytes each GPU sends S to be added up and S/g to be copied, and receives S/g
// of sums and S of copies: (1 + 1/g) S each way, where `hierarchical` moves 2 (1 - 1/g) S: 9/8 against 14/8
// for eight GPUs.
// The NVLink of a fabric knows neither sums nor copies, so each of a GPU's g - 1 messages of either phase
// carries its share of that load, (g+1) / (2 (g-1)) of its bytes, which puts exactly this load on every link.
// Limits: sending and receiving are evened out over the two phases, which is right when chunks of both
// overlap; a chunk alone passes in (g+1) / 2g of the time that it would really take. NVSwitch adds up at the
// rate of the links, and its memory of multicast groups has no limit.
// Sources: A. Ishii, R. Wells, "The NVLink-Network Switch", Hot Chips 34 (2022): N + 1 sends and receives in
// place of 2 N; NCCL 2.17, src/transport/nvls.cc.
#include "hpnsim/collective_table.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// Lets NVSwitch take its part in the exchange inside hosts.
class OverNvswitch : public Collective
{
public:
    OverNvswitch(std::unique_ptr<Collective> steps, uint32_t gpus) : steps_(std::move(steps)), gpus_(gpus) {}

    Transfer transfer(uint64_t code) const override
    {
        Transfer t = steps_->transfer(code);
        if (!t.local() && t.src / gpus_ == t.dst / gpus_) t.carried = carried(t.bytes);
        return t;
    }

    uint64_t code_limit() const override { return steps_->code_limit(); }
    Bytes memory_bytes(uint32_t rank) const override { return steps_->memory_bytes(rank); }
    uint64_t transfers() const override { return steps_->transfers(); }
    uint64_t share(uint32_t rank) const override { return steps_->share(rank); }
    void begin(uint32_t rank, Codes& out) const override { steps_->begin(rank, out); }
    void enables(uint64_t code, Codes& out) const override { steps_->enables(code, out); }
    uint64_t waits(uint64_t code) const override { return steps_->waits(code); }
    uint64_t gate(uint64_t code) const override { return steps_->gate(code); }

private:
    /// Rounds to the nearest, so that many small chunks are not charged more than a few large ones.
    Bytes carried(Bytes bytes) const
    {
        const Bytes of = Bytes{2} * (gpus_ - 1);
        return std::max<Bytes>((bytes * (gpus_ + 1) + of / 2) / of, 1);
    }

    std::unique_ptr<Collective> steps_;
    uint32_t gpus_;
};

const CollectiveOps& hierarchical()
{
    return find_collective("nvls", kAllReduce, "hierarchical");
}

struct Nvls {
    static constexpr CollectiveInfo info{
        "nvls", &kAllReduce,
        "like hierarchical, but NVSwitch adds up and copies inside each host, which leaves NVLink 1 + 1/g "
        "buffers each way (NVLink SHARP)",
        "number of chunks in progress at once (default 16)",
        "size of a piece of a shard (default: a 16th of it, but at least 16K per host)"};

    static uint32_t channels(CollectiveShape shape) { return hierarchical().channels(shape); }
    static Bytes chunk(CollectiveShape shape, Bytes size) { return hierarchical().chunk(shape, size); }
    static double pairs(CollectiveShape shape) { return hierarchical().pairs(shape); }

    static std::unique_ptr<Collective> make(const CollectiveCall& call)
    {
        return std::make_unique<OverNvswitch>(make_collective(hierarchical(), call), call.shape.gpus);
    }
};

}  // namespace

HPNSIM_COLLECTIVE(Nvls)

}  // namespace hpnsim
