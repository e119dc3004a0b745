// SPDX-License-Identifier: GPL-2.0-only
// Tests how SimAI's workload text is read and laid out as tasks, and the sentences about bad text.
#include "trace_files.hpp"

namespace hpnsim
{
namespace
{

constexpr uint8_t kCompute = 0;

Program read_text_of(const std::string& text, TraceAsked asked = {})
{
    const TraceFolder folder;
    asked.file = folder.write("w.txt", text);
    return read_trace(asked, "simai");
}

std::string sentence_about(const std::string& text, TraceAsked asked = {})
{
    const TraceFolder folder;
    asked.file = folder.write("w.txt", text);
    return folder.sentence_of(asked, "simai");
}

std::string first_line(const std::string& policy, const std::string& keys = "all_gpus: 4")
{
    return policy + " " + keys + "\n";
}

// The ring all-reduce moves 2 x 7/8 of the buffer: 29,360,128 and 117,440,512 B a rank.
TEST(SimaiTrace, ReadsTheAllReduceSample)
{
    const Program program = read_trace(trace_asked(kTraceData + "simai/microAllReduce.txt"), "");
    EXPECT_EQ(program.format, "simai");
    EXPECT_EQ(program.ranks, 8U);
    ASSERT_EQ(program.graphs.size(), 1U);
    const CollectiveSum sum = collectives_of(program, 0, CollectiveKind::all_reduce, "tp");
    EXPECT_EQ(sum.count, 2U);
    EXPECT_EQ(sum.bytes * 2 * 7 / 8, 29'360'128 + 117'440'512);
    // 556 us forward, 1 ns for each gradient, of two layers.
    EXPECT_EQ(computed_on(program, 0, kCompute), nanoseconds(2 * (556'000 + 1 + 1)));
}

// The figures are sums over the file's columns, made by a script.
TEST(SimaiTrace, ReadsTheAnalyticalSample)
{
    const Program program = read_trace(trace_asked(kTraceData + "simai/workload_analytical.txt"), "");
    EXPECT_EQ(program.ranks, 9216U);
    ASSERT_EQ(program.graphs.size(), 1U);
    EXPECT_EQ(computed_on(program, 0, kCompute), nanoseconds(4'542'795'477));
    EXPECT_EQ(program.groups.group_of(program.groups.families() - 1, 0).size(), 2U);
    const struct {
        CollectiveKind kind;
        const char* family;
        uint32_t count;
        Bytes bytes;
    } expected[] = {
        {CollectiveKind::all_gather, "dp", 1, 2'807'758'848},
        {CollectiveKind::reduce_scatter, "dp", 1, 5'615'517'696},
        {CollectiveKind::all_reduce, "tp", 32, 1'258'356'736},
        {CollectiveKind::all_gather, "dp_ep", 1, 19'327'352'832},
        {CollectiveKind::reduce_scatter, "dp_ep", 1, 38'654'705'664},
        {CollectiveKind::all_gather, "tp", 1176, 98'448'703'488},
        {CollectiveKind::reduce_scatter, "tp", 576, 86'973'087'744},
        {CollectiveKind::all_to_all, "tp", 768, 19'327'352'832},
        {CollectiveKind::all_to_all, "ep", 768, 77'309'411'328},
    };
    for (const auto& row : expected) {
        const CollectiveSum sum = collectives_of(program, 9215, row.kind, row.family);
        EXPECT_EQ(sum.count, row.count) << row.family << " " << name_of(row.kind);
        EXPECT_EQ(sum.bytes, row.bytes) << row.family << " " << name_of(row.kind);
    }
    uint32_t gathers = 0, scatters = 0,
             exchanges = 0;  // of the forward pass; EP and TP exchange 384 times each
    const TaskGraph& graph = program.graph(0);
    for (uint32_t i = 0; i < graph.size(); ++i) {
        const std::string& label = graph.labels()[graph.task(i).label];
        gathers += label.find(" forward all_gather") != std::string::npos ? 1 : 0;
        scatters += label.find(" forward reduce_scatter") != std::string::npos ? 1 : 0;
        exchanges += label.find(" forward all_to_all") != std::string::npos ? 1 : 0;
    }
    EXPECT_EQ(gathers, 600U);
    EXPECT_EQ(scatters, 384U);
    EXPECT_EQ(exchanges, 2 * 384U);
}

// Layer A: forward 10 ns, tensor all-reduce; gradients 20 and 30 ns, the latter reduced over data ranks with
// 5 ns of update. Layer B: 1, 2 and 3 ns and an all-gather after the input's gradient.
const char* const kTwoLayers = "2\n"
                               "A -1 10 ALLREDUCE 8192 20 NONE 0 30 ALLREDUCE 400 5\n"
                               "B -1 1 NONE 0 2 ALLGATHER 100 3 NONE 0 0\n";

TEST(SimaiTrace, WaitsForLayersAndLeavesGradientsInTheBackground)
{
    TraceAsked asked;
    asked.passes = 2;
    const Program program = read_text_of(
        first_line("HYBRID_TRANSFORMER", "model_parallel_NPU_group: 2 all_gpus: 4") + kTwoLayers, asked);
    const TaskGraph& graph = program.graph(3);
    // A forward, its all-reduce and update, B forward, B input, all-gather, B weight, A input, A weight,
    // all-reduce and update: 11 a pass.
    ASSERT_EQ(graph.size(), 22U);
    const std::vector<std::string> order = {
        "A forward",         "A forward all_reduce",         "A update",          "B forward",
        "B input gradient",  "B input gradient all_gather",  "B weight gradient", "A input gradient",
        "A weight gradient", "A weight gradient all_reduce", "A update"};
    for (uint32_t i = 0; i < 22; ++i) EXPECT_EQ(graph.labels()[graph.task(i).label], order[i % 11]) << i;
    for (uint32_t i = 1; i < 10; ++i) EXPECT_TRUE(waits_for(graph, i, i - 1)) << i;
    EXPECT_TRUE(waits_for(graph, 10, 9));
    // The second pass begins with A, whose gradients must be there; with B it would not have waited for them.
    EXPECT_TRUE(waits_for(graph, 11, 8));
    EXPECT_TRUE(waits_for(graph, 11, 10));
    EXPECT_EQ(graph.waits(11), 2U);
    EXPECT_EQ(graph.task(2).time, nanoseconds(5));
    EXPECT_EQ(graph.task(2).stream, kNoStream);
    EXPECT_NE(graph.task(1).stream, graph.task(9).stream);
    EXPECT_NE(graph.task(1).stream, kCompute);
    EXPECT_EQ(graph.task(9).bytes, 400);  // only the forward pass has a least size
    EXPECT_EQ(graph.turn(9), 0U);
    EXPECT_EQ(graph.turn(20), 1U);
    EXPECT_EQ(computed_on(program, 0, kCompute), nanoseconds(2 * (10 + 20 + 30 + 1 + 2 + 3)));
}

TEST(SimaiTrace, RaisesSmallSizesOfTheForwardPass)
{
    const Program program =
        read_text_of(first_line("HYBRID_TRANSFORMER", "model_parallel_NPU_group 4 all_gpus 4") +
                     "4\n"
                     "A -1 1 ALLREDUCE 1 0 ALLREDUCE 1 0 NONE 0 0\n"
                     "B -1 1 ALLREDUCE 4095 0 NONE 0 0 NONE 0 0\n"
                     "C -1 1 ALLREDUCE 4097 0 NONE 0 0 NONE 0 0\n"
                     "D -1 1 ALLREDUCE 0 0 NONE 9 0 NONE 0 0\n");
    const TaskGraph& graph = program.graph(0);
    const auto bytes_of = [&](const std::string& label) {
        return graph.task(task_named(graph, label)).bytes;
    };
    EXPECT_EQ(bytes_of("A forward all_reduce"), 4096);
    EXPECT_EQ(bytes_of("A input gradient all_reduce"), 1);
    EXPECT_EQ(bytes_of("B forward all_reduce"), 4096);
    EXPECT_EQ(bytes_of("C forward all_reduce"), 4097);
    EXPECT_EQ(task_named(graph, "D forward all_reduce"), graph.size());
}

std::vector<uint32_t> group_named(const Program& program, const std::string& family, uint32_t rank)
{
    for (uint16_t f = 0; f < program.groups.families(); ++f)
        if (program.groups.family(f).name == family) return program.groups.group_of(f, rank);
    return {};
}

TEST(SimaiTrace, FormsTheGroupsOfTheFirstLine)
{
    using Ranks = std::vector<uint32_t>;
    const Program flat = read_text_of(
        first_line("HYBRID_TRANSFORMER", "model_parallel_NPU_group: 2 ep: 2 pp: 1 all_gpus: 16") +
        kTwoLayers);
    EXPECT_EQ(group_named(flat, "tp", 5), (Ranks{4, 5}));
    EXPECT_EQ(group_named(flat, "dp", 5), (Ranks{1, 3, 5, 7, 9, 11, 13, 15}));
    EXPECT_EQ(group_named(flat, "ep", 5), (Ranks{5, 7}));
    EXPECT_EQ(group_named(flat, "dp_ep", 5), (Ranks{1, 5, 9, 13}));
    EXPECT_EQ(group_named(flat, "pp", 5), (Ranks{5}));
    // Two stages: data ranks are 16/4 apart, and an expert group does not leave its stage.
    const Program staged = read_text_of(
        first_line("HYBRID_TRANSFORMER", "model_parallel_NPU_group: 2 ep: 2 pp: 2 all_gpus: 16") +
        kTwoLayers);
    EXPECT_EQ(group_named(staged, "tp", 5), (Ranks{4, 5}));
    EXPECT_EQ(group_named(staged, "dp", 5), (Ranks{1, 5, 9, 13}));
    EXPECT_EQ(group_named(staged, "ep", 5), (Ranks{1, 5}));
    EXPECT_EQ(group_named(staged, "dp_ep", 5), (Ranks{5, 13}));
    EXPECT_EQ(group_named(staged, "pp", 5), (Ranks{5, 7}));
}

TEST(SimaiTrace, TakesGroupsBySuffix)
{
    const Program program =
        read_text_of(first_line("HYBRID_TRANSFORMER", "model_parallel_NPU_group: 2 ep: 2 all_gpus: 8") +
                     "1\nA -1 1 ALLTOALL_EP 5000 1 ALLTOALL 6000 1 REDUCESCATTER_DP_EP 7000 0\n");
    EXPECT_EQ(collectives_of(program, 0, CollectiveKind::all_to_all, "ep").bytes, 5000);
    EXPECT_EQ(collectives_of(program, 0, CollectiveKind::all_to_all, "tp").bytes, 6000);
    EXPECT_EQ(collectives_of(program, 0, CollectiveKind::reduce_scatter, "dp_ep").bytes, 7000);
}

TEST(SimaiTrace, AskedSizesReplaceThoseOfTheFile)
{
    TraceAsked asked;
    asked.ranks = 12;
    asked.tensor = 3;
    asked.pipeline = 1;
    asked.expert = 2;
    const Program program = read_text_of(
        first_line("HYBRID_TRANSFORMER", "model_parallel_NPU_group: 2 pp: 4 all_gpus: 64") + kTwoLayers,
        asked);
    EXPECT_EQ(program.ranks, 12U);
    EXPECT_EQ(group_named(program, "tp", 0).size(), 3U);
    EXPECT_EQ(group_named(program, "dp", 0).size(), 4U);
    EXPECT_EQ(group_named(program, "ep", 0).size(), 2U);
}

TEST(SimaiTrace, PoliciesOfTheirOwn)
{
    const auto labels = [](const Program& program) {
        std::string all;
        for (uint32_t i = 0; i < program.graph(0).size(); ++i)
            all += program.graph(0).labels()[program.graph(0).task(i).label] + "; ";
        return all;
    };
    const std::string layers = "2\nA -1 1 ALLREDUCE 8192 2 ALLGATHER 100 3 ALLREDUCE 400 0\n"
                               "B -1 4 ALLREDUCE 8192 5 ALLGATHER 100 6 ALLREDUCE 400 0\n";
    const Program data = read_text_of(first_line("DATA") + layers);
    EXPECT_EQ(labels(data), "A forward; B forward; B weight gradient; B weight gradient all_reduce; "
                            "B input gradient; A weight gradient; A weight gradient all_reduce; ");
    EXPECT_EQ(collectives_of(data, 0, CollectiveKind::all_reduce, "world").count, 2U);
    const Program model = read_text_of(first_line("MODEL") + layers);
    EXPECT_EQ(labels(model),
              "A forward; A forward all_reduce; B forward; B forward all_reduce; B input gradient; "
              "B input gradient all_gather; B weight gradient; A input gradient; A weight gradient; ");
    EXPECT_EQ(collectives_of(model, 0, CollectiveKind::all_reduce, "world").count, 2U);
    // The all-gather overlaps with the gradient of B's weights, and A waits for both.
    EXPECT_TRUE(waits_for(model.graph(0), 6, 4));
    EXPECT_FALSE(waits_for(model.graph(0), 6, 5));
    EXPECT_TRUE(waits_for(model.graph(0), 7, 5));
    EXPECT_TRUE(waits_for(model.graph(0), 7, 6));
    EXPECT_EQ(labels(read_text_of(first_line("DISTRIBUTED_INFERENCE") + layers)),
              "A forward; A forward all_reduce; B forward; B forward all_reduce; ");
    const Program narrowed =
        read_text_of(first_line("DISTRIBUTED_INFERENCE", "model_parallel_NPU_group: 2 all_gpus: 4") + layers);
    EXPECT_EQ(collectives_of(narrowed, 0, CollectiveKind::all_reduce, "tp").count, 2U);
}

TEST(SimaiTrace, LayersOfCustomizedFilesHavePolicies)
{
    const Program program =
        read_text_of(first_line("HYBRID_CUSTOMIZED", "model_parallel_NPU_group: 2 all_gpus: 4") +
                     "3\nA -1 1 ALLREDUCE 8192 2 ALLREDUCE 100 3 ALLREDUCE 400 0 DATA\n"
                     "B -1 1 ALLREDUCE 8192 2 ALLREDUCE 100 3 ALLREDUCE 400 0 MODEL\n"
                     "C -1 1 ALLREDUCE 8192 2 ALLREDUCE 100 3 ALLREDUCE 400 0 HYBRID_TRANSFORMER\n");
    const CollectiveSum all = collectives_of(program, 0, CollectiveKind::all_reduce, "world");
    EXPECT_EQ(all.count, 3U);
    EXPECT_EQ(all.bytes, 400 + 8192 + 100);
    EXPECT_EQ(collectives_of(program, 0, CollectiveKind::all_reduce, "tp").bytes, 8192 + 100);
    EXPECT_EQ(collectives_of(program, 0, CollectiveKind::all_reduce, "dp").bytes, 400);
}

TEST(SimaiTrace, ComputesAgainFromCheckpoints)
{
    std::string layers = "4\n";
    for (const char* name : {"A", "B", "C", "D"})
        layers += std::string(name) + " -1 1 ALLREDUCE 8192 2 NONE 0 3 NONE 0 0\n";
    const std::string keys =
        "model_parallel_NPU_group: 2 all_gpus: 4 checkpoints: 2 0 1 checkpoint_initiates: 1 3";
    const Program program = read_text_of(first_line("HYBRID_TRANSFORMER_FWD_IN_BCKWD", keys) + layers);
    const TaskGraph& graph = program.graph(0);
    // After four forward layers of two tasks each, B and C again, and only then the gradients of D.
    const char* const expected[] = {"B forward", "B forward all_reduce", "C forward", "C forward all_reduce",
                                    "D input gradient"};
    for (uint32_t i = 0; i < 5; ++i) EXPECT_EQ(graph.labels()[graph.task(8 + i).label], expected[i]);
    EXPECT_EQ(graph.size(), 8U + 4 + 8);
    const Program plain = read_text_of(first_line("HYBRID_TRANSFORMER", keys) + layers);
    EXPECT_EQ(plain.graph(0).size(), 8U + 8);
}

TEST(SimaiTrace, AloneInItsGroupARankMovesNothing)
{
    const Program program = read_text_of(first_line("HYBRID_TRANSFORMER", "all_gpus: 4") + kTwoLayers);
    EXPECT_EQ(collectives_of(program, 0, CollectiveKind::all_reduce, "tp").count, 0U);
    EXPECT_EQ(collectives_of(program, 0, CollectiveKind::all_reduce, "dp").count, 1U);
}

struct BadText {
    std::string text, sentence;
};
void expect_sentences(const std::vector<BadText>& table)
{
    for (const BadText& row : table) EXPECT_EQ(sentence_about(row.text), "w.txt:" + row.sentence);
}

const std::string kFirst = "HYBRID_TRANSFORMER all_gpus: 4\n";
const std::string kLayer = "A -1 10 ALLREDUCE 8192 20 NONE 0 30 ALLREDUCE 400 5\n";

TEST(SimaiTrace, RefusesBadFirstLines)
{
    const std::string runnable = "HYBRID_TRANSFORMER_FWD_IN_BCKWD, HYBRID_TRANSFORMER, DATA, MODEL, "
                                 "DISTRIBUTED_INFERENCE and HYBRID_CUSTOMIZED";
    expect_sentences({
        {"", "1: the file is empty; it should begin with a policy, such as HYBRID_TRANSFORMER_FWD_IN_BCKWD"},
        {"HYBRID_TRANSFORMR\n",
         "1: there is no policy 'HYBRID_TRANSFORMR'; the nearest is 'HYBRID_TRANSFORMER'"},
        {"MICRO\n", "1: the policy MICRO cannot be run: it repeats one collective, which `collective` does; "
                    "those that can are " +
                        runnable},
        {"HYBRID_DLRM\n", "1: the policy HYBRID_DLRM cannot be run: its embedding layers overlap with others "
                          "in a way that is not modelled; those that can are " +
                              runnable},
        {"HYBRID_DATA_MODEL\n", "1: the policy HYBRID_DATA_MODEL cannot be run: its collectives are over "
                                "dimensions of a logical topology, which the file does not give; those that "
                                "can are " +
                                    runnable},
        {"DATA al_gpus: 4\n", "1: there is no key 'al_gpus'; the nearest is 'all_gpus'"},
        {"DATA all_gpus:\n", "1: 'all_gpus:' has no value"},
        {"DATA all_gpus: 0\n", "1: all_gpus: 0 is out of range, 1 to 1048576"},
        {"DATA all_gpus: 2000000\n", "1: all_gpus: 2000000 is out of range, 1 to 1048576"},
        {"DATA checkpoints: 3 1\n", "1: 'checkpoints:' announces 2 more layers than follow it"},
        {kFirst, "1: the file ends after its first line; the second has the number of layers"},
        {kFirst + "2 3\n", "2: the second line must be the number of layers alone, and is '2 ...'"},
    });
}

TEST(SimaiTrace, RefusesBadLayers)
{
    expect_sentences({
        {kFirst + "1152921504606846976\n",
         "2: number of layers: 1152921504606846976 is out of range, 1 to 10000000"},
        {kFirst + "10000000\n" + kLayer,
         "3: the file ends after 1 of the 10000000 layers that its second line announces"},
        {kFirst + "1\n" + kLayer + kLayer, "4: a line follows the 1 layers that the second line announces"},
        {kFirst + "1\nA -1 10 ALLREDUCE 8192\n",
         "3: a layer of the policy HYBRID_TRANSFORMER has 12 columns, name, dependency, three times time, "
         "collective and bytes, update time; this line has 5"},
        {"HYBRID_CUSTOMIZED all_gpus: 4\n1\n" + kLayer,
         "3: a layer of the policy HYBRID_CUSTOMIZED has 13 columns, name, dependency, three times time, "
         "collective and bytes, update time, policy; this line has 12"},
        {"HYBRID_CUSTOMIZED all_gpus: 4\n1\nA -1 1 NONE 0 1 NONE 0 1 NONE 0 1 HYBRID_CUSTOMIZED\n",
         "3: a layer cannot have the policy HYBRID_CUSTOMIZED"},
        {kFirst + "1\nA -1 x NONE 0 1 NONE 0 1 NONE 0 1\n", "3: forward time: 'x' is not a whole number"},
        {kFirst + "1\nA -1 1 NONE 0 1 NONE -5 1 NONE 0 1\n",
         "3: input gradient bytes: -5 is out of range, 0 to 4611686018427387904"},
        {kFirst + "1\nA -1 1 NONE 0 1 NONE 0 1 ALLREDUCEALLTOALL 0 1\n",
         "3: there is no collective 'ALLREDUCEALLTOALL'; there are NONE, ALLREDUCE, ALLGATHER, REDUCESCATTER "
         "and ALLTOALL, the last four also with _EP or _DP_EP behind"},
        {kFirst + "1\nA -1 1 ALLREDUCE_TP 1 1 NONE 0 1 NONE 0 1\n",
         "3: there is no collective 'ALLREDUCE_TP'; there are NONE, ALLREDUCE, ALLGATHER, REDUCESCATTER and "
         "ALLTOALL, the last four also with _EP or _DP_EP behind"},
        {"HYBRID_TRANSFORMER\n1\n" + kLayer,
         "1: the first line has no all_gpus; say how many ranks there are"},
        {"HYBRID_TRANSFORMER model_parallel_NPU_group: 3 all_gpus: 4\n1\n" + kLayer,
         "1: 4 ranks do not divide into tensor groups of 3 and pipelines of 1 stages"},
        {"HYBRID_TRANSFORMER ep: 3 all_gpus: 4\n1\n" + kLayer,
         "1: data groups of 4 ranks do not divide into expert groups of 3"},
        {"HYBRID_TRANSFORMER_FWD_IN_BCKWD all_gpus: 4 checkpoints: 1 1\n1\n" + kLayer,
         "1: there is no layer 1; there are 1, counted from 0"},
        {"HYBRID_TRANSFORMER_FWD_IN_BCKWD all_gpus: 4 checkpoint_initiates: 1 0\n1\n" + kLayer,
         "1: layer 0 initiates that layers are computed again, and there is no checkpoint before it"},
        {kFirst + "2\nA -1 4000000000000000 NONE 0 0 NONE 0 0 NONE 0 1\nB -1 1 NONE 0 0 NONE 0 0 NONE 0 1\n",
         "1: the computations of a rank last more than 4000000 s together"},
    });
}

TEST(SimaiTrace, RefusesWhatIsAskedWrongly)
{
    TraceAsked asked;
    asked.groups = "groups.json";
    EXPECT_EQ(
        sentence_about(kFirst + "1\n" + kLayer, asked),
        "'w.txt': the groups of a SimAI workload follow from its first line; a file of groups is not for "
        "it");
    asked.groups = "";
    asked.tensor = 0;
    EXPECT_EQ(sentence_about(kFirst + "1\n" + kLayer, asked),
              "w.txt:1: a group of tensor, pipeline or expert parallelism has 0 ranks");
}

}  // namespace
}  // namespace hpnsim
