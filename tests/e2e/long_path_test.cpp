// SPDX-License-Identifier: GPL-2.0-only
// Tests long cables and deep buffers: nothing is retransmitted that is only late, and what cannot work is
// said.
#include "command.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace hpnsim::test
{
namespace
{

std::vector<std::string> listed_laws()
{
    std::istringstream lines(run("cc --list").out);
    std::vector<std::string> laws;
    std::string line;
    std::getline(lines, line);  // the heading
    while (std::getline(lines, line) && line.compare(0, 2, "  ") == 0)
        laws.push_back(line.substr(2, line.find(' ', 2) - 2));
    return laws;
}

/// Runs a flow of 1,000,000 bytes between two hosts whose switches are `ms` apart.
struct LongLink {
    explicit LongLink(int ms)
    {
        std::ofstream(folder.path() / "topology.txt")
            << "4 2 3\n2 3\n0 2 100Gbps 1us 0\n1 3 100Gbps 1us 0\n2 3 100Gbps " << ms << "ms 0\n";
        std::ofstream(folder.path() / "flow.txt") << "1\n0 1 3 100 1000000 0\n";
        out = folder.path() / "out";
    }
    Ran flows(const std::string& more) const
    {
        return run("flows --topology file:path=" + (folder.path() / "topology.txt").string() +
                   " --flow-file " + (folder.path() / "flow.txt").string() + " --quiet --no-plots --out " +
                   out.string() + " " + more);
    }
    Folder folder;
    std::filesystem::path out;
};

void expect_clean(const nlohmann::json& found, double least_us, double most_us, const std::string& what)
{
    EXPECT_EQ(found["failed"], 0) << what;
    EXPECT_EQ(found["unfinished"], 0) << what;
    EXPECT_EQ(found["timeouts"], 0) << what;
    EXPECT_EQ(found["retransmitted_bytes"], 0) << what;
    EXPECT_EQ(found["drops"], 0) << what;
    ASSERT_FALSE(found["fct_us"]["max"].is_null()) << what;
    EXPECT_GE(found["fct_us"]["max"].get<double>(), least_us) << what;
    EXPECT_LE(found["fct_us"]["max"].get<double>(), most_us) << what;
}

/// Every CC runs with every transport that its path policy allows.
TEST(LongPath, EveryLawTakesOneRoundTrip)
{
    const auto laws = listed_laws();
    ASSERT_GE(laws.size(), 12U);
    for (const int ms : {5, 10}) {
        const LongLink link(ms);
        for (const std::string& law : laws)
            for (const char* transport : {"gbn", "gbn:adaptive=1", "irn", "rud"}) {
                const bool sprays = law == "nscc" || law == "rccc";
                if (sprays && transport != std::string("rud")) continue;
                const Ran ran =
                    link.flows("--fabric lossless:buffer-mb=4000 --cc " + law + " --transport " + transport);
                ASSERT_EQ(ran.status, 0) << law << " " << transport << ": " << ran.err;
                const double round_trip = ms * 2000.0;
                expect_clean(summary(link.out, law), round_trip, round_trip * 1.02, law + " " + transport);
            }
    }
}

TEST(LongPath, ABaseRttBeyondTheUsualTimeoutIsCovered)
{
    const Folder folder;
    const auto out = folder.path() / "out";
    const Ran ran =
        run("incast --topology star:hosts=2,gbps=100,link-ns=10000000,buffer-mb=65536 --senders 1 "
            "--size 256K --quiet --no-plots --out " +
            out.string());
    ASSERT_EQ(ran.status, 0) << ran.err;
    const auto found = summary(out, "dcqcn");
    expect_clean(found, 40'000, 40'100, "star");
    EXPECT_EQ(found["params"]["transport:gbn"]["ack-timeout"], "automatic: 18 (1073.742 ms)");
}

/// PFC spreads the wait over three hops. No packet is lost, so none may be sent twice.
TEST(DeepPauses, NoFlowDiesAndNothingIsRepeated)
{
    const Folder folder;
    const auto out = folder.path() / "out";
    const Ran ran =
        run("incast --topology leaf-spine:leaves=16,hosts=16,spines=8,gbps=100 --senders 240 --size 2M "
            "--cc dcqcn --placement index --quiet --no-plots --out " +
            out.string());
    ASSERT_EQ(ran.status, 0) << ran.err;
    const auto found = summary(out, "dcqcn");
    EXPECT_EQ(found["completed"], 240);
    EXPECT_EQ(found["timeouts"], 0);
    EXPECT_EQ(found["retransmitted_bytes"], 0);
    EXPECT_EQ(found["drops"], 0);
    EXPECT_GT(found["pfc_pauses"], 5'000);
}

TEST(AutomaticTimeouts, SmallFabricsKeepTheirs)
{
    const struct {
        const char* words;
        const char* name;
        const char* key;
        const char* value;
    } kCases[] = {
        {"--topology star --cc dcqcn", "gbn", "ack-timeout", "automatic: 8 (1.049 ms)"},
        {"--topology hpn --cc dcqcn", "gbn", "ack-timeout", "automatic: 14 (67.109 ms)"},
        {"--topology star --cc dcqcn --fabric lossy", "gbn", "ack-timeout", "automatic: 8 (1.049 ms)"},
        {"--topology hpn:segments=1,hosts=8 --cc dcqcn --fabric lossy", "gbn", "ack-timeout",
         "automatic: 8 (1.049 ms)"},
        {"--topology hpn:segments=1,hosts=8 --cc dcqcn --fabric lossy --transport irn", "irn", "rto-us",
         "automatic: 591.744 us"},
        {"--topology hpn:segments=1,hosts=8 --cc dcqcn --fabric lossy --transport irn", "irn", "rto-low-us",
         "automatic: 100 us"},
        {"--topology star --cc dcqcn --transport gbn:ack-timeout=5", "gbn", "ack-timeout", "5"},
        {"--topology star --cc dcqcn --transport gbn:ack-timeout=auto", "gbn", "ack-timeout",
         "automatic: 8 (1.049 ms)"}};
    const Folder folder;
    for (const auto& each : kCases) {
        const auto out = folder.path() / "out";
        const Ran ran = run(std::string("incast --senders 2 --size 4K --quiet --no-plots --out ") +
                            out.string() + " " + each.words);
        ASSERT_EQ(ran.status, 0) << ran.err;
        EXPECT_EQ(summary(out, "dcqcn")["params"]["transport:" + std::string(each.name)][each.key],
                  each.value)
            << each.words;
    }
}

/// What the user gives wins; a run that fails because of it says why and what to set.
TEST(ExhaustedRetries, AreExplained)
{
    const LongLink link(5);
    const struct {
        const char* transport;
        const char* words[3];
    } kCases[] = {
        {"gbn:ack-timeout=8", {"of 1.049 ms", "gbn:ack-timeout=14 (67.11 ms)", "no packet was dropped"}},
        {"irn:rto-us=320,rto-low-us=100", {"of 320 us", "irn:rto-us=67109", "no packet was dropped"}},
        {"rud:rto-us=10", {"of 10 us", "rud:rto-us=67109", "no packet was dropped"}}};
    for (const auto& each : kCases) {
        const Ran ran = link.flows(std::string("--cc fixed --fabric lossless:buffer-mb=4000 --transport ") +
                                   each.transport);
        EXPECT_EQ(ran.status, 4) << each.transport;
        const auto found = summary(link.out, "fixed");
        const std::string sentence = found.value("retries_exhausted", "");
        EXPECT_NE(sentence.find("1 of 1 flows ended in IBV_WC_RETRY_EXC_ERR"), std::string::npos) << sentence;
        EXPECT_NE(sentence.find("base RTT of 10.01 ms"), std::string::npos) << sentence;
        for (const char* word : each.words) EXPECT_NE(sentence.find(word), std::string::npos) << sentence;
        EXPECT_NE(ran.err.find("fixed: " + sentence), std::string::npos) << ran.err;
        EXPECT_NE(read(link.out / "report.html").find("1 of 1 flows ended in"), std::string::npos);
    }
}

TEST(ExhaustedRetries, OfLostPacketsAreNoLateOnes)
{
    const Folder folder;
    const auto out = folder.path() / "out";
    const Ran ran =
        run("incast --topology star --senders 2 --size 4K --cc dcqcn --loss 1 --quiet --no-plots --out " +
            out.string());
    EXPECT_EQ(ran.status, 4);
    EXPECT_NE(ran.err.find("2 of 2 flows ended in"), std::string::npos) << ran.err;
    EXPECT_NE(ran.err.find("packets were lost"), std::string::npos) << ran.err;
}

/// Thresholds that their papers give in microseconds mean nothing beyond such a path.
TEST(UnfitParameters, AreWarnedOfOnce)
{
    const LongLink link(5);
    const std::pair<const char*, const char*> kCases[] = {
        {"swift:preset=paper", "set base-target-us above"},
        {"swift:base-target-us=5000", "set base-target-us above"},
        {"swift:max-cwnd=256", "set max-cwnd to a BDP"},
        {"timely:preset=paper", "set t-low-us and t-high-us"},
        {"timely:t-high-us=9000", "set t-low-us and t-high-us"},
        {"swift:base-target-us=20000", nullptr},
        {"swift", nullptr},
        {"timely:t-low-us=20000,t-high-us=50000", nullptr},
        {"timely", nullptr}};
    for (const auto& [law, advice] : kCases) {
        const Ran ran = link.flows(std::string("--fabric lossless:buffer-mb=4000 --cc ") + law);
        EXPECT_EQ(ran.status, 0) << law << ": " << ran.err;
        const size_t at = ran.err.find("on a base RTT of 10.01 ms");
        EXPECT_EQ(at != std::string::npos, advice != nullptr) << law << ": " << ran.err;
        if (advice == nullptr) continue;
        EXPECT_NE(ran.err.find(advice), std::string::npos) << ran.err;
        EXPECT_EQ(ran.err.find("on a base RTT", at + 1), std::string::npos) << ran.err;
        EXPECT_NE(read(link.out / "report.html").find(advice), std::string::npos) << law;
    }
}

/// Headroom that a chosen buffer cannot hold is refused with a size that works; one that nobody chose grows.
TEST(LongCables, TellHowMuchBufferTheyNeed)
{
    const Folder folder;
    for (const char* topology :
         {"star:gbps=100,link-ns=5000000,buffer-mb=16", "star:gbps=400,link-ns=100000,buffer-mb=16",
          "hpn:segments=1,hosts=8,gpus=1,link-ns=100000,buffer-mb=16",
          "fat-tree:k=4,link-ns=100000,buffer-mb=16", "dumbbell:left=4,link-ns=1000000,buffer-mb=16"}) {
        const std::string line =
            std::string("incast --senders 3 --size 64K --cc fixed --placement index --quiet "
                        "--no-plots --out ") +
            (folder.path() / "out").string() + " --topology " + topology;
        const Ran refused = run(line);
        ASSERT_EQ(refused.status, 2) << topology << refused.err;
        const size_t at = refused.err.find("buffer-mb=");
        ASSERT_NE(at, std::string::npos) << refused.err;
        const size_t end = refused.err.find_first_not_of("0123456789", at + 10);
        for (const std::string& buffer : {"," + refused.err.substr(at, end - at), std::string()}) {
            const Ran told = run(line.substr(0, line.rfind(',')) + buffer);
            EXPECT_EQ(told.status, 0) << topology << buffer << ": " << told.err;
        }
        expect_clean(summary(folder.path() / "out", "fixed"), 0, 1e9, topology);
    }
}

}  // namespace
}  // namespace hpnsim::test
