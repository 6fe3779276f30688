// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "head/new_mesh.h"
#include "head/source_head.h"

namespace vasa::train {

/// Moves both rows of teeth and their gums towards each other. In smiles, the source shows gums
/// where photos show teeth: a shift of the upper row by 1.5 mm agrees best with 21 portraits that
/// smile with open lips. Its lower lip hides the lower row, which speaking mouths show.
void place_teeth(SourceHead& head);

/// A curved strip of gum behind a row of teeth. The source's teeth have gaps. Without the strip,
/// the dark mouth would show through them, even in the middle of a portrait's own teeth if these
/// are placed differently.
/// @param part  upper or lower teeth
/// @throws Error(Input) if there is no such row.
void add_strip_in_teeth(const SourceHead& head, head::Part part, NewMesh& mesh);

}  // namespace vasa::train
