# SPDX-License-Identifier: Apache-2.0
# Installs the program, libvasa, its headers (listed in src/api/CMakeLists.txt), the models, the parts
# of libtorch that a CPU needs, and vasaConfig.cmake.
if(NOT VASA_WITH_MEDIA)
    return()
endif()
include(CMakePackageConfigHelpers)

install(TARGETS vasa RUNTIME)
install(TARGETS vasa_api EXPORT vasa_targets LIBRARY FILE_SET HEADERS)
if(TARGET vasa_cuda)
    install(TARGETS vasa_cuda LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
endif()
if(VASA_WITH_TORCH)
    # The CUDA libraries of the wheel stay out: libtorch_cpu loads two small ones of their runtime.
    foreach(part torch/lib/libtorch_cpu.so torch/lib/libc10.so torch/lib/libgomp.so.1
                 nvidia/cu13/lib/libcudart.so.13 nvidia/cu13/lib/libcupti.so.13)
        install(PROGRAMS "${VASA_TORCH_DIR}/${part}" DESTINATION "${VASA_INSTALLED_TORCH_DIR}")
    endforeach()
    file(GLOB torch_licences "${VASA_TORCH_DIR}/torch-${VASA_TORCH_VERSION}*.dist-info/licenses/*")
    install(FILES ${torch_licences} DESTINATION "${CMAKE_INSTALL_DOCDIR}/libtorch")
endif()
# Loaded at run time if it is there. Its metadata name its licence.
install(CODE "
    if(EXISTS \"${VASA_C2PA_DIR}/libc2pa_c.so\")
        file(INSTALL DESTINATION \"\${CMAKE_INSTALL_PREFIX}/${VASA_INSTALLED_TORCH_DIR}\" TYPE SHARED_LIBRARY
             FILES \"${VASA_C2PA_DIR}/libc2pa_c.so\")
        file(INSTALL DESTINATION \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DOCDIR}/c2pa\" TYPE FILE
             FILES \"${VASA_C2PA_DIR}/METADATA\")
    else()
        message(STATUS \"no C2PA library in '${VASA_C2PA_DIR}': installed clips will not be signed\")
    endif()")
install(DIRECTORY models/ DESTINATION "${CMAKE_INSTALL_DATADIR}/vasa/models")
foreach(document LICENSE NOTICE README.md)
    if(EXISTS "${CMAKE_SOURCE_DIR}/${document}")
        install(FILES "${document}" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
    endif()
endforeach()

set(vasa_cmake_dir "${CMAKE_INSTALL_LIBDIR}/cmake/vasa")
set(vasa_model_dir "${CMAKE_INSTALL_DATADIR}/vasa/models")
install(EXPORT vasa_targets FILE vasaTargets.cmake NAMESPACE vasa:: DESTINATION "${vasa_cmake_dir}")
configure_package_config_file(
    "${CMAKE_SOURCE_DIR}/cmake/vasaConfig.cmake.in" "${CMAKE_BINARY_DIR}/vasaConfig.cmake"
    INSTALL_DESTINATION "${vasa_cmake_dir}" PATH_VARS vasa_model_dir)
write_basic_package_version_file("${CMAKE_BINARY_DIR}/vasaConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_BINARY_DIR}/vasaConfig.cmake" "${CMAKE_BINARY_DIR}/vasaConfigVersion.cmake"
        DESTINATION "${vasa_cmake_dir}")
