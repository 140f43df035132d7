# cmake -DSOURCE=dir -DDIRECTORY=dir -DINSTALLING=file -P fetch_vendor.cmake
# Installs exactly what SOURCE/package-lock.json names, its integrity checked, without running anybody's scripts. Several
# builds may do so at once: it is made beside and moved into place.
#
# INSTALLING is there, and holds the number of a process, while ./dev still installs packages beside the build, npm maybe
# among them. npm is not looked for before they are whole.
set(waited 0)
while(EXISTS "${INSTALLING}" AND waited LESS 1200)
  file(STRINGS "${INSTALLING}" installer LIMIT_COUNT 1)
  if(installer AND NOT EXISTS "/proc/${installer}")
    break()
  endif()
  execute_process(COMMAND "${CMAKE_COMMAND}" -E sleep 0.5)
  math(EXPR waited "${waited} + 1")
endwhile()
find_program(NPM npm)
if(NOT NPM)
  message(FATAL_ERROR "npm is missing: ./dev setup installs it (its package is in cmake/packages.txt)")
endif()

string(RANDOM LENGTH 12 suffix)
set(made "${DIRECTORY}.${suffix}")
file(MAKE_DIRECTORY "${made}")
file(COPY "${SOURCE}/package.json" "${SOURCE}/package-lock.json" DESTINATION "${made}")
execute_process(
  COMMAND "${NPM}" ci --ignore-scripts --prefer-offline --no-audit --no-fund
  WORKING_DIRECTORY "${made}"
  RESULT_VARIABLE result
  OUTPUT_VARIABLE output
  ERROR_VARIABLE output)
if(NOT result EQUAL 0)
  file(REMOVE_RECURSE "${made}")
  message(FATAL_ERROR "npm could not fetch what the web console needs:\n${output}\n"
                      "hint: the first build needs the network; later ones do not")
endif()
# What npm writes last; the build makes the folders of its outputs by itself.
if(EXISTS "${DIRECTORY}/node_modules/.package-lock.json")
  file(REMOVE_RECURSE "${made}")
else()
  file(REMOVE_RECURSE "${DIRECTORY}")
  file(RENAME "${made}" "${DIRECTORY}")
endif()
