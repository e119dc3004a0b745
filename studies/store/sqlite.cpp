// SPDX-License-Identifier: GPL-2.0-only
// Calls SQLite and turns its errors into sentences that name the file.
#include "store/sqlite.hpp"

#include "hpnsim/bad_input.hpp"

#include <cctype>
#include <sqlite3.h>
#include <system_error>

namespace hpnsim
{

namespace
{

[[noreturn]] void fail_with(const std::string& file, sqlite3* database)
{
    const std::string reason = database == nullptr ? "out of memory" : sqlite3_errmsg(database);
    throw PlainFailure("database " + file + ": " + reason);
}

std::string quoted(const std::string& text, char quote)
{
    std::string all(1, quote);
    for (const char c : text) all += c == quote ? std::string(2, quote) : std::string(1, c);
    return all + quote;
}

/// The name of a file in a URI.
std::string uri_text(const std::string& file)
{
    static const char kDigits[] = "0123456789ABCDEF";
    std::string text;
    for (const char c : file) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = std::isalnum(byte) != 0 || std::string("/-._~").find(c) != std::string::npos;
        text += plain ? std::string(1, c) : std::string{'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
    return text;
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const
{
    sqlite3_finalize(statement);
}

void Database::Close::operator()(sqlite3* database) const
{
    sqlite3_close_v2(database);
}

Statement::Statement(sqlite3* database, const std::string& file, const std::string& text) : file_(file)
{
    sqlite3_stmt* made = nullptr;
    if (sqlite3_prepare_v2(database, text.c_str(), -1, &made, nullptr) != SQLITE_OK)
        fail_with(file_, database);
    statement_.reset(made);
}

void Statement::fail() const
{
    fail_with(file_, sqlite3_db_handle(statement_.get()));
}

Statement& Statement::bind(int64_t value)
{
    if (sqlite3_bind_int64(statement_.get(), ++bound_, value) != SQLITE_OK) fail();
    return *this;
}

Statement& Statement::bind(double value)
{
    if (sqlite3_bind_double(statement_.get(), ++bound_, value) != SQLITE_OK) fail();
    return *this;
}

Statement& Statement::bind(const std::string& value)
{
    const auto bytes = static_cast<int>(value.size());
    if (sqlite3_bind_text(statement_.get(), ++bound_, value.c_str(), bytes, SQLITE_TRANSIENT) != SQLITE_OK)
        fail();
    return *this;
}

Statement& Statement::bind_null()
{
    if (sqlite3_bind_null(statement_.get(), ++bound_) != SQLITE_OK) fail();
    return *this;
}

bool Statement::step()
{
    const int result = sqlite3_step(statement_.get());
    if (result != SQLITE_ROW && result != SQLITE_DONE) fail();
    return result == SQLITE_ROW;
}

void Statement::run()
{
    while (step()) {
    }
    if (sqlite3_reset(statement_.get()) != SQLITE_OK) fail();
    sqlite3_clear_bindings(statement_.get());
    bound_ = 0;
}

bool Statement::null(int column) const
{
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

int64_t Statement::whole(int column) const
{
    return sqlite3_column_int64(statement_.get(), column);
}

double Statement::number(int column) const
{
    return sqlite3_column_double(statement_.get(), column);
}

std::string Statement::text(int column) const
{
    const auto* found = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
    return found == nullptr ? "" : found;
}

Database::Database(const std::filesystem::path& file, Use use) : file_(file.string())
{
    if (use == Use::read)
        open_to_read();
    else if (open(file_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) != SQLITE_OK)
        fail_with(file_, database_.get());
}

int Database::open(const std::string& name, int flags)
{
    sqlite3* opened = nullptr;
    const int result = sqlite3_open_v2(name.c_str(), &opened, flags, nullptr);
    database_.reset(opened);
    if (result != SQLITE_OK) return result;
    sqlite3_busy_timeout(opened, 10'000);
    return sqlite3_exec(opened, "SELECT count(*) FROM sqlite_master", nullptr, nullptr, nullptr);
}

/// A writer that was killed in the middle of a write has left a journal, by which SQLite undoes that write
/// before it reads. Without one, where SQLite finds no locks, the file is read as it is. What cannot be
/// opened at all is a mistake of whoever named it.
void Database::open_to_read()
{
    std::error_code ignored;
    if (std::filesystem::is_directory(file_, ignored))
        throw BadInput("database " + file_ + ": a folder is there, and a file is needed");
    if (open(file_, SQLITE_OPEN_READONLY) == SQLITE_OK) return;
    const int why = sqlite3_extended_errcode(database_.get());
    if ((why & 0xff) == SQLITE_NOTADB || (why & 0xff) == SQLITE_BUSY) fail_with(file_, database_.get());
    const bool journal = std::filesystem::exists(file_ + "-journal", ignored);
    if (journal && open(file_, SQLITE_OPEN_READWRITE) == SQLITE_OK) return;
    if (journal)
        throw PlainFailure(
            "database " + file_ +
            ": its writer was killed in the middle of a write, and its folder cannot be written, "
            "where that would be undone; copy the folder to where it can");
    if (open("file:" + uri_text(file_) + "?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI) != SQLITE_OK)
        throw BadInput("database " + file_ + ": " + sqlite3_errmsg(database_.get()));
}

void Database::execute(const std::string& text)
{
    if (sqlite3_exec(database_.get(), text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        fail_with(file_, database_.get());
}

void Database::at_once(const std::function<void()>& act)
{
    execute("BEGIN IMMEDIATE");
    try {
        act();
        execute("COMMIT");
    } catch (...) {
        sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
        throw;
    }
}

std::string sql_name(const std::string& name)
{
    return quoted(name, '"');
}

std::string sql_text(const std::string& text)
{
    return quoted(text, '\'');
}

}  // namespace hpnsim
