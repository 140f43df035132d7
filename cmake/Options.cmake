# Warnings, hardening and sanitizers: two INTERFACE targets that every target of ours links.

option(PORTCULLIS_TESTS "Build the tests." ON)
option(PORTCULLIS_BENCH "Build the benchmarks." OFF)
option(PORTCULLIS_WERROR "Warnings are errors." OFF)
option(PORTCULLIS_PCH "Use precompiled headers." OFF)
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
endif()

find_program(PORTCULLIS_MOLD mold)

add_library(portcullis_options INTERFACE)
target_include_directories(portcullis_options INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(portcullis_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wnull-dereference
  -Wno-missing-field-initializers -fstack-protector-strong
  $<$<BOOL:${PORTCULLIS_WERROR}>:-Werror>)
target_compile_definitions(portcullis_options INTERFACE
  $<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=2> _GLIBCXX_ASSERTIONS PORTCULLIS_VERSION="${PROJECT_VERSION}")
target_link_options(portcullis_options INTERFACE -Wl,-z,relro,-z,now)
if(PORTCULLIS_MOLD)
  target_link_options(portcullis_options INTERFACE -fuse-ld=mold)
endif()
if(PORTCULLIS_SANITIZE)
  target_compile_options(portcullis_options INTERFACE -fsanitize=${PORTCULLIS_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(portcullis_options INTERFACE -fsanitize=${PORTCULLIS_SANITIZE})
endif()
