# SPDX-License-Identifier: Apache-2.0
# A module is src/<name> plus include/vasa/<name>, built as the static library vasa_<name>. Its unit
# tests are tests/unit/<name>, built as vasa_<name>_test. Sources are listed in the folders'
# CMakeLists.txt.

# vasa_module(NAME
#     [SOURCES files...]
#     [TORCH_SOURCES files...]   need libtorch; left out with VASA_WITH_TORCH=OFF
#     [MEDIA_SOURCES files...]   need OpenCV or libav; left out with VASA_WITH_MEDIA=OFF
#     [PUBLIC targets...] [PRIVATE targets...])
function(vasa_module name)
    cmake_parse_arguments(arg "" "" "SOURCES;TORCH_SOURCES;MEDIA_SOURCES;PUBLIC;PRIVATE" ${ARGN})
    add_library(vasa_${name} STATIC ${arg_SOURCES})
    target_include_directories(vasa_${name}
        PUBLIC "$<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/include>"
        PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
    target_link_libraries(vasa_${name} PUBLIC ${arg_PUBLIC} PRIVATE vasa_flags ${arg_PRIVATE})
    if(VASA_WITH_TORCH AND arg_TORCH_SOURCES)
        target_sources(vasa_${name} PRIVATE ${arg_TORCH_SOURCES})
        if(NOT name STREQUAL "tensor")
            target_link_libraries(vasa_${name} PRIVATE vasa_tensor)
        endif()
        target_link_libraries(vasa_${name} PRIVATE vasa::torch_cpu)
    endif()
    if(VASA_WITH_MEDIA)
        target_sources(vasa_${name} PRIVATE ${arg_MEDIA_SOURCES})
    endif()
    # What libvasa links to, other modules aside.
    set(libraries ${arg_PUBLIC} ${arg_PRIVATE})
    foreach(library IN LISTS libraries)
        if(NOT TARGET ${library} OR NOT library MATCHES "^vasa_")
            set_property(GLOBAL APPEND PROPERTY VASA_MODULE_LIBRARIES ${library})
        endif()
    endforeach()
    set_property(GLOBAL APPEND PROPERTY VASA_MODULES ${name})
endfunction()

# vasa_unit_test(NAME SOURCES files... [TORCH_SOURCES files...] [LIBS targets...])
function(vasa_unit_test name)
    cmake_parse_arguments(arg "" "" "SOURCES;TORCH_SOURCES;LIBS" ${ARGN})
    if(VASA_WITH_TORCH AND arg_TORCH_SOURCES)
        list(APPEND arg_SOURCES ${arg_TORCH_SOURCES})
        list(APPEND arg_LIBS vasa_tensor vasa::torch_cpu)
    endif()
    add_executable(vasa_${name}_test ${arg_SOURCES})
    target_include_directories(vasa_${name}_test PRIVATE
        "${CMAKE_SOURCE_DIR}/tests" "${CMAKE_SOURCE_DIR}/src/${name}")
    target_compile_definitions(vasa_${name}_test PRIVATE VASA_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    target_link_libraries(vasa_${name}_test PRIVATE
        vasa_flags vasa_test_main vasa_${name} ${arg_LIBS})
    add_test(NAME unit.${name} COMMAND vasa_${name}_test)
    set_tests_properties(unit.${name} PROPERTIES LABELS unit SKIP_RETURN_CODE 77)
endfunction()
