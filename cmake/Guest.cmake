# The guest: the static program for inside the container. It is compiled apart from the parts,
# for size, and never with a sanitizer, which a static program cannot have.
#
# ccpod_guest(FILES main.c ... BASE error.c ...) makes the target ccpod-guest and sets
# CCPOD_GUEST_FILE in the caller's scope to the file to embed. FILES are of src/guest, BASE of
# src/base. With CCPOD_GUEST_DIR a ready-made one is taken, as on systems that cannot make Linux
# programs.
function(ccpod_guest)
  cmake_parse_arguments(G "" "" "FILES;BASE" ${ARGN})
  if(CCPOD_GUEST_DIR)
    set(program "${CCPOD_GUEST_DIR}/ccpod-guest")
    if(NOT EXISTS "${program}")
      message(FATAL_ERROR "CCPOD_GUEST_DIR: there is no ${program}")
    endif()
    set(CCPOD_GUEST_FILE "${program}" PARENT_SCOPE)
    return()
  endif()
  if(NOT CMAKE_SYSTEM_NAME STREQUAL "Linux")
    message(FATAL_ERROR "The guest is a Linux program, which this system cannot make: "
      "take one from a Linux build with -DCCPOD_GUEST_DIR=DIR")
  endif()

  find_library(JANSSON_STATIC libjansson.a)
  if(NOT JANSSON_STATIC)
    message(FATAL_ERROR "libjansson.a (JSON in the static guest) is missing: install "
      "libjansson-dev (Debian, Ubuntu), or the static jansson of your system")
  endif()

  set(see "${CMAKE_BINARY_DIR}/see/ccpod-guest")
  file(MAKE_DIRECTORY "${see}")
  file(CREATE_LINK "${CMAKE_SOURCE_DIR}/src/guest" "${see}/guest" SYMBOLIC)
  list(TRANSFORM G_FILES PREPEND "${CMAKE_SOURCE_DIR}/src/guest/")
  list(TRANSFORM G_BASE PREPEND "${CMAKE_SOURCE_DIR}/src/base/")

  add_executable(ccpod-guest ${G_FILES} ${G_BASE})
  target_include_directories(ccpod-guest PRIVATE "${see}" "${CMAKE_BINARY_DIR}/see/base")
  target_compile_options(ccpod-guest PRIVATE -Os -fno-pie)
  target_link_libraries(ccpod-guest PRIVATE ccpod_flags "${JANSSON_STATIC}")
  target_link_options(ccpod-guest PRIVATE -static -s)
  ccpod_harden_program(ccpod-guest)
  set_target_properties(ccpod-guest PROPERTIES
    POSITION_INDEPENDENT_CODE OFF RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/guest")
  set(CCPOD_GUEST_FILE "${CMAKE_BINARY_DIR}/guest/ccpod-guest" PARENT_SCOPE)
endfunction()
