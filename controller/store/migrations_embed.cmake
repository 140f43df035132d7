# Makes a C++ file that holds the migrations as text: `cmake -DOUTPUT=... -DDIRECTORY=... -DNAMES=0001_core,0002_... -P`.
# A raw string literal keeps every byte as it is in the file.

string(REPLACE "," ";" names "${NAMES}")
string(CONCAT text "#include \"controller/store/migrations.hpp\"\n\nnamespace store {\n\n"
         "const std::vector<Migration>& Migrations() {\n"
         "    static const std::vector<Migration> kMigrations = {\n")
foreach(name IN LISTS names)
  string(REGEX MATCH "^([0-9]+)_(.+)$" matched "${name}")
  set(label "${CMAKE_MATCH_2}")
  math(EXPR version "${CMAKE_MATCH_1}")
  file(READ "${DIRECTORY}/${name}.up.sql" up)
  file(READ "${DIRECTORY}/${name}.down.sql" down)
  string(APPEND text "        {${version}, \"${label}\", R\"migration(${up})migration\", R\"migration(${down})migration\"},\n")
endforeach()
string(APPEND text "    };\n    return kMigrations;\n}\n\n}  // namespace store\n")
file(WRITE "${OUTPUT}" "${text}")
