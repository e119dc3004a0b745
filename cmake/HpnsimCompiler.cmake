# SPDX-License-Identifier: GPL-2.0-only
# One place for the language level, the warnings, and the flags that results depend on.
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)

# Same seed, same bytes, on any machine: no contraction to FMA, no reordering of floating point.
add_compile_options(-Wall -Wextra -Wshadow -Wno-missing-field-initializers -ffp-contract=off)

find_program(HPNSIM_CCACHE ccache)
if(HPNSIM_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${HPNSIM_CCACHE})
endif()

# hpnsim_hot(TARGET): the rooms through which every packet goes. Nobody interposes these functions: those of one file
# may be inlined into each other. -O3 takes 3 to 4 % of the instructions a hop (docs/validation/speed-steps.md); a build without
# optimisation stays without.
function(hpnsim_hot target)
  target_compile_options(${target} PRIVATE -fno-semantic-interposition $<$<CONFIG:Release,RelWithDebInfo>:-O3>)
endfunction()

# hpnsim_test(NAME label SOURCE... LIBS lib...): a GoogleTest binary, each test case under `label`.
function(hpnsim_test name label)
  cmake_parse_arguments(ARG "" "" "LIBS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} GTest::gtest GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE HPNSIM_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")
  gtest_discover_tests(${name} PROPERTIES LABELS ${label} TIMEOUT 600 DISCOVERY_TIMEOUT 60)
endfunction()
