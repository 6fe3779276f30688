/* SPDX-License-Identifier: Apache-2.0 */
/* Renders a clip through libvasa's C interface: embed_c portrait speech clip.mp4 */
#include "vasa/vasa_c.h"

#include <stdio.h>

static int show_progress(void* user, int64_t frames_done, int64_t frames_in_all) {
    (void)user;
    if (frames_done % 25 == 0) {
        fprintf(stderr, "%lld of %lld frames\n", (long long)frames_done, (long long)frames_in_all);
    }
    return 1; /* go on */
}

static vasa_status render(const char* portrait, const char* speech, const char* out) {
    vasa_session* session = NULL;
    vasa_options* options = NULL;
    vasa_face* face = NULL;
    vasa_callbacks callbacks = {NULL, show_progress, NULL};
    vasa_result result;
    vasa_status status = vasa_session_new(VASA_MODEL_DIR, &session);
    if (status == VASA_OK) {
        status = vasa_options_new(&options);
    }
    if (status == VASA_OK) {
        status = vasa_options_set(options, "audio", speech);
    }
    if (status == VASA_OK) {
        status = vasa_options_set(options, "out", out);
    }
    if (status == VASA_OK) {
        status = vasa_options_set(options, "force", "true");
    }
    if (status == VASA_OK) {
        status = vasa_encode(session, portrait, options, &face);
    }
    if (status == VASA_OK) {
        status = vasa_render(session, face, NULL, options, &callbacks, &result);
    }
    if (status == VASA_OK) {
        printf("%s: %lld frames in %.1f s\n", out, (long long)result.num_frames, result.total_s);
    } else {
        fprintf(stderr, "error: %s\n", vasa_last_error());
    }
    vasa_face_free(face);
    vasa_options_free(options);
    vasa_session_free(session);
    return status;
}

int main(int argc, char** argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: embed_c portrait speech clip.mp4   (libvasa %s)\n", vasa_version());
        return 2;
    }
    return (int)render(argv[1], argv[2], argv[3]);
}
