# SPDX-License-Identifier: Apache-2.0
# The optional module libvasa_cuda.so: the GPU kernels of src/decode/kernels, built if nvcc is
# found. The program loads it at run time; it links neither to it nor to libtorch's CUDA libraries.
#
# VASA_WITH_CUDA  AUTO = if nvcc is found, ON = an error if it is not found, OFF
set(VASA_WITH_CUDA AUTO CACHE STRING "Build the module with GPU kernels: AUTO, ON or OFF")
set(VASA_CUDA_ARCHITECTURES "80-real;86-real;89-real;90" CACHE STRING
    "GPUs the module is compiled for; one without -real adds PTX for later ones")

set(VASA_CUDA_MODULE "left out: VASA_WITH_CUDA is OFF" CACHE INTERNAL "")
if(VASA_WITH_CUDA STREQUAL "OFF")
    message(STATUS "GPU kernels: ${VASA_CUDA_MODULE}")
    return()
endif()
include(CheckLanguage)
# The nvcc that scripts/setup.sh --cuda installs, or the system's.
foreach(nvcc "${VASA_TORCH_DIR}/nvidia/cu13/bin/nvcc" /usr/local/cuda/bin/nvcc)
    if(NOT CMAKE_CUDA_COMPILER AND EXISTS "${nvcc}")
        set(CMAKE_CUDA_COMPILER "${nvcc}")
    endif()
endforeach()
check_language(CUDA)
set(problem)
if(NOT CMAKE_CUDA_COMPILER)
    set(problem "no nvcc")
else()
    # Another CUDA than libtorch's would bring a second runtime, unaware of torch's GPUs.
    execute_process(COMMAND "${CMAKE_CUDA_COMPILER}" --version OUTPUT_VARIABLE nvcc_version)
    if(NOT nvcc_version MATCHES "release 13\\.")
        set(problem "${CMAKE_CUDA_COMPILER} is not of CUDA 13, as libtorch is")
    endif()
endif()
if(problem)
    set(VASA_CUDA_MODULE "left out: ${problem}" CACHE INTERNAL "")
    if(VASA_WITH_CUDA STREQUAL "ON")
        message(FATAL_ERROR "VASA_WITH_CUDA is ON, but ${problem}: scripts/setup.sh --cuda installs "
                            "it, or set CMAKE_CUDA_COMPILER")
    endif()
    message(STATUS "GPU kernels: ${VASA_CUDA_MODULE}")
    return()
endif()

set(CMAKE_CUDA_ARCHITECTURES "${VASA_CUDA_ARCHITECTURES}")
set(CMAKE_CUDA_STANDARD 17)
enable_language(CUDA)
set(cuda_folder "${CMAKE_SOURCE_DIR}/src/decode/cuda")
add_library(vasa_cuda MODULE "${cuda_folder}/cuda_kernels.cu" "${cuda_folder}/cuda_graph.cpp")
target_include_directories(vasa_cuda PRIVATE "${CMAKE_SOURCE_DIR}/include" "${CMAKE_SOURCE_DIR}/src/decode")
target_include_directories(vasa_cuda SYSTEM PRIVATE
    ${CMAKE_CUDA_TOOLKIT_INCLUDE_DIRECTORIES}
    "${torch_root}/include" "${torch_root}/include/torch/csrc/api/include")
target_compile_definitions(vasa_cuda PRIVATE _GLIBCXX_USE_CXX11_ABI=1)
# As on the CPU, float arithmetic follows the source exactly: frames agree to the last bit wherever
# no transcendental function is used.
target_compile_options(vasa_cuda PRIVATE
    "$<$<COMPILE_LANGUAGE:CUDA>:--fmad=false;--expt-relaxed-constexpr;-Xcompiler=-Wall,-ffp-contract=off>"
    "$<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-ffp-contract=off>")
set_target_properties(vasa_cuda PROPERTIES
    PREFIX lib CUDA_RUNTIME_LIBRARY None CXX_VISIBILITY_PRESET hidden CUDA_VISIBILITY_PRESET hidden
    LIBRARY_OUTPUT_DIRECTORY "${CMAKE_LIBRARY_OUTPUT_DIRECTORY}"
    BUILD_RPATH "${torch_root}/lib;${VASA_TORCH_DIR}/nvidia/cu13/lib"
    INSTALL_RPATH "${torch_root}/lib;${VASA_TORCH_DIR}/nvidia/cu13/lib")
# The functions of libtorch_cuda.so are resolved when called: the program has loaded it by then, and
# without a GPU the module loads without it.
target_link_libraries(vasa_cuda PRIVATE
    "${torch_root}/lib/libc10_cuda.so" "${VASA_TORCH_DIR}/nvidia/cu13/lib/libcudart.so.13" vasa::c10)
target_link_options(vasa_cuda PRIVATE "LINKER:-z,lazy,--allow-shlib-undefined")
add_dependencies(vasa_decode vasa_cuda)
set(VASA_CUDA_MODULE "built by nvcc ${CMAKE_CUDA_COMPILER_VERSION} for ${CMAKE_CUDA_ARCHITECTURES}"
    CACHE INTERNAL "")
message(STATUS "GPU kernels: ${VASA_CUDA_MODULE}")
