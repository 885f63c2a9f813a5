#include "store/hdf5_driver.h"

#include <H5FDpublic.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace aufbau::store {
namespace {

/// What the library holds of an open file; its own part must come first.
struct OpenFile {
  H5FD_t library_part{};
  int descriptor = -1;
  WriteFailure* failure = nullptr;
  haddr_t end_of_allocation = 0, end_of_file = 0;
};

OpenFile& of(H5FD_t* file) { return *reinterpret_cast<OpenFile*>(file); }
const OpenFile& of(const H5FD_t* file) { return *reinterpret_cast<const OpenFile*>(file); }

void note(OpenFile& file) {
  if (file.failure->reason.empty()) file.failure->reason = std::strerror(errno);
}

H5FD_t* open_file(const char* name, unsigned, hid_t access, haddr_t) {
  auto* const* failure = static_cast<WriteFailure* const*>(H5Pget_driver_info(access));
  auto* file = new OpenFile;
  file->failure = *failure;
  file->descriptor = ::open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file->descriptor >= 0) return &file->library_part;
  note(*file);
  delete file;
  return nullptr;
}

herr_t close_file(H5FD_t* handle) {
  OpenFile& file = of(handle);
  if (::close(file.descriptor) != 0) note(file);
  delete &file;
  return 0;
}

int compare(const H5FD_t* a, const H5FD_t* b) {
  return of(a).descriptor < of(b).descriptor ? -1 : of(a).descriptor > of(b).descriptor;
}

herr_t query(const H5FD_t*, unsigned long* flags) {
  *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
           H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
  return 0;
}

haddr_t end_of_allocation(const H5FD_t* file, H5FD_mem_t) { return of(file).end_of_allocation; }

herr_t set_end_of_allocation(H5FD_t* file, H5FD_mem_t, haddr_t address) {
  of(file).end_of_allocation = address;
  return 0;
}

haddr_t end_of_file(const H5FD_t* file, H5FD_mem_t) { return of(file).end_of_file; }

/// What was never written reads as zeros, as in a sparse file.
herr_t read_bytes(H5FD_t* handle, H5FD_mem_t, hid_t, haddr_t address, size_t size, void* buffer) {
  const OpenFile& file = of(handle);
  auto* to = static_cast<char*>(buffer);
  while (size > 0) {
    const ssize_t got = ::pread(file.descriptor, to, size, static_cast<off_t>(address));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    to += got;
    address += static_cast<haddr_t>(got);
    size -= static_cast<std::size_t>(got);
  }
  std::memset(to, 0, size);
  return 0;
}

herr_t write_bytes(H5FD_t* handle, H5FD_mem_t, hid_t, haddr_t address, size_t size,
                   const void* buffer) {
  OpenFile& file = of(handle);
  const auto* from = static_cast<const char*>(buffer);
  file.end_of_file = std::max<haddr_t>(file.end_of_file, address + size);
  while (size > 0 && file.failure->reason.empty()) {
    const ssize_t put = ::pwrite(file.descriptor, from, size, static_cast<off_t>(address));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) {
      note(file);
      break;
    }
    from += put;
    address += static_cast<haddr_t>(put);
    size -= static_cast<std::size_t>(put);
  }
  return 0;
}

herr_t truncate_file(H5FD_t* handle, hid_t, hbool_t) {
  OpenFile& file = of(handle);
  if (file.failure->reason.empty() && file.end_of_file != file.end_of_allocation &&
      ::ftruncate(file.descriptor, static_cast<off_t>(file.end_of_allocation)) != 0)
    note(file);
  file.end_of_file = file.end_of_allocation;
  return 0;
}

H5FD_class_t make_driver() {
  H5FD_class_t driver{};
  driver.name = "failure-noting";
  driver.maxaddr = static_cast<haddr_t>(INT64_MAX);
  driver.fc_degree = H5F_CLOSE_WEAK;
  driver.fapl_size = sizeof(WriteFailure*);
  driver.open = open_file;
  driver.close = close_file;
  driver.cmp = compare;
  driver.query = query;
  driver.get_eoa = end_of_allocation;
  driver.set_eoa = set_end_of_allocation;
  driver.get_eof = end_of_file;
  driver.read = read_bytes;
  driver.write = write_bytes;
  driver.truncate = truncate_file;
  const H5FD_mem_t kinds[] = H5FD_FLMAP_DICHOTOMY;
  std::copy(std::begin(kinds), std::end(kinds), driver.fl_map);
  return driver;
}

}  // namespace

void use_failure_noting_driver(hid_t access, WriteFailure& failure) {
  static const H5FD_class_t driver = make_driver();
  // Registered once and never given back: closing the last file of an unregistered driver frees its
  // table of functions before the library calls `close` in it.
  static const hid_t id = H5FDregister(&driver);
  WriteFailure* const pointer = &failure;
  H5Pset_driver(access, id, &pointer);
}

}  // namespace aufbau::store
