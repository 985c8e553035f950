#pragma once

#include "sandbox/supplier.hpp"

#include <vector>

namespace enstore::sandbox
{

/// Whether a fault swallows the request before anything is stored.
bool drops_request(const std::vector<Fault>& faults);
/// How long to wait before the request is looked at, and before its answer leaves.
std::chrono::milliseconds delay_before(const std::vector<Fault>& faults);
std::chrono::milliseconds delay_after(const std::vector<Fault>& faults);
/// Does to an honest answer what the faults ask for.
Reply spoiled(Reply honest, const std::vector<Fault>& faults);

} // namespace enstore::sandbox
