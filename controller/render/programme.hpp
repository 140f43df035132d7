// Texts about a certification programme and its packets: what is given to an implementer, what a reviewer answers, and
// the report over everything. Deterministic; thread safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "controller/policy/programmes.hpp"
#include "controller/render/templates.hpp"

namespace render {

struct TestLine {
    std::string command;
    std::string result;  // "exit 0", "not run"
};

struct GateLine {
    std::string name;  // "P1"
    std::string text;  // "N/A (nothing is exposed)"
};

struct PacketSheet {
    std::string number;
    std::string title;
    std::string objective;
    std::vector<std::string> scope;
    std::vector<std::string> work;
    std::vector<TestLine> tests;
    std::vector<std::string> evidence;
    std::vector<std::string> exit_criteria;
    std::string implementer;
    std::string reviewer;
    // Of the last review; before one, what may be said.
    std::vector<GateLine> gates;
    std::string verdict;
    std::string findings;
    std::string residual_risk;
    std::string rollback;
};

struct RunLine {
    std::string command;
    std::string result;
    std::int64_t bytes = 0;
    std::string digest;
    std::string at;
    std::string by;
};

struct ReviewLine {
    std::string by;
    std::string at;
    std::string verdict;
    std::string gates;
    std::string risk;
    std::string rollback;
};

struct ReportPacket {
    std::string number;
    std::string title;
    std::string status;
    std::string implementer;
    std::string reviewer;
    std::string verdict;
    std::int64_t boxes = 0;
    std::int64_t ticked = 0;
    std::string checkpoint;
    std::vector<RunLine> runs;
    std::vector<ReviewLine> reviews;
};

struct NamedLine {
    std::string name;
    std::string text;
};

struct ProgrammeReport {
    std::string id;
    std::string title;
    std::string capability;
    std::string state;
    std::string updated;
    std::vector<ReportPacket> packets;
    std::vector<NamedLine> milestones;
    std::vector<NamedLine> definition_of_done;  // the item and what shows that it holds
    std::vector<NamedLine> audits;              // the commit, and what the project's own release control said of it
    std::string content_hash;
};

/// For the one who implements; plain text in the structure of a delegation.
std::string RenderDelegation(const PacketSheet& packet, const Templates& templates = Templates::BuiltIn());
/// The required output of a review; before one, with what has to be decided left open.
std::string RenderReviewOutput(const PacketSheet& packet, const Templates& templates = Templates::BuiltIn());
/// Markdown.
std::string RenderCertification(const ProgrammeReport& report, const Templates& templates = Templates::BuiltIn());

}  // namespace render
