# The libraries ccpod stands on, each as one imported target, with a clear word for what is
# missing and how to get it.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

# ccpod_library(NAME libuv MODULE libuv>=1.40 DEBIAN libuv1-dev ARCHIVE libuv_a.a): lib::libuv
#
# With ARCHIVE it is linked in from there where there is one: a shared library costs every start
# (0.1 ms each, libcrypto 2.4 ms and 3 MB of memory).
function(ccpod_library)
  cmake_parse_arguments(L "" "NAME;MODULE;DEBIAN;ARCHIVE;FOR" "" ${ARGN})
  pkg_check_modules(${L_NAME} QUIET IMPORTED_TARGET ${L_MODULE})
  if(NOT ${L_NAME}_FOUND)
    message(FATAL_ERROR "${L_NAME} (${L_FOR}) is missing: install ${L_DEBIAN} "
      "(Debian, Ubuntu), or the package with ${L_MODULE} of your system")
  endif()
  if(L_ARCHIVE)
    find_library(${L_NAME}_ARCHIVE ${L_ARCHIVE} HINTS ${${L_NAME}_LIBRARY_DIRS})
  endif()
  add_library(lib_${L_NAME} INTERFACE)
  if(L_ARCHIVE AND ${L_NAME}_ARCHIVE)
    target_include_directories(lib_${L_NAME} SYSTEM INTERFACE ${${L_NAME}_INCLUDE_DIRS})
    target_link_libraries(lib_${L_NAME} INTERFACE
      "${${L_NAME}_ARCHIVE}" Threads::Threads ${CMAKE_DL_LIBS})
  else()
    target_link_libraries(lib_${L_NAME} INTERFACE PkgConfig::${L_NAME})
  endif()
  add_library(lib::${L_NAME} ALIAS lib_${L_NAME})
endfunction()

ccpod_library(NAME libuv MODULE libuv>=1.40 DEBIAN libuv1-dev ARCHIVE libuv_a.a
  FOR "the event loop")
ccpod_library(NAME jansson MODULE jansson>=2.12 DEBIAN libjansson-dev ARCHIVE libjansson.a
  FOR "JSON")
# Shared: its archive would be a fifth of the program.
ccpod_library(NAME libfyaml MODULE libfyaml>=0.7 DEBIAN libfyaml-dev FOR "YAML with positions")
ccpod_library(NAME sha256 MODULE libcrypto>=1.1.1 DEBIAN libssl-dev ARCHIVE libcrypto.a
  FOR "SHA-256")

find_package(Llhttp REQUIRED)
