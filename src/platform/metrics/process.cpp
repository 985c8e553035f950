#include "platform/metrics/process.hpp"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <memory>

namespace enstore::metrics
{
namespace
{

double resident_bytes()
{
    std::ifstream file("/proc/self/statm");
    long total = 0;
    long resident = 0;
    if (!(file >> total >> resident)) return 0;
    return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double open_files()
{
    const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir("/proc/self/fd"), &closedir);
    double count = 0;
    if (!folder) return 0;
    while (readdir(folder.get()) != nullptr) // NOLINT(concurrency-mt-unsafe): glibc's is safe on a folder of one's own
        ++count;
    return count - 3; // `.`, `..` and the folder's own descriptor
}

double seconds(const timeval& time)
{
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

} // namespace

std::vector<std::pair<std::string_view, double>> process_figures()
{
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return {{"process_resident_memory_bytes", resident_bytes()},
            {"process_cpu_seconds_total", seconds(used.ru_utime) + seconds(used.ru_stime)},
            {"process_open_fds", open_files()}};
}

} // namespace enstore::metrics
