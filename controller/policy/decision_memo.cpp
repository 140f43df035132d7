// MEM-1..5 (specification, section 9): what a promotion needs of a memo, what deciding and signing one takes.

#include <algorithm>

#include "controller/policy/catalogue.hpp"
#include "controller/policy/checks.hpp"
#include "controller/policy/memo.hpp"
#include "controller/policy/memo_state.hpp"
#include "controller/policy/reporting.hpp"
#include "controller/policy/slots.hpp"

namespace policy {
namespace {

std::string DecideMemoRemedy(const PromotionFacts& facts) {
    return Text("Decide one: portcullis memo decide ", facts.release.id.Text(), " --for ", platform::EnumText(facts.to),
                " --decision GO");
}

void ReportMissingSignatures(const PromotionFacts& facts, const MemoFacts& memo, std::string_view rule,
                             Findings& findings) {
    for (const SignatureView& view : ViewSignatures(memo)) {
        if (view.filled_by == nullptr && view.spoiled == nullptr) {
            const std::string_view role = platform::EnumText(view.role);
            Await(findings, rule,
                  {Text("Memo ", std::to_string(memo.number), " for ", platform::EnumText(facts.to),
                        " is not signed by a ", role, "."),
                   Text("Ask a user with the role ", role, " to run: portcullis memo sign ", facts.release.id.Text(),
                        " ", std::to_string(memo.number), " --as ", role),
                   std::string(role)});
        }
    }
}

/// What a GO must face: everything that blocks, and the doubts too, which a refusal names and a decided memo is filed
/// with. A freeze stops promotions, not decisions.
bool ConcernsGo(const Finding& finding) {
    return finding.rule != "CHN-8";
}

}  // namespace

void JudgeMemo(const PromotionFacts& facts, std::string_view rule, Findings& findings) {
    const std::string_view to = platform::EnumText(facts.to);
    const MemoFacts* memo = FindMemo(facts, facts.to);
    if (memo == nullptr) {
        return Await(findings, rule,
                     {Text("There is no decision memo for ", to, "."), DecideMemoRemedy(facts), std::string(to)});
    }
    const std::string number = std::to_string(memo->number);
    if (memo->decision != Decision::kGo) {
        return Deny(findings, rule,
                    {Text("Memo ", number, " for ", to, " of ", platform::FormatTime(memo->decided_at), " says NO-GO."),
                     Text("Carry out its remediation plan; then decide again. ", DecideMemoRemedy(facts)), number});
    }
    if (!memo->manifest_matches) {
        return Await(findings, rule,
                     {Text("Memo ", number, " for ", to, " was decided over an earlier revision of the manifest."),
                      DecideMemoRemedy(facts), number});
    }
    ReportMissingSignatures(facts, *memo, rule, findings);
}

std::vector<Role> SignatureRoles() {
    return {Role::kSystemOwner, Role::kDevLead};
}

bool IsSigned(const MemoFacts& memo) {
    const auto views = ViewSignatures(memo);
    return views[0].filled_by != nullptr && views[1].filled_by != nullptr &&
           views[0].filled_by->principal != views[1].filled_by->principal;
}

// MEM-1: nothing reaches stable without a signed GO memo.
void CheckMem1(const PromotionFacts& facts, Findings& findings) {
    if (facts.to == Channel::kStable) {
        JudgeMemo(facts, "MEM-1", findings);
    }
}

// MEM-2: the checklist is computed; GO stands only when every box holds and nothing else blocks.
void CheckMem2(const MemoAct& act, Findings& findings) {
    if (act.decision != Decision::kGo) {
        return;
    }
    for (const ChecklistItem& item : ComputeChecklist(act.facts)) {
        if (item.holds) {
            continue;
        }
        std::string why;
        for (const std::string& reason : item.reasons) {
            why += why.empty() ? "" : " ";
            why += reason;
        }
        Deny(findings, "MEM-2",
             {Text("Not so: ", item.title, ". ", why), "Put the reasons right, or decide NO-GO.",
              std::string(item.key)});
    }
    const Findings beside = FindingsBesideMemo(act.facts);
    std::copy_if(beside.begin(), beside.end(), std::back_inserter(findings), ConcernsGo);
}

// MEM-3: NO-GO says why and what will be done.
void CheckMem3(const MemoAct& act, Findings& findings) {
    if (act.decision != Decision::kNoGo) {
        return;
    }
    if (IsBlank(act.rationale)) {
        Deny(findings, "MEM-3", {"NO-GO without a rationale.", "Say why (--rationale).", "rationale"});
    }
    if (IsBlank(act.remediation)) {
        Deny(findings, "MEM-3",
             {"NO-GO without a remediation plan.", "Say what will be done (--remediation).", "remediation"});
    }
}

// MEM-4: every accepted risk is named with its rationale.
void CheckMem4(const MemoAct& act, Findings& findings) {
    for (std::size_t i = 0; i < act.risks.size(); ++i) {
        const std::string number = std::to_string(i + 1);
        if (IsBlank(act.risks[i].risk)) {
            Deny(findings, "MEM-4", {Text("Accepted risk ", number, " does not say which risk."), "Name it.", number});
        }
        if (IsBlank(act.risks[i].rationale)) {
            Deny(findings, "MEM-4",
                 {Text("Accepted risk ", number, " (", act.risks[i].risk, ") has no rationale."),
                  "Say why it is accepted.", number});
        }
    }
}

// MEM-5: a system owner and a dev lead sign what the memo says, and the newest one.
void CheckMem5(const SignatureAct& act, Findings& findings) {
    const std::vector<Role> roles = SignatureRoles();
    if (std::find(roles.begin(), roles.end(), act.role) == roles.end()) {
        Deny(findings, "MEM-5",
             {Text("A memo is not signed as ", platform::EnumText(act.role), "."), "Sign as system_owner or dev_lead.",
              std::string(platform::EnumText(act.role))});
    }
    if (!act.hash_matches) {
        Deny(
            findings, "MEM-5",
            {"The signature is for other content than the memo's.", "Read the memo and sign the content hash it has."});
    }
    if (!act.is_newest) {
        Deny(findings, "MEM-5", {"A later memo has replaced this one.", "Sign the newest memo."});
    }
}

}  // namespace policy
