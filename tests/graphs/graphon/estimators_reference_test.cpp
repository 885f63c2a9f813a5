// Known answers: estimators of every set of graphs in graphon_estimators.h5.
#include <gtest/gtest.h>

#include "graphon_reference.h"
#include "graphs/graphon/alignment.h"
#include "graphs/graphon/relative_rank.h"
#include "graphs/graphon/sas.h"
#include "graphs/graphon/scale.h"

namespace aufbau::graphs {
namespace {

using namespace aufbau::testing;

class Estimators : public ::testing::Test {
 protected:
  const ReferenceFile file{"graphon_estimators.h5"};
  std::vector<std::string> sets() const {
    std::vector<std::string> names = file.groups("/");
    EXPECT_FALSE(names.empty());
    for (std::string& name : names) name = '/' + name;
    return names;
  }
};

TEST_F(Estimators, AlignAsTheReference) {
  for (const std::string& name : sets()) {
    const GraphSet graphs = graphs_of_group(file, name);
    ASSERT_EQ(graphs.size(), file.attribute(name, "K"));
    std::vector<std::int32_t> order;
    Alignment alignment;
    for (std::int64_t g = 0; g < graphs.size(); ++g) {
      alignment.assign(graphs[g]);
      order.insert(order.end(), alignment.order().begin(), alignment.order().end());
    }
    EXPECT_EQ(order, file.ints(name + "/order")) << name;
    const BlockSizes sizes = block_sizes("test", graphs);
    EXPECT_EQ(sizes.max_nodes, file.attribute(name, "N"));
    EXPECT_EQ(sizes.side, file.attribute(name, "h"));
    EXPECT_EQ(sizes.blocks, file.attribute(name, "k"));
    expect_reference(file, name + "/padded_count", padded_count("test", graphs).cast<double>(), 0);
    expect_reference(file, name + "/p_b", block_weights(graphs, sizes.blocks), kReferenceTolerance);
    const GraphScale scale = graph_scale(graphs);
    expect_near(name + "/scale_stats",
                {scale.mean_nodes, scale.std_nodes, scale.mean_degree, scale.std_degree},
                file.doubles(name + "/scale_stats"), kReferenceTolerance);
  }
}

TEST_F(Estimators, SortAndSmooth) {
  for (const std::string& name : sets()) {
    const GraphSet graphs = graphs_of_group(file, name);
    expect_reference(file, name + "/sas_hist", sort_and_smooth(graphs, {.tv_weight = 0}).values,
                     kReferenceTolerance);
    const std::vector<double> weights = file.doubles(name + "/sas_tv_weight");
    const std::vector<std::int32_t> sweeps = file.ints(name + "/sas_tv_sweeps");
    ASSERT_FALSE(weights.empty());
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const std::vector<double> expected = reference_slice(file, name + "/sas_tv", i);
      // The first weight is h, what the estimator takes when it is given none.
      const Graphon got =
          sort_and_smooth(graphs, i == 0 ? SasOptions{} : SasOptions{.tv_weight = weights[i]});
      // A stopped iteration: its tolerance is looser than that of closed forms.
      expect_near(name + "/sas_tv", flat(got.values), expected, 1e-9);
      EXPECT_EQ(denoise_total_variation(sas_histogram(graphs), weights[i]).sweeps, sweeps[i]);
    }
  }
}

TEST_F(Estimators, RelativeRank) {
  for (const std::string& name : sets()) {
    const GraphSet graphs = graphs_of_group(file, name);
    for (const std::int32_t resolution : {16, 32}) {
      const std::string suffix = "_R" + std::to_string(resolution);
      const Graphon got = relative_rank(graphs, {resolution, RankTies::by_number});
      expect_reference(file, name + "/robust" + suffix, got.values, kReferenceTolerance);
      expect_reference(file, name + "/robust_shape" + suffix, shape_of(got).values,
                       kReferenceTolerance);
    }
    expect_reference(file, name + "/robust_tieavg_R16", relative_rank(graphs, {16}).values,
                     kReferenceTolerance);
  }
}

TEST_F(Estimators, TypedRelativeRank) {
  std::size_t typed_sets = 0;
  for (const std::string& name : sets()) {
    if (!file.has(name + "/typed_R8")) continue;
    ++typed_sets;
    NodeClasses classes;
    classes.class_count = static_cast<std::int32_t>(file.shape(name + "/typed_R8").at(0));
    for (std::int32_t c = 0; c < classes.class_count; ++c) classes.class_of_code.push_back(c);
    const GraphSet graphs = graphs_of_group(file, name, classes.class_count);
    const TypedGraphon got = typed_relative_rank(graphs, classes, {8, RankTies::by_number});
    expect_near(name + "/typed_R8", got.values, file.doubles(name + "/typed_R8"),
                kReferenceTolerance);
    expect_reference(file, name + "/robust_R8", got.sum().values, kReferenceTolerance);
  }
  EXPECT_GT(typed_sets, 0u);
}

}  // namespace
}  // namespace aufbau::graphs
