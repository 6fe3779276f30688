// SPDX-License-Identifier: Apache-2.0
// Writes the face code of a synthetic portrait: make_face FILE. A separate program, since the test
// of the library links nothing else of vasa.
#include "support/synthetic_face.h"

int main(int argc, char** argv) {
    if (argc != 2) {
        return 2;
    }
    const vasa::head::HeadModel head = vasa::support::load_head();
    vasa::head::save_face_code(argv[1], vasa::support::make_face_code(head, 1), true);
    return 0;
}
