// Numbers with a fraction, to and from PostgreSQL, without loss and without a locale. Internal to store.
#pragma once

#include <optional>
#include <string>

#include "controller/store/tx.hpp"

namespace store {

std::string RealText(double number);
std::optional<std::string> RealText(std::optional<double> number);
/// A column of double precision.
double ReadReal(Columns& in);
std::optional<double> ReadOptReal(Columns& in);

}  // namespace store
