#include "controller/render/memo_people.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "controller/render/memo_words.hpp"
#include "platform/base/text.hpp"

namespace render {
namespace {

using policy::Role;

struct RoleName {
    std::string_view folded;
    Role role;
};
constexpr std::array<RoleName, 20> kRoleNames{{{"dev lead", Role::kDevLead},
                                               {"devlead", Role::kDevLead},
                                               {"development lead", Role::kDevLead},
                                               {"developer lead", Role::kDevLead},
                                               {"lead developer", Role::kDevLead},
                                               {"lead dev", Role::kDevLead},
                                               {"qa", Role::kQa},
                                               {"quality assurance", Role::kQa},
                                               {"qa lead", Role::kQa},
                                               {"qa engineer", Role::kQa},
                                               {"tester", Role::kQa},
                                               {"system owner", Role::kSystemOwner},
                                               {"systems owner", Role::kSystemOwner},
                                               {"sys owner", Role::kSystemOwner},
                                               {"release manager", Role::kReleaseManager},
                                               {"operator", Role::kOperator},
                                               {"auditor", Role::kAuditor},
                                               {"admin", Role::kAdmin},
                                               {"administrator", Role::kAdmin},
                                               {"pipeline", Role::kPipeline}}};

/// Words on such a line that are neither a name nor a role.
constexpr std::array<std::string_view, 11> kPersonNoise{
    "date", "dated", "signed", "signature", "name", "role", "approved", "approver", "approved by", "signed by", "on"};

std::optional<Role> RoleOf(std::string_view folded) {
    for (const RoleName& name : kRoleNames) {
        if (name.folded == folded) {
            return name.role;
        }
    }
    return std::nullopt;
}

bool IsNoise(std::string_view folded) {
    return std::find(kPersonNoise.begin(), kPersonNoise.end(), folded) != kPersonNoise.end();
}

/// Drops "Date", "signed" and the like from the ends of a part.
std::string WithoutNoise(std::string_view part) {
    std::string text(platform::Trim(part));
    for (bool changed = true; changed;) {
        changed = false;
        for (const std::string_view word :
             {"date", "dated", "signed", "approved", "on", "by", "as", "name", "-", "."}) {
            const std::string lower = platform::ToLowerAscii(text);
            if (lower == word) {
                return {};
            }
            if (lower.ends_with(" " + std::string(word))) {
                text = std::string(platform::Trim(std::string_view(text).substr(0, text.size() - word.size())));
                changed = true;
            } else if (lower.starts_with(std::string(word) + " ") && word != ".") {
                text = std::string(platform::Trim(std::string_view(text).substr(word.size())));
                changed = true;
            }
        }
    }
    return text;
}

// Stands for a date in what is left of the line.
constexpr char kDateMark = '\x01';

struct LinePart {
    std::string text;
    bool aside = false;  // within brackets
};

/// Parts between commas, semicolons, colons, bars, brackets and spaced dashes.
std::vector<LinePart> PartsOf(std::string_view text) {
    std::vector<LinePart> parts(1);
    bool aside = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool spaced_dash = c == '-' && i > 0 && text[i - 1] == ' ' && i + 1 < text.size() && text[i + 1] == ' ';
        const bool slash_s = c == '/' && platform::ToLowerAscii(text.substr(i, 3)) == "/s/";
        if (c == kDateMark) {
            parts.push_back({std::string(1, c), aside});
        }
        if (c == '(' || c == ')') {
            aside = c == '(';
        }
        i += slash_s ? 2 : 0;
        if (slash_s || spaced_dash || c == kDateMark || std::string_view(",;:|()").find(c) != std::string_view::npos) {
            parts.push_back({"", aside});
        } else {
            parts.back().text += c;
        }
    }
    return parts;
}

/// "Jane Doe Dev Lead", "Dev Lead Jane Doe": a role at one end of a part, and the rest.
std::optional<std::pair<Role, std::string>> RoleAtAnEnd(const std::string& part) {
    const std::vector<Word> words = SplitWords(part);
    for (const std::size_t length : {std::size_t{2}, std::size_t{1}}) {
        if (words.size() <= length) {
            continue;
        }
        const Word& last_of_first = words[length - 1];
        const Word& first_of_last = words[words.size() - length];
        // Tester and Operator are names, too; one word is a role only where it can be nothing else.
        if (length == 1 && !last_of_first.Is("qa") && !first_of_last.Is("qa")) {
            continue;
        }
        if (const auto role = RoleOf(Fold(std::string_view(part).substr(0, last_of_first.end)))) {
            return std::pair(*role, std::string(platform::Trim(std::string_view(part).substr(last_of_first.end))));
        }
        if (const auto role = RoleOf(Fold(std::string_view(part).substr(first_of_last.begin)))) {
            return std::pair(*role, std::string(platform::Trim(std::string_view(part).substr(0, first_of_last.begin))));
        }
    }
    return std::nullopt;
}

void AddRoles(std::vector<Role>& roles, const std::vector<Role>& more) {
    for (const Role role : more) {
        if (std::find(roles.begin(), roles.end(), role) == roles.end()) {
            roles.push_back(role);
        }
    }
}

}  // namespace

