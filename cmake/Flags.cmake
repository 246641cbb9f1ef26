# Compiler flags: what every part is compiled with. They live on an interface target, so that
# bundled sources (llhttp) are not held to our warnings.
include(CheckCCompilerFlag)
include(CheckLinkerFlag)

add_library(ccpod_flags INTERFACE)

set(ccpod_warnings
  -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
  -Wpointer-arith -Wcast-qual -Wwrite-strings -Wformat=2 -Wundef -Wvla -Wswitch-enum
  -Wimplicit-fallthrough -Wnull-dereference -Wdouble-promotion -Wlogical-op -Wduplicated-cond
  -Wduplicated-branches -Wno-missing-field-initializers)
if(CCPOD_WERROR)
  list(APPEND ccpod_warnings -Werror)
endif()
set(ccpod_hardening -fstack-protector-strong -fstack-clash-protection -fcf-protection
  -fno-strict-overflow -ftrivial-auto-var-init=zero)

foreach(flag IN LISTS ccpod_warnings ccpod_hardening)
  string(MAKE_C_IDENTIFIER "HAVE${flag}" have)
  check_c_compiler_flag("${flag}" ${have})
  if(${have})
    target_compile_options(ccpod_flags INTERFACE "${flag}")
  endif()
endforeach()

target_compile_definitions(ccpod_flags INTERFACE _GNU_SOURCE _FILE_OFFSET_BITS=64)
if(APPLE)
  target_compile_definitions(ccpod_flags INTERFACE _DARWIN_C_SOURCE)
endif()
target_compile_options(ccpod_flags INTERFACE
  -fvisibility=hidden -ffunction-sections -fdata-sections
  "-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=" "$<$<COMPILE_LANGUAGE:C>:SHELL:-include ${CMAKE_SOURCE_DIR}/src/base/banned.h>")

if(CCPOD_SANITIZE)
  set(ccpod_sanitize -fsanitize=${CCPOD_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
else()
  # Fortified libc calls need optimisation, and get in the way of AddressSanitizer's own checks.
  target_compile_options(ccpod_flags INTERFACE
    $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE> $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=2>)
endif()

# Links a program with the hardened options; position independence is for all but static ones.
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
function(ccpod_harden_program target)
  if(APPLE)
    target_link_options(${target} PRIVATE -Wl,-dead_strip)
  else()
    target_link_options(${target} PRIVATE -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--gc-sections
      -Wl,--as-needed $<$<CONFIG:Release>:-s>)
  endif()
endfunction()
