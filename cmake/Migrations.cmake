# portcullis_embed_migrations(target namespace directory names...)
#   Compiles the SQL files `directory/<name>.up.sql` and `.down.sql` into `target`; a program brings its schemas along:
#   the target gets a source file that defines `const std::vector<platform::Migration>& Migrations()` in `namespace`
#   (a::b is fine), in the order of the names (0001_core 0002_...). Declare that function in a header of the
#   namespace's own; platform/sql/migrations.hpp applies what it returns. Call it in the folder of the target.
#
# As a script (cmake -DOUTPUT=... -DNAMESPACE=... -DDIRECTORY=... -DNAMES=0001_core,0002_... -P) it writes that file.

function(portcullis_embed_migrations target namespace directory)
  string(REPLACE "::" "_" file "${namespace}")
  set(output "${CMAKE_CURRENT_BINARY_DIR}/${file}_migrations.cpp")
  set(files "")
  foreach(name IN LISTS ARGN)
    list(APPEND files "${directory}/${name}.up.sql" "${directory}/${name}.down.sql")
  endforeach()
  list(JOIN ARGN "," names)
  set(script "${CMAKE_SOURCE_DIR}/cmake/Migrations.cmake")
  add_custom_command(
    OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" "-DOUTPUT=${output}" "-DNAMESPACE=${namespace}" "-DDIRECTORY=${directory}"
            "-DNAMES=${names}" -P "${script}"
    DEPENDS ${files} "${script}"
    COMMENT "Embedding the migrations of ${namespace}"
    VERBATIM)
  target_sources(${target} PRIVATE "${output}")
endfunction()

if(NOT CMAKE_SCRIPT_MODE_FILE)
  return()
endif()

# A raw string literal keeps every byte as it is in the file.
string(REPLACE "," ";" names "${NAMES}")
string(CONCAT text "#include <vector>\n\n#include \"platform/sql/migrations.hpp\"\n\nnamespace ${NAMESPACE} {\n\n"
         "const std::vector<platform::Migration>& Migrations();\n\n"
         "const std::vector<platform::Migration>& Migrations() {\n"
         "    static const std::vector<platform::Migration> kMigrations = {\n")
foreach(name IN LISTS names)
  if(NOT name MATCHES "^0*([0-9]+)_(.+)$")
    message(FATAL_ERROR "${name}: a migration is named NNNN_what_it_brings")
  endif()
  set(version "${CMAKE_MATCH_1}")
  set(label "${CMAKE_MATCH_2}")
  file(READ "${DIRECTORY}/${name}.up.sql" up)
  file(READ "${DIRECTORY}/${name}.down.sql" down)
  string(APPEND text "        {${version}, \"${label}\", R\"migration(${up})migration\", R\"migration(${down})migration\"},\n")
endforeach()
string(APPEND text "    };\n    return kMigrations;\n}\n\n}  // namespace ${NAMESPACE}\n")
file(WRITE "${OUTPUT}" "${text}")
