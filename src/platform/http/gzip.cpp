#include "platform/http/gzip.hpp"

#include <zlib.h>

#include <stdexcept>

namespace enstore::http
{

std::string gzipped(std::string_view bytes, bool best)
{
    z_stream stream{};
    constexpr int gzip_window = 15 + 16; // zlib: 16 more means a gzip header
    if (deflateInit2(&stream, best ? 9 : 4, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::runtime_error("zlib cannot start");
    std::string out;
    out.resize(deflateBound(&stream, bytes.size()));
    // zlib's older interface takes no pointer to const; it does not write there.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int ended = deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    if (ended != Z_STREAM_END) throw std::runtime_error("zlib did not finish");
    return out;
}

} // namespace enstore::http
