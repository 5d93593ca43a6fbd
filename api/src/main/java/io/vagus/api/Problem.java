package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.wire.Quoted;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JsonGenerator;

/** Failures as problem+json (RFC 9457). */
final class Problem {
  static final String CONTENT_TYPE = "application/problem+json";

  /** Messages are {@code name: value (expected: bound)}: the name is the field. */
  private static final Pattern FIELD = Pattern.compile("([\\w.\\[\\]-]{1,256}): ");

  private Problem() {}

  static VagusException invalid(String field, String rest) {
    return new VagusException(ErrorCode.INVALID_REQUEST, field + ": " + rest);
  }

  static VagusException notFound(String what, String name) {
    return new VagusException(ErrorCode.NOT_FOUND, what + ": " + shown(name) + " is not known");
  }

  /** A value as a message may show it: quoted, without control characters, of bounded length. */
  static String shown(String value) {
    return Quoted.of(value);
  }

  static Reply of(VagusException e) {
    return of(e.code(), String.valueOf(e.getMessage()));
  }

  static Reply of(ErrorCode code, String detail) {
    Reply reply = Reply.bytes(code.httpStatus(), CONTENT_TYPE, bytes(code, detail));
    return code.kind() == ErrorCode.Kind.BUSY ? reply.with("Retry-After", "1") : reply;
  }

  private static byte[] bytes(ErrorCode code, String detail) {
    return Reply.jsonBytes(out -> {
      head(out, code, detail);
      String field = field(code, detail);
      if (!field.isEmpty()) {
        out.writeStringProperty("field", field);
      }
    });
  }

  /**
   * Refused by an interlock or a rate limit.
   *
   * @param by its id
   * @param seen the values that it saw, as JSON
   * @param command that was refused, when there is one
   */
  static Reply refused(String by, String detail, String seen, Optional<String> command) {
    ErrorCode code = ErrorCode.REFUSED;
    byte[] body =
        Reply.jsonBytes(out -> {
          head(out, code, detail);
          out.writeStringProperty("interlock", by);
          out.writeName("seen");
          out.writeRawValue(seen);
          command.ifPresent(id -> out.writeStringProperty("command", id));
        });
    return Reply.bytes(code.httpStatus(), CONTENT_TYPE, body);
  }

  private static void head(JsonGenerator out, ErrorCode code, String detail) {
    out.writeStringProperty("type", "/api/docs#error-" + code.code());
    out.writeStringProperty("title", title(code));
    out.writeNumberProperty("status", code.httpStatus());
    out.writeStringProperty("code", code.code());
    out.writeStringProperty("detail", detail);
  }

  /** Empty when no field is to blame. */
  static String field(ErrorCode code, String detail) {
    Matcher matcher = FIELD.matcher(detail);
    return code == ErrorCode.INVALID_REQUEST && matcher.lookingAt() ? matcher.group(1) : "";
  }

  private static String title(ErrorCode code) {
    String words = code.code().replace('-', ' ');
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }
}
