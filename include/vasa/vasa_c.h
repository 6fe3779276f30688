/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* libvasa for C, and for languages that load shared libraries (examples/embed_python). It follows
   vasa/vasa.h, which has more details on each call.

   Errors: calls that can fail return a vasa_status; vasa_last_error() and vasa_last_hint() then
   describe the failure in words. Such a call returns its result through its last pointer, which is
   set to NULL on failure. No exception leaves the library.

   Threads: a session serves one call at a time (VASA_ERROR_USAGE otherwise). Threads may share
   faces and motions. The last error is the calling thread's own. Frame and progress callbacks
   come from a thread of the library, one at a time, and have all returned when the call returns.

   Memory: the caller frees each handle with its own _free(), which accepts NULL too. Handles do not
   depend on each other: a face may outlive its session. */

#include "vasa/core/export.h"

/* C has neither <cstdint> nor `using`.
   NOLINTBEGIN(modernize-deprecated-headers, modernize-use-using) */
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The exit codes of the program vasa. */
typedef enum vasa_status {
    VASA_OK = 0,
    VASA_ERROR_USAGE = 2,        /* bad options or arguments, NULL among them */
    VASA_ERROR_INPUT = 3,        /* an input file cannot be used */
    VASA_ERROR_MODEL = 4,        /* a model file is missing, damaged or of another version */
    VASA_ERROR_OUTPUT = 5,       /* the result cannot be written */
    VASA_ERROR_RESOURCE = 6,     /* memory, disk, device */
    VASA_ERROR_INTERNAL = 70,    /* a defect of the library */
    VASA_ERROR_INTERRUPTED = 130 /* a callback stopped the render */
} vasa_status;

typedef struct vasa_session vasa_session; /* loads models when first needed, keeps them */
typedef struct vasa_options vasa_options; /* how to render */
typedef struct vasa_face vasa_face;       /* a portrait in the face latent space */
typedef struct vasa_motion vasa_motion;   /* head pose and facial actions over time */
typedef struct vasa_live vasa_live;       /* a stream of frames, made while it is spoken */

/* "major.minor.patch" */
VASA_API const char* vasa_version(void);
/* Message of this thread's last failed call; valid until the next failed one. Never NULL. */
VASA_API const char* vasa_last_error(void);
/* How to fix that failure, or "". */
VASA_API const char* vasa_last_hint(void);

/* level: 0 debug, 1 info, 2 warning, 3 error. Called from any thread, several at once. */
typedef void (*vasa_log_fn)(void* user, int level, const char* message);
/* Sets the receiver of the process' log lines; NULL drops them (default). */
VASA_API vasa_status vasa_set_log(vasa_log_fn log, void* user);

/* model_dir: folder of the weights */
VASA_API vasa_status vasa_session_new(const char* model_dir, vasa_session** session);
VASA_API void vasa_session_free(vasa_session* session);

/* Options at their defaults. */
VASA_API vasa_status vasa_options_new(vasa_options** options);
VASA_API void vasa_options_free(vasa_options* options);
/* Sets an option by its command-line name and text: "crf", "20"; flags take "true" and "false".
   `vasa render --help` lists the options. */
VASA_API vasa_status vasa_options_set(vasa_options* options, const char* name, const char* value);
/* Gets its current text, valid until the next call with these options. */
VASA_API vasa_status vasa_options_get(vasa_options* options, const char* name, const char** value);

/* Encodes a portrait (image file) as a face. options: NULL = defaults. */
VASA_API vasa_status vasa_encode(vasa_session* session,
                                 const char* image,
                                 const vasa_options* options,
                                 vasa_face** face);
VASA_API vasa_status vasa_face_load(const char* path, vasa_face** face);
/* overwrite: 0 = an error if the file exists */
VASA_API vasa_status vasa_face_save(const vasa_face* face, const char* path, int overwrite);
VASA_API void vasa_face_free(vasa_face* face);

/* Converts speech (audio file) to motion, without a face. options: NULL = defaults. */
VASA_API vasa_status vasa_animate(vasa_session* session,
                                  const char* audio,
                                  const vasa_options* options,
                                  vasa_motion** motion);
VASA_API vasa_status vasa_motion_load(const char* path, vasa_motion** motion);
VASA_API vasa_status vasa_motion_save(const vasa_motion* motion, const char* path, int overwrite);
VASA_API void vasa_motion_free(vasa_motion* motion);

typedef struct vasa_frame {
    int64_t index; /* from 0 */
    double time_s; /* when it is shown */
    int32_t width_px;
    int32_t height_px;
    const uint8_t* rgb; /* [height, width, 3], rows from the top, no padding; valid in the call */
} vasa_frame;

