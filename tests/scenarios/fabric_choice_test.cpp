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
    const FabricChoice f =
        parse_fabric("--fabric", "trimming:buffer-mb=32,alpha=1,headroom=150,ack-class=data,trim-last-bdp=2");
    EXPECT_EQ(f.name, "trimming");
    EXPECT_EQ(f.buffer.size, Bytes{32} << 20);
    EXPECT_EQ(f.buffer.headroom, 150'000);
    EXPECT_EQ(f.scheduling.ackClass, AckClass::DATA);
    EXPECT_EQ(f.trimming.limitLastHop, 2);
    EXPECT_FALSE(parse_fabric("--fabric", "lossless:headroom=auto").buffer.headroom);
}

// SimAI.conf: 200G 300/1200 KB 0.8, 400G 800/3200 KB 0.2. HPCC-sim's run.py: 100G 400/1600 KB 0.2, and
// 100/400 KB per 25G below.
TEST(Fabric, EcnDefaultsAreThePublishedOnes)
{
    const auto expect = [](int64_t rate, Bytes kmin, Bytes kmax, double pmax) {
        const RedCurve ecn = FabricChoice().marking.At(gbps(rate));
        EXPECT_EQ(ecn.kmin, kmin * 1000) << rate;
        EXPECT_EQ(ecn.kmax, kmax * 1000) << rate;
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
    const FabricChoice f =
        parse_fabric("--fabric", "lossless:kmin-kb=10,kmin-kb-400=20,kmax-kb-400=40,pmax-200=1");
    EXPECT_EQ(f.marking.At(gbps(100)).kmin, 10'000);
    EXPECT_EQ(f.marking.At(gbps(400)).kmin, 20'000);
    EXPECT_EQ(f.marking.At(gbps(400)).kmax, 40'000);
    EXPECT_EQ(f.marking.At(gbps(200)).pmax, 1);
    EXPECT_EQ(f.marking.At(gbps(200)).kmin, 10'000);
}

TEST(Fabric, OneEcnThresholdInProportionToTheRate)
{
    const FabricChoice f = parse_fabric("--fabric", "lossless:ecn-step-kb=30,kmin-kb-400=100");
    EXPECT_EQ(f.marking.At(gbps(100)).kmin, 300'000);  // HPCC-sim's DCTCP: 300 KB at 100G
    EXPECT_EQ(f.marking.At(gbps(100)).kmax, 300'000);
    EXPECT_EQ(f.marking.At(gbps(100)).pmax, 1);
    EXPECT_EQ(f.marking.At(gbps(400)).kmin, 100'000);  // keys of one rate win
    EXPECT_EQ(f.marking.At(gbps(400)).kmax, 1'200'000);
}

TEST(Fabric, DescribesWhatIsInForce)
{
    bool headroom = false, by_rate = false;
    for (const auto& [key, value] : parse_fabric("--fabric", "lossless:kmin-kb-400=20").keys().shown()) {
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
        {"lossless:ack-class=best", "--x: ack-class: no 'best'; there are 'control' and 'data'"},
        {"lossless:kmin-kb-fast=1",
         "--x: kmin-kb-fast (a rate in Gb/s ends the key): 'fast' is not a whole number"},
        {"lossless:kmin-kb=9,kmax-kb=8", "--fabric: kmin-kb 9 exceeds kmax-kb 8 at 1 Gb/s"},
        {"lossless:headroom=lots", "--x: headroom: 'lots' is not a number"},
        {"trimming:ecn-min-bdp=0.9", "--x: ecn-min-bdp 0.9 exceeds ecn-max-bdp 0.8"},
    };
    const auto parse = [](const char* what, const char* text) { return parse_fabric(what, text); };
    for (const auto& row : table) EXPECT_EQ(sentence_of(parse, row.text), row.sentence);
    EXPECT_THROW(parse_fabric("--x", "lossless:kmin-kb=5000").marking.At(gbps(400)), BadInput);
    EXPECT_THROW(parse_fabric("--x", "lossless:ecn-at=arrival"), BadInput);
    EXPECT_THROW(parse_fabric("--x", "lossless:ecn-at=enqueue,phantom=0.9"), BadInput);
    EXPECT_NO_THROW(parse_fabric("--x", "lossless:ecn-at=dequeue,phantom=0.9"));
}

TEST(FabricPriorities, AreReadAndDescribed)
{
    const FabricChoice usual = parse_fabric("--fabric", "lossless");
    EXPECT_EQ(usual.pfc.lossless, 1 << 3);
    EXPECT_EQ(usual.scheduling.strict, 1 << 6);
    EXPECT_EQ(usual.scheduling.Data(), 3);
    EXPECT_EQ(usual.scheduling.Control(), 6);
    const FabricChoice own = parse_fabric(
        "--fabric",
        "lossless:lossless=3+4,strict=7,dscp=34,dscp-map=34=4+48=7,weights=3=2+4=2,pfc-quanta=1000");
    EXPECT_EQ(own.pfc.lossless, 1 << 3 | 1 << 4);
    EXPECT_EQ(own.scheduling.strict, 1 << 7);
    EXPECT_EQ(own.scheduling.dscpMap.at(34), 4);
    EXPECT_EQ(own.scheduling.dscpMap.at(48), 7);
    EXPECT_EQ(own.scheduling.weights.at(4), 2);
    EXPECT_EQ(own.pfc.quanta, 1000);
    for (const char* bad : {"lossless:lossless=8", "lossless:dscp-map=26", "lossless:dscp-map=64=3",
                            "lossless:watchdog-action=burn", "lossless:dscp=0", "lossless:weights=3=0"})
        EXPECT_THROW(parse_fabric("--fabric", bad), BadInput) << bad;
}

}  // namespace
}  // namespace hpnsim
