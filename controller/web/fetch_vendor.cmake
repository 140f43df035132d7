# cmake -DNPM=npm -DSOURCE=dir -DDIRECTORY=dir -P fetch_vendor.cmake
# Installs exactly what SOURCE/package-lock.json names, its integrity checked, without running anybody's scripts. Several
# builds may do so at once: it is made beside and moved into place.
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
