add_library(tests_httpd_wire STATIC httpd_wire.cpp)
target_link_libraries(tests_httpd_wire PUBLIC portcullis_options PRIVATE platform_base)

portcullis_test(fault_httpd
  SOURCES
    httpd_faults_test.cpp
    httpd_hammer_test.cpp
    httpd_lanes_test.cpp
  LINK platform_httpd platform_base tests_httpd_wire
  LABELS fault
  TIMEOUT 180)
