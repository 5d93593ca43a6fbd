package io.vagus.wire;

import io.vagus.wire.NoteLine.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What devices send to {@code events} and {@code logs}: lines of text; or JSON, an object or an
 * array of objects and texts. Of an object {@code time}, {@code level} (or {@code severity}) and
 * {@code message} (or {@code msg}, {@code text}, {@code event}, {@code type}) are known, the rest
 * is shown as it stands. Whatever comes is shown somehow: nothing is refused. Thread-safe.
 */
public final class NoteCodec {
  private static final int MAX_LINES = 1000;
  private static final int MAX_CHARS = 2000;
  private static final Set<String> LEVELS = Set.of("level", "severity", "lvl");
  private static final Set<String> TEXTS = Set.of("message", "msg", "text", "event", "type");

  private NoteCodec() {}

  /** Those beyond the first thousand are left out. */
  public static List<NoteLine> decode(byte[] payload) {
    String text = new String(payload, StandardCharsets.UTF_8).strip();
    if (text.startsWith("{") || text.startsWith("[") || text.startsWith("\"")) {
      try (JsonParser in = DocumentCodec.parser(payload)) {
        return json(in);
      } catch (JacksonException e) {
        return lines(text);
      }
    }
    return lines(text);
  }

  private static List<NoteLine> lines(String text) {
    return text.lines()
        .filter(line -> !line.isBlank())
        .limit(MAX_LINES)
        .map(line -> new NoteLine(OptionalLong.empty(), leading(line), cut(line)))
        .toList();
  }

  /** {@code WARN pump: too hot}: the first word may be the level. */
  private static Level leading(String line) {
    return level(line.strip().split("[\\s:\\]]", 2)[0].replace("[", ""));
  }

  private static List<NoteLine> json(JsonParser in) {
    List<NoteLine> lines = new ArrayList<>();
    JsonToken token = in.nextToken();
    if (token != JsonToken.START_ARRAY) {
      lines.add(line(in, token));
      // Objects one behind the other, as NDJSON has them.
      while (lines.size() < MAX_LINES && (token = in.nextToken()) != null) {
        lines.add(line(in, token));
      }
      return lines;
    }
    while (lines.size() < MAX_LINES && (token = in.nextToken()) != JsonToken.END_ARRAY) {
      lines.add(line(in, token));
    }
    return lines;
  }

  private static NoteLine line(JsonParser in, JsonToken token) {
    if (token == JsonToken.START_OBJECT) {
      return object(in);
    }
    String text = value(in, token);
    return new NoteLine(OptionalLong.empty(), leading(text), cut(text));
  }

  private static NoteLine object(JsonParser in) {
    OptionalLong time = OptionalLong.empty();
    Level level = Level.NONE;
    String text = "";
    StringBuilder rest = new StringBuilder();
    String name;
    while ((name = in.nextName()) != null) {
      JsonToken token = in.nextToken();
      if (name.equals("time") || name.equals("ts")) {
        time = time(in, token);
      } else if (LEVELS.contains(name) && level == Level.NONE) {
        level = level(value(in, token));
      } else if (TEXTS.contains(name) && text.isEmpty() && token == JsonToken.VALUE_STRING) {
        text = in.getString();
      } else {
        rest.append(rest.isEmpty() ? "" : " ").append(name).append('=').append(value(in, token));
      }
    }
    return new NoteLine(time, level, cut((text + " " + rest).strip()));
  }

  private static OptionalLong time(JsonParser in, JsonToken token) {
    return switch (token) {
      case VALUE_NUMBER_INT -> Times.ofNumber(in.getLongValue());
      case VALUE_STRING -> Rfc3339.parseMicros(in.getString());
      default -> {
        value(in, token);
        yield OptionalLong.empty();
      }
    };
  }

  /** As it stands; what is inside of objects and arrays, as one line. */
  private static String value(JsonParser in, JsonToken token) {
    if (token != JsonToken.START_OBJECT && token != JsonToken.START_ARRAY) {
      return String.valueOf(in.getString());
    }
    StringBuilder text = new StringBuilder();
    int depth = 1;
    while (depth > 0) {
      JsonToken next = in.nextToken();
      depth += next.isStructStart() ? 1 : next.isStructEnd() ? -1 : 0;
      if (!next.isStructStart() && !next.isStructEnd()) {
        text.append(text.isEmpty() ? "" : " ").append(in.getString());
      }
    }
    return text.toString();
  }

  /** The words of syslog (RFC 5424 §6.2.1) and of the usual loggers, and syslog's numbers. */
  private static Level level(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "emergency", "emerg", "alert", "critical", "crit", "fatal", "error", "err", "severe" ->
          Level.ERROR;
      case "0", "1", "2", "3" -> Level.ERROR;
      case "4", "warning", "warn" -> Level.WARNING;
      case "5", "6", "notice", "info", "information" -> Level.INFO;
      case "7", "debug", "trace", "fine" -> Level.DEBUG;
      default -> Level.NONE;
    };
  }

  private static String cut(String text) {
    return text.length() > MAX_CHARS ? text.substring(0, MAX_CHARS) + "…" : text;
  }
}
