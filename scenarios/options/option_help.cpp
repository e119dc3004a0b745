// SPDX-License-Identifier: GPL-2.0-only
// Writes `--help`: examples first, then the options in groups, then where to look next.
#include "faults/schedule.hpp"
#include "hpnsim/chosen_transport.hpp"
#include "hpnsim/fabric_choice.hpp"
#include "hpnsim/option_table.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/scenario.hpp"
#include "hpnsim/settings.hpp"
#include "hpnsim/switch_lb.hpp"

#include <sstream>

namespace hpnsim
{

namespace
{

constexpr size_t kColumn = 26, kWidth = 100;

/// Writes `left`, then `text` broken into lines from kColumn on.
void put(std::ostream& out, const std::string& left, const std::string& text)
{
    std::string line = "  " + left;
    if (line.size() + 1 > kColumn) {
        out << line << "\n";
        line.clear();
    }
    line.resize(kColumn, ' ');
    std::istringstream words(text);
    bool fresh = true;
    for (std::string word; words >> word;) {
        if (!fresh && line.size() + 1 + word.size() > kWidth) {
            out << line << "\n";
            line.assign(kColumn, ' ');
            fresh = true;
        }
        line += (fresh ? "" : " ") + word;
        fresh = false;
    }
    out << line << "\n";
}

/// "-b, " of an option that a letter stands for.
std::string letter_of(const std::string& option, const std::map<char, std::string>& letters)
{
    for (const auto& [letter, name] : letters)
        if (name == option) return {'-', letter, ',', ' '};
    return "";
}

void put_options(std::ostream& out, const std::vector<OptionDecl>& table,
                 const std::map<char, std::string>& letters)
{
    std::string group;
    for (const OptionDecl& option : table) {
        if (option.group != group) out << "\n" << option.group << ":\n";
        group = option.group;
        put(out,
            letter_of(option.name, letters) + "--" + option.name +
                (option.value.empty() ? "" : " " + option.value),
            option.help);
    }
    put(out, "--help, --version", "this page; the version");
}

/// What holds unless somebody sets it; empty of a family, which has no value of its own.
std::string usual_of(const Keys::Entry& entry)
{
    const KeyTexts written = entry.setting->write(entry.part);
    if (written.empty()) return "";
    const std::string& text = written.front().second;
    return entry.setting->unit.empty() || text == kAuto ? text : text + " " + entry.setting->unit;
}

/// `keys` of parts as nobody has set them.
void put_keys(std::ostream& out, const std::string& title, const Keys& keys)
{
    out << "\n" << title << ":\n";
    for (const Keys::Entry& entry : keys.entries()) {
        const std::string usual = usual_of(entry);
        put(out, entry.setting->name,
            entry.setting->doc + " [" + (usual.empty() ? "" : "default " + usual + "; ") +
                entry.setting->values + "]");
    }
}

}  // namespace

std::string help_text(const std::string& scenario)
{
    const ScenarioInfo& text = scenario_named(scenario);
    std::ostringstream out;
    out << text.name << ": " << text.purpose << "\n\nExamples:\n";
    for (const char* example : text.examples) out << "  " << example << "\n";
    if (!text.more.empty()) out << "\n" << text.more;
    out << "\nOptions are --name value or --name=value. Inside a value, write a comma as \\, and a colon as "
           "\\:\n"
        << "In sizes, K, M and G are powers of 1024.\n";
    put_options(out, option_table(scenario), text.letters);
    const TransportSettings transport;
    const FabricParts fabric;
    const AdaptiveSettings adaptive;
    const FlowletSettings flowlet;
    const RoundRobinSettings round_robin;
    put_keys(out, "Keys of --transport, as in --transport gbn:ack-timeout=10", transport.keys());
    put_keys(out, "Keys of --fabric, as in --fabric lossless:alpha=0.25 (1 KB = 1000 bytes)", fabric.keys());
    put_keys(out, "Keys of --switch-lb adaptive", Keys().add(adaptive));
    put_keys(out, "Keys of --switch-lb flowlet", Keys().add(flowlet));
    put_keys(out, "Keys of --switch-lb round-robin", Keys().add(round_robin));
    out << "\nLines of --faults FILE (docs/scenarios.md):\n  set [detect=] [converge=] [failback=]\n"
        << fault_help();
    out << "\nExit status 0: all flows completed; 2: bad input; 3: some flows are unfinished; 4: flows "
           "ended in error,\n"
           "bytes were wrong (--verify), or a run failed; 130: interrupted.\n"
        << "Results: OUT/report.html for people, OUT/runs/LABEL/{flows.csv,queues.csv,summary.json} for "
           "programs.\n"
        << "Next: `cc --list` and `cc NAME` for algorithms and their parameters, `topology --list` for "
           "fabrics.\n";
    return out.str();
}

}  // namespace hpnsim
