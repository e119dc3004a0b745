// SPDX-License-Identifier: GPL-2.0-only
// Checks the headers of an ELF file against its length, because the dynamic linker would crash on a file that
// is cut short.
#include "plugins/elf.hpp"

#include <algorithm>
#include <cstring>
#include <elf.h>
#include <fstream>
#include <limits>

namespace hpnsim
{

namespace
{

/// Reads the header of the process's own program, which a plug-in must resemble.
Elf64_Ehdr own_header()
{
    Elf64_Ehdr header{};
    std::ifstream("/proc/self/exe", std::ios::binary).read(reinterpret_cast<char*>(&header), sizeof(header));
    return header;
}

std::string machine_name(Elf64_Half machine)
{
    switch (machine) {
    case EM_386:
        return "i386";
    case EM_X86_64:
        return "x86-64";
    case EM_ARM:
        return "32-bit ARM";
    case EM_AARCH64:
        return "AArch64";
    case EM_PPC64:
        return "PowerPC64";
    case EM_RISCV:
        return "RISC-V";
    default:
        return "machine type " + std::to_string(machine);
    }
}

std::string kind_complaint(const Elf64_Ehdr& header)
{
    const Elf64_Ehdr own = own_header();
    if (header.e_ident[EI_CLASS] != own.e_ident[EI_CLASS])
        return "is built for a machine of another word size: build it for " + machine_name(own.e_machine);
    if (header.e_ident[EI_DATA] != own.e_ident[EI_DATA])
        return "is built for a machine of another byte order: build it for " + machine_name(own.e_machine);
    if (header.e_machine != own.e_machine)
        return "is built for " + machine_name(header.e_machine) + ": build it for " +
               machine_name(own.e_machine);
    if (header.e_type == ET_REL) return "is an object file: link it into a shared library (-shared)";
    if (header.e_type != ET_DYN) return "is not a shared library: link it with -shared";
    return "";
}

/// Returns where `count` entries of `size` bytes from `offset` on end. If that overflows, no file is as long.
uint64_t end_of(uint64_t offset, uint64_t count, uint64_t size)
{
    uint64_t length = 0, end = 0;
    if (__builtin_mul_overflow(count, size, &length) || __builtin_add_overflow(offset, length, &end))
        return std::numeric_limits<uint64_t>::max();
    return end;
}

/// Returns how long the file must be for its headers, the segments that are mapped, and the table of
/// sections, which linkers put at the end of a file.
uint64_t needed_size(const std::string& bytes, const Elf64_Ehdr& header)
{
    uint64_t end = end_of(header.e_phoff, header.e_phnum, sizeof(Elf64_Phdr));
    end = std::max(end, end_of(header.e_shoff, header.e_shnum, header.e_shentsize));
    if (end > bytes.size()) return end;
    for (size_t i = 0; i < header.e_phnum; ++i) {
        Elf64_Phdr segment;
        std::memcpy(&segment, bytes.data() + header.e_phoff + i * sizeof(segment), sizeof(segment));
        if (segment.p_type == PT_LOAD || segment.p_type == PT_DYNAMIC)
            end = std::max(end, end_of(segment.p_offset, segment.p_filesz, 1));
    }
    return end;
}

std::string truncated(const std::string& bytes, const std::string& needed)
{
    return "is truncated: it has " + std::to_string(bytes.size()) + " bytes of " + needed;
}

}  // namespace

std::string elf_complaint(const std::string& bytes)
{
    if (bytes.empty()) return "is empty";
    if (bytes.compare(0, std::min<size_t>(bytes.size(), SELFMAG), ELFMAG,
                      std::min<size_t>(bytes.size(), SELFMAG)) != 0)
        return "is not a shared library: it is no ELF file";
    Elf64_Ehdr header;
    if (bytes.size() < sizeof(header)) return truncated(bytes, "at least " + std::to_string(sizeof(header)));
    std::memcpy(&header, bytes.data(), sizeof(header));
    std::string complaint = kind_complaint(header);
    if (!complaint.empty()) return complaint;
    if (header.e_phentsize != sizeof(Elf64_Phdr)) return "is broken: its program headers have a wrong size";
    const uint64_t needed = needed_size(bytes, header);
    return needed > bytes.size() ? truncated(bytes, std::to_string(needed)) : "";
}

}  // namespace hpnsim
