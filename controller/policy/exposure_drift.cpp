// CHX-7 and STG-7: what instances report against what a plan or a stage says, as findings.

#include "controller/policy/checks.hpp"
#include "controller/policy/reporting.hpp"

namespace policy {
namespace {

constexpr std::size_t kMostNamed = 5;

std::string NameSome(const std::vector<std::string>& tenants) {
    std::string names;
    for (std::size_t i = 0; i < tenants.size() && i < kMostNamed; ++i) {
        names += (i == 0 ? "" : ", ") + tenants[i];
    }
    if (tenants.size() > kMostNamed) {
        names += " and " + std::to_string(tenants.size() - kMostNamed) + " more";
    }
    return names;
}

std::string FlagOf(const PromotionFacts& facts) {
    return facts.manifest.kill_switch ? facts.manifest.kill_switch->flag : std::string();
}

/// Whether organizations that are no tenants here matter: where the plan names who receives it, they do not.
enum class Strangers : std::uint8_t { kBesideThePoint, kMatter };

/// The rule that asks, the flag it asks about, and how to see more of it.
struct DriftQuestion {
    std::string_view rule;
    std::string flag;
    Strangers strangers = Strangers::kBesideThePoint;
    std::string_view look;
};

void ReportDrift(const DriftQuestion& question, const ExposureDriftFacts& drift, Findings& findings) {
    const std::string& instance = drift.instance.Text();
    const std::string& flag = question.flag;
    const std::string who = NameSome(drift.tenants);
    switch (drift.kind) {
        case ExposureDrift::kExposed:
            return Deny(
                findings, question.rule,
                {Text("Instance ", instance, " reports ", flag, " on for ", who, ", which are not to have it now."),
                 Text("Look at the instance (portcullis fleet show ", instance,
                      "); it is owed the order to switch it off."),
                 instance});
        case ExposureDrift::kMissing:
            return Deny(
                findings, question.rule,
                {Text("Instance ", instance, " was ordered ", flag, " on for ", who, " and does not report it."),
                 Text("Look at the instance (portcullis fleet show ", instance, "), or retire it."), instance});
        case ExposureDrift::kContradicted:
            return Deny(findings, question.rule,
                        {Text("What instance ", instance, " says of ", who,
                              " is not what was seen there, or not what it says itself elsewhere: its word on ", flag,
                              " cannot be relied on."),
                         Text("Compare what it says with what was seen (", question.look,
                              "), and look at the instance, or retire it."),
                         instance});
        case ExposureDrift::kGone:
            return Deny(
                findings, question.rule,
                {Text("Instance ", instance, " said that it hosts ", who, ", which are to have ", flag,
                      "; it says so no more, and nor does any other."),
                 "Find out where they are. Take them off, or set them inactive, when they have left.", instance});
        case ExposureDrift::kNotOrdered:
            return Await(
                findings, question.rule,
                {Text("Instance ", instance, " hosts ", who, " and has no order yet to switch ", flag, " on for them."),
                 "Wait a moment; if it stays, the instance's document is full: withdraw releases whose flags "
                 "nobody needs any more.",
                 instance});
        case ExposureDrift::kUnknown:
            if (question.strangers == Strangers::kBesideThePoint) {
                return;
            }
            return Deny(findings, question.rule,
                        {Text("Instance ", instance, " hosts ", who,
                              ", which are no tenants here, so nobody can say what they are to have."),
                         "Register them: portcullis tenant add <id>", instance});
        case ExposureDrift::kUnseen:
            return LeaveOpen(findings, question.rule,
                             {Text("Instance ", instance,
                                   " is connected, and the controller that is to look at it "
                                   "itself cannot."),
                              Text(question.look, " says why; see the file of direct probes."), instance});
        case ExposureDrift::kUnrestricted:
            return Deny(findings, question.rule,
                        {Text("Instance ", instance, " does not say that it was told of ", flag,
                              ", and restricts nobody: ", who, " are not to have it now."),
                         Text("Look at the instance (portcullis fleet show ", instance,
                              "): its program must know flags of rollouts. Or retire it."),
                         instance});
        case ExposureDrift::kSilent:
            return LeaveOpen(
                findings, question.rule,
                {Text("Instance ", instance, " never said which tenants it hosts and which flags it has."),
                 Text("Run a program that reports it, or retire the instance: portcullis fleet retire ", instance),
                 instance});
    }
}

}  // namespace

void CheckChx7(const PromotionFacts& facts, Findings& findings) {
    if (facts.drifts.empty()) {
        return;
    }
    const DriftQuestion question{"CHX-7", FlagOf(facts),
                                 facts.to > Channel::kExperimental ? Strangers::kMatter : Strangers::kBesideThePoint,
                                 "portcullis release exposure"};
    for (const ExposureDriftFacts& drift : facts.drifts) {
        ReportDrift(question, drift, findings);
    }
}

// STG-7: the same of a rollout's flag and the organizations of its stage. The last stage is for all tenants.
void CheckStg7(const StageAdvanceFacts& facts, Findings& findings) {
    const DriftQuestion question{"STG-7", facts.flag,
                                 facts.to == kLastStage ? Strangers::kMatter : Strangers::kBesideThePoint,
                                 "portcullis fleet show"};
    for (const ExposureDriftFacts& drift : facts.drifts) {
        ReportDrift(question, drift, findings);
    }
}

// KSW-8: a release whose flag was killed goes no further; lifting the kill is a decision of its own.
void CheckKsw8Promotion(const PromotionFacts& facts, Findings& findings) {
    if (facts.flag_killed_by) {
        Deny(findings, "KSW-8",
             {Text("The flag ", FlagOf(facts), " was killed by ", facts.flag_killed_by->Text(), "."),
              Text("Complete the kill's review, have lifting it approved, and lift it: portcullis switch lift --flag ",
                   FlagOf(facts)),
              facts.flag_killed_by->Text()});
    }
}

}  // namespace policy
