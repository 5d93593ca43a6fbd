package io.vagus.wire;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Command;
import io.vagus.model.Command.Result;
import io.vagus.model.Command.Status;
import java.io.ByteArrayOutputStream;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectWriteContext;

/** Commands as they go down, and what comes back (device contract v1). Thread-safe. */
public final class CommandCodec {
  /** Bytes of one answer. */
  public static final int MAX_ANSWER_BYTES = 8 << 10;

  private static final int MAX_CODE_LENGTH = 64;
  private static final int MAX_DETAIL_LENGTH = 1024;
  private static final int MAX_OUTPUT_LENGTH = 4096;

  /**
   * What a device says of a command.
   *
   * @param sequence of the command that it means; {@link Sample#ABSENT} when it did not say
   * @param result empty in an acknowledgement
   */
  public record Answer(long sequence, Optional<Result> result) {}

  private CommandCodec() {}

  /** One command. */
  public static byte[] encode(Command command, long nowMicros) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator out =
        DocumentCodec.FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      write(out, command, nowMicros);
    }
    return bytes.toByteArray();
  }

  /** Several, as an array. */
  public static byte[] encode(List<Command> commands, long nowMicros) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator out =
        DocumentCodec.FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      out.writeStartArray();
      commands.forEach(command -> write(out, command, nowMicros));
      out.writeEndArray();
    }
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator out, Command command, long nowMicros) {
    out.writeStartObject();
    out.writeStringProperty("id", command.id());
    out.writeNumberProperty("seq", command.sequence());
    out.writeStringProperty("lane", command.lane().name().toLowerCase(Locale.ROOT));
    out.writeStringProperty("name", command.name());
    out.writeName("args");
    out.writeRawValue(command.arguments());
    out.writeStringProperty("deadline", Times.text(command.deadlineMicros()));
    out.writeNumberProperty(
        "expiresInMs", Math.max(0, command.deadlineMicros() - nowMicros) / 1000);
    out.writeEndObject();
  }

  /** The values that an interlock saw, as a JSON object: Numbers, Booleans, Strings, null. */
  public static String seen(Map<String, ? extends @Nullable Object> values) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out =
        DocumentCodec.FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      out.writeStartObject();
      values.forEach((name, value) -> {
        out.writeName(name);
        switch (value) {
          case null -> out.writeNull();
          case Long whole -> out.writeNumber(whole);
          case Number number -> out.writeNumber(number.doubleValue());
          case Boolean flag -> out.writeBoolean(flag);
          default -> out.writeString(value.toString());
        }
      });
      out.writeEndObject();
    }
    return text.toString();
  }

  /** A {@link VagusException} of kind DEVICE names what is wrong. */
  public static Answer decodeAck(byte[] payload) {
    return payload.length == 0
        ? new Answer(Sample.ABSENT, Optional.empty())
        : new Answer(decode(payload).sequence, Optional.empty());
  }

  /** A {@link VagusException} of kind DEVICE names what is wrong. */
  public static Answer decodeResult(byte[] payload) {
    Fields fields = decode(payload);
    if (fields.status.isEmpty()) {
      throw new VagusException(
          ErrorCode.PAYLOAD_MALFORMED,
          "status: none (expected: succeeded, failed, expired, refused or unknown)");
    }
    Result result = new Result(fields.status.get(), fields.code, fields.detail, fields.output);
    return new Answer(fields.sequence, Optional.of(result));
  }

  private static final class Fields {
    private long sequence = Sample.ABSENT;
    private Optional<Status> status = Optional.empty();
    private String code = "";
    private String detail = "";
    private String output = "";
  }

  private static Fields decode(byte[] payload) {
    if (payload.length > MAX_ANSWER_BYTES) {
      throw new VagusException(
          ErrorCode.PAYLOAD_TOO_LARGE,
          "answer: " + payload.length + " bytes (expected: <= " + MAX_ANSWER_BYTES + ")");
    }
    Fields fields = new Fields();
    try (JsonParser in = DocumentCodec.parser(payload)) {
      DocumentCodec.require(
          in.nextToken() == JsonToken.START_OBJECT, "payload: no object (expected: one)");
      String name;
      while ((name = in.nextName()) != null) {
        read(in, name, in.nextToken(), fields);
      }
      DocumentCodec.require(in.nextToken() == null, "payload: more after its end");
    } catch (JacksonException e) {
      throw DocumentCodec.malformed(e);
    }
    return fields;
  }

  private static void read(JsonParser in, String name, JsonToken token, Fields fields) {
    switch (name) {
      case "seq" -> fields.sequence = ReportCodec.whole(in, token, name);
      case "time" -> ReportCodec.time(in, token);
      case "status" -> fields.status = Optional.of(status(in, token));
      case "code" -> fields.code = text(in, token, name, MAX_CODE_LENGTH);
      case "detail" -> fields.detail = text(in, token, name, MAX_DETAIL_LENGTH);
      case "output" -> fields.output = output(in);
      default -> in.skipChildren();
    }
  }

  private static Status status(JsonParser in, JsonToken token) {
    String word = token == JsonToken.VALUE_STRING ? in.getString() : "";
    for (Status status : Status.values()) {
      if (status.name().toLowerCase(Locale.ROOT).equals(word)) {
        return status;
      }
    }
    throw new VagusException(
        ErrorCode.PAYLOAD_MALFORMED,
        "status: "
            + Excerpt.of(word)
            + " (expected: succeeded, failed, expired, refused or unknown)");
  }

  private static String text(JsonParser in, JsonToken token, String name, int most) {
    String text = token == JsonToken.VALUE_STRING ? in.getString() : "";
    DocumentCodec.require(
        token == JsonToken.VALUE_STRING && text.length() <= most && Unicode.isWellFormed(text),
        name + ": " + text.length() + " characters (expected: a text of at most " + most + ")");
    return text;
  }

  private static String output(JsonParser in) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out =
        DocumentCodec.FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      out.copyCurrentStructure(in);
    }
    DocumentCodec.require(
        text.getBuffer().length() <= MAX_OUTPUT_LENGTH,
        "output: "
            + text.getBuffer().length()
            + " characters (expected: <= "
            + MAX_OUTPUT_LENGTH
            + ")");
    return text.toString();
  }
}
