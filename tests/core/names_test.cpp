// SPDX-License-Identifier: GPL-2.0-only
// Tests which name is suggested for a misspelt one, and that none is where none can have been meant.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

const std::vector<std::string> kOptions = {
    "senders",   "size",   "rounds",  "placement", "verb", "cc",     "path",      "receiver",
    "transport", "fabric", "profile", "topology",  "help", "faults", "series-us", "ecn-min-bdp"};
const std::vector<std::string> kFew = {"gbn", "irn", "rud"};

TEST(Names, FindWhatATypoMeant)
{
    const std::pair<const char*, const char*> typos[] = {{"sender", "senders"},
                                                         {"siez", "size"},
                                                         {"round", "rounds"},
                                                         {"placemnt", "placement"},
                                                         {"CC", "cc"},
                                                         {"pahts", "path"},
                                                         {"reciever", "receiver"},
                                                         {"transprot", "transport"},
                                                         {"topolgy", "topology"},
                                                         {"series", "series-us"},
                                                         {"ranks", "rounds"},
                                                         {"ecn", "ecn-min-bdp"},
                                                         {"Fabrics", "fabric"}};
    for (const auto& [typo, meant] : typos) EXPECT_EQ(nearest(typo, kOptions), meant) << typo;
}

TEST(Names, SuggestNothingForWhatIsNoTypo)
{
    for (const char* word :
         {"chunk", "x", "zzz", "bandwidth", "42", "-", "", "xyzzy", "mtu", "quit", "window", "loss-rate"})
        EXPECT_EQ(nearest(word, kOptions), "") << word;
    EXPECT_EQ(nearest("ud", {"on", "no"}), "");
    EXPECT_EQ(nearest("gbn", {}), "");
}

TEST(Names, SayWhatThereIsWhereNoneIsNear)
{
    EXPECT_EQ(suggestion("gb", kFew), "; the nearest is 'gbn'");
    EXPECT_EQ(suggestion("tcp", kFew), "; there are 'gbn', 'irn' and 'rud'");
    EXPECT_EQ(suggestion("tcp", {"gbn"}), "; there is only 'gbn'");
    EXPECT_EQ(suggestion("chunk", kOptions), "; there are 16, from 'senders' to 'ecn-min-bdp'");
    EXPECT_EQ(suggestion("tcp", {}), "");
    EXPECT_EQ(suggestion_of_all("gb", kFew), "; the nearest is 'gbn'; there are gbn, irn, rud");
    EXPECT_EQ(suggestion_of_all("tcp", kFew), "; there are gbn, irn, rud");
}

TEST(Names, AreReadAsTheirPlace)
{
    EXPECT_EQ(parse_name("here", "rud", kFew), 2U);
    try {
        parse_name("here", "RUD", kFew);
        FAIL();
    } catch (const BadInput& error) {
        EXPECT_STREQ(error.what(), "here: no 'RUD'; the nearest is 'rud'");
    }
}

}  // namespace
}  // namespace hpnsim
