// SPDX-License-Identifier: GPL-2.0-only
// Gives the ranks of an operation what they hold at first, and checks what they hold in the end.
#include "contents/operation_check.hpp"

#include <algorithm>
#include <array>

namespace hpnsim
{

namespace
{

constexpr int kElement = 4;

/// A part of what a member must end with.
struct Wanted {
    uint32_t member;
    HeldPart part;
};

class Check
{
public:
    Check(const OperationRun& run, OperationMembers& members, Findings& findings)
        : run_(run), members_(members), findings_(findings)
    {
    }

    void all()
    {
        std::vector<Wanted> sums;
        for (uint32_t member = 0; member < members_.count(); ++member)
            for (const HeldPart& part : run_.operation.wanted(member, members_.count(), run_.size)) {
                if (part.bytes == 0) continue;
                if (part.of == HeldPart::kSum)
                    sums.push_back({member, part});
                else
                    values(member, part);
            }
        if (!sums.empty()) this->sums(sums);
    }

private:
    uint64_t key_of(uint32_t member) const { return pattern_key(members_.rank_of(member), run_.epoch); }
    uint64_t number(Bytes byte) const { return static_cast<uint64_t>(byte / findings_.width()); }

    void values(uint32_t member, const HeldPart& part)
    {
        const uint64_t key = key_of(part.of);
        const std::byte* found = members_.place(member, part);
        std::array<std::byte, kPatternBlock> expected;
        for (Bytes at = 0; at < part.bytes; at += kPatternBlock) {
            const Bytes bytes = std::min(kPatternBlock, part.bytes - at);
            fill_pattern(key, static_cast<uint64_t>(part.number + at), expected.data(), bytes);
            findings_.compare(found + at, expected.data(), bytes, number(at), [&] {
                return members_.name(member) + ", block of rank " + std::to_string(members_.rank_of(part.of));
            });
        }
    }

    /// Every block of the sum is computed once, for all members that want some of it.
    void sums(const std::vector<Wanted>& wanted)
    {
        std::array<std::byte, kPatternBlock> expected, one;
        for (Bytes at = 0; at < run_.size; at += kPatternBlock) {
            const Bytes bytes = std::min(kPatternBlock, run_.size - at);
            expected.fill(std::byte{0});
            for (uint32_t member = 0; member < members_.count(); ++member) {
                fill_pattern(key_of(member), static_cast<uint64_t>(at), one.data(), bytes);
                add_elements(expected.data(), one.data(), bytes, findings_.width());
            }
            for (const Wanted& each : wanted) block(each, at, bytes, expected.data());
        }
    }

    /// Compares what a part has of the block that begins at byte `at` of the sum.
    void block(const Wanted& each, Bytes at, Bytes bytes, const std::byte* expected)
    {
        const Bytes first = std::max(at, each.part.number);
        const Bytes last = std::min(at + bytes, each.part.number + each.part.bytes);
        if (first >= last) return;
        findings_.compare(members_.place(each.member, each.part) + (first - each.part.number),
                          expected + (first - at), last - first, number(first),
                          [&] { return members_.name(each.member); });
    }

    const OperationRun& run_;
    OperationMembers& members_;
    Findings& findings_;
};

}  // namespace

int element_width(const Operation& operation, const Collective& collective, Bytes size)
{
    if (!operation.sums) return kElement;
    if (size % kElement != 0) return 1;
    for (uint64_t code = 0; code < collective.code_limit(); ++code) {
        const Transfer t = collective.transfer(code);
        if (t.offset % kElement != 0 || t.bytes % kElement != 0) return 1;
    }
    return kElement;
}

void give_operation(const OperationRun& run, OperationMembers& members)
{
    for (uint32_t member = 0; member < members.count(); ++member)
        for (const HeldPart& part : run.operation.given(member, members.count(), run.size))
            if (part.bytes > 0)
                fill_pattern(pattern_key(members.rank_of(part.of), run.epoch),
                             static_cast<uint64_t>(part.number), members.place(member, part), part.bytes);
}

void check_operation(const OperationRun& run, OperationMembers& members, Findings& findings)
{
    Check(run, members, findings).all();
}

}  // namespace hpnsim
