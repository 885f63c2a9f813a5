#include "store/hdf5.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <limits>

#include "store/hdf5_handles.h"

namespace aufbau::store {
namespace {

std::recursive_mutex& library_lock() {
  static std::recursive_mutex lock;
  return lock;
}

herr_t keep_deepest(unsigned depth, const H5E_error2_t* error, void* text) {
  if (depth == 0 && error->desc) *static_cast<std::string*>(text) = error->desc;
  return 0;
}

Handle read_access() {
  Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_file_locking(access.id(), false, true);
  H5Pset_fclose_degree(access.id(), H5F_CLOSE_STRONG);
  return access;
}

/// Opens nothing but ordinary files, so that a pipe cannot make the library wait.
std::uint64_t size_of_readable_file(const std::string& path) {
  std::error_code problem;
  const auto status = std::filesystem::status(path, problem);
  if (!std::filesystem::exists(status)) fail(ErrorKind::input, path, "the file does not exist");
  if (!std::filesystem::is_regular_file(status)) fail(ErrorKind::input, path, "this is not a file");
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail(ErrorKind::input, path, "cannot be read: ", std::strerror(errno));
  ::close(descriptor);
  return std::filesystem::file_size(path);
}

}  // namespace

Hdf5Call::Hdf5Call() : lock_(library_lock()) {
  H5open();
  H5Eget_auto2(H5E_DEFAULT, &print_, &print_data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  H5PLget_loading_state(&plugins_);
  H5PLset_loading_state(0);
}

Hdf5Call::~Hdf5Call() {
  H5PLset_loading_state(plugins_);
  H5Eset_auto2(H5E_DEFAULT, print_, print_data_);
}

std::string hdf5_reason() {
  std::string text = "the HDF5 library gives no reason";
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_deepest, &text);
  // File drivers wrap the system's sentence into a list of pointers and times.
  const std::string marker = "error message = '";
  if (const auto start = text.find(marker); start != std::string::npos) {
    const auto begin = start + marker.size();
    text = text.substr(begin, text.find('\'', begin) - begin);
  }
  return text;
}

std::string hdf5_version() {
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  return std::to_string(major) + '.' + std::to_string(minor) + '.' + std::to_string(release);
}

Hdf5File::State::~State() {
  const Hdf5Call call;
  file = Handle(-1, H5Fclose);
}

Hdf5File::Hdf5File(std::shared_ptr<State> state) : state_(std::move(state)) {}
Hdf5File::Hdf5File(Hdf5File&&) noexcept = default;
Hdf5File& Hdf5File::operator=(Hdf5File&&) noexcept = default;
Hdf5File::~Hdf5File() = default;

const std::string& Hdf5File::where() const { return state_->where; }

Hdf5File Hdf5File::open(const std::string& path) {
  auto state = std::make_shared<State>();
  state->where = path;
  state->file_bytes = size_of_readable_file(path);
  const Hdf5Call call;
  if (H5Fis_hdf5(path.c_str()) <= 0) state->damaged("this is not an HDF5 file");
  state->file = Handle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, read_access().id()), H5Fclose);
  if (!state->file) state->damaged("damaged or truncated HDF5 file: ", hdf5_reason());
  return Hdf5File(std::move(state));
}

Hdf5File Hdf5File::open_bytes(std::string_view bytes, const std::string& where) {
  auto state = std::make_shared<State>();
  state->where = where;
  state->file_bytes = bytes.size();
  state->image = bytes;
  if (bytes.empty()) state->damaged("this is not an HDF5 file");
  const Hdf5Call call;
  const Handle access = read_access();
  H5Pset_fapl_core(access.id(), 1 << 16, false);
  H5Pset_file_image(access.id(), state->image.data(), state->image.size());
  state->file = Handle(H5Fopen("bytes", H5F_ACC_RDONLY, access.id()), H5Fclose);
  if (!state->file) state->damaged("not an HDF5 file, or a damaged one: ", hdf5_reason());
  return Hdf5File(std::move(state));
}

Hdf5File Hdf5File::create(const std::string& path, const std::string& where) {
  auto state = std::make_shared<State>();
  state->where = where.empty() ? path : where;
  const Hdf5Call call;
  const Handle access = read_access();
  H5Pset_libver_bounds(access.id(), H5F_LIBVER_V110, H5F_LIBVER_V110);
  use_failure_noting_driver(access.id(), state->failure);
  const Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation.id(), false);
  state->file =
      Handle(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.id(), access.id()), H5Fclose);
  state->require_written(static_cast<bool>(state->file), "cannot create the file");
  return Hdf5File(std::move(state));
}

void Hdf5File::close() {
  const Hdf5Call call;
  state_->require_written(H5Fflush(state_->file.id(), H5F_SCOPE_GLOBAL) >= 0, "cannot write");
  state_->require_written(H5Fclose(state_->file.release()) >= 0, "cannot write");
}

}  // namespace aufbau::store
