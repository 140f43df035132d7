#include "controller/store/errors.hpp"

#include <array>
#include <optional>

#include <pqxx/pqxx>

#include "controller/store/database.hpp"

namespace store {
namespace {

struct ConstraintRule {
    std::string_view constraint;
    std::string_view rule;
    std::string_view message;
};

// Constraints that hold a rule by themselves. Their own messages name tables and columns; these are for people.
constexpr std::array<ConstraintRule, 9> kConstraintRules{{
    {"role_grants_not_to_oneself", "SOD-6", "Nobody grants a role to themselves; another admin can."},
    {"role_grants_two_people", "SOD-6", "This role needs a second person to confirm it."},
    {"hard_stops_another_person", "HSX-1", "A hard stop is resolved by another person than the one who raised it."},
    {"hard_stops_resolved_with_evidence", "HSX-1", "A hard stop is closed by a written resolution with evidence."},
    {"checks_not_in_the_future", "EVD-2", "A check cannot have been performed in the future."},
    {"consents_for_something", "EXP-2", "A consent is for one release or for the experimental channel, not for both."},
    {"freezes_window", "CHN-8", "A freeze must end after it starts."},
    {"freezes_scope_target", "CHN-8", "A freeze of a channel or a tenant names it, and no other does."},
    {"memo_signatures_release_id_number_principal_id_key", "SOD-2",
     "One person signs a memo in one role; another person must sign in the other."},
}};

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

const ConstraintRule* FindConstraintRule(const std::string& text) {
    for (const auto& rule : kConstraintRules) {
        if (text.find(rule.constraint) != std::string::npos) {
            return &rule;
        }
    }
    return nullptr;
}

bool StartsWith(std::string_view text, std::string_view prefix) {
    return text.substr(0, prefix.size()) == prefix;
}

// Not our doing, and over after a while: out of resources, operator intervention, too slow, a standby.
bool IsPassing(std::string_view state) {
    return StartsWith(state, "53") || StartsWith(state, "57") || StartsWith(state, "58") || state == "55P03" ||
           state == "25006" || state == "25P03";
}

bool EndsConnection(std::string_view state) {
    return StartsWith(state, "08") || state == "57P01" || state == "57P02" || state == "57P03" || state == "25P03";
}

[[noreturn]] void ThrowForConstraint(const std::string& text, const std::string& what) {
    if (const ConstraintRule* const rule = FindConstraintRule(text)) {
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

void RethrowAsStoreError(std::string_view doing, bool connected) {
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
        if (FindConstraintRule(error.what()) == nullptr) {
            throw Conflict(what(error));
        }
        ThrowForConstraint(error.what(), what(error));
    } catch (const pqxx::integrity_constraint_violation& error) {
        ThrowForConstraint(error.what(), what(error));
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

}  // namespace store
