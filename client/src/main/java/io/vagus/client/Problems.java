package io.vagus.client;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import javax.net.ssl.SSLException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** What went wrong with a call, as an exception that says what to do. */
final class Problems {
  private Problems() {}

  /**
   * @param body problem+json (RFC 9457), or what a stranger answered
   */
  static VagusException of(HttpResponse<?> answer, String body) {
    int status = answer.statusCode();
    if (status == 401) {
      return new VagusException(
          ErrorCode.UNAUTHENTICATED,
          answer.uri()
              + " does not know the token; it is in admin.token of the server's data folder: give"
              + " --data, --token-file or VAGUS_TOKEN");
    }
    return new VagusException(
        code(status), answer.uri() + " answered " + status + ": " + detail(body));
  }

  private static ErrorCode code(int status) {
    return switch (status) {
      case 403 -> ErrorCode.FORBIDDEN;
      case 404 -> ErrorCode.NOT_FOUND;
      case 409 -> ErrorCode.CONFLICT;
      case 429, 503 -> ErrorCode.BUSY;
      default -> status >= 500 ? ErrorCode.INTERNAL : ErrorCode.INVALID_REQUEST;
    };
  }

  private static String detail(String body) {
    try {
      return JsonMapper.shared().readTree(body).path("detail").asString(body);
    } catch (JacksonException e) {
      return body;
    }
  }

  static VagusException unreachable(URI uri, IOException e) {
    String advice =
        e instanceof SSLException
            ? "; does --ca-file name the authority of its certificate?"
            : "; is the server up? ./vagus up starts one, --url names another";
    return new VagusException(
        ErrorCode.IO_FAILED, uri + " cannot be reached (" + e + ")" + advice, e);
  }
}
