portcullis_test(unit_platform_ws
  SOURCES
    ws/client_test.cpp
    ws/closing_test.cpp
    ws/faults_test.cpp
    ws/server_test.cpp
    ws/tls_front.cpp
    ws/tls_test.cpp
    ws/upgrade_test.cpp
    ws/ws_port.cpp
  LINK platform_ws platform_httpd platform_base tests_httpd_wire tests_support Boost::headers OpenSSL::SSL OpenSSL::Crypto
  LABELS unit)
