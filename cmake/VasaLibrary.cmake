# SPDX-License-Identifier: Apache-2.0
# libvasa for other programs: one shared library made of all modules. Included where the modules
# are defined, so that what they link to is known.
include(GNUInstallDirs)

get_property(vasa_modules GLOBAL PROPERTY VASA_MODULES)
get_property(vasa_libraries GLOBAL PROPERTY VASA_MODULE_LIBRARIES)
list(REMOVE_DUPLICATES vasa_libraries)
set(vasa_objects)
foreach(module IN LISTS vasa_modules)
    list(APPEND vasa_objects "$<TARGET_OBJECTS:vasa_${module}>")
endforeach()
if(VASA_WITH_TORCH)
    list(APPEND vasa_libraries vasa::torch_cpu)
endif()

add_library(vasa_shared SHARED ${vasa_objects})
set_target_properties(vasa_shared PROPERTIES
    OUTPUT_NAME vasa EXPORT_NAME vasa LINKER_LANGUAGE CXX
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
if(VASA_WITH_TORCH)
    # The installed library finds libtorch where set-up put it.
    set_target_properties(vasa_shared PROPERTIES INSTALL_RPATH "${VASA_TORCH_DIR}/torch/lib")
endif()
target_compile_features(vasa_shared INTERFACE cxx_std_17)
target_include_directories(vasa_shared INTERFACE "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
target_link_libraries(vasa_shared PRIVATE vasa_flags ${vasa_libraries})
