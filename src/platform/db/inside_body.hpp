#pragma once

namespace enstore::db
{

/// Marks this thread as running a transaction body for as long as it lives.
class InsideBody
{
public:
    InsideBody();
    ~InsideBody();
    InsideBody(const InsideBody&) = delete;
    InsideBody& operator=(const InsideBody&) = delete;
};

/// Throws `std::logic_error` inside a body: the writer would wait for itself, a pool could run dry.
void refuse_nesting();

} // namespace enstore::db
