# ccpod_embed(TARGET SYMBOL FILE): puts the bytes of FILE (built by another target, or a source)
# into TARGET as `const unsigned char SYMBOL[]` with `SYMBOL_end` behind the last one.
function(ccpod_embed target symbol file)
  if(APPLE)
    set(section "__TEXT,__const")
    set(prefix "_")
    set(note "")
  else()
    set(section ".rodata")
    set(prefix "")
    set(note ".section .note.GNU-stack,\"\",%progbits")
  endif()
  set(source "${CMAKE_CURRENT_BINARY_DIR}/embed_${symbol}.S")
  file(CONFIGURE OUTPUT "${source}" CONTENT [[
    .section @section@
    .globl @prefix@@symbol@
    .globl @prefix@@symbol@_end
    .balign 16
@prefix@@symbol@:
    .incbin "@file@"
@prefix@@symbol@_end:
    .byte 0
    @note@
]] @ONLY)
  set_source_files_properties("${source}" PROPERTIES OBJECT_DEPENDS "${file}")
  target_sources(${target} PRIVATE "${source}")
endfunction()

# ccpod_hash_header(TARGET NAME FILE): a header NAME for TARGET that defines GUEST_HASH, the first
# 16 hex digits of FILE's SHA-256.
function(ccpod_hash_header target name file)
  set(dir "${CMAKE_CURRENT_BINARY_DIR}/${target}")
  add_custom_command(OUTPUT "${dir}/${name}" DEPENDS "${file}"
    COMMAND ${CMAKE_COMMAND} "-DIN=${file}" "-DOUT=${dir}/${name}"
            -P "${CMAKE_SOURCE_DIR}/cmake/HashHeader.cmake")
  target_sources(${target} PRIVATE "${dir}/${name}")
  target_include_directories(${target} PRIVATE "${dir}")
endfunction()
