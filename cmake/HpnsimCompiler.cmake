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

# What the build for speed adds (tools/build fast): docs/validation/speed.md has what each of these gains.
option(HPNSIM_LTO "Optimise the hot rooms of each program as a whole, at link time" OFF)
set(HPNSIM_PROFILE "" CACHE STRING "train: programs write profiles into HPNSIM_PROFILE_DIR; use: they are compiled by them")
set(HPNSIM_PROFILE_DIR ${PROJECT_BINARY_DIR}/profile CACHE PATH "Profiles of the training runs")

# hpnsim_hot(TARGET): the rooms through which every packet goes.
function(hpnsim_hot target)
  # Nobody interposes these functions: those of one file may be inlined into each other.
  target_compile_options(${target} PRIVATE -fno-semantic-interposition)
  if(HPNSIM_LTO)
    # Fat objects can be linked without, too: that is what tests do, of which there are many.
    target_compile_options(${target} PRIVATE -flto -ffat-lto-objects)
  endif()
  if(HPNSIM_PROFILE STREQUAL train)
    target_compile_options(${target} PRIVATE -fprofile-generate=${HPNSIM_PROFILE_DIR})
    target_link_options(${target} INTERFACE -fprofile-generate)
  elseif(HPNSIM_PROFILE STREQUAL use)
    # Code that training has not reached is optimised as ever: other runs may need it.
    target_compile_options(${target} PRIVATE -fprofile-use=${HPNSIM_PROFILE_DIR} -fprofile-partial-training
      -Wno-missing-profile)
  endif()
endfunction()

# hpnsim_test(NAME label SOURCE... LIBS lib...): a GoogleTest binary, each test case under `label`.
function(hpnsim_test name label)
  cmake_parse_arguments(ARG "" "" "LIBS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} GTest::gtest GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE HPNSIM_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")
  if(HPNSIM_LTO)
    target_link_options(${name} PRIVATE -fno-lto)
  endif()
  gtest_discover_tests(${name} PROPERTIES LABELS ${label} TIMEOUT 600 DISCOVERY_TIMEOUT 60)
endfunction()
