# SPDX-License-Identifier: Apache-2.0
# `cmake --build build --target package`: a .deb and a .tar.gz with program, library, models and the
# parts of libtorch that a CPU needs. scripts/check_package.sh installs and runs both.
if(NOT VASA_WITH_MEDIA)
    return()
endif()
set(CPACK_GENERATOR "DEB;TGZ")
set(CPACK_PACKAGE_NAME vasa)
set(CPACK_PACKAGE_VENDOR "The vasa authors")
set(CPACK_PACKAGE_CONTACT "The vasa authors <vasa@localhost>")
set(CPACK_RESOURCE_FILE_LICENSE "${CMAKE_SOURCE_DIR}/LICENSE")
set(CPACK_STRIP_FILES ON)
set(CPACK_THREADS 0)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION video)
set(CPACK_DEBIAN_COMPRESSION_TYPE zstd)
# dpkg-shlibdeps (package dpkg-dev) turns the libraries that are linked into dependencies.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
if(VASA_WITH_TORCH)
    set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS
        "${VASA_TORCH_DIR}/torch/lib" "${VASA_TORCH_DIR}/nvidia/cu13/lib")
endif()
include(CPack)
