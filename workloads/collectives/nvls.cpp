// SPDX-License-Identifier: GPL-2.0-only
// AllReduce with NVLink SHARP: NVSwitch adds up what the GPUs of a host have, and copies results to all of
// them. The steps are those of `hierarchical`: GPU j gathers shard j of its host, a ring per rail reduces it
// over the hosts, and GPU j spreads it. What differs is the load of NVLink. One multimem load of GPU j makes
// NVSwitch fetch the shard from all g GPUs and hand j their sum; one multimem store makes it copy j's result
// to all g. So of a buffer of S bytes each GPU sends S to be added up and S/g to be copied, and receives S/g
// of sums and S of copies: (1 + 1/g) S each way, where `hierarchical` moves 2 (1 - 1/g) S: 9/8 against 14/8
// for eight GPUs.
// A message stands for its part of such a load or store: of b bytes to be added up, b g / (g-1) go up to
// NVSwitch, among them its share of what the GPU that wants the sum has itself, and b / (g-1) of the sum come
// down; of b bytes to be copied it is the other way round. So the multicast costs the sender's link b bytes
// for all of its g - 1 messages, and every receiver's link b for each sender, itself among them. Limits: a
// message waits for its own pieces alone, not for those of the other GPUs that are added to them; NVSwitch
// adds up at the rate of the links, and its memory of multicast groups has no limit. Sources: A. Ishii, R.
// Wells, "The NVLink-Network Switch", Hot Chips 34 (2022): N + 1 sends and receives in place of 2 N;
// NCCL 2.17, src/transport/nvls.cc.
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

    Transfer transfer(uint64_t code) const override { return over_switch(steps_->transfer(code)); }

    uint64_t code_limit() const override { return steps_->code_limit(); }
    bool names_all() const override { return steps_->names_all(); }
    Bytes memory_bytes(uint32_t rank) const override { return steps_->memory_bytes(rank); }
    uint64_t transfers() const override { return steps_->transfers(); }
    uint64_t share(uint32_t rank) const override { return steps_->share(rank); }
    void begin(uint32_t rank, Codes& out) const override { steps_->begin(rank, out); }
    void enables(uint64_t code, Codes& out) const override { steps_->enables(code, out); }
    uint64_t waits(uint64_t code) const override { return steps_->waits(code); }
    uint64_t gate(uint64_t code) const override { return steps_->gate(code); }
    bool is_gate(uint64_t code) const override { return steps_->is_gate(code); }
    void row(uint64_t code, size_t most, Row& out) const override
    {
        const size_t before = out.size();
        steps_->row(code, most, out);
        for (size_t at = before; at < out.size(); ++at) out[at].transfer = over_switch(out[at].transfer);
    }

private:
    Transfer over_switch(Transfer t) const
    {
        if (t.local() || t.src / gpus_ != t.dst / gpus_) return t;
        t.up = share(t.bytes, t.reduce ? gpus_ : 1);
        t.down = share(t.bytes, t.reduce ? 1 : gpus_);
        return t;
    }
    /// Returns what each of a GPU's messages has of as many times its bytes as `times`. It rounds to the
    /// nearest, so that many small chunks are not charged more than a few large ones.
    Bytes share(Bytes bytes, uint32_t times) const
    {
        const Bytes of = Bytes{gpus_} - 1;
        return std::max<Bytes>((bytes * times + of / 2) / of, 1);
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
        "size of a piece of a shard (default: a 64th of it, but at least 1K, or 8K per host of several)"};

    static uint32_t channels(CollectiveShape shape) { return hierarchical().channels(shape); }

    /// Cuts a shard into 64, of which 16 are in progress: then sums of some, which fill the links up, overlap
    /// with copies of others, which fill the links down. With all in progress at once all sums come first. A
    /// chunk has at least 8 KiB per host where there is a ring, for whose latency more of them would wait.
    static Bytes chunk(CollectiveShape shape, Bytes size)
    {
        const Bytes shard = cut(size, shape.gpus, 0).bytes;
        const Bytes least = shape.hosts > 1 ? Bytes{8192} * shape.hosts : 1024;
        return std::min(shard, std::max((shard + 63) / 64, least));
    }
    static double pairs(CollectiveShape shape) { return hierarchical().pairs(shape); }

    static std::unique_ptr<Collective> make(const CollectiveCall& call)
    {
        return std::make_unique<OverNvswitch>(make_collective(hierarchical(), call), call.shape.gpus);
    }
};

}  // namespace

HPNSIM_COLLECTIVE(Nvls)

}  // namespace hpnsim
