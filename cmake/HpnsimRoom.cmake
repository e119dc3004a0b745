# SPDX-License-Identifier: GPL-2.0-only
# A room is one folder, one target and one include directory: what a room does not link, it cannot include.

# ns-3's headers lie where every compiler looks. Before them comes a folder of the same names, each of which says
# that it must not be included here.
set(HPNSIM_NO_NS3 ${PROJECT_BINARY_DIR}/no-ns3)
function(hpnsim_forbid_ns3)
  file(GLOB headers RELATIVE /usr/include /usr/include/ns3/*.h)
  foreach(header IN LISTS headers ITEMS ns3/simulator.h)
    file(CONFIGURE OUTPUT ${HPNSIM_NO_NS3}/${header} CONTENT
      "#error \"only ns3-module and scenarios/run include ns-3\"\n")
  endforeach()
endfunction()
hpnsim_forbid_ns3()

# hpnsim_room(TARGET): TARGET knows no ns-3.
function(hpnsim_room target)
  target_include_directories(${target} BEFORE PRIVATE ${HPNSIM_NO_NS3})
endfunction()
