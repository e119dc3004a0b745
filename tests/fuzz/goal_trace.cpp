// SPDX-License-Identifier: GPL-2.0-only
// Fuzzes GOAL traces, text and binary; what is read is written in both ways, and read again as the same.
#include "fuzz.hpp"

#include "hpnsim/goal.hpp"
#include "hpnsim/trace_formats.hpp"

#include <sstream>

using namespace hpnsim;

namespace
{

Program read(const uint8_t* data, size_t size)
{
    const fuzz::InputFile file(data, size);
    TraceAsked asked;
    asked.file = file.path();
    return read_trace(asked, "goal");
}

Program read_again(const std::string& bytes)
{
    try {
        return read(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    } catch (const BadInput& error) {
        fuzz::fail(std::string("what was written cannot be read: ") + error.what());
    }
}

std::string text_of(const Program& program)
{
    std::ostringstream out;
    write_goal(program, out);
    return out.str();
}

std::string binary_of(const Program& program)
{
    std::ostringstream out;
    write_goal_binary(program, out);
    return out.str();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fuzz::expect_sentences([&] {
        const Program program = read(data, size);
        const std::string text = text_of(program), binary = binary_of(program);
        if (text_of(read_again(text)) != text) fuzz::fail("the text is another program");
        if (binary_of(read_again(binary)) != binary) fuzz::fail("the binary is another program");
        if (text_of(read_again(binary)) != text) fuzz::fail("text and binary differ");
    });
    return 0;
}
