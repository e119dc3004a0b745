// SPDX-License-Identifier: GPL-2.0-only
// Tests that `sweep jobs FILE` runs the file for each value of the options, with the figures of each job.
#include "command.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

namespace hpnsim::test
{

TEST(SweepJobs, RunsTheFileWithEachValue)
{
    const Folder folder;
    const std::string file = (folder.path() / "my jobs.ini").string(), out = (folder.path() / "o").string();
    std::ofstream(file) << "topology = star:hosts=6\n[a]\nscenario = incast\nranks = 4\nsize = 64K\n"
                           "[b]\nscenario = permutation\nranks = 2\nsize = 8K\n";
    const Ran ran = run("sweep jobs '" + file + "' --cc dcqcn,nscc --seeds 2 --quiet --out " + out);
    EXPECT_EQ(ran.status, 0) << ran.err;
    const Ran rows = shell("python3 -c \"import sqlite3; print(*sqlite3.connect('" + out +
                           "/sweep.sqlite').execute('select cc, seed, jobs_a_delivered_bytes, jobs_b_flows "
                           "from results'), sep='\\n')\"");
    EXPECT_EQ(rows.status, 0) << rows.err;
    EXPECT_EQ(std::count(rows.out.begin(), rows.out.end(), '\n'), 4) << rows.out;
    EXPECT_NE(rows.out.find("('nscc', 2.0, 196608.0, 2.0)"), std::string::npos) << rows.out;
    const Ran file_and_word = run("sweep incast " + file);
    EXPECT_EQ(file_and_word.status, 2);
}

}  // namespace hpnsim::test
