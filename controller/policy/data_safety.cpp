// DSV-1..7 (specification, section 6). Each is CheckControl over its recorded items; DSV-6 reads the manifest as well.

#include "controller/policy/checks.hpp"
#include "controller/policy/reporting.hpp"

namespace policy {

// DSV-6: migrations are idempotent and reversible. One that is not reversible is HST-7.
void CheckDsv6(const PromotionFacts& facts, Findings& findings) {
    const DataChanges& changes = facts.manifest.data_changes;
    if (changes.has_migration && !changes.idempotent) {
        Deny(findings, "DSV-6",
             {"The manifest's data migration is not idempotent.",
              "Make it safe to run twice and say so in the manifest (data_changes.idempotent).", "DSV-6"});
    }
    CheckControl<Control::kDsv6>(facts, findings);
}

}  // namespace policy
