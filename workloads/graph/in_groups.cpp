// SPDX-License-Identifier: GPL-2.0-only
// Implements collectives in groups.
#include "hpnsim/collective_groups.hpp"

namespace hpnsim
{

namespace
{

class InGroups : public Collective
{
public:
    InGroups(std::unique_ptr<Collective> one, RankGroups groups) : one_(std::move(one)), groups_(groups) {}

    RankGroups groups() const override { return groups_; }
    uint64_t code_limit() const override { return one_->code_limit() * groups_.count; }
    Bytes memory_bytes(uint32_t rank) const override { return one_->memory_bytes(groups_.member_of(rank)); }
    uint64_t transfers() const override { return one_->transfers() * groups_.count; }
    bool names_all() const override { return one_->names_all(); }
    uint64_t share(uint32_t rank) const override { return one_->share(groups_.member_of(rank)); }

    Transfer transfer(uint64_t code) const override
    {
        const auto group = static_cast<uint32_t>(code % groups_.count);
        Transfer t = one_->transfer(code / groups_.count);
        t.src = groups_.rank_of(group, t.src);
        t.dst = groups_.rank_of(group, t.dst);
        return t;
    }

    void begin(uint32_t rank, Codes& out) const override
    {
        const size_t before = out.size();
        one_->begin(groups_.member_of(rank), out);
        in_group(groups_.group_of(rank), before, out);
    }
    void enables(uint64_t code, Codes& out) const override
    {
        const size_t before = out.size();
        one_->enables(code / groups_.count, out);
        in_group(code % groups_.count, before, out);
    }
    uint64_t waits(uint64_t code) const override { return one_->waits(code / groups_.count); }
    uint64_t gate(uint64_t code) const override
    {
        const uint64_t gate = one_->gate(code / groups_.count);
        return gate == kNoGate ? kNoGate : gate * groups_.count + code % groups_.count;
    }
    bool is_gate(uint64_t code) const override { return one_->is_gate(code / groups_.count); }

private:
    void in_group(uint64_t group, size_t from, Codes& out) const
    {
        for (size_t i = from; i < out.size(); ++i) out[i] = out[i] * groups_.count + group;
    }

    std::unique_ptr<Collective> one_;
    RankGroups groups_;
};

}  // namespace

std::unique_ptr<Collective> in_groups(std::unique_ptr<Collective> one, RankGroups groups)
{
    return std::make_unique<InGroups>(std::move(one), groups);
}

CollectiveShape shape_of_groups(const std::vector<uint32_t>& host_of, RankGroups groups)
{
    CollectiveShape shape;
    std::vector<uint32_t> of_group(groups.members);
    for (uint32_t group = 0; group < groups.count; ++group) {
        for (uint32_t member = 0; member < groups.members; ++member)
            of_group[member] = host_of[groups.rank_of(group, member)];
        const CollectiveShape other = group_shape(of_group);
        if (group == 0) shape = other;
        if (other.gpus != shape.gpus) return {groups.members, 1, groups.members};
    }
    return shape;
}

RankPlaces places_of_group(const RankPlaces& all, RankGroups groups, uint32_t group)
{
    RankPlaces places;
    for (uint32_t member = 0; member < groups.members; ++member) {
        const uint32_t rank = groups.rank_of(group, member);
        places.endpoint_of.push_back(all.endpoint_of[rank]);
        places.host_of.push_back(all.host_of[rank]);
    }
    return places;
}

}  // namespace hpnsim
