portcullis_test(unit_platform_httpd
  SOURCES
    httpd/request_parser_test.cpp
    httpd/request_target_test.cpp
    httpd/response_text_test.cpp
    httpd/server_test.cpp
    httpd/upgrade_test.cpp
  LINK platform_httpd platform_base tests_httpd_wire
  LABELS unit)

portcullis_test(unit_platform_httpc
  SOURCES httpc/address_rules_test.cpp httpc/client_test.cpp
  LINK platform_httpc platform_httpd platform_base tests_httpd_wire
  LABELS unit)
