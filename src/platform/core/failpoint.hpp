#pragma once

#include <string_view>

/// Named points at which a test build can be killed, paused or made to fail; absent from release builds (promises 2).
/// `ENSTORE_FAILPOINT=name` kills the process with SIGKILL there; `name=pause:150` sleeps that many seconds once;
/// `name=exit_after:3` kills at the third passage. Several are separated by commas.
namespace enstore
{

#ifdef ENSTORE_FAILPOINTS
void failpoint(std::string_view name);
#else
inline void failpoint(std::string_view) {}
#endif

} // namespace enstore