bool IsLeftBlank(std::string_view text) {
    const std::string folded = Fold(text);
    return folded.empty() || folded == "n a" || folded == "tbd" || folded == "tbc" || folded == "none" ||
           folded == "pending" || folded == "xxx";
}

std::vector<Role> RolesOf(std::string_view text) {
    std::string folded = Fold(text);
    if (const auto role = RoleOf(folded)) {
        return {*role};
    }
    // "Dev Lead / QA", "Dev Lead and QA": every part must be one.
    std::string parted;
    for (const char c : text) {
        parted += c == '/' || c == '&' || c == '+' ? std::string(" and ") : std::string(1, c);
    }
    folded = Fold(parted) + " and ";
    std::vector<Role> roles;
    for (std::size_t at = 0, end = folded.find(" and "); end != std::string::npos; end = folded.find(" and ", at)) {
        const auto role = RoleOf(std::string_view(folded).substr(at, end - at));
        if (!role) {
            return {};
        }
        AddRoles(roles, {*role});
        at = end + 5;
    }
    return roles;
}

PersonLine ReadPersonLine(std::string_view text, int line) {
    PersonLine read;
    ParsedPerson& person = read.person;
    person.line = line;

    std::string rest(text);
    const std::vector<FoundDate> dates = FindDates(text);
    for (auto date = dates.rbegin(); date != dates.rend(); ++date) {
        rest.replace(date->begin, date->end - date->begin, 1, kDateMark);
        if (date->problem != DateProblem::kNone) {
            read.bad_dates.push_back(*date);
        }
    }
    for (const FoundDate& date : dates) {
        person.date = person.date ? person.date : date.date;
    }

    // The name is what stands before the role and the date, or else between them; a name may hold a comma.
    std::vector<std::string> name;
    std::vector<std::string> later;
    std::vector<std::string> asides;
    bool name_ended = false;
    for (const LinePart& raw : PartsOf(rest)) {
        const std::string part = WithoutNoise(raw.text);
        if (raw.text == std::string(1, kDateMark)) {
            name_ended = name_ended || !name.empty();
            continue;
        }
        if (IsLeftBlank(part) || IsNoise(Fold(part))) {
            continue;
        }
        if (const std::vector<Role> roles = RolesOf(part); !roles.empty()) {
            AddRoles(person.roles, roles);
            name_ended = name_ended || !name.empty();
        } else if (raw.aside) {
            asides.push_back(part);
        } else {
            (name_ended ? later : name).push_back(part);
        }
    }
    if (name.empty()) {
        name = asides;
    }
    if (person.roles.empty() && !name.empty()) {
        if (auto found = RoleAtAnEnd(name.front())) {
            person.roles.push_back(found->first);
            name.front() = WithoutNoise(found->second);
        }
    }
    if (person.roles.empty() && name.size() > 1) {
        person.role_text = platform::Join(std::vector<std::string>(name.begin() + 1, name.end()), ", ");
        name.resize(1);
    } else if (person.roles.empty() && !later.empty()) {
        person.role_text = later.front();
    } else if (person.roles.empty() && !asides.empty() && asides != name) {
        person.role_text = asides.front();
    }
    person.name = platform::Join(name, ", ");
    return read;
}

}  // namespace render
