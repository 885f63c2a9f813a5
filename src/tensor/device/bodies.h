#pragma once
// All bodies, in one list. A plugin is compiled for this list and is told by number which body to
// run, so that a body is written once, here, and runs wherever somebody compiled the list.
#include <cstddef>
#include <type_traits>

#include "tensor/device/bodies/batch_norm.h"
#include "tensor/device/bodies/dense.h"
#include "tensor/device/bodies/elementwise.h"
#include "tensor/device/bodies/losses.h"
#include "tensor/device/bodies/optimizer.h"
#include "tensor/device/bodies/recurrence.h"
#include "tensor/device/bodies/segments.h"
#include "tensor/device/bodies/sums.h"
#include "tensor/device/bodies/tables.h"

namespace aufbau::device {

template <class... Body>
struct BodyList {
  static constexpr int kCount = sizeof...(Body);
  /// Sizes in bytes: what two sides that were compiled apart compare.
  static constexpr std::size_t kBytes[] = {sizeof(Body)...};
  template <class Wanted>
  static constexpr int number_of() {
    static_assert((std::is_same_v<Wanted, Body> || ...), "a body that is not in the list");
    int number = 0;
    static_cast<void>(((std::is_same_v<Wanted, Body> ? true : (++number, false)) || ...));
    return number;
  }
};

using AllBodies = BodyList<
    // elementwise
    Fill<float>, Fill<double>, Fill<Id>, Fill<Index>, Add<float>, Add<double>, Multiply,
    Scale<float>, Scale<double>, ScaleBy<float>, ScaleBy<double>, Relu, ReluBackward, LeakyRelu,
    LeakyReluBackward, Sigmoid, SigmoidBackward, Maximum, MaximumBackward, CopyColumns,
    FindNonFinite<float>, FindNonFinite<double>, Dropout,
    // optimizer
    SquarePart, AdamMove,
    // sums
    DotPart, Fold<float>, Fold<double>, ColumnPart, ColumnJoin<float>, ColumnJoin<double>,
    // dense
    BiasRelu, ScaleRows, RowLength, DivideRows, NormalizeRowsBackward,
    // tables
    EmbeddingSum, EmbeddingPart, CodePart, TableJoin,
    // rows and segments
    SegmentSum, DivideByCount, Aggregate, WeightedAggregate, WeightedReaders, EntryDotPart,
    EntryDotJoin, EntrySum, SumEntries, SymmetricWeights, SegmentMax, SegmentMaxBackward,
    SegmentSoftmax, SegmentSoftmaxBackward,
    // recurrence
    LstmStep, LstmStepBackward,
    // batch norm
    MomentsPart, MomentsJoin, InverseDeviation, Normalize, NormalizeSums, NormalizeCoefficients,
    NormalizeBackward,
    // losses
    MaskedLoss<formulas::BinaryCrossEntropy>, MaskedLoss<formulas::SquaredError>, MaskedMean,
    CrossEntropyRow, CrossEntropySlope, CorrectRow>;

}  // namespace aufbau::device
