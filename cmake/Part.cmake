# ccpod_part(docker USES loop base LIBS llhttp FILES call.c ...)
#
# Makes the library ccpod_docker of src/docker. A part sees the headers of the parts that it
# USES and no others, because its include path holds links to these alone: an include against
# the arrows ("docker/call.h" from base) is "No such file", not a matter of review.
function(ccpod_part name)
  cmake_parse_arguments(P "" "" "USES;LIBS;FILES" ${ARGN})
  set(see "${CMAKE_BINARY_DIR}/see/${name}")
  file(MAKE_DIRECTORY "${see}")
  file(CREATE_LINK "${CMAKE_SOURCE_DIR}/src/${name}" "${see}/${name}" SYMBOLIC)

  list(TRANSFORM P_FILES PREPEND "${CMAKE_SOURCE_DIR}/src/${name}/")
  list(TRANSFORM P_USES PREPEND ccpod_)
  list(TRANSFORM P_LIBS PREPEND lib::)
  add_library(ccpod_${name} STATIC ${P_FILES})
  target_include_directories(ccpod_${name} PUBLIC "${see}")
  target_link_libraries(ccpod_${name} PUBLIC ${P_USES} ${P_LIBS} PRIVATE ccpod_flags)
  target_compile_options(ccpod_${name} PUBLIC ${ccpod_sanitize})
  target_link_options(ccpod_${name} PUBLIC ${ccpod_sanitize})
endfunction()
