// SPDX-License-Identifier: GPL-2.0-only
// Reads GOAL's text: num_ranks N, then for each rank in order its operations and what waits for what.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/text_input.hpp"
#include "traces/goal.hpp"

#include <algorithm>
#include <cctype>
#include <limits>
#include <unordered_map>

namespace hpnsim
{

namespace
{

constexpr uint64_t kMostText = uint64_t{16} << 30;  // traces of training runs have some gigabytes
constexpr size_t kMostWord = 256;

/// A word, a number, -1, or one of ":{}". The end of a line is "\n", and that of the file is empty.
struct Token {
    std::string text;
    uint64_t number = 0;
    bool is_number = false;
};

/// Cuts the text into tokens as LogGOPSim's scanner does. It takes comments anywhere, the scanner only where
/// a statement begins.
class GoalTokens
{
public:
    explicit GoalTokens(const std::string& path) : path_(path), in_("", path, limits()) { take(); }

    const Token& now() const { return now_; }
    uint64_t line() const { return token_line_; }
    bool is(const char* text) const { return now_.text == text; }

    /// Takes the token if it is this one.
    bool skip(const char* text)
    {
        if (!is(text)) return false;
        take();
        return true;
    }
    void skip_lines()
    {
        while (is("\n")) take();
    }

    void take()
    {
        skip_blanks();
        token_line_ = line_;
        now_ = {};
        const int c = peek();
        if (c == kEnd) return;
        if (c == '\n') {
            ++line_;
            now_.text = static_cast<char>(next());
        } else if (std::isdigit(c) != 0) {
            take_number();
        } else if (std::isalpha(c) != 0) {
            take_word();
        } else {
            take_sign();
        }
    }

    [[noreturn]] void fail_at(uint64_t line, const std::string& why) const
    {
        throw BadLine(path_ + ":" + std::to_string(line) + ": " + why);
    }
    [[noreturn]] void fail(const std::string& why) const { fail_at(token_line_, why); }
    [[noreturn]] void expected(const std::string& what) const
    {
        fail("expected " + what + ", found " +
             (now_.text.empty() ? "the end of the file"
              : is("\n")        ? "the end of the line"
                                : "'" + now_.text + "'"));
    }

private:
    static constexpr int kEnd = std::istream::traits_type::eof();

    static TextLimits limits()
    {
        TextLimits limits;
        limits.bytes = kMostText;
        return limits;
    }

    int peek() { return in_.rdbuf()->sgetc(); }
    int next() { return in_.rdbuf()->sbumpc(); }

    void skip_blanks()
    {
        for (;;) {
            const int c = peek();
            if (c == ' ' || c == '\t')
                next();
            else if (c == '/')
                skip_comment();
            else
                return;
        }
    }

    void skip_comment()
    {
        const uint64_t begin = line_;
        next();
        if (peek() == '/') {
            while (peek() != '\n' && peek() != kEnd) next();
            return;
        }
        if (next() != '*') fail_at(line_, "expected a comment behind '/': // or /*");
        for (int last = 0; !(last == '*' && peek() == '/');) {
            last = next();
            if (last == kEnd) fail_at(begin, "the comment that begins here has no end, */");
            if (last == '\n') ++line_;
        }
        next();
    }

    void take_number()
    {
        now_.is_number = true;
        bool fits = true;
        while (std::isdigit(peek()) != 0) {
            const auto digit = static_cast<uint64_t>(peek() - '0');
            fits &= now_.number <= (std::numeric_limits<uint64_t>::max() - digit) / 10;
            now_.number = now_.number * 10 + digit;
            append();
        }
        if (!fits) fail(now_.text + " is larger than 64 bits hold");
    }

    void take_word()
    {
        while (std::isalnum(peek()) != 0 || peek() == '_') append();
    }

    void take_sign()
    {
        const int c = peek();
        append();
        if (c == ':' || c == '{' || c == '}') return;
        if (c == '-' && peek() == '1') append();
        if (now_.text == "-1" && std::isdigit(peek()) == 0) return;
        fail("'" + now_.text + "' has no meaning here; statements are words, numbers, -1, ':', '{' and '}'");
    }

    void append()
    {
        now_.text += static_cast<char>(next());
        if (now_.text.size() > kMostWord)
            fail("a word of more than " + std::to_string(kMostWord) + " bytes, '" + now_.text.substr(0, 20) +
                 "...'");
    }

    std::string path_;
    TextInput in_;
    Token now_;
    uint64_t line_ = 1, token_line_ = 1;
};

class GoalText
{
public:
    explicit GoalText(const std::string& path) : tokens_(path) {}

    Program read()
    {
        tokens_.skip_lines();
        if (!tokens_.skip("num_ranks")) tokens_.expected("num_ranks N, with which GOAL begins");
        ranks_ = static_cast<uint32_t>(number("the number of ranks", 1, kAnyRank - 1));
        for (tokens_.skip_lines(); !tokens_.is(""); tokens_.skip_lines()) read_rank();
        if (graphs_.size() < ranks_)
            tokens_.fail("the file ends after " + std::to_string(graphs_.size()) + " of " +
                         std::to_string(ranks_) + " ranks; expected rank " + std::to_string(graphs_.size()) +
                         " {");
        return goal_program(std::move(graphs_));
    }

private:
    uint64_t number(const char* what, uint64_t lo, uint64_t hi)
    {
        const Token token = tokens_.now();
        if (!token.is_number) tokens_.expected(std::string(what) + ", a whole number");
        if (token.number < lo || token.number > hi)
            tokens_.fail(std::string(what) + " is " + token.text + ", outside " + std::to_string(lo) + ".." +
                         std::to_string(hi));
        tokens_.take();
        return token.number;
    }

