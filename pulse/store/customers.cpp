#include "pulse/store/customers.hpp"

#include "platform/sql/tx.hpp"

namespace pulse::store {
namespace {

using platform::Columns;
using platform::Statement;
using tenancy::store::TenantTx;

// Row-level security chooses the rows; no statement names a tenant but to write a new row.
#define PULSE_CUSTOMER_COLUMNS                                                                                 \
    "c.id, c.name, c.email, c.phone, c.company, c.status, c.notes, c.created_at, c.created_by, c.updated_at, " \
    "c.updated_by "

// How many there are is known without counting them: tenancy.usage_levels follows every row.
constexpr Statement kListCustomers{
    "pulse_list_customers",
    "SELECT l.customers, " PULSE_CUSTOMER_COLUMNS
    "FROM tenancy.usage_levels l LEFT JOIN LATERAL (SELECT * FROM pulse.customers "
    "ORDER BY created_at DESC, id DESC LIMIT $1 OFFSET $2) c ON true ORDER BY c.created_at DESC, c.id DESC"};
constexpr Statement kSearchCustomers{
    "pulse_search_customers",
    "WITH hits AS MATERIALIZED (SELECT * FROM pulse.customers WHERE name ILIKE $3 OR email ILIKE $3 OR company ILIKE "
    "$3) "
    "SELECT n.total, " PULSE_CUSTOMER_COLUMNS
    "FROM (SELECT count(*) AS total FROM hits) n LEFT JOIN LATERAL (SELECT * FROM hits "
    "ORDER BY created_at DESC, id DESC LIMIT $1 OFFSET $2) c ON true ORDER BY c.created_at DESC, c.id DESC"};
constexpr Statement kFindCustomer{"pulse_find_customer",
                                  "SELECT " PULSE_CUSTOMER_COLUMNS "FROM pulse.customers c WHERE c.id = $1"};
constexpr Statement kLockCustomer{"pulse_lock_customer",
                                  "SELECT " PULSE_CUSTOMER_COLUMNS "FROM pulse.customers c WHERE c.id = $1 FOR UPDATE"};
constexpr Statement kInsertCustomer{
    "pulse_insert_customer",
    "INSERT INTO pulse.customers AS c (org_id, id, name, email, phone, company, status, notes, created_by, updated_by) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) RETURNING " PULSE_CUSTOMER_COLUMNS};
constexpr Statement kUpdateCustomer{
    "pulse_update_customer",
    "UPDATE pulse.customers c SET name = $2, email = $3, phone = $4, company = $5, status = $6, notes = $7, "
    "updated_by = $8, updated_at = transaction_timestamp() WHERE c.id = $1 RETURNING " PULSE_CUSTOMER_COLUMNS};
constexpr Statement kDeleteCustomer{"pulse_delete_customer",
                                    "DELETE FROM pulse.customers c WHERE c.id = $1 RETURNING c.name"};

#undef PULSE_CUSTOMER_COLUMNS

Customer ReadCustomer(Columns& in) {
    Customer customer;
    customer.id = in.Text();
    customer.fields.name = in.Text();
    customer.fields.email = in.Text();
    customer.fields.phone = in.Text();
    customer.fields.company = in.Text();
    customer.fields.status = in.Enum<CustomerStatus>();
    customer.fields.notes = in.Text();
    customer.created_at = in.Instant();
    customer.created_by = in.Text();
    customer.updated_at = in.Instant();
    customer.updated_by = in.Text();
    return customer;
}

}  // namespace

CustomerPage ListCustomers(TenantTx& tx, const CustomerQuery& query) {
    CustomerPage page;
    // A page beyond the end is one row that holds the total only.
    const auto read = [&](Columns& in) {
        page.total = in.Int();
        if (!in.IsNull()) {
            page.rows.push_back(ReadCustomer(in));
        }
        return true;
    };
    if (query.text.empty()) {
        tx.Sql().All(kListCustomers, read, query.limit, query.offset);
    } else {
        tx.Sql().All(kSearchCustomers, read, query.limit, query.offset, platform::LikePattern(query.text));
    }
    return page;
}

std::optional<Customer> FindCustomer(TenantTx& tx, std::string_view id) {
    return tx.Sql().Find(kFindCustomer, ReadCustomer, id);
}

std::optional<Customer> LockCustomer(TenantTx& tx, std::string_view id) {
    return tx.Sql().Find(kLockCustomer, ReadCustomer, id);
}

Customer InsertCustomer(TenantTx& tx, std::string_view id, const CustomerFields& fields, std::string_view actor) {
    return tx.Sql().One(kInsertCustomer, ReadCustomer, tenancy::store::OrgOf(tx).Text(), id, fields.name, fields.email,
                        fields.phone, fields.company, fields.status, fields.notes, actor);
}

std::optional<Customer> UpdateCustomer(TenantTx& tx, std::string_view id, const CustomerFields& fields,
                                       std::string_view actor) {
    return tx.Sql().Find(kUpdateCustomer, ReadCustomer, id, fields.name, fields.email, fields.phone, fields.company,
                         fields.status, fields.notes, actor);
}

std::optional<std::string> DeleteCustomer(TenantTx& tx, std::string_view id) {
    return tx.Sql().Find(
        kDeleteCustomer, [](Columns& in) { return in.Text(); }, id);
}

}  // namespace pulse::store
