// SPDX-License-Identifier: GPL-2.0-only
// Fuzzes Chakra traces of two ranks with a file of groups. The input is the file of rank 0, that of rank 1
// and the groups, with a line "=====" between each; a part that is missing is empty.
#include "fuzz.hpp"

#include "hpnsim/trace_formats.hpp"

#include <array>
#include <filesystem>
#include <unistd.h>

using namespace hpnsim;

namespace
{

/// Names in a folder of their own, which lead to the files of an input.
class Names
{
public:
    Names()
        : folder_((std::filesystem::temp_directory_path() / "fuzz-chakra-").string() +
                  std::to_string(getpid()))
    {
        std::filesystem::create_directories(folder_);
    }
    ~Names() { std::filesystem::remove_all(folder_); }
    Names(const Names&) = delete;
    Names& operator=(const Names&) = delete;
    std::string lead(const std::string& name, const fuzz::InputFile& file) const
    {
        std::string path = folder_ + "/" + name;
        std::filesystem::remove(path);
        std::filesystem::create_symlink(file.path(), path);
        return path;
    }
    std::string prefix() const { return folder_ + "/t"; }

private:
    std::string folder_;
};

std::array<std::string, 3> parts_of(std::string input)
{
    const std::string mark = "\n=====\n";
    std::array<std::string, 3> parts;
    for (std::string& part : parts) {
        const size_t end = input.find(mark);
        part = input.substr(0, end);
        input = end == std::string::npos ? "" : input.substr(end + mark.size());
    }
    return parts;
}

fuzz::InputFile file_of(const std::string& bytes)
{
    return {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    static const Names names;
    const std::array<std::string, 3> parts = parts_of(fuzz::text_of(data, size));
    const fuzz::InputFile first = file_of(parts[0]), second = file_of(parts[1]), groups = file_of(parts[2]);
    names.lead("t.0.et", first);
    names.lead("t.1.et", second);
    TraceAsked asked;
    asked.file = names.prefix();
    if (!parts[2].empty()) asked.groups = names.lead("groups", groups);
    fuzz::expect_sentences([&] {
        const Program program = read_trace(asked, "");
        if (program.format != "chakra" || program.ranks != 2) fuzz::fail("another trace");
        if (totals_of(program).tasks > size) fuzz::fail("more tasks than bytes");
    });
    return 0;
}
