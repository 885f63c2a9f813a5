#include "report/transfer/graphon_file.h"

#include <filesystem>

#include "core/error.h"
#include "store/atomic_file.h"
#include "store/hdf5.h"

namespace aufbau::report {

namespace {

constexpr const char* kFormat = "aufbau-graphons";
constexpr std::int64_t kVersion = 1;

std::span<const double> view(const std::vector<double>& values) { return values; }

void write_basis(store::Hdf5File& file, const TransferBasis& basis) {
  if (basis.parts.empty()) return;
  const std::string group = "/bases/" + basis.name;
  file.create_group(group);
  const std::int64_t side = basis.parts.front().graphon.side;
  const auto parts = static_cast<std::int64_t>(basis.parts.size());
  std::vector<double> graphons;
  std::vector<std::int64_t> graphs;
  std::vector<std::string> names;
  for (const TransferPart& part : basis.parts) {
    graphons.insert(graphons.end(), part.graphon.values.begin(), part.graphon.values.end());
    graphs.push_back(part.graphs);
    names.push_back(part.name);
  }
  file.write<double>(group + "/graphons", graphons, {parts, side, side});
  file.write<std::int64_t>(group + "/graphs", graphs, {parts});
  file.write_strings(group + "/names", names);
}

void write_target(store::Hdf5File& file, const TransferTarget& target, std::size_t number) {
  const std::string group = "/targets/" + std::to_string(number);
  file.create_group(group);
  file.write_attribute(group, "name", target.set.name);
  file.write_attribute(group, "path", target.set.path);
  file.write_attribute(group, "hash", target.set.hash);
  const std::int64_t side = target.graphon.side;
  file.write<double>(group + "/graphon", view(target.graphon.values), {side, side});
  for (const TransferFit& fit : target.fits) {
    file.write<double>(group + "/mixture_" + fit.basis, view(fit.mixture.values), {side, side});
    file.write<double>(group + "/weights_" + fit.basis, view(fit.weights),
                       {static_cast<std::int64_t>(fit.weights.size())});
  }
}

GraphonCells read_cells(const store::Hdf5File& file, const std::string& object) {
  const store::ArrayInfo info = file.info(object);
  if (info.shape.size() != 2 || info.shape[0] != info.shape[1])
    fail(ErrorKind::input, file.where(), object, " is not a square");
  return {static_cast<int>(info.shape[0]), file.read<double>(object)};
}

TransferBasis read_basis(const store::Hdf5File& file, const std::string& name) {
  const std::string group = "/bases/" + name;
  const std::vector<std::string> names = file.read_strings(group + "/names");
  const std::vector<std::int64_t> graphs = file.read<std::int64_t>(group + "/graphs");
  const store::ArrayInfo info = file.info(group + "/graphons");
  const auto parts = static_cast<std::int64_t>(names.size());
  if (graphs.size() != names.size() || info.shape.size() != 3 || info.shape[0] != parts ||
      info.shape[1] != info.shape[2])
    fail(ErrorKind::input, file.where(), group, ": names, graphs and graphons do not fit together");
  const std::vector<double> cells = file.read<double>(group + "/graphons");
  TransferBasis basis{name, {}, ""};
  const std::int64_t size = info.shape[1] * info.shape[2];
  for (std::int64_t p = 0; p < parts; ++p) {
    const auto at = static_cast<std::size_t>(p);
    basis.parts.push_back({names[at],
                           graphs[at],
                           {static_cast<int>(info.shape[1]),
                            {cells.begin() + p * size, cells.begin() + (p + 1) * size}}});
  }
  return basis;
}

TransferTarget read_target(const store::Hdf5File& file, const std::string& group,
                           const std::vector<TransferBasis>& bases) {
  TransferTarget target;
  target.set.name = file.text_attribute(group, "name");
  target.set.path = file.text_attribute(group, "path");
  target.set.hash = file.text_attribute(group, "hash");
  target.graphon = read_cells(file, group + "/graphon");
  for (const TransferBasis& basis : bases) {
    if (!file.has_array(group + "/mixture_" + basis.name)) continue;
    TransferFit fit;
    fit.basis = basis.name;
    fit.mixture = read_cells(file, group + "/mixture_" + basis.name);
    fit.weights = file.read<double>(group + "/weights_" + basis.name);
    target.fits.push_back(std::move(fit));
  }
  return target;
}

}  // namespace

bool is_graphon_file(const std::string& path) {
  const store::Hdf5File file = store::Hdf5File::open(path);
  return file.has_attribute("/", "format") && file.text_attribute("/", "format") == kFormat;
}

GraphonFile read_graphons(const std::string& path) {
  const store::Hdf5File file = store::Hdf5File::open(path);
  if (!file.has_attribute("/", "format") || file.text_attribute("/", "format") != kFormat)
    fail(ErrorKind::mismatch, path, "is not a graphon file");
  if (const std::int64_t version = file.integer_attribute("/", "version"); version != kVersion)
    fail(ErrorKind::mismatch, path, "has version ", version,
         " of graphon files; this program reads ", kVersion);
  GraphonFile content;
  content.program_version = file.text_attribute("/", "program_version");
  content.estimator = file.text_attribute("/", "estimator");
  for (const std::string& name : file.groups("/bases"))
    content.bases.push_back(read_basis(file, name));
  const std::size_t targets = file.groups("/targets").size();
  for (std::size_t i = 0; i < targets; ++i)
    content.targets.push_back(read_target(file, "/targets/" + std::to_string(i), content.bases));
  return content;
}

void write_graphons(const std::string& path, const TransferReport& report) {
  const std::string temporary = store::temporary_name(path);
  try {
    store::Hdf5File file = store::Hdf5File::create(temporary, path);
    file.write_attribute("/", "format", kFormat);
    file.write_attribute("/", "version", kVersion);
    file.write_attribute("/", "program_version", report.version);
    file.write_attribute("/", "estimator", report.measure.estimator);
    file.create_group("/bases");
    file.create_group("/targets");
    for (const TransferBasis& basis : report.bases) write_basis(file, basis);
    for (std::size_t i = 0; i < report.targets.size(); ++i)
      write_target(file, report.targets[i], i);
    file.close();
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    throw;
  }
  store::commit_file(temporary, path);
}

}  // namespace aufbau::report
