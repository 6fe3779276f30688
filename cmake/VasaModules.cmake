# SPDX-License-Identifier: Apache-2.0
# A module is src/<name>/*.cpp plus include/vasa/<name>/*.h, built as the static library
# vasa_<name>. Sources in src/<name>/torch/ need libtorch and are left out without it. Its tests are tests/unit/<name>/*.cpp, built as vasa_<name>_test.

# vasa_module(NAME [PUBLIC targets...] [PRIVATE targets...])
function(vasa_module name)
    cmake_parse_arguments(arg "" "" "PUBLIC;PRIVATE" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/${name}/*.cpp")
    if(VASA_WITH_TORCH)
        file(GLOB torch_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/${name}/torch/*.cpp")
    endif()
    add_library(vasa_${name} STATIC ${sources} ${torch_sources})
    target_include_directories(vasa_${name}
        PUBLIC "$<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/include>"
        PRIVATE "${CMAKE_SOURCE_DIR}/src/${name}")
    target_link_libraries(vasa_${name} PUBLIC ${arg_PUBLIC} PRIVATE vasa_flags ${arg_PRIVATE})
    if(torch_sources)
        target_link_libraries(vasa_${name} PRIVATE vasa_tensor vasa::torch_cpu)
        target_compile_definitions(vasa_${name} PUBLIC VASA_WITH_TORCH=1)
    endif()
    set_property(GLOBAL APPEND PROPERTY VASA_MODULES ${name})
endfunction()

# vasa_unit_test(NAME [LIBS targets...]): one test binary a module
function(vasa_unit_test name)
    cmake_parse_arguments(arg "" "" "LIBS" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/unit/${name}/*.cpp")
    if(VASA_WITH_TORCH)
        file(GLOB torch_sources CONFIGURE_DEPENDS
             "${CMAKE_SOURCE_DIR}/tests/unit/${name}/torch/*.cpp")
        if(torch_sources)
            list(APPEND sources ${torch_sources})
            list(APPEND arg_LIBS vasa_tensor vasa::torch_cpu)
        endif()
    endif()
    if(NOT sources)
        return()
    endif()
    add_executable(vasa_${name}_test ${sources})
    target_include_directories(vasa_${name}_test PRIVATE "${CMAKE_SOURCE_DIR}/tests"
                               "${CMAKE_SOURCE_DIR}/src/${name}")
    target_compile_definitions(vasa_${name}_test PRIVATE
        VASA_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    target_link_libraries(vasa_${name}_test PRIVATE vasa_flags vasa_test_main vasa_${name} ${arg_LIBS})
    add_test(NAME unit.${name} COMMAND vasa_${name}_test)
    set_tests_properties(unit.${name} PROPERTIES LABELS unit SKIP_RETURN_CODE 77)
endfunction()
