# SPDX-License-Identifier: GPL-2.0-only
# hpnsim_plugin(NAME SOURCE...): a plug-in, libNAME.so. All that it shows is its HPNSIM_CC, HPNSIM_PATH and
# HPNSIM_RECEIVER lines, and a symbol that nothing defines is an error here, not when a run begins.
function(hpnsim_plugin name)
  add_library(${name} MODULE ${ARGN})
  target_link_libraries(${name} PRIVATE hpnsim::plugin)
  target_compile_options(${name} PRIVATE -Wall -Wextra)
  target_link_options(${name} PRIVATE -Wl,-z,defs)
  set_target_properties(${name} PROPERTIES PREFIX lib SUFFIX .so
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
endfunction()
