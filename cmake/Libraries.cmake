# The libraries ccpod stands on, each as one imported target, with a clear word for what is
# missing and how to get it.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

# ccpod_library(NAME libuv MODULE libuv>=1.40 DEBIAN libuv1-dev): target lib::libuv
function(ccpod_library)
  cmake_parse_arguments(L "" "NAME;MODULE;DEBIAN;FOR" "" ${ARGN})
  pkg_check_modules(${L_NAME} QUIET IMPORTED_TARGET ${L_MODULE})
  if(NOT ${L_NAME}_FOUND)
    message(FATAL_ERROR "${L_NAME} (${L_FOR}) is missing: install ${L_DEBIAN} "
      "(Debian, Ubuntu), or the package with ${L_MODULE} of your system")
  endif()
  add_library(lib_${L_NAME} INTERFACE)
  target_link_libraries(lib_${L_NAME} INTERFACE PkgConfig::${L_NAME})
  add_library(lib::${L_NAME} ALIAS lib_${L_NAME})
endfunction()

ccpod_library(NAME libuv MODULE libuv>=1.40 DEBIAN libuv1-dev FOR "the event loop")
ccpod_library(NAME jansson MODULE jansson>=2.12 DEBIAN libjansson-dev FOR "JSON")
ccpod_library(NAME libfyaml MODULE libfyaml>=0.7 DEBIAN libfyaml-dev FOR "YAML with positions")
ccpod_library(NAME libcrypto MODULE libcrypto>=1.1.1 DEBIAN libssl-dev FOR "SHA-256 and TLS")

# Only SHA-256 is taken from libcrypto. Out of the archive that is one small object; the shared
# library costs every start 2.4 ms (relocations, providers) and 3 MB of memory.
find_library(LIBCRYPTO_ARCHIVE libcrypto.a HINTS ${libcrypto_LIBRARY_DIRS})
if(LIBCRYPTO_ARCHIVE)
  add_library(lib_sha256 INTERFACE)
  target_include_directories(lib_sha256 SYSTEM INTERFACE ${libcrypto_INCLUDE_DIRS})
  target_link_libraries(lib_sha256 INTERFACE "${LIBCRYPTO_ARCHIVE}")
  add_library(lib::sha256 ALIAS lib_sha256)
else()
  add_library(lib::sha256 ALIAS lib_libcrypto)
endif()

find_package(Llhttp REQUIRED)
