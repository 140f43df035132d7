// Documents of one imagined release, for the tests of rendering and of reading back.
#pragma once

#include <string>

#include "controller/policy/memo_document.hpp"
#include "controller/render/archive_index.hpp"
#include "controller/render/manifest.hpp"
#include "controller/render/operation_report.hpp"
#include "controller/render/plan.hpp"
#include "controller/render/rollback_report.hpp"
#include "controller/render/timeline.hpp"
#include "tests/support/good_release.hpp"

namespace render_test {

using support::At;

/// Decided, signed, nothing open.
policy::MemoDocument GoMemo();
policy::MemoDocument GoMemoWithRisks();
policy::MemoDocument NoGoMemo();
/// Not decided; two boxes do not hold.
policy::MemoDocument DraftMemo();

render::PlanDocument SamplePlan();
render::ManifestDocument SampleManifest();
render::RollbackReport SampleRollback();
render::TimelineDocument SampleTimeline();
/// A kill: one instance verified, one unreachable, one failed, one unkillable.
render::OperationReport SampleOperation();
/// Switching on, everybody verified, with an approval.
render::OperationReport CompleteOperation();
render::ArchiveIndex SampleArchive();

/// Markup for every format, line ends, tabs, a direction override, broken UTF-8, a NUL.
std::string HostileText();
/// The sample with HostileText in every text of it.
policy::MemoDocument HostileMemo();
render::PlanDocument HostilePlan();
render::ManifestDocument HostileManifest();
render::RollbackReport HostileRollback();
render::TimelineDocument HostileTimeline();
render::OperationReport HostileOperation();
render::ArchiveIndex HostileArchive();

}  // namespace render_test
