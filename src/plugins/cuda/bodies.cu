// The bodies of tensor/device/bodies.h as kernels.
#include "plugins/cuda/context.h"
#include "tensor/device/bodies.h"

namespace aufbau::cuda {

namespace {

using device::Index;

constexpr int kThreads = 256;

template <class Body>
__global__ void __launch_bounds__(kThreads) over(Body body, Index rows, Index columns) {
  const Index row_step = static_cast<Index>(gridDim.y) * blockDim.y;
  const Index column_step = static_cast<Index>(gridDim.x) * blockDim.x;
  for (Index row = static_cast<Index>(blockIdx.y) * blockDim.y + threadIdx.y; row < rows;
       row += row_step)
    for (Index column = static_cast<Index>(blockIdx.x) * blockDim.x + threadIdx.x; column < columns;
         column += column_step)
      body(row, column);
}

struct Shape {
  dim3 grid, block;
};

/// Blocks that fit the columns with few idle threads: narrow rows share a block.
Shape shape_of(Index rows, Index columns) {
  constexpr Index kWarp = 32, kMostAcross = 1 << 16, kMostDown = 65535;
  Index across = 1;
  if (columns < kWarp) {
    while (across < columns) across *= 2;
  } else {
    const Index parts = (columns + kThreads - 1) / kThreads;
    const Index even = (columns + parts - 1) / parts;
    across = (even + kWarp - 1) / kWarp * kWarp;
  }
  const Index down = device::smaller(kThreads / across, rows);
  const Index wide = (columns + across - 1) / across, high = (rows + down - 1) / down;
  Shape shape;
  shape.block = dim3(static_cast<unsigned>(across), static_cast<unsigned>(down));
  shape.grid = dim3(static_cast<unsigned>(device::smaller(wide, kMostAcross)),
                    static_cast<unsigned>(device::smaller(high, kMostDown)));
  return shape;
}

template <class Body>
cudaError_t launch_one(cudaStream_t stream, const void* data, Index rows, Index columns) {
  const Shape shape = shape_of(rows, columns);
  over<<<shape.grid, shape.block, 0, stream>>>(*static_cast<const Body*>(data), rows, columns);
  return cudaGetLastError();
}

using Launch = cudaError_t (*)(cudaStream_t, const void*, Index, Index);

template <class... Body>
Launch launch_of(device::BodyList<Body...>, int number) {
  static constexpr Launch kAll[] = {launch_one<Body>...};
  return kAll[number];
}

}  // namespace

const char* launch_body(const Context& context, int body, const void* data, long long rows,
                        long long columns) {
  return problem(launch_of(device::AllBodies{}, body)(context.stream, data, rows, columns));
}

}  // namespace aufbau::cuda
