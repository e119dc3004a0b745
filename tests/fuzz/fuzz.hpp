// SPDX-License-Identifier: GPL-2.0-only
// Declares what the fuzz targets share. Every target is a file of its own with libFuzzer's entry point;
// driver.cpp runs it where there is no libFuzzer.
#pragma once

#include "hpnsim/bad_input.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace hpnsim::fuzz
{

/// Something is wrong: says what, and dies, as a fuzzer expects.
[[noreturn]] inline void fail(const std::string& what)
{
    std::cerr << "fuzz: " << what << "\n";
    std::abort();
}

/// Parsers may complain of bad input in one sentence; anything else that they throw kills the target.
template <class Parse> void expect_sentences(Parse parse)
{
    try {
        parse();
    } catch (const BadInput& error) {
        const std::string sentence = error.what();
        if (sentence.size() < 8) fail("a sentence says too little: " + sentence);
        const auto control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
        if (std::any_of(sentence.begin(), sentence.end(), control)) fail("a sentence is torn: " + sentence);
    }
}

inline std::string text_of(const uint8_t* data, size_t size)
{
    return {reinterpret_cast<const char*>(data), size};
}

/// Takes values out of an input; gives zeros when it is used up.
class Bytes8
{
public:
    Bytes8(const uint8_t* data, size_t size) : data_(data), left_(size) {}
    bool empty() const { return left_ == 0; }
    uint8_t u8()
    {
        if (left_ == 0) return 0;
        --left_;
        return *data_++;
    }
    uint16_t u16() { return static_cast<uint16_t>(u8() << 8 | u8()); }
    uint32_t u32() { return static_cast<uint32_t>(u16()) << 16 | u16(); }
    uint64_t u64() { return static_cast<uint64_t>(u32()) << 32 | u32(); }

private:
    const uint8_t* data_;
    size_t left_;
};

/// Offers the input as a file, for parsers that want a path.
class InputFile
{
public:
    InputFile(const uint8_t* data, size_t size);
    ~InputFile();
    InputFile(const InputFile&) = delete;
    InputFile& operator=(const InputFile&) = delete;
    const std::string& path() const { return path_; }

private:
    int handle_ = -1;
    std::string path_;
};

}  // namespace hpnsim::fuzz
