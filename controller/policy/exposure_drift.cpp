// CHX-7: what instances report against what the plan says, as findings.

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

void ReportDrift(const PromotionFacts& facts, const ExposureDriftFacts& drift, Findings& findings) {
    const std::string& instance = drift.instance.Text();
    const std::string who = NameSome(drift.tenants);
    switch (drift.kind) {
        case ExposureDrift::kExposed:
            return Deny(findings, "CHX-7",
                        {Text("Instance ", instance, " reports ", FlagOf(facts), " on for ", who,
                              ", which are not to have it now."),
                         Text("Look at the instance (portcullis fleet show ", instance,
                              "); it is owed the order to switch it off."),
                         instance});
        case ExposureDrift::kMissing:
            return Deny(findings, "CHX-7",
                        {Text("Instance ", instance, " was ordered ", FlagOf(facts), " on for ", who,
                              " and does not report it."),
                         Text("Look at the instance (portcullis fleet show ", instance, "), or retire it."), instance});
        case ExposureDrift::kContradicted:
            return Deny(findings, "CHX-7",
                        {Text("What instance ", instance, " says of ", who,
                              " is not what was seen there, or not what it says itself elsewhere: its word on ",
                              FlagOf(facts), " cannot be relied on."),
                         Text("Compare what it says with what was seen (portcullis release exposure), and look at the "
                              "instance, or retire it."),
                         instance});
        case ExposureDrift::kGone:
            return Deny(findings, "CHX-7",
                        {Text("Instance ", instance, " said that it hosts ", who, ", which are to have ", FlagOf(facts),
                              "; it says so no more, and nor does any other."),
                         "Find out where they are. Take them off the plan, or set them inactive, when they have left.",
                         instance});
        case ExposureDrift::kNotOrdered:
            return Await(findings, "CHX-7",
                         {Text("Instance ", instance, " hosts ", who, " and has no order yet to switch ", FlagOf(facts),
                               " on for them."),
                          "Wait a moment; if it stays, the instance's document is full: withdraw releases whose flags "
                          "nobody needs any more.",
                          instance});
        case ExposureDrift::kUnknown:
            if (facts.to <= Channel::kExperimental) {
                return;  // the plan names its tenants, so nobody else matters
            }
            return Deny(findings, "CHX-7",
                        {Text("Instance ", instance, " hosts ", who,
                              ", which are no tenants here, so nobody can say what they are to have."),
                         "Register them: portcullis tenant add <id>", instance});
        case ExposureDrift::kUnseen:
            return LeaveOpen(findings, "CHX-7",
                             {Text("Instance ", instance,
                                   " is connected, and the controller that is to look at it "
                                   "itself cannot."),
                              "portcullis release exposure says why; see the file of direct probes.", instance});
        case ExposureDrift::kSilent:
            return LeaveOpen(
                findings, "CHX-7",
                {Text("Instance ", instance, " never said which tenants it hosts and which flags it has."),
                 Text("Run a program that reports it, or retire the instance: portcullis fleet retire ", instance),
                 instance});
    }
}

}  // namespace

void CheckChx7(const PromotionFacts& facts, Findings& findings) {
    for (const ExposureDriftFacts& drift : facts.drifts) {
        ReportDrift(facts, drift, findings);
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
