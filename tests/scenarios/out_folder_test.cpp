// SPDX-License-Identifier: GPL-2.0-only
// Tests where a run writes to unless the user says otherwise.
#include "hpnsim/options.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

TEST(OutFolder, IsTheScenariosUnlessToldOtherwise)
{
    Options options;
    options.scenario = "alltoall";
    EXPECT_EQ(out_folder(options), "out/alltoall");
    options.common.out = "here";
    EXPECT_EQ(out_folder(options), "here");
}

}  // namespace
}  // namespace hpnsim
