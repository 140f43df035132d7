// Words that a page must not have while tenants are switched off. Pure; thread safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenancy/probe/checklist.hpp"

namespace tenancy::probe {

/// The first word that has to do with organizations, with what stands around it. Upper case begins a word, as in
/// `orgId`; `Morgan` and `shard` are none.
std::optional<std::string> FindWording(std::string_view text, Surface surface);

/// The scripts and styles that a page or a script of it names, as paths on the same server, each once.
std::vector<std::string> NamedFiles(std::string_view text, std::string_view from_path);

}  // namespace tenancy::probe
