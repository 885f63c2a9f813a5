#include "store/seal.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

#include "core/error.h"
#include "core/sha256.h"
#include "store/atomic_file.h"

namespace aufbau::store {
namespace {

constexpr std::string_view kMark = "\naufbau-seal sha256 ";
constexpr std::size_t kDigits = 64;
constexpr std::size_t kSealBytes = kMark.size() + kDigits + 1;  // and a line end
constexpr std::size_t kPiece = 1 << 20;

/// The digits of a seal; empty when the text is none.
std::string_view digits_of(std::string_view seal) {
  const bool is_seal = seal.size() == kSealBytes && seal.starts_with(kMark) && seal.ends_with('\n');
  return is_seal ? seal.substr(kMark.size(), kDigits) : std::string_view();
}

[[noreturn]] void fail_damaged(const std::string& where) {
  fail(ErrorKind::input, where,
       "damaged: its bytes are not those that were written (SHA-256 differs); make it again");
}

}  // namespace

void seal_file(const std::string& path, const std::string& where) {
  const std::string seal = std::string(kMark) + sha256_of_file(path) + '\n';
  std::ofstream file(path, std::ios::binary | std::ios::app);
  file.write(seal.data(), static_cast<std::streamsize>(seal.size()));
  file.close();
  if (!file) fail(ErrorKind::resource, where, "cannot be written: ", std::strerror(errno));
}

void check_seal(const std::string& path) {
  // A pipe would make us wait; whoever opens the file next says that it is none.
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return;
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const std::streamoff size = file.tellg();
  if (!file || size < static_cast<std::streamoff>(kSealBytes)) return;
  std::string seal(kSealBytes, '\0');
  file.seekg(size - static_cast<std::streamoff>(kSealBytes));
  file.read(seal.data(), kSealBytes);
  const std::string_view digits = digits_of(seal);
  if (!file || digits.empty()) return;

  Sha256 hash;
  std::vector<char> piece(kPiece);
  file.seekg(0);
  for (std::streamoff rest = size - static_cast<std::streamoff>(kSealBytes); rest > 0;) {
    const auto count = static_cast<std::size_t>(std::min<std::streamoff>(rest, kPiece));
    if (!file.read(piece.data(), static_cast<std::streamsize>(count)))
      fail(ErrorKind::input, path, "cannot be read: ", std::strerror(errno));
    hash.update(piece.data(), count);
    rest -= static_cast<std::streamoff>(count);
  }
  if (hash.hex() != digits) fail_damaged(path);
}

void check_seal(std::string_view bytes, const std::string& where) {
  if (bytes.size() < kSealBytes) return;
  const std::string_view digits = digits_of(bytes.substr(bytes.size() - kSealBytes));
  if (digits.empty()) return;
  Sha256 hash;
  hash.update(bytes.substr(0, bytes.size() - kSealBytes));
  if (hash.hex() != digits) fail_damaged(where);
}

}  // namespace aufbau::store
