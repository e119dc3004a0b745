// SPDX-License-Identifier: GPL-2.0-only
// Declares the groups of ranks that Chakra traces name, and packs them into families of a program.
#pragma once

#include "hpnsim/program.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hpnsim
{

/// Groups by the name that collectives call them by.
using NamedGroups = std::map<std::string, std::vector<uint32_t>, std::less<>>;

/// True for the names that always stand for all ranks.
inline bool names_all_ranks(std::string_view name)
{
    return name.empty() || name == "0";
}

/// Reads a file of groups, {"1": [0, 1], "2": [2, 3]}. Throws BadInput that begins with the file.
NamedGroups read_group_file(const std::string& path, uint32_t ranks);

/// Adds the process groups that a METADATA node lists as PyTorch writes them; groups without ranks are of
/// all. Does nothing if `text` is no such list. Throws BadInput that begins with `place`.
void add_process_groups(const std::string& place, std::string_view text, uint32_t ranks, NamedGroups& groups);

/// The groups of all files of a trace. Groups without a common rank share a family, so that there are few.
class ChakraGroups
{
public:
    /// What a member asks of its group.
    struct Call {
        CollectiveKind kind;
        Bytes bytes;
        bool operator!=(const Call& o) const { return kind != o.kind || bytes != o.bytes; }
    };
    struct Group {
        std::string name;
        std::vector<uint32_t> ranks;
        uint16_t family = kWorld;
        std::vector<Call> calls;     ///< of the first member that was read
        std::vector<uint32_t> came;  ///< the members that were read
    };

    explicit ChakraGroups(uint32_t ranks);
    /// Returns the number of the group, a new one if none has this name and these ranks. Throws BadInput that
    /// begins with `place` if there are more groups of one rank than families.
    size_t find(const std::string& place, const std::string& name, const std::vector<uint32_t>& ranks);
    const Group& group(size_t number) const { return groups_[number]; }
    /// Takes the calls of a rank. Throws BadInput that begins with `file` if another member's are others.
    void check_calls(const std::string& file, uint32_t rank, size_t number, std::vector<Call> calls);
    /// Throws BadInput that begins with `prefix` if a member of a group that is in use never calls.
    void check_all_came(const std::string& prefix) const;
    void add_to(GroupTable& table) const;

private:
    uint16_t family_for(const std::string& place, const std::vector<uint32_t>& ranks);

    struct Family {
        std::string name;
        std::vector<std::vector<uint32_t>> groups;
        std::vector<bool> taken;  // by rank
    };
    uint32_t ranks_;
    std::vector<Family> families_;  // the world is not among them
    std::vector<Group> groups_;
    std::map<std::pair<std::string, std::vector<uint32_t>>, size_t> known_;
};

}  // namespace hpnsim
