# portcullis_embed_files(target directory files...)
#   Compiles files byte for byte into `target`: `pulse::web::EmbeddedFiles()` lists them with their paths below
#   `directory`. Call it in the folder of the target.
#
# As a script (cmake -DOUTPUT=... -DDIRECTORY=... -DNAMES=a.js,b.css -P) it writes that source file.

function(portcullis_embed_files target directory)
  set(output "${CMAKE_CURRENT_BINARY_DIR}/embedded_files.cpp")
  set(script "${CMAKE_CURRENT_SOURCE_DIR}/embed.cmake")
  list(TRANSFORM ARGN PREPEND "${directory}/" OUTPUT_VARIABLE files)
  list(JOIN ARGN "," names)
  add_custom_command(
    OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" "-DOUTPUT=${output}" "-DDIRECTORY=${directory}" "-DNAMES=${names}" -P "${script}"
    DEPENDS ${files} "${script}"
    COMMENT "Embedding the files of the console"
    VERBATIM)
  target_sources(${target} PRIVATE "${output}")
endfunction()

if(NOT CMAKE_SCRIPT_MODE_FILE)
  return()
endif()

# Escapes for all bytes: no file can hold anything a compiler would read in its own way.
string(REPLACE "," ";" names "${NAMES}")
set(text "#include \"pulse/web/files.hpp\"\n\nnamespace pulse::web {\n\n")
set(rows "")
set(number 0)
foreach(name IN LISTS names)
  file(READ "${DIRECTORY}/${name}" bytes HEX)
  string(LENGTH "${bytes}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "(................................................................)" "\\1\n" lines "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" lines "${lines}")
  string(REPLACE "\n" "\"\n    \"" lines "${lines}")
  string(APPEND text "static constexpr char kFile${number}[] =\n    \"${lines}\";\n\n")
  string(APPEND rows "        {\"${name}\", {kFile${number}, ${size}}},\n")
  math(EXPR number "${number} + 1")
endforeach()
string(APPEND text "std::span<const EmbeddedFile> EmbeddedFiles() {\n    static constexpr EmbeddedFile kFiles[] = {\n"
       "${rows}    };\n    return kFiles;\n}\n\n}  // namespace pulse::web\n")
file(WRITE "${OUTPUT}" "${text}")
