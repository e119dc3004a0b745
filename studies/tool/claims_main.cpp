// SPDX-License-Identifier: GPL-2.0-only
// The main function of the tool `claims`: claims --list | claims [--quick] [--seeds K] NAME... | claims
// --all.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/tool_main.hpp"
#include "hpnsim/try_claim.hpp"
#include "hpnsim/version.hpp"
#include "tool/tool_words.hpp"

#include <algorithm>
#include <iostream>
#include <thread>

using namespace hpnsim;
namespace fs = std::filesystem;

namespace
{

constexpr const char* kHelp =
    R"(claims --list
claims [--quick] [--seeds K] NAME... | --all

Puts what has been said of HPN 7.0 and of other fabrics on trial. A claim is a file that says
what is claimed and by whom, which runs test it, which figures decide, the band within which each
must lie for the claim to hold, and what we expected before the first run. claims makes the runs,
computes the figures under every condition that the file varies (congestion control, message
size, number of QPs, ...), and says whether it holds, under which conditions, or not.

  claims --list
  claims dual-plane-allreduce
  claims --quick --all
  claims barrel --seeds 3

Options:
  --list             name the claims
  --all              all of them
  --quick            with the small sizes that each file gives: minutes for all, and no verdict
                     on the claim, but every figure is computed
  --seeds K          every run over K consecutive seeds instead of those that the file gives: means
                     with the least and the greatest, in how many seeds alone the verdict is the
                     same, and which figures no seed changes
  --out DIR          where runs go (default out/claims); the same command again goes on there
  --processes N      runs at a time (default: one for each core)
  --reference DIR    also write tables, commands and charts to DIR/NAME
  --page FILE        put what DIR of --reference holds between the marks of FILE (docs/hpn.md)
  --claims DIR       the folder of the files (default: that of this build)
  --quiet            no progress
  --help, --version

Exit status: 0 all figures were computed, whatever the verdicts; 2 bad input; 4 a figure could
not be computed; 130 interrupted.
)";

struct Asked {
    StudySettings settings;
    fs::path claims, reference, page;
    std::vector<std::string> names;
    bool all = false, quick = false;
    uint32_t seeds = 0;  // 0: those of the files
};

Asked asked_in(const ToolWords& words)
{
    Asked asked;
    asked.settings.out = words.value("out", "out/claims");
    asked.settings.quiet = words.has("quiet");
    const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
    asked.settings.processes = static_cast<unsigned>(
        parse_count("--processes", words.value("processes", std::to_string(cores)), 1, 1024));
    asked.settings.programs = fs::canonical("/proc/self/exe").parent_path();
    if (words.has("seeds"))
        asked.seeds = static_cast<uint32_t>(parse_count("--seeds", words.value("seeds"), 1, 1000));
    asked.claims = words.value("claims", HPNSIM_CLAIMS);
    asked.reference = words.value("reference");
    asked.page = words.value("page");
    asked.names = words.names();
    asked.all = words.has("all");
    asked.quick = words.has("quick");
    return asked;
}

std::vector<Claim> chosen(const Asked& asked, const std::vector<Claim>& claims)
{
    if (asked.all) return claims;
    std::vector<std::string> names;
    for (const Claim& claim : claims) names.push_back(claim.name);
    std::vector<Claim> some;
    for (const std::string& name : asked.names) {
        const auto found = std::find_if(claims.begin(), claims.end(),
                                        [&name](const Claim& each) { return each.name == name; });
        if (found == claims.end()) throw BadInput("no claim '" + name + "'" + suggestion_of_all(name, names));
        some.push_back(*found);
    }
    return some;
}

void list(const std::vector<Claim>& claims)
{
    for (const Claim& claim : claims)
        std::cout << claim.name << "  " << claim.title << " (" << claim.by << ")"
                  << (claim.cannot.empty() ? "" : "; cannot be shown by a network simulation") << "\n";
}

/// Returns whether all figures could be computed.
bool complete(const Trial& trial)
{
    for (const auto& findings : trial)
        for (const Finding& each : findings)
            if (!each.computed()) return false;
    return true;
}

/// Runs of another form have a folder of their own beside those of the claim itself.
std::string form_of(const Asked& asked)
{
    return (asked.quick ? ".quick" : "") +
           (asked.seeds > 0 ? ".seeds-" + std::to_string(asked.seeds) : std::string());
}

int try_all(const Asked& asked, const std::vector<Claim>& claims)
{
    bool all = true, interrupted = false;
    for (const Claim& claim : claims) {
        StudySettings settings = asked.settings;
        settings.out = settings.out / (claim.name + form_of(asked));
        const Trial trial = claim.cannot.empty() ? try_claim(claim, settings, interrupted) : Trial();
        if (interrupted) {
            std::cerr << "claims: interrupted; the same command goes on from here\n";
            return 130;
        }
        print_trial(std::cout, claim, trial);
        if (asked.quick) std::cout << "  (--quick: small sizes, so this verdict says nothing of the claim)\n";
        std::cout << "\n";
        if (!asked.reference.empty()) write_reference(claim, trial, asked.reference);
        all = all && complete(trial);
    }
    return all ? 0 : 4;
}

void check(const Asked& asked)
{
    if (!asked.page.empty() && asked.reference.empty())
        throw BadInput("--page needs the folder whose tables it shows: --reference DIR");
    if (asked.quick && !asked.reference.empty())
        throw BadInput("--reference: small sizes are no reference; leave out --quick");
    if (asked.names.empty() && !asked.all && asked.page.empty())
        throw BadInput("name a claim, or all by --all; --list names them");
}

int run(int argc, char** argv)
{
    const ToolWords words(argc, argv, {"out", "processes", "reference", "page", "claims", "seeds"},
                          {"list", "all", "quick", "quiet"});
    if (words.has("help")) std::cout << kHelp;
    if (words.has("version")) std::cout << "claims (hpnsim) " << version() << "\n";
    if (words.has("help") || words.has("version")) return 0;
    const Asked asked = asked_in(words);
    const std::vector<Claim> claims = read_claims(asked.claims, asked.quick, asked.seeds);
    if (words.has("list")) {
        list(claims);
        return 0;
    }
    check(asked);
    const int status = try_all(asked, chosen(asked, claims));
    if (!asked.page.empty()) assemble_page(read_claims(asked.claims, false), asked.reference, asked.page);
    return status;
}

}  // namespace

int main(int argc, char** argv)
{
    return run_main("claims", [&] { return run(argc, argv); });
}
