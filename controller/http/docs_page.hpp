// The route table as one page for people: no scripts, nothing from other hosts. Made once; thread safe.
#pragma once

#include <span>
#include <string>

#include "controller/http/route.hpp"
#include "controller/wire/schema.hpp"

namespace http {

std::string MakeDocsPage(std::span<const Route> routes, const wire::Schemas& schemas);
const std::string& DocsPage();
/// The same with a word on the clock, for a database whose clock is simulated.
const std::string& SimulatedDocsPage();

}  // namespace http
