# llhttp, the HTTP/1.1 parser, as lib::llhttp: a system library where there is one, else the C
# sources that Debian's node-llhttp ships.
pkg_check_modules(llhttp QUIET IMPORTED_TARGET libllhttp)
if(llhttp_FOUND)
  add_library(lib_llhttp INTERFACE)
  target_link_libraries(lib_llhttp INTERFACE PkgConfig::llhttp)
else()
  find_path(LLHTTP_SOURCES llhttp.c PATHS /usr/share/llhttp)
  find_path(LLHTTP_INCLUDE llhttp.h PATHS /usr/share/include/llhttp)
  if(NOT LLHTTP_SOURCES OR NOT LLHTTP_INCLUDE)
    message(FATAL_ERROR "llhttp (HTTP/1.1 parsing) is missing: install node-llhttp (Debian), "
      "libllhttp-dev (Ubuntu) or llhttp (elsewhere)")
  endif()
  add_library(lib_llhttp STATIC
    "${LLHTTP_SOURCES}/llhttp.c" "${LLHTTP_SOURCES}/api.c" "${LLHTTP_SOURCES}/http.c")
  target_include_directories(lib_llhttp SYSTEM PUBLIC "${LLHTTP_INCLUDE}")
endif()
add_library(lib::llhttp ALIAS lib_llhttp)
set(Llhttp_FOUND TRUE)
