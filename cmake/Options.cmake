# Warnings, hardening and sanitizers: one INTERFACE target that every target of ours links.

option(PORTCULLIS_TESTS "Build the tests." ON)
option(PORTCULLIS_BENCH "Build the benchmarks." OFF)
option(PORTCULLIS_WERROR "Warnings are errors." OFF)
option(PORTCULLIS_PCH "Use precompiled headers." OFF)
option(PORTCULLIS_FUZZ "Build the fuzz programs with clang's libFuzzer." OFF)
set(PORTCULLIS_SANITIZE "" CACHE STRING "Sanitizers: empty, 'address,undefined' or 'thread'.")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

find_program(PORTCULLIS_CCACHE ccache)
if(PORTCULLIS_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${PORTCULLIS_CCACHE}")
  if(PORTCULLIS_PCH)
    # Without these ccache takes every file that uses a precompiled header for uncacheable.
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND};-E;env;CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime;${PORTCULLIS_CCACHE}")
  endif()
endif()

find_program(PORTCULLIS_MOLD mold)

set(PORTCULLIS_SANITIZERS "" "address,undefined" "thread")
if(NOT PORTCULLIS_SANITIZE IN_LIST PORTCULLIS_SANITIZERS)
  message(FATAL_ERROR "PORTCULLIS_SANITIZE is '${PORTCULLIS_SANITIZE}'; use 'address,undefined', 'thread' or nothing")
endif()

add_library(portcullis_options INTERFACE)
target_include_directories(portcullis_options INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(portcullis_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align
  -Wno-missing-field-initializers
  # GCC 12.2 warns about the standard library's own operator+ for strings.
  -Wno-restrict
  # In a batch of files a name without a namespace of its own is not in "the main file" any more.
  $<$<BOOL:${CMAKE_UNITY_BUILD}>:-Wno-subobject-linkage>
  -fstack-protector-strong
  # GCC collects its garbage from 128 MB on, a tenth of its time for batches that end at 700.
  "$<$<CXX_COMPILER_ID:GNU>:SHELL:--param ggc-min-heapsize=524288>"
  # Messages and binaries name files as the repository does, whatever folder it was built in.
  "-ffile-prefix-map=${CMAKE_SOURCE_DIR}/="
  $<$<BOOL:${PORTCULLIS_WERROR}>:-Werror>)
target_compile_definitions(portcullis_options INTERFACE
  $<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=2> _GLIBCXX_ASSERTIONS PORTCULLIS_VERSION="${PROJECT_VERSION}")
target_link_options(portcullis_options INTERFACE -Wl,-z,relro,-z,now)
if(PORTCULLIS_MOLD)
  target_link_options(portcullis_options INTERFACE -fuse-ld=mold)
endif()
if(PORTCULLIS_SANITIZE)
  target_compile_options(portcullis_options INTERFACE
    -fsanitize=${PORTCULLIS_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(portcullis_options INTERFACE -fsanitize=${PORTCULLIS_SANITIZE})
endif()
if(PORTCULLIS_FUZZ)
  target_compile_options(portcullis_options INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(portcullis_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