    uint32_t number_or_any(const char* what)
    {
        return tokens_.skip("-1") ? kAnyRank : static_cast<uint32_t>(number(what, 0, kAnyRank));
    }

    void end_line()
    {
        if (!tokens_.skip("\n") && !tokens_.is("")) tokens_.expected("the end of the line");
    }

    void read_rank()
    {
        if (!tokens_.skip("rank")) tokens_.expected("rank " + std::to_string(graphs_.size()) + " {");
        const uint64_t line = tokens_.line();
        rank_ = static_cast<uint32_t>(number("the rank", 0, ranks_ - 1));
        if (rank_ != graphs_.size())
            tokens_.fail_at(line, "expected rank " + std::to_string(graphs_.size()) + ", found rank " +
                                      std::to_string(rank_) + "; ranks stand in order");
        if (!tokens_.skip("{")) tokens_.expected("'{'");
        graph_ = std::make_shared<TaskGraph>();
        labels_.clear();
        for (tokens_.skip_lines(); !tokens_.is("}"); tokens_.skip_lines()) read_statement();
        finish(line);
        tokens_.take();
    }

    void finish(uint64_t line)
    {
        try {
            graph_->finish();
        } catch (const BadInput& circle) {
            tokens_.fail_at(line, "in rank " + std::to_string(rank_) + ", " + circle.what());
        }
        graphs_.push_back(std::move(graph_));
    }

    bool at_operation() const { return tokens_.is("send") || tokens_.is("recv") || tokens_.is("calc"); }

    void read_statement()
    {
        if (at_operation()) {
            read_operation();
            return;
        }
        const Token word = tokens_.now();
        const bool letter = !word.text.empty() && std::isalpha(static_cast<unsigned char>(word.text[0])) != 0;
        if (!letter || word.text == "rank" || word.text == "num_ranks")
            tokens_.expected("send, recv, calc, a label or '}'");
        const uint64_t line = tokens_.line();
        tokens_.take();
        if (tokens_.skip(":"))
            add_label(word.text, line);
        else
            read_dependency(word.text);
    }

    void add_label(const std::string& label, uint64_t line)
    {
        if (!labels_.emplace(label, graph_->size()).second)
            tokens_.fail_at(line, "rank " + std::to_string(rank_) + " has two operations labelled '" + label +
                                      "'; expected a label of its own");
        if (!at_operation()) tokens_.expected("send, recv or calc");
        read_operation();
    }

    void read_dependency(const std::string& label)
    {
        const bool end = tokens_.is("requires");
        if (!end && !tokens_.is("irequires"))
            tokens_.expected("':', requires or irequires behind '" + label + "'");
        const uint32_t task = labelled(label);
        tokens_.take();
        const Token first = tokens_.now();
        if (first.text.empty() || std::isalpha(static_cast<unsigned char>(first.text[0])) == 0)
            tokens_.expected("a label");
        const uint32_t before = labelled(first.text);
        tokens_.take();
        if (end)
            graph_->after(task, before);
        else
            graph_->after_start(task, before);
        end_line();
    }

    uint32_t labelled(const std::string& label)
    {
        const auto found = labels_.find(label);
        if (found != labels_.end()) return found->second;
        std::vector<std::string> all;
        for (const auto& [text, task] : labels_) all.push_back(text);
        std::sort(all.begin(), all.end());
        tokens_.fail("rank " + std::to_string(rank_) + " has no operation labelled '" + label +
                     "' so far; expected a label above this line" + suggestion(label, all));
    }

    void read_operation()
    {
        const uint64_t line = tokens_.line();
        GoalOp op;
        if (tokens_.skip("calc")) {
            op.size = number("the nanoseconds of calc", 0, UINT64_MAX);
        } else {
            op.kind = tokens_.is("send") ? GoalOp::Kind::send : GoalOp::Kind::receive;
            tokens_.take();
            read_message(op);
        }
        if (tokens_.skip("cpu")) op.cpu = static_cast<uint8_t>(number("cpu", 0, 255));
        const bool calc = op.kind == GoalOp::Kind::calc;
        if (!calc && tokens_.skip("nic")) op.nic = static_cast<uint8_t>(number("nic", 0, 255));
        if (!tokens_.is("\n") && !tokens_.is(""))
            tokens_.expected(calc ? "cpu or the end of the line"
                                  : "tag, cpu, nic, in this order, or the end of the line");
        const std::string fault = fault_of(op, ranks_);
        if (!fault.empty()) tokens_.fail_at(line, fault);
        graph_->add(task_of(op, rank_));
        end_line();
    }

    void read_message(GoalOp& op)
    {
        const bool send = op.kind == GoalOp::Kind::send;
        op.size = number("the size of the message", 0, UINT64_MAX);
        if (!tokens_.skip("b")) tokens_.expected("'b' behind the number of bytes");
        if (!tokens_.skip(send ? "to" : "from"))
            tokens_.expected(send ? "'to' and a rank" : "'from' and a rank");
        if (send && tokens_.is("-1")) tokens_.expected("the rank that the message goes to, a whole number");
        op.peer = number_or_any("the rank");
        if (tokens_.skip("tag")) op.tag = number_or_any("the tag");
    }

    GoalTokens tokens_;
    uint32_t ranks_ = 0, rank_ = 0;
    std::shared_ptr<TaskGraph> graph_;
    std::unordered_map<std::string, uint32_t> labels_;  // of the rank, to numbers of tasks
    std::vector<std::shared_ptr<const TaskGraph>> graphs_;
};

}  // namespace

Program read_goal_text(const std::string& path)
{
    return GoalText(path).read();
}

}  // namespace hpnsim
