#pragma once
#include <map>
#include <string>
#include <string_view>

namespace aufbau::testing {

/// A folder of its own, removed with everything in it at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  std::string path(const std::string& name = "") const;                      ///< <folder>/name
  std::string write(const std::string& name, std::string_view bytes) const;  ///< returns the path

 private:
  std::string folder_;
};

std::string read_text(const std::string& path);
/// Path and content of every file of that name at or below a folder.
std::map<std::string, std::string> files_called(const std::string& name, const std::string& below);
/// A file under tests/ (environment variable AUFBAU_TEST_FILES).
std::string test_file(const std::string& name);
/// A file of the large sets (environment variable AUFBAU_DATA); empty when it is not there.
std::string data_file(const std::string& name);

}  // namespace aufbau::testing
