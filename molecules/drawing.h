#pragma once
#include <string>

#include "molecules/molecule.h"

namespace aufbau::molecules {

/// A structural formula as one <svg> element that can stand inside an HTML page: no XML header, no
/// background, letters as outlines (so no font is needed), nothing that is loaded. Carbon and bonds
/// are black, hetero atoms have the usual colours, dark enough for a light ground. Bonds are at
/// most 1/8 of `height` long, shorter where the molecule needs it. The bytes depend on the molecule
/// only. Error{usage} unless both sizes, in pixels, are from 1 to 10,000; Error{input} for what
/// RDKit cannot draw.
std::string draw_svg(const Molecule& molecule, int width, int height);

}  // namespace aufbau::molecules
