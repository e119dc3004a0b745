// SPDX-License-Identifier: GPL-2.0-only
// Judges MSCCL XML as a collective: it moves the right bytes in the order that the file says, and a file that
// cannot be run is refused in a sentence.
#include "collective_loads.hpp"
#include "collective_rig.hpp"
#include "hpnsim/bad_input.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace hpnsim
{
namespace
{

const std::string kRing = HPNSIM_TEST_DATA "/workloads/allreduce_ring_8.xml";

/// A file for as long as the object lives.
class XmlFile
{
public:
    explicit XmlFile(const std::string& text)
        : path_(testing::TempDir() + "msccl-" + std::to_string(getpid()) + ".xml")
    {
        std::ofstream(path_) << text;
    }
    ~XmlFile() { std::remove(path_.c_str()); }
    XmlFile(const XmlFile&) = delete;
    XmlFile& operator=(const XmlFile&) = delete;
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

const CollectiveOps& msccl(const Operation& operation)
{
    return find_collective("algorithm", operation, "msccl");
}

CollectiveCall call_of(const std::string& file, CollectiveShape shape, Bytes size)
{
    CollectiveCall call{shape, size};
    call.argument = file;
    return call;
}

std::string algo(const std::string& coll, int gpus, int chunks, int inplace,
                 const std::string& proto = "Simple")
{
    return "<algo name=\"a\" proto=\"" + proto + "\" nchannels=\"1\" nchunksperloop=\"" +
           std::to_string(chunks) + "\" ngpus=\"" + std::to_string(gpus) + "\" coll=\"" + coll +
           "\" inplace=\"" + std::to_string(inplace) + "\">\n";
}

std::string gpu(int id, int scratch = 0)
{
    return "<gpu id=\"" + std::to_string(id) + "\" i_chunks=\"1\" o_chunks=\"1\" s_chunks=\"" +
           std::to_string(scratch) + "\">\n";
}

std::string tb(int id, int send, int receive, int channel = 0)
{
    return "<tb id=\"" + std::to_string(id) + "\" send=\"" + std::to_string(send) + "\" recv=\"" +
           std::to_string(receive) + "\" chan=\"" + std::to_string(channel) + "\">\n";
}

/// `from` and `to` are a letter and a digit: "i0".
std::string step(int number, const std::string& type, const std::string& from, const std::string& to,
                 int count = 1, int block = -1, int after = -1)
{
    return "<step s=\"" + std::to_string(number) + "\" type=\"" + type + "\" srcbuf=\"" + from[0] +
           "\" srcoff=\"" + from[1] + "\" dstbuf=\"" + to[0] + "\" dstoff=\"" + to[1] + "\" cnt=\"" +
           std::to_string(count) + "\" depid=\"" + std::to_string(block) + "\" deps=\"" +
           std::to_string(after) + "\" hasdep=\"0\"/>\n";
}

const std::string kEnd = "</tb></gpu>\n";

void expect_right(const Operation& operation, const std::string& text, uint32_t gpus, Bytes size)
{
    const XmlFile file(text);
    for (const CollectiveShape shape : {CollectiveShape{gpus, 1, gpus}, {gpus, gpus, 1}}) {
        const CollectiveTrial run = run_collective(msccl(operation), call_of(file.path(), shape, size));
        EXPECT_TRUE(run.done);
        EXPECT_TRUE(run.verdict.verified()) << run.verdict.first;
        EXPECT_EQ(run.messages, run.transfers);
        EXPECT_EQ(run.overlaps, 0);
        EXPECT_LE(run.ideal.total(), run.end);
    }
}

TEST(Msccl, TheSampleAddsUpEveryChunk)
{
    for (const CollectiveShape shape : {CollectiveShape{8, 8, 1}, {8, 4, 2}, {8, 1, 8}})
        for (const Bytes size : {Bytes{8}, Bytes{64} << 10}) {
            const CollectiveTrial run = run_collective(msccl(kAllReduce), call_of(kRing, shape, size));
            EXPECT_TRUE(run.done);
            EXPECT_TRUE(run.verdict.verified()) << run.verdict.first;
            EXPECT_EQ(run.messages, 112U);
            EXPECT_EQ(run.transfers, 112U);
            EXPECT_EQ(run.overlaps, 0);
            EXPECT_LE(run.ideal.total(), run.end);
            EXPECT_LE(static_cast<double>(run.pairs), msccl(kAllReduce).pairs(shape));
        }
}

// 8 hosts of one GPU, 8 MiB in 8 chunks by LL128: 1 MiB of data and 8 bytes more for each 120, 1,118,488
// bytes, take 22.36976 us and 3 us, 14 times.
TEST(Msccl, TheSampleSends14MessagesToEachNeighbour)
{
    const auto collective = make_collective(msccl(kAllReduce), call_of(kRing, {8, 1, 8}, 8 << 20));
    std::vector<int> sent(8);
    CollectiveWorkload workload(make_collective(msccl(kAllReduce), call_of(kRing, {8, 1, 8}, 8 << 20)),
                                {8, 1, 8}, 1, {}, 1);
    FakeCarrier carrier;
    carrier.on_send = [&](const Message& m) {
        EXPECT_EQ(m.dst, (m.src + 1) % 8);
        EXPECT_EQ(m.bytes, 1'118'488);
        ++sent[m.src];
    };
    carrier.run(workload);
    EXPECT_EQ(sent, std::vector<int>(8, 14));
    EXPECT_EQ(collective->share(3), 28U);
    EXPECT_EQ(workload.periods()[0].end, Time{14 * (22'369'760 + 3'000'000)});
}

// Both swap their halves: in place a rank sends from its output, where what it receives lands. Out of place
// the blocks go from the input to the output.
TEST(Msccl, ExchangesBlocks)
{
    std::string in_place = algo("alltoall", 2, 2, 1), apart = algo("alltoall", 2, 2, 0);
    for (int id = 0; id < 2; ++id) {
        const std::string other = std::to_string(1 - id), own = std::to_string(id);
        in_place += gpu(id) + tb(0, 1 - id, 1 - id) + step(0, "s", "o" + other, "i0") +
                    step(1, "r", "i0", "o" + other) + kEnd;
        apart += gpu(id) + tb(0, 1 - id, 1 - id) + step(0, "s", "i" + other, "o0") +
                 step(1, "r", "i0", "o" + other) + step(2, "cpy", "i" + own, "o" + own) + kEnd;
    }
    expect_right(kAllToAll, in_place + "</algo>", 2, 1000);
    expect_right(kAllToAll, apart + "</algo>", 2, 1000);
}

// What arrives in the output is not what is in the input: there the rank's own part is still to be added.
TEST(Msccl, OutputIsNotInput)
{
    std::string text = algo("allreduce", 2, 2, 0);
    for (int id = 0; id < 2; ++id)
        text += gpu(id) + tb(0, 1 - id, 1 - id) + step(0, "s", "i0", "o0", 2) + step(1, "r", "i0", "o0", 2) +
                step(2, "re", "i0", "o0", 2) + kEnd;
    expect_right(kAllReduce, text + "</algo>", 2, 1000);
}

// GPU 0 -> 1 -> 2 -> 0: what a rank receives it keeps and sends on (rcs), in place and apart.
TEST(Msccl, GathersBlocks)
{
    for (const int in_place : {0, 1}) {
        std::string text = algo("allgather", 3, 3, in_place, "LL");
        for (int id = 0; id < 3; ++id) {
            const std::string own = std::to_string(id), before = std::to_string((id + 2) % 3),
                              last = std::to_string((id + 1) % 3);
            text += gpu(id) + tb(0, (id + 1) % 3, (id + 2) % 3) + step(0, "s", "i0", "o0") +
                    step(1, "rcs", "i0", "o" + before) + step(2, "r", "i0", "o" + last) +
                    (in_place == 1 ? "" : step(3, "cpy", "i0", "o" + own)) + kEnd;
        }
        expect_right(kAllGather, text + "</algo>", 3, 300);
    }
}

// The same way round: each adds its part and sends on without keeping it (rrs), and the last one keeps the
// sum (rrc) where its own part was, or elsewhere.
TEST(Msccl, ScattersSums)
{
    for (const int in_place : {0, 1}) {
        std::string text = algo("reducescatter", 3, 3, in_place);
        for (int id = 0; id < 3; ++id) {
            const std::string own = std::to_string(id), before = std::to_string((id + 2) % 3),
                              last = std::to_string((id + 1) % 3);
            text += gpu(id) + tb(0, (id + 1) % 3, (id + 2) % 3) + step(0, "s", "i" + before, "o0") +
                    step(1, "rrs", "i" + last, "o0") + step(2, "rrc", "i" + own, "o0") + kEnd;
        }
        expect_right(kReduceScatter, text + "</algo>", 3, 300);
    }
}

// GPU 1 adds (rrcs) what GPU 0 sent; GPU 0 takes the sum. The other chunk goes by scratch: GPU 1 receives it
// in one block, another block waits for that over a nop, adds it up (re) and sends the sum back.
TEST(Msccl, AddsUpInScratchAndAcrossBlocks)
{
    std::string text = algo("allreduce", 2, 2, 1);
    text += gpu(0) + tb(0, 1, 1, 0) + step(0, "s", "i0", "i0") + step(1, "r", "i0", "o0") + "</tb>" +
            tb(1, 1, -1, 1) + step(0, "s", "i1", "i1") + "</tb>" + tb(2, -1, 1, 2) +
            step(0, "r", "i1", "i1") + kEnd;
    text += gpu(1, 1) + tb(0, 0, 0, 0) + step(0, "rrcs", "i0", "o0") + "</tb>" + tb(5, 0, -1, 2) +
            step(0, "nop", "i0", "i0", 0, 7, 0) + step(1, "re", "s0", "i1") + step(2, "s", "i1", "i1") +
            "</tb>" + tb(7, -1, 0, 1) + step(0, "r", "i0", "s0") + kEnd;
    expect_right(kAllReduce, text + "</algo>", 2, 1024);
}

// A copy of the input waits for its bytes at 1 GB/s, and so does what each step copies or adds up: 1 MB into
// the slot, 1 MB out of it. The last copy is part of the collective.
TEST(Msccl, LocalWorkTakesItsTime)
{
    std::string text = algo("alltoall", 2, 2, 0);
    for (int id = 0; id < 2; ++id)
        text += gpu(id) + tb(0, 1 - id, 1 - id) + step(0, "s", "i" + std::to_string(1 - id), "o0") +
                step(1, "r", "i0", "o" + std::to_string(1 - id)) + kEnd;
    const XmlFile file(text + "</algo>");
    StepCosts costs;
    costs.copy_bytes_per_s = 1e9;
    CollectiveWorkload workload(make_collective(msccl(kAllToAll), call_of(file.path(), {2, 1, 2}, 2'000'000)),
                                {2, 1, 2}, 1, {}, 1, costs);
    FakeCarrier carrier;
    carrier.run(workload);
    EXPECT_NEAR(workload.periods()[0].end.us(), 1000 + 20 + 3 + 1000, 1e-3);
    CollectiveLimits limits = uniform_limits(50e9, 0, microseconds(3), Time{});
    limits.costs = costs;
    EXPECT_NEAR(
        collective_ideal(msccl(kAllToAll), call_of(file.path(), {2, 1, 2}, 2'000'000), limits).total().us(),
        2023, 1e-3);
}

template <class Act> std::string sentence_of(Act act)
{
    try {
        act();
    } catch (const BadInput& error) {
        return error.what();
    }
    return "";
}

TEST(Msccl, RanksAndSizeMustFitTheFile)
{
    const auto sentence = [](uint32_t ranks, Bytes size) {
        return sentence_of([&] {
            make_collective(msccl(kAllReduce), call_of(kRing, {ranks, 1, ranks}, size));
        });
    };
    EXPECT_EQ(sentence(8, 80), "");
    EXPECT_EQ(sentence(16, 80), "ranks: '" + kRing + "' is for 8 GPUs, not 16");
    EXPECT_EQ(sentence(8, 81), "size: 81 is no multiple of the 8 chunks of '" + kRing + "'");
    EXPECT_EQ(sentence_of([] {
                  make_collective(msccl(kAllToAll), call_of(kRing, {8, 8, 1}, 80));
              }),
              kRing + ":1: this is allreduce, not alltoall");
}

TEST(Msccl, AFileMustBeThere)
{
    const std::string sentence = sentence_of([] {
        make_collective(msccl(kAllReduce), call_of("/there/is/none.xml", {8, 1, 8}, 80));
    });
    EXPECT_EQ(sentence.substr(0, 48), "algorithm: there is no file '/there/is/none.xml'");
}

TEST(Msccl, ANameCarriesTheFile)
{
    EXPECT_EQ(argument_of_collective("--algorithm", msccl(kAllReduce), "msccl:file=a/b.xml"), "a/b.xml");
    EXPECT_EQ(&find_collective("--algorithm", kAllReduce, "msccl:file=a/b.xml"), &msccl(kAllReduce));
    EXPECT_EQ(argument_of_collective("--algorithm", find_collective("", kAllReduce, "ring"), "ring"), "");
    EXPECT_EQ(sentence_of([] { argument_of_collective("--algorithm", msccl(kAllReduce), "msccl"); }),
              "--algorithm: 'msccl' needs a file, an algorithm in MSCCL XML: msccl:file=F");
    EXPECT_EQ(sentence_of([] { find_collective("--algorithm", kAllReduce, "ring:file=F"); }),
              "--algorithm: 'ring' has no key 'file'; it takes none");
    EXPECT_EQ(sentence_of([] { find_collective("--algorithm", kAllReduce, "msccl:path=F"); }),
              "--algorithm: 'msccl' has no key 'path'; it takes file");
}

struct Bad {
    std::string text, sentence;  // without the file's name
};

TEST(Msccl, RefusesWhatCannotBeRun)
{
    const std::string head = algo("allreduce", 2, 2, 1);
    const auto whole = [&](const std::string& first, const std::string& second) {
        return head + gpu(0) + first + "</gpu>\n" + gpu(1) + second + "</gpu></algo>";
    };
    const std::string sends = tb(0, 1, -1) + step(0, "s", "i0", "i0") + "</tb>";
    const std::string receives = tb(0, -1, 0) + step(0, "r", "i0", "i0") + "</tb>";
    const std::string circle = tb(0, -1, -1) + step(0, "nop", "i0", "i0", 0, 1, 0) + "</tb>" + tb(1, -1, -1) +
                               step(0, "nop", "i0", "i0", 0, 0, 0) + "</tb>";
    for (const Bad& bad : {
             Bad{"", ":1: not XML: no element found"},
             {"<algo", ":1: not XML: unclosed token"},
             {"<graph/>", ":1: <graph> where <algo> belongs"},
             {algo("custom", 2, 2, 1), ":1: no coll 'custom'; there are allreduce, "
                                       "allgather, reducescatter, alltoall"},
             {algo("allreduce", 1, 2, 1), ":1: ngpus: 1 is out of range, 2 to 1000000"},
             {algo("allgather", 2, 3, 1), ":1: nchunksperloop=3 of allgather is not a multiple of ngpus=2"},
             {head + "</algo>", ":2: there are 0 <gpu> for ngpus=2"},
             {head + gpu(0) + "</gpu>" + gpu(0), ":3: gpu 0 is there twice"},
             {whole(tb(0, 0, -1), ""), ":3: gpu 0 and itself"},
             {whole(tb(0, 1, -1) + "<step s=\"0\" type=\"s\"/>", ""), ":4: <step> has no cnt"},
             {whole(tb(0, 1, -1) + step(1, "s", "i0", "i0"), ""), ":4: step 1 where step 0 belongs"},
             {whole(tb(0, 1, -1) + step(0, "st", "i0", "i0"), ""),
              ":4: no type 'st'; the nearest is 's'; there are s, r, rrc, rrs, rcs, rrcs, cpy, re, nop"},
             {whole(tb(0, 1, -1) + step(0, "s", "i1", "i0", 2), ""),
              ":4: srcoff=1 and cnt=2 pass the 2 chunks of buffer i"},
             {whole(tb(0, 1, -1) + step(0, "r", "i0", "i0"), ""),
              ":4: a step that receives in a <tb> with recv=-1"},
             {whole(tb(0, -1, 1) + step(0, "s", "i0", "i0"), ""),
              ":4: a step that sends in a <tb> with send=-1"},
             {whole(sends, ""), ":4: nobody receives what this step sends"},
             {whole("", receives), ":6: nobody sends what this step receives"},
             {whole(sends, tb(0, -1, 0) + step(0, "r", "i0", "i0", 2) + "</tb>"),
              ":4: this step sends 1 chunks, and its receiver in line 8 takes 2"},
             {whole(sends + tb(1, 1, -1) + "</tb>", receives),
              ":5: a second <tb> for what gpu 0 sends to gpu 1 on channel 0"},
             {whole(sends + tb(0, -1, -1) + "</tb>", receives), ":5: gpu 0 has two <tb> with id=0"},
             {whole(tb(0, -1, -1) + step(0, "nop", "i0", "i0", 0, 4, 0) + "</tb>", ""),
              ":4: depid=4 is no <tb> of gpu 0"},
             {whole(tb(0, -1, -1) + step(0, "nop", "i0", "i0", 0, 0, 1) + "</tb>", ""),
              ":4: deps=1, and <tb> 0 has 1 steps"},
             {whole(circle, ""), ":4: this step waits, over others, for itself"},
         }) {
        const XmlFile file(bad.text);
        EXPECT_EQ(sentence_of([&] {
                      make_collective(msccl(kAllReduce), call_of(file.path(), {2, 1, 2}, 80));
                  }),
                  file.path() + bad.sentence);
    }
}

}  // namespace
}  // namespace hpnsim
