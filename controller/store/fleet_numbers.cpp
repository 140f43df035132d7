#include "controller/store/fleet_numbers.hpp"

#include "controller/store/tx.hpp"

namespace store {
namespace {

constexpr Statement kOrderAges{"order_ages", R"sql(
    SELECT o.id, o.kind, o.enabled, (extract(epoch FROM clock_timestamp() - o.ordered_at) * 1000000)::bigint
    FROM operations o WHERE o.id = ANY ($1::text[]))sql"};

}  // namespace

std::vector<OrderAge> LoadOrderAges(Tx& tx, const std::vector<policy::RecordId>& operations) {
    return tx.All(
        kOrderAges,
        [](Columns& in) {
            OrderAge order;
            order.operation = in.Id<policy::RecordId>();
            order.kind = in.Text();
            order.enabled = in.Flag();
            order.age = std::chrono::microseconds(in.Int());
            return order;
        },
        operations);
}

}  // namespace store