/* Both return 0 to stop the render (VASA_ERROR_INTERRUPTED), anything else to continue. */
typedef int (*vasa_frame_fn)(void* user, const vasa_frame* frame);
typedef int (*vasa_progress_fn)(void* user, int64_t frames_done, int64_t frames_in_all);

/* Callbacks of a render; members may be NULL. */
typedef struct vasa_callbacks {
    vasa_frame_fn on_frame; /* receives the frames, with their watermark, not a file: the option
                               "out" must be empty */
    vasa_progress_fn on_progress;
    void* user; /* for both */
} vasa_callbacks;

typedef struct vasa_result {
    int64_t num_frames;
    double duration_s; /* of the video */
    double total_s;    /* of the work */
    uint64_t seed;     /* given or derived from portrait and speech; 0 to 2^64 - 1 */
} vasa_result;

/* Renders to the file of the option "out", where either all of it or nothing appears, or to
   callbacks->on_frame. face: NULL = from the options "image" or "face". motion: NULL = from the
   options, else replaces the file of the option "motion". callbacks and result may be NULL. */
VASA_API vasa_status vasa_render(vasa_session* session,
                                 const vasa_face* face,
                                 const vasa_motion* motion,
                                 const vasa_options* options,
                                 const vasa_callbacks* callbacks,
                                 vasa_result* result);

/* What sets the pace of a live stream. */
typedef enum vasa_pace {
    VASA_PACE_REAL = 0, /* the clock: the face idles while no speech comes */
    VASA_PACE_INPUT = 1 /* the speech: frames as fast as it comes */
} vasa_pace;

typedef enum vasa_live_status {
    VASA_LIVE_WAITING = 0, /* no frame is due yet; VASA_PACE_INPUT: more speech is needed */
    VASA_LIVE_FRAME = 1,
    VASA_LIVE_ENDED = 2
} vasa_live_status;

/* A frame of a live stream; its pointers are valid until the stream's next vasa_live_next(). */
typedef struct vasa_live_frame {
    vasa_live_status status; /* the rest is 0 unless this is VASA_LIVE_FRAME */
    int64_t index;           /* from 0, without gaps */
    double time_s;
    int32_t width_px;
    int32_t height_px;
    const uint8_t* rgb; /* as in vasa_frame; NULL if the frame was too late to be drawn */
    const float* sound; /* interleaved, of the time up to the next frame */
    int64_t num_sound_frames;
} vasa_live_frame;

/* Begins a live stream of a face. options: NULL = defaults; "image", "face", "audio", "out" and
   motion files must be empty. sample_rate (Hz) and channels: of the speech that is pushed. Any
   thread may call the stream's functions, one at a time vasa_live_next(). */
VASA_API vasa_status vasa_live_new(vasa_session* session,
                                   const vasa_face* face,
                                   const vasa_options* options,
                                   vasa_pace pace,
                                   int32_t sample_rate,
                                   int32_t channels,
                                   vasa_live** live);
VASA_API void vasa_live_free(vasa_live* live);
/* Gets the frames of sound that vasa_live_push() accepts now. */
VASA_API vasa_status vasa_live_room(const vasa_live* live, int64_t* num_frames);
/* samples: interleaved, in [-1, 1] */
VASA_API vasa_status vasa_live_push(vasa_live* live, const float* samples, int64_t num_frames);
/* No more speech comes: the stream ends with what was pushed. */
VASA_API vasa_status vasa_live_end(vasa_live* live);
/* Waits at most wait_s seconds for the next frame; VASA_PACE_REAL: not before it is due. */
VASA_API vasa_status vasa_live_next(vasa_live* live, double wait_s, vasa_live_frame* frame);
/* Drops speech that was pushed but not shown. first_frame: made after it; may be NULL. */
VASA_API vasa_status vasa_live_interrupt(vasa_live* live, int64_t* first_frame);
/* Holds the speech that waits, or lets it go on. */
VASA_API vasa_status vasa_live_pause(vasa_live* live, int is_paused);
/* Sets gaze, emotion and other controls from these options. */
VASA_API vasa_status vasa_live_set_controls(vasa_live* live, const vasa_options* options);
/* Shows another face. first_frame: the first that shows it; may be NULL. */
VASA_API vasa_status vasa_live_show(vasa_live* live, const vasa_face* face, int64_t* first_frame);

#ifdef __cplusplus
}
#endif
/* NOLINTEND(modernize-deprecated-headers, modernize-use-using) */
