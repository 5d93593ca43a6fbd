package io.vagus.rule;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All firings of one offset as bytes: {@code byte} format 1, {@code long} offset, {@code int}
 * count, the firings. Strings are an {@code int} length and UTF-8; choices are their ordinals, so
 * enums only grow at the end. What a file holds is read by all later releases.
 */
public final class FiringCodec {
  private static final byte FORMAT = 1;

  private FiringCodec() {}

  /**
   * @param firings of one offset, in the order of their indexes from 0; at least one
   */
  public static byte[] encode(List<Firing> firings) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      out.writeLong(firings.getFirst().offset());
      out.writeInt(firings.size());
      for (Firing firing : firings) {
        write(firing, out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(Firing f, DataOutputStream out) throws IOException {
    writeText(out, f.rule());
    out.writeInt(f.version());
    writeText(out, f.device().value());
    writeText(out, f.product());
    out.writeByte(f.phase().ordinal());
    out.writeByte(f.mode().ordinal());
    out.writeLong(f.eventMicros());
    out.writeLong(f.receivedMicros());
    out.writeInt(f.seen().size());
    for (Map.Entry<String, @Nullable Object> seen : f.seen().entrySet()) {
      writeText(out, seen.getKey());
      SeenValue.write(seen.getValue(), out);
    }
    out.writeInt(f.actions().size());
    for (Action action : f.actions()) {
      ActionCodec.write(action, out);
    }
  }

  /** Reads what {@link #encode} wrote; DATA_CORRUPT when it did not. */
  public static List<Firing> decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      byte format = in.readByte();
      if (format != FORMAT) {
        throw corrupt("format: " + format + " (expected: " + FORMAT + ")", null);
      }
      long offset = in.readLong();
      int count = in.readInt();
      List<Firing> firings = new ArrayList<>(Math.min(Math.max(count, 0), 1024));
      for (int i = 0; i < count; i++) {
        firings.add(read(offset, i, in));
      }
      return firings;
    } catch (IOException | IndexOutOfBoundsException | IllegalArgumentException e) {
      throw corrupt(String.valueOf(e.getMessage()), e);
    }
  }

  private static Firing read(long offset, int index, DataInputStream in) throws IOException {
    String rule = readText(in);
    int version = in.readInt();
    DeviceId device = new DeviceId(readText(in));
    String product = readText(in);
    Firing.Phase phase = Firing.Phase.values()[in.readByte()];
    Rule.Mode mode = Rule.Mode.values()[in.readByte()];
    long eventMicros = in.readLong();
    long receivedMicros = in.readLong();
    Map<String, @Nullable Object> seen = new LinkedHashMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      seen.put(readText(in), SeenValue.read(in));
    }
    List<Action> actions = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      actions.add(ActionCodec.read(in));
    }
    return new Firing(
        offset,
        index,
        rule,
        version,
        device,
        product,
        phase,
        mode,
        eventMicros,
        receivedMicros,
        seen,
        actions);
  }

  static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }

  static String readText(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException("text: " + length + " bytes (expected: <= " + in.available() + ")");
    }
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  static void writeOptional(DataOutputStream out, Optional<String> text) throws IOException {
    out.writeBoolean(text.isPresent());
    if (text.isPresent()) {
      writeText(out, text.get());
    }
  }

  static Optional<String> readOptional(DataInputStream in) throws IOException {
    return in.readBoolean() ? Optional.of(readText(in)) : Optional.empty();
  }

  private static VagusException corrupt(String what, @Nullable Exception e) {
    return new VagusException(ErrorCode.DATA_CORRUPT, "firings: " + what, e);
  }
}
