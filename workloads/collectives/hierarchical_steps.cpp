// SPDX-License-Identifier: GPL-2.0-only
// Implements the numbers of the steps.
#include "collectives/hierarchical_steps.hpp"

namespace hpnsim
{

uint64_t HierarchicalSteps::code_of(const Step& s) const
{
    const uint64_t base = s.chunk * codes_per_chunk();
    if (s.phase == Phase::ring) {
        const uint64_t ring = (uint64_t{s.shard} * block_ + s.part) * blocks_ + s.segment;
        return base + 2 * local_codes_ + ring * steps_ + s.step;
    }
    if (s.phase == Phase::inward || s.phase == Phase::outward) {
        const uint64_t round = (uint64_t{s.shard} * blocks_ + s.block) * block_ + s.part;
        return base + 2 * local_codes_ + ring_codes_ + (s.phase == Phase::outward ? round_codes_ : 0) +
               round * (block_ - 1) + s.step;
    }
    const uint64_t local = (uint64_t{s.host} * shape_.gpus + s.from) * shape_.gpus + s.to;
    return base + (s.phase == Phase::spread ? local_codes_ : 0) + local;
}

uint64_t HierarchicalSteps::work_of(Phase phase, uint32_t rank, uint32_t chunk) const
{
    const auto kind = static_cast<uint64_t>(phase) - static_cast<uint64_t>(Phase::has);
    return chunks_ * codes_per_chunk() + (chunk * kWork + kind) * shape_.ranks + rank;
}

HierarchicalSteps::Step HierarchicalSteps::work_step(uint64_t number) const
{
    Step s;
    s.rank = static_cast<uint32_t>(number % shape_.ranks);
    s.phase = static_cast<Phase>(static_cast<uint64_t>(Phase::has) + number / shape_.ranks % kWork);
    s.chunk = static_cast<uint32_t>(number / shape_.ranks / kWork);
    s.host = s.rank / shape_.gpus;
    s.from = s.shard = s.rank % shape_.gpus;
    s.block = block_of(s.rank);
    s.part = owned_by(s.rank);
    return s;
}

HierarchicalSteps::Step HierarchicalSteps::step_of(uint64_t code) const
{
    Step s;
    if (code >= chunks_ * codes_per_chunk()) return work_step(code - chunks_ * codes_per_chunk());
    s.chunk = static_cast<uint32_t>(code / codes_per_chunk());
    code %= codes_per_chunk();
    if (code >= 2 * local_codes_ + ring_codes_)
        read_round(code - 2 * local_codes_ - ring_codes_, s);
    else if (code >= 2 * local_codes_)
        read_ring(code - 2 * local_codes_, s);
    else
        read_local(code, s);
    return s;
}

void HierarchicalSteps::read_local(uint64_t code, Step& s) const
{
    s.phase = code >= local_codes_ ? Phase::spread : Phase::gather;
    code %= local_codes_;
    s.to = static_cast<uint32_t>(code % shape_.gpus);
    s.from = static_cast<uint32_t>(code / shape_.gpus % shape_.gpus);
    s.host = static_cast<uint32_t>(code / shape_.gpus / shape_.gpus);
    s.shard = s.phase == Phase::gather ? s.to : s.from;
    s.rank = rank_of(s.host, s.from);
}

void HierarchicalSteps::read_ring(uint64_t code, Step& s) const
{
    s.phase = Phase::ring;
    s.step = static_cast<uint32_t>(code % steps_);
    s.segment = static_cast<uint32_t>(code / steps_ % blocks_);
    s.part = static_cast<uint32_t>(code / steps_ / blocks_ % block_);
    s.shard = static_cast<uint32_t>(code / steps_ / blocks_ / block_);
    s.block = (s.segment + s.step) % blocks_;
    s.rank = rank_at(s.block, owner_of(s.part), s.shard);
}

void HierarchicalSteps::read_round(uint64_t code, Step& s) const
{
    s.phase = code >= round_codes_ ? Phase::outward : Phase::inward;
    code %= round_codes_;
    s.step = static_cast<uint32_t>(code % (block_ - 1));
    s.part = static_cast<uint32_t>(code / (block_ - 1) % block_);
    s.block = static_cast<uint32_t>(code / (block_ - 1) / block_ % blocks_);
    s.shard = static_cast<uint32_t>(code / (block_ - 1) / block_ / blocks_);
    const uint32_t begins = s.phase == Phase::inward ? s.part : owner_of(s.part);
    s.rank = rank_at(s.block, begins + s.step, s.shard);
}

/// Returns the rank to which a step goes.
uint32_t HierarchicalSteps::receiver(const Step& s) const
{
    if (s.phase == Phase::ring) return rank_at((s.block + 1) % blocks_, owner_of(s.part), s.shard);
    if (s.phase == Phase::inward || s.phase == Phase::outward)
        return rank_at(s.block, place_of(s.rank) + 1, s.shard);
    return rank_of(s.host, s.to);
}

}  // namespace hpnsim
