# portcullis_embed_pages(target directory files...)
#   Compiles templates into `target`: web::EmbeddedTemplates().
# portcullis_embed_examples(target name=path...)
#   Compiles texts into `target`: web::EmbeddedExamples().
# portcullis_embed_assets(target name=path...)
#   Compiles files byte for byte into `target`, each as it is and compressed: web::EmbeddedAssets().
#
# As a script (cmake -DKIND=pages|examples|assets -DOUTPUT=... -DROWS=name=path,... -P) it writes those source files.

function(portcullis_embed_web target kind)
  set(output "${CMAKE_CURRENT_BINARY_DIR}/embedded_${kind}.cpp")
  set(script "${CMAKE_CURRENT_SOURCE_DIR}/embed.cmake")
  list(TRANSFORM ARGN REPLACE "^[^=]*=" "" OUTPUT_VARIABLE files)
  list(JOIN ARGN "," rows)
  add_custom_command(
    OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" "-DKIND=${kind}" "-DOUTPUT=${output}" "-DROWS=${rows}" -P "${script}"
    DEPENDS ${files} "${script}"
    COMMENT "Embedding the ${kind} of the web console"
    VERBATIM)
  target_sources(${target} PRIVATE "${output}")
endfunction()

function(portcullis_embed_pages target directory)
  set(rows "")
  foreach(name IN LISTS ARGN)
    list(APPEND rows "${name}=${directory}/${name}")
  endforeach()
  portcullis_embed_web(${target} pages ${rows})
endfunction()

function(portcullis_embed_examples target)
  portcullis_embed_web(${target} examples ${ARGN})
endfunction()

function(portcullis_embed_assets target)
  portcullis_embed_web(${target} assets ${ARGN})
endfunction()

if(NOT CMAKE_SCRIPT_MODE_FILE)
  return()
endif()

# Escapes for all bytes: no file can hold anything a compiler would read in its own way.
function(bytes_of path variable size_variable)
  file(READ "${path}" bytes HEX)
  string(LENGTH "${bytes}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "(................................................................)" "\\1\n" lines "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" lines "${lines}")
  string(REPLACE "\n" "\"\n    \"" lines "${lines}")
  set(${variable} "\n    \"${lines}\"" PARENT_SCOPE)
  set(${size_variable} ${size} PARENT_SCOPE)
endfunction()

string(REPLACE "," ";" rows "${ROWS}")
set(text "")
set(list "")
set(number 0)
foreach(row IN LISTS rows)
  string(REGEX MATCH "^([^=]*)=(.*)$" found "${row}")
  set(name "${CMAKE_MATCH_1}")
  set(path "${CMAKE_MATCH_2}")
  bytes_of("${path}" bytes size)
  string(APPEND text "static constexpr char k${KIND}${number}[] = ${bytes};\n\n")
  if(KIND STREQUAL "assets")
    set(compressed "${OUTPUT}.${number}.gz")
    execute_process(COMMAND gzip -9 -n -c "${path}" OUTPUT_FILE "${compressed}" COMMAND_ERROR_IS_FATAL ANY)
    bytes_of("${compressed}" packed packed_size)
    file(REMOVE "${compressed}")
    string(APPEND text "static constexpr char kPacked${number}[] = ${packed};\n\n")
    string(APPEND list "        {\"${name}\", {k${KIND}${number}, ${size}}, {kPacked${number}, ${packed_size}}},\n")
  else()
    string(APPEND list "        {\"${name}\", {k${KIND}${number}, ${size}}},\n")
  endif()
  math(EXPR number "${number} + 1")
endforeach()
if(KIND STREQUAL "assets")
  set(header "controller/web/assets.hpp")
  set(type "EmbeddedAsset")
  set(function "EmbeddedAssets")
elseif(KIND STREQUAL "examples")
  set(header "controller/web/example.hpp")
  set(type "EmbeddedText")
  set(function "EmbeddedExamples")
else()
  set(header "controller/web/slots.hpp")
  set(type "EmbeddedText")
  set(function "EmbeddedTemplates")
endif()
file(WRITE "${OUTPUT}"
  "#include \"${header}\"\n\nnamespace web {\n\n${text}"
  "std::span<const ${type}> ${function}() {\n    static constexpr ${type} kRows[] = {\n${list}    };\n"
  "    return kRows;\n}\n\n}  // namespace web\n")
