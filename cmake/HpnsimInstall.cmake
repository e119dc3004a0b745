# SPDX-License-Identifier: GPL-2.0-only
# cmake --install BUILD --prefix PREFIX: the programs in PREFIX/bin, and what a plug-in is written and built
# with: headers, find_package(hpnsim), new-cc.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(hpnsim_package ${CMAKE_INSTALL_LIBDIR}/cmake/hpnsim)

# Beside the system's programs, `cc` would hide the C compiler.
if(HPNSIM_INSTALL AND CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)
  set(CMAKE_INSTALL_PREFIX /opt/hpnsim CACHE PATH "" FORCE)
endif()

# Builds what users run, without the tests.
add_custom_target(programs)

# hpnsim_program(TARGET [FOLDER]): installs a program, and names it hpnsim::TARGET for those who find hpnsim.
function(hpnsim_program target)
  if(NOT ARGN)
    add_dependencies(programs ${target})
  endif()
  if(HPNSIM_INSTALL)
    set(folder ${CMAKE_INSTALL_BINDIR} ${ARGN})
    list(POP_BACK folder last)
    install(TARGETS ${target} EXPORT hpnsim RUNTIME DESTINATION ${last})
  endif()
endfunction()

# hpnsim_install_pages(): installs man pages and bash completion, which tools/pages makes of what the programs say.
function(hpnsim_install_pages)
  if(HPNSIM_INSTALL AND HPNSIM_WITH_NS3)
    install(CODE "
      execute_process(COMMAND python3 -B ${PROJECT_SOURCE_DIR}/tools/pages ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}
        \$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR} RESULT_VARIABLE failed)
      if(failed)
        message(WARNING \"no man pages and no completion: tools/pages failed\")
      endif()")
  endif()
endfunction()

# What a plug-in includes, and what that includes.
string(CONCAT hpnsim_interface_headers "cc|credit|digest|entropies|events|interface_digest|notice|params|path|"
  "penalties|plugin|random|receiver|span|units")

# hpnsim_install_interface(DIR...): the header-only interface in DIRs and the package. Headers that need a library of hpnsim stay behind.
function(hpnsim_install_interface)
  if(NOT HPNSIM_INSTALL)
    return()
  endif()
  install(CODE "
    if(CMAKE_INSTALL_PREFIX MATCHES \"^(/|/usr|/usr/local)/?$\")
      message(FATAL_ERROR \"hpnsim does not go into \${CMAKE_INSTALL_PREFIX}: its program `cc` would hide the C \"
        \"compiler there. Give it a folder of its own, as in --prefix /opt/hpnsim.\")
    endif()")
  set_target_properties(hpnsim_interface PROPERTIES EXPORT_NAME plugin)
  install(TARGETS hpnsim_interface EXPORT hpnsim)
  foreach(include_dir IN LISTS ARGN)
    install(DIRECTORY ${include_dir}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING
      REGEX "/(${hpnsim_interface_headers})\\.hpp$")
  endforeach()
  install(EXPORT hpnsim FILE hpnsimTargets.cmake NAMESPACE hpnsim:: DESTINATION ${hpnsim_package})
  configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/hpnsimConfig.cmake.in
    ${PROJECT_BINARY_DIR}/hpnsimConfig.cmake INSTALL_DESTINATION ${hpnsim_package})
  write_basic_package_version_file(${PROJECT_BINARY_DIR}/hpnsimConfigVersion.cmake COMPATIBILITY SameMinorVersion)
  install(PROGRAMS ${PROJECT_SOURCE_DIR}/tools/new-cc DESTINATION ${CMAKE_INSTALL_DATADIR}/hpnsim)
  install(FILES ${PROJECT_SOURCE_DIR}/docs/add-a-cc.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/tools/new-cc.d DESTINATION ${CMAKE_INSTALL_DATADIR}/hpnsim)
  install(FILES ${PROJECT_BINARY_DIR}/hpnsimConfig.cmake ${PROJECT_BINARY_DIR}/hpnsimConfigVersion.cmake
    ${PROJECT_SOURCE_DIR}/cmake/HpnsimPlugin.cmake DESTINATION ${hpnsim_package})
endfunction()
