// Known answers: graphon_resize.h5.
#include "graphs/graphon/resize.h"

#include <gtest/gtest.h>

#include "graphon_reference.h"

namespace aufbau::graphs {
namespace {

using namespace aufbau::testing;

TEST(BilinearResize, AgreesWithTheReference) {
  const ReferenceFile file("graphon_resize.h5");
  ASSERT_FALSE(file.groups("/").empty());
  constexpr double kExact = 1e-12, kOfASum = 1e-9;
  for (const std::string& name : file.groups("/")) {
    const Matrix got = bilinear_resize(reference_matrix(file, name + "/input"),
                                       static_cast<Eigen::Index>(file.attribute(name, "dst_rows")),
                                       static_cast<Eigen::Index>(file.attribute(name, "dst_cols")));
    if (file.has(name + "/output")) {
      expect_reference(file, name + "/output", got, kExact);
      continue;
    }
    const std::vector<std::int32_t> rows = file.ints(name + "/row_index");
    Matrix picked(rows.size(), got.cols());
    for (std::size_t i = 0; i < rows.size(); ++i)
      picked.row(static_cast<Eigen::Index>(i)) = got.row(rows[i]);
    expect_reference(file, name + "/output_rows", picked, kExact);
    expect_reference(file, name + "/row_sum", got.rowwise().sum(), kOfASum);
    expect_reference(file, name + "/col_sum", got.colwise().sum(), kOfASum);
    const double squares = file.attribute(name, "sum_sq");
    EXPECT_NEAR(got.squaredNorm(), squares, kOfASum * squares) << name;
  }
}

}  // namespace
}  // namespace aufbau::graphs
