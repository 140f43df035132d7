// A form does what it does once, however often it is sent: a double click, or the same request again after an answer
// that never came. Every form holds the hidden field `form_key`, which is another on each page that is shown;
// Visit::Write enters it in the transaction of the operation (app/idempotency.hpp).
//
// One thread. Errors: as store::Database.
#pragma once

#include <string>
#include <string_view>

#include "controller/app/idempotency.hpp"
#include "controller/web/reply.hpp"

namespace web {

class Visit;

/// What the forms of one page hold.
std::string NewFormKey();
/// Under which the answer to the form that is being handled is kept: the same for the same form, filled in the same way
/// and sent again. Empty for what was not sent from a form of the console.
std::string FormKey(const Visit& visit);
/// The hash of everything that was typed.
std::string FormHash(const Visit& visit);

/// Leaves a handler whose form was handled before: where it went on then.
class RepeatedVisit {
public:
    explicit RepeatedVisit(std::string kept) : kept_(std::move(kept)) {}
    /// There, or to the page that the form was on, which then says so.
    Reply GoOn(const Visit& visit) const;

private:
    std::string kept_;
};

/// What is kept of a form that goes on to `path`, below /console.
app::StorableAnswer Storable(std::string_view path, std::string_view said);
/// Where a form that was sent again shall go on: as the handler's answer says.
void RememberAnswer(const Visit& visit, const Reply& reply);

}  // namespace web
