# SPDX-License-Identifier: Apache-2.0
# Writes a header with the revision that is being built; run at every build as a script:
# cmake -D SOURCE_DIR=... -D HEADER=... -P GitRevision.cmake. A header that is up to date is left
# alone. Without git or outside a work tree the revision is empty.
set(revision "")
find_program(GIT git)
if(GIT AND EXISTS "${SOURCE_DIR}/.git")
    execute_process(COMMAND "${GIT}" -C "${SOURCE_DIR}" describe --always --dirty --abbrev=12
        OUTPUT_VARIABLE revision OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
set(text "#define VASA_GIT_REVISION \"${revision}\"\n")
set(old "")
if(EXISTS "${HEADER}")
    file(READ "${HEADER}" old)
endif()
if(NOT text STREQUAL old)
    file(WRITE "${HEADER}" "${text}")
endif()
