// SPDX-License-Identifier: GPL-2.0-only
// Tests the keys of `--transport` and `--fabric`.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/transport_options.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

TEST(Transport, ReadsItsKeys)
{
    const TransportOptions t =
        parse_transport("--transport", "rud:ack-timeout=14,cnp-interval-us=4.5,sack-bytes=8192,rto-us=65.42");
    EXPECT_EQ(t.name, "rud");
    EXPECT_EQ(t.ack_timeout, 14);
    EXPECT_EQ(t.cnp_interval, nanoseconds(4500));
    EXPECT_EQ(t.sack_bytes, 8192);
    EXPECT_EQ(t.rto, nanoseconds(65420));
    EXPECT_EQ(t.retry, 7);
}

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
    EXPECT_EQ(describe(TransportOptions())[3].second, "50 us");
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

TEST(Transport, RefusesInOneSentence)
{
    const struct {
        const char* text;
        const char* sentence;
    } table[] = {
        {"gnb", "--x: no 'gnb'; the nearest is 'gbn'"},
        {"irm", "--x: no 'irm'; the nearest is 'irn'"},
        {"gbn:ack-timout=3", "--x: no key 'ack-timout'; the nearest is 'ack-timeout'"},
        {"gbn:ack-timeout=32", "--x: ack-timeout: 32 is out of range, 0 to 31"},
        {"gbn:ack-timeout=1.5", "--x: ack-timeout: '1.5' is not a whole number"},
        {"gbn:retry=many", "--x: retry: 'many' is not a number"},
        {"gbn:cnp-interval-us=-1", "--x: cnp-interval-us: -1 is out of range, 0 to 1000000 us"},
        {"gbn:cnp-interval-us=50us", "--x: cnp-interval-us: '50us' is not a number"},
        {"gbn:retry=1,retry=2", "--x: 'retry' is given twice in 'gbn'"},
        {"gbn:retry", "--x: 'retry' in 'gbn' is not key=value"},
        {"gbn:retry=nan", "--x: retry: 'nan' is not a number"},
    };
    const auto parse = [](const char* what, const char* text) { return parse_transport(what, text); };
    for (const auto& row : table) EXPECT_EQ(sentence_of(parse, row.text), row.sentence);
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

}  // namespace
}  // namespace hpnsim

TEST(FabricPriorities, AreReadAndDescribed)
{
    using namespace hpnsim;
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
