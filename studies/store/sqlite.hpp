// SPDX-License-Identifier: GPL-2.0-only
// SQLite as this room uses it: a database, statements with values, and transactions, whose errors are
// sentences.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

struct sqlite3;
struct sqlite3_stmt;

namespace hpnsim
{

class Statement
{
public:
    Statement(sqlite3* database, const std::string& file, const std::string& text);
    Statement& bind(int64_t value);
    Statement& bind(double value);
    Statement& bind(const std::string& value);
    Statement& bind_null();
    /// True: there is a row. False: the statement has ended.
    bool step();
    /// Runs it to its end, and makes it ready for other values.
    void run();
    bool null(int column) const;
    int64_t whole(int column) const;
    double number(int column) const;
    std::string text(int column) const;

private:
    [[noreturn]] void fail() const;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    std::string file_;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    int bound_ = 0;
};

class Database
{
public:
    enum class Use { write, read };
    /// Opens the file; to write, it is made if it is not there. To read, nothing is written but what undoes
    /// half a write of somebody who was killed. Throws PlainFailure.
    Database(const std::filesystem::path& file, Use use);
    void execute(const std::string& text);
    Statement prepare(const std::string& text) { return Statement(database_.get(), file_, text); }
    /// All that `act` writes is there, or nothing, whatever happens meanwhile.
    void at_once(const std::function<void()>& act);

private:
    struct Close {
        void operator()(sqlite3* database) const;
    };
    /// Returns what SQLite says about opening and reading the first page.
    int open(const std::string& name, int flags);
    void open_to_read();

    std::string file_;
    std::unique_ptr<sqlite3, Close> database_;
};

/// A name as SQL writes it: in double quotes.
std::string sql_name(const std::string& name);
/// A text as SQL writes it: in single quotes.
std::string sql_text(const std::string& text);

}  // namespace hpnsim
