#include "tests/api/guarded_form.hpp"

#include <gtest/gtest.h>

namespace api_test {

void ExpectGuarded(const Visitor& allowed, const Visitor& other, const GuardedForm& form) {
    SCOPED_TRACE(form.action);
    const auto with = [&](const std::string& name, const std::string& value) {
        Visitor::Fields fields = form.typed;
        fields.emplace_back(name, value);
        return fields;
    };
    const Page page = allowed.Open(form.page);
    const auto refused = [&](const Page& answer, int status) {
        answer.Expect(status).Shows("Nothing was changed").Shows(form.kept);
    };
    refused(allowed.Send(page, form.action, with("csrf", "of-another-site")), 403);
    refused(allowed.Send(page, form.action, with("csrf", "")), 403);
    if (form.versioned) {
        refused(allowed.Send(page, form.action, with("version", "999999")), 412);
    }
    const Page theirs = other.Open(form.page);
    theirs.ShowsNot("action=\"" + form.action + "\"");
    other.Send(page, form.action, with("csrf", theirs.Hidden("csrf")))
        .Expect(form.others_status)
        .Shows("Nothing was changed");
}

}  // namespace api_test
