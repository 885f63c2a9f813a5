#!/usr/bin/env bash
# Installs a build folder to a temporary prefix and uses what lies there as a stranger would: the header compiles alone without a
# warning, and the shortest program is built by `pkg-config --cflags --libs aufbau` and nothing else.
#   install_test.sh BUILD SOURCE [sanitizer]
set -euo pipefail
build=$1 source=$2 sanitizer=${3:-none}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

meson install -C "$build" --no-rebuild --quiet --destdir "$folder/root" > /dev/null
pc=$(find "$folder/root" -name aufbau.pc)
export PKG_CONFIG_PATH=${pc%/*}
read -r -a flags <<< "$(pkg-config --cflags --libs aufbau)"
# Not for a stranger, but a library built with sanitizers asks for a program built with them.
[ "$sanitizer" = none ] || flags+=("-fsanitize=$sanitizer")
export LD_LIBRARY_PATH=${pc%/pkgconfig/aufbau.pc}

[ "$(find "$folder/root" -name '*.h' | wc -l)" = 1 ] || { echo "more than one header was installed" >&2; exit 1; }
for standard in c++20 c++23; do
  g++ -std=$standard -Wall -Wextra -Wpedantic -Wconversion -Werror -fsyntax-only \
    "${flags[@]}" "$source/tests/install/header_alone.cpp"
done

cd "$folder"
program=$(find "$folder/root" -type f -name aufbau -perm -u+x)
"$program" ingest "$source/examples/data/nci_tpsa.csv" --target-columns tpsa -o data.h5 --quiet > /dev/null
"$program" finetune -i data.h5 --layers 2 --width 16 --epochs 1 -o run --quiet > /dev/null
cp run/model.safetensors .
# The plugin is found beside the library.
if [ -f "$LD_LIBRARY_PATH/libaufbau_mpi.so" ] && command -v mpirun > /dev/null; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  # Open MPI keeps some memory to the end, which the leak sanitizer would call a leak.
  LSAN_OPTIONS=detect_leaks=0 mpirun --oversubscribe -n 2 "$program" pretrain -i data.h5 --objective attribute-masking --layers 2 --width 16 --epochs 1 \
    --micro-batches 2 -o ranks --quiet > /dev/null
fi
g++ -std=c++20 "$source/tests/install/shortest.cpp" "${flags[@]}" -o shortest
./shortest | tee answer
[ "$(wc -l < answer)" = 3 ]
grep -qE '^CCO -?[0-9]+\.[0-9]+$' answer
grep -qE '^not a molecule [^0-9]' answer

# Nothing but the public names can be seen from outside, templates of the standard library aside.
hidden=$(nm -DC --defined-only "$LD_LIBRARY_PATH/libaufbau.so" | grep -E ' [TW] aufbau::[a-z]+::' | grep -v ' std::' || true)
[ -z "$hidden" ] || { echo "visible but not public: $hidden" >&2; exit 1; }
