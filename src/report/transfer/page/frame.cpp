#include "report/transfer/page/frame.h"

#include "report/transfer/page/text.h"

namespace aufbau::report {

std::string page(const std::string& title, const std::string& body) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
         "'unsafe-inline'\"/>\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
         "<meta name=\"color-scheme\" content=\"light dark\"/>\n<title>" +
         escaped(title) + "</title>\n<style>" + kStyleSheet +
         "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#answer\">To the "
         "answer</a>\n<main>\n" +
         body + "</main>\n</body>\n</html>\n";
}

}  // namespace aufbau::report
