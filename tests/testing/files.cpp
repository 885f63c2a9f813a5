#include "testing/files.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace aufbau::testing {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "aufbau-test-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw std::runtime_error("cannot make a folder like " + name);
  folder_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string TemporaryFolder::path(const std::string& name) const {
  return name.empty() ? folder_ : folder_ + '/' + name;
}

std::string TemporaryFolder::write(const std::string& name, std::string_view bytes) const {
  const std::string file = path(name);
  fs::create_directories(fs::path(file).parent_path());
  std::ofstream out(file, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) throw std::runtime_error("cannot write " + file);
  return file;
}

std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::map<std::string, std::string> files_called(const std::string& name, const std::string& below) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(below))
    if (entry.path().filename() == name)
      files[entry.path().string()] = read_text(entry.path().string());
  return files;
}

std::string test_file(const std::string& name) {
  const char* folder = std::getenv("AUFBAU_TEST_FILES");
  return std::string(folder ? folder : AUFBAU_TESTS_FOLDER) + '/' + name;
}

std::string data_file(const std::string& name) {
  const char* folder = std::getenv("AUFBAU_DATA");
  if (!folder) return "";
  const std::string file = std::string(folder) + '/' + name;
  return fs::exists(file) ? file : "";
}

}  // namespace aufbau::testing
