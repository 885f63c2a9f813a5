// Vectors of molecules from a saved model: which molecule of a short list is most like the first?
//   2_embed_molecules MODEL.safetensors
#include <aufbau.h>

#include <cmath>
#include <iostream>

namespace {

double cosine(const std::vector<double>& a, const std::vector<double>& b) {
  double dot = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    dot += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return dot / std::sqrt(aa * bb);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: 2_embed_molecules MODEL.safetensors\n";
    return 2;
  }
  try {
    const auto model = aufbau::Model::load(argv[1]);
    std::cout << "vectors of " << model.width() << " numbers\n";
    const auto rows =
        model.embed({"CC(=O)Oc1ccccc1C(=O)O", "O=C(O)c1ccccc1O", "CCCCCCCC", "c1ccncc1", "C1CC"});
    for (const auto& row : rows) {
      std::cout << row.smiles << ' ';
      if (row.ok()) {
        std::cout << cosine(rows.front().values, row.values) << '\n';
      } else {
        std::cout << row.error << '\n';
      }
    }
  } catch (const aufbau::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
