# SPDX-License-Identifier: GPL-2.0-only
# Tables of what is declared in one file each and registers by one line of CMake. A static library drops objects that
# only register themselves, so the tables are generated from these lines.

# hpnsim_row(TARGET TABLE DECL FILE TYPE): TARGET compiles FILE, and TABLE gets the hpnsim::DECL of TYPE in it, which
# hpnsim_TABLE_TYPE() returns.
function(hpnsim_row target table decl file type)
  target_sources(${target} PRIVATE ${file})
  set_property(GLOBAL APPEND_STRING PROPERTY hpnsim_declare_${table}
    "extern \"C\" const hpnsim::${decl}* hpnsim_${table}_${type}();\n")
  set_property(GLOBAL APPEND_STRING PROPERTY hpnsim_table_${table} "hpnsim_${table}_${type}(), ")
endfunction()

# hpnsim_tables(TARGET TEMPLATE TABLE...): TARGET compiles TEMPLATE with @DECLARE_TABLE@ and @TABLE_TABLE@ replaced by
# the rows so far.
function(hpnsim_tables target template)
  foreach(table IN LISTS ARGN)
    get_property(DECLARE_${table} GLOBAL PROPERTY hpnsim_declare_${table})
    get_property(TABLE_${table} GLOBAL PROPERTY hpnsim_table_${table})
  endforeach()
  configure_file(${template} ${CMAKE_CURRENT_BINARY_DIR}/${target}_tables.cpp @ONLY)
  target_sources(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/${target}_tables.cpp)
endfunction()
