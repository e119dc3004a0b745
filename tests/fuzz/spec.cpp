// SPDX-License-Identifier: GPL-2.0-only
// Fuzzes NAME:key=value of every kind; the first byte says which. What is understood can be described.
#include "fuzz.hpp"

#include "hpnsim/chosen_transport.hpp"
#include "hpnsim/fabric_choice.hpp"
#include "hpnsim/registry.hpp"
#include "hpnsim/spec.hpp"

#include <cstring>

using namespace hpnsim;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    if (size == 0 || std::memchr(data + 1, 0, size - 1) != nullptr) return 0;  // no command line holds a NUL
    const std::string text = fuzz::text_of(data + 1, size - 1);
    fuzz::expect_sentences([&] {
        switch (data[0] % 6) {
        case 0: {
            const Chosen<CcOps> cc = choose_cc(text);
            describe_params(cc.ops->slot, cc.params.get());
            break;
        }
        case 1: {
            const Chosen<PathOps> path = choose_path(text);
            describe_params(path.ops->slot, path.params.get());
            break;
        }
        case 2: {
            const Chosen<ReceiverOps> receiver = choose_receiver(text);
            describe_params(receiver.ops->slot, receiver.params.get());
            break;
        }
        case 3:
            describe(parse_transport("--transport", text));
            break;
        case 4: {
            const FabricChoice fabric = parse_fabric("--fabric", text);
            fabric.keys().shown();
            fabric.marking.At(gbps(400));
            break;
        }
        default:
            parse_spec("spec", text);
        }
    });
    return 0;
}
