package io.vagus.rule;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value that a condition saw, as bytes: a {@code byte} of its kind, then it. What JSON does not
 * know becomes its text.
 */
final class SeenValue {
  private static final byte NULL = 0;
  private static final byte FALSE = 1;
  private static final byte TRUE = 2;
  private static final byte WHOLE = 3;
  private static final byte NUMBER = 4;
  private static final byte TEXT = 5;
  private static final byte LIST = 6;
  private static final byte MAP = 7;

  private SeenValue() {}

  static void write(@Nullable Object value, DataOutputStream out) throws IOException {
    switch (value) {
      case null -> out.writeByte(NULL);
      case Boolean b -> out.writeByte(b ? TRUE : FALSE);
      case Double d -> writeNumber(d, out);
      case Float f -> writeNumber(f, out);
      case Number n -> {
        out.writeByte(WHOLE);
        out.writeLong(n.longValue());
      }
      case Collection<?> items -> {
        out.writeByte(LIST);
        out.writeInt(items.size());
        for (Object item : items) {
          write(item, out);
        }
      }
      case Map<?, ?> map -> {
        out.writeByte(MAP);
        out.writeInt(map.size());
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          FiringCodec.writeText(out, String.valueOf(entry.getKey()));
          write(entry.getValue(), out);
        }
      }
      default -> {
        out.writeByte(TEXT);
        FiringCodec.writeText(out, String.valueOf(value));
      }
    }
  }

  private static void writeNumber(double number, DataOutputStream out) throws IOException {
    out.writeByte(NUMBER);
    out.writeDouble(number);
  }

  static @Nullable Object read(DataInputStream in) throws IOException {
    byte kind = in.readByte();
    return switch (kind) {
      case NULL -> null;
      case FALSE -> false;
      case TRUE -> true;
      case WHOLE -> in.readLong();
      case NUMBER -> in.readDouble();
      case TEXT -> FiringCodec.readText(in);
      case LIST -> readList(in);
      case MAP -> readMap(in);
      default -> throw new IOException("value: kind " + kind + " (expected: 0 to 7)");
    };
  }

  private static List<@Nullable Object> readList(DataInputStream in) throws IOException {
    List<@Nullable Object> items = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      items.add(read(in));
    }
    return items;
  }

  private static Map<String, @Nullable Object> readMap(DataInputStream in) throws IOException {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      map.put(FiringCodec.readText(in), read(in));
    }
    return map;
  }
}
