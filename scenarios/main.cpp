// SPDX-License-Identifier: GPL-2.0-only
// The main of every scenario binary; HPNSIM_PROGRAM is its name.
#include "run/huge_pages.hpp"
#include "run/process_ranks.hpp"
#include "run/run_scenario.hpp"
#include "run/scenarios.hpp"

#include "hpnsim/tool_main.hpp"

int main(int argc, char** argv)
{
    using namespace hpnsim;
    use_huge_pages();
    return run_main(HPNSIM_PROGRAM, [&] {
        return with_ranks(HPNSIM_PROGRAM, [&](Ranks* ranks) {
            const auto options = parse_command_line(HPNSIM_PROGRAM, argc, argv);
            if (!options) return 0;
            try {
                return run_scenario(*make_scenario(*options), ranks);
            } catch (const BadInput& error) {
                throw BadInput(with_place(*options, error.what()));
            }
        });
    });
}
