// SPDX-License-Identifier: GPL-2.0-only
// Writes lines of fct.txt and pfc.txt when they happen, and counts depths of queues for qlen.txt.
#include "run/hpcc_sim_files.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/ecmp.hpp"

#include <algorithm>
#include <iomanip>

namespace hpnsim
{

namespace
{

constexpr Time kPoll = nanoseconds(100), kBlock = milliseconds(100);
constexpr uint32_t kFirstPort = 10'000, kPorts = 55'536;
constexpr uint16_t kUsualClass = 100;  // the destination port that its scripts take for ordinary flows

int64_t whole_ns(Time time)
{
    return time.ps / 1000;
}

}  // namespace

/// Hears of the pauses that one node is told of.
class HpccSimFiles::Node
{
public:
    Node(HpccSimFiles& files, uint32_t node) : files_(files), node_(node) {}
    template <class Object> void listen(Object& object)
    {
        object.TraceConnectWithoutContext("PfcRx", ns3::MakeCallback(&Node::heard, this));
    }

private:
    void heard(uint16_t port, const PfcFrame& frame) { files_.note_pause(node_, port, frame); }

    HpccSimFiles& files_;
    uint32_t node_;
};

HpccSimFiles::HpccSimFiles(RoceNetwork& network, const std::filesystem::path& folder)
    : network_(network), folder_(folder), poll_at_(network.GetClock().Now()),
      last_block_(network.GetClock().Now())
{
    open(fct_, folder_ / "fct.txt");
    open(pfc_, folder_ / "pfc.txt");
    open(qlen_, folder_ / "qlen.txt");
    for (uint32_t i = 0; i < network.DeviceCount(); ++i) {
        nodes_.push_back(std::make_unique<Node>(*this, i));
        nodes_.back()->listen(network.Device(i));
    }
    for (uint32_t i = 0; i < network.SwitchCount(); ++i) {
        nodes_.push_back(std::make_unique<Node>(*this, network.Plan().endpoints + i));
        nodes_.back()->listen(network.Switch(i));
        polls_.emplace_back(network.Switch(i).PortCount());
    }
}

HpccSimFiles::~HpccSimFiles() = default;

void HpccSimFiles::open(std::ofstream& file, const std::filesystem::path& path)
{
    file.open(path);
    if (!file) throw BadInput("--also-write: cannot write " + path.string());
}

void HpccSimFiles::close(std::ofstream& file, const std::filesystem::path& path) const
{
    file.close();
    if (!file) throw BadInput("--also-write: cannot write " + path.string());
}

/// The sixth and following columns are whole nanoseconds, as there.
void HpccSimFiles::flow_ended(const MessageEnd& end, Time ideal)
{
    if (end.status != FlowStatus::ok) return;
    const FabricPlan& plan = network_.Plan();
    const Message& flow = end.message;
    const uint32_t number = flows_[{flow.src, flow.dst}]++;
    fct_ << std::hex << std::setfill('0') << std::setw(8) << hpcc_sim_address(plan.id_of(flow.src)) << ' '
         << std::setw(8) << hpcc_sim_address(plan.id_of(flow.dst)) << std::dec << ' '
         << kFirstPort + number % kPorts << ' ' << (flow.port == 0 ? kUsualClass : flow.port) << ' '
         << flow.bytes << ' ' << whole_ns(end.start) << ' ' << whole_ns(end.end - end.start) << ' '
         << whole_ns(ideal) << '\n';
}

/// A frame that stops some priorities and lets others go is two lines: there is one for each there.
void HpccSimFiles::note_pause(uint32_t node, uint16_t port, const PfcFrame& frame)
{
    bool stop = false, go = false;
    for (int priority = 0; priority < kPriorities; ++priority) {
        if ((frame.enabled & priority_bit(static_cast<Priority>(priority))) == 0) continue;
        (frame.quanta[static_cast<size_t>(priority)] > 0 ? stop : go) = true;
    }
    const FabricPlan& plan = network_.Plan();
    for (const int type : {1, 0})
        if (type == 1 ? stop : go)
            pfc_ << whole_ns(network_.GetClock().Now()) << ' ' << plan.id_of(node) << ' '
                 << (node < plan.endpoints ? 0 : 1) << ' ' << port + 1 << ' ' << type << '\n';
}

void HpccSimFiles::catch_up(Time next)
{
    while (poll_at_ < next) {
        const Time until = std::min(next, last_block_ + kBlock + picoseconds(1));
        const int64_t polls = (until - poll_at_ - picoseconds(1)).ps / kPoll.ps + 1;
        count_queues(static_cast<uint32_t>(polls));
        poll_at_ += kPoll * polls;
        if (poll_at_ - kPoll == last_block_ + kBlock) write_block(last_block_ + kBlock);
    }
}

void HpccSimFiles::count_queues(uint32_t polls)
{
    for (uint32_t i = 0; i < network_.SwitchCount(); ++i)
        for (uint16_t port = 0; port < network_.Switch(i).PortCount(); ++port) {
            std::vector<uint32_t>& counts = polls_[i][port];
            const auto kb = static_cast<size_t>(network_.Switch(i).Queues(port).QueuedTotal() / 1000);
            if (counts.size() <= kb) counts.resize(kb + 1);
            counts[kb] += polls;
        }
}

void HpccSimFiles::write_block(Time at)
{
    last_block_ = at;
    const FabricPlan& plan = network_.Plan();
    qlen_ << "time: " << whole_ns(at) << '\n';
    for (uint32_t i = 0; i < polls_.size(); ++i)
        for (size_t port = 0; port < polls_[i].size(); ++port) {
            qlen_ << plan.id_of(plan.endpoints + i) << ' ' << port + 1;
            for (const uint32_t count : polls_[i][port]) qlen_ << ' ' << count;
            qlen_ << '\n';
        }
}

void HpccSimFiles::finish()
{
    const Time now = network_.GetClock().Now();
    catch_up(now);
    if (now > last_block_) write_block(now);
    close(fct_, folder_ / "fct.txt");
    close(pfc_, folder_ / "pfc.txt");
    close(qlen_, folder_ / "qlen.txt");
}

}  // namespace hpnsim
