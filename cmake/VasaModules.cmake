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
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")  # clang's flags of this name mean more
        target_compile_options(vasa_${name} PRIVATE -Wconversion)
        if(name MATCHES "^(core|models|media)$")
            # Lengths and offsets of untrusted files: a changed sign is a defect there. Elsewhere
            # int indexes vertices and pixels, and a cast at every access would hide more.
            target_compile_options(vasa_${name} PRIVATE -Wsign-conversion)
        endif()
    endif()
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
endfunction()

# vasa_add_tests(NAME TARGET LABELS [NEEDS tags...] [TIMEOUT seconds])
#
# Registers a Catch2 program with ctest. Test cases with needs that a machine may lack carry a tag:
#   [data]       training data in $VASA_DATA_DIR
#   [gpu]        an NVIDIA GPU and the module with the GPU kernels
#   [no-driver]  a machine without an NVIDIA driver
#   [root]       the right to mount small file systems and to drop privileges
# NEEDS names the tags that the program has; each becomes a separate entry, NAME.TAG, so that
# ctest's summary lists what was skipped. A case skips itself by WARN("SKIPPED: cause");
# tests/support/main.cpp then exits with 77.
function(vasa_add_tests name target label)
    cmake_parse_arguments(PARSE_ARGV 3 arg "" "TIMEOUT" "NEEDS")
    set(rest)
    set(entries ${name})
    foreach(need IN LISTS arg_NEEDS)
        string(APPEND rest "~[${need}]")
        add_test(NAME ${name}.${need} COMMAND ${target} "[${need}]" --warn NoTests)
        list(APPEND entries ${name}.${need})
    endforeach()
    add_test(NAME ${name} COMMAND ${target} ${rest})
    set_tests_properties(${entries} PROPERTIES LABELS "${label}" SKIP_RETURN_CODE 77)
    if(arg_TIMEOUT)
        set_tests_properties(${entries} PROPERTIES TIMEOUT ${arg_TIMEOUT})
    endif()
endfunction()

# vasa_unit_test(NAME SOURCES files... [TORCH_SOURCES files...] [LIBS targets...] [NEEDS tags...])
# NEEDS as in vasa_add_tests. The target vasa_unit_tests builds all unit tests; their label
# is "module".
function(vasa_unit_test name)
    cmake_parse_arguments(arg "" "" "SOURCES;TORCH_SOURCES;LIBS;NEEDS" ${ARGN})
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
    vasa_add_tests(unit.${name} vasa_${name}_test "unit;module" NEEDS ${arg_NEEDS})
    if(NOT TARGET vasa_unit_tests)
        add_custom_target(vasa_unit_tests)
    endif()
    add_dependencies(vasa_unit_tests vasa_${name}_test)
endfunction()
