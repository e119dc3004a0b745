// SPDX-License-Identifier: GPL-2.0-only
// Asks the database by a script, in the order of its rows.
#include "sweep_contents.hpp"

#include "command.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace hpnsim::test
{

std::string contents_of_sweep(const std::filesystem::path& out)
{
    const std::filesystem::path script = out.string() + ".py";
    std::ofstream(script)
        << "import sqlite3, sys\n"
           "database = sqlite3.connect(sys.argv[1])\n"
           "for what in ('id, label, command, folder, status, exit_status, message from runs',\n"
           "             '* from settings', '* from figures', '* from sizes', '* from results'):\n"
           "    for row in database.execute('select ' + what): print(row)\n";
    const Ran ran = shell("python3 " + script.string() + " " + (out / "sweep.sqlite").string());
    EXPECT_EQ(ran.status, 0) << ran.err;
    return ran.out;
}

}  // namespace hpnsim::test
