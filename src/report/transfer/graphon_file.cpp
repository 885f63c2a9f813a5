#include "report/transfer/graphon_file.h"

#include <filesystem>

#include "store/atomic_file.h"
#include "store/hdf5.h"

namespace aufbau::report {

namespace {

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

}  // namespace

void write_graphons(const std::string& path, const TransferReport& report) {
  const std::string temporary = store::temporary_name(path);
  try {
    store::Hdf5File file = store::Hdf5File::create(temporary, path);
    file.write_attribute("/", "format", kGraphonFormat);
    file.write_attribute("/", "version", std::int64_t{1});
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
