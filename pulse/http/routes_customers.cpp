// Customers of the selected organization: every member reads, editors and above change.

#include "platform/base/text.hpp"
#include "pulse/app/records.hpp"
#include "pulse/auth/scopes.hpp"
#include "pulse/http/acts.hpp"
#include "pulse/http/areas.hpp"
#include "pulse/http/errors.hpp"
#include "pulse/http/tenant_request.hpp"
#include "pulse/wire/customers_json.hpp"

namespace pulse::http {
namespace {

using platform::HttpResponse;

constexpr std::int64_t kMostCustomers = 500;
constexpr std::int64_t kMostSkipped = 1'000'000'000;
constexpr std::size_t kLongestSearch = 200;

HttpResponse ListCustomers(Exchange& exchange) {
    store::CustomerQuery query;
    query.limit = static_cast<int>(QueryInteger(exchange, "limit", 1, kMostCustomers, 50, "invalid_limit"));
    query.offset = QueryInteger(exchange, "offset", 0, kMostSkipped, 0, "invalid_offset");
    query.text = platform::Trim(exchange.Request().Query("q").value_or(""));
    if (platform::CountCodePoints(query.text) > kLongestSearch) {
        throw Rejection(Refused(400, "invalid_search", "q must have at most 200 characters."));
    }
    const auto page = app::ListCustomers(exchange.Services(), exchange.Scope(), query);
    return ListAnswer(wire::EncodeCustomers(page.rows), page.total);
}

HttpResponse GetCustomer(Exchange& exchange) {
    const auto customer = Exchange::Must(app::GetCustomer(exchange.Services(), exchange.Scope(), exchange.Path("id")));
    return JsonAnswer(200, wire::EncodeCustomer(customer));
}

HttpResponse CreateCustomer(Exchange& exchange) {
    RequireEditor(exchange);
    const auto fields = Exchange::Must(wire::DecodeNewCustomer(exchange.Body()));
    const auto customer =
        Exchange::Must(app::CreateCustomer(exchange.Services(), exchange.Scope(), ActOf(exchange), fields));
    HttpResponse response = JsonAnswer(201, wire::EncodeCustomer(customer));
    response.headers.emplace_back("Location", "/api/customers/" + customer.id);
    return response;
}

HttpResponse UpdateCustomer(Exchange& exchange) {
    RequireEditor(exchange);
    const std::string_view body = exchange.Body();
    const auto change = [&](const store::CustomerFields& before) { return wire::DecodeCustomer(body, before); };
    const auto customer = Exchange::Must(
        app::UpdateCustomer(exchange.Services(), exchange.Scope(), ActOf(exchange), exchange.Path("id"), change));
    return JsonAnswer(200, wire::EncodeCustomer(customer));
}

HttpResponse DeleteCustomer(Exchange& exchange) {
    RequireEditor(exchange);
    if (auto deleted = app::DeleteCustomer(exchange.Services(), exchange.Scope(), ActOf(exchange), exchange.Path("id"));
        !deleted) {
        throw Rejection(std::move(deleted.error()));
    }
    return NoContent();
}

constexpr Route kCustomerRoutes[] = {{.method = Method::kGet,
                                      .pattern = "/api/customers",
                                      .scope = auth::kMonitoringRead,
                                      .area = "Customers",
                                      .summary = "List customers, newest first: limit, offset, q",
                                      .handler = ListCustomers},
                                     {.method = Method::kPost,
                                      .pattern = "/api/customers",
                                      .scope = auth::kMonitoringWrite,
                                      .area = "Customers",
                                      .summary = "Write down a customer",
                                      .handler = CreateCustomer},
                                     {.method = Method::kGet,
                                      .pattern = "/api/customers/{id}",
                                      .scope = auth::kMonitoringRead,
                                      .area = "Customers",
                                      .summary = "Show one customer",
                                      .handler = GetCustomer},
                                     {.method = Method::kPut,
                                      .pattern = "/api/customers/{id}",
                                      .scope = auth::kMonitoringWrite,
                                      .area = "Customers",
                                      .summary = "Change a customer; what is not named stays",
                                      .handler = UpdateCustomer},
                                     {.method = Method::kDelete,
                                      .pattern = "/api/customers/{id}",
                                      .scope = auth::kMonitoringWrite,
                                      .area = "Customers",
                                      .summary = "Delete a customer",
                                      .handler = DeleteCustomer}};

}  // namespace

std::span<const Route> CustomerRoutes() {
    return kCustomerRoutes;
}

}  // namespace pulse::http
