#include "tensor/cpu/backend_cpu.h"
#include "tensor/cpu/blocks.h"

namespace aufbau::cpu {

namespace {

/// Elements [begin, end) of tensor number `of`: tensors of all sizes are worked on side by side.
struct Piece {
  std::size_t of;
  std::int64_t begin, end;
};

template <class SizeOf>
std::vector<Piece> pieces_of(std::size_t count, const SizeOf& size_of) {
  constexpr std::int64_t kMost = 16384;
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < count; ++i)
    for (std::int64_t begin = 0; begin < size_of(i); begin += kMost)
      pieces.push_back({i, begin, std::min(size_of(i), begin + kMost)});
  return pieces;
}

template <class Body>
void for_pieces(const std::vector<Piece>& pieces, const Body& body) {
  parallel_blocks(static_cast<std::int64_t>(pieces.size()), 1,
                  [&](std::int64_t at, std::int64_t) { body(static_cast<std::size_t>(at)); });
}

}  // namespace

void CpuBackend::square_sums(std::span<const Tensor> xs, Tensor& sums) {
  const auto pieces = pieces_of(xs.size(), [&](std::size_t i) { return xs[i].size(); });
  std::vector<double> of_piece(pieces.size());
  for_pieces(pieces, [&](std::size_t at) {
    const Piece& piece = pieces[at];
    with_values(xs[piece.of], [&]<class T>() {
      const T* x = read<T>(xs[piece.of]) + piece.begin;
      of_piece[at] = loops<T>().dot(x, x, piece.end - piece.begin);
    });
  });
  double* of_tensor = write<double>(sums);
  std::fill_n(of_tensor, xs.size(), 0.0);
  for (std::size_t at = 0; at < pieces.size(); ++at) of_tensor[pieces[at].of] += of_piece[at];
}

void CpuBackend::adam(const AdamStep& step, std::span<AdamParameter> parameters) {
  const auto pieces =
      pieces_of(parameters.size(), [&](std::size_t i) { return parameters[i].value.size(); });
  for_pieces(pieces, [&](std::size_t at) {
    const std::int64_t begin = pieces[at].begin, size = pieces[at].end - begin;
    AdamParameter& of = parameters[pieces[at].of];
    with_values(of.value, [&]<class T>() {
      loops<T>().adam(formulas::Adam<T>(step, of.rate), read<T>(of.gradient) + begin,
                      write<T>(of.first) + begin, write<T>(of.second) + begin,
                      write<T>(of.value) + begin, size);
    });
  });
}

}  // namespace aufbau::cpu
