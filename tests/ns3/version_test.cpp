// SPDX-License-Identifier: GPL-2.0-only
// Tests that results name the ns-3 that they were made with.
#include "helper/ns3-version.h"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

/// The library that runs is the one that CMake found.
TEST(Ns3Version, IsThatOfThePackage)
{
    EXPECT_EQ(Ns3Version(), HPNSIM_NS3_PACKAGE);
}

}  // namespace
}  // namespace hpnsim
