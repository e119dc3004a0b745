// SPDX-License-Identifier: GPL-2.0-only
// This is the main function of every scenario binary; HPNSIM_SCENARIO is its name.
#include "run/run_scenario.hpp"
#include "run/scenarios.hpp"

#include "hpnsim/tool_main.hpp"

int main(int argc, char** argv)
{
    using namespace hpnsim;
    return run_main(HPNSIM_SCENARIO, [&] {
        const auto options = parse_command_line(HPNSIM_SCENARIO, argc, argv);
        if (!options) return 0;
        try {
            return run_scenario(*make_scenario(*options));
        } catch (const BadInput& error) {
            throw BadInput(with_place(*options, error.what()));
        }
    });
}
