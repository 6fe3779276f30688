# SPDX-License-Identifier: Apache-2.0
# Build options, compiler flags and output folders.
include(GNUInstallDirs)

option(VASA_BUILD_TESTS "Build the tests" ON)
option(VASA_WITH_MEDIA "Build the modules that need OpenCV, libav and libsndfile, and the program" ON)
option(VASA_WITH_TORCH "Build the modules that need libtorch" ON)
option(VASA_WERROR "Treat warnings as errors" ON)
option(VASA_FUZZ "Build the fuzz targets with libFuzzer (needs clang)" OFF)
set(VASA_SANITIZE "" CACHE STRING "Sanitizers for all targets, e.g. address,undefined or thread")
set(VASA_TORCH_DIR "${CMAKE_CURRENT_SOURCE_DIR}/.deps/python" CACHE PATH
    "Folder that holds the torch wheel's site-packages")
set(VASA_C2PA_DIR "${CMAKE_CURRENT_SOURCE_DIR}/.deps/c2pa" CACHE PATH
    "Folder that holds libc2pa_c.so; without it, clips are not signed")

# Where libtorch's parts are installed, and how installed files find them: relative to themselves.
set(VASA_INSTALLED_TORCH_DIR "${CMAKE_INSTALL_LIBDIR}/vasa")
set(VASA_INSTALLED_RPATH "$ORIGIN/../${VASA_INSTALLED_TORCH_DIR};$ORIGIN/vasa")

set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# libvasa.so exports what VASA_API marks (include/vasa/core/export.h).
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(VASA_CCACHE ccache)
if(VASA_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${VASA_CCACHE}")
endif()

add_library(vasa_flags INTERFACE)
# Results must not depend on how the compiler reorders float arithmetic.
target_compile_options(vasa_flags INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor
                       -ffp-contract=off -fno-math-errno -fno-trapping-math)
if(VASA_WERROR)
    target_compile_options(vasa_flags INTERFACE -Werror)
endif()
if(VASA_SANITIZE)
    target_compile_options(vasa_flags INTERFACE -fsanitize=${VASA_SANITIZE} -fno-omit-frame-pointer -g1)
    target_link_options(vasa_flags INTERFACE -fsanitize=${VASA_SANITIZE})
endif()
