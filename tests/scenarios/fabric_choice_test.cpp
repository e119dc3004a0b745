// SPDX-License-Identifier: GPL-2.0-only
// Tests the keys of --fabric: what is read, refused and described.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/fabric_choice.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

TEST(Fabric, ReadsItsKeys)
{
    const FabricOptions f =
        parse_fabric("--fabric", "trimming:buffer-mb=32,alpha=1,headroom=150,ack-class=data,trim-last-bdp=2");
    EXPECT_EQ(f.name, "trimming");
    EXPECT_EQ(f.buffer_mb, 32);
    EXPECT_EQ(f.headroom_kb, 150);
    EXPECT_EQ(f.ack_class, "data");
    EXPECT_EQ(f.trim_last_bdp, 2);
    EXPECT_LT(parse_fabric("--fabric", "lossless:headroom=auto").headroom_kb, 0);
}

// SimAI.conf: 200G 300/1200 KB 0.8, 400G 800/3200 KB 0.2. HPCC-sim's run.py: 100G 400/1600 KB 0.2, and
// 100/400 KB per 25G below.
TEST(Fabric, EcnDefaultsAreThePublishedOnes)
{
    const auto expect = [](int64_t rate, double kmin, double kmax, double pmax) {
        const EcnThresholds ecn = FabricOptions().ecn_at(gbps(rate));
        EXPECT_DOUBLE_EQ(ecn.kmin_kb, kmin) << rate;
        EXPECT_DOUBLE_EQ(ecn.kmax_kb, kmax) << rate;
        EXPECT_DOUBLE_EQ(ecn.pmax, pmax) << rate;
    };
    expect(25, 100, 400, 0.2);
    expect(100, 400, 1600, 0.2);
    expect(200, 300, 1200, 0.8);
    expect(400, 800, 3200, 0.2);
    expect(800, 1600, 6400, 0.2);
}

TEST(Fabric, KeysOfOneRateOverruleTheCommonOnes)
{
    const FabricOptions f =
        parse_fabric("--fabric", "lossless:kmin-kb=10,kmin-kb-400=20,kmax-kb-400=40,pmax-200=1");
    EXPECT_EQ(f.ecn_at(gbps(100)).kmin_kb, 10);
    EXPECT_EQ(f.ecn_at(gbps(400)).kmin_kb, 20);
    EXPECT_EQ(f.ecn_at(gbps(400)).kmax_kb, 40);
    EXPECT_EQ(f.ecn_at(gbps(200)).pmax, 1);
    EXPECT_EQ(f.ecn_at(gbps(200)).kmin_kb, 10);
}

TEST(Fabric, OneEcnThresholdInProportionToTheRate)
{
    const FabricOptions f = parse_fabric("--fabric", "lossless:ecn-step-kb=30,kmin-kb-400=100");
    EXPECT_EQ(f.ecn_at(gbps(100)).kmin_kb, 300);  // HPCC-sim's DCTCP: 300 KB at 100G
    EXPECT_EQ(f.ecn_at(gbps(100)).kmax_kb, 300);
    EXPECT_EQ(f.ecn_at(gbps(100)).pmax, 1);
    EXPECT_EQ(f.ecn_at(gbps(400)).kmin_kb, 100);  // keys of one rate win
    EXPECT_EQ(f.ecn_at(gbps(400)).kmax_kb, 1200);
}

TEST(Fabric, DescribesWhatIsInForce)
{
    bool headroom = false, by_rate = false;
    for (const auto& [key, value] : describe(parse_fabric("--fabric", "lossless:kmin-kb-400=20"))) {
        headroom = headroom || (key == "headroom" && value == "auto");
        by_rate = by_rate || (key == "kmin-kb-400" && value == "20 KB");
    }
    EXPECT_TRUE(headroom);
    EXPECT_TRUE(by_rate);
}

template <class Parse> std::string sentence_of(Parse parse, const char* text)
{
    try {
        parse("--x", text);
    } catch (const BadInput& error) {
        return error.what();
    }
    return "";
}

TEST(Fabric, RefusesInOneSentence)
{
    const struct {
        const char* text;
        const char* sentence;
    } table[] = {
        {"losless", "--x: no 'losless'; the nearest is 'lossless'"},
        {"lossless:pmax=1.5", "--x: pmax: 1.5 is out of range, 0 to 1"},
        {"lossless:ack-class=best", "--x: ack-class: no 'best'; the nearest is 'data'"},
        {"lossless:kmin-kb-fast=1",
         "--x: kmin-kb-fast (a rate in Gb/s ends the key): 'fast' is not a whole number"},
        {"lossless:kmin-kb=9,kmax-kb=8", "--fabric: kmin-kb 9 exceeds kmax-kb 8 at 1 Gb/s"},
        {"lossless:headroom=lots", "--x: headroom: 'lots' is not a number"},
        {"trimming:ecn-min-bdp=0.9", "--x: ecn-min-bdp 0.9 exceeds ecn-max-bdp 0.8"},
    };
    const auto parse = [](const char* what, const char* text) { return parse_fabric(what, text); };
    for (const auto& row : table) EXPECT_EQ(sentence_of(parse, row.text), row.sentence);
    EXPECT_THROW(parse_fabric("--x", "lossless:kmin-kb=5000").ecn_at(gbps(400)), BadInput);
    EXPECT_THROW(parse_fabric("--x", "lossless:ecn-at=arrival"), BadInput);
    EXPECT_THROW(parse_fabric("--x", "lossless:ecn-at=enqueue,phantom=0.9"), BadInput);
    EXPECT_NO_THROW(parse_fabric("--x", "lossless:ecn-at=dequeue,phantom=0.9"));
}

TEST(FabricPriorities, AreReadAndDescribed)
{
    const FabricOptions usual = parse_fabric("--fabric", "lossless");
    EXPECT_EQ(usual.lossless, 1 << 3);
    EXPECT_EQ(usual.strict, 1 << 6);
    EXPECT_EQ(usual.dscp_map.at(usual.dscp), 3);
    EXPECT_EQ(usual.dscp_map.at(usual.control_dscp), 6);
    const FabricOptions own = parse_fabric(
        "--fabric",
        "lossless:lossless=3+4,strict=7,dscp=34,dscp-map=34=4+48=7,weights=3=2+4=2,pfc-quanta=1000");
    EXPECT_EQ(own.lossless, 1 << 3 | 1 << 4);
    EXPECT_EQ(own.strict, 1 << 7);
    EXPECT_EQ(own.dscp_map.at(34), 4);
    EXPECT_EQ(own.dscp_map.at(48), 7);
    EXPECT_EQ(own.weights.at(4), 2);
    EXPECT_EQ(own.pfc_quanta, 1000);
    for (const char* bad : {"lossless:lossless=8", "lossless:dscp-map=26", "lossless:dscp-map=64=3",
                            "lossless:watchdog-action=burn", "lossless:dscp=0", "lossless:weights=3=0"})
        EXPECT_THROW(parse_fabric("--fabric", bad), BadInput) << bad;
}

}  // namespace
}  // namespace hpnsim
