# SPDX-License-Identifier: Apache-2.0
# libtorch from the PyPI wheel, as imported targets: the wheel's CMake package requires a CUDA
# toolkit. VASA_TORCH_DIR holds the wheel's site-packages (scripts/setup.sh puts them there).

set(VASA_TORCH_VERSION 2.11)
set(torch_root "${VASA_TORCH_DIR}/torch")
if(NOT EXISTS "${torch_root}/lib/libtorch_cpu.so")
    message(FATAL_ERROR "no libtorch in '${VASA_TORCH_DIR}': run scripts/setup.sh, "
                        "or configure with -DVASA_WITH_TORCH=OFF")
endif()
file(STRINGS "${torch_root}/version.py" torch_version REGEX "^__version__")
if(NOT torch_version MATCHES "'${VASA_TORCH_VERSION}\\.")
    message(FATAL_ERROR "libtorch ${VASA_TORCH_VERSION} expected, found ${torch_version}")
endif()

foreach(name c10 torch_cpu)
    add_library(vasa::${name} SHARED IMPORTED GLOBAL)
    set_target_properties(vasa::${name} PROPERTIES
        IMPORTED_LOCATION "${torch_root}/lib/lib${name}.so"
        INTERFACE_COMPILE_DEFINITIONS "_GLIBCXX_USE_CXX11_ABI=1")
    target_include_directories(vasa::${name} SYSTEM INTERFACE
        "${torch_root}/include" "${torch_root}/include/torch/csrc/api/include")
endforeach()
target_link_libraries(vasa::torch_cpu INTERFACE vasa::c10)
# The libraries beside libtorch_cpu (libgomp, the CUDA runtime's stubs) are found through its
# run path; the linker does not need them.
target_link_options(vasa::torch_cpu INTERFACE "LINKER:--allow-shlib-undefined")
# Before all other libraries: libtorch's matrix product has the same name as that of every BLAS, and
# libtorch calls the first one found. Debian's, which Ceres and OpenCV bring, are many times slower.
target_link_options(vasa::torch_cpu INTERFACE
    "LINKER:--push-state,--no-as-needed,${torch_root}/lib/libtorch_cpu.so,--pop-state")
