#include "platform/sql/errors.hpp"

#include <pqxx/pqxx>

namespace platform {
namespace {

constexpr std::string_view kRefusedByRule = "PC001";

// Of "ERROR:  CLS-2: release ..." and further lines: the first line without the word, which depends on the language.
std::string FirstLine(const std::string& text) {
    const auto line = text.substr(0, text.find('\n'));
    const auto colon = line.find(':');
    const auto begin = colon == std::string::npos ? std::string::npos : line.find_first_not_of(' ', colon + 1);
    return begin == std::string::npos ? line : line.substr(begin);
}

[[noreturn]] void ThrowRuleViolation(const std::string& text) {
    const std::string line = FirstLine(text);
    const auto colon = line.find(": ");
    if (colon == std::string::npos) {
        throw std::runtime_error("a refusal without a rule: " + line);
    }
    throw RuleViolation(line.substr(0, colon), line.substr(colon + 2));
}

const ConstraintRule* FindConstraintRule(std::span<const ConstraintRule> rules, std::string_view text) {
    for (const auto& rule : rules) {
        if (text.find(rule.constraint) != std::string::npos) {
            return &rule;
        }
    }
    return nullptr;
}

bool StateIsOf(std::string_view text, std::string_view prefix) {
    return text.substr(0, prefix.size()) == prefix;
}

// Not our doing, and over after a while: out of resources, operator intervention, too slow, a standby.
bool IsPassing(std::string_view state) {
    return StateIsOf(state, "53") || StateIsOf(state, "57") || StateIsOf(state, "58") || state == "55P03" ||
           state == "25006" || state == "25P03";
}

bool EndsConnection(std::string_view state) {
    return StateIsOf(state, "08") || state == "57P01" || state == "57P02" || state == "57P03" || state == "25P03";
}

[[noreturn]] void ThrowForConstraint(std::span<const ConstraintRule> rules, std::string_view text,
                                     const std::string& what) {
    if (const ConstraintRule* const rule = FindConstraintRule(rules, text)) {
        throw RuleViolation(std::string(rule->rule), std::string(rule->message));
    }
    throw std::runtime_error(what);
}

// libpqxx 6.4 leaves the state of some of its own classes empty; those are told by their type before.
[[noreturn]] void ThrowForState(const std::string& state, const std::string& text, const std::string& what) {
    if (state == kRefusedByRule) {
        ThrowRuleViolation(text);
    }
    if (EndsConnection(state)) {
        throw ConnectionLost(what);
    }
    if (IsPassing(state)) {
        throw Unavailable(what);
    }
    throw std::runtime_error(what + " (SQLSTATE " + state + ")");
}

}  // namespace

void RethrowAsSqlError(std::string_view doing, bool connected, std::span<const ConstraintRule> rules) {
    const auto what = [&](const std::exception& error) { return std::string(doing) + ": " + FirstLine(error.what()); };
    try {
        throw;
    } catch (const pqxx::broken_connection& error) {
        throw ConnectionLost(what(error));
    } catch (const pqxx::in_doubt_error& error) {
        throw ConnectionLost(what(error));
    } catch (const pqxx::transaction_rollback& error) {
        throw RunAgain(what(error));
    } catch (const pqxx::unique_violation& error) {
        if (FindConstraintRule(rules, error.what()) == nullptr) {
            throw Conflict(what(error));
        }
        ThrowForConstraint(rules, error.what(), what(error));
    } catch (const pqxx::integrity_constraint_violation& error) {
        ThrowForConstraint(rules, error.what(), what(error));
    } catch (const pqxx::insufficient_resources& error) {
        throw Unavailable(what(error));
    } catch (const pqxx::sql_error& error) {
        // An error without a state was not said by the server: the connection broke under the statement, whatever the
        // connection itself believes yet.
        if (!connected || error.sqlstate().empty()) {
            throw ConnectionLost(what(error));
        }
        ThrowForState(error.sqlstate(), error.what(), what(error));
    } catch (const pqxx::failure& error) {
        throw ConnectionLost(what(error));  // libpqxx's word for trouble outside of the program
    } catch (const std::logic_error& error) {
        if (!connected) {
            throw ConnectionLost(what(error));
        }
        throw;
    }
}

}  // namespace platform
