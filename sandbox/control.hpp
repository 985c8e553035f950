#pragma once

#include "platform/http/http.hpp"
#include "sandbox/messenger.hpp"
#include "sandbox/world.hpp"

namespace enstore::sandbox
{

/// The control and inspection endpoints under `/_sandbox/`. They ask for no password, so they are for loopback only.
http::Routes control_routes(World& world, Messenger& messenger);

} // namespace enstore::sandbox
